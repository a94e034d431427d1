// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Cursor} from "../libraries/Cursor.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {State} from "../State.sol";
import {GROW, NOTE, SENSE, SHIP} from "../types/Kinds.sol";
import {Subject} from "../types/Slots.sol";

/// @title  Observe
/// @notice GROW, SENSE and NOTE (docs/ledger.md §6): entries without args or effect, of which a batch may hold hundreds. They
///         stay inside the ledger, and a run of them is checked once for who writes it.
library Observe {
    using Cursor for bytes;

    /// @dev Length of an entry before its args.
    uint256 internal constant ENTRY_HEAD = 40;

    /// @dev Observations are the holder's; of a consignment also the carrier's whom its SHIP named, while it is under way.
    function expectWriter(State storage state, bytes32 id, uint24 organisation) internal view {
        Subject storage subject = state.subjects[id];
        (uint24 holder, uint8 sort) = (subject.holder, subject.sort);
        if (holder == organisation) return;
        if (holder == 0) revert ILedger.SubjectUnknown(id);
        if (sort == SHIP && Subjects.asLot(subject).other != 0 && state.asides[id].carrier == organisation) return;
        revert ILedger.NotHolder(id, organisation);
    }

    /// @dev Where the run of observations that begins at `offset` ends: the first place that holds no whole one before
    ///      `end`. It judges nothing else; what it stops at is read again in full.
    ///
    ///      while (offset + ENTRY_HEAD <= end && isObservation(batch, offset)) offset += ENTRY_HEAD;
    ///
    ///      in assembly because it runs once an observation: the loop above costs 570 gas more for each of 100.
    function skip(bytes calldata batch, uint256 offset, uint256 end) internal pure returns (uint256) {
        // The loop asks whether the kind is one of three numbers in a row.
        assert(GROW == 32 && SENSE == 33 && NOTE == 34 && ENTRY_HEAD == 40);
        assembly ("memory-safe") {
            for {
                let entry := add(batch.offset, offset)
            } iszero(gt(add(offset, 40), end)) {
                entry := add(entry, 40)
                offset := add(offset, 40)
            } {
                // The word from entry + 8 ends with content and length; the kind is the first byte of the entry.
                let wrongKind := gt(sub(byte(0, calldataload(entry)), 32), 2)
                let length := and(calldataload(add(entry, 8)), 0xffff)
                if or(wrongKind, length) {
                    break
                }
            }
        }
        return offset;
    }

    /// @dev The plain condition of {skip}.
    function isObservation(bytes calldata batch, uint256 offset) internal pure returns (bool) {
        uint8 kind = batch.u8(offset);
        return (kind == GROW || kind == SENSE || kind == NOTE) && batch.u16(offset + 38) == 0;
    }
}
