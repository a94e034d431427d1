// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "./interfaces/ILedger.sol";
import {Subjects} from "./libraries/Subjects.sol";
import {State} from "./State.sol";
import {
    Application,
    Aside,
    Certificate,
    LabelRun,
    LabelSource,
    Link,
    Lot,
    Member,
    Organisation as OrganisationSlot
} from "./types/Slots.sol";
import {Planting, Plot, Product, Recorder, Site, Subject} from "./types/Slots.sol";

/// @title  What anyone may read of the ledger
/// @notice Holds the state; changes nothing of it.
abstract contract Views is ILedger {
    using Subjects for State;

    State internal _state;

    /// @inheritdoc ILedger
    function word(bytes32 subject) external view returns (bytes32) {
        return _state.words[subject];
    }

    /// @inheritdoc ILedger
    function slot(bytes32 subject) external view returns (bytes32 raw) {
        mapping(bytes32 => Subject) storage subjects = _state.subjects;
        Subject storage found = subjects[subject];
        assembly ("memory-safe") {
            raw := sload(found.slot)
        }
    }

    /// @inheritdoc ILedger
    function nonceUsed(address recorder_, uint64 nonce) external view returns (bool) {
        return (_state.nonces[recorder_][nonce >> 8] >> (nonce & 255)) & 1 == 1;
    }

    /// @inheritdoc ILedger
    function nonceWord(address recorder_, uint64 index) external view returns (uint256) {
        return _state.nonces[recorder_][index];
    }

    /// @inheritdoc ILedger
    function recorder(
        address recorder_
    ) external view returns (uint24 organisation_, uint8 flags, uint64 untilBlock, bytes32 x, bytes32 y) {
        Recorder storage found = _state.recorders[recorder_];
        (organisation_, flags, untilBlock, x, y) = (
            found.organisation,
            found.flags,
            found.untilBlock,
            found.x,
            found.y
        );
    }

    /// @inheritdoc ILedger
    function organisation(uint24 organisation_) external view returns (uint32 roles, uint8 state, uint64 untilBlock) {
        OrganisationSlot storage found = _state.organisationOf(organisation_);
        (roles, state, untilBlock) = (found.roles, found.state, found.untilBlock);
    }

    /// @inheritdoc ILedger
    function organisations() external view returns (uint24) {
        return _state.organisations;
    }

    /// @inheritdoc ILedger
    function products() external view returns (uint24) {
        return _state.products;
    }

    /// @inheritdoc ILedger
    function productId(uint24 number) external view returns (bytes32) {
        return _state.productIds[number];
    }

    /// @inheritdoc ILedger
    function product(bytes32 subject) external view returns (Product memory) {
        return _state.product(subject);
    }

    /// @inheritdoc ILedger
    function member(bytes32 subject) external view returns (Member memory) {
        return _state.member(subject);
    }

    /// @inheritdoc ILedger
    function plot(bytes32 subject) external view returns (Plot memory) {
        return _state.plot(subject);
    }

    /// @inheritdoc ILedger
    function planting(bytes32 subject) external view returns (Planting memory) {
        return _state.planting(subject);
    }

    /// @inheritdoc ILedger
    function lot(bytes32 subject) external view returns (Lot memory) {
        return _state.lot(subject);
    }

    /// @inheritdoc ILedger
    function labelRun(bytes32 subject) external view returns (LabelRun memory run, bytes32 lot_, bytes32 certificate_) {
        LabelSource storage source = _state.labelSources[subject];
        (run, lot_, certificate_) = (_state.labelRun(subject), source.lot, source.certificate);
    }

    /// @inheritdoc ILedger
    function link(bytes32 consumer, bytes32 input) external view returns (Link memory) {
        return _state.links[consumer][input];
    }

    /// @inheritdoc ILedger
    function certificate(bytes32 subject) external view returns (Certificate memory) {
        return _state.certificate(subject);
    }

    /// @inheritdoc ILedger
    function scope(bytes32 certificate_, bytes32 subject) external view returns (bool) {
        return _state.scopes[certificate_][subject] == 1;
    }

    /// @inheritdoc ILedger
    function application(bytes32 subject) external view returns (Application memory) {
        return _state.application(subject);
    }

    /// @inheritdoc ILedger
    function site(bytes32 subject) external view returns (Site memory) {
        return _state.site(subject);
    }

    /// @inheritdoc ILedger
    function aside(bytes32 lot_) external view returns (Aside memory) {
        return _state.asides[lot_];
    }

    /// @inheritdoc ILedger
    function voided(bytes32 run, uint256 index) external view returns (uint256) {
        return _state.voided[run][index];
    }

    /// @inheritdoc ILedger
    function recallsOf(bytes32 subject, uint24 organisation_) external view returns (uint256) {
        return _state.recalls[subject][organisation_];
    }
}
