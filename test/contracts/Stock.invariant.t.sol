// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {Ledger} from "../../contracts/Ledger.sol";
import {HARVEST, ORIGIN, PLANT, TRANSFORM} from "../../contracts/types/Kinds.sol";
import {LabelRun, Lot, Planting, Plot} from "../../contracts/types/Slots.sol";
import {Farmhand} from "./Farmhand.sol";

/// @title  What holds of the books whatever two farms write (I1 to I4, I6), and whatever they correct (I12)
contract StockInvariantTest {
    Farmhand private _farmhand;
    Ledger private _ledger;

    function setUp() public {
        _ledger = new Ledger(address(new AccessManager(address(this))));
        // The generator of the curve and the point opposite: two keys, whose secrets nobody needs here.
        address[2] memory recorders = [_admit(P256.GX, P256.GY), _admit(P256.GX, P256.P - P256.GY)];
        _farmhand = new Farmhand(_ledger, recorders);
    }

    function _admit(uint256 x, uint256 y) private returns (address) {
        _ledger.admit(7, 0, bytes32(x), bytes32(y));
        return address(bytes20(sha256(abi.encodePacked(x, y))));
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_farmhand);
    }

    /// I1: made = left + packed + used.
    function invariant_leftNeverAboveMade() public view {
        (, , uint256 lots, ) = _farmhand.counts();
        for (uint256 i = 0; i < lots; ++i) {
            bytes32 id = _farmhand.lots(i);
            Lot memory lot = _ledger.lot(id);
            require(lot.made == _farmhand.made(id), "made is not what was made and corrected");
            require(lot.packed == _farmhand.labelled(id), "packed is not what was labelled");
            require(
                uint256(lot.left) + lot.packed + _farmhand.used(id) == lot.made,
                "made is not left, packed and used"
            );
        }
    }

    /// I2: over all transformations, no more came out than went in; what was lost is kept as room. The same of each harvest.
    function invariant_nothingFromNothing() public view {
        (, , uint256 lots, ) = _farmhand.counts();
        uint256 room = 0;
        for (uint256 i = 0; i < lots; ++i) {
            bytes32 id = _farmhand.lots(i);
            Lot memory lot = _ledger.lot(id);
            if (lot.sort == TRANSFORM) room += lot.room;
            else if (lot.sort == ORIGIN) require(lot.room == 0, "room of an origin");
            else require(uint256(lot.made) + lot.room == _harvestedFor(id), "made and room are not harvested");
        }
        require(_farmhand.given() + room == _farmhand.taken(), "out and room are not in");
    }

    function _harvestedFor(bytes32 lot) private view returns (uint256 sum) {
        (, uint256 plantings, , ) = _farmhand.counts();
        for (uint256 i = 0; i < plantings; ++i) sum += _farmhand.linked(lot, _farmhand.plantings(i));
    }

    /// I2: a link says what was taken, as corrected; corrections make none where there was none.
    function invariant_linksAreWhatWasTaken() public view {
        require(!_farmhand.impossible(), "accepted what cannot be");
        _expectLinks(PLANT);
        _expectLinks(HARVEST);
        _expectLinks(TRANSFORM);
    }

    function _expectLinks(uint8 kind) private view {
        uint256 pairs = _farmhand.pairCount(kind);
        for (uint256 i = 0; i < pairs; ++i) {
            (bytes32 consumer, bytes32 input) = (_farmhand.pairs(kind, i, 0), _farmhand.pairs(kind, i, 1));
            require(_ledger.link(consumer, input).amount == _farmhand.linked(consumer, input), "link");
            require(_ledger.link(input, consumer).amount == 0, "backwards");
        }
    }

    /// I3: harvested of a planting at most area × cap; planted on a plot at most its area.
    function invariant_harvestNeverAboveCap() public view {
        (, uint256 plantings, , ) = _farmhand.counts();
        for (uint256 i = 0; i < plantings; ++i) {
            bytes32 id = _farmhand.plantings(i);
            Planting memory planting = _ledger.planting(id);
            require(planting.made == _farmhand.harvested(id), "made is not what was harvested");
            require(uint256(planting.made) * 10 ** 7 <= uint256(planting.area) * planting.cap, "above the cap");
        }
    }

    function invariant_freeNeverAboveArea() public view {
        uint256 pairs = _farmhand.pairCount(PLANT);
        for (uint256 i = 0; i < pairs; ++i) {
            (bytes32 planting, bytes32 plot) = (_farmhand.pairs(PLANT, i, 0), _farmhand.pairs(PLANT, i, 1));
            require(
                _ledger.planting(planting).area == _farmhand.linked(planting, plot),
                "area is not what was planted"
            );
        }
        (uint256 plots, , , ) = _farmhand.counts();
        for (uint256 i = 0; i < plots; ++i) {
            bytes32 id = _farmhand.plots(i);
            Plot memory plot = _ledger.plot(id);
            require(uint256(plot.free) + _farmhand.planted(id) == plot.area, "area is not free and planted");
        }
    }

    /// I4: labels × net is what was taken from loose.
    function invariant_labelsNeverAboveLoose() public view {
        (, , , uint256 runs) = _farmhand.counts();
        for (uint256 i = 0; i < runs; ++i) {
            (LabelRun memory run, bytes32 lot, bytes32 certificate) = _ledger.labelRun(_farmhand.runs(i));
            require(run.valid == run.count && run.count > 0 && certificate == 0, "run");
            require(uint256(run.count) * run.net <= _ledger.lot(lot).packed, "labels above packed");
        }
    }

    /// I6: every subject's seq is the number of moves that accepted entries made it make, no more and no fewer.
    function invariant_seqCountsTheMoves() public view {
        bytes32[] memory subjects = _farmhand.subjects();
        for (uint256 i = 0; i < subjects.length; ++i) {
            uint256 seq = uint32(uint256(_ledger.word(subjects[i])));
            require(seq == _farmhand.moves(subjects[i]), "seq");
        }
    }
}
