// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Cursor} from "../libraries/Cursor.sol";
import {Entries} from "../libraries/Entries.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {EntryContext, State} from "../State.sol";
import {LABEL, PLANT, PLOT, ROLE_CERTIFIER, ROLE_REGULATOR} from "../types/Kinds.sol";
import {ANSWERED, Certificate, RECALLS, REVOKED, Subject} from "../types/Slots.sol";

/// @title  Status
/// @notice RECALL, RELEASE and ACKNOWLEDGE (docs/ledger.md §6). A subject is recalled while one recall stands; each
///         organisation ends only its own, and a holder's goes with the goods. What is made of a recalled subject is
///         for readers, who follow the touches.
/// @dev    How many recalls stand is in the subject's own slot, so that whoever uses it reads it at no price; whose
///         they are is in slots of their own.
///
/// Always true, tested as `invariant_…` in test/contracts/Certify.invariant.t.sol:
///   statusCountsTheRecalls          a subject's status counts the bits of its recalls (I11)
///   nothingImpossibleWasAccepted    recalled, it is neither shipped, transformed, labelled, harvested from nor promised, and
///                                   nothing of it goes back to where it came from (I11)
library Status {
    using Cursor for bytes;
    using Subjects for *;

    uint256 private constant _RECALL_LENGTH = 34;
    uint256 private constant _RELEASE_LENGTH = 1;
    uint256 private constant _ACKNOWLEDGE_LENGTH = 36;
    /// @dev In what capacity an organisation recalls.
    uint8 private constant _AS_HOLDER = 1;
    uint8 private constant _AS_REGULATOR = 2;
    uint8 private constant _AS_CERTIFIER = 3;

    /// @dev capacity u8 ‖ drill u8 ‖ certificate 32; touches the certificate, if any
    function recall(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _RECALL_LENGTH);
        uint8 capacity = args.u8(0);
        _expectWriter(state, context, capacity);
        Subject storage subject = _recallable(state, context.subject);
        uint8 drill = args.u8(1);
        if (drill > 1) revert ILedger.FlagsUnknown(drill);
        bytes32 certificate = args.id32(2);
        if (capacity == _AS_CERTIFIER) _expectCertifies(state, context, certificate, subject);
        else if (certificate != 0) revert ILedger.OtherNotNeeded(certificate);
        if (drill == 0) _raise(state, context, subject, capacity);
        if (certificate != 0) state.touch(context, certificate);
    }

    /// @dev capacity u8
    function release(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _RELEASE_LENGTH);
        uint8 capacity = args.u8(0);
        Subject storage subject = _recallable(state, context.subject);
        if (capacity == 0 || capacity > _AS_CERTIFIER) revert ILedger.CapacityUnknown(capacity);
        mapping(uint24 => uint256) storage recalls = state.recalls[context.subject];
        uint256 standing = recalls[context.organisation];
        uint256 bit = 1 << capacity;
        if (standing & bit == 0) revert ILedger.NotRecalled(context.subject, context.organisation);
        recalls[context.organisation] = standing ^ bit;
        // The low four bits count this very recall: they are not zero.
        --subject.status;
    }

    /// @dev recalled 32 ‖ seq u32; touches the recalled subject, if it is another
    function acknowledge(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _ACKNOWLEDGE_LENGTH);
        state.held(context.subject, context.organisation);
        _recallable(state, context.subject);
        (bytes32 recalled, uint32 seq) = (args.id32(0), args.u32(32));
        if (recalled == 0) {
            Entries.expectMove(state, context.subject, seq);
            return;
        }
        Entries.expectOther(context, recalled);
        _recallable(state, recalled);
        Entries.expectMove(state, recalled, seq);
        state.touch(context, recalled);
    }

    /// @dev Goods that their holder recalled are received: the receiver has them now, and ends it when it is time. How
    ///      many stand stays. Nobody recalls as holder what another holds, so that the receiver has none of its own
    ///      yet.
    function passOn(State storage state, bytes32 id, uint24 from, uint24 to) internal {
        mapping(uint24 => uint256) storage recalls = state.recalls[id];
        uint256 bit = recalls[from] & (1 << _AS_HOLDER);
        if (bit == 0) return;
        recalls[from] ^= bit;
        recalls[to] |= bit;
    }

    function _expectWriter(State storage state, EntryContext calldata context, uint8 capacity) private view {
        if (capacity == _AS_HOLDER) state.held(context.subject, context.organisation);
        else if (capacity == _AS_REGULATOR) Entries.expectRole(context, ROLE_REGULATOR);
        else if (capacity == _AS_CERTIFIER) Entries.expectRole(context, ROLE_CERTIFIER);
        else revert ILedger.CapacityUnknown(capacity);
    }

    /// @dev A lot, planting, plot or label run.
    function _recallable(State storage state, bytes32 id) private view returns (Subject storage subject) {
        subject = state.any(id);
        uint8 sort = subject.sort;
        if (sort != PLANT && sort != PLOT && sort != LABEL && !Subjects.isLot(sort)) {
            revert ILedger.WrongSort(id, sort);
        }
    }

    /// @dev The organisation issued this certificate for whoever holds the subject, did not revoke it, and was asked
    ///      for it: by an application, or by labels that draw on it. Nobody stops another's goods by a certificate that
    ///      nobody wanted.
    function _expectCertifies(
        State storage state,
        EntryContext calldata context,
        bytes32 id,
        Subject storage subject
    ) private view {
        state.held(id, context.organisation);
        Certificate storage certificate = state.certificate(id);
        uint24 holder = subject.holder;
        if (certificate.beneficiary != holder) revert ILedger.NotBeneficiary(id, holder);
        uint8 status = certificate.status;
        if (status & REVOKED != 0) revert ILedger.Revoked(id);
        if (status & ANSWERED == 0 && certificate.left == certificate.volume) revert ILedger.Unasked(id);
        if (subject.sort != PLOT && certificate.products == 0) return;
        bytes32 named = _named(state, context.subject, subject);
        if (state.scopes[id][named] != 1) revert ILedger.NotInScope(id, named);
    }

    /// @dev What of the subject a scope can name: a plot itself, of all others their product.
    function _named(State storage state, bytes32 id, Subject storage subject) private view returns (bytes32) {
        uint8 sort = subject.sort;
        if (sort == PLOT) return id;
        if (sort == PLANT) return state.productIds[subject.asPlanting().product];
        if (sort == LABEL) return state.productIds[state.lot(state.labelSources[id].lot).product];
        return state.productIds[subject.asLot().product];
    }

    /// @dev One recall more stands.
    function _raise(
        State storage state,
        EntryContext calldata context,
        Subject storage subject,
        uint8 capacity
    ) private {
        mapping(uint24 => uint256) storage recalls = state.recalls[context.subject];
        uint256 standing = recalls[context.organisation];
        uint256 bit = 1 << capacity;
        if (standing & bit != 0) revert ILedger.AlreadyRecalled(context.subject, context.organisation);
        uint8 status = subject.status;
        if (status & RECALLS == RECALLS) revert ILedger.CountOutOfRange(uint256(RECALLS) + 1);
        recalls[context.organisation] = standing | bit;
        subject.status = status + 1;
    }
}
