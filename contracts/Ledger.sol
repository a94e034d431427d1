// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {Certify} from "./kinds/Certify.sol";
import {Correct} from "./kinds/Correct.sol";
import {Dispute} from "./kinds/Dispute.sol";
import {Handover} from "./kinds/Handover.sol";
import {Label} from "./kinds/Label.sol";
import {Master} from "./kinds/Master.sol";
import {Observe} from "./kinds/Observe.sol";
import {Origin} from "./kinds/Origin.sol";
import {Party} from "./kinds/Party.sol";
import {Place} from "./kinds/Place.sol";
import {Promise} from "./kinds/Promise.sol";
import {Status} from "./kinds/Status.sol";
import {Third} from "./kinds/Third.sol";
import {Transform} from "./kinds/Transform.sol";
import {Cursor} from "./libraries/Cursor.sol";
import {Fold} from "./libraries/Fold.sol";
import {SelfCall} from "./libraries/SelfCall.sol";
import {Subjects} from "./libraries/Subjects.sol";
import {EntryContext, State} from "./State.sol";
import {ACKNOWLEDGE, ANSWER, APPLY, ATTEST, CERTIFY, CORRECT, DISCARD, DISPUTE, ENROL, EXPEL} from "./types/Kinds.sol";
import {GROW, HARVEST, INSPECT, LABEL, LIFT, MEMBER, NOTE, ORIGIN, PLANT, PLOT, PRODUCT} from "./types/Kinds.sol";
import {PROMISE, RECALL, RECEIVE, REFUSE, RELEASE, REVOKE, ROLES_KNOWN, SENSE, SHIP, SITE} from "./types/Kinds.sol";
import {SUSPEND, TEST, TRANSFORM, VOID, WITHDRAW} from "./types/Kinds.sol";
import {FOR_EVER, Organisation as OrganisationSlot, Recorder, STATE_ACTIVE, STATE_STOPPED} from "./types/Slots.sol";
import {Views} from "./Views.sol";

