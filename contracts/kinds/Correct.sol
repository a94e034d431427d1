// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Cursor} from "../libraries/Cursor.sol";
import {Entries} from "../libraries/Entries.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {EntryContext, State} from "../State.sol";
import {HARVEST, ORIGIN, PLANT, PLOT, SHIP, TRANSFORM} from "../types/Kinds.sol";
import {Aside, ENDED, Link, Lot, Planting, Plot, RECALLS, Subject} from "../types/Slots.sol";
import {Stock} from "./Stock.sol";

/// @title  Correct
/// @notice CORRECT: an entry of the past was wrong, and by how much (docs/ledger.md §6). Overwrites nothing: it books a
///         difference where stock, link and room allow it, so that whatever came after stays covered.
/// @dev    Differences have at most 40 bits and a sign, amounts 40: no sum of them comes near 256 bits.
///
/// Always true, tested as `invariant_…` in test/contracts/Stock.invariant.t.sol with corrections among the acts (I12).
library Correct {
    using Cursor for bytes;
    using Subjects for *;

    uint256 private constant _CORRECT_LENGTH = 55;
    /// @dev mistyped, of another subject or day, did not happen, found out later
    uint8 private constant _REASONS = 4;
    int64 private constant _MOST = int64(uint64(type(uint40).max));

    /// @dev seq u32 ‖ entry u16 ‖ reason u8 ‖ own i64 ‖ other 32 ‖ others i64; touches the other, if any
    function correct(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _CORRECT_LENGTH);
        (int64 own, int64 others) = (args.i64(7), args.i64(47));
        bool booked = own != 0 || others != 0;
        _expectWriter(state, context, booked);
        bool making = _expectEntry(state, context, args, booked);
        uint8 reason = args.u8(6);
        if (reason == 0 || reason > _REASONS) revert ILedger.ReasonUnknown(reason);
        _expectRange(own);
        _expectRange(others);
        bytes32 other = args.id32(15);
        if (others == 0) {
            if (other != 0) revert ILedger.OtherNotNeeded(other);
            if (!booked) return;
            if (making) _book(state, context, own, 0, 0);
            else _changeLost(state, context.subject, own);
            return;
        }
        Entries.expectOther(context, other);
        state.held(other, context.organisation);
        // DISCARD and RECEIVE have no input.
        if (!making) revert ILedger.OtherNotNeeded(other);
        _book(state, context, own, other, others);
        state.touch(context, other);
    }

    /// @dev Books are their holder's. To say that something was wrong is open to whoever has some role here.
    function _expectWriter(State storage state, EntryContext calldata context, bool booked) private view {
        uint24 holder = state.any(context.subject).holder;
        if (holder == context.organisation || (!booked && context.roles != 0)) return;
        revert ILedger.NotHolder(context.subject, context.organisation);
    }

    /// @dev The move is one that the subject made. That of a making entry is its first; of other moves those of lots alone have
    ///      amounts: what was discarded, and what was found.
    function _expectEntry(
        State storage state,
        EntryContext calldata context,
        bytes calldata args,
        bool booked
    ) private view returns (bool making) {
        (uint32 seq, uint16 entry) = (args.u32(0), args.u16(4));
        Entries.expectMove(state, context.subject, seq);
        making = seq == 1 && entry == 0;
        if (!booked || making || Subjects.isLot(state.subjects[context.subject].sort)) return making;
        revert ILedger.NotTheMaking(context.subject, seq, entry);
    }

    function _expectRange(int64 difference) private pure {
        if (difference > _MOST || difference < -_MOST) revert ILedger.DifferenceTooLarge(difference);
    }

    function _book(State storage state, EntryContext calldata context, int64 own, bytes32 other, int64 others) private {
        bytes32 id = context.subject;
        Subject storage subject = state.subjects[id];
        uint8 sort = subject.sort;
        if (sort == HARVEST || sort == TRANSFORM) {
            if (other != 0) _changeInput(state, id, other, others);
            _changeRoom(subject.asLot(), id, int256(others) - own);
            _changeMade(subject.asLot(), id, own);
        } else if (sort == SHIP) {
            if (subject.asLot().other == 0) revert ILedger.NotUnderWay(id);
            if (own != others) revert ILedger.DifferencesDiffer(own, others);
            _changeShipped(state, subject.asLot(), id, other, own);
        } else if (sort == PLANT) {
            if (subject.status & ENDED != 0) revert ILedger.Ended(id);
            if (own != others) revert ILedger.DifferencesDiffer(own, others);
            _changeLink(state, id, other, own);
            _changeFree(state.plot(other), other, own);
            _changePlanting(subject.asPlanting(), id, own);
        } else if (sort == ORIGIN || sort == PLOT) {
            if (other != 0) revert ILedger.OtherNotNeeded(other);
            if (sort == ORIGIN) _changeMade(subject.asLot(), id, own);
            else _changeArea(subject.asPlot(), id, own);
        } else {
            revert ILedger.NothingToCorrect(id, sort);
        }
    }

    /// @dev So much more was taken from `other`, a planting or a lot.
    function _changeInput(State storage state, bytes32 id, bytes32 other, int256 difference) private {
        bool fromRoom = _changeLink(state, id, other, difference);
        _expectNotRecalled(state, other, difference);
        if (fromRoom) {
            Planting storage planting = state.planting(other);
            // Below 0 the link would have come first: a planting's `made` is the sum of its links.
            uint256 wanted = uint256(int256(uint256(planting.made)) + difference);
            uint256 allowed = Stock.allowedOf(planting.area, planting.cap);
            if (wanted > allowed) revert ILedger.OverCap(other, allowed, wanted);
            planting.made = uint40(wanted);
        } else {
            _changeLeft(state.lot(other), other, -difference);
        }
    }

    /// @dev So much more was shipped of the lot `other`, and is under way.
    function _changeShipped(
        State storage state,
        Lot storage consignment,
        bytes32 id,
        bytes32 other,
        int256 difference
    ) private {
        _changeLink(state, id, other, difference);
        _expectNotRecalled(state, other, difference);
        Lot storage lot = state.lot(other);
        // The link holds what was made of the consignment, all of which is still there.
        uint40 amount = state.links[id][other].amount;
        consignment.made = amount;
        if (state.asides[id].packed == 1) {
            Stock.expectWhole(state, lot.product, _size(difference));
            _changePacked(lot, other, -difference);
            consignment.packed = amount;
        } else {
            _changeLeft(lot, other, -difference);
            consignment.left = amount;
        }
    }

    /// @dev So much less was discarded of a lot, or lost on the way to its holder, and is there.
    function _changeLost(State storage state, bytes32 id, int256 difference) private {
        Lot storage lot = Subjects.asLot(state.subjects[id]);
        if (lot.other != 0) revert ILedger.UnderWay(id);
        Aside storage aside = state.asides[id];
        (uint8 packed, uint40 before) = (aside.packed, aside.lost);
        if (packed == 1) Stock.expectWhole(state, lot.product, _size(difference));
        int256 lost = int256(uint256(before)) - difference;
        if (lost < 0) revert ILedger.NotEnoughLost(id, before, uint256(difference));
        if (packed == 1) _changePacked(lot, id, difference);
        else _changeLeft(lot, id, difference);
        // left, packed and lost together stay as they were, and are at most what was made: below 2^40.
        aside.lost = uint40(uint256(lost));
    }

    function _size(int256 difference) private pure returns (uint256) {
        return uint256(difference < 0 ? -difference : difference);
    }

    /// @dev Of what is recalled no more is taken, be it by correcting what was taken before.
    function _expectNotRecalled(State storage state, bytes32 other, int256 difference) private view {
        if (difference > 0 && state.subjects[other].status & RECALLS != 0) revert ILedger.Recalled(other);
    }

    /// @dev So much more was taken for the subject from `other`; whether it was taken from what a planting may still bear.
    function _changeLink(State storage state, bytes32 id, bytes32 other, int256 difference) private returns (bool) {
        Link storage link = state.links[id][other];
        (uint40 amount, uint8 fromRoom) = (link.amount, link.fromRoom);
        if (amount == 0 && fromRoom == 0) revert ILedger.NoLink(id, other);
        if (difference < 0) Stock.expectNotRecalled(state, id);
        int256 linked = int256(uint256(amount)) + difference;
        if (linked < 0) revert ILedger.NotEnoughLinked(other, amount, uint256(-difference));
        link.amount = Stock.fit(uint256(linked));
        return fromRoom == 1;
    }

    /// @dev What goes in and does not come out grows by `difference`.
    function _changeRoom(Lot storage lot, bytes32 id, int256 difference) private {
        int256 room = int256(uint256(lot.room)) + difference;
        if (room < 0) revert ILedger.NoRoom(id, lot.room, uint256(-difference));
        lot.room = Stock.fit(uint256(room));
    }

    /// @dev So much more was made, and is there.
    function _changeMade(Lot storage lot, bytes32 id, int256 difference) private {
        int256 left = int256(uint256(lot.left)) + difference;
        if (left < 0) revert ILedger.NotEnoughLeft(id, lot.left, uint256(-difference));
        // made >= left, so neither sum is below 0, nor is the second above the first.
        lot.made = Stock.fit(uint256(int256(uint256(lot.made)) + difference));
        lot.left = uint40(uint256(left));
    }

    /// @dev So much more is loose of a lot, or less.
    function _changeLeft(Lot storage lot, bytes32 id, int256 difference) private {
        int256 left = int256(uint256(lot.left)) + difference;
        if (left < 0) revert ILedger.NotEnoughLeft(id, lot.left, uint256(-difference));
        lot.left = Stock.fit(uint256(left));
    }

    /// @dev So much more is packed of a lot, or less.
    function _changePacked(Lot storage lot, bytes32 id, int256 difference) private {
        int256 packed = int256(uint256(lot.packed)) + difference;
        if (packed < 0) revert ILedger.NotEnoughPacked(id, lot.packed, uint256(-difference));
        lot.packed = Stock.fit(uint256(packed));
    }

    function _changeFree(Plot storage plot, bytes32 id, int256 difference) private {
        int256 free = int256(uint256(plot.free)) - difference;
        if (free < 0) revert ILedger.NotEnoughArea(id, plot.free, uint256(difference));
        plot.free = Stock.fit(uint256(free));
    }

    function _changePlanting(Planting storage planting, bytes32 id, int256 difference) private {
        // The link to the plot holds the same area: it would have gone below 0 first.
        uint40 area = Stock.fit(uint256(int256(uint256(planting.area)) + difference));
        uint256 allowed = Stock.allowedOf(area, planting.cap);
        if (planting.made > allowed) revert ILedger.OverCap(id, allowed, planting.made);
        planting.area = area;
    }

    function _changeArea(Plot storage plot, bytes32 id, int256 difference) private {
        int256 free = int256(uint256(plot.free)) + difference;
        if (free < 0) revert ILedger.NotEnoughArea(id, plot.free, uint256(-difference));
        // area >= free, as made >= left above.
        plot.area = Stock.fit(uint256(int256(uint256(plot.area)) + difference));
        plot.free = uint40(uint256(free));
    }
}
