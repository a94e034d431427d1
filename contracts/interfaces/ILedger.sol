// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    Application,
    Aside,
    Certificate,
    LabelRun,
    Link,
    Lot,
    Member,
    Planting,
    Plot,
    Product,
    Site
} from "../types/Slots.sol";

/// @title  The Furrow ledger
/// @notice Checks batches of entries that phones signed, and folds each entry into the heads of the subjects that it names or
///         touches. Every byte is specified in docs/ledger.md, to whose sections the notes here refer.
/// @dev    A subject is named by 32 bytes, a recorder (a signing key) by 20, an organisation by a number from 1. Amounts are
///         thousandths of the subject's own unit.
///
/// Always true, each a named test in test/contracts:
///   a word is the fold of the emitted logs, and moves only with an accepted entry
///   a nonce works once; a rejected batch changes nothing but its log
///   nothing is taken that was not made, harvested beyond its cap, or labelled that is not there; nor is it after a correction
///   what labels draw of a certificate is at most its volume, and is given back once when they are voided
///   what is recalled is neither shipped, transformed, labelled, harvested from nor promised, and does not go back to
///   where it came from; each side lifts only its own recall
interface ILedger {
    // ── Logs (§8) ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice A batch counts from here on. Comes before the batch's other logs.
    /// @param batch    sha256(header ‖ root)
    /// @param stamp    recorder 20 ‖ organisation u32 ‖ recordedAt u64 (time of this block)
    /// @param seen     hash of the newest final block that the recorder knew; not judged here
    /// @param r        first half of the signature over header ‖ root
    /// @param s        second half, at most n/2
    event Accepted(
        bytes32 indexed batch,
        address indexed recorder,
        bytes32 stamp,
        uint64 nonce,
        bytes32 seen,
        bytes32 r,
        bytes32 s
    );

    /// @notice One group, and the move of its own subject.
    /// @param seqPlace seq u32 of the word after the move ‖ group u16 ‖ ffff
    /// @param group    subject 32 ‖ length u32 ‖ entries, as they were signed
    event Recorded(bytes32 indexed subject, bytes32 indexed batch, uint64 seqPlace, bytes group);

    /// @notice The move of a subject that an entry of another group touched.
    /// @param seqPlace seq u32 of the word after the move ‖ group u16 ‖ entry u16
    /// @param word     head 28 bytes ‖ seq u32 after the move
    event Touched(bytes32 indexed subject, bytes32 indexed batch, uint64 seqPlace, bytes32 word);

    /// @notice A batch failed and changed nothing. Never final: whoever relays too early causes it.
    /// @param sent     sha256 of the bytes sent
    /// @param index    its place in the call
    /// @param reason   one of the errors below, encoded; empty: it ran out of its gas
    event Rejected(bytes32 indexed sent, uint256 index, bytes reason);

    /// @notice An act of the operator. Moves no head.
    /// @param organisation its number as 32 bytes
    /// @param act      1 admitted, 2 roles set, 3 stopped, 4 restarted, 5 manager key set
    /// @param roles    the roles after the act
    /// @param content  SHA-256 of the public document that gives the reason
    /// @param x        the key that was set, else zero
    /// @param untilBlock the organisation writes while block <= untilBlock
    event Organisation(
        bytes32 indexed organisation,
        uint8 act,
        uint32 roles,
        bytes32 content,
        bytes32 x,
        bytes32 y,
        uint64 untilBlock
    );

    // ── Errors of a batch, in the order of the checks (§9) ───────────────────────────────────────────────────────────

    error BatchTooLong(uint256 length);
    error BatchTooShort(uint256 length);
    error WrongVersion(uint8 version);
    error WrongChain(uint64 chainId);
    error WrongLedger(address ledger);
    /// @notice No organisation has this key. Of EXPEL: not the organisation whose log it is.
    error RecorderUnknown(address recorder);
    error RecorderEnded(address recorder, uint64 untilBlock);
    /// @notice Of the one that writes; of SHIP: of the one to whom it goes.
    error OrganisationStopped(uint24 organisation);
    error NonceUsed(address recorder, uint64 nonce);
    /// @notice What begins at `offset` of the bytes sent does not fit in its surroundings.
    error MalformedBatch(uint256 offset);
    /// @notice `group` has the subject of the group before it.
    error GroupRepeated(uint256 group);
    error WrongSignature(address recorder);

    // ── Errors of an entry ───────────────────────────────────────────────────────────────────────────────────────────

