// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title  SelfCall
/// @notice Calls the contract itself with one `bytes` argument and a fixed share of gas.
/// @dev    The plain form costs 440 gas more a batch, and keeps the memory of each batch for the whole call:
///
///         bytes memory data = abi.encodeWithSelector(selector, argument);
///         if (gasleft() < needed) revert …;
///         (bool done, bytes memory reason) = address(this).call{gas: share}(data);
///
///         The data lie behind the free memory pointer, which is not moved: nothing may be allocated between {prepare} and
///         {run}, nor called between {run} and {reason}.
library SelfCall {
    /// @dev Writes the call's data; their length.
    function prepare(bytes4 selector, bytes calldata argument) internal pure returns (uint256 length) {
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, selector)
            mstore(add(data, 4), 32)
            mstore(add(data, 36), argument.length)
            // Without the ABI's padding to whole words, which nothing reads.
            calldatacopy(add(data, 68), argument.offset, argument.length)
            length := add(68, argument.length)
        }
    }

    /// @dev Whether the call came to its end. It gets exactly `share`, if the caller saw to it that so much is left.
    function run(uint256 length, uint256 share) internal returns (bool done) {
        assembly ("memory-safe") {
            done := call(share, address(), 0, mload(0x40), length, 0, 0)
        }
    }

    /// @dev What a call that failed gave back.
    function reason() internal pure returns (bytes memory data) {
        assembly ("memory-safe") {
            data := mload(0x40)
            mstore(data, returndatasize())
            returndatacopy(add(data, 32), 0, returndatasize())
            mstore(0x40, add(data, and(add(returndatasize(), 63), not(31))))
        }
    }
}
