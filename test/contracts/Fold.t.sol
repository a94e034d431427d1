// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Fold} from "../../contracts/libraries/Fold.sol";

/// @dev Calldata exist only behind an external call.
contract FoldCaller {
    function leaf(bytes calldata group) external view returns (bytes32) {
        return Fold.leaf(group);
    }

    function batchHash(bytes calldata header, bytes32 root) external view returns (bytes32) {
        return Fold.batchHash(header, root);
    }

    function move(
        bytes32 word,
        bytes32 batch,
        bytes32 stamp,
        bytes32 leaf_,
        uint32 place
    ) external view returns (bytes32) {
        return Fold.move(word, batch, stamp, leaf_, place);
    }

    /// @dev Every hash one after the other, with allocations between: none may depend on what lies in memory.
    function mixed(
        bytes calldata group,
        bytes32 left,
        bytes32 right
    ) external view returns (bytes32, bytes32, bytes32) {
        bytes32 first = Fold.leaf(group);
        bytes memory between = bytes.concat(group, left, right);
        bytes32 second = Fold.node(left, right);
        bytes32 third = Fold.batchHash(group, left);
        require(between.length == group.length + 64, "memory was spoiled");
        return (first, second, third);
    }
}

/// @title  The assembly of Fold against the plain Solidity above each function
contract FoldTest {
    FoldCaller private immutable _FOLD = new FoldCaller();
    bytes32 private constant _HEAD = bytes32(~uint256(type(uint32).max));

    function testFuzz_leafIsPlain(bytes calldata group) public view {
        require(_FOLD.leaf(group) == sha256(bytes.concat(hex"00", group)), "leaf");
    }

    function testFuzz_nodeIsPlain(bytes32 left, bytes32 right) public view {
        require(Fold.node(left, right) == sha256(bytes.concat(hex"01", left, right)), "node");
    }

    function testFuzz_batchIsPlain(bytes calldata header, bytes32 root) public view {
        require(_FOLD.batchHash(header, root) == sha256(bytes.concat(header, root)), "batch");
    }

    function testFuzz_moveIsPlain(bytes32 word, bytes32 batch, bytes32 stamp, bytes32 leaf, uint32 place) public view {
        if (uint32(uint256(word)) == type(uint32).max) return;
        bytes32 digest = sha256(bytes.concat(word, batch, stamp, leaf, bytes4(place)));
        bytes32 plain = (digest & _HEAD) | bytes32(uint256(uint32(uint256(word)) + 1));
        require(_FOLD.move(word, batch, stamp, leaf, place) == plain, "move");
    }

    function testFuzz_hashesDoNotDependOnMemory(bytes calldata group, bytes32 left, bytes32 right) public view {
        (bytes32 first, bytes32 second, bytes32 third) = _FOLD.mixed(group, left, right);
        require(first == sha256(bytes.concat(hex"00", group)), "leaf");
        require(second == sha256(bytes.concat(hex"01", left, right)), "node");
        require(third == sha256(bytes.concat(group, left)), "batch");
    }

    /// The tree that splits at the largest power of two below its size, as RFC 6962 words it.
    function testFuzz_rootIsThatOfTheRfc(bytes32 seed, uint256 count) public view {
        bytes32[] memory leaves = new bytes32[](1 + (count % 64));
        for (uint256 i = 0; i < leaves.length; ++i) leaves[i] = keccak256(abi.encode(seed, i));
        require(Fold.root(leaves) == _root(leaves, 0, leaves.length), "root");
        require(leaves[0] == keccak256(abi.encode(seed, 0)), "the leaves were written to");
    }

    function test_noMoveAfterTheLastSeq() public view {
        try _FOLD.move(bytes32(uint256(type(uint32).max)), 0, 0, 0, 0) returns (bytes32) {
            revert("moved");
        } catch Panic(uint256) {}
    }

    function testFuzz_birthAndDerivedAreOfTheirBytes(bytes32 subject, bytes32[] calldata rest) public view {
        bytes32 birth = sha256(
            bytes.concat("furrow/1", bytes8(uint64(block.chainid)), bytes20(address(this)), subject)
        );
        require(Fold.birth(subject) == birth & _HEAD, "birth");
        bytes memory hashed;
        for (uint256 i = 0; i < rest.length; ++i) hashed = bytes.concat(hashed, rest[i]);
        require(Fold.derived(rest) == sha256(hashed) & _HEAD, "derived");
    }

    function _root(bytes32[] memory leaves, uint256 from, uint256 to) private pure returns (bytes32) {
        if (to - from == 1) return leaves[from];
        uint256 half = 1;
        while (half * 2 < to - from) half *= 2;
        return sha256(bytes.concat(hex"01", _root(leaves, from, from + half), _root(leaves, from + half, to)));
    }
}