/// @title  The Furrow ledger
/// @notice The only entry: takes batches, checks who signed them, folds and logs. What an entry may do is said by its kind's
///         library, which runs on this contract's state. Specified in docs/ledger.md; the interface holds the notes.
contract Ledger is ILedger, AccessManaged, Views {
    using Cursor for bytes;
    using Subjects for State;

    uint8 private constant _VERSION = 1;
    uint256 private constant _MAX_BATCH = 32_768;
    uint256 private constant _HEADER = 89;
    uint256 private constant _GROUP_HEAD = 36;
    uint256 private constant _SIGNATURE = 64;
    /// @dev Where `seen` lies in the header.
    uint256 private constant _SEEN = 57;
    /// @dev One entry without args, which is also the least batch's only group.
    uint256 private constant _MIN_GROUP = _GROUP_HEAD + Observe.ENTRY_HEAD;
    uint256 private constant _MIN_BATCH = _HEADER + _MIN_GROUP + _SIGNATURE;
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

    /// @dev Refuses a chain on which no signature could be checked: without P256VERIFY verifyNative reverts, with one that
    ///      answers wrongly {PrecompileWrong} is given.
    constructor(address authority) AccessManaged(authority) {
        bool right = P256.verifyNative(_PROBE_DIGEST, _PROBE_R, _PROBE_S, bytes32(P256.GX), bytes32(P256.GY));
        if (!right) revert PrecompileWrong();
    }

    // ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc ILedger
    function submit(bytes[] calldata batches, uint256 gasEach) external {
        // A call gets at most 63/64 of what is left (EIP-150): with less than this, a batch would be given less than gasEach
        // and fail through no fault of its own.
        uint256 needed = gasEach + gasEach / 63 + _GAS_KEPT;
        for (uint256 i = 0; i < batches.length; ++i) {
            bytes calldata batch = batches[i];
            if (batch.length > _MAX_BATCH) {
                // Its digest may cost more than is kept for the log of a rejected batch: refused before that is asked for.
                emit Rejected(sha256(batch), i, abi.encodeWithSelector(BatchTooLong.selector, batch.length));
                continue;
            }
            uint256 length = SelfCall.prepare(this.applyBatch.selector, batch);
            if (gasleft() < needed) revert GasTooLow(i, gasleft(), needed);
            if (SelfCall.run(length, gasEach)) continue;
            bytes memory reason = SelfCall.reason();
            emit Rejected(sha256(batch), i, reason);
        }
    }

    /// @inheritdoc ILedger
    function applyBatch(bytes calldata batch) external {
        if (msg.sender != address(this)) revert OnlyLedgerItself(msg.sender);
        EntryContext memory context;
        (bytes32 x, bytes32 y) = _open(batch, context);
        bytes32[] memory leaves = _leaves(batch);
        context.batch = Fold.batchHash(batch[:_HEADER], Fold.root(leaves));
        _logSigned(batch, context, x, y);
        uint256 offset = _HEADER;
        for (uint256 i = 0; i < leaves.length; ++i) {
            context.leaf = leaves[i];
            context.group = uint16(i);
            offset = _applyGroup(batch, offset, context);
        }
    }

    // ── The operator's acts ──────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc ILedger
    function admit(
        uint32 roles,
        bytes32 content,
        bytes32 x,
        bytes32 y
    ) external restricted returns (uint24 organisation_) {
        _expectRoles(roles);
        organisation_ = ++_state.organisations;
        bytes32 subject = bytes32(uint256(organisation_));
        OrganisationSlot storage made = _state.organisationOf(organisation_);
        made.holder = organisation_;
        made.roles = roles;
        made.state = STATE_ACTIVE;
        made.untilBlock = FOR_EVER;
        _state.words[subject] = Fold.birth(subject);
        _logAct(organisation_, _ADMITTED, content, 0, 0);
        if (x != 0 || y != 0) _setManagerKey(organisation_, x, y, content);
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

    // ── A batch ──────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Checks 1 to 8 of §9: form and address of the header, the recorder's key and organisation, the nonce, which is
    ///      spent here; whatever refuses the batch later gives it back.
    function _open(bytes calldata batch, EntryContext memory context) private returns (bytes32 x, bytes32 y) {
        if (batch.length > _MAX_BATCH) revert BatchTooLong(batch.length);
        if (batch.length < _MIN_BATCH) revert BatchTooShort(batch.length);
        // version u8 ‖ chainId u64 ‖ ledger 20 ‖ (3 bytes of the next), then recorder 20 ‖ nonce u64 ‖ (4 bytes of seen)
        uint256 front = uint256(batch.id32(0));
        uint256 back = uint256(batch.id32(29));
        if (front >> 248 != _VERSION) revert WrongVersion(uint8(front >> 248));
        if (uint64(front >> 184) != block.chainid) revert WrongChain(uint64(front >> 184));
        if (address(uint160(front >> 24)) != address(this)) revert WrongLedger(address(uint160(front >> 24)));

        address id = address(uint160(back >> 96));
        Recorder storage found = _state.recorders[id];
        // Fields of one slot are read side by side, so that the compiler loads it once.
        (uint24 number, uint64 untilBlock) = (found.organisation, found.untilBlock);
        if (number == 0) revert RecorderUnknown(id);
        if (block.number > untilBlock) revert RecorderEnded(id, untilBlock);
        OrganisationSlot storage its = _state.organisationOf(number);
        (context.roles, untilBlock) = (its.roles, its.untilBlock);
        if (block.number > untilBlock) revert OrganisationStopped(number);
        context.recorder = id;
        context.organisation = number;
        context.nonce = uint64(back >> 32);
        context.stamp = bytes32((uint256(uint160(id)) << 96) | (uint256(number) << 64) | uint64(block.timestamp));
        _spend(id, context.nonce);
        return (found.x, found.y);
    }

    function _spend(address id, uint64 nonce) private {
        mapping(uint64 => uint256) storage bitmap = _state.nonces[id];
        uint256 spent = bitmap[nonce >> 8];
        uint256 bit = 1 << (nonce & 255);
        if (spent & bit != 0) revert NonceUsed(id, nonce);
        bitmap[nonce >> 8] = spent | bit;
    }

    /// @dev Check 9: the groups fill the batch from header to signature, none has its neighbour's subject. Their leaves.
    function _leaves(bytes calldata batch) private view returns (bytes32[] memory leaves) {
        uint256 count = 0;
        bytes32 before = 0;
        unchecked {
            // Offsets and lengths are below 2^15 + 2^32: no sum of them wraps. The batch has at least its least length.
            uint256 end = batch.length - _SIGNATURE;
            // Room for the most groups that the bytes can hold; cut to their number at the end.
            leaves = new bytes32[]((end - _HEADER) / _MIN_GROUP);
            for (uint256 offset = _HEADER; offset < end; ++count) {
                if (end - offset < _MIN_GROUP) revert MalformedBatch(offset);
                uint256 next = _groupEnd(batch, offset);
                if (next < offset + _MIN_GROUP || next > end) revert MalformedBatch(offset);
                bytes32 subject = batch.id32(offset);
                if (subject == before && count > 0) revert GroupRepeated(count);
                before = subject;
                leaves[count] = Fold.leaf(batch[offset:next]);
                offset = next;
            }
        }
        assembly ("memory-safe") {
            mstore(leaves, count)
        }
    }

    /// @dev Check 10, and the log that the batch counts.
    function _logSigned(bytes calldata batch, EntryContext memory context, bytes32 x, bytes32 y) private {
        bytes32 r = batch.id32(batch.length - _SIGNATURE);
        bytes32 s = batch.id32(batch.length - 32);
        if (!P256.verifyNative(context.batch, r, s, x, y)) revert WrongSignature(context.recorder);
        emit Accepted(context.batch, context.recorder, context.stamp, context.nonce, batch.id32(_SEEN), r, s);
    }

    function _groupEnd(bytes calldata batch, uint256 offset) private pure returns (uint256) {
        unchecked {
            return offset + _GROUP_HEAD + batch.u32(offset + 32);
        }
    }

    /// @dev Runs the entries of the group at `start`, then moves and logs its subject; where the next group begins.
    function _applyGroup(
        bytes calldata batch,
        uint256 start,
        EntryContext memory context
    ) private returns (uint256 end) {
        end = _groupEnd(batch, start);
        bytes32 subject = batch.id32(start);
        context.subject = subject;
        _applyEntries(batch, start + _GROUP_HEAD, end, context);
        uint32 place = (uint32(context.group) << 16) | _OWN_MOVE;
        bytes32 moved = Fold.move(_state.words[subject], context.batch, context.stamp, context.leaf, place);
        _state.words[subject] = moved;
        emit Recorded(subject, context.batch, (uint64(Fold.seq(moved)) << 32) | place, batch[start:end]);
    }

    function _applyEntries(bytes calldata batch, uint256 offset, uint256 end, EntryContext memory context) private {
        uint256 entry = 0;
        unchecked {
            // offset <= end <= length of the batch, and an entry has at least 40 of its bytes.
            while (offset < end) {
                uint256 next = Observe.skip(batch, offset, end);
                if (next != offset) {
                    Observe.expectWriter(_state, context.subject, context.organisation);
                    entry += (next - offset) / Observe.ENTRY_HEAD;
                } else {
                    if (end - offset < Observe.ENTRY_HEAD) revert MalformedBatch(offset);
                    next = offset + Observe.ENTRY_HEAD + batch.u16(offset + 38);
                    if (next > end) revert MalformedBatch(offset);
                    context.entry = uint16(entry++);
                    context.kind = batch.u8(offset);
                    _dispatch(context, batch[offset + Observe.ENTRY_HEAD:next]);
                }
                offset = next;
            }
        }
    }

    /// @dev Every kind has its line, the more frequent ones first. Observations of the right length do not come here.
    function _dispatch(EntryContext memory context, bytes calldata args) private {
        uint8 kind = context.kind;
        if (kind == HARVEST) Transform.harvest(_state, context, args);
        else if (kind == TRANSFORM) Transform.transform(_state, context, args);
        else if (kind == LABEL) Label.label(_state, context, args);
        else if (kind == SHIP) Handover.ship(_state, context, args);
        else if (kind == RECEIVE) Handover.receive_(_state, context, args);
        else if (kind == PROMISE) Promise.promiseGoods(_state, context, args);
        else if (kind == PLANT) Origin.plant(_state, context, args);
        else if (kind == ORIGIN) Origin.origin(_state, context, args);
        else if (kind == TEST) Third.test(_state, context, args);
        else if (kind == PLOT) Place.plot(_state, context, args);
        else if (kind == MEMBER) Master.member(_state, context, args);
        else if (kind == DISCARD) Transform.discard(_state, context, args);
        else if (kind == CORRECT) Correct.correct(_state, context, args);
        else if (kind == VOID) Label.voidLabels(_state, context, args);
        else if (kind == PRODUCT) Master.product(_state, context, args);
        else if (kind == INSPECT) Third.inspect(_state, context, args);
        else if (kind == ATTEST) Third.attest(_state, context, args);
        else if (kind == SITE) Place.site(_state, context, args);
        else if (kind == CERTIFY) Certify.certify(_state, context, args);
        else if (kind == APPLY) Certify.applyFor(_state, context, args);
        else if (kind == ENROL) Party.enrol(_state, context, args);
        else if (kind == EXPEL) Party.expel(_state, context, args);
        else if (kind == REFUSE) Handover.refuse(_state, context, args);
        else if (kind == WITHDRAW) Handover.withdraw(_state, context, args);
        else if (kind == ACKNOWLEDGE) Status.acknowledge(_state, context, args);
        else if (kind == DISPUTE) Dispute.dispute(_state, context, args);
        else if (kind == ANSWER) Dispute.answer(_state, context, args);
        else if (kind == RECALL) Status.recall(_state, context, args);
        else if (kind == RELEASE) Status.release(_state, context, args);
        else if (kind == SUSPEND) Certify.suspend(_state, context, args);
        else if (kind == LIFT) Certify.lift(_state, context, args);
        else if (kind == REVOKE) Certify.revoke(_state, context, args);
        else if (kind == GROW || kind == SENSE || kind == NOTE) revert WrongLength(kind, args.length);
        else revert KindUnknown(kind);
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
