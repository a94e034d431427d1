// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title  Fold
/// @notice The hashes of the ledger: leaf, tree, batch, birth and move (docs/ledger.md §4 and §5).
/// @dev    Assembly where a hash is made once an entry or more: `sha256(bytes.concat(…))` copies its input twice and never
///         gives the memory back. All plain, one record alone costs 1,099 gas more, and each further lot in its batch 1,124.
///         The plain Solidity stands above each; Fold.t.sol shows that both agree.
///
/// The assembly writes behind the free memory pointer without moving it. A call of precompile 2 (SHA-256) fails only for want of
/// gas; then the batch ends as one that ran out of it, and is never folded with what lay in memory before.
library Fold {
    bytes32 private constant _HEAD = bytes32(~uint256(type(uint32).max));

    /// @dev The word of `subject` at its birth, if it does not derive from others.
    function birth(bytes32 subject) internal view returns (bytes32) {
        return sha256(abi.encodePacked("furrow/1", uint64(block.chainid), address(this), subject)) & _HEAD;
    }

    /// @dev The word of a derived subject at its birth. `ancestry` holds its own id, then id and word of each input.
    function derived(bytes32[] memory ancestry) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(ancestry)) & _HEAD;
    }

    /// @dev The word after one move. seq is the low u32 of the word; there is no move after 2^32 - 1.
    ///      `sha256(bytes.concat(word, batch, stamp, leaf, bytes4(place))) & _HEAD | bytes32(seq(word) + 1)`
    function move(
        bytes32 word,
        bytes32 batch,
        bytes32 stamp,
        bytes32 leaf_,
        uint32 place
    ) internal view returns (bytes32) {
        bytes32 digest;
        assembly ("memory-safe") {
            let offset := mload(0x40)
            mstore(offset, word)
            mstore(add(offset, 32), batch)
            mstore(add(offset, 64), stamp)
            mstore(add(offset, 96), leaf_)
            mstore(add(offset, 128), shl(224, place))
            if iszero(staticcall(gas(), 2, offset, 132, 0, 32)) {
                revert(0, 0)
            }
            digest := mload(0)
        }
        return (digest & _HEAD) | bytes32(uint256(seq(word) + 1));
    }

    function seq(bytes32 word) internal pure returns (uint32) {
        return uint32(uint256(word));
    }

    /// @dev `sha256(bytes.concat(hex"00", group))`
    function leaf(bytes calldata group) internal view returns (bytes32 digest) {
        assembly ("memory-safe") {
            let offset := mload(0x40)
            mstore8(offset, 0)
            calldatacopy(add(offset, 1), group.offset, group.length)
            if iszero(staticcall(gas(), 2, offset, add(group.length, 1), 0, 32)) {
                revert(0, 0)
            }
            digest := mload(0)
        }
    }

    /// @dev `sha256(bytes.concat(hex"01", left, right))`
    function node(bytes32 left, bytes32 right) internal view returns (bytes32 digest) {
        assembly ("memory-safe") {
            let offset := mload(0x40)
            mstore8(offset, 1)
            mstore(add(offset, 1), left)
            mstore(add(offset, 33), right)
            if iszero(staticcall(gas(), 2, offset, 65, 0, 32)) {
                revert(0, 0)
            }
            digest := mload(0)
        }
    }

    /// @dev Root of the RFC 6962 tree over `leaves`, at least one. Pairing neighbours and carrying an odd last node up
    ///      unchanged splits at the same places as the RFC's largest power of two.
    function root(bytes32[] memory leaves) internal view returns (bytes32) {
        uint256 width = leaves.length;
        if (width == 1) return leaves[0];
        bytes32[] memory row = new bytes32[](width);
        for (uint256 i = 0; i < width; ++i) row[i] = leaves[i];
        while (width > 1) {
            uint256 pairs = width / 2;
            for (uint256 i = 0; i < pairs; ++i) row[i] = node(row[2 * i], row[2 * i + 1]);
            if (width % 2 == 1) row[pairs] = row[width - 1];
            width = pairs + (width % 2);
        }
        return row[0];
    }

    /// @dev The batch, and what its recorder signed: `sha256(bytes.concat(header, root_))`
    function batchHash(bytes calldata header, bytes32 root_) internal view returns (bytes32 digest) {
        assembly ("memory-safe") {
            let offset := mload(0x40)
            calldatacopy(offset, header.offset, header.length)
            mstore(add(offset, header.length), root_)
            if iszero(staticcall(gas(), 2, offset, add(header.length, 32), 0, 32)) {
                revert(0, 0)
            }
            digest := mload(0)
        }
    }
}
