// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {State} from "../State.sol";
import {ENDED, Lot, Planting, Plot, RECALLS} from "../types/Slots.sol";

/// @title  Stock
/// @notice What the kinds share: which lots and plantings goods may be taken from, and the arithmetic of what is left of a lot,
///         free of a plot, still to be harvested of a planting.
/// @dev    Amounts are thousandths and fit 40 bits, so sums and products of two are far from 256 bits.
///
/// Always true, each tested as `invariant_…` in test/contracts/Stock.invariant.t.sol:
///   leftNeverAboveMade      of a lot, made = left + packed + used + shipped - given back + lost
///   harvestNeverAboveCap    made of a planting is at most area × cap / 10^7
///   freeNeverAboveArea      free of a plot is at most its area
library Stock {
    /// @dev A cap is stated per hectare, and an area in thousandths of a square metre: one hectare is 10^7 of them.
    uint256 internal constant HECTARE = 10_000_000;

    /// @dev Of a lot that is recalled or under way nothing may be taken, packed or promised.
    function expectUsable(Lot storage lot, bytes32 id) internal view {
        // Fields of one slot are read side by side, so that the compiler loads it once.
        (uint8 status, uint24 other) = (lot.status, lot.other);
        if (status & RECALLS != 0) revert ILedger.Recalled(id);
        if (other != 0) revert ILedger.UnderWay(id);
    }

    /// @dev Of what is recalled nothing goes back to where it came from, in whose books it would be free again.
    function expectNotRecalled(State storage state, bytes32 id) internal view {
        if (state.subjects[id].status & RECALLS != 0) revert ILedger.Recalled(id);
    }

    /// @dev A lot of `organisation` from which goods may be taken: neither recalled nor under way.
    function usable(State storage state, bytes32 id, uint24 organisation) internal view returns (Lot storage lot) {
        Subjects.held(state, id, organisation);
        lot = Subjects.lot(state, id);
        expectUsable(lot, id);
    }

    /// @dev A planting of `organisation` that may be harvested: neither recalled nor ended.
    function growing(
        State storage state,
        bytes32 id,
        uint24 organisation
    ) internal view returns (Planting storage planting) {
        Subjects.held(state, id, organisation);
        planting = Subjects.planting(state, id);
        uint8 status = planting.status;
        if (status & RECALLS != 0) revert ILedger.Recalled(id);
        if (status & ENDED != 0) revert ILedger.Ended(id);
    }

    /// @dev Takes what an entry uses up from what is left of `lot`.
    function take(Lot storage lot, bytes32 id, uint256 wanted) internal {
        uint256 left = lot.left;
        if (wanted > left) revert ILedger.NotEnoughLeft(id, left, wanted);
        unchecked {
            // wanted <= left < 2^40
            lot.left = uint40(left - wanted);
        }
    }

    /// @dev Moves `wanted` of `lot` from loose to packed.
    function pack(Lot storage lot, bytes32 id, uint256 wanted) internal {
        take(lot, id, wanted);
        unchecked {
            // left + packed <= made < 2^40, and what was added here was taken from left.
            lot.packed += uint40(wanted);
        }
    }

    /// @dev Takes what an entry ships or discards from what is packed of `lot`.
    function takePacked(Lot storage lot, bytes32 id, uint256 wanted) internal {
        uint256 packed = lot.packed;
        if (wanted > packed) revert ILedger.NotEnoughPacked(id, packed, wanted);
        unchecked {
            // wanted <= packed < 2^40
            lot.packed = uint40(packed - wanted);
        }
    }

    /// @dev Moves `wanted` of `lot` from packed back to loose.
    function unpack(Lot storage lot, bytes32 id, uint256 wanted) internal {
        takePacked(lot, id, wanted);
        unchecked {
            // left + packed <= made < 2^40, and what is added here was taken from packed.
            lot.left += uint40(wanted);
        }
    }

    /// @dev Packed goods of the product with this number are counted in whole pieces of its net content.
    function expectWhole(State storage state, uint24 product, uint256 amount) internal view {
        bytes32 id = state.productIds[product];
        uint256 net = Subjects.product(state, id).net;
        if (net == 0) revert ILedger.NoNetContent(id);
        if (amount % net != 0) revert ILedger.NotWholePieces(id, net, amount);
    }

    /// @dev Takes the area of a planting from what is free of `plot`.
    function occupy(Plot storage plot, bytes32 id, uint256 wanted) internal {
        uint256 free = plot.free;
        if (wanted > free) revert ILedger.NotEnoughArea(id, free, wanted);
        unchecked {
            // wanted <= free < 2^40
            plot.free = uint40(free - wanted);
        }
    }

    /// @dev Books a harvest on `planting`: never more in all than area × cap, rounded down, nor than 40 bits hold.
    function harvest(Planting storage planting, bytes32 id, uint256 amount) internal {
        uint256 allowed = allowedOf(planting.area, planting.cap);
        uint256 wanted = planting.made + amount;
        if (wanted > allowed) revert ILedger.OverCap(id, allowed, wanted);
        // wanted <= allowed < 2^40
        planting.made = uint40(wanted);
    }

    function allowedOf(uint256 area, uint256 cap) internal pure returns (uint256 allowed) {
        allowed = (area * cap) / HECTARE;
        if (allowed > type(uint40).max) allowed = type(uint40).max;
    }

    /// @dev A sum that is to be kept, or {ILedger-AmountTooLarge}.
    function fit(uint256 amount) internal pure returns (uint40) {
        if (amount > type(uint40).max) revert ILedger.AmountTooLarge(amount);
        return uint40(amount);
    }
}
