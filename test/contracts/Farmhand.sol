// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../../contracts/interfaces/ILedger.sol";
import {CORRECT, HARVEST, LABEL, NOTE, ORIGIN, PLANT, PLOT, PRODUCT, TRANSFORM} from "../../contracts/types/Kinds.sol";
import {Planting} from "../../contracts/types/Slots.sol";
import {VM} from "./Vm.sol";

/// @title  Two farms that write whatever they are told, for the invariants
/// @notice Every choice of lot, plot or planting comes from outside, and every amount, brought near to what the ledger would still
///         allow: about half of it is accepted. It keeps books of its own of what was: those are compared with the slots.
/// @dev    Signatures are not what is looked at here: the precompile is told to find them right.
contract Farmhand {
    ILedger public ledger;

    bytes32[] public products;
    bytes32[] public plots;
    bytes32[] public plantings;
    bytes32[] public lots;
    bytes32[] public runs;

    /// What the books say: taken from a lot by transformations, packed of it, harvested of a planting, planted of a plot.
    mapping(bytes32 lot => uint256) public used;
    mapping(bytes32 lot => uint256) public labelled;
    mapping(bytes32 planting => uint256) public harvested;
    mapping(bytes32 plot => uint256) public planted;
    /// Moves that each subject must have made.
    mapping(bytes32 subject => uint256) public moves;
    /// Of each consumer and input: what was taken, and every such pair that there ever was, by the consumer's kind.
    mapping(bytes32 consumer => mapping(bytes32 input => uint256)) public linked;
    mapping(uint8 kind => bytes32[2][]) public pairs;
    /// Made of each lot, corrections included.
    mapping(bytes32 lot => uint256) public made;
    /// The ledger accepted what these books cannot hold: less than nothing, or a correction of what was no input.
    bool public impossible;
    uint256 public taken;
    uint256 public given;
    uint256 public acceptedCount;
    uint256 public refusedCount;
    uint256 public correctedCount;

    address[2] private _recorders;
    uint64[2] private _nonces;

    /// @param recorders_ keys of two organisations that have every role of goods
    constructor(ILedger ledger_, address[2] memory recorders_) {
        ledger = ledger_;
        _recorders = recorders_;
        for (uint256 farm = 0; farm < 2; ++farm) {
            product(farm, 1, 250);
            product(farm, 3, 1000);
            plot(farm, 10_000_000);
            plant(farm, farm, 2 * farm, 5_000_000, 1_000_000);
            harvest(farm, farm, farm, 400_000, 0);
        }
    }

    function product(uint256 farm, uint8 unit, uint40 net) public {
        bytes32 id = _make(
            farm,
            PRODUCT,
            abi.encodePacked(uint16(0), uint8(1 + 2 * (unit % 2)), net % 2000, uint16(0))
        );
        if (id != 0) products.push(id);
    }

    function plot(uint256 farm, uint40 area) public {
        area = area % 1_000_000_000;
        bytes32 id = _make(farm, PLOT, abi.encodePacked(uint16(0), uint8(0), area));
        if (id != 0) plots.push(id);
    }

    function origin(uint256 farm, uint256 what, uint40 amount) public {
        amount = amount % 10_000_000;
        bytes32 id = _make(farm, ORIGIN, abi.encodePacked(uint16(0), _pick(products, what), amount));
        if (id == 0) return;
        lots.push(id);
        made[id] = amount;
    }

    function plant(uint256 farm, uint256 where, uint256 what, uint40 area, uint40 cap) public {
        bytes32 land = _pick(plots, where);
        area = _near(area, ledger.plot(land).free);
        cap = cap % 4_000_000;
        bytes32 id = _make(farm, PLANT, abi.encodePacked(uint16(0), land, _pick(products, what), area, cap));
        if (id == 0) return;
        plantings.push(id);
        planted[land] += area;
        _pair(PLANT, id, land, area);
        ++moves[land];
    }

    function harvest(uint256 farm, uint256 first, uint256 second, uint40 amount, uint40 more) public {
        (bytes32 a, bytes32 b) = _ordered(_pick(plantings, first), _pick(plantings, second));
        (amount, more) = (_near(amount, _mayBear(a)), _near(more, _mayBear(b)));
        bytes memory args =
            a == b || more == 0
                ? abi.encodePacked(uint16(0), uint8(1), a, amount)
                : abi.encodePacked(uint16(0), uint8(2), a, amount, b, more);
        bytes32 id = _make(farm, HARVEST, args);
        if (id == 0) return;
        lots.push(id);
        _bear(id, a, amount);
        if (args.length > 40) _bear(id, b, more);
    }

    /// Of one or two lots, two others.
    function transform(uint256 farm, uint256[4] calldata picks, uint40[4] memory amounts) public {
        (bytes32 a, bytes32 b) = _ordered(_pick(lots, picks[0]), _pick(lots, picks[1]));
        if (a == b) amounts[1] = 0;
        amounts[0] = _near(amounts[0], ledger.lot(a).left);
        if (a != b) amounts[1] = _near(amounts[1], ledger.lot(b).left);
        amounts[2] = _near(amounts[2], amounts[0] + amounts[1]);
        amounts[3] = _near(amounts[3], amounts[0] + amounts[1] - amounts[2]);
        uint64 nonce = _nonces[farm % 2];
        bytes32 id = _make(farm, TRANSFORM, _transformArgs(a, b, picks, amounts));
        if (id == 0) return;
        bytes32 further = _id(farm, nonce, 1);
        lots.push(id);
        lots.push(further);
        ++moves[further];
        _use(id, a, amounts[0]);
        if (a != b) _use(id, b, amounts[1]);
        (made[id], made[further]) = (amounts[2], amounts[3]);
        given += uint256(amounts[2]) + amounts[3];
    }

    function label(uint256 farm, uint256 which, uint40 count) public {
        bytes32 lot = _pick(lots, which);
        uint40 net = ledger.product(ledger.productId(ledger.lot(lot).product)).net;
        if (net > 0) count = _near(count, ledger.lot(lot).left / net);
        bytes32 id = _make(farm, LABEL, abi.encodePacked(uint16(0), lot, bytes32(0), count, bytes32("root")));
        if (id == 0) return;
        runs.push(id);
        labelled[lot] += uint256(count) * net;
        ++moves[lot];
    }

    function note(uint256 farm, uint256 which) public {
        bytes32 lot = _pick(lots, which);
        if (_send(farm, lot, abi.encodePacked(NOTE, uint40(0), bytes32(0), uint16(0)))) ++moves[lot];
    }

    /// So much more or less was harvested, and is in the lot.
    function correctHarvest(uint256 farm, uint256 which, int40 own, int40 others, bool alike) public {
        _correctPair(farm, HARVEST, which, own, alike ? own : others);
    }

    function correctTransform(uint256 farm, uint256 which, int40 own, int40 others, bool alike) public {
        _correctPair(farm, TRANSFORM, which, own, alike ? own : others);
    }

    function correctPlant(uint256 farm, uint256 which, int40 own, int40 others, bool alike) public {
        _correctPair(farm, PLANT, which, own, alike ? own : others);
    }

    /// Of a lot alone, wherever it came from.
    function correctLot(uint256 farm, uint256 which, int40 own) public {
        _correct(farm, _pick(lots, which), own, 0, 0);
    }

    function correctPlot(uint256 farm, uint256 which, int40 own) public {
        _correct(farm, _pick(plots, which), own, 0, 0);
    }

    /// Of any two, most of which have nothing to do with each other.
    function correctAny(uint256 farm, uint256 which, int40 own, uint256 other, int40 others) public {
        bytes32[] memory all = this.subjects();
        _correct(farm, all[which % all.length], own, all[other % all.length], others);
    }

    /// A subject among all that were made, and how many there are: products, plots, plantings, lots, label runs.
    function subjects() external view returns (bytes32[] memory all) {
        all = new bytes32[](products.length + plots.length + plantings.length + lots.length + runs.length);
        uint256 n = 0;
        for (uint256 i = 0; i < products.length; ++i) all[n++] = products[i];
        for (uint256 i = 0; i < plots.length; ++i) all[n++] = plots[i];
        for (uint256 i = 0; i < plantings.length; ++i) all[n++] = plantings[i];
        for (uint256 i = 0; i < lots.length; ++i) all[n++] = lots[i];
        for (uint256 i = 0; i < runs.length; ++i) all[n++] = runs[i];
    }

    function counts() external view returns (uint256 plots_, uint256 plantings_, uint256 lots_, uint256 runs_) {
        return (plots.length, plantings.length, lots.length, runs.length);
    }

    function pairCount(uint8 kind) external view returns (uint256) {
        return pairs[kind].length;
    }

    function _transformArgs(
        bytes32 a,
        bytes32 b,
        uint256[4] calldata picks,
        uint40[4] memory amounts
    ) private view returns (bytes memory) {
        bytes memory ins =
            a == b
                ? abi.encodePacked(uint8(1), a, amounts[0])
                : abi.encodePacked(uint8(2), a, amounts[0], b, amounts[1]);
        bytes32 out = _pick(products, picks[2]);
        bytes32 further = _pick(products, picks[3]);
        bytes memory outs = abi.encodePacked(uint8(2), out, amounts[2], further, amounts[3]);
        return bytes.concat(abi.encodePacked(uint16(0), uint8(1)), ins, outs);
    }

    function _correctPair(uint256 farm, uint8 kind, uint256 which, int256 own, int256 others) private {
        bytes32[2][] storage from = pairs[kind];
        if (from.length == 0) return;
        bytes32[2] memory pair = from[which % from.length];
        // The farm that holds it, seven times in eight.
        uint256 holder = uint24(uint256(ledger.slot(pair[0]))) - 1;
        _correct(farm % 8 == 0 ? farm / 8 : holder, pair[0], own, pair[1], others);
    }

    /// @dev Differences near what stock and room allow: within five fourths of what is left, made, free or planted.
    function _correct(uint256 farm, bytes32 id, int256 own, bytes32 other, int256 others) private {
        int256 limit = int256(_size(id) / 4) + 1;
        (own, others) = (own % limit, others % limit);
        if (others == 0) other = 0;
        else if (other == 0) others = 0;
        bytes memory args = abi.encodePacked(uint32(1), uint16(0), uint8(1), int64(own), other, int64(others));
        if (!_send(farm, id, abi.encodePacked(CORRECT, uint40(0), bytes32(0), uint16(args.length), args))) return;
        ++moves[id];
        if (other != 0) ++moves[other];
        if (own == 0 && others == 0) return;
        ++correctedCount;
        uint8 sort = uint8(uint256(ledger.slot(id)) >> 24);
        if (other != 0) {
            if (linked[id][other] == 0 && sort != HARVEST) impossible = true;
            linked[id][other] = _plus(linked[id][other], others);
        }
        if (sort == PLOT) return;
        if (sort == PLANT) {
            planted[other] = _plus(planted[other], others);
            return;
        }
        made[id] = _plus(made[id], own);
        if (sort == TRANSFORM) given = _plus(given, own);
        if (other == 0) return;
        if (sort == HARVEST) {
            harvested[other] = _plus(harvested[other], others);
        } else {
            used[other] = _plus(used[other], others);
            taken = _plus(taken, others);
        }
    }

    /// @dev An amount of which a correction may take away or add about as much.
    function _size(bytes32 id) private view returns (uint256) {
        uint8 sort = uint8(uint256(ledger.slot(id)) >> 24);
        if (sort == PLOT) return ledger.plot(id).area;
        if (sort == PLANT) return ledger.planting(id).area;
        if (sort == HARVEST || sort == TRANSFORM || sort == ORIGIN) return ledger.lot(id).made;
        return 1000;
    }

    function _plus(uint256 amount, int256 difference) private returns (uint256) {
        int256 sum = int256(amount) + difference;
        if (sum >= 0) return uint256(sum);
        impossible = true;
        return 0;
    }

    function _pair(uint8 kind, bytes32 consumer, bytes32 input, uint256 amount) private {
        linked[consumer][input] = amount;
        pairs[kind].push([consumer, input]);
    }

    function _bear(bytes32 lot, bytes32 planting, uint256 amount) private {
        harvested[planting] += amount;
        made[lot] += amount;
        _pair(HARVEST, lot, planting, amount);
        ++moves[planting];
    }

    function _mayBear(bytes32 id) private view returns (uint40) {
        Planting memory planting = ledger.planting(id);
        uint256 allowed = (uint256(planting.area) * planting.cap) / 10 ** 7;
        return uint40(allowed) - planting.made;
    }

    /// @dev Between 1 and five fourths of `limit`, so also above it.
    function _near(uint40 seed, uint40 limit) private pure returns (uint40) {
        uint256 most = uint256(limit) + limit / 4 + 1;
        return 1 + uint40(seed % (most > type(uint40).max - 1 ? type(uint40).max - 1 : most));
    }

    function _ordered(bytes32 a, bytes32 b) private pure returns (bytes32, bytes32) {
        return a < b ? (a, b) : (b, a);
    }

    function _use(bytes32 consumer, bytes32 lot, uint256 amount) private {
        _pair(TRANSFORM, consumer, lot, amount);
        used[lot] += amount;
        taken += amount;
        ++moves[lot];
    }

    function _make(uint256 farm, uint8 kind, bytes memory args) private returns (bytes32 id) {
        id = _id(farm, _nonces[farm % 2], 0);
        bytes memory entry = abi.encodePacked(kind, uint40(0), bytes32(0), uint16(args.length), args);
        if (!_send(farm, id, entry)) return 0;
        ++moves[id];
    }

    function _send(uint256 farm, bytes32 subject, bytes memory entries) private returns (bool accepted) {
        farm = farm % 2;
        VM.mockCall(address(0x100), "", abi.encode(1));
        bytes[] memory batches = new bytes[](1);
        batches[0] = abi.encodePacked(
            uint8(1),
            uint64(block.chainid),
            address(ledger),
            _recorders[farm],
            _nonces[farm],
            bytes32(0),
            abi.encodePacked(subject, uint32(entries.length), entries, uint256(1), uint256(1))
        );
        ledger.submit(batches, 3_000_000);
        accepted = ledger.nonceUsed(_recorders[farm], _nonces[farm]);
        if (accepted) {
            ++_nonces[farm];
            ++acceptedCount;
        } else {
            ++refusedCount;
        }
    }

    function _id(uint256 farm, uint64 nonce, uint16 index) private view returns (bytes32) {
        return sha256(abi.encodePacked(_recorders[farm % 2], nonce, index));
    }

    function _pick(bytes32[] storage from, uint256 which) private view returns (bytes32) {
        return from[which % from.length];
    }
}
