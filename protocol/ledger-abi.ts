/**
 * The ledger's face to readers: its events, its errors and the one call that a page makes (docs/ledger.md §8 and §9).
 * Selector and topics are constants, so that a page needs no keccak; test/protocol/ledger-abi.test.ts recomputes them.
 */
import type { Hex } from "./bytes.ts";
import type { ProblemType } from "./problem.ts";

export { EVENTS, REASONS, TOPICS, WORD_SELECTOR };

/** `word(bytes32) returns (bytes32)`. */
const WORD_SELECTOR: Hex = "0x0efb67b8";

/** Signatures in the form of Solidity; `indexed` ones are topics. */
const EVENTS = {
  Accepted:
    "event Accepted(bytes32 indexed batch, address indexed recorder, bytes32 stamp, uint64 nonce, bytes32 seen, bytes32 r, bytes32 s)",
  Recorded: "event Recorded(bytes32 indexed subject, bytes32 indexed batch, uint64 seqPlace, bytes group)",
  Touched: "event Touched(bytes32 indexed subject, bytes32 indexed batch, uint64 seqPlace, bytes32 word)",
  Rejected: "event Rejected(bytes32 indexed sent, uint256 index, bytes reason)",
  Organisation:
    "event Organisation(bytes32 indexed organisation, uint8 act, uint32 roles, bytes32 content, bytes32 x, bytes32 y, uint64 untilBlock)",
} as const;

/** First topic of each event: keccak-256 of its signature. */
const TOPICS: Readonly<Record<keyof typeof EVENTS, Hex>> = {
  Accepted: "0x5085f1bf1ff36cb35ac298d0db9d7eefe390b2751232292a6d790046ce6308c9",
  Recorded: "0x92b97bba92cd316146df8e7cb9bde07366e27f3ad77771827c94ba13dd8fbbe4",
  Touched: "0x181e9904baa85a5a08c3e5ba8399712182dbc0f1d61d54b507b2573e4cc787f3",
  Rejected: "0xb334daee3db3d1aff488db5022a8264dec75bc16efd8d54efec4548676f6582d",
  Organisation: "0xf96fd4524e92fbfe7e0925fe6cd913d8a7f3cec9243107f1c4ad90d2853277b8",
};

/** The ledger's custom errors and the problem that each one is. */
const REASONS = {
  BatchTooLong: "batch-too-large",
  BatchTooShort: "malformed-batch",
  WrongVersion: "wrong-version",
  WrongChain: "wrong-chain",
  WrongLedger: "wrong-ledger",
  RecorderUnknown: "recorder-unknown",
  RecorderEnded: "recorder-ended",
  OrganisationStopped: "organisation-stopped",
  NonceUsed: "nonce-used",
  MalformedBatch: "malformed-batch",
  GroupRepeated: "group-repeated",
  WrongSignature: "signature-wrong",
  KindUnknown: "kind-unknown",
  WrongLength: "wrong-length",
  FlagsUnknown: "flags-unknown",
  NoRole: "no-role",
  NotMaker: "not-maker",
  WrongSubjectId: "wrong-subject-id",
  SubjectExists: "subject-exists",
  SubjectUnknown: "subject-unknown",
  NotHolder: "not-holder",
  WrongSort: "wrong-sort",
  NotManager: "not-manager",
  RecorderBound: "recorder-bound",
  NotOnCurve: "not-on-curve",
  UnitUnknown: "unit-unknown",
  LossTooLarge: "loss-too-large",
  LevelUnknown: "level-unknown",
  AmountZero: "amount-zero",
  AmountTooLarge: "amount-too-large",
  NotAscending: "not-ascending",
  TouchesItself: "touches-itself",
  CountOutOfRange: "count-out-of-range",
  StepUnknown: "step-unknown",
  ProductsDiffer: "products-differ",
  UnitsDiffer: "units-differ",
  NotEnoughArea: "not-enough-area",
  OverCap: "over-cap",
  NotEnoughLeft: "not-enough-left",
  MoreOutThanIn: "more-out-than-in",
  NoNetContent: "no-net-content",
  HolderItself: "holder-itself",
  OrganisationUnknown: "organisation-unknown",
  ValidityEmpty: "validity-empty",
  ReasonUnknown: "reason-unknown",
  DifferenceTooLarge: "difference-too-large",
  OtherNotNeeded: "other-not-needed",
  SeqUnknown: "seq-unknown",
  NotTheMaking: "not-the-making",
  NothingToCorrect: "nothing-to-correct",
  DifferencesDiffer: "differences-differ",
  NoLink: "no-link",
  NotEnoughLinked: "not-enough-linked",
  NoRoom: "no-room",
  Ended: "ended",
  UnderWay: "under-way",
  NotUnderWay: "not-under-way",
  NotOffered: "not-offered",
  MoreThanOffered: "more-than-offered",
  NotEnoughPacked: "not-enough-packed",
  NotWholePieces: "not-whole-pieces",
  NotEnoughLost: "not-enough-lost",
  NotBeneficiary: "not-beneficiary",
  AlreadyAnswered: "already-answered",
  Suspended: "suspended",
  NotSuspended: "not-suspended",
  Revoked: "revoked",
  NotInForce: "not-in-force",
  NotInScope: "not-in-scope",
  NotEnoughVolume: "not-enough-volume",
  SourceDiffers: "source-differs",
  LabelUnknown: "label-unknown",
  LabelVoided: "label-voided",
  RangesOverlap: "ranges-overlap",
  CapacityUnknown: "capacity-unknown",
  Unasked: "unasked",
  Recalled: "recalled",
  AlreadyRecalled: "already-recalled",
  NotRecalled: "not-recalled",
  AmountDiffers: "amount-differs",
} as const satisfies Readonly<Record<string, ProblemType>>;
