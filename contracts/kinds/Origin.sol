// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Cursor} from "../libraries/Cursor.sol";
import {Entries} from "../libraries/Entries.sol";
import {Fold} from "../libraries/Fold.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {EntryContext, State} from "../State.sol";
import {ORIGIN, PLANT, ROLE_PRODUCER, ROLES_OF_GOODS} from "../types/Kinds.sol";
import {Link, Lot, Planting, Plot, Product} from "../types/Slots.sol";
import {Stock} from "./Stock.sol";

/// @title  Origin
/// @notice ORIGIN and PLANT: where a history of goods begins (docs/ledger.md §6).
library Origin {
    using Cursor for bytes;
    using Subjects for *;
    using Stock for *;

    uint256 private constant _ORIGIN_LENGTH = 39;
    uint256 private constant _PLANT_LENGTH = 76;

    /// @dev index u16 ‖ product 32 ‖ amount u40
    function origin(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _ORIGIN_LENGTH);
        Entries.expectRole(context, ROLES_OF_GOODS);
        Entries.expectMaker(state, context, args.u16(0));
        Product storage product = state.product(args.id32(2));
        uint40 amount = args.u40(34);
        if (amount == 0) revert ILedger.AmountZero();
        Lot storage made = state.subjects[context.subject].asLot();
        made.holder = context.organisation;
        made.sort = ORIGIN;
        made.unit = product.unit;
        made.product = product.number;
        made.made = amount;
        made.left = amount;
        state.words[context.subject] = Fold.birth(context.subject);
    }

    /// @dev index u16 ‖ plot 32 ‖ product 32 ‖ area u40 ‖ cap u40; touches the plot
    function plant(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _PLANT_LENGTH);
        Entries.expectRole(context, ROLE_PRODUCER);
        Entries.expectMaker(state, context, args.u16(0));
        bytes32 plotId = args.id32(2);
        Entries.expectOther(context, plotId);
        state.held(plotId, context.organisation);
        Plot storage plot = state.plot(plotId);
        Product storage product = state.product(args.id32(34));
        uint40 area = args.u40(66);
        if (area == 0) revert ILedger.AmountZero();
        plot.occupy(plotId, area);
        Planting storage made = state.subjects[context.subject].asPlanting();
        made.holder = context.organisation;
        made.sort = PLANT;
        made.unit = product.unit;
        made.product = product.number;
        made.area = area;
        made.cap = args.u40(71);
        state.links[context.subject][plotId] = Link({amount: area, fromRoom: 0});
        bytes32[] memory ancestry = new bytes32[](3);
        ancestry[0] = context.subject;
        ancestry[1] = plotId;
        ancestry[2] = state.touch(context, plotId);
        state.words[context.subject] = Fold.derived(ancestry);
    }
}
