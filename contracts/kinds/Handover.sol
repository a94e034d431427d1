// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Cursor} from "../libraries/Cursor.sol";
import {Entries} from "../libraries/Entries.sol";
import {Fold} from "../libraries/Fold.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {EntryContext, State} from "../State.sol";
import {ROLE_CARRIER, ROLES_OF_GOODS, SHIP} from "../types/Kinds.sol";
import {Aside, Link, Lot, Organisation, RECALLS} from "../types/Slots.sol";
import {Status} from "./Status.sol";
import {Stock} from "./Stock.sol";

/// @title  Handover
/// @notice SHIP, and how it ends: RECEIVE, REFUSE or WITHDRAW (docs/ledger.md §6). A consignment is a lot of its own that its
///         sender offers to one organisation; it is under way while `other` names that organisation.
///
/// Always true, tested as `invariant_…` in test/contracts/Stock.invariant.t.sol:
///   offeredToOneTakenOnce   a consignment ends once, by the one to whom it is offered or by its sender (I9)
library Handover {
    using Cursor for bytes;
    using Subjects for *;
    using Stock for *;

    uint256 private constant _SHIP_LENGTH = 46;
    uint256 private constant _RECEIVE_LENGTH = 5;
    /// @dev Of REFUSE and of WITHDRAW.
    uint256 private constant _GIVE_BACK_LENGTH = 32;

    /// @dev index u16 ‖ lot 32 ‖ packed u8 ‖ amount u40 ‖ to u24 ‖ carrier u24; touches the lot
    function ship(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _SHIP_LENGTH);
        Entries.expectRole(context, ROLES_OF_GOODS);
        Entries.expectMaker(state, context, args.u16(0));
        bytes32 lotId = args.id32(2);
        Entries.expectOther(context, lotId);
        Lot storage lot = state.usable(lotId, context.organisation);
        (uint8 packed, uint40 amount) = (args.u8(34), args.u40(35));
        if (packed > 1) revert ILedger.FlagsUnknown(packed);
        if (amount == 0) revert ILedger.AmountZero();
        if (packed == 1) state.expectWhole(lot.product, amount);
        _expectHands(state, context, args.u24(40), args.u24(43));
        if (packed == 1) lot.takePacked(lotId, amount);
        else lot.take(lotId, amount);
        _load(state, context, args, lot);
        bytes32[] memory ancestry = new bytes32[](3);
        ancestry[0] = context.subject;
        ancestry[1] = lotId;
        ancestry[2] = state.touch(context, lotId);
        state.words[context.subject] = Fold.derived(ancestry);
    }

    /// @dev amount u40
    function receive_(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _RECEIVE_LENGTH);
        bytes32 id = context.subject;
        Lot storage consignment = _offered(state, context);
        uint40 found = args.u40(0);
        Aside storage aside = state.asides[id];
        bool packed = aside.packed == 1;
        if (packed) state.expectWhole(consignment.product, found);
        // Under way nothing is taken from a consignment: all that was made of it is offered.
        (uint24 sender, uint8 status, uint40 offered) = (consignment.holder, consignment.status, consignment.made);
        if (found > offered) revert ILedger.MoreThanOffered(id, offered, found);
        if (status & RECALLS != 0) Status.passOn(state, id, sender, context.organisation);
        consignment.holder = context.organisation;
        consignment.other = 0;
        if (packed) consignment.packed = found;
        else consignment.left = found;
        if (found < offered) aside.lost = offered - found;
    }

    /// @dev lot 32; touches the lot
    function refuse(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _GIVE_BACK_LENGTH);
        Lot storage consignment = _offered(state, context);
        state.expectNotRecalled(context.subject);
        _giveBack(state, context, consignment, args.id32(0));
    }

    /// @dev lot 32; touches the lot
    function withdraw(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _GIVE_BACK_LENGTH);
        state.held(context.subject, context.organisation);
        Lot storage consignment = state.consignment(context.subject);
        state.expectNotRecalled(context.subject);
        if (consignment.other == 0) revert ILedger.NotUnderWay(context.subject);
        _giveBack(state, context, consignment, args.id32(0));
    }

    /// @dev Makes the consignment of what was taken from `lot`.
    function _load(State storage state, EntryContext calldata context, bytes calldata args, Lot storage lot) private {
        (uint8 packed, uint40 amount, uint24 carrier) = (args.u8(34), args.u40(35), args.u24(43));
        bytes32 id = context.subject;
        Lot storage made = state.subjects[id].asLot();
        made.holder = context.organisation;
        made.sort = SHIP;
        made.unit = lot.unit;
        made.other = args.u24(40);
        made.product = lot.product;
        made.made = amount;
        if (packed == 1) made.packed = amount;
        else made.left = amount;
        // Most have neither, and need no slot for it.
        if (packed == 1 || carrier != 0) state.asides[id] = Aside({carrier: carrier, packed: packed, lost: 0});
        state.links[id][args.id32(2)] = Link({amount: amount, fromRoom: 0});
    }

    /// @dev To whom it goes, which can receive it, and, if anybody is named, who carries it.
    function _expectHands(State storage state, EntryContext calldata context, uint24 to, uint24 carrier) private view {
        Organisation storage its = state.organisationOf(to);
        (uint24 number, uint64 untilBlock) = (its.holder, its.untilBlock);
        if (number == 0) revert ILedger.OrganisationUnknown(to);
        if (block.number > untilBlock) revert ILedger.OrganisationStopped(to);
        if (carrier == 0) return;
        its = state.organisationOf(carrier);
        uint32 roles;
        (number, roles) = (its.holder, its.roles);
        if (number == 0) revert ILedger.OrganisationUnknown(carrier);
        if (roles & ROLE_CARRIER == 0) revert ILedger.NoRole(carrier, context.kind);
    }

    /// @dev The group's subject, a consignment that is under way to the recorder's organisation.
    function _offered(
        State storage state,
        EntryContext calldata context
    ) private view returns (Lot storage consignment) {
        consignment = state.consignment(context.subject);
        if (consignment.other != context.organisation) {
            revert ILedger.NotOffered(context.subject, context.organisation);
        }
    }

    /// @dev All of it is the lot's again, whose holder is the consignment's: under way it has none but its sender, and no
    ///      lot that was not under way when it was shipped from is so later.
    function _giveBack(
        State storage state,
        EntryContext calldata context,
        Lot storage consignment,
        bytes32 lotId
    ) private {
        bytes32 id = context.subject;
        Entries.expectOther(context, lotId);
        uint40 amount = state.links[id][lotId].amount;
        if (amount == 0) revert ILedger.NoLink(id, lotId);
        delete state.links[id][lotId];
        Lot storage lot = state.lot(lotId);
        // It came from there, and left and packed are at most what was made: below 2^40.
        if (state.asides[id].packed == 1) lot.packed += amount;
        else lot.left += amount;
        consignment.other = 0;
        (consignment.made, consignment.left, consignment.packed) = (0, 0, 0);
        state.touch(context, lotId);
    }
}
