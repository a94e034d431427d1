// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {Ledger} from "../../contracts/Ledger.sol";
import {
    CORRECT,
    DISCARD,
    HARVEST,
    LABEL,
    NOTE,
    ORIGIN,
    PLANT,
    PLOT,
    RECALL,
    RECEIVE,
    REFUSE,
    RELEASE
} from "../../contracts/types/Kinds.sol";
import {SENSE, SHIP, TRANSFORM, WITHDRAW} from "../../contracts/types/Kinds.sol";
import {Aside, ENDED, LabelRun, Lot, Planting, Plot, RECALLS} from "../../contracts/types/Slots.sol";
import {Trader} from "./Trader.sol";
import {VM} from "./Vm.sol";

/// @title  What holds of the books whatever three farms write (I1 to I4, I6, I9, I11), and whatever they correct (I12)
contract StockInvariantTest {
    uint256 private constant _DOUBLE_X = 0x7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978;
    uint256 private constant _DOUBLE_Y = 0x07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1;

    Trader private _trader;
    Ledger private _ledger;

    function setUp() public {
        _ledger = new Ledger(address(new AccessManager(address(this))));
        // Points of the curve: the generator, the one opposite, and its double, whose secrets nobody needs here.
        address[3] memory recorders = [
            _admit(P256.GX, P256.GY),
            _admit(P256.GX, P256.P - P256.GY),
            _admit(_DOUBLE_X, _DOUBLE_Y)
        ];
        _trader = new Trader(_ledger, recorders);
    }

    function _admit(uint256 x, uint256 y) private returns (address) {
        _ledger.admit(15, 0, bytes32(x), bytes32(y));
        return address(bytes20(sha256(abi.encodePacked(x, y))));
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_trader);
    }

    /// The invariants say something: whatever three farms may write is in truth accepted, and refused.
    function test_everyActIsAcceptedAndRefused() public {
        uint256 seed = 1;
        for (uint256 i = 0; i < 60; ++i) {
            for (uint256 act = 0; act < 22; ++act) seed = _act(act, uint256(keccak256(abi.encode(seed))));
        }
        uint8[13] memory kinds = [
            PLANT,
            HARVEST,
            TRANSFORM,
            LABEL,
            NOTE,
            SENSE,
            SHIP,
            RECEIVE,
            REFUSE,
            WITHDRAW,
            DISCARD,
            RELEASE,
            CORRECT
        ];
        for (uint256 i = 0; i < kinds.length; ++i) {
            (uint256 accepted, uint256 refused) = (_trader.accepted(kinds[i]), _trader.refused(kinds[i]));
            require(accepted > 3 && refused > 3, string.concat("kind ", VM.toString(kinds[i])));
        }
        uint8[7] memory sorts = [PLOT, PLANT, HARVEST, TRANSFORM, ORIGIN, SHIP, DISCARD];
        for (uint256 i = 0; i < sorts.length; ++i) {
            require(_trader.corrected(sorts[i]) > 3, string.concat("correction of ", VM.toString(sorts[i])));
        }
        require(_trader.accepted(RECALL) > 4, "recalls");

        invariant_leftNeverAboveMade();
        invariant_offeredToOneTakenOnce();
        invariant_nothingOfWhatMayNotBeUsed();
        invariant_nothingFromNothing();
        invariant_linksAreWhatWasTaken();
        invariant_harvestNeverAboveCap();
        invariant_freeNeverAboveArea();
        invariant_labelsNeverAboveLoose();
        invariant_seqCountsTheMoves();
    }

    function _act(uint256 act, uint256 seed) private returns (uint256) {
        (uint256 farm, uint256 a, uint256 b) = (uint64(seed), uint64(seed >> 64), uint64(seed >> 128));
        (uint40 amount, uint40 more) = (uint40(seed >> 192), uint40(seed >> 152));
        if (act == 0) _trader.plot(farm, amount);
        else if (act == 1) _trader.origin(farm, a, amount);
        else if (act == 2) _trader.plant(farm, a, b, amount, more);
        else if (act == 3) _trader.harvest(farm, a, b, amount, more);
        else if (act == 4) _trader.transform(farm, [a, b, a >> 8, b >> 8], [amount, more, amount >> 1, more >> 1]);
        else if (act == 5) _trader.label(farm, a, amount);
        else if (act == 6) _trader.note(farm, a);
        else if (act == 7) _trader.sense(farm, a, b % 2 == 0);
        else if (act == 8) _trader.ship(farm, a, uint8(b), amount, uint24(b >> 8), uint24(b >> 16));
        else if (act == 9) _trader.receiveGoods(farm, a, amount);
        else if (act == 10) _trader.refuse(farm, a, b);
        else if (act == 11) _trader.withdraw(farm, a, b);
        else if (act == 12) _trader.discard(farm, a, uint8(b), amount);
        else if (act == 13) _trader.endSeason(farm, a, amount, b);
        else if (act == 14) _trader.recall(farm, a, b % 2 == 0);
        else if (act == 15) _trader.correctHarvest(farm, a, int40(amount), int40(more), b % 2 == 0);
        else if (act == 16) _trader.correctTransform(farm, a, int40(amount), int40(more), b % 2 == 0);
        else if (act == 17) _trader.correctPlant(farm, a, int40(amount), int40(more), b % 2 == 0);
        else if (act == 18) _trader.correctShip(farm, a, int40(amount), int40(more), b % 4 > 0, b % 2 == 0);
        else if (act == 19) _trader.correctPlot(farm, a, int40(amount));
        else if (act == 20) _trader.correctLot(farm, a, int40(amount));
        else _trader.correctLost(farm, a, int40(amount), b % 2 == 0);
        return seed;
    }

    /// I1: made = left + packed + used + shipped - given back + lost, loose and packed goods each by itself.
    function invariant_leftNeverAboveMade() public view {
        (, , uint256 lots, ) = _trader.counts();
        for (uint256 i = 0; i < lots; ++i) {
            bytes32 id = _trader.lots(i);
            Lot memory lot = _ledger.lot(id);
            Aside memory aside = _ledger.aside(id);
            bool packed = _trader.isPacked(id);
            uint256 gone = _trader.used(id) + _trader.shippedLoose(id) + _trader.labelled(id);
            uint256 lost = _trader.lost(id);
            require(lot.made == _trader.made(id), "made is not what was made and corrected");
            require(aside.lost == lost && aside.packed == (packed ? 1 : 0), "aside");
            uint256 in_ = packed ? lot.made : _trader.labelled(id);
            uint256 out = _trader.shippedPacked(id) + (packed ? lost : 0);
            require(lot.packed + out == in_, "packed is not what was labelled or came so, less what left");
            require(packed ? lot.left + gone == 0 : lot.left + gone + lost == lot.made, "left is not the rest");
            require(
                lot.made ==
                    uint256(lot.left) +
                        lot.packed +
                        _trader.used(id) +
                        _trader.shippedLoose(id) +
                        _trader.shippedPacked(id) +
                        lost,
                "made is not left, packed, used, shipped and lost"
            );
        }
    }

    /// I9: a consignment is offered to one and taken once, by that one or back by its sender.
    function invariant_offeredToOneTakenOnce() public view {
        uint256 count = _trader.consignmentCount();
        for (uint256 i = 0; i < count; ++i) {
            bytes32 id = _trader.consignments(i);
            Lot memory lot = _ledger.lot(id);
            require(lot.sort == SHIP && lot.other == _trader.underWayTo(id), "under way");
            require(lot.holder == _trader.holderOf(id), "holder");
            require(_trader.ends(id) == (lot.other == 0 ? 1 : 0), "taken once");
            require(_ledger.aside(id).carrier == _trader.carrierOf(id), "carrier");
        }
    }

    /// I11: what is recalled, ended or under way was not used, nor what is another's; statuses say which it is.
    function invariant_nothingOfWhatMayNotBeUsed() public view {
        require(!_trader.impossible(), "accepted what cannot be");
        (, uint256 plantings, uint256 lots, ) = _trader.counts();
        for (uint256 i = 0; i < lots; ++i) {
            bytes32 id = _trader.lots(i);
            Lot memory lot = _ledger.lot(id);
            require(lot.status == _trader.recalls(id) && lot.holder == _trader.holderOf(id), "lot");
        }
        for (uint256 i = 0; i < plantings; ++i) {
            bytes32 id = _trader.plantings(i);
            uint8 status = _ledger.planting(id).status;
            require(status & RECALLS == _trader.recalls(id), "recalls");
            require(status & ~RECALLS == (_trader.ended(id) ? ENDED : 0), "ended");
        }
    }

    /// I2: over all transformations, no more came out than went in; what was lost is kept as room. The same of each harvest.
    function invariant_nothingFromNothing() public view {
        (, , uint256 lots, ) = _trader.counts();
        uint256 room = 0;
        for (uint256 i = 0; i < lots; ++i) {
            bytes32 id = _trader.lots(i);
            Lot memory lot = _ledger.lot(id);
            if (lot.sort == TRANSFORM) room += lot.room;
            else if (lot.sort == ORIGIN) require(lot.room == 0, "room of an origin");
            else if (lot.sort == SHIP) require(lot.room == 0 && lot.made == _shippedFor(id), "made is not shipped");
            else require(uint256(lot.made) + lot.room == _harvestedFor(id), "made and room are not harvested");
        }
        require(_trader.given() + room == _trader.taken(), "out and room are not in");
    }

    function _shippedFor(bytes32 consignment) private view returns (uint256) {
        return _trader.linked(consignment, _trader.lotOf(consignment));
    }

    function _harvestedFor(bytes32 lot) private view returns (uint256 sum) {
        (, uint256 plantings, , ) = _trader.counts();
        for (uint256 i = 0; i < plantings; ++i) sum += _trader.linked(lot, _trader.plantings(i));
    }

    /// I2: a link says what was taken, as corrected; corrections make none where there was none.
    function invariant_linksAreWhatWasTaken() public view {
        _expectLinks(PLANT);
        _expectLinks(HARVEST);
        _expectLinks(TRANSFORM);
        _expectLinks(SHIP);
    }

    function _expectLinks(uint8 kind) private view {
        uint256 pairs = _trader.pairCount(kind);
        for (uint256 i = 0; i < pairs; ++i) {
            (bytes32 consumer, bytes32 input) = (_trader.pairs(kind, i, 0), _trader.pairs(kind, i, 1));
            require(_ledger.link(consumer, input).amount == _trader.linked(consumer, input), "link");
            require(_ledger.link(input, consumer).amount == 0, "backwards");
        }
    }

    /// I3: harvested of a planting at most area × cap, be its season over; planted on a plot at most its area.
    function invariant_harvestNeverAboveCap() public view {
        (, uint256 plantings, , ) = _trader.counts();
        for (uint256 i = 0; i < plantings; ++i) {
            bytes32 id = _trader.plantings(i);
            Planting memory planting = _ledger.planting(id);
            require(planting.made == _trader.harvested(id), "made is not what was harvested");
            require(uint256(planting.made) * 10 ** 7 <= uint256(planting.area) * planting.cap, "above the cap");
        }
    }

    function invariant_freeNeverAboveArea() public view {
        uint256 pairs = _trader.pairCount(PLANT);
        for (uint256 i = 0; i < pairs; ++i) {
            (bytes32 planting, bytes32 plot) = (_trader.pairs(PLANT, i, 0), _trader.pairs(PLANT, i, 1));
            require(_ledger.planting(planting).area == _trader.linked(planting, plot), "area is not what was planted");
        }
        (uint256 plots, , , ) = _trader.counts();
        for (uint256 i = 0; i < plots; ++i) {
            bytes32 id = _trader.plots(i);
            Plot memory plot = _ledger.plot(id);
            require(uint256(plot.free) + _trader.planted(id) == plot.area, "area is not free and planted");
        }
    }

    /// I4: labels × net is what was taken from loose.
    function invariant_labelsNeverAboveLoose() public view {
        (, , , uint256 runs) = _trader.counts();
        for (uint256 i = 0; i < runs; ++i) {
            (LabelRun memory run, bytes32 lot, bytes32 certificate) = _ledger.labelRun(_trader.runs(i));
            require(run.valid == run.count && run.count > 0 && certificate == 0, "run");
            uint256 packed = _ledger.lot(lot).packed + _trader.shippedPacked(lot);
            require(uint256(run.count) * run.net <= packed, "labels above packed");
        }
    }

    /// I6: every subject's seq is the number of moves that accepted entries made it make, no more and no fewer.
    function invariant_seqCountsTheMoves() public view {
        bytes32[] memory subjects = _trader.subjects();
        for (uint256 i = 0; i < subjects.length; ++i) {
            uint256 seq = uint32(uint256(_ledger.word(subjects[i])));
            require(seq == _trader.moves(subjects[i]), "seq");
        }
    }
}