    error KindUnknown(uint8 kind);
    error WrongLength(uint8 kind, uint256 length);
    /// @notice The organisation that writes has no role for this kind, or the one that is named has not the role asked of it.
    error NoRole(uint24 organisation, uint8 kind);
    /// @notice A making entry that is not the first of its group.
    error NotMaker(uint8 kind);
    error WrongSubjectId(bytes32 expected, bytes32 given);
    error SubjectExists(bytes32 subject);
    error SubjectUnknown(bytes32 subject);
    error NotHolder(bytes32 subject, uint24 organisation);
    /// @notice The subject is of this sort, and another is asked for.
    error WrongSort(bytes32 subject, uint8 sort);
    error NotManager(address recorder);
    /// @notice The key belongs to an organisation already, and does so for ever.
    error RecorderBound(address recorder);
    error FlagsUnknown(uint8 flags);
    error NotOnCurve();
    error UnitUnknown(uint8 unit);
    error LossTooLarge(uint16 loss);
    error LevelUnknown(uint8 level);
    error AmountZero();
    /// @notice A sum that 40 bits cannot hold.
    error AmountTooLarge(uint256 amount);
    error NotAscending(bytes32 input);
    error TouchesItself(bytes32 subject);
    error CountOutOfRange(uint256 count);
    error StepUnknown(uint8 step);
    error ProductsDiffer(bytes32 input);
    error UnitsDiffer(bytes32 subject);
    error NotEnoughArea(bytes32 plot, uint256 free, uint256 wanted);
    error OverCap(bytes32 planting, uint256 allowed, uint256 wanted);
    error NotEnoughLeft(bytes32 lot, uint256 left, uint256 wanted);
    error MoreOutThanIn(uint256 ins, uint256 outs);
    error NoNetContent(bytes32 product);
    /// @notice Who speaks as a third party holds the subject itself, or is offered it. Of CERTIFY: is the beneficiary itself.
    error HolderItself(bytes32 subject, uint24 organisation);
    /// @notice No organisation has this number. Of CERTIFY and of the operator's acts.
    error OrganisationUnknown(uint24 organisation);
    error ValidityEmpty(uint40 from, uint40 until);
    /// @notice The subject made no such move before this entry; `newest` is its last.
    error SeqUnknown(bytes32 subject, uint32 seq, uint32 newest);
    /// @notice Only the entry that made the subject has amounts: seq 1, entry 0.
    error NotTheMaking(bytes32 subject, uint32 seq, uint16 entry);
    error ReasonUnknown(uint8 reason);
    error DifferenceTooLarge(int64 difference);
    /// @notice Named without a difference of its own, or of a sort that has no input.
    error OtherNotNeeded(bytes32 other);
    /// @notice No amount of this sort of subject can be corrected.
    error NothingToCorrect(bytes32 subject, uint8 sort);
    /// @notice A planting's area is its plot's, and what was shipped its lot's: both change by as much.
    error DifferencesDiffer(int64 own, int64 others);
    /// @notice `other` is no input of the subject.
    error NoLink(bytes32 subject, bytes32 other);
    error NotEnoughLinked(bytes32 other, uint256 linked, uint256 wanted);
    /// @notice More would have come out than went in.
    error NoRoom(bytes32 subject, uint256 room, uint256 wanted);
    /// @notice The named amount is not the one that is booked.
    error AmountDiffers(bytes32 subject, uint256 booked, uint256 stated);
    /// @notice The season of this planting is over.
    error Ended(bytes32 planting);
    /// @notice Offered and not yet received, refused or withdrawn: nothing can be taken from it.
    error UnderWay(bytes32 consignment);
    /// @notice The consignment is not under way (any more).
    error NotUnderWay(bytes32 consignment);
    /// @notice Not offered to this organisation, or taken already.
    error NotOffered(bytes32 consignment, uint24 organisation);
    error MoreThanOffered(bytes32 consignment, uint256 offered, uint256 found);
    error NotEnoughPacked(bytes32 lot, uint256 packed, uint256 wanted);
    /// @notice Packed goods are counted in whole pieces of `net`.
    error NotWholePieces(bytes32 product, uint256 net, uint256 amount);
    /// @notice A correction would bring back more than was discarded or lost.
    error NotEnoughLost(bytes32 lot, uint256 lost, uint256 wanted);
    /// @notice The certificate or application is not for, or by, this organisation.
    error NotBeneficiary(bytes32 subject, uint24 organisation);
    error AlreadyAnswered(bytes32 application);
    error Suspended(bytes32 certificate);
    error NotSuspended(bytes32 certificate);
    error Revoked(bytes32 certificate);
    /// @notice In force while from <= block time < until.
    error NotInForce(bytes32 certificate, uint40 from, uint40 until);
    /// @notice Its scope names neither this plot nor, though it names products, this product.
    error NotInScope(bytes32 certificate, bytes32 subject);
    error NotEnoughVolume(bytes32 certificate, uint256 left, uint256 wanted);
    /// @notice The run draws on another lot or certificate than named.
    error SourceDiffers(bytes32 run, bytes32 expected, bytes32 given);
    /// @notice The run has no such label.
    error LabelUnknown(bytes32 run, uint256 index, uint256 count);
    error LabelVoided(bytes32 run, uint256 index);
    /// @notice A range begins before the one before it ends.
    error RangesOverlap(uint256 first);
    error CapacityUnknown(uint8 capacity);
    /// @notice Nobody applied for the certificate, nor does any label draw on it: nothing is recalled by it.
    error Unasked(bytes32 certificate);
    error Recalled(bytes32 subject);
    /// @notice The organisation's recall in this capacity stands already.
    error AlreadyRecalled(bytes32 subject, uint24 organisation);
    error NotRecalled(bytes32 subject, uint24 organisation);

