// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Cursor} from "../libraries/Cursor.sol";
import {Entries} from "../libraries/Entries.sol";
import {Fold} from "../libraries/Fold.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {EntryContext, State} from "../State.sol";
import {PLANT, ROLE_PRODUCER, ROLES_OF_GOODS} from "../types/Kinds.sol";
import {Aside, ENDED, Link, Lot, Planting, Product, Subject} from "../types/Slots.sol";
import {Stock} from "./Stock.sol";

/// @title  Transform
/// @notice HARVEST and TRANSFORM: lots made of plantings, and of lots. DISCARD: goods that are lost, a season that is over
///         (docs/ledger.md §6).
library Transform {
    using Cursor for bytes;
    using Subjects for *;
    using Stock for *;

    uint256 private constant _MAX_INPUTS = 200;
    uint256 private constant _MAX_OUTPUTS = 32;
    /// @dev Of an input or an output: id 32 ‖ amount u40.
    uint256 private constant _PAIR = 37;
    /// @dev process, pack, split, merge
    uint8 private constant _STEPS = 4;
    uint256 private constant _DISCARD_LENGTH = 38;
    // Why something is discarded. In between: 2 taken as a sample, 3 given away or eaten, both of lots alone.
    uint8 private constant _LOST = 1;
    uint8 private constant _ORDERED = 4;
    /// @dev Of plantings alone.
    uint8 private constant _SEASON_OVER = 5;

    /// @dev index u16 ‖ count u8 ‖ count × (planting 32 ‖ amount u40); touches the plantings
    function harvest(State storage state, EntryContext calldata context, bytes calldata args) external {
        uint256 count = args.length < 3 ? 0 : args.u8(2);
        Entries.expectLength(context, args, 3 + count * _PAIR);
        Entries.expectRole(context, ROLE_PRODUCER);
        Entries.expectMaker(state, context, args.u16(0));
        if (count == 0 || count > _MAX_INPUTS) revert ILedger.CountOutOfRange(count);
        bytes32[] memory ancestry = _ancestry(count);
        uint24 product;
        uint8 unit;
        uint256 sum;
        for (uint256 i = 0; i < count; ++i) {
            (bytes32 id, uint40 amount) = _input(context, args, 3 + i * _PAIR, ancestry, i);
            Planting storage planting = state.growing(id, context.organisation);
            if (i == 0) (product, unit) = (planting.product, planting.unit);
            else if (planting.product != product) revert ILedger.ProductsDiffer(id);
            planting.harvest(id, amount);
            sum += amount;
            state.links[context.subject][id] = Link({amount: amount, fromRoom: 1});
            ancestry[2 + 2 * i] = state.touch(context, id);
        }
        _put(state.subjects[context.subject].asLot(), context, product, unit, Stock.fit(sum));
        ancestry[0] = context.subject;
        state.words[context.subject] = Fold.derived(ancestry);
    }

    /// @dev index u16 ‖ step u8 ‖ ins u8 ‖ ins × (input 32 ‖ amount u40) ‖ outs u8 ‖ outs × (product 32 ‖
    ///      amount u40); touches the inputs, then the further outputs
    function transform(State storage state, EntryContext calldata context, bytes calldata args) external {
        (uint256 ins, uint256 outsAt) = _form(context, args);
        Entries.expectRole(context, ROLES_OF_GOODS);
        Entries.expectMaker(state, context, args.u16(0));
        uint8 step = args.u8(2);
        if (step == 0 || step > _STEPS) revert ILedger.StepUnknown(step);
        if (ins == 0 || ins > _MAX_INPUTS) revert ILedger.CountOutOfRange(ins);
        uint256 outs = args.u8(outsAt);
        if (outs == 0 || outs > _MAX_OUTPUTS) revert ILedger.CountOutOfRange(outs);

        bytes32[] memory ancestry = _ancestry(ins);
        (uint256 taken, uint8 unit) = _takeAll(state, context, args, ancestry);
        uint256 given;
        for (uint256 k = 0; k < outs; ++k)
            given += _give(state, context, args, outsAt + 1 + k * _PAIR, ancestry, k, unit);
        if (given > taken) revert ILedger.MoreOutThanIn(taken, given);
        unchecked {
            // given <= taken
            state.subjects[context.subject].asLot().room = Stock.fit(taken - given);
        }
    }

    /// @dev reason u8 ‖ amount u40 ‖ plot 32; touches the plot, if any
    function discard(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _DISCARD_LENGTH);
        bytes32 id = context.subject;
        Subject storage subject = state.held(id, context.organisation);
        (uint8 sort, uint8 status, uint24 other) = (subject.sort, subject.status, subject.asLot().other);
        (uint8 reason, uint40 amount, bytes32 plot) = (args.u8(0), args.u40(1), args.id32(6));
        if (sort == PLANT) {
            if (status & ENDED != 0) revert ILedger.Ended(id);
            if (reason != _LOST && reason != _ORDERED && reason != _SEASON_OVER) revert ILedger.ReasonUnknown(reason);
            if (amount == 0) revert ILedger.AmountZero();
            Entries.expectOther(context, plot);
            _endSeason(state, subject.asPlanting(), id, amount, plot);
            state.touch(context, plot);
        } else {
            if (!Subjects.isLot(sort)) revert ILedger.WrongSort(id, sort);
            if (other != 0) revert ILedger.UnderWay(id);
            if (reason < _LOST || reason > _ORDERED) revert ILedger.ReasonUnknown(reason);
            if (amount == 0) revert ILedger.AmountZero();
            if (plot != 0) revert ILedger.OtherNotNeeded(plot);
            _lose(state, subject.asLot(), id, amount);
        }
    }

    /// @dev Of goods that came packed whole pieces are lost, of all others what is loose.
    function _lose(State storage state, Lot storage lot, bytes32 id, uint40 amount) private {
        Aside storage aside = state.asides[id];
        (uint8 packed, uint40 lost) = (aside.packed, aside.lost);
        if (packed == 1) {
            state.expectWhole(lot.product, amount);
            lot.takePacked(id, amount);
        } else {
            lot.take(id, amount);
        }
        // What is lost was there, and all that was there is at most what was made: below 2^40.
        aside.lost = lost + amount;
    }

    /// @dev Its plot gets back the whole area. Area and cap stay, so that what was harvested can still be corrected.
    function _endSeason(
        State storage state,
        Planting storage planting,
        bytes32 id,
        uint40 amount,
        bytes32 plot
    ) private {
        if (state.links[id][plot].amount == 0) revert ILedger.NoLink(id, plot);
        uint40 area = planting.area;
        if (amount != area) revert ILedger.AmountDiffers(id, area, amount);
        planting.status |= ENDED;
        // What is free of a plot is at most its area: below 2^40.
        state.plot(plot).free += area;
    }

    /// @dev Where the two counts of a TRANSFORM lie and that its length is what they say.
    function _form(
        EntryContext calldata context,
        bytes calldata args
    ) private pure returns (uint256 ins, uint256 outsAt) {
        if (args.length < 5) revert ILedger.WrongLength(context.kind, args.length);
        ins = args.u8(3);
        outsAt = 4 + ins * _PAIR;
        if (args.length <= outsAt) revert ILedger.WrongLength(context.kind, args.length);
        Entries.expectLength(context, args, outsAt + 1 + args.u8(outsAt) * _PAIR);
    }

    /// @dev Uses up the inputs of a TRANSFORM, each linked to the first output.
    function _takeAll(
        State storage state,
        EntryContext calldata context,
        bytes calldata args,
        bytes32[] memory ancestry
    ) private returns (uint256 taken, uint8 unit) {
        uint256 ins = ancestry.length / 2;
        for (uint256 i = 0; i < ins; ++i) {
            (bytes32 id, uint40 amount) = _input(context, args, 4 + i * _PAIR, ancestry, i);
            Lot storage lot = state.usable(id, context.organisation);
            if (i == 0) unit = lot.unit;
            else if (lot.unit != unit) revert ILedger.UnitsDiffer(id);
            lot.take(id, amount);
            taken += amount;
            state.links[context.subject][id] = Link({amount: amount, fromRoom: 0});
            ancestry[2 + 2 * i] = state.touch(context, id);
        }
    }

    /// @dev Makes output k. The first is the group's own subject, which moves with its group; a further one moves at once.
    function _give(
        State storage state,
        EntryContext calldata context,
        bytes calldata args,
        uint256 offset,
        bytes32[] memory ancestry,
        uint256 k,
        uint8 unit
    ) private returns (uint40 amount) {
        bytes32 productId = args.id32(offset);
        Product storage product = state.product(productId);
        if (product.unit != unit) revert ILedger.UnitsDiffer(productId);
        amount = args.u40(offset + 32);
        if (amount == 0) revert ILedger.AmountZero();
        bytes32 id = context.subject;
        if (k > 0) {
            id = Subjects.newId(context, args.u16(0) + k);
            Entries.expectFree(state, id);
        }
        _put(state.subjects[id].asLot(), context, product.number, unit, amount);
        ancestry[0] = id;
        state.words[id] = Fold.derived(ancestry);
        if (k > 0) state.touch(context, id);
    }

    /// @dev Reads input i into `ancestry`: not zero, not the group's own subject, above the one before. Ascending order
    ///      keeps the same input from being named twice.
    function _input(
        EntryContext calldata context,
        bytes calldata args,
        uint256 offset,
        bytes32[] memory ancestry,
        uint256 i
    ) private pure returns (bytes32 id, uint40 amount) {
        id = args.id32(offset);
        amount = args.u40(offset + 32);
        if (amount == 0) revert ILedger.AmountZero();
        if (i > 0 && id <= ancestry[2 * i - 1]) revert ILedger.NotAscending(id);
        Entries.expectOther(context, id);
        ancestry[1 + 2 * i] = id;
    }

    /// @dev Own id, then id and word of each input (§5).
    function _ancestry(uint256 inputs) private pure returns (bytes32[] memory) {
        return new bytes32[](1 + 2 * inputs);
    }

    function _put(Lot storage lot, EntryContext calldata context, uint24 product, uint8 unit, uint40 amount) private {
        lot.holder = context.organisation;
        lot.sort = context.kind;
        lot.unit = unit;
        lot.product = product;
        lot.made = amount;
        lot.left = amount;
    }
}
