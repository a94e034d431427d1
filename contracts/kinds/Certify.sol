// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Cursor} from "../libraries/Cursor.sol";
import {Entries} from "../libraries/Entries.sol";
import {Fold} from "../libraries/Fold.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {EntryContext, State} from "../State.sol";
import {CERTIFY, PLOT, PRODUCT, ROLE_CERTIFIER} from "../types/Kinds.sol";
import {Certificate} from "../types/Slots.sol";

/// @title  Certify
/// @notice CERTIFY: a certificate that its issuer keeps for another organisation, over products and plots, for a time
///         (docs/ledger.md §6).
/// @dev    Whether the beneficiary holds what is named is not asked: it may come to hold it, and readers look at the day that
///         they ask about.
library Certify {
    using Cursor for bytes;
    using Subjects for *;

    /// @dev Length of the args before the subjects, the last byte being their number.
    uint256 private constant _FIXED = 54;
    uint256 private constant _MAX_SCOPE = 100;
    uint256 private constant _ID = 32;

    /// @dev index u16 ‖ application 32 ‖ beneficiary u24 ‖ from u40 ‖ until u40 ‖ unit u8 ‖ volume u40 ‖ count u8 ‖
    ///      count × subject 32
    function certify(State storage state, EntryContext calldata context, bytes calldata args) external {
        uint256 count = args.length < _FIXED ? 0 : args.u8(_FIXED - 1);
        Entries.expectLength(context, args, _FIXED + count * _ID);
        Entries.expectRole(context, ROLE_CERTIFIER);
        Entries.expectMaker(state, context, args.u16(0));
        if (args.id32(2) != 0) revert ILedger.ApplicationsNotYet();
        uint24 beneficiary = _beneficiary(state, context, args);
        (uint40 from, uint40 until) = (args.u40(37), args.u40(42));
        if (from >= until) revert ILedger.ValidityEmpty(from, until);
        if (args.u8(47) != 0 || args.u40(48) != 0) revert ILedger.VolumesNotYet();
        if (count == 0 || count > _MAX_SCOPE) revert ILedger.CountOutOfRange(count);
        _name(state, context, args, count);

        Certificate storage made = state.subjects[context.subject].asCertificate();
        made.holder = context.organisation;
        made.sort = CERTIFY;
        made.beneficiary = beneficiary;
        made.from = from;
        made.until = until;
        state.words[context.subject] = Fold.birth(context.subject);
    }

    function _beneficiary(
        State storage state,
        EntryContext calldata context,
        bytes calldata args
    ) private view returns (uint24 number) {
        number = args.u24(34);
        if (state.organisationOf(number).holder == 0) revert ILedger.OrganisationUnknown(number);
        if (number == context.organisation) revert ILedger.HolderItself(bytes32(uint256(number)), number);
    }

    /// @dev Writes the scope. Ascending order keeps the same subject from being named twice.
    function _name(State storage state, EntryContext calldata context, bytes calldata args, uint256 count) private {
        mapping(bytes32 => uint256) storage scope = state.scopes[context.subject];
        bytes32 before = 0;
        for (uint256 i = 0; i < count; ++i) {
            bytes32 id = args.id32(_FIXED + i * _ID);
            if (i > 0 && id <= before) revert ILedger.NotAscending(id);
            uint8 sort = state.any(id).sort;
            if (sort != PRODUCT && sort != PLOT) revert ILedger.WrongSort(id, sort);
            scope[id] = 1;
            before = id;
        }
    }
}
