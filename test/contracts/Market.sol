// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../../contracts/interfaces/ILedger.sol";
import {ACKNOWLEDGE, APPLY, CERTIFY, HARVEST, LABEL, LIFT, NOTE, ORIGIN, PLANT} from "../../contracts/types/Kinds.sol";
import {PLOT, PRODUCT, PROMISE, RECALL, RECEIVE, REFUSE, RELEASE, REVOKE} from "../../contracts/types/Kinds.sol";
import {SHIP, SUSPEND, TRANSFORM, VOID, WITHDRAW} from "../../contracts/types/Kinds.sol";
import {VM} from "./Vm.sol";

/// @title  Two farms, two certifiers, an authority and a stranger who tries everything, for the invariants
/// @notice Every choice comes from outside. Seven times in eight the one who writes is the one who may; else anybody does. What was
///         accepted goes into books of its own, and where these say that it should not have been, {impossible} tells which act it was.
/// @dev    Signatures are not what is looked at here: the precompile is told to find them right.
contract Market {
    /// What the books know of a certificate.
    struct Paper {
        uint256 issuer;
        uint256 beneficiary;
        uint256 from;
        uint256 until;
        uint256 volume;
        uint256 products;
        bool suspended;
        bool revoked;
    }

    struct Run {
        bytes32 lot;
        bytes32 certificate;
        uint256 count;
        uint256 voided;
    }

    uint256 public constant NET = 250;
    uint256 private constant _PARTIES = 6;
    uint256 private constant _FARMS = 2;
    uint256 private constant _AUTHORITY = 4;
    uint256 private constant _STRANGER = 5;

    ILedger public ledger;

    bytes32[] public products;
    bytes32[] public lots;
    bytes32[] public certificates;
    bytes32[] public applications;
    bytes32[] public runs;
    bytes32[] public consignments;
    /// Whatever may be recalled: plots, plantings, lots and label runs.
    bytes32[] public goods;
    bytes32[] public plantings;

    mapping(bytes32 certificate => Paper) public papers;
    /// Products and plots that it names; whether it came of an application; what labels draw of it.
    mapping(bytes32 certificate => mapping(bytes32 subject => bool)) public named;
    mapping(bytes32 certificate => bool) public wasAsked;
    mapping(bytes32 certificate => uint256) public drawn;
    mapping(bytes32 run => Run) public books;
    /// One entry a label, not one bit.
    mapping(bytes32 run => mapping(uint256 label => bool)) public isVoid;
    /// Of a lot, planting or label run.
    mapping(bytes32 subject => bytes32) public productOf;
    mapping(bytes32 lot => uint256) public made;
    mapping(bytes32 lot => uint256) public loose;
    mapping(bytes32 lot => uint256) public packed;
    mapping(bytes32 lot => uint256) public lost;
    /// Of a lot made of another, or of a planting: which, and how much of it went in.
    mapping(bytes32 lot => bytes32) public inputOf;
    mapping(bytes32 lot => uint256) public linked;
    mapping(bytes32 subject => uint256) public holderOf;
    mapping(bytes32 subject => uint256) public standing;
    mapping(bytes32 subject => mapping(uint256 party => mapping(uint8 capacity => bool))) public recalled;
    mapping(bytes32 application => bool) public answered;
    /// Of a consignment under way: to which party, plus one.
    mapping(bytes32 consignment => uint256) public offeredTo;
    mapping(bytes32 consignment => bool) public isPacked;
    mapping(bytes32 subject => uint256) public moves;

    /// The first act that the ledger did not do as these books would have it: refused what is always right, or took what is wrong.
    string public impossible;
    uint256 public accepted;
    uint256 public refused;

    address[6] private _recorders;
    uint64[6] private _nonces;

    /// @param recorders_ keys of organisations 1 to 6: two farms, two certifiers, an authority, and one with every role
    constructor(ILedger ledger_, address[6] memory recorders_) {
        ledger = ledger_;
        _recorders = recorders_;
        for (uint256 farm = 0; farm < _FARMS; ++farm) {
            bytes32 product = _make(farm, PRODUCT, abi.encodePacked(uint16(0), uint8(1), uint40(NET), uint16(0)));
            products.push(product);
            bytes32 plot = _made(farm, _make(farm, PLOT, abi.encodePacked(uint16(0), uint8(0), uint40(10 ** 7))));
            bytes32 planting = _make(
                farm,
                PLANT,
                abi.encodePacked(uint16(0), plot, product, uint40(10 ** 7), uint40(10 ** 9))
            );
            plantings.push(_made(farm, planting));
            productOf[planting] = product;
            ++moves[plot];
            _origin(farm, farm, 500_000);
            _harvest(farm, 100_000);
        }
        for (uint256 farm = 0; farm < _FARMS; ++farm) {
            _certify(2, 0, farm, farm, 0, 100_000, 0);
            _label(farm, farm, 8, 300);
        }
    }

    /// @notice Six acts, whatever comes of the seed.
    function acts(uint256 seed) external virtual {
        for (uint256 k = 0; k < 6; ++k) _one(uint256(keccak256(abi.encode(seed, k))));
    }

    /// What a label may be for, as one word of the ledger's bitmap would say it.
    function voidWord(bytes32 run, uint256 index) external view returns (uint256 bits) {
        for (uint256 bit = 0; bit < 256; ++bit) if (isVoid[run][256 * index + bit]) bits += 2 ** bit;
    }

    function counts() external view returns (uint256 lots_, uint256 certificates_, uint256 runs_, uint256 goods_) {
        return (lots.length, certificates.length, runs.length, goods.length);
    }

    /// @dev Goods, then papers, then what is written of either.
    function _one(uint256 seed) internal {
        uint256 act = _roll(seed, 0) % 32;
        (uint256 a, uint256 b, uint256 c) = (_roll(seed, 1), _roll(seed, 2), _roll(seed, 3));
        uint40 amount = uint40(_roll(seed, 4));
        if (act < 7) _label(a, b, c, amount);
        else if (act < 11) _voidLabels(a, b, [amount, uint40(c), uint40(c >> 40), uint40(c >> 80)], c % 3 == 0);
        else if (act < 13) _ship(a, b, c, (c >> 8) & 1 == 1, amount);
        else if (act < 15) _receive(a, b, amount);
        else if (act < 16) _giveBack(a, b, c % 2 == 0);
        else if (act < 17) _transform(a, b, amount);
        else if (act < 18) _harvest(a, amount);
        else if (act < 19) _origin(a, b, amount);
        else _paper(act, seed);
    }

    function _paper(uint256 act, uint256 seed) private {
        (uint256 a, uint256 b, uint256 c) = (_roll(seed, 1), _roll(seed, 2), _roll(seed, 3));
        uint40 amount = uint40(_roll(seed, 4));
        if (act < 21) _certify(a, b, c, _roll(seed, 5), _roll(seed, 6), amount, _roll(seed, 7));
        else if (act < 22) _applyFor(a, b, amount);
        else if (act < 23) _suspend(a, b);
        else if (act < 24) _lift(a, b);
        else if (act < 25) _revoke(a, b);
        else if (act < 27) _recall(a, b, uint8(c), c >> 8, (c >> 16) & 3 == 0);
        else if (act < 29) _release(a, b, uint8(c));
        else if (act < 30) _acknowledge(a, b, c);
        else if (act < 31) _promiseGoods(a, b, amount);
        else if (c % 2 == 0) _note(a, b);
        else VM.warp(block.timestamp + (a % 1500));
    }

    function _roll(uint256 seed, uint256 what) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, what)));
    }

    function _origin(uint256 farm, uint256 what, uint40 amount) private {
        farm = farm % _FARMS;
        bytes32 product = _pick(products, what);
        amount = 1 + (amount % 1_000_000);
        bytes32 id = _make(farm, ORIGIN, abi.encodePacked(uint16(0), product, amount));
        if (id == 0) _wrong("origin");
        else _lot(farm, id, product, amount);
    }

    function _harvest(uint256 farm, uint40 amount) private {
        farm = farm % _FARMS;
        bytes32 planting = plantings[farm];
        amount = 1 + (amount % 100_000);
        bytes32 id = _make(farm, HARVEST, abi.encodePacked(uint16(0), uint8(1), planting, amount));
        if (id == 0) return;
        if (standing[planting] > 0) _wrong("harvest of what is recalled");
        ++moves[planting];
        _lot(farm, id, products[farm], amount);
        (inputOf[id], linked[id]) = (planting, amount);
    }

    function _transform(uint256 party, uint256 which, uint40 amount) private {
        bytes32 lot = _pick(lots, which);
        party = _rather(party, holderOf[lot]);
        amount = _near(amount, ledger.lot(lot).left);
        bytes32 product = productOf[lot];
        bytes memory args = abi.encodePacked(uint16(0), uint8(1), uint8(1), lot, amount, uint8(1), product, amount);
        bytes32 id = _make(party, TRANSFORM, args);
        if (id == 0) return;
        _expectUsed("transform", party, lot);
        _lot(party, id, product, amount);
        (inputOf[id], linked[id]) = (lot, amount);
        loose[lot] = _plus(loose[lot], -int256(uint256(amount)));
    }

    function _ship(uint256 party, uint256 which, uint256 to, bool asPacked, uint40 amount) private {
        bytes32 lot = _pick(lots, which);
        party = _rather(party, holderOf[lot]);
        to = to % _PARTIES;
        amount =
            asPacked ? uint40(_near(amount, uint40(packed[lot] / NET)) * NET) : _near(amount, ledger.lot(lot).left);
        bytes32 id = _make(
            party,
            SHIP,
            abi.encodePacked(uint16(0), lot, uint8(asPacked ? 1 : 0), amount, uint24(to + 1), uint24(0))
        );
        if (id == 0) return;
        _expectUsed("ship", party, lot);
        _lot(party, id, productOf[lot], amount);
        consignments.push(id);
        (offeredTo[id], inputOf[id], linked[id], isPacked[id]) = (to + 1, lot, amount, asPacked);
        if (asPacked) (loose[id], packed[id]) = (0, amount);
        _there(lot, asPacked, -int256(uint256(amount)));
    }

    function _receive(uint256 party, uint256 which, uint40 less) private {
        if (consignments.length == 0) return;
        bytes32 id = _pick(consignments, which);
        party = offeredTo[id] == 0 ? party % _PARTIES : _rather(party, offeredTo[id] - 1);
        uint40 found = ledger.lot(id).made;
        less = less % 8 == 0 && found >= NET ? uint40(NET) : 0;
        found -= less;
        if (!_act(party, id, RECEIVE, abi.encodePacked(found))) return;
        if (offeredTo[id] != party + 1) _wrong("receive");
        // The sender's recall as holder is the receiver's from here on.
        if (recalled[id][holderOf[id]][1]) (recalled[id][holderOf[id]][1], recalled[id][party][1]) = (false, true);
        (offeredTo[id], holderOf[id]) = (0, party);
        lost[id] = made[id] - found;
        _there(id, isPacked[id], -int256(lost[id]));
    }

    /// REFUSE or WITHDRAW.
    function _giveBack(uint256 party, uint256 which, bool refusing) private {
        if (consignments.length == 0) return;
        bytes32 id = _pick(consignments, which);
        uint256 whose = refusing && offeredTo[id] > 0 ? offeredTo[id] - 1 : holderOf[id];
        party = _rather(party, whose);
        bytes32 lot = inputOf[id];
        if (!_act(party, id, refusing ? REFUSE : WITHDRAW, abi.encodePacked(lot))) return;
        if (offeredTo[id] == 0 || party != whose) _wrong("given back");
        if (standing[id] > 0) _wrong("recalled goods given back");
        _there(lot, isPacked[id], int256(made[id]));
        (offeredTo[id], made[id], linked[id]) = (0, 0, 0);
        (loose[id], packed[id]) = (0, 0);
        ++moves[lot];
    }

    function _promiseGoods(uint256 party, uint256 which, uint40 amount) private {
        bytes32 lot = _pick(lots, which);
        party = _rather(party, holderOf[lot]);
        uint256 there = ledger.lot(lot).left + packed[lot];
        amount = _near(amount, uint40(there));
        if (!_act(party, lot, PROMISE, abi.encodePacked(amount))) return;
        if (amount > there) _wrong("promise of what is not there");
        // Its own move was counted by the act.
        --moves[lot];
        _expectUsed("promise", party, lot);
    }

    function _applyFor(uint256 farm, uint256 certifier, uint40 volume) private {
        farm = farm % _FARMS;
        uint24 number = uint24(3 + (certifier % 2));
        bytes memory args = abi.encodePacked(uint16(0), number, uint8(1), 1 + (volume % 10_000), uint8(1));
        bytes32 id = _make(farm, APPLY, bytes.concat(args, products[0]));
        if (id == 0) return _wrong("apply");
        applications.push(id);
        holderOf[id] = farm;
    }

    /// For one product, another or both; by `mode` expired, in force, in force soon, or with an application.
    function _certify(
        uint256 party,
        uint256 mode,
        uint256 beneficiary,
        uint256 scope,
        uint256 asked,
        uint40 volume,
        uint256 other
    ) private {
        party = _rather(party, 2 + (other % 2));
        beneficiary = beneficiary % (_FARMS + 1);
        bytes32 application = mode % 4 == 3 && applications.length > 0 ? _pick(applications, asked) : bytes32(0);
        if (application != 0) beneficiary = other % 8 == 0 ? beneficiary : holderOf[application];
        uint256 from = mode % 4 == 1 || block.timestamp < 3000 ? block.timestamp + 1000 : block.timestamp - 3000;
        uint256 until = mode % 4 == 2 ? block.timestamp + 500 : from + 10 ** 6;
        volume = 1 + (volume % 200_000);
        bytes memory args = abi.encodePacked(
            uint16(0),
            application,
            uint24(beneficiary + 1),
            uint40(from),
            uint40(until),
            uint8(1),
            volume
        );
        bytes32 id = _make(party, CERTIFY, bytes.concat(args, _scope(scope)));
        if (id == 0) return;
        if (application != 0) _answer(application, party, beneficiary);
        wasAsked[id] = application != 0;
        certificates.push(id);
        holderOf[id] = party;
        papers[id] = Paper(party, beneficiary, from, until, volume, 0, false, false);
        _nameAll(id, scope);
    }

    function _suspend(uint256 party, uint256 which) private {
        bytes32 id = _pick(certificates, which);
        Paper storage paper = papers[id];
        party = _rather(party, paper.issuer);
        bool right = party == paper.issuer && !paper.revoked && !paper.suspended;
        if (_act(party, id, SUSPEND, "") != right) return _wrong("suspend");
        if (right) paper.suspended = true;
    }

    function _lift(uint256 party, uint256 which) private {
        bytes32 id = _pick(certificates, which);
        Paper storage paper = papers[id];
        party = _rather(party, paper.issuer);
        bool right = party == paper.issuer && !paper.revoked && paper.suspended;
        if (_act(party, id, LIFT, "") != right) return _wrong("lift");
        if (right) paper.suspended = false;
    }

    /// One time in four, for what is revoked is of little use afterwards.
    function _revoke(uint256 party, uint256 which) private {
        if (which % 4 != 0) return;
        bytes32 id = _pick(certificates, which / 4);
        Paper storage paper = papers[id];
        party = _rather(party, paper.issuer);
        bool right = party == paper.issuer && !paper.revoked;
        if (_act(party, id, REVOKE, "") != right) return _wrong("revoke");
        if (right) paper.revoked = true;
    }

    /// Claims a certificate seven times in eight, mostly one of its own.
    function _label(uint256 party, uint256 which, uint256 claimed, uint40 count) private {
        bytes32 lot = _pick(lots, which);
        party = _rather(party, holderOf[lot]);
        bytes32 certificate = claimed % 64 < 8 ? bytes32(0) : _claim(party, claimed);
        uint256 most = ledger.lot(lot).left / NET;
        if (certificate != 0) {
            uint256 left = ledger.certificate(certificate).left / NET;
            if (left < most) most = left;
        }
        count = _near(count, uint40(most > 600 ? 600 : most));
        bytes32 id = _make(party, LABEL, abi.encodePacked(uint16(0), lot, certificate, count, bytes32("root")));
        if (id == 0) return;
        _expectUsed("label", party, lot);
        if (certificate != 0) _expectCovers(certificate, party, productOf[lot]);
        runs.push(_made(party, id));
        books[id] = Run(lot, certificate, count, 0);
        productOf[id] = productOf[lot];
        _there(lot, false, -int256(count * NET));
        _there(lot, true, int256(count * NET));
        if (certificate != 0) drawn[certificate] += count * NET;
    }

    /// One range or two, which may overlap, reach beyond the run or name what is void.
    function _voidLabels(uint256 party, uint256 which, uint40[4] memory part, bool two) private {
        if (runs.length == 0) return;
        bytes32 id = _pick(runs, which);
        party = _rather(party, holderOf[id]);
        (part[0], part[1]) = _range(id, part[0], part[1]);
        (part[2], part[3]) = _range(id, part[2], part[3]);
        if (two && part[2] < part[0]) (part[0], part[1], part[2], part[3]) = (part[2], part[3], part[0], part[1]);
        Run storage run = books[id];
        bytes memory ranges = abi.encodePacked(uint8(two ? 2 : 1), part[0], part[1]);
        if (two) ranges = abi.encodePacked(ranges, part[2], part[3]);
        if (!_act(party, id, VOID, abi.encodePacked(uint8(1), run.lot, run.certificate, ranges))) return;
        if (party != holderOf[id]) _wrong("void");
        if (standing[id] > 0) _wrong("recalled labels made void");
        _void(id, part[0], part[1]);
        if (two) _void(id, part[2], part[3]);
        ++moves[run.lot];
        if (run.certificate != 0) ++moves[run.certificate];
    }

    /// Of anything; drills, too.
    function _recall(uint256 party, uint256 which, uint8 capacity, uint256 claimed, bool drill) private {
        bytes32 id = _pick(goods, which);
        capacity = 1 + (capacity % 3);
        bytes32 certificate = capacity == 3 ? _pick(certificates, claimed) : bytes32(0);
        party = _rather(
            party,
            capacity == 1
                ? holderOf[id]
                : capacity == 2
                    ? _AUTHORITY
                    : holderOf[certificate]
        );
        bool right =
            capacity == 1
                ? party == holderOf[id]
                : capacity == 2
                    ? party >= _AUTHORITY
                    : party == holderOf[certificate] && _mayStop(certificate, id);
        if (!drill) right = right && !recalled[id][party][capacity];
        bytes memory args = abi.encodePacked(capacity, uint8(drill ? 1 : 0), certificate);
        if (_act(party, id, RECALL, args) != right) return _wrong("recall");
        if (!right) return;
        if (certificate != 0) ++moves[certificate];
        if (drill) return;
        recalled[id][party][capacity] = true;
        ++standing[id];
    }

    /// @dev By such a certificate its issuer may recall this.
    function _mayStop(bytes32 certificate, bytes32 id) private view returns (bool) {
        Paper storage paper = papers[certificate];
        if (paper.beneficiary != holderOf[id] || paper.revoked) return false;
        if (!wasAsked[certificate] && drawn[certificate] == 0) return false;
        bytes32 product = productOf[id];
        if (product == 0) return named[certificate][id];
        return paper.products == 0 || named[certificate][product];
    }

    function _release(uint256 party, uint256 which, uint8 capacity) private {
        bytes32 id = _pick(goods, which);
        // What is not recalled is not worth a try but now and then.
        for (uint256 k = 0; k < goods.length && standing[id] == 0 && which % 8 != 0; ++k) id = _pick(goods, which + k);
        party = party % _PARTIES;
        capacity = 1 + (capacity % 3);
        for (uint256 k = 0; k < 3 * _PARTIES && !recalled[id][party][capacity]; ++k) {
            if (which % 16 == 1) break;
            if (k % 3 == 2) party = (party + 1) % _PARTIES;
            capacity = 1 + (capacity % 3);
        }
        bool right = recalled[id][party][capacity];
        if (_act(party, id, RELEASE, abi.encodePacked(capacity)) != right) return _wrong("release");
        if (!right) return;
        recalled[id][party][capacity] = false;
        --standing[id];
    }

    function _acknowledge(uint256 party, uint256 which, uint256 recalled_) private {
        (bytes32 id, bytes32 other) = (_pick(goods, which), _pick(goods, recalled_));
        party = _rather(party, holderOf[id]);
        bool right = party == holderOf[id];
        bytes memory args = abi.encodePacked(id == other ? bytes32(0) : other, uint32(1));
        if (_act(party, id, ACKNOWLEDGE, args) != right) return _wrong("acknowledge");
        if (right && id != other) ++moves[other];
    }

    /// Whatever state a subject is in, its holder goes on writing.
    function _note(uint256 party, uint256 which) private {
        bytes32 id = _pick(goods, which);
        party = _rather(party, holderOf[id]);
        if (_act(party, id, NOTE, "") != (party == holderOf[id])) _wrong("note");
    }

    function _range(bytes32 id, uint40 first, uint40 number) private view returns (uint40, uint40) {
        uint40 count = uint40(books[id].count);
        return (first % count, 1 + (number % (number % 2 == 0 ? 9 : count)));
    }

    function _void(bytes32 id, uint256 first, uint256 number) private {
        Run storage run = books[id];
        for (uint256 k = first; k < first + number; ++k) {
            if (k >= run.count || isVoid[id][k]) return _wrong("void");
            isVoid[id][k] = true;
        }
        run.voided += number;
        _there(run.lot, true, -int256(number * NET));
        _there(run.lot, false, int256(number * NET));
        if (run.certificate != 0) drawn[run.certificate] -= number * NET;
    }

    /// @dev One of the party's own, if there is any and three times in four.
    function _claim(uint256 party, uint256 claimed) private view returns (bytes32 id) {
        id = _pick(certificates, claimed);
        for (uint256 k = 0; k < certificates.length && claimed % 16 > 3; ++k) {
            if (papers[id].beneficiary == party) return id;
            id = _pick(certificates, claimed + k);
        }
    }

    function _expectCovers(bytes32 id, uint256 party, bytes32 product) private {
        Paper storage paper = papers[id];
        if (paper.beneficiary != party) _wrong("label under another's certificate");
        if (paper.suspended || paper.revoked) _wrong("label under a stopped certificate");
        if (block.timestamp < paper.from || block.timestamp >= paper.until) _wrong("label out of date");
        if (paper.products > 0 && !named[id][product]) _wrong("label out of scope");
        ++moves[id];
    }

    /// @dev Goods were used by their holder, were neither recalled nor under way, and moved.
    function _expectUsed(string memory act, uint256 party, bytes32 lot) private {
        if (party != holderOf[lot] || standing[lot] > 0 || offeredTo[lot] > 0) _wrong(act);
        ++moves[lot];
    }

    function _answer(bytes32 application, uint256 party, uint256 beneficiary) private {
        if (answered[application]) _wrong("answered twice");
        if (holderOf[application] != beneficiary) _wrong("answered for another");
        if (ledger.application(application).certifier != party + 1) _wrong("answered by another");
        answered[application] = true;
        ++moves[application];
    }

    function _scope(uint256 seed) private view returns (bytes memory) {
        (bytes32 a, bytes32 b) = (products[0], products[1]);
        if (seed % 8 == 7) return abi.encodePacked(uint8(1), goods[0]);
        if (seed % 8 == 6) return a < b ? abi.encodePacked(uint8(2), a, b) : abi.encodePacked(uint8(2), b, a);
        return abi.encodePacked(uint8(1), seed % 2 == 0 ? a : b);
    }

    function _nameAll(bytes32 id, uint256 seed) private {
        if (seed % 8 == 7) named[id][goods[0]] = true;
        if (seed % 8 == 7) return;
        papers[id].products = seed % 8 == 6 ? 2 : 1;
        for (uint256 k = 0; k < 2; ++k) if (seed % 8 == 6 || seed % 2 == k) named[id][products[k]] = true;
    }

    function _lot(uint256 party, bytes32 id, bytes32 product, uint256 amount) private {
        lots.push(_made(party, id));
        (productOf[id], made[id], loose[id]) = (product, amount, amount);
    }

    function _made(uint256 party, bytes32 id) private returns (bytes32) {
        goods.push(id);
        holderOf[id] = party;
        return id;
    }

    /// @dev So much more is packed of a lot, or loose, or less.
    function _there(bytes32 lot, bool asPacked, int256 difference) internal {
        if (asPacked) packed[lot] = _plus(packed[lot], difference);
        else loose[lot] = _plus(loose[lot], difference);
    }

    function _plus(uint256 amount, int256 difference) internal returns (uint256) {
        int256 sum = int256(amount) + difference;
        if (sum >= 0) return uint256(sum);
        _wrong("less than nothing is there");
        return 0;
    }

    function _wrong(string memory act) internal {
        if (bytes(impossible).length == 0) impossible = act;
    }

    /// @dev The one who may, seven times in eight.
    function _rather(uint256 party, uint256 whose) internal pure returns (uint256) {
        return party % 8 == 0 ? (party / 8) % _PARTIES : whose;
    }

    /// @dev Between 1 and five fourths of `limit`, so also above it.
    function _near(uint40 seed, uint40 limit) internal pure returns (uint40) {
        return 1 + (seed % (limit + limit / 4 + 1));
    }

    function _pick(bytes32[] storage from, uint256 which) internal view returns (bytes32) {
        return from[which % from.length];
    }

    function _make(uint256 party, uint8 kind, bytes memory args) private returns (bytes32 id) {
        id = sha256(abi.encodePacked(_recorders[party], _nonces[party], uint16(0)));
        if (!_act(party, id, kind, args)) return 0;
    }

    /// @dev Sends one entry as a batch; whether it was accepted.
    function _act(uint256 party, bytes32 subject, uint8 kind, bytes memory args) internal returns (bool done) {
        bytes memory entry = abi.encodePacked(kind, uint40(0), bytes32(0), uint16(args.length), args);
        VM.mockCall(address(0x100), "", abi.encode(1));
        bytes[] memory batches = new bytes[](1);
        batches[0] = abi.encodePacked(
            uint8(1),
            uint64(block.chainid),
            address(ledger),
            _recorders[party],
            _nonces[party],
            bytes32(0),
            abi.encodePacked(subject, uint32(entry.length), entry, uint256(1), uint256(1))
        );
        ledger.submit(batches, 3_000_000);
        done = ledger.nonceUsed(_recorders[party], _nonces[party]);
        if (!done) {
            ++refused;
            return false;
        }
        ++_nonces[party];
        ++accepted;
        ++moves[subject];
    }
}
