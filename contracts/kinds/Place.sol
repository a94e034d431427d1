// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Cursor} from "../libraries/Cursor.sol";
import {Entries} from "../libraries/Entries.sol";
import {Fold} from "../libraries/Fold.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {EntryContext, State} from "../State.sol";
import {PLOT, ROLE_PRODUCER, ROLES_OF_SITES, SITE} from "../types/Kinds.sol";
import {Plot, Site} from "../types/Slots.sol";

/// @title  Place
/// @notice PLOT: a piece of land with its area. SITE: where goods pass (docs/ledger.md §6).
library Place {
    using Cursor for bytes;
    using Subjects for *;

    uint256 private constant _PLOT_LENGTH = 8;
    uint256 private constant _SITE_LENGTH = 8;
    /// @dev field or any other place 0, village 1, township 2, county 3
    uint8 private constant _LAST_LEVEL = 3;
    /// @dev An administrative code (GB/T 2260) has up to twelve digits.
    uint40 private constant _LAST_CODE = 999_999_999_999;
    /// @dev Of land the amounts are areas.
    uint8 private constant _SQUARE_METRE = 2;

    /// @dev index u16 ‖ level u8 ‖ area u40
    function plot(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _PLOT_LENGTH);
        Entries.expectRole(context, ROLE_PRODUCER);
        Entries.expectMaker(state, context, args.u16(0));
        uint8 level = _level(args);
        uint40 area = args.u40(3);
        if (area == 0) revert ILedger.AmountZero();
        Plot storage made = state.subjects[context.subject].asPlot();
        made.holder = context.organisation;
        made.sort = PLOT;
        made.unit = _SQUARE_METRE;
        made.level = level;
        made.area = area;
        made.free = area;
        state.words[context.subject] = Fold.birth(context.subject);
    }

    /// @dev index u16 ‖ level u8 ‖ number u40
    function site(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _SITE_LENGTH);
        Entries.expectRole(context, ROLES_OF_SITES);
        Entries.expectMaker(state, context, args.u16(0));
        uint8 level = _level(args);
        uint40 number = args.u40(3);
        if (number > _LAST_CODE) revert ILedger.AmountTooLarge(number);
        Site storage made = state.subjects[context.subject].asSite();
        made.holder = context.organisation;
        made.sort = SITE;
        made.level = level;
        made.number = number;
        state.words[context.subject] = Fold.birth(context.subject);
    }

    function _level(bytes calldata args) private pure returns (uint8 level) {
        level = args.u8(2);
        if (level > _LAST_LEVEL) revert ILedger.LevelUnknown(level);
    }
}
