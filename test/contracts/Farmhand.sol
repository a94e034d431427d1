// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../../contracts/interfaces/ILedger.sol";
import {CORRECT, HARVEST, LABEL, NOTE, ORIGIN, PLANT, PLOT} from "../../contracts/types/Kinds.sol";
import {PRODUCT, SHIP, TRANSFORM} from "../../contracts/types/Kinds.sol";
import {Planting} from "../../contracts/types/Slots.sol";
import {VM} from "./Vm.sol";

/// @title  Three farms that write whatever they are told, for the invariants
/// @notice Mostly about what is theirs, else about what is others'. Every choice of lot, plot or planting comes from
///         outside, and every amount, brought near to what the ledger would still allow: about half of it is accepted.
///         It keeps books of its own of what was: those are compared with the slots.
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
    /// What else may leave a lot, as `Trader` books it: loose or packed into consignments, and lost.
    mapping(bytes32 lot => uint256) public shippedLoose;
    mapping(bytes32 lot => uint256) public shippedPacked;
    mapping(bytes32 lot => uint256) public lost;
    /// Who holds it, by number; to whom a consignment is on its way, else 0; whether a planting's season is over.
    mapping(bytes32 subject => uint24) public holderOf;
    mapping(bytes32 consignment => uint24) public underWayTo;
    mapping(bytes32 consignment => bool) public isPacked;
    mapping(bytes32 planting => bool) public ended;
    mapping(bytes32 subject => uint256) public recalls;
    /// The ledger accepted what these books cannot hold: less than nothing, a correction of what was no input, or use of what is
    /// another's, recalled, under way or ended.
    bool public impossible;
    uint256 public taken;
    uint256 public given;
    /// How many entries of each kind were accepted and refused; of corrections with a difference, by what they correct.
    mapping(uint8 kind => uint256) public accepted;
    mapping(uint8 kind => uint256) public refused;
    mapping(uint8 kind => uint256) public corrected;

    uint256 internal constant _FARMS = 3;
    address[_FARMS] private _recorders;
    uint64[_FARMS] private _nonces;

    /// @param recorders_ keys of organisations 1 to 3, which have every role of goods and may carry them
    constructor(ILedger ledger_, address[_FARMS] memory recorders_) {
        ledger = ledger_;
        _recorders = recorders_;
        for (uint256 farm = 0; farm < _FARMS; ++farm) {
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
        farm = _mostly(holderOf[land], farm);
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
        if (more % 2 == 0) second = first;
        (bytes32 a, bytes32 b) = _ordered(_pick(plantings, first), _pick(plantings, second));
        farm = _mostly(holderOf[a], farm);
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
        (bytes32 a, bytes32 b) = _ordered(_pick(lots, picks[0]), _pick(lots, picks[amounts[1] % 2]));
        farm = _mostly(holderOf[a], farm);
        if (a == b) amounts[1] = 0;
        amounts[0] = _near(amounts[0], ledger.lot(a).left);
        if (a != b) amounts[1] = _near(amounts[1], ledger.lot(b).left);
        uint40 most = type(uint40).max - amounts[0] < amounts[1] ? type(uint40).max : amounts[0] + amounts[1];
        amounts[2] = _near(amounts[2], most);
        amounts[3] = _near(amounts[3], most < amounts[2] ? 0 : most - amounts[2]);
        uint64 nonce = _nonces[farm % _FARMS];
        bytes32 id = _make(farm, TRANSFORM, _transformArgs(a, b, picks, amounts));
        if (id == 0) return;
        bytes32 further = _id(farm, nonce, 1);
        lots.push(id);
        lots.push(further);
        ++moves[further];
        holderOf[further] = holderOf[id];
        _use(id, a, amounts[0]);
        if (a != b) _use(id, b, amounts[1]);
        (made[id], made[further]) = (amounts[2], amounts[3]);
        given += uint256(amounts[2]) + amounts[3];
    }

    function label(uint256 farm, uint256 which, uint40 count) public {
        bytes32 lot = _pick(lots, which);
        farm = _mostly(holderOf[lot], farm);
        uint40 net = _net(lot);
        if (net > 0) count = _near(count, ledger.lot(lot).left / net);
        bytes32 id = _make(farm, LABEL, abi.encodePacked(uint16(0), lot, bytes32(0), count, bytes32("root")));
        if (id == 0) return;
        runs.push(id);
        _expectUsable(id, lot);
        labelled[lot] += uint256(count) * net;
        ++moves[lot];
    }

    function note(uint256 farm, uint256 which) public {
        bytes32 lot = _pick(lots, which);
        farm = _mostly(holderOf[lot], farm);
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
        bytes32 lot = _pick(lots, which);
        _correct(_mostly(holderOf[lot], farm), lot, own, 0, 0);
    }

    function correctPlot(uint256 farm, uint256 which, int40 own) public {
        bytes32 land = _pick(plots, which);
        _correct(_mostly(holderOf[land], farm), land, own, 0, 0);
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

    function _correctPair(uint256 farm, uint8 kind, uint256 which, int256 own, int256 others) internal {
        bytes32[2][] storage from = pairs[kind];
        if (from.length == 0) return;
        bytes32[2] memory pair = from[which % from.length];
        _correct(_mostly(holderOf[pair[0]], farm), pair[0], own, pair[1], others);
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
        uint8 sort = uint8(uint256(ledger.slot(id)) >> 24);
        ++corrected[sort];
        if (holderOf[id] != (farm % _FARMS) + 1) impossible = true;
        if (other != 0) {
            if (linked[id][other] == 0 && sort != HARVEST) impossible = true;
            if (others < 0 && recalls[id] > 0) impossible = true;
            if (holderOf[other] != holderOf[id] || (others > 0 && sort != PLANT && recalls[other] > 0))
                impossible = true;
            linked[id][other] = _plus(linked[id][other], others);
        }
        if (sort == PLOT) return;
        if (sort == PLANT) {
            if (ended[id]) impossible = true;
            planted[other] = _plus(planted[other], others);
            return;
        }
        made[id] = _plus(made[id], own);
        if (sort == TRANSFORM) given = _plus(given, own);
        if (other == 0) return;
        if (sort == HARVEST) {
            harvested[other] = _plus(harvested[other], others);
        } else if (sort == SHIP) {
            if (underWayTo[id] == 0 || own != others) impossible = true;
            _ship(id, other, others);
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
        if (sort == HARVEST || sort == TRANSFORM || sort == ORIGIN || sort == SHIP) return ledger.lot(id).made;
        return 1000;
    }

    function _plus(uint256 amount, int256 difference) internal returns (uint256) {
        int256 sum = int256(amount) + difference;
        if (sum >= 0) return uint256(sum);
        impossible = true;
        return 0;
    }

    function _pair(uint8 kind, bytes32 consumer, bytes32 input, uint256 amount) internal {
        linked[consumer][input] = amount;
        pairs[kind].push([consumer, input]);
    }

    function _bear(bytes32 lot, bytes32 planting, uint256 amount) private {
        if (holderOf[planting] != holderOf[lot] || recalls[planting] > 0 || ended[planting]) impossible = true;
        harvested[planting] += amount;
        made[lot] += amount;
        _pair(HARVEST, lot, planting, amount);
        ++moves[planting];
    }

    /// @dev So much more of `lot` went into a consignment.
    function _ship(bytes32 consignment, bytes32 lot, int256 difference) internal {
        if (isPacked[consignment]) shippedPacked[lot] = _plus(shippedPacked[lot], difference);
        else shippedLoose[lot] = _plus(shippedLoose[lot], difference);
    }

    /// @dev What was taken from a lot for `consumer` was its holder's, here and not recalled.
    function _expectUsable(bytes32 consumer, bytes32 lot) internal {
        if (holderOf[lot] != holderOf[consumer] || underWayTo[lot] != 0 || recalls[lot] > 0) impossible = true;
    }

    /// @dev The farm of this number, seven times in eight.
    function _mostly(uint24 number, uint256 farm) internal pure returns (uint256) {
        return farm % 8 == 0 || number == 0 || number > _FARMS ? farm / 8 : number - 1;
    }

    function _net(bytes32 lot) internal view returns (uint40) {
        return ledger.product(ledger.productId(ledger.lot(lot).product)).net;
    }

    function _mayBear(bytes32 id) private view returns (uint40) {
        Planting memory planting = ledger.planting(id);
        uint256 allowed = (uint256(planting.area) * planting.cap) / 10 ** 7;
        return uint40(allowed) - planting.made;
    }

    /// @dev Between 1 and five fourths of `limit`, so also above it.
    function _near(uint40 seed, uint40 limit) internal pure returns (uint40) {
        uint256 most = uint256(limit) + limit / 4 + 1;
        return 1 + uint40(seed % (most > type(uint40).max - 1 ? type(uint40).max - 1 : most));
    }

    function _ordered(bytes32 a, bytes32 b) private pure returns (bytes32, bytes32) {
        return a < b ? (a, b) : (b, a);
    }

    function _use(bytes32 consumer, bytes32 lot, uint256 amount) private {
        _expectUsable(consumer, lot);
        _pair(TRANSFORM, consumer, lot, amount);
        used[lot] += amount;
        taken += amount;
        ++moves[lot];
    }

    function _make(uint256 farm, uint8 kind, bytes memory args) internal returns (bytes32 id) {
        id = _id(farm, _nonces[farm % _FARMS], 0);
        bytes memory entry = abi.encodePacked(kind, uint40(0), bytes32(0), uint16(args.length), args);
        if (!_send(farm, id, entry)) return 0;
        ++moves[id];
        holderOf[id] = uint24(farm % _FARMS) + 1;
    }

    function _send(uint256 farm, bytes32 subject, bytes memory entries) internal returns (bool done) {
        farm = farm % _FARMS;
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
        done = ledger.nonceUsed(_recorders[farm], _nonces[farm]);
        if (done) ++_nonces[farm];
        ++(done ? accepted : refused)[uint8(entries[0])];
    }

    function _id(uint256 farm, uint64 nonce, uint16 index) private view returns (bytes32) {
        return sha256(abi.encodePacked(_recorders[farm % _FARMS], nonce, index));
    }

    function _pick(bytes32[] storage from, uint256 which) internal view returns (bytes32) {
        return from[which % from.length];
    }
}
