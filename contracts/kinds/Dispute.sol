// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Cursor} from "../libraries/Cursor.sol";
import {Entries} from "../libraries/Entries.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {EntryContext, State} from "../State.sol";
import {SHIP} from "../types/Kinds.sol";
import {Subject} from "../types/Slots.sol";

/// @title  Dispute
/// @notice DISPUTE: whom an entry concerns denies it. ANSWER: what the holder says to that (docs/ledger.md §6).
/// @dev    Neither changes anything: both stand in the subject's log, and its holder cannot keep them out.
library Dispute {
    using Cursor for bytes;
    using Subjects for State;

    uint256 private constant _DISPUTE_LENGTH = 38;
    uint256 private constant _ANSWER_LENGTH = 4;

    /// @dev seq u32 ‖ entry u16 ‖ named 32. How many entries a move has is for readers, as with CORRECT.
    function dispute(State storage state, EntryContext calldata context, bytes calldata args) external view {
        Entries.expectLength(context, args, _DISPUTE_LENGTH);
        Entries.expectRole(context, type(uint32).max);
        if (state.any(context.subject).holder == context.organisation) {
            revert ILedger.HolderItself(context.subject, context.organisation);
        }
        Entries.expectMove(state, context.subject, args.u32(0));
        _expectConcerned(state, context, args.id32(6));
    }

    /// @dev seq u32
    function answer(State storage state, EntryContext calldata context, bytes calldata args) external view {
        Entries.expectLength(context, args, _ANSWER_LENGTH);
        state.held(context.subject, context.organisation);
        Entries.expectMove(state, context.subject, args.u32(0));
    }

    /// @dev `named` is what ties the organisation to the entry: it holds it, or is offered it.
    function _expectConcerned(State storage state, EntryContext calldata context, bytes32 named) private view {
        Subject storage subject = state.any(named);
        if (subject.holder == context.organisation) return;
        if (subject.sort == SHIP && state.lot(named).other == context.organisation) return;
        revert ILedger.NotHolder(named, context.organisation);
    }
}
