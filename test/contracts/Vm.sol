// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The few cheat codes of Hardhat's Solidity tests that ours use.
interface Vm {
    function assume(bool condition) external pure;

    function roll(uint256 blockNumber) external;

    function warp(uint256 time) external;

    function prank(address sender) external;

    function mockCall(address callee, bytes calldata data, bytes calldata returned) external;

    function clearMockedCalls() external;

    function readFile(string calldata path) external view returns (string memory);

    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);

    function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);

    function parseBytes(string calldata text) external pure returns (bytes memory);

    function toString(uint256 value) external pure returns (string memory);
}

/// @dev Where the cheat codes answer.
Vm constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
