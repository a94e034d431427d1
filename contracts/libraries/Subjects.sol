// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {EntryContext, State} from "../State.sol";
import {APPLY, CERTIFY, HARVEST, LABEL, MEMBER, ORIGIN, PLANT, PLOT, PRODUCT} from "../types/Kinds.sol";
import {SHIP, SITE, SORT_ORGANISATION, TRANSFORM} from "../types/Kinds.sol";
import {Application, Certificate, LabelRun, Lot, Member, Organisation} from "../types/Slots.sol";
import {Planting, Plot, Product, Site, Subject} from "../types/Slots.sol";
import {Fold} from "./Fold.sol";

/// @title  Subjects
/// @notice Finds a subject by its id, as the sort of thing that it is, and moves those that an entry touches.
/// @dev    The assembly only says which drawing of Slots.sol applies to a slot, after `sort` was looked at; Solidity has no
///         other way to keep structs of several shapes in one mapping.
library Subjects {
    // ── Finding ──────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Any subject, or {ILedger-SubjectUnknown}.
    function any(State storage state, bytes32 id) internal view returns (Subject storage subject) {
        subject = state.subjects[id];
        if (subject.holder == 0) revert ILedger.SubjectUnknown(id);
    }

    /// @dev Any subject that `organisation` holds.
    function held(
        State storage state,
        bytes32 id,
        uint24 organisation
    ) internal view returns (Subject storage subject) {
        subject = state.subjects[id];
        uint24 holder = subject.holder;
        if (holder == organisation) return subject;
        if (holder == 0) revert ILedger.SubjectUnknown(id);
        revert ILedger.NotHolder(id, organisation);
    }

    function organisationOf(State storage state, uint24 number) internal view returns (Organisation storage found) {
        return asOrganisation(state.subjects[bytes32(uint256(number))]);
    }

    function product(State storage state, bytes32 id) internal view returns (Product storage found) {
        return asProduct(_sorted(id, any(state, id), PRODUCT));
    }

    function member(State storage state, bytes32 id) internal view returns (Member storage found) {
        return asMember(_sorted(id, any(state, id), MEMBER));
    }

    function plot(State storage state, bytes32 id) internal view returns (Plot storage found) {
        return asPlot(_sorted(id, any(state, id), PLOT));
    }

    function planting(State storage state, bytes32 id) internal view returns (Planting storage found) {
        return asPlanting(_sorted(id, any(state, id), PLANT));
    }

    function lot(State storage state, bytes32 id) internal view returns (Lot storage found) {
        Subject storage subject = any(state, id);
        uint8 sort = subject.sort;
        if (!isLot(sort)) revert ILedger.WrongSort(id, sort);
        return asLot(subject);
    }

    function consignment(State storage state, bytes32 id) internal view returns (Lot storage found) {
        return asLot(_sorted(id, any(state, id), SHIP));
    }

    function labelRun(State storage state, bytes32 id) internal view returns (LabelRun storage found) {
        return asLabelRun(_sorted(id, any(state, id), LABEL));
    }

    function certificate(State storage state, bytes32 id) internal view returns (Certificate storage found) {
        return asCertificate(_sorted(id, any(state, id), CERTIFY));
    }

    function application(State storage state, bytes32 id) internal view returns (Application storage found) {
        return asApplication(_sorted(id, any(state, id), APPLY));
    }

    function site(State storage state, bytes32 id) internal view returns (Site storage found) {
        return asSite(_sorted(id, any(state, id), SITE));
    }

    /// @dev A consignment is a lot, too.
    function isLot(uint8 sort) internal pure returns (bool) {
        return sort == HARVEST || sort == TRANSFORM || sort == ORIGIN || sort == SHIP;
    }

    /// @dev The organisation's own log, for ENROL and EXPEL.
    function expectOrganisation(State storage state, bytes32 id, uint24 organisation) internal view {
        _sorted(id, held(state, id, organisation), SORT_ORGANISATION);
    }

    function _sorted(bytes32 id, Subject storage subject, uint8 wanted) private view returns (Subject storage) {
        uint8 sort = subject.sort;
        if (sort != wanted) revert ILedger.WrongSort(id, sort);
        return subject;
    }

    // ── One slot, several drawings ───────────────────────────────────────────────────────────────────────────────────

    function asOrganisation(Subject storage subject) internal pure returns (Organisation storage found) {
        assembly ("memory-safe") {
            found.slot := subject.slot
        }
    }

    function asProduct(Subject storage subject) internal pure returns (Product storage found) {
        assembly ("memory-safe") {
            found.slot := subject.slot
        }
    }

    function asMember(Subject storage subject) internal pure returns (Member storage found) {
        assembly ("memory-safe") {
            found.slot := subject.slot
        }
    }

    function asPlot(Subject storage subject) internal pure returns (Plot storage found) {
        assembly ("memory-safe") {
            found.slot := subject.slot
        }
    }

    function asPlanting(Subject storage subject) internal pure returns (Planting storage found) {
        assembly ("memory-safe") {
            found.slot := subject.slot
        }
    }

    function asLot(Subject storage subject) internal pure returns (Lot storage found) {
        assembly ("memory-safe") {
            found.slot := subject.slot
        }
    }

    function asLabelRun(Subject storage subject) internal pure returns (LabelRun storage found) {
        assembly ("memory-safe") {
            found.slot := subject.slot
        }
    }

    function asCertificate(Subject storage subject) internal pure returns (Certificate storage found) {
        assembly ("memory-safe") {
            found.slot := subject.slot
        }
    }

    function asApplication(Subject storage subject) internal pure returns (Application storage found) {
        assembly ("memory-safe") {
            found.slot := subject.slot
        }
    }

    function asSite(Subject storage subject) internal pure returns (Site storage found) {
        assembly ("memory-safe") {
            found.slot := subject.slot
        }
    }

    // ── Moving ───────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev The id of the subject that a recorder's batch makes under `index` (§3). A phone names it offline.
    function newId(EntryContext calldata context, uint256 index) internal pure returns (bytes32) {
        // The index has 16 bits: the further outputs of one entry do not wrap into another's names.
        if (index > type(uint16).max) revert ILedger.CountOutOfRange(index);
        return sha256(abi.encodePacked(context.recorder, context.nonce, uint16(index)));
    }

    /// @dev An existing subject moves because an entry touches it (§5.2), and its new word.
    function touch(State storage state, EntryContext calldata context, bytes32 id) internal returns (bytes32 word) {
        uint32 place = (uint32(context.group) << 16) | context.entry;
        word = Fold.move(state.words[id], context.batch, context.stamp, context.leaf, place);
        state.words[id] = word;
        emit ILedger.Touched(id, context.batch, (uint64(Fold.seq(word)) << 32) | place, word);
    }
}
