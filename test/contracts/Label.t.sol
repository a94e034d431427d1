// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Label} from "../../contracts/kinds/Label.sol";
import {Subjects} from "../../contracts/libraries/Subjects.sol";
import {EntryContext, State} from "../../contracts/State.sol";
import {CERTIFY, LABEL, ORIGIN, PRODUCT, ROLE_PRODUCER, VOID} from "../../contracts/types/Kinds.sol";
import {Certificate, LabelRun, Lot, Product} from "../../contracts/types/Slots.sol";

/// @title  Labels against plain arithmetic: one number a label instead of one bit, whole numbers instead of 40 bits
/// @notice An entry is accepted exactly when every sum stays where it may be, and then each slot holds its sum.
contract LabelTest {
    using Subjects for *;

    bytes32 private constant _LOT = "lot";
    bytes32 private constant _CERTIFICATE = "certificate";
    bytes32 private constant _PRODUCT = "product";
    bytes32 private constant _RUN = "run";
    uint24 private constant _HOLDER = 7;
    uint256 private constant _NET = 3;

    State private _state;

    function label(EntryContext calldata context, bytes calldata args) external {
        Label.label(_state, context, args);
    }

    function voidLabels(EntryContext calldata context, bytes calldata args) external {
        Label.voidLabels(_state, context, args);
    }

    function testFuzz_voidsTheNamedLabelsAndNoOther(
        uint256 count,
        uint256[6] memory before,
        uint256[4] memory ranges,
        bool two
    ) public {
        count = 1 + (count % 1500);
        for (uint256 k = 0; k < 4; ++k) ranges[k] = ranges[k] % (k % 2 == 0 ? count + 2 : count / 2 + 2);
        // Mostly few labels are void before: each word is thinned out by its neighbours.
        for (uint256 k = 0; k < 6; ++k) {
            before[k] = before[k] & before[(k + 1) % 6] & before[(k + 2) % 6] & before[(k + 3) % 6] & (before[k] << 7);
            if (256 * k >= count) before[k] = 0;
            else if (256 * (k + 1) > count) before[k] &= (1 << (count - 256 * k)) - 1;
            _state.voided[_RUN][k] = before[k];
        }
        uint256 valid = count;
        for (uint256 k = 0; k < count; ++k) if (_bit(before, k)) --valid;
        _put(count, valid);

        (bool fits, uint256 sum) = _fits(before, count, ranges, two);
        bool done = _try(ranges, two);

        require(done == fits, "not accepted exactly when it fits");
        if (!done) sum = 0;
        for (uint256 k = 0; k < 256 * 6; ++k) {
            bool isVoid = (_state.voided[_RUN][k / 256] >> (k % 256)) & 1 == 1;
            require(isVoid == (_bit(before, k) || (done && _named(ranges, two, k))), "label");
        }
        require(_state.labelRun(_RUN).valid == valid - sum, "valid");
        require(_state.lot(_LOT).packed == (valid - sum) * _NET && _state.lot(_LOT).left == sum * _NET, "lot");
        require(_state.certificate(_CERTIFICATE).left == sum * _NET, "certificate");
    }

    function testFuzz_labelsWhatLotAndCertificateBothHave(
        uint40 left,
        uint40 packed,
        uint40 volume,
        uint40 count,
        uint40 net,
        uint8 shift
    ) public {
        // Amounts of every size; as many labels as there may be, and up to a quarter more.
        left = left >> (shift % 30);
        packed = uint40(packed % (2 ** 40 - uint256(left)));
        volume = uint40(volume % (2 * uint256(left) + 1));
        net = net >> (40 - (shift % 30));
        if (net > 0) count = uint40(count % ((5 * uint256(left)) / net / 4 + 2));
        Lot storage lot = _state.subjects[_LOT].asLot();
        (lot.holder, lot.sort, lot.unit, lot.product) = (_HOLDER, ORIGIN, 1, 1);
        (lot.made, lot.left, lot.packed) = (left + packed, left, packed);
        Product storage product = _state.subjects[_PRODUCT].asProduct();
        (product.holder, product.sort, product.net) = (_HOLDER, PRODUCT, net);
        _state.productIds[1] = _PRODUCT;
        Certificate storage certificate = _certificate(volume);

        EntryContext memory context = _context(LABEL);
        context.subject = sha256(abi.encodePacked(context.recorder, context.nonce, uint16(0)));
        bytes memory args = abi.encodePacked(uint16(0), _LOT, _CERTIFICATE, count, bytes32("root"));
        uint256 amount = uint256(count) * net;
        bool fits = amount > 0 && amount <= left && amount <= volume;
        bool done;
        try this.label(context, args) {
            done = true;
        } catch {}

        require(done == fits, "not accepted exactly when it fits");
        if (!done) amount = 0;
        require(lot.left == left - amount && lot.packed == packed + amount, "lot");
        require(lot.made == left + packed, "made");
        require(certificate.left == volume - amount && certificate.volume == volume, "certificate");
        LabelRun storage run = _state.subjects[context.subject].asLabelRun();
        if (done) require(run.count == count && run.valid == count && run.net == net && run.unit == 1, "run");
        else require(run.holder == 0 && run.count == 0, "run of nothing");
    }

    function _fits(
        uint256[6] memory before,
        uint256 count,
        uint256[4] memory ranges,
        bool two
    ) private pure returns (bool fits, uint256 sum) {
        sum = ranges[1] + (two ? ranges[3] : 0);
        fits = ranges[1] > 0 && ranges[0] + ranges[1] <= count;
        if (two) {
            fits = fits && ranges[3] > 0 && ranges[2] + ranges[3] <= count;
            fits = fits && ranges[0] + ranges[1] <= ranges[2];
        }
        for (uint256 k = 0; k < count && fits; ++k) if (_bit(before, k) && _named(ranges, two, k)) fits = false;
    }

    function _named(uint256[4] memory ranges, bool two, uint256 k) private pure returns (bool) {
        if (k >= ranges[0] && k < ranges[0] + ranges[1]) return true;
        return two && k >= ranges[2] && k < ranges[2] + ranges[3];
    }

    function _bit(uint256[6] memory words, uint256 k) private pure returns (bool) {
        return (words[k / 256] >> (k % 256)) & 1 == 1;
    }

    function _put(uint256 count, uint256 valid) private {
        LabelRun storage run = _state.subjects[_RUN].asLabelRun();
        (run.holder, run.sort, run.unit) = (_HOLDER, LABEL, 1);
        (run.count, run.valid, run.net) = (uint40(count), uint40(valid), uint40(_NET));
        (_state.labelSources[_RUN].lot, _state.labelSources[_RUN].certificate) = (_LOT, _CERTIFICATE);
        Lot storage lot = _state.subjects[_LOT].asLot();
        (lot.holder, lot.sort, lot.unit) = (_HOLDER, ORIGIN, 1);
        (lot.made, lot.packed) = (uint40(count * _NET), uint40(valid * _NET));
        _certificate(uint40(count * _NET)).left = 0;
    }

    /// @dev For every product and for ever.
    function _certificate(uint40 volume) private returns (Certificate storage certificate) {
        certificate = _state.subjects[_CERTIFICATE].asCertificate();
        (certificate.holder, certificate.sort, certificate.unit) = (_HOLDER + 1, CERTIFY, 1);
        (certificate.beneficiary, certificate.until) = (_HOLDER, type(uint40).max);
        (certificate.volume, certificate.left) = (volume, volume);
    }

    function _try(uint256[4] memory ranges, bool two) private returns (bool) {
        bytes memory args = abi.encodePacked(uint8(1), _LOT, _CERTIFICATE, uint8(two ? 2 : 1));
        args = abi.encodePacked(args, uint40(ranges[0]), uint40(ranges[1]));
        if (two) args = abi.encodePacked(args, uint40(ranges[2]), uint40(ranges[3]));
        EntryContext memory context = _context(VOID);
        context.subject = _RUN;
        try this.voidLabels(context, args) {
            return true;
        } catch {
            return false;
        }
    }

    function _context(uint8 kind) private pure returns (EntryContext memory context) {
        (context.organisation, context.roles, context.kind) = (_HOLDER, ROLE_PRODUCER, kind);
        context.recorder = address(1);
    }
}
