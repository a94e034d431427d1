// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../../contracts/interfaces/ILedger.sol";
import {CORRECT, DISCARD, RECALL, RECEIVE, REFUSE, RELEASE} from "../../contracts/types/Kinds.sol";
import {SENSE, SHIP, WITHDRAW} from "../../contracts/types/Kinds.sol";
import {Lot} from "../../contracts/types/Slots.sol";
import {Farmhand} from "./Farmhand.sol";

/// @title  Three farms that also trade with one another, lose goods, end seasons and recall
/// @notice As of {Farmhand}: about half of what they write is accepted, and every book is kept a second time.
contract Trader is Farmhand {
    bytes32[] public consignments;
    mapping(bytes32 consignment => bytes32) public lotOf;
    mapping(bytes32 consignment => uint24) public carrierOf;
    /// How often a consignment was received, refused or withdrawn.
    mapping(bytes32 consignment => uint256) public ends;

    constructor(ILedger ledger_, address[_FARMS] memory recorders_) Farmhand(ledger_, recorders_) {
        for (uint256 farm = 0; farm < _FARMS; ++farm) {
            label(1, farm, 20);
            ship(1, farm, 0, 90_000, uint24(farm), uint24(farm) + 1);
        }
    }

    function ship(uint256 farm, uint256 which, uint8 packed, uint40 amount, uint24 to, uint24 carrier) public {
        bytes32 from = _pick(lots, which);
        farm = _mostly(holderOf[from], farm);
        // Some other form than the two, an amount that is not whole, an organisation that there is not: now and then.
        packed = packed % 16 == 15 ? 2 : packed % 2;
        Lot memory lot = ledger.lot(from);
        uint40 net = _net(from);
        if (packed != 1) amount = _near(amount, lot.left);
        else if (net > 0 && amount % 16 > 0) amount = _near(amount, lot.packed / net) * net;
        to = 1 + (to % 16 == 15 ? uint24(_FARMS) : to % uint24(_FARMS));
        carrier = carrier % 16 == 15 ? uint24(_FARMS) + 1 : carrier % uint24(_FARMS + 1);
        bytes32 id = _make(farm, SHIP, abi.encodePacked(uint16(0), from, packed, amount, to, carrier));
        if (id == 0) return;
        if (packed > 1 || to > _FARMS || carrier > _FARMS || (packed == 1 && amount % net > 0)) impossible = true;
        lots.push(id);
        consignments.push(id);
        _expectUsable(id, from);
        made[id] = amount;
        (lotOf[id], isPacked[id], underWayTo[id], carrierOf[id]) = (from, packed == 1, to, carrier);
        _pair(SHIP, id, from, amount);
        _ship(id, from, int256(uint256(amount)));
        ++moves[from];
    }

    function receiveGoods(uint256 farm, uint256 which, uint40 found) external {
        bytes32 id = _consignment(which);
        if (id == 0) return;
        farm = _mostly(underWayTo[id], farm);
        uint256 offered = ledger.lot(id).made;
        // Most times all but little, or as much more.
        found = uint40((offered * (1000 - (found % 64) + (found % 40))) / 1000);
        uint40 net = _net(id);
        if (isPacked[id] && net > 0 && farm % 16 < 15) found -= found % net;
        if (!_send(farm, id, _entry(RECEIVE, abi.encodePacked(found)))) return;
        ++moves[id];
        _end(farm, id, underWayTo[id]);
        if (found > made[id] || (isPacked[id] && found % net > 0)) impossible = true;
        else lost[id] = made[id] - found;
        holderOf[id] = uint24(farm % _FARMS) + 1;
    }

    function refuse(uint256 farm, uint256 which, uint256 other) external {
        bytes32 id = _consignment(which);
        if (id != 0) _giveBack(REFUSE, _mostly(underWayTo[id], farm), id, other, underWayTo[id]);
    }

    function withdraw(uint256 farm, uint256 which, uint256 other) external {
        bytes32 id = _consignment(which);
        if (id != 0) _giveBack(WITHDRAW, _mostly(holderOf[id], farm), id, other, holderOf[id]);
    }

    function discard(uint256 farm, uint256 which, uint8 reason, uint40 amount) external {
        bytes32 id = _pick(lots, which);
        farm = _mostly(holderOf[id], farm);
        reason = reason % 6;
        Lot memory lot = ledger.lot(id);
        (uint40 net, uint40 some) = (_net(id), amount);
        amount = _near(amount, lot.left / 4);
        if (isPacked[id]) amount = _near(some, lot.packed / 4);
        if (isPacked[id] && net > 0 && some % 4 > 0) amount = net * (1 + amount / net);
        if (!_send(farm, id, _entry(DISCARD, abi.encodePacked(reason, amount, bytes32(0))))) return;
        if (holderOf[id] != (farm % _FARMS) + 1 || underWayTo[id] != 0 || reason == 0 || reason > 4) impossible = true;
        if (isPacked[id] && amount % net > 0) impossible = true;
        lost[id] += amount;
        ++moves[id];
    }

    /// The pair of a planting and its plot, one time in eight with another area or plot.
    function endSeason(uint256 farm, uint256 which, uint40 area, uint256 other) external {
        // Not each time that it is asked, or nothing would be left to harvest.
        if (farm % 3 > 0) return;
        farm /= 3;
        bytes32 id = _pick(plantings, which);
        bytes32 land = pairs[25][which % plantings.length][1];
        if (other % 8 == 0) land = _pick(plots, other / 8);
        if (area % 8 > 0) area = ledger.planting(id).area;
        farm = _mostly(holderOf[id], farm);
        if (!_send(farm, id, _entry(DISCARD, abi.encodePacked(uint8(5), area, land)))) return;
        if (holderOf[id] != (farm % _FARMS) + 1 || ended[id] || linked[id][land] != area) impossible = true;
        ended[id] = true;
        planted[land] = _plus(planted[land], -int256(uint256(area)));
        ++moves[id];
        ++moves[land];
    }

    /// By the holder, of a lot or a planting; given up again before long.
    function recall(uint256 farm, uint256 which, bool land) external {
        bytes32 id = land ? _pick(plantings, which) : _pick(lots, which);
        if (recalls[id] == 0 && farm % 4 == 0) {
            farm = _mostly(holderOf[id], farm / 4);
            if (!_send(farm, id, _entry(RECALL, abi.encodePacked(uint8(1), uint8(0), bytes32(0))))) return;
            ++recalls[id];
        } else {
            farm = _mostly(holderOf[id], farm / 4);
            if (!_send(farm, id, _entry(RELEASE, abi.encodePacked(uint8(1))))) return;
            if (recalls[id] == 0) impossible = true;
            else --recalls[id];
        }
        ++moves[id];
    }

    function sense(uint256 farm, uint256 which, bool carried) external {
        bytes32 id = _consignment(which);
        if (id == 0) return;
        farm = _mostly(carried ? carrierOf[id] : holderOf[id], farm);
        if (!_send(farm, id, _entry(SENSE, ""))) return;
        ++moves[id];
        uint24 by = uint24(farm % _FARMS) + 1;
        if (by != holderOf[id] && (underWayTo[id] == 0 || carrierOf[id] != by)) impossible = true;
    }

    /// Of one of the newest, most of which are under way.
    function correctShip(uint256 farm, uint256 which, int40 own, int40 others, bool alike, bool whole) external {
        uint256 count = pairs[SHIP].length;
        if (count == 0) return;
        which = count - 1 - ((which % 4) % count);
        bytes32 id = pairs[SHIP][which][0];
        if (whole && isPacked[id]) own = (own % 8) * int40(uint40(_net(id)));
        _correctPair(farm, SHIP, which, own, alike ? own : others);
    }

    /// Of what was discarded or lost on the way.
    function correctLost(uint256 farm, uint256 which, int40 own, bool whole) external {
        bytes32 id = _pick(lots, which);
        farm = _mostly(holderOf[id], farm);
        int256 limit = int256(lost[id] + lost[id] / 4) + 2;
        int256 difference = own % limit;
        int256 net = int256(uint256(_net(id)));
        if (whole && isPacked[id] && net > 0) difference -= difference % net;
        if (difference == 0) return;
        bytes memory args = abi.encodePacked(uint32(1), uint16(1), uint8(1), int64(difference), bytes32(0), int64(0));
        if (!_send(farm, id, _entry(CORRECT, args))) return;
        ++moves[id];
        ++corrected[DISCARD];
        if (holderOf[id] != (farm % _FARMS) + 1 || underWayTo[id] != 0) impossible = true;
        lost[id] = _plus(lost[id], -difference);
    }

    function consignmentCount() external view returns (uint256) {
        return consignments.length;
    }

    function _giveBack(uint8 kind, uint256 farm, bytes32 id, uint256 other, uint24 by) private {
        bytes32 from = other % 8 == 0 ? _pick(lots, other / 8) : lotOf[id];
        if (!_send(farm, id, _entry(kind, abi.encodePacked(from)))) return;
        _end(farm, id, by);
        if (from != lotOf[id] || linked[id][from] != made[id] || recalls[id] > 0) impossible = true;
        _ship(id, from, -int256(made[id]));
        (made[id], linked[id][from]) = (0, 0);
        ++moves[id];
        ++moves[from];
    }

    /// @dev It was under way, and whoever ended it may.
    function _end(uint256 farm, bytes32 id, uint24 by) private {
        if (underWayTo[id] == 0 || by != (farm % _FARMS) + 1) impossible = true;
        underWayTo[id] = 0;
        ++ends[id];
    }

    function _consignment(uint256 which) private view returns (bytes32) {
        return consignments.length == 0 ? bytes32(0) : _pick(consignments, which);
    }

    function _entry(uint8 kind, bytes memory args) private pure returns (bytes memory) {
        return abi.encodePacked(kind, uint40(0), bytes32(0), uint16(args.length), args);
    }
}
