// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../interfaces/ILedger.sol";
import {Cursor} from "../libraries/Cursor.sol";
import {Entries} from "../libraries/Entries.sol";
import {Fold} from "../libraries/Fold.sol";
import {Subjects} from "../libraries/Subjects.sol";
import {EntryContext, State} from "../State.sol";
import {LABEL, ROLES_OF_GOODS} from "../types/Kinds.sol";
import {Certificate, LabelRun, LabelSource, Lot, REVOKED, SUSPENDED} from "../types/Slots.sol";
import {Stock} from "./Stock.sol";

/// @title  Label
/// @notice LABEL: a run of serials for what is loose of a lot, which is packed by it and drawn of the certificate that it
///         claims. VOID: some of them count no more, and what they stood for goes back (docs/ledger.md §6).
/// @dev    The root of the serials stays in the log alone: a reader proves a serial against the entry, not against a slot.
///         A label is named by its place in the run, from 0.
///
/// Always true, tested as `invariant_…` in test/contracts/Certify.invariant.t.sol:
///   validIsCountLessVoid            of a run, valid is count less the labels that are void; what they stand for was loose,
///                                   and is packed (I4)
///   drawnIsWhatValidLabelsStandFor  of a certificate, volume − left is what its runs' valid labels stand for (I10)
library Label {
    using Cursor for bytes;
    using Subjects for *;
    using Stock for *;

    uint256 private constant _LABEL_LENGTH = 103;
    /// @dev Length of the args of VOID before the ranges, the last byte being their number; length of one range.
    uint256 private constant _VOID_FIXED = 66;
    uint256 private constant _RANGE = 10;
    uint256 private constant _MAX_RANGES = 32;
    /// @dev Labels voided by one entry.
    uint256 private constant _MAX_VOIDED = 10_000;
    /// @dev misprinted, not sold, lost, taken back
    uint8 private constant _REASONS = 4;

    /// @dev index u16 ‖ lot 32 ‖ certificate 32 ‖ count u40 ‖ root 32; touches the lot, then the certificate, if any
    function label(State storage state, EntryContext calldata context, bytes calldata args) external {
        Entries.expectLength(context, args, _LABEL_LENGTH);
        Entries.expectRole(context, ROLES_OF_GOODS);
        Entries.expectMaker(state, context, args.u16(0));
        LabelSource memory source = LabelSource({lot: args.id32(2), certificate: args.id32(34)});
        Entries.expectOther(context, source.lot);
        Lot storage lot = state.usable(source.lot, context.organisation);
        bytes32 productId = state.productIds[lot.product];
        if (source.certificate != 0) _expectCovers(state, context, source.certificate, productId, lot.unit);
        uint40 count = args.u40(66);
        if (count == 0) revert ILedger.AmountZero();
        uint40 net = state.product(productId).net;
        if (net == 0) revert ILedger.NoNetContent(productId);
        lot.pack(source.lot, uint256(count) * net);
        if (source.certificate != 0) _draw(state, source.certificate, uint256(count) * net);

        LabelRun storage made = state.subjects[context.subject].asLabelRun();
        made.holder = context.organisation;
        made.sort = LABEL;
        made.unit = lot.unit;
        made.count = count;
        made.valid = count;
        made.net = net;
        state.labelSources[context.subject].lot = source.lot;
        if (source.certificate != 0) state.labelSources[context.subject].certificate = source.certificate;
        state.words[context.subject] = _derive(state, context, source);
    }

    /// @dev reason u8 ‖ lot 32 ‖ certificate 32 ‖ count u8 ‖ count × (first u40 ‖ number u40); touches the lot, then the
    ///      certificate, if any
    function voidLabels(State storage state, EntryContext calldata context, bytes calldata args) external {
        uint256 ranges = args.length < _VOID_FIXED ? 0 : args.u8(_VOID_FIXED - 1);
        Entries.expectLength(context, args, _VOID_FIXED + ranges * _RANGE);
        state.held(context.subject, context.organisation);
        LabelRun storage run = state.labelRun(context.subject);
        state.expectNotRecalled(context.subject);
        uint8 reason = args.u8(0);
        if (reason == 0 || reason > _REASONS) revert ILedger.ReasonUnknown(reason);
        LabelSource memory source = state.labelSources[context.subject];
        _expectSource(context, source.lot, args.id32(1));
        _expectSource(context, source.certificate, args.id32(33));
        if (ranges == 0 || ranges > _MAX_RANGES) revert ILedger.CountOutOfRange(ranges);
        uint256 number = _markAll(state, context, args, run.count);
        // number <= valid < 2^40, as none of them was void.
        run.valid -= uint40(number);
        _giveBack(state, context, source, number * run.net);
    }

    /// @dev The certificate may be claimed for this product, in this unit, now.
    function _expectCovers(
        State storage state,
        EntryContext calldata context,
        bytes32 id,
        bytes32 productId,
        uint8 unit
    ) private view {
        Entries.expectOther(context, id);
        Certificate storage certificate = state.certificate(id);
        uint24 organisation = context.organisation;
        if (certificate.beneficiary != organisation) revert ILedger.NotBeneficiary(id, organisation);
        uint8 status = certificate.status;
        if (status & REVOKED != 0) revert ILedger.Revoked(id);
        if (status & SUSPENDED != 0) revert ILedger.Suspended(id);
        (uint40 from, uint40 until) = (certificate.from, certificate.until);
        if (block.timestamp < from || block.timestamp >= until) revert ILedger.NotInForce(id, from, until);
        if (certificate.products != 0 && state.scopes[id][productId] != 1) revert ILedger.NotInScope(id, productId);
        if (certificate.unit != unit) revert ILedger.UnitsDiffer(id);
    }

    function _draw(State storage state, bytes32 id, uint256 wanted) private {
        Certificate storage certificate = state.certificate(id);
        uint256 left = certificate.left;
        if (wanted > left) revert ILedger.NotEnoughVolume(id, left, wanted);
        unchecked {
            // wanted <= left < 2^40
            certificate.left = uint40(left - wanted);
        }
    }

    /// @dev What the run packed and drew comes back: `left` of a certificate stays at most its volume.
    function _giveBack(
        State storage state,
        EntryContext calldata context,
        LabelSource memory source,
        uint256 amount
    ) private {
        state.lot(source.lot).unpack(source.lot, amount);
        state.touch(context, source.lot);
        if (source.certificate == 0) return;
        // amount <= what was packed < 2^40
        state.certificate(source.certificate).left += uint40(amount);
        state.touch(context, source.certificate);
    }

    /// @dev Touches what the run draws on; the run's word.
    function _derive(
        State storage state,
        EntryContext calldata context,
        LabelSource memory source
    ) private returns (bytes32) {
        bytes32[] memory ancestry = new bytes32[](source.certificate == 0 ? 3 : 5);
        ancestry[0] = context.subject;
        ancestry[1] = source.lot;
        ancestry[2] = state.touch(context, source.lot);
        if (source.certificate != 0) {
            ancestry[3] = source.certificate;
            ancestry[4] = state.touch(context, source.certificate);
        }
        return Fold.derived(ancestry);
    }

    function _expectSource(EntryContext calldata context, bytes32 expected, bytes32 given) private pure {
        if (given != expected) revert ILedger.SourceDiffers(context.subject, expected, given);
    }

    /// @dev Marks the labels of all ranges void; how many they are.
    function _markAll(
        State storage state,
        EntryContext calldata context,
        bytes calldata args,
        uint256 count
    ) private returns (uint256 sum) {
        mapping(uint256 => uint256) storage voided = state.voided[context.subject];
        uint256 end = 0;
        for (uint256 offset = _VOID_FIXED; offset < args.length; offset += _RANGE) {
            (uint256 first, uint256 number) = (args.u40(offset), args.u40(offset + 5));
            if (number == 0) revert ILedger.AmountZero();
            if (first < end) revert ILedger.RangesOverlap(first);
            end = first + number;
            if (end > count) revert ILedger.LabelUnknown(context.subject, first < count ? count : first, count);
            sum += number;
            if (sum > _MAX_VOIDED) revert ILedger.CountOutOfRange(sum);
            _mark(voided, context.subject, first, end);
        }
    }

    /// @dev Marks labels from `first` to before `end` void, as many at once as lie in one word.
    function _mark(mapping(uint256 => uint256) storage voided, bytes32 run, uint256 first, uint256 end) private {
        while (first < end) {
            uint256 index = first >> 8;
            uint256 next = (index + 1) << 8;
            if (next > end) next = end;
            // next - first bits, 1 to 256, from bit first & 255 on.
            uint256 mask = (type(uint256).max >> (256 - (next - first))) << (first & 255);
            uint256 before = voided[index];
            if (before & mask != 0) revert ILedger.LabelVoided(run, (index << 8) + _lowest(before & mask));
            voided[index] = before | mask;
            first = next;
        }
    }

    /// @dev Number of the lowest bit of `bits` that is set; not all are zero.
    function _lowest(uint256 bits) private pure returns (uint256 bit) {
        while ((bits >> bit) & 1 == 0) ++bit;
    }
}
