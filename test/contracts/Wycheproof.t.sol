// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Ledger} from "../../contracts/Ledger.sol";
import {NOTE} from "../../contracts/types/Kinds.sol";
import {VM} from "./Vm.sol";

/// @title  Wycheproof's P-256 signatures, each sent to the ledger as the signature of a batch
/// @notice The batch's digest is made the vector's by answering for SHA-256 in that one call; all else is the ledger's own way.
///         Wycheproof calls high s valid; the ledger refuses it, for it would be a second form of one acceptance (I16).
contract WycheproofTest {
    string private constant _FILE = "test/vectors/wycheproof/ecdsa_secp256r1_sha256_p1363_test.json";
    uint256 private constant _HALF_ORDER = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8;
    address private constant _SHA256 = address(2);

    Ledger private _ledger;
    uint64 private _nonce;

    function setUp() public {
        _ledger = new Ledger(address(new AccessManager(address(this))));
    }

    /// It accepts the 103 valid ones with low s, and refuses the 159 others.
    function test_acceptsExactlyTheValidOnesWithLowS() public {
        string memory json = VM.readFile(_FILE);
        uint256 accepted = 0;
        uint256 total = 0;
        for (uint256 g = 0; VM.keyExistsJson(json, string.concat(".testGroups[", VM.toString(g), "]")); ++g) {
            string memory group = string.concat(".testGroups[", VM.toString(g), "]");
            (address recorder, bytes32 subject) = _enrol(json, string.concat(group, ".publicKey"));
            for (uint256 t = 0; ; ++t) {
                string memory one = string.concat(group, ".tests[", VM.toString(t), "]");
                if (!VM.keyExistsJson(json, one)) break;
                bytes memory signature = _bytesAt(json, string.concat(one, ".sig"));
                string memory result = VM.parseJsonString(json, string.concat(one, ".result"));
                bool wanted = keccak256(bytes(result)) == keccak256("valid") && _isLow(signature);
                bytes32 digest = sha256(_bytesAt(json, string.concat(one, ".msg")));
                require(_send(recorder, subject, digest, signature) == wanted, one);
                if (wanted) ++accepted;
                ++total;
            }
        }
        require(total == 262 && accepted == 103, "not all vectors were run");
    }

    function _enrol(string memory json, string memory key) private returns (address recorder, bytes32 subject) {
        bytes memory point = _bytesAt(json, string.concat(key, ".uncompressed"));
        (bytes32 x, bytes32 y) = (_word(point, 1), _word(point, 33));
        recorder = address(bytes20(sha256(abi.encodePacked(x, y))));
        (uint24 number, , , , ) = _ledger.recorder(recorder);
        if (number == 0) number = _ledger.admit(1, 0, x, y);
        subject = bytes32(uint256(number));
    }

    function _send(address recorder, bytes32 subject, bytes32 digest, bytes memory signature) private returns (bool) {
        bytes memory header = abi.encodePacked(
            uint8(1),
            uint64(block.chainid),
            address(_ledger),
            recorder,
            ++_nonce,
            bytes32(0)
        );
        bytes memory group = abi.encodePacked(subject, uint32(40), NOTE, uint40(0), bytes32(0), uint16(0));
        bytes memory signed = bytes.concat(header, sha256(bytes.concat(hex"00", group)));
        VM.mockCall(_SHA256, signed, abi.encode(digest));
        bytes[] memory batches = new bytes[](1);
        batches[0] = bytes.concat(header, group, signature);
        _ledger.submit(batches, 1_000_000);
        VM.clearMockedCalls();
        return _ledger.nonceUsed(recorder, _nonce);
    }

    function _bytesAt(string memory json, string memory key) private pure returns (bytes memory) {
        return VM.parseBytes(string.concat("0x", VM.parseJsonString(json, key)));
    }

    function _isLow(bytes memory signature) private pure returns (bool) {
        return signature.length == 64 && uint256(_word(signature, 32)) <= _HALF_ORDER;
    }

    function _word(bytes memory data, uint256 offset) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 32), offset))
        }
    }
}
