// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Cursor} from "../libraries/Cursor.sol";
import {GROW, NOTE} from "../types/Kinds.sol";

/// @title  Observe
/// @notice GROW and NOTE (docs/ledger.md §6): entries without args or effect, of which a batch may hold hundreds. They stay
///         inside the ledger, and a run of them is checked once for its holder.
library Observe {
    using Cursor for bytes;

    /// @dev Length of an entry before its args.
    uint256 internal constant ENTRY_HEAD = 40;

    /// @dev Where the run of observations that begins at `offset` ends: the first place that holds no whole GROW or NOTE before
    ///      `end`. It judges nothing else; what it stops at is read again in full.
    ///
    ///      while (offset + ENTRY_HEAD <= end && isObservation(batch, offset)) offset += ENTRY_HEAD;
    ///
    ///      in assembly because it runs once an observation: the loop above costs 570 gas more for each of 100.
    function skip(bytes calldata batch, uint256 offset, uint256 end) internal pure returns (uint256) {
        // The loop masks the one bit in which the two kinds differ.
        assert(GROW | 2 == NOTE && ENTRY_HEAD == 40);
        assembly ("memory-safe") {
            for {
                let entry := add(batch.offset, offset)
            } iszero(gt(add(offset, 40), end)) {
                entry := add(entry, 40)
                offset := add(offset, 40)
            } {
                // The word from entry + 8 ends with content and length; the kind is the first byte of the entry.
                let wrongKind := xor(and(byte(0, calldataload(entry)), 0xfd), 32)
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
        return (kind == GROW || kind == NOTE) && batch.u16(offset + 38) == 0;
    }
}
