// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {Ledger} from "../../contracts/Ledger.sol";
import {Certificate, LabelRun, Lot, RECALLS} from "../../contracts/types/Slots.sol";
import {Amends} from "./Amends.sol";

/// @title  What holds of labels, certificates and recalls whatever honest and hostile organisations write and correct (I4, I6, I10 to I12)
contract CertifyInvariantTest {
    /// @dev Twice and three times the generator of the curve: with the points opposite, six keys whose secrets nobody needs here.
    uint256 private constant _X2 = 0x7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978;
    uint256 private constant _Y2 = 0x07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1;
    uint256 private constant _X3 = 0x5ecbe4d1a6330a44c8f7ef951d4bf165e6c6b721efada985fb41661bc6e7fd6c;
    uint256 private constant _Y3 = 0x8734640c4998ff7e374b06ce1a64a2ecd82ab036384fb83d9a79b127a27d5032;

    Amends private _market;
    Ledger private _ledger;

    function setUp() public {
        _ledger = new Ledger(address(new AccessManager(address(this))));
        address[6] memory recorders = [
            _admit(7, P256.GX, P256.GY),
            _admit(7, P256.GX, P256.P - P256.GY),
            _admit(32, _X2, _Y2),
            _admit(32, _X2, P256.P - _Y2),
            _admit(128, _X3, _Y3),
            _admit(255, _X3, P256.P - _Y3)
        ];
        _market = new Amends(_ledger, recorders);
    }

    function _admit(uint32 roles, uint256 x, uint256 y) private returns (address) {
        _ledger.admit(roles, 0, bytes32(x), bytes32(y));
        return address(bytes20(sha256(abi.encodePacked(x, y))));
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_market);
    }

    /// The invariants say something: goods are corrected and discarded on this market, too.
    function test_goodsAreCorrectedAndDiscarded() public {
        for (uint256 seed = 0; seed < 100; ++seed) _market.acts(seed);
        require(_market.corrections() > 20 && _market.discards() > 10, "too few");
        invariant_nothingImpossibleWasAccepted();
        invariant_validIsCountLessVoid();
        invariant_drawnIsWhatValidLabelsStandFor();
        invariant_statusCountsTheRecalls();
        invariant_seqCountsTheMoves();
    }

    /// I10, I11: nothing was accepted that should not have been, and what is always right was.
    function invariant_nothingImpossibleWasAccepted() public view {
        string memory act = _market.impossible();
        require(bytes(act).length == 0, act);
    }

    /// I4, I12: valid is count less what is void, label by label, and what they stand for is packed, shipped or lost, as corrected.
    function invariant_validIsCountLessVoid() public view {
        (uint256 lots, , uint256 runs, ) = _market.counts();
        for (uint256 i = 0; i < runs; ++i) {
            bytes32 id = _market.runs(i);
            (, , uint256 count, uint256 voided) = _market.books(id);
            (LabelRun memory run, bytes32 lot, bytes32 certificate) = _ledger.labelRun(id);
            (bytes32 itsLot, bytes32 itsCertificate, , ) = _market.books(id);
            require(lot == itsLot && certificate == itsCertificate, "drawn from elsewhere");
            require(run.count == count && run.valid == count - voided, "valid is not count less void");
            _expectBits(id, count);
        }
        for (uint256 i = 0; i < lots; ++i) {
            bytes32 id = _market.lots(i);
            Lot memory lot = _ledger.lot(id);
            require(lot.packed == _market.packed(id), "packed is not what was labelled, less void and shipped");
            require(lot.left == _market.loose(id), "left is not what was made, less used, packed and lost");
            require(lot.made == _market.made(id) && _ledger.aside(id).lost == _market.lost(id), "made or lost");
            require(uint256(lot.left) + lot.packed + _market.lost(id) <= lot.made, "more is there than was made");
            bytes32 input = _market.inputOf(id);
            uint256 linked = _market.linked(id);
            require(_ledger.link(id, input).amount == linked, "link");
            require(input == 0 || uint256(lot.made) + lot.room == linked, "more came out than went in");
        }
    }

    function _expectBits(bytes32 run, uint256 count) private view {
        uint256 words = (count - 1) / 256 + 1;
        for (uint256 k = 0; k < words; ++k) {
            require(_ledger.voided(run, k) == _market.voidWord(run, k), "another label is void");
        }
        require(_ledger.voided(run, words) == 0, "a label beyond the run is void");
    }

    /// I10: volume − left is what the valid labels of its runs stand for, never more than the volume.
    function invariant_drawnIsWhatValidLabelsStandFor() public view {
        (, uint256 certificates, uint256 runs, ) = _market.counts();
        for (uint256 i = 0; i < certificates; ++i) {
            bytes32 id = _market.certificates(i);
            uint256 drawn = 0;
            for (uint256 k = 0; k < runs; ++k) {
                (, bytes32 claimed, uint256 count, uint256 voided) = _market.books(_market.runs(k));
                if (claimed == id) drawn += (count - voided) * _market.NET();
            }
            Certificate memory certificate = _ledger.certificate(id);
            (, , , , uint256 volume, , , ) = _market.papers(id);
            require(certificate.volume == volume, "volume");
            require(certificate.left + drawn == volume, "volume is not left and drawn");
        }
    }

    /// I11: the status counts the recalls that stand, each its organisation's own.
    function invariant_statusCountsTheRecalls() public view {
        (, , , uint256 goods) = _market.counts();
        for (uint256 i = 0; i < goods; ++i) {
            bytes32 id = _market.goods(i);
            uint256 sum = 0;
            for (uint24 party = 0; party < 6; ++party) {
                uint256 bits = 0;
                for (uint8 capacity = 1; capacity <= 3; ++capacity) {
                    if (!_market.recalled(id, party, capacity)) continue;
                    bits |= 1 << capacity;
                    ++sum;
                }
                require(_ledger.recallsOf(id, party + 1) == bits, "another recall stands");
            }
            uint256 status = uint8(uint256(_ledger.slot(id)) >> 32);
            require(status & RECALLS == sum && sum == _market.standing(id), "status");
        }
    }

    /// I6: every subject's seq is the number of moves that accepted entries made it make, no more and no fewer.
    function invariant_seqCountsTheMoves() public view {
        (, uint256 certificates, , uint256 goods) = _market.counts();
        for (uint256 i = 0; i < goods; ++i) _expectSeq(_market.goods(i));
        for (uint256 i = 0; i < certificates; ++i) _expectSeq(_market.certificates(i));
    }

    function _expectSeq(bytes32 id) private view {
        require(uint32(uint256(_ledger.word(id))) == _market.moves(id), "seq");
    }
}
