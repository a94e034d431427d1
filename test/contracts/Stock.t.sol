// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../../contracts/interfaces/ILedger.sol";
import {Stock} from "../../contracts/kinds/Stock.sol";
import {Subjects} from "../../contracts/libraries/Subjects.sol";
import {State} from "../../contracts/State.sol";
import {HARVEST, ORIGIN, PLANT, PRODUCT, SHIP, TRANSFORM} from "../../contracts/types/Kinds.sol";
import {ENDED, Lot, Planting, Plot, Product, RECALLS} from "../../contracts/types/Slots.sol";

contract StockTest {
    using Stock for *;
    using Subjects for *;

    bytes32 private constant _ID = "id";
    State private _state;
    Lot private _lot;
    Plot private _plot;
    Planting private _planting;

    function take(uint256 wanted) external {
        _lot.take(_ID, wanted);
    }

    function pack(uint256 wanted) external {
        _lot.pack(_ID, wanted);
    }

    function takePacked(uint256 wanted) external {
        _lot.takePacked(_ID, wanted);
    }

    function unpack(uint256 wanted) external {
        _lot.unpack(_ID, wanted);
    }

    function usable(uint24 organisation) external view {
        _state.usable(_ID, organisation);
    }

    function growing(uint24 organisation) external view {
        _state.growing(_ID, organisation);
    }

    function whole(uint24 product, uint256 amount) external view {
        _state.expectWhole(product, amount);
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

    function testFuzz_takesAndUnpacksWhatIsPacked(uint40 made, uint40 left, uint40 packed, uint256 wanted) public {
        left = uint40(left % (uint256(made) + 1));
        packed = uint40(packed % (uint256(made) - left + 1));
        if (wanted % 2 == 0) wanted = wanted % (uint256(packed) + 2);
        _lot = Lot(1, 56, 0, 1, 0, 1, made, left, packed, 0);
        try this.takePacked(wanted) {
            require(wanted <= packed && _lot.packed == packed - wanted && _lot.left == left, "taken");
            _lot.packed = packed;
            this.unpack(wanted);
            require(_lot.packed == packed - wanted && _lot.left == left + wanted && _lot.made == made, "unpacked");
        } catch (bytes memory reason) {
            require(wanted > packed, "refused what was there");
            bytes memory error_ = abi.encodeWithSelector(ILedger.NotEnoughPacked.selector, _ID, packed, wanted);
            _expect(reason, error_);
            try this.unpack(wanted) {
                revert("unpacked what was not there");
            } catch (bytes memory again) {
                _expect(again, error_);
            }
        }
    }

    /// Whatever head a slot has: a lot is usable by its holder when it is a lot, not recalled and not under way, in this order.
    function testFuzz_usesWhatIsItsHoldersHereAndNotRecalled(
        Lot memory lot,
        uint8 sort,
        uint24 other,
        uint24 by
    ) public {
        lot.sort = [HARVEST, TRANSFORM, ORIGIN, SHIP, PLANT, PRODUCT, sort][sort % 7];
        lot.other = other % 2 == 0 ? 0 : other;
        lot.status = sort % 3 == 0 ? lot.status : lot.status & ~RECALLS;
        if (by % 4 > 0) by = lot.holder;
        Lot storage its = _state.subjects[_ID].asLot();
        (its.holder, its.sort, its.status, its.other) = (lot.holder, lot.sort, lot.status, lot.other);
        bool isLot = lot.sort == HARVEST || lot.sort == TRANSFORM || lot.sort == ORIGIN || lot.sort == SHIP;
        bytes memory wanted = "";
        if (lot.holder == 0) wanted = abi.encodeWithSelector(ILedger.SubjectUnknown.selector, _ID);
        else if (lot.holder != by) wanted = abi.encodeWithSelector(ILedger.NotHolder.selector, _ID, by);
        else if (!isLot) wanted = abi.encodeWithSelector(ILedger.WrongSort.selector, _ID, lot.sort);
        else if (lot.status & 15 > 0) wanted = abi.encodeWithSelector(ILedger.Recalled.selector, _ID);
        else if (lot.other != 0) wanted = abi.encodeWithSelector(ILedger.UnderWay.selector, _ID);
        try this.usable(by) {
            require(wanted.length == 0, "usable");
        } catch (bytes memory reason) {
            _expect(reason, wanted);
        }
    }

    function testFuzz_harvestsOfWhatIsItsHoldersGrowingAndNotRecalled(uint24 holder, uint8 status, uint24 by) public {
        if (by % 4 > 0) by = holder;
        Planting storage its = _state.subjects[_ID].asPlanting();
        (its.holder, its.sort, its.status) = (holder, PLANT, status);
        bytes memory wanted = "";
        if (holder == 0) wanted = abi.encodeWithSelector(ILedger.SubjectUnknown.selector, _ID);
        else if (holder != by) wanted = abi.encodeWithSelector(ILedger.NotHolder.selector, _ID, by);
        else if (status & RECALLS > 0) wanted = abi.encodeWithSelector(ILedger.Recalled.selector, _ID);
        else if (status & ENDED > 0) wanted = abi.encodeWithSelector(ILedger.Ended.selector, _ID);
        try this.growing(by) {
            require(wanted.length == 0, "growing");
        } catch (bytes memory reason) {
            _expect(reason, wanted);
        }
    }

    function testFuzz_countsPackedGoodsInWholePieces(uint24 number, uint40 net, uint256 pieces, uint256 amount) public {
        amount = pieces % 2 == 0 ? amount : (pieces % 2 ** 40) * net;
        _state.productIds[number] = _ID;
        Product storage its = _state.subjects[_ID].asProduct();
        (its.holder, its.sort, its.net) = (1, PRODUCT, net);
        bytes memory wanted = "";
        if (net == 0) wanted = abi.encodeWithSelector(ILedger.NoNetContent.selector, _ID);
        else if (amount % net != 0) wanted = abi.encodeWithSelector(ILedger.NotWholePieces.selector, _ID, net, amount);
        try this.whole(number, amount) {
            require(wanted.length == 0, "whole");
        } catch (bytes memory reason) {
            _expect(reason, wanted);
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
