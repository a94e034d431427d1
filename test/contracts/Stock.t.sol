// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../../contracts/interfaces/ILedger.sol";
import {Stock} from "../../contracts/kinds/Stock.sol";
import {Lot, Planting, Plot} from "../../contracts/types/Slots.sol";

contract StockTest {
    using Stock for *;

    bytes32 private constant _ID = "id";
    Lot private _lot;
    Plot private _plot;
    Planting private _planting;

    function take(uint256 wanted) external {
        _lot.take(_ID, wanted);
    }

    function pack(uint256 wanted) external {
        _lot.pack(_ID, wanted);
    }

    function occupy(uint256 wanted) external {
        _plot.occupy(_ID, wanted);
    }

    function harvest(uint256 amount) external {
        _planting.harvest(_ID, amount);
    }

    function fit(uint256 amount) external pure returns (uint40) {
        return Stock.fit(amount);
    }

    function testFuzz_takesWhatIsThereAndNothingElse(Lot memory before, uint256 wanted) public {
        _lot = before;
        try this.take(wanted) {
            require(wanted <= before.left && _lot.left == before.left - wanted, "left");
        } catch (bytes memory reason) {
            require(wanted > before.left, "refused what was there");
            _expect(reason, abi.encodeWithSelector(ILedger.NotEnoughLeft.selector, _ID, before.left, wanted));
            require(_lot.left == before.left, "changed");
        }
        require(
            _lot.made == before.made && _lot.packed == before.packed && _lot.holder == before.holder,
            "a neighbour"
        );
    }

    function testFuzz_packsFromLooseToPacked(uint40 made, uint40 left, uint40 packed, uint256 wanted) public {
        // What a lot can be: left + packed <= made.
        left = uint40(left % (uint256(made) + 1));
        packed = uint40(packed % (uint256(made) - left + 1));
        _lot = Lot(1, 56, 0, 1, 0, 1, made, left, packed, 0);
        try this.pack(wanted) {
            require(uint256(_lot.left) + _lot.packed == uint256(left) + packed, "sum");
            require(_lot.packed == packed + wanted, "packed");
        } catch (bytes memory reason) {
            require(wanted > left, "refused what was there");
            _expect(reason, abi.encodeWithSelector(ILedger.NotEnoughLeft.selector, _ID, left, wanted));
        }
    }

    function testFuzz_occupiesWhatIsFree(uint40 area, uint40 free, uint256 wanted) public {
        _plot = Plot(1, 16, 0, 2, 0, area, free);
        try this.occupy(wanted) {
            require(wanted <= free && _plot.free == free - wanted && _plot.area == area, "free");
        } catch (bytes memory reason) {
            require(wanted > free, "refused what was there");
            _expect(reason, abi.encodeWithSelector(ILedger.NotEnoughArea.selector, _ID, free, wanted));
        }
    }

    function testFuzz_harvestsUpToAreaTimesCap(uint40 area, uint40 cap, uint40 made, uint40 amount) public {
        uint256 allowed = (uint256(area) * cap) / 10 ** 7;
        if (allowed > type(uint40).max) allowed = type(uint40).max;
        made = uint40(made % (allowed + 1));
        _planting = Planting(1, 25, 0, 1, 1, area, made, cap);
        try this.harvest(amount) {
            require(uint256(made) + amount <= allowed && _planting.made == made + amount, "made");
        } catch (bytes memory reason) {
            require(uint256(made) + amount > allowed, "refused what may be harvested");
            _expect(reason, abi.encodeWithSelector(ILedger.OverCap.selector, _ID, allowed, uint256(made) + amount));
        }
    }

    function test_aHectareAtACapOfOneTonneAllowsOneTonne() public pure {
        require(Stock.allowedOf(10_000_000, 1_000_000) == 1_000_000, "one hectare");
        require(Stock.allowedOf(9_999_999, 1_000_000) == 999_999, "rounded down");
        require(Stock.allowedOf(10_000_000, 0) == 0, "no cap: none");
        require(Stock.allowedOf(type(uint40).max, type(uint40).max) == type(uint40).max, "40 bits");
    }

    function testFuzz_fitsFortyBits(uint256 amount) public view {
        try this.fit(amount) returns (uint40 kept) {
            require(kept == amount, "cut");
        } catch (bytes memory reason) {
            require(amount > type(uint40).max, "refused what fits");
            _expect(reason, abi.encodeWithSelector(ILedger.AmountTooLarge.selector, amount));
        }
    }

    function _expect(bytes memory reason, bytes memory wanted) private pure {
        require(keccak256(reason) == keccak256(wanted), "another error");
    }
}
