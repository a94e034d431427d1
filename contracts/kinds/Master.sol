// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Cursor} from "../libraries/Cursor.sol";
import {Entries} from "../libraries/Entries.sol";
import {Fold} from "../libraries/Fold.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {EntryContext, State} from "../State.sol";
import {MEMBER, PRODUCT, ROLE_PRODUCER, ROLES_OF_GOODS} from "../types/Kinds.sol";
import {LAST_UNIT, Member, Product} from "../types/Slots.sol";

/// @title  Master
/// @notice PRODUCT and MEMBER: what a history names again and again (docs/ledger.md §6).
library Master {
    using Cursor for bytes;
    using Subjects for *;

    uint256 private constant _PRODUCT_LENGTH = 10;
    uint256 private constant _MEMBER_LENGTH = 7;
    uint16 private constant _WHOLE = 1000;

    /// @dev index u16 ‖ unit u8 ‖ net u40 ‖ loss u16
    function product(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _PRODUCT_LENGTH);
        Entries.expectRole(context, ROLES_OF_GOODS);
        Entries.expectMaker(state, context, args.u16(0));
        uint8 unit = args.u8(2);
        if (unit == 0 || unit > LAST_UNIT) revert ILedger.UnitUnknown(unit);
        uint16 loss = args.u16(8);
        if (loss > _WHOLE) revert ILedger.LossTooLarge(loss);
        uint24 number = ++state.products;
        state.productIds[number] = context.subject;
        Product storage made = state.subjects[context.subject].asProduct();
        made.holder = context.organisation;
        made.sort = PRODUCT;
        made.unit = unit;
        made.number = number;
        made.net = args.u40(3);
        made.loss = loss;
        state.words[context.subject] = Fold.birth(context.subject);
    }

    /// @dev index u16 ‖ number u40
    function member(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _MEMBER_LENGTH);
        Entries.expectRole(context, ROLE_PRODUCER);
        Entries.expectMaker(state, context, args.u16(0));
        Member storage made = state.subjects[context.subject].asMember();
        made.holder = context.organisation;
        made.sort = MEMBER;
        made.number = args.u40(2);
        state.words[context.subject] = Fold.birth(context.subject);
    }
}
