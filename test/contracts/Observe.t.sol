// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Observe} from "../../contracts/kinds/Observe.sol";
import {GROW, HARVEST, NOTE, SENSE} from "../../contracts/types/Kinds.sol";

/// @dev Calldata exist only behind an external call.
contract ObserveCaller {
    function fast(bytes calldata batch, uint256 offset, uint256 end) external pure returns (uint256) {
        return Observe.skip(batch, offset, end);
    }

    function plain(bytes calldata batch, uint256 offset, uint256 end) external pure returns (uint256) {
        while (offset + Observe.ENTRY_HEAD <= end && Observe.isObservation(batch, offset)) offset += Observe.ENTRY_HEAD;
        return offset;
    }
}

/// @title  The assembly of {Observe-skip} against the plain loop above it
contract ObserveTest {
    ObserveCaller private immutable _OBSERVE = new ObserveCaller();

    function testFuzz_anyBytesAreSkippedAlike(bytes calldata batch, uint256 from, uint256 to) public view {
        uint256 end = to % (batch.length + 1);
        uint256 offset = from % (end + 1);
        require(_OBSERVE.fast(batch, offset, end) == _OBSERVE.plain(batch, offset, end), "ends differ");
    }

    /// Bytes that are nearly all observations, with one byte changed: each kind, each length, each place.
    function testFuzz_aRunWithOneFlawEndsAtTheFlaw(uint8 kind, uint16 length, uint256 flaw, uint256 cut) public view {
        bytes memory batch;
        for (uint256 i = 0; i < 12; ++i) {
            bool flawed = i == flaw % 13;
            bytes memory head = abi.encodePacked(
                flawed ? kind : uint8(GROW + (i % 3)),
                uint40(i),
                keccak256("content")
            );
            batch = bytes.concat(batch, head, bytes2(flawed ? length : 0));
        }
        uint256 end = batch.length - (cut % 81);
        uint256 stopped = _OBSERVE.fast(batch, 0, end);
        require(stopped == _OBSERVE.plain(batch, 0, end), "ends differ");
        bool harmless = (kind == GROW || kind == SENSE || kind == NOTE) && length == 0;
        uint256 whole = (end / 40) * 40;
        uint256 wanted = harmless || flaw % 13 == 12 || (flaw % 13) * 40 >= whole ? whole : (flaw % 13) * 40;
        require(stopped == wanted, "does not end at the flaw");
    }

    function test_everyOtherKindEndsARun() public view {
        for (uint256 kind = 0; kind < 256; ++kind) {
            bytes memory one = abi.encodePacked(uint8(kind), uint40(0), bytes32(0), uint16(0));
            bool observed = kind == GROW || kind == SENSE || kind == NOTE;
            require(_OBSERVE.fast(one, 0, 40) == (observed ? 40 : 0), "kind");
        }
        require(_OBSERVE.fast(abi.encodePacked(HARVEST, bytes32(0), bytes7(0)), 0, 40) == 0, "harvest");
    }
}