    // ── Errors of a call ─────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice The call has not the gas to give batch `index` its share; nothing of the call counts.
    error GasTooLow(uint256 index, uint256 left, uint256 needed);
    error OnlyLedgerItself(address sender);
    error RolesUnknown(uint32 roles);
    /// @notice This chain's P256VERIFY does not accept a signature that is right.
    error PrecompileWrong();

    // ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Takes batches from anyone. Each runs alone with exactly `gasEach`; one that fails is logged as {Rejected}.
    function submit(bytes[] calldata batches, uint256 gasEach) external;

    /// @notice Applies one batch or reverts with the reason. Only the ledger itself may call this; a relay asks
    ///         `eth_call` with the ledger as sender to learn what would happen.
    function applyBatch(bytes calldata batch) external;

    // ── The operator's acts, restricted by the AccessManager ─────────────────────────────────────────────────────────

    /// @notice Admits an organisation and gives it its number.
    /// @param x its first manager's key; x = y = 0: no key yet
    function admit(uint32 roles, bytes32 content, bytes32 x, bytes32 y) external returns (uint24 organisation_);

    function setRoles(uint24 organisation_, uint32 roles, bytes32 content) external;

    /// @notice Nothing of this organisation is accepted from the next block on.
    function stop(uint24 organisation_, bytes32 content) external;

    function restart(uint24 organisation_, bytes32 content) external;

    /// @notice Adds a manager's key where the organisation's own are lost. Ends no key: its managers do that.
    function setManagerKey(uint24 organisation_, bytes32 x, bytes32 y, bytes32 content) external;

    // ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Head 28 bytes ‖ seq u32; zero: there is no such subject (§5).
    function word(bytes32 subject) external view returns (bytes32);

    /// @notice The slot after the word, as it lies there (§7).
    function slot(bytes32 subject) external view returns (bytes32);

    function nonceUsed(address recorder_, uint64 nonce) external view returns (bool);

    /// @notice 256 nonces at once: bit k says that 256 × `index` + k is spent.
    function nonceWord(address recorder_, uint64 index) external view returns (uint256);

    function recorder(
        address recorder_
    ) external view returns (uint24 organisation_, uint8 flags, uint64 untilBlock, bytes32 x, bytes32 y);

    function organisation(uint24 organisation_) external view returns (uint32 roles, uint8 state, uint64 untilBlock);

    /// @notice How many were admitted: numbers 1 to this.
    function organisations() external view returns (uint24);

    /// @notice How many products there are: numbers 1 to this.
    function products() external view returns (uint24);

    /// @notice The subject of a product's number; zero: not given yet.
    function productId(uint24 number) external view returns (bytes32);

    // Each of these reverts with {SubjectUnknown} or {WrongSort} where there is no such thing.

    function product(bytes32 subject) external view returns (Product memory);

    function member(bytes32 subject) external view returns (Member memory);

    function plot(bytes32 subject) external view returns (Plot memory);

    function planting(bytes32 subject) external view returns (Planting memory);

    function lot(bytes32 subject) external view returns (Lot memory);

    function labelRun(bytes32 subject) external view returns (LabelRun memory run, bytes32 lot_, bytes32 certificate_);

    function certificate(bytes32 subject) external view returns (Certificate memory);

    function application(bytes32 subject) external view returns (Application memory);

    function site(bytes32 subject) external view returns (Site memory);

    /// @notice Of a lot: its carrier and form if it is a consignment, and what of it was lost.
    function aside(bytes32 lot_) external view returns (Aside memory);

    /// @notice 256 labels at once: bit k says that label 256 × `index` + k of the run is void.
    function voided(bytes32 run, uint256 index) external view returns (uint256);

    /// @notice Bits of the capacities (1 << capacity) in which the organisation's recalls of the subject stand.
    function recallsOf(bytes32 subject, uint24 organisation_) external view returns (uint256);

    /// @notice Whether the certificate names this product or plot.
    function scope(bytes32 certificate_, bytes32 subject) external view returns (bool);

    /// @notice What `consumer` took from `input`, as corrected; zeros: nothing.
    function link(bytes32 consumer, bytes32 input) external view returns (Link memory);
}
