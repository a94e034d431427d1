// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../../contracts/interfaces/ILedger.sol";
import {Cursor} from "../../contracts/libraries/Cursor.sol";

/// @dev Calldata exist only behind an external call.
contract CursorReader {
    using Cursor for bytes;

    function fast(bytes calldata data, uint256 offset, uint256 width) external pure returns (uint256) {
        if (width == 1) return data.u8(offset);
        if (width == 2) return data.u16(offset);
        if (width == 3) return data.u24(offset);
        if (width == 4) return data.u32(offset);
        if (width == 5) return data.u40(offset);
        if (width == 8) return signed(data, offset);
        if (width == 20) return uint160(data.id20(offset));
        return uint256(data.id32(offset));
    }

    /// @dev The same eight bytes with and without a sign.
    function signed(bytes calldata data, uint256 offset) public pure returns (uint64 value) {
        value = data.u64(offset);
        require(uint64(data.i64(offset)) == value, "signed");
    }

    function plain(bytes calldata data, uint256 offset, uint256 width) external pure returns (uint256) {
        return uint256(bytes32(data[offset:offset + width])) >> (256 - 8 * width);
    }
}

contract CursorTest {
    CursorReader private immutable _READER = new CursorReader();
    uint8[8] private _widths = [1, 2, 3, 4, 5, 8, 20, 32];

    function testFuzz_readsWhatPlainSolidityReads(bytes calldata data, uint256 seed) public view {
        uint256 width = _widths[seed % 8];
        if (data.length < width) return;
        uint256 offset = (seed / 8) % (data.length - width + 1);
        require(_READER.fast(data, offset, width) == _READER.plain(data, offset, width), "readings differ");
    }

    function testFuzz_refusesToReadPastTheEnd(bytes calldata data, uint256 seed) public view {
        uint256 width = _widths[seed % 8];
        // From the first place at which a byte is missing to far beyond the data.
        uint256 first = data.length < width ? 0 : data.length - width + 1;
        uint256 offset = first + ((seed / 8) % 70_000);
        try _READER.fast(data, offset, width) returns (uint256) {
            revert("was read");
        } catch (bytes memory reason) {
            require(
                keccak256(reason) == keccak256(abi.encodeWithSelector(ILedger.MalformedBatch.selector, offset)),
                "another error"
            );
        }
    }
}
