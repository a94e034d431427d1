// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {EntryContext, State} from "../State.sol";
import {Fold} from "./Fold.sol";
import {Subjects} from "./Subjects.sol";

/// @title  Entries
/// @notice The checks that every kind begins with, in the order of docs/ledger.md §9.
library Entries {
    /// @dev `args` have exactly the kind's length: a byte too many would be a second encoding of the same entry.
    function expectLength(EntryContext calldata context, bytes calldata args, uint256 length) internal pure {
        if (args.length != length) revert ILedger.WrongLength(context.kind, args.length);
    }

    /// @dev The recorder's organisation has one of `roles`.
    function expectRole(EntryContext calldata context, uint32 roles) internal pure {
        if (context.roles & roles == 0) revert ILedger.NoRole(context.organisation, context.kind);
    }

    /// @dev A making entry comes first in its group, whose subject is the new one that `index` names (§4.3).
    function expectMaker(State storage state, EntryContext calldata context, uint16 index) internal view {
        if (context.entry != 0) revert ILedger.NotMaker(context.kind);
        bytes32 expected = Subjects.newId(context, index);
        if (context.subject != expected) revert ILedger.WrongSubjectId(expected, context.subject);
        expectFree(state, expected);
    }

    function expectFree(State storage state, bytes32 id) internal view {
        if (state.words[id] != 0) revert ILedger.SubjectExists(id);
    }

    /// @dev `seq` is a move that the subject made before this entry.
    function expectMove(State storage state, bytes32 id, uint32 seq) internal view {
        uint32 newest = Fold.seq(state.words[id]);
        if (seq == 0 || seq > newest) revert ILedger.SeqUnknown(id, seq, newest);
    }

    /// @dev The group's own subject moves once, at the end of its group; touching it would move it out of turn.
    function expectOther(EntryContext calldata context, bytes32 id) internal pure {
        if (id == context.subject) revert ILedger.TouchesItself(id);
    }
}
