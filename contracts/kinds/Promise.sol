// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Cursor} from "../libraries/Cursor.sol";
import {Entries} from "../libraries/Entries.sol";
import {EntryContext, State} from "../State.sol";
import {ROLES_OF_GOODS} from "../types/Kinds.sol";
import {Lot} from "../types/Slots.sol";
import {Stock} from "./Stock.sol";

/// @title  Promise
/// @notice PROMISE: the holder answers for so much of a lot (docs/ledger.md §6). The words and their basis stand in the document.
/// @dev    Takes nothing from the lot: what is promised may be promised again, to another buyer or in other words.
library Promise {
    using Cursor for bytes;
    using Stock for State;

    uint256 private constant _LENGTH = 5;

    /// @dev amount u40. Named so because `promise` is a word of the language.
    function promiseGoods(State storage state, EntryContext calldata context, bytes calldata args) external view {
        Entries.expectLength(context, args, _LENGTH);
        Entries.expectRole(context, ROLES_OF_GOODS);
        Lot storage lot = state.usable(context.subject, context.organisation);
        uint40 amount = args.u40(0);
        if (amount == 0) revert ILedger.AmountZero();
        uint256 there = uint256(lot.left) + lot.packed;
        if (amount > there) revert ILedger.NotEnoughLeft(context.subject, there, amount);
    }
}
