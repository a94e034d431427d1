// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Cursor} from "../libraries/Cursor.sol";
import {Entries} from "../libraries/Entries.sol";
import {Fold} from "../libraries/Fold.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {EntryContext, State} from "../State.sol";
import {APPLY, CERTIFY, PLOT, PRODUCT, ROLE_CERTIFIER, ROLES_OF_GOODS} from "../types/Kinds.sol";
import {ANSWERED, Application, Certificate, LAST_UNIT, Organisation} from "../types/Slots.sol";
import {REVOKED, Subject, SUSPENDED} from "../types/Slots.sol";

/// @title  Certify
/// @notice APPLY and CERTIFY: a certificate that its issuer keeps for another organisation, over products and plots, for a
///         time and up to a volume. SUSPEND, LIFT and REVOKE: what becomes of it (docs/ledger.md §6).
/// @dev    Whether the beneficiary holds what a certificate names is not asked: it may come to hold it, and readers look at
///         the day that they ask about. What labels draw of the volume is Label's.
library Certify {
    using Cursor for bytes;
    using Subjects for *;

    /// @dev Lengths of the args before the subjects, the last byte being their number.
    uint256 private constant _APPLY_FIXED = 12;
    uint256 private constant _CERTIFY_FIXED = 54;
    uint256 private constant _MAX_SCOPE = 100;
    uint256 private constant _ID = 32;

    /// @dev index u16 ‖ certifier u24 ‖ unit u8 ‖ volume u40 ‖ count u8 ‖ count × subject 32
    ///
    ///      Named so because `apply` is a word of the language.
    function applyFor(State storage state, EntryContext calldata context, bytes calldata args) external {
        uint256 count = _count(context, args, _APPLY_FIXED);
        Entries.expectRole(context, ROLES_OF_GOODS);
        Entries.expectMaker(state, context, args.u16(0));
        uint24 certifier = args.u24(2);
        _expectCertifier(state, context, certifier);
        (uint8 unit, uint40 volume) = _volume(args, 5);
        _expectScope(count);
        bytes32 id;
        for (uint256 i = 0; i < count; ++i) {
            id = _next(state, args, _APPLY_FIXED + i * _ID, id);
            if (state.subjects[id].sort == PLOT) state.held(id, context.organisation);
        }

        Application storage made = state.subjects[context.subject].asApplication();
        made.holder = context.organisation;
        made.sort = APPLY;
        made.unit = unit;
        made.certifier = certifier;
        made.volume = volume;
        state.words[context.subject] = Fold.birth(context.subject);
    }

    /// @dev index u16 ‖ application 32 ‖ beneficiary u24 ‖ from u40 ‖ until u40 ‖ unit u8 ‖ volume u40 ‖ count u8 ‖
    ///      count × subject 32; touches the application, if any
    function certify(State storage state, EntryContext calldata context, bytes calldata args) external {
        uint256 count = _count(context, args, _CERTIFY_FIXED);
        Entries.expectRole(context, ROLE_CERTIFIER);
        Entries.expectMaker(state, context, args.u16(0));
        (bytes32 application, uint24 beneficiary) = (args.id32(2), args.u24(34));
        if (application != 0) _expectAsked(state, context, application, beneficiary);
        _expectAnother(state, context, beneficiary);
        (uint40 from, uint40 until) = (args.u40(37), args.u40(42));
        if (from >= until) revert ILedger.ValidityEmpty(from, until);
        (uint8 unit, uint40 volume) = _volume(args, 47);
        _expectScope(count);

        Certificate storage made = state.subjects[context.subject].asCertificate();
        // Before the certificate is there, so that it cannot name itself.
        uint24 products = _name(state, context, args, count);
        made.holder = context.organisation;
        made.sort = CERTIFY;
        if (application != 0) made.status = ANSWERED;
        made.unit = unit;
        made.beneficiary = beneficiary;
        made.products = products;
        made.volume = volume;
        made.left = volume;
        made.from = from;
        made.until = until;
        state.words[context.subject] =
            application == 0 ? Fold.birth(context.subject) : _answer(state, context, application);
    }

    function suspend(State storage state, EntryContext calldata context, bytes calldata args) external {
        Certificate storage certificate = _own(state, context, args);
        if (certificate.status & SUSPENDED != 0) revert ILedger.Suspended(context.subject);
        certificate.status |= SUSPENDED;
    }

    function lift(State storage state, EntryContext calldata context, bytes calldata args) external {
        Certificate storage certificate = _own(state, context, args);
        if (certificate.status & SUSPENDED == 0) revert ILedger.NotSuspended(context.subject);
        certificate.status &= ~SUSPENDED;
    }

    function revoke(State storage state, EntryContext calldata context, bytes calldata args) external {
        Certificate storage certificate = _own(state, context, args);
        certificate.status |= REVOKED;
    }

    /// @dev The certificate whose issuer writes, as long as it is not revoked.
    function _own(
        State storage state,
        EntryContext calldata context,
        bytes calldata args
    ) private view returns (Certificate storage certificate) {
        Entries.expectLength(context, args, 0);
        state.held(context.subject, context.organisation);
        certificate = state.certificate(context.subject);
        if (certificate.status & REVOKED != 0) revert ILedger.Revoked(context.subject);
    }

    /// @dev How many subjects the args name, and that they are as long as that.
    function _count(
        EntryContext calldata context,
        bytes calldata args,
        uint256 fixed_
    ) private pure returns (uint256 count) {
        count = args.length < fixed_ ? 0 : args.u8(fixed_ - 1);
        Entries.expectLength(context, args, fixed_ + count * _ID);
    }

    function _expectCertifier(State storage state, EntryContext calldata context, uint24 number) private view {
        Organisation storage certifier = state.organisationOf(number);
        if (certifier.holder == 0) revert ILedger.OrganisationUnknown(number);
        if (certifier.roles & ROLE_CERTIFIER == 0) revert ILedger.NoRole(number, context.kind);
        if (number == context.organisation) revert ILedger.HolderItself(bytes32(uint256(number)), number);
    }

    function _expectAnother(State storage state, EntryContext calldata context, uint24 number) private view {
        if (state.organisationOf(number).holder == 0) revert ILedger.OrganisationUnknown(number);
        if (number == context.organisation) revert ILedger.HolderItself(bytes32(uint256(number)), number);
    }

    /// @dev The beneficiary asked this very certifier, who did not answer yet.
    function _expectAsked(
        State storage state,
        EntryContext calldata context,
        bytes32 id,
        uint24 beneficiary
    ) private view {
        Entries.expectOther(context, id);
        Application storage application = state.application(id);
        if (application.holder != beneficiary) revert ILedger.NotBeneficiary(id, beneficiary);
        if (application.certifier != context.organisation) revert ILedger.NotBeneficiary(id, context.organisation);
        if (application.status & ANSWERED != 0) revert ILedger.AlreadyAnswered(id);
    }

    /// @dev Marks the application as answered and touches it; the word of the certificate that came of it.
    function _answer(State storage state, EntryContext calldata context, bytes32 id) private returns (bytes32) {
        state.application(id).status |= ANSWERED;
        bytes32[] memory ancestry = new bytes32[](3);
        ancestry[0] = context.subject;
        ancestry[1] = id;
        ancestry[2] = state.touch(context, id);
        return Fold.derived(ancestry);
    }

    /// @dev unit u8 ‖ volume u40 at `offset`: both zero, or neither.
    function _volume(bytes calldata args, uint256 offset) private pure returns (uint8 unit, uint40 volume) {
        (unit, volume) = (args.u8(offset), args.u40(offset + 1));
        if (unit > LAST_UNIT || (unit == 0 && volume != 0)) revert ILedger.UnitUnknown(unit);
        if (unit != 0 && volume == 0) revert ILedger.AmountZero();
    }

    function _expectScope(uint256 count) private pure {
        if (count == 0 || count > _MAX_SCOPE) revert ILedger.CountOutOfRange(count);
    }

    /// @dev Writes the scope; how many products are in it.
    function _name(
        State storage state,
        EntryContext calldata context,
        bytes calldata args,
        uint256 count
    ) private returns (uint24 products) {
        mapping(bytes32 => uint256) storage scope = state.scopes[context.subject];
        bytes32 id;
        for (uint256 i = 0; i < count; ++i) {
            id = _next(state, args, _CERTIFY_FIXED + i * _ID, id);
            scope[id] = 1;
            if (state.subjects[id].sort == PRODUCT) ++products;
        }
    }

    /// @dev The product or plot at `offset`, above the one before (zero: it is the first), so that none is named twice.
    function _next(
        State storage state,
        bytes calldata args,
        uint256 offset,
        bytes32 before
    ) private view returns (bytes32 id) {
        id = args.id32(offset);
        if (before != 0 && id <= before) revert ILedger.NotAscending(id);
        Subject storage subject = state.any(id);
        uint8 sort = subject.sort;
        if (sort != PRODUCT && sort != PLOT) revert ILedger.WrongSort(id, sort);
    }
}
