// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../../contracts/interfaces/ILedger.sol";
import {CORRECT, DISCARD} from "../../contracts/types/Kinds.sol";
import {Market} from "./Market.sol";

/// @title  The market whose parties also correct and discard
/// @notice As of {Market}: so what is voided, recalled and under way is corrected too, and what is corrected is voided
///         and recalled.
contract Amends is Market {
    uint256 public corrections;
    uint256 public discards;

    constructor(ILedger ledger_, address[6] memory recorders_) Market(ledger_, recorders_) {}

    /// @notice Six acts of the market and three amends.
    function acts(uint256 seed) external override {
        for (uint256 k = 0; k < 9; ++k) {
            uint256 roll = uint256(keccak256(abi.encode(seed, k)));
            if (k % 3 < 2) _one(roll);
            else _amend(roll);
        }
    }

    function _amend(uint256 seed) private {
        (uint256 act, uint256 party) = (_roll(seed, 0) % 8, _roll(seed, 1));
        bytes32 id = _pick(lots, _roll(seed, 2));
        (uint40 amount, uint40 more) = (uint40(_roll(seed, 3)), uint40(_roll(seed, 4)));
        party = _rather(party, holderOf[id]);
        if (act < 2) _discard(party, id, amount, more % 8 > 0);
        else if (act < 4) _correctLost(party, id, _signed(amount, lost[id]), more % 8 > 0);
        else if (act < 5 || inputOf[id] == 0) _correctMaking(party, id, _signed(amount, made[id]), 0);
        else if (act < 7) _correctMaking(party, id, _signed(amount, made[id]), _signed(amount, made[id]));
        else _correctMaking(party, id, _signed(more, made[id]), _signed(amount, made[id]));
    }

    function _discard(uint256 party, bytes32 id, uint40 amount, bool whole) private {
        bool asPacked = isPacked[id];
        amount = _near(amount, uint40((asPacked ? packed[id] : loose[id]) / 4));
        if (asPacked && whole) amount = uint40(NET * (1 + amount / NET));
        if (!_act(party, id, DISCARD, abi.encodePacked(uint8(4), amount, bytes32(0)))) return;
        if (party != holderOf[id] || offeredTo[id] > 0) _wrong("discard");
        if (asPacked && amount % NET > 0) _wrong("discard of part of a piece");
        ++discards;
        lost[id] += amount;
        _there(id, asPacked, -int256(uint256(amount)));
    }

    /// Of what was discarded, or lost on the way.
    function _correctLost(uint256 party, bytes32 id, int256 own, bool whole) private {
        if (isPacked[id] && whole) own -= own % int256(NET);
        if (own == 0) return;
        if (!_act(party, id, CORRECT, _args(2, own, 0, 0))) return;
        if (party != holderOf[id] || offeredTo[id] > 0) _wrong("correction of what was lost");
        ++corrections;
        lost[id] = _plus(lost[id], -own);
        _there(id, isPacked[id], own);
    }

    /// Of packed goods in whole pieces. `others` is what went in more, of what the lot was made of.
    function _correctMaking(uint256 party, bytes32 id, int256 own, int256 others) private {
        bytes32 other = inputOf[id];
        bool asPacked = isPacked[id];
        if (asPacked) (own, others) = (own - (own % int256(NET)), others - (others % int256(NET)));
        if (others == 0) other = 0;
        if (own == 0 && others == 0) return;
        if (!_act(party, id, CORRECT, _args(1, own, other, others))) return;
        if (party != holderOf[id]) _wrong("correction");
        ++corrections;
        made[id] = _plus(made[id], own);
        _there(id, asPacked, own);
        if (other == 0) return;
        if (others < 0 && standing[id] > 0) _wrong("recalled goods corrected away");
        if (others > 0 && standing[other] > 0) _wrong("more taken of what is recalled");
        if (holderOf[other] != party) _wrong("correction of another's goods");
        linked[id] = _plus(linked[id], others);
        // A planting has no stock.
        if (made[other] > 0) _there(other, asPacked, -others);
        ++moves[other];
    }

    function _args(uint32 seq, int256 own, bytes32 other, int256 others) private pure returns (bytes memory) {
        return abi.encodePacked(seq, uint16(0), uint8(4), int64(own), other, int64(others));
    }

    /// @dev Within a quarter of `limit`, up or down; now and then all of it down.
    function _signed(uint40 seed, uint256 limit) private pure returns (int256) {
        if (seed % 8 == 0) return -int256(limit);
        int256 some = int256(uint256(seed) % (limit / 4 + 2));
        return seed % 2 == 0 ? some : -some;
    }
}
