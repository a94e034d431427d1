// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {ILedger} from "../interfaces/ILedger.sol";
import {Cursor} from "../libraries/Cursor.sol";
import {Entries} from "../libraries/Entries.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {EntryContext, State} from "../State.sol";
import {FLAG_MANAGER, FOR_EVER, Recorder} from "../types/Slots.sol";

/// @title  Party
/// @notice ENROL and EXPEL: an organisation's managers add and end its keys (docs/ledger.md §6).
/// @dev    A key belongs to one organisation for ever, ended or not: so nobody's old signatures come to speak for another.
library Party {
    using Cursor for bytes;

    uint256 private constant _ENROL_LENGTH = 65;
    uint256 private constant _EXPEL_LENGTH = 20;

    /// @dev flags u8 ‖ x 32 ‖ y 32
    function enrol(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _ENROL_LENGTH);
        _expectManager(state, context);
        uint8 flags = args.u8(0);
        if (flags > FLAG_MANAGER) revert ILedger.FlagsUnknown(flags);
        _bind(state, context.organisation, flags, args.id32(1), args.id32(33));
    }

    /// @dev recorder 20. The key writes to the end of this block: which of two batches in one block came first, only the
    ///      block's author decides, and a reader sees block times alone.
    function expel(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _EXPEL_LENGTH);
        _expectManager(state, context);
        address id = args.id20(0);
        Recorder storage recorder = state.recorders[id];
        if (recorder.organisation != context.organisation) revert ILedger.RecorderUnknown(id);
        if (block.number > recorder.untilBlock) revert ILedger.RecorderEnded(id, recorder.untilBlock);
        recorder.untilBlock = uint64(block.number);
    }

    /// @dev The operator's act: a manager's key for `organisation`.
    function setManager(State storage state, uint24 organisation, bytes32 x, bytes32 y) external {
        _bind(state, organisation, FLAG_MANAGER, x, y);
    }

    function _expectManager(State storage state, EntryContext calldata context) private view {
        Subjects.expectOrganisation(state, context.subject, context.organisation);
        if (state.recorders[context.recorder].flags & FLAG_MANAGER == 0) revert ILedger.NotManager(context.recorder);
    }

    function _bind(State storage state, uint24 organisation, uint8 flags, bytes32 x, bytes32 y) private {
        address id = address(bytes20(sha256(abi.encodePacked(x, y))));
        if (state.recorders[id].organisation != 0) revert ILedger.RecorderBound(id);
        if (!P256.isValidPublicKey(x, y)) revert ILedger.NotOnCurve();
        state.recorders[id] = Recorder(organisation, flags, FOR_EVER, x, y);
    }
}
