// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {Label} from "./kinds/Label.sol";
import {Master} from "./kinds/Master.sol";
import {Observe} from "./kinds/Observe.sol";
import {Origin} from "./kinds/Origin.sol";
import {Party} from "./kinds/Party.sol";
import {Place} from "./kinds/Place.sol";
import {Transform} from "./kinds/Transform.sol";
import {Cursor} from "./libraries/Cursor.sol";
import {Fold} from "./libraries/Fold.sol";
import {Subjects} from "./libraries/Subjects.sol";
import {EntryContext, State} from "./State.sol";
import {
    ENROL,
    EXPEL,
    GROW,
    HARVEST,
    LABEL,
    MEMBER,
    NOTE,
    ORIGIN,
    PLANT,
    PLOT,
    PRODUCT,
    TRANSFORM
} from "./types/Kinds.sol";
import {ROLES_KNOWN} from "./types/Kinds.sol";
import {LabelRun, LabelSource, Link, Lot, Member, Plot, Planting, Product, Subject} from "./types/Slots.sol";
import {FOR_EVER, Organisation as OrganisationSlot, Recorder, STATE_ACTIVE, STATE_STOPPED} from "./types/Slots.sol";

/// @title  The Furrow ledger
/// @notice The only entry: takes batches, checks who signed them, folds and logs. What an entry may do is said by its kind's
///         library, which runs on this contract's state. Specified in docs/ledger.md; the interface holds the notes.
contract Ledger is ILedger, AccessManaged {
    using Cursor for bytes;
    using Subjects for State;

    uint8 private constant _VERSION = 1;
    uint256 private constant _MAX_BATCH = 32_768;
    uint256 private constant _MAX_GROUPS = 1024;
    uint256 private constant _HEADER = 89;
    uint256 private constant _GROUP_HEAD = 36;
    uint256 private constant _SIGNATURE = 64;
    /// @dev One group of one entry without args.
    uint256 private constant _MIN_BATCH = _HEADER + _GROUP_HEAD + Observe.ENTRY_HEAD + _SIGNATURE;
    /// @dev What the log of a rejected batch may cost, and the rest of the call after it.
    uint256 private constant _GAS_KEPT = 60_000;
    /// @dev `entry` in the place of a group's own move.
    uint32 private constant _OWN_MOVE = 0xffff;

    uint8 private constant _ADMITTED = 1;
    uint8 private constant _ROLES_SET = 2;
    uint8 private constant _STOPPED = 3;
    uint8 private constant _RESTARTED = 4;
    uint8 private constant _MANAGER_KEY_SET = 5;

    /// @dev sha256("furrow") signed by the key whose secret is 1, so whose point is the generator.
    bytes32 private constant _PROBE_DIGEST = 0xbbfd2c07c9530e9d0377e0e8c0c1cc8be6b65570a597fbe601b46c7c65c6bf93;
    bytes32 private constant _PROBE_R = 0xb419ee2e2aec7305823ec37f97960de970fcd4a8e914c3dbe62660a99ecf50c6;
    bytes32 private constant _PROBE_S = 0x15a4539bf42dbba1ed2e3a858738ff39a72a591ee1d42f72f833e3eabdbbcced;

    State private _state;

    /// @dev Refuses a chain on which no signature could be checked: without P256VERIFY verifyNative reverts, with one that
    ///      answers wrongly {PrecompileWrong} is given.
    constructor(address authority) AccessManaged(authority) {
        bool right = P256.verifyNative(_PROBE_DIGEST, _PROBE_R, _PROBE_S, bytes32(P256.GX), bytes32(P256.GY));
        if (!right) revert PrecompileWrong();
    }

    // ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc ILedger
    function submit(bytes[] calldata batches, uint256 gasEach) external {
        for (uint256 i = 0; i < batches.length; ++i) {
            bytes memory call = abi.encodeCall(this.applyBatch, (batches[i]));
            // A call gets at most 63/64 of what is left (EIP-150): with less here, a batch would be given less than
            // gasEach and fail through no fault of its own.
            uint256 needed = gasEach + gasEach / 63 + _GAS_KEPT;
            if (gasleft() < needed) revert GasTooLow(i, gasleft(), needed);
            (bool applied, bytes memory reason) = address(this).call{gas: gasEach}(call);
            if (!applied) emit Rejected(sha256(batches[i]), i, reason);
        }
    }

    /// @inheritdoc ILedger
    function applyBatch(bytes calldata batch) external {
        if (msg.sender != address(this)) revert OnlyLedgerItself(msg.sender);
        EntryContext memory context;
        bytes32[] memory leaves;
        (bytes32 x, bytes32 y) = _open(batch, context);
        leaves = _leaves(batch);
        context.batch = Fold.batchHash(batch[:_HEADER], Fold.root(leaves));
        uint256 end = batch.length - _SIGNATURE;
        bytes32 r = batch.id32(end);
        bytes32 s = batch.id32(end + 32);
        if (!P256.verifyNative(context.batch, r, s, x, y)) revert WrongSignature(context.recorder);

        _state.nonces[context.recorder][context.nonce >> 8] |= 1 << (context.nonce & 255);
        emit Accepted(context.batch, context.recorder, context.stamp, context.nonce, batch.id32(57), r, s);
        uint256 offset = _HEADER;
        for (uint256 i = 0; i < leaves.length; ++i) {
            context.leaf = leaves[i];
            context.group = uint16(i);
            offset = _applyGroup(batch, offset, context);
        }
    }

    // ── The operator's acts ──────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc ILedger
    function admit(uint32 roles, bytes32 content, bytes32 x, bytes32 y) external restricted returns (uint24 number) {
        _expectRoles(roles);
        number = ++_state.organisations;
        bytes32 subject = bytes32(uint256(number));
        OrganisationSlot storage made = _state.organisationOf(number);
        made.holder = number;
        made.roles = roles;
        made.state = STATE_ACTIVE;
        made.untilBlock = FOR_EVER;
        _state.words[subject] = Fold.birth(subject);
        _logAct(number, _ADMITTED, content, 0, 0);
        if (x != 0 || y != 0) _setManagerKey(number, x, y, content);
    }

    /// @inheritdoc ILedger
    function setRoles(uint24 organisation_, uint32 roles, bytes32 content) external restricted {
        OrganisationSlot storage admitted = _admitted(organisation_);
        _expectRoles(roles);
        admitted.roles = roles;
        _logAct(organisation_, _ROLES_SET, content, 0, 0);
    }

    /// @inheritdoc ILedger
    function stop(uint24 organisation_, bytes32 content) external restricted {
        OrganisationSlot storage admitted = _admitted(organisation_);
        admitted.state = STATE_STOPPED;
        admitted.untilBlock = uint64(block.number);
        _logAct(organisation_, _STOPPED, content, 0, 0);
    }

    /// @inheritdoc ILedger
    function restart(uint24 organisation_, bytes32 content) external restricted {
        OrganisationSlot storage admitted = _admitted(organisation_);
        admitted.state = STATE_ACTIVE;
        admitted.untilBlock = FOR_EVER;
        _logAct(organisation_, _RESTARTED, content, 0, 0);
    }

    /// @inheritdoc ILedger
    function setManagerKey(uint24 organisation_, bytes32 x, bytes32 y, bytes32 content) external restricted {
        _admitted(organisation_);
        _setManagerKey(organisation_, x, y, content);
    }

    // ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

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
        return _nonceUsed(recorder_, nonce);
    }

    /// @inheritdoc ILedger
    function nonceWord(address recorder_, uint64 index) external view returns (uint256) {
        return _state.nonces[recorder_][index];
    }

    /// @inheritdoc ILedger
    function recorder(address recorder_) external view returns (uint24, uint8, uint64, bytes32, bytes32) {
        Recorder storage found = _state.recorders[recorder_];
        return (found.organisation, found.flags, found.untilBlock, found.x, found.y);
    }

    /// @inheritdoc ILedger
    function organisation(uint24 organisation_) external view returns (uint32, uint8, uint64) {
        OrganisationSlot storage found = _state.organisationOf(organisation_);
        return (found.roles, found.state, found.untilBlock);
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
    function labelRun(bytes32 subject) external view returns (LabelRun memory, bytes32, bytes32) {
        LabelSource storage source = _state.labelSources[subject];
        return (_state.labelRun(subject), source.lot, source.certificate);
    }

    /// @inheritdoc ILedger
    function link(bytes32 consumer, bytes32 input) external view returns (Link memory) {
        return _state.links[consumer][input];
    }

    // ── A batch ──────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Checks 1 to 8 of §9: form and address of the header, the recorder's key and organisation, the nonce.
    function _open(bytes calldata batch, EntryContext memory context) private view returns (bytes32 x, bytes32 y) {
        if (batch.length > _MAX_BATCH) revert BatchTooLong(batch.length);
        if (batch.length < _MIN_BATCH) revert BatchTooShort(batch.length);
        uint8 version = batch.u8(0);
        if (version != _VERSION) revert WrongVersion(version);
        uint64 chainId = batch.u64(1);
        if (chainId != block.chainid) revert WrongChain(chainId);
        address ledger = batch.id20(9);
        if (ledger != address(this)) revert WrongLedger(ledger);

        address id = batch.id20(29);
        Recorder storage found = _state.recorders[id];
        uint24 number = found.organisation;
        if (number == 0) revert RecorderUnknown(id);
        uint64 untilBlock = found.untilBlock;
        if (block.number > untilBlock) revert RecorderEnded(id, untilBlock);
        OrganisationSlot storage its = _state.organisationOf(number);
        if (block.number > its.untilBlock) revert OrganisationStopped(number);
        uint64 nonce = batch.u64(49);
        if (_nonceUsed(id, nonce)) revert NonceUsed(id, nonce);

        context.recorder = id;
        context.organisation = number;
        context.roles = its.roles;
        context.nonce = nonce;
        context.stamp = bytes32((uint256(uint160(id)) << 96) | (uint256(number) << 64) | uint64(block.timestamp));
        return (found.x, found.y);
    }

    /// @dev Check 9: the groups fill the batch from header to signature, none has its neighbour's subject. Their leaves.
    function _leaves(bytes calldata batch) private view returns (bytes32[] memory leaves) {
        uint256 end = batch.length - _SIGNATURE;
        uint256 count = 0;
        bytes32 before = 0;
        // Room for the most groups that the bytes can hold; cut to their number at the end.
        leaves = new bytes32[](_most(end - _HEADER));
        for (uint256 offset = _HEADER; offset < end; ++count) {
            uint256 next = _groupEnd(batch, offset, end);
            if (count == _MAX_GROUPS) revert MalformedBatch(offset);
            bytes32 subject = batch.id32(offset);
            if (count > 0 && subject == before) revert GroupRepeated(count);
            before = subject;
            leaves[count] = Fold.leaf(batch[offset:next]);
            offset = next;
        }
        assembly ("memory-safe") {
            mstore(leaves, count)
        }
    }

    function _most(uint256 length) private pure returns (uint256) {
        uint256 most = length / (_GROUP_HEAD + Observe.ENTRY_HEAD);
        return most < _MAX_GROUPS ? most : _MAX_GROUPS;
    }

    /// @dev Where the group at `offset` ends: it holds at least one entry, and all of it lies before `end`.
    function _groupEnd(bytes calldata batch, uint256 offset, uint256 end) private pure returns (uint256 next) {
        if (end - offset < _GROUP_HEAD + Observe.ENTRY_HEAD) revert MalformedBatch(offset);
        uint256 length = batch.u32(offset + 32);
        next = offset + _GROUP_HEAD + length;
        if (length < Observe.ENTRY_HEAD || next > end) revert MalformedBatch(offset);
    }

    /// @dev Runs the entries of the group at `start`, then moves and logs its subject; where the next group begins.
    function _applyGroup(
        bytes calldata batch,
        uint256 start,
        EntryContext memory context
    ) private returns (uint256 end) {
        end = start + _GROUP_HEAD + batch.u32(start + 32);
        context.subject = batch.id32(start);
        uint256 offset = start + _GROUP_HEAD;
        uint256 entry = 0;
        while (offset < end) {
            uint256 next = Observe.skip(batch, offset, end);
            if (next != offset) {
                _state.held(context.subject, context.organisation);
                entry += (next - offset) / Observe.ENTRY_HEAD;
            } else {
                context.entry = uint16(entry++);
                next = _applyEntry(batch, offset, end, context);
            }
            offset = next;
        }
        uint32 place = (uint32(context.group) << 16) | _OWN_MOVE;
        bytes32 moved = Fold.move(_state.words[context.subject], context.batch, context.stamp, context.leaf, place);
        _state.words[context.subject] = moved;
        emit Recorded(context.subject, context.batch, (uint64(Fold.seq(moved)) << 32) | place, batch[start:end]);
    }

    function _applyEntry(
        bytes calldata batch,
        uint256 offset,
        uint256 end,
        EntryContext memory context
    ) private returns (uint256 next) {
        if (end - offset < Observe.ENTRY_HEAD) revert MalformedBatch(offset);
        uint256 argsAt = offset + Observe.ENTRY_HEAD;
        next = argsAt + batch.u16(offset + 38);
        if (next > end) revert MalformedBatch(offset);
        context.kind = batch.u8(offset);
        _dispatch(context, batch[argsAt:next]);
    }

    function _dispatch(EntryContext memory context, bytes calldata args) private {
        uint8 kind = context.kind;
        if (kind == HARVEST) Transform.harvest(_state, context, args);
        else if (kind == TRANSFORM) Transform.transform(_state, context, args);
        else if (kind == LABEL) Label.label(_state, context, args);
        else if (kind == PLANT) Origin.plant(_state, context, args);
        else if (kind == ORIGIN) Origin.origin(_state, context, args);
        else if (kind == PLOT) Place.plot(_state, context, args);
        else if (kind == MEMBER) Master.member(_state, context, args);
        else if (kind == PRODUCT) Master.product(_state, context, args);
        else if (kind == ENROL) Party.enrol(_state, context, args);
        else if (kind == EXPEL)
            Party.expel(_state, context, args);
            // Observations of the right length were passed over before.
        else if (kind == GROW || kind == NOTE) revert WrongLength(kind, args.length);
        else revert KindUnknown(kind);
    }

    function _nonceUsed(address id, uint64 nonce) private view returns (bool) {
        return (_state.nonces[id][nonce >> 8] >> (nonce & 255)) & 1 == 1;
    }

    // ── Acts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    function _admitted(uint24 number) private view returns (OrganisationSlot storage found) {
        found = _state.organisationOf(number);
        if (found.holder == 0) revert OrganisationUnknown(number);
    }

    function _expectRoles(uint32 roles) private pure {
        if (roles & ~ROLES_KNOWN != 0) revert RolesUnknown(roles);
    }

    function _setManagerKey(uint24 number, bytes32 x, bytes32 y, bytes32 content) private {
        Party.setManager(_state, number, x, y);
        _logAct(number, _MANAGER_KEY_SET, content, x, y);
    }

    function _logAct(uint24 number, uint8 act, bytes32 content, bytes32 x, bytes32 y) private {
        OrganisationSlot storage its = _state.organisationOf(number);
        emit Organisation(bytes32(uint256(number)), act, its.roles, content, x, y, its.untilBlock);
    }
}
