// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Correct} from "../../contracts/kinds/Correct.sol";
import {EntryContext, State} from "../../contracts/State.sol";
import {HARVEST, ORIGIN, PLANT, PLOT, PRODUCT, SHIP, TRANSFORM} from "../../contracts/types/Kinds.sol";
import {Aside, ENDED, Link, Lot, Planting, Plot, Product, RECALLS} from "../../contracts/types/Slots.sol";
import {Subjects} from "../../contracts/libraries/Subjects.sol";

/// @title  What a correction books, against plain arithmetic on whole numbers
/// @notice A correction is accepted exactly when every sum of the table in docs/ledger.md §6 stays where it may be, and then each
///         slot holds its sum; refused, it has changed nothing.
contract CorrectTest {
    using Subjects for *;

    bytes32 private constant _SUBJECT = "subject";
    bytes32 private constant _OTHER = "other";
    bytes32 private constant _PRODUCT = "product";
    uint24 private constant _HOLDER = 7;
    int256 private constant _MOST = int256(uint256(type(uint40).max));

    State private _state;

    function run(EntryContext calldata context, bytes calldata args) external {
        Correct.correct(_state, context, args);
    }

    function testFuzz_ofALotThatCameOfAnother(uint40[6] memory seeds, int64 own, int64 others, bool linked) public {
        // What a lot can be: left + packed <= made; its input's link is part of what that one lost.
        Lot memory lot = _lot(TRANSFORM, seeds[0], seeds[1], seeds[2]);
        Lot memory input = _lot(HARVEST, seeds[3], seeds[4], 0);
        uint40 used = uint40(seeds[5] % (uint256(input.made) - input.left - input.packed + 1));
        (own, others) = (_near(own, lot.made), _near(others, input.made));
        _put(lot, input, Link(linked ? used : 0, 0));

        int256[4] memory sums = [
            int256(uint256(lot.room)) + others - own,
            int256(uint256(lot.made)) + own,
            int256(uint256(lot.left)) + own,
            int256(uint256(used)) + others
        ];
        int256 inputLeft = int256(uint256(input.left)) - others;
        bool fits = _fits(sums[0]) && _fits(sums[1]) && sums[2] >= 0;
        if (others != 0) fits = fits && linked && used > 0 && _fits(sums[3]) && inputLeft >= 0;
        if (own == 0 && others == 0) return;
        bool done = _try(own, others);

        require(done == fits, "not accepted exactly when it fits");
        if (!done) sums = _sumsOf(lot, linked ? used : 0);
        else if (others == 0) sums[3] = int256(uint256(linked ? used : 0));
        _expectLot(_state.subjects[_SUBJECT].asLot(), lot, sums);
        require(_state.links[_SUBJECT][_OTHER].amount == uint256(sums[3]), "link");
        if (!done) inputLeft = int256(uint256(input.left));
        Lot storage after_ = _state.subjects[_OTHER].asLot();
        require(after_.left == uint256(inputLeft) && after_.made == input.made, "input");
        require(after_.packed == input.packed && after_.room == input.room, "input's neighbour");
    }

    function testFuzz_ofAHarvest(uint40[6] memory seeds, int64 own, int64 others) public {
        Lot memory lot = _lot(HARVEST, seeds[0], seeds[1], seeds[2]);
        uint256 allowed = (uint256(seeds[3]) * seeds[4]) / 10 ** 7;
        if (allowed > type(uint40).max) allowed = type(uint40).max;
        uint40 borne = uint40(seeds[5] % (allowed + 1));
        uint40 used = uint40(seeds[0] % (uint256(borne) + 1));
        (own, others) = (_near(own, lot.made), _near(others, borne));
        if (own == 0 || others == 0) return;
        _put(lot, lot, Link(used, 1));
        delete _state.subjects[_OTHER];
        Planting storage planting = _state.subjects[_OTHER].asPlanting();
        (planting.holder, planting.sort, planting.area) = (_HOLDER, PLANT, seeds[3]);
        (planting.made, planting.cap) = (borne, seeds[4]);

        int256[4] memory sums = [
            int256(uint256(lot.room)) + others - own,
            int256(uint256(lot.made)) + own,
            int256(uint256(lot.left)) + own,
            int256(uint256(used)) + others
        ];
        int256 bears = int256(uint256(borne)) + others;
        bool fits = _fits(sums[0]) && _fits(sums[1]) && sums[2] >= 0 && _fits(sums[3]);
        fits = fits && bears >= 0 && bears <= int256(allowed);
        bool done = _try(own, others);

        require(done == fits, "not accepted exactly when it fits");
        if (!done) (sums, bears) = (_sumsOf(lot, used), int256(uint256(borne)));
        _expectLot(_state.subjects[_SUBJECT].asLot(), lot, sums);
        require(_state.links[_SUBJECT][_OTHER].amount == uint256(sums[3]), "link");
        require(planting.made == uint256(bears) && planting.area == seeds[3] && planting.cap == seeds[4], "planting");
    }

    function testFuzz_ofAPlanting(uint40[4] memory seeds, int64 own, bool ended) public {
        uint40 area = seeds[0];
        uint256 allowed = _allowed(area, seeds[2]);
        uint40 borne = uint40(seeds[3] % (allowed + 1));
        uint40 free = uint40(seeds[1] % (uint256(type(uint40).max) - area + 1));
        own = _near(own, area);
        if (own == 0 || area == 0) return;
        _clear();
        Planting storage planting = _state.subjects[_SUBJECT].asPlanting();
        (planting.holder, planting.sort, planting.area) = (_HOLDER, PLANT, area);
        (planting.made, planting.cap) = (borne, seeds[2]);
        if (ended) planting.status = ENDED;
        Plot storage plot = _state.subjects[_OTHER].asPlot();
        (plot.holder, plot.sort, plot.area, plot.free) = (_HOLDER, PLOT, area + free, free);
        _state.links[_SUBJECT][_OTHER] = Link(area, 0);

        int256 wanted = int256(uint256(area)) + own;
        int256 rest = int256(uint256(free)) - own;
        bool fits = wanted >= 0 && rest >= 0;
        fits = fits && !ended && borne <= _allowed(uint256(wanted), seeds[2]);
        bool done = _try(own, own);

        require(done == fits, "not accepted exactly when it fits");
        if (!done) (wanted, rest) = (int256(uint256(area)), int256(uint256(free)));
        require(planting.area == uint256(wanted) && planting.made == borne && planting.cap == seeds[2], "planting");
        require(plot.free == uint256(rest) && plot.area == area + free, "plot");
        require(_state.links[_SUBJECT][_OTHER].amount == uint256(wanted), "link");
    }

    /// Of 250 a piece where it is packed. `flaw` 1: it is not under way any more; 2: the lot is recalled; else none of these.
    function testFuzz_ofAConsignment(uint40[4] memory seeds, int64 own, bool packed, uint8 flaw) public {
        Lot memory input = _lot(HARVEST, seeds[0], seeds[1], seeds[2]);
        uint40 amount = uint40(seeds[3] % (uint256(input.made) - input.left - input.packed + 1));
        own = _near(own, amount);
        if (packed) {
            amount -= amount % 250;
            if (seeds[0] % 4 > 0) own -= own % 250;
        }
        if (own == 0 || amount == 0) return;
        Lot memory lot = Lot(
            _HOLDER,
            SHIP,
            0,
            1,
            flaw == 1 ? 0 : 9,
            1,
            amount,
            packed ? 0 : amount,
            packed ? amount : 0,
            0
        );
        _put(lot, input, Link(amount, 0));
        _state.subjects[_SUBJECT].asLot().other = lot.other;
        _state.asides[_SUBJECT] = Aside(3, packed ? 1 : 0, 0);
        if (flaw == 2) _state.subjects[_OTHER].status = RECALLS;

        int256 all = int256(uint256(amount)) + own;
        int256 rest = int256(uint256(packed ? input.packed : input.left)) - own;
        bool fits = _fits(all) && _fits(rest) && (!packed || own % 250 == 0);
        fits = fits && flaw != 1 && (flaw != 2 || own < 0);
        bool done = _try(own, own);

        require(done == fits, "not accepted exactly when it fits");
        if (!done) (all, rest) = (int256(uint256(amount)), int256(uint256(packed ? input.packed : input.left)));
        Lot storage is_ = _state.subjects[_SUBJECT].asLot();
        require(is_.made == uint256(all) && is_.room == 0 && is_.other == lot.other, "consignment");
        require(is_.left == (packed ? 0 : uint256(all)) && is_.packed == (packed ? uint256(all) : 0), "its form");
        Lot storage from = _state.subjects[_OTHER].asLot();
        require(from.left == (packed ? input.left : uint256(rest)), "left of the lot");
        require(from.packed == (packed ? uint256(rest) : input.packed) && from.made == input.made, "packed of the lot");
        require(_state.links[_SUBJECT][_OTHER].amount == uint256(all), "link");
    }

    /// Of 250 a piece where it is packed: what was discarded, or not found.
    function testFuzz_ofWhatWasLost(uint40[4] memory seeds, int64 own, bool packed, bool underWay) public {
        Lot memory lot = _lot(packed ? SHIP : TRANSFORM, seeds[0], seeds[1], seeds[2]);
        uint40 lost = uint40(seeds[3] % (uint256(lot.made) - lot.left - lot.packed + 1));
        own = _near(own, lost);
        if (packed && seeds[0] % 4 > 0) own -= own % 250;
        if (own == 0) return;
        _put(lot, lot, Link(0, 0));
        if (underWay) _state.subjects[_SUBJECT].asLot().other = 9;
        _state.asides[_SUBJECT] = Aside(3, packed ? 1 : 0, lost);

        int256 gone = int256(uint256(lost)) - own;
        int256 there = int256(uint256(packed ? lot.packed : lot.left)) + own;
        bool fits = gone >= 0 && there >= 0 && !underWay && (!packed || own % 250 == 0);
        bool done = _tryEntry(1, own, 0);

        require(done == fits, "not accepted exactly when it fits");
        if (!done) (gone, there) = (int256(uint256(lost)), int256(uint256(packed ? lot.packed : lot.left)));
        Lot storage is_ = _state.subjects[_SUBJECT].asLot();
        require(is_.made == lot.made && is_.room == lot.room, "made stays");
        require(is_.left == (packed ? lot.left : uint256(there)), "left");
        require(is_.packed == (packed ? uint256(there) : lot.packed), "packed");
        Aside storage aside = _state.asides[_SUBJECT];
        require(aside.lost == uint256(gone) && aside.carrier == 3 && aside.packed == (packed ? 1 : 0), "lost");
    }

    function testFuzz_ofAPlotAndOfWhatCameFromOutside(uint40 made, uint40 left, int64 own, bool land) public {
        left = uint40(left % (uint256(made) + 1));
        own = _near(own, made);
        if (own == 0) return;
        _clear();
        Plot storage plot = _state.subjects[_SUBJECT].asPlot();
        Lot storage lot = _state.subjects[_SUBJECT].asLot();
        if (land) (plot.holder, plot.sort, plot.area, plot.free) = (_HOLDER, PLOT, made, left);
        else (lot.holder, lot.sort, lot.made, lot.left) = (_HOLDER, ORIGIN, made, left);

        (int256 all, int256 rest) = (int256(uint256(made)) + own, int256(uint256(left)) + own);
        bool done = _try(own, 0);

        require(done == (_fits(all) && rest >= 0), "not accepted exactly when it fits");
        if (!done) (all, rest) = (int256(uint256(made)), int256(uint256(left)));
        if (land) require(plot.area == uint256(all) && plot.free == uint256(rest), "plot");
        else require(lot.made == uint256(all) && lot.left == uint256(rest) && lot.room == 0, "lot");
    }

    function _try(int64 own, int64 others) private returns (bool done) {
        return _tryEntry(0, own, others);
    }

    /// @param entry number of the entry in the subject's first move; 0 made it
    function _tryEntry(uint16 entry, int64 own, int64 others) private returns (bool done) {
        EntryContext memory context;
        context.organisation = _HOLDER;
        context.subject = _SUBJECT;
        bytes32 other = others == 0 ? bytes32(0) : _OTHER;
        try this.run(context, abi.encodePacked(uint32(1), entry, uint8(1), own, other, others)) {
            done = true;
        } catch {}
        require((_state.words[_OTHER] != 0) == (done && others != 0), "touched exactly when it counts");
        require(_state.words[_SUBJECT] == bytes32(uint256(1)), "its own move is its group's");
    }

    function _lot(uint8 sort, uint40 made, uint40 left, uint40 room) private pure returns (Lot memory) {
        left = uint40(left % (uint256(made) + 1));
        uint40 packed = uint40(room % (uint256(made) - left + 1));
        return Lot(_HOLDER, sort, 0, 1, 0, 1, made, left, packed, room);
    }

    function _put(Lot memory lot, Lot memory input, Link memory link) private {
        _clear();
        _write(_state.subjects[_SUBJECT].asLot(), lot);
        _write(_state.subjects[_OTHER].asLot(), input);
        _state.links[_SUBJECT][_OTHER] = link;
    }

    function _write(Lot storage to, Lot memory lot) private {
        (to.holder, to.sort, to.unit, to.product) = (lot.holder, lot.sort, lot.unit, lot.product);
        (to.made, to.left, to.packed, to.room) = (lot.made, lot.left, lot.packed, lot.room);
    }

    /// @dev The subject has moved once, so that its making can be corrected; nobody has moved the other.
    function _clear() private {
        _state.words[_SUBJECT] = bytes32(uint256(1));
        delete _state.words[_OTHER];
        delete _state.subjects[_SUBJECT];
        delete _state.subjects[_OTHER];
        _state.productIds[1] = _PRODUCT;
        Product storage product = _state.subjects[_PRODUCT].asProduct();
        (product.holder, product.sort, product.net) = (_HOLDER, PRODUCT, 250);
    }

    function _expectLot(Lot storage is_, Lot memory was, int256[4] memory sums) private view {
        require(is_.room == uint256(sums[0]), "room");
        require(is_.made == uint256(sums[1]) && is_.left == uint256(sums[2]), "made and left");
        require(is_.packed == was.packed && is_.holder == was.holder && is_.sort == was.sort, "a neighbour");
    }

    function _sumsOf(Lot memory lot, uint40 used) private pure returns (int256[4] memory) {
        return [int256(uint256(lot.room)), int256(uint256(lot.made)), int256(uint256(lot.left)), int256(uint256(used))];
    }

    function _fits(int256 sum) private pure returns (bool) {
        return sum >= 0 && sum <= _MOST;
    }

    function _allowed(uint256 area, uint256 cap) private pure returns (uint256 allowed) {
        allowed = (area * cap) / 10 ** 7;
        if (allowed > type(uint40).max) allowed = type(uint40).max;
    }

    /// @dev Up to the amount and a quarter, either way, so that about half of them fit.
    function _near(int64 seed, uint40 amount) private pure returns (int64) {
        int64 most = int64(uint64(amount)) + int64(uint64(amount)) / 4 + 1;
        if (most > int64(_MOST)) most = int64(_MOST);
        return seed % (most + 1);
    }
}
