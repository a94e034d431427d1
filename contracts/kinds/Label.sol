// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Cursor} from "../libraries/Cursor.sol";
import {Entries} from "../libraries/Entries.sol";
import {Fold} from "../libraries/Fold.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {EntryContext, State} from "../State.sol";
import {LABEL, ROLES_OF_GOODS} from "../types/Kinds.sol";
import {LabelRun, Lot} from "../types/Slots.sol";
import {Stock} from "./Stock.sol";

/// @title  Label
/// @notice LABEL: a run of serials for what is loose of a lot, which is packed by it (docs/ledger.md §6).
/// @dev    The root of the serials stays in the log alone: a reader proves a serial against the entry, not against a slot.
library Label {
    using Cursor for bytes;
    using Subjects for *;
    using Stock for *;

    uint256 private constant _LABEL_LENGTH = 103;

    /// @dev index u16 ‖ lot 32 ‖ certificate 32 ‖ count u40 ‖ root 32; touches the lot
    function label(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _LABEL_LENGTH);
        Entries.expectRole(context, ROLES_OF_GOODS);
        Entries.expectMaker(state, context, args.u16(0));
        bytes32 lotId = args.id32(2);
        Entries.expectOther(context, lotId);
        state.held(lotId, context.organisation);
        Lot storage lot = state.lot(lotId);
        if (args.id32(34) != 0) revert ILedger.CertificatesNotYet();
        uint40 count = args.u40(66);
        if (count == 0) revert ILedger.AmountZero();
        bytes32 productId = state.productIds[lot.product];
        uint40 net = state.product(productId).net;
        if (net == 0) revert ILedger.NoNetContent(productId);
        lot.pack(lotId, uint256(count) * net);
        LabelRun storage made = state.subjects[context.subject].asLabelRun();
        made.holder = context.organisation;
        made.sort = LABEL;
        made.unit = lot.unit;
        made.count = count;
        made.valid = count;
        made.net = net;
        state.labelSources[context.subject].lot = lotId;
        bytes32[] memory ancestry = new bytes32[](3);
        ancestry[0] = context.subject;
        ancestry[1] = lotId;
        ancestry[2] = state.touch(context, lotId);
        state.words[context.subject] = Fold.derived(ancestry);
    }
}
