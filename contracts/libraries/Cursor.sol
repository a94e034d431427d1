// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";

/// @title  Cursor
/// @notice Reads big-endian integers out of calldata.
/// @dev    Every read is bounded: one that would run past the end reverts, so nobody is handed the zeros behind it.
///         The plain form of each is `uint40(bytes5(data[offset:offset + 5]))`; that costs 130 gas more a read, so
///         1,681 for one record alone. Cursor.t.sol shows that both agree.
library Cursor {
    function u8(bytes calldata data, uint256 offset) internal pure returns (uint8) {
        return uint8(_top(data, offset, 1) >> 248);
    }

    function u16(bytes calldata data, uint256 offset) internal pure returns (uint16) {
        return uint16(_top(data, offset, 2) >> 240);
    }

    function u24(bytes calldata data, uint256 offset) internal pure returns (uint24) {
        return uint24(_top(data, offset, 3) >> 232);
    }

    function u32(bytes calldata data, uint256 offset) internal pure returns (uint32) {
        return uint32(_top(data, offset, 4) >> 224);
    }

    function u40(bytes calldata data, uint256 offset) internal pure returns (uint40) {
        return uint40(_top(data, offset, 5) >> 216);
    }

    function u64(bytes calldata data, uint256 offset) internal pure returns (uint64) {
        return uint64(_top(data, offset, 8) >> 192);
    }

    /// @dev Two's complement.
    function i64(bytes calldata data, uint256 offset) internal pure returns (int64) {
        return int64(u64(data, offset));
    }

    function id20(bytes calldata data, uint256 offset) internal pure returns (address) {
        return address(uint160(_top(data, offset, 20) >> 96));
    }

    function id32(bytes calldata data, uint256 offset) internal pure returns (bytes32) {
        return bytes32(_top(data, offset, 32));
    }

    function _top(bytes calldata data, uint256 offset, uint256 width) private pure returns (uint256 value) {
        unchecked {
            // Cannot wrap: `offset` is an offset that the caller made of lengths below 2^32.
            if (offset + width > data.length) revert ILedger.MalformedBatch(offset);
        }
        assembly ("memory-safe") {
            value := calldataload(add(data.offset, offset))
        }
    }
}
