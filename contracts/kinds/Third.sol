// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Entries} from "../libraries/Entries.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {EntryContext, State} from "../State.sol";
import {ROLE_CERTIFIER, ROLE_EXPERT, ROLE_LABORATORY, ROLE_REGULATOR} from "../types/Kinds.sol";
import {SHIP, SORT_ORGANISATION} from "../types/Kinds.sol";
import {Subject} from "../types/Slots.sol";

/// @title  Third
/// @notice TEST, INSPECT and ATTEST (docs/ledger.md §6): what somebody says of a subject that is another's. Without args or
///         effect; what was found stands in the document.
/// @dev    They do not run with GROW and NOTE, which a run of observations checks once for their holder: here the holder is the
///         one who may not write.
library Third {
    using Subjects for *;

    /// @dev Of goods and places, by a laboratory.
    function test(State storage state, EntryContext calldata context, bytes calldata args) external view {
        Subject storage subject = _found(state, context, args, ROLE_LABORATORY);
        if (subject.sort == SORT_ORGANISATION) revert ILedger.WrongSort(context.subject, SORT_ORGANISATION);
        _expectThird(context, subject);
    }

    /// @dev Of organisations too, by a certifier or an authority.
    function inspect(State storage state, EntryContext calldata context, bytes calldata args) external view {
        _expectThird(context, _found(state, context, args, ROLE_CERTIFIER | ROLE_REGULATOR));
    }

    function attest(State storage state, EntryContext calldata context, bytes calldata args) external view {
        _expectThird(context, _found(state, context, args, ROLE_EXPERT));
    }

    function _found(
        State storage state,
        EntryContext calldata context,
        bytes calldata args,
        uint32 roles
    ) private view returns (Subject storage) {
        Entries.expectLength(context, args, 0);
        Entries.expectRole(context, roles);
        return state.any(context.subject);
    }

    /// @dev Neither its holder, nor to whom a consignment is offered: it is to be theirs.
    function _expectThird(EntryContext calldata context, Subject storage subject) private view {
        (uint24 holder, uint8 sort, uint24 other) = (subject.holder, subject.sort, subject.asLot().other);
        if (holder == context.organisation || (sort == SHIP && other == context.organisation)) {
            revert ILedger.HolderItself(context.subject, context.organisation);
        }
    }
}
