/**
 * What a reader is told after checking: findings (findings.ts), and every statement with whether it holds; and what a checker is
 * given beside the history. Types only.
 */
import type { Hex } from "../bytes.ts";
import type { Attachment } from "../document/attachment.ts";
import type { OrganisationAct } from "../history.ts";
import type { Code } from "../label.ts";
import type { Finding } from "./findings.ts";

export type {
  AttachmentCheck,
  CertificateBooks,
  CertificateCheck,
  CertificateFate,
  CertificateState,
  CorrectionCheck,
  Custody,
  DisputeCheck,
  EntryRef,
  FileState,
  Handover,
  Heads,
  LotBooks,
  LotState,
  PlantingBooks,
  PlotBooks,
  PromiseCheck,
  RecallCheck,
  Report,
  RunBooks,
  StatementCheck,
  SubjectCheck,
  VerifyOptions,
};

/** The heads as the reader got them from the chain (or, failing that, from the server). */
interface Heads {
  /** By subject: `word(subject)` at `block`. */
  readonly words: Readonly<Record<Hex, Hex>>;
  readonly block: number;
  readonly source: "rpc" | "server";
  /** Where from, as shown to people: the host of the RPC door. */
  readonly origin: string;
  /** `eth_chainId` of that door. */
  readonly chainId?: number;
  /** sha256 of `eth_getCode`, by address. */
  readonly codeHashes?: Readonly<Record<Hex, Hex>>;
  /**
   * The operator's acts as that door's log has them, up to `block`, of all organisations in the history at least. Null: the door did
   * not give them, so names and roles are as told with the history. Left out: the history's own come from the chain's log already.
   */
  readonly acts?: readonly OrganisationAct[] | null;
}

type FileState = "ok" | "altered" | "missing";

interface VerifyOptions {
  /** The code as the reader scanned or typed it: the history's claim must be about this one, not about some other that was issued. */
  readonly code?: Code;
  /** As typed by the reader from the package. */
  readonly fingerprint?: string;
  readonly onProgress?: (done: number, total: number) => void;
  /** What became of the files that the reader fetched and hashed, by CID. */
  readonly files?: Readonly<Record<string, FileState>>;
}

/** Names an entry wherever it shows: as a statement of its own log, and as touches in others'. */
interface EntryRef {
  readonly batch: Hex;
  readonly group: number;
  readonly entry: number;
}

/** One statement of N: an entry of the subject's own groups, or a touch by another subject's entry. */
interface StatementCheck {
  readonly subject: Hex;
  readonly seq: number;
  readonly batch: Hex;
  readonly group: number;
  readonly entry: number;
  readonly touch: boolean;
  /** The group's subject: for a touch, who touched ("used in lot …"). */
  readonly by: Hex | null;
  readonly ok: boolean;
  /** Name of the kind; null where the group cannot be read. */
  readonly kind: string | null;
  readonly recordedAtS: number | null;
  readonly occurredAtS: number | null;
  readonly organisation: number | null;
  readonly recorder: Hex | null;
  /** Address of the entry's document; null for none. */
  readonly document: string | null;
  /**
   * `own`: by the holder of the subject at that time (of a certificate: by whom it is for). `third`: by another that had the role for
   * it, what it wrote to put that right included, by the carrier while the goods were under way, and by whoever took or refused them.
   * `stranger`: by any other, as a contradiction or a dispute is.
   */
  readonly standing: "own" | "third" | "stranger";
  /** The CORRECT of its author's own organisation that strikes it through; it goes on counting in N. */
  readonly correctedBy: EntryRef | null;
  /** CORRECTs by others: to be shown beside it. They strike nothing. */
  readonly contradictedBy: readonly EntryRef[];
  /** Of a CORRECT: the entry that it speaks of (its details are in `Report.corrections`); else null. */
  readonly corrects: EntryRef | null;
  /** It is the right data that follows a correction in the same batch. */
  readonly isRightData: boolean;
}

/** A CORRECT and what became of it. */
interface CorrectionCheck {
  /** Its own entry, the move of its subject's log that carries it, and who wrote it. */
  readonly at: EntryRef;
  readonly subject: Hex;
  readonly seq: number;
  readonly organisation: number | null;
  /** 1 mistyped · 2 of another subject or day · 3 did not happen · 4 found out later. */
  readonly reason: number;
  /** Differences in thousandths, right less wrong; both 0 for words only. `other` is the input of which `others` was taken. */
  readonly own: bigint;
  readonly other: Hex | null;
  readonly others: bigint;
  /** The entry that it speaks of; null where it fits none (`correction-unmatched`). */
  readonly corrects: EntryRef | null;
  /** The move of `subject` that carries that entry. */
  readonly correctsSeq: number | null;
  /** By the organisation that wrote the entry: it strikes it through, unless it was struck through itself. Else a contradiction. */
  readonly byAuthor: boolean;
  /** The right data that follows in the same batch; null for what did not happen, for contradictions, and where there is none. */
  readonly right: EntryRef | null;
}

/**
 * A certificate that counts for the lot: for its holder, over its product or one of its plots, and in force at some time from the
 * first harvest that the lot came from (else: when it was recorded) until its labels were recorded (without a code: no end).
 */
interface CertificateCheck {
  readonly id: Hex;
  readonly issuer: number;
  readonly beneficiary: number;
  /** In force while fromS ≤ time < untilS. */
  readonly fromS: number;
  readonly untilS: number;
  /** All that it names; `covers` are those that are the lot's product or plots. */
  readonly scopes: readonly Hex[];
  readonly covers: readonly Hex[];
  /** At `atS`, when the labels were recorded (without a code: the lot); null where that is not known. */
  readonly state: "in-force" | "expired" | "not-yet";
  readonly atS: number | null;
  /** In force on the days of all harvests that the lot came from, as they say; null where none is known. */
  readonly atHarvest: boolean | null;
  /** The CORRECT of its issuer that strikes it through; `withdrawn` says that no right data followed. */
  readonly correctedBy: EntryRef | null;
  readonly withdrawn: boolean;
  /** Its log is whole and folds to its head. */
  readonly ok: boolean;
  /** Address of its document, a W3C credential (protocol/document/read-credential.ts). */
  readonly document: string | null;
  /** The label run of the code in hand draws on it: its weight is taken from the volume (`Report.books.certificates`). */
  readonly claimed: boolean;
  /** What it was applied for with; null for none. */
  readonly application: Hex | null;
  /** What became of it, oldest first. */
  readonly fates: readonly CertificateFate[];
  /** When the labels were recorded (`atS`), what became of it until then included. */
  readonly atLabels: CertificateState;
  /** At the newest final block that the history knows. */
  readonly nowState: CertificateState;
  /** Plots that the lot came from and that its scope, where it names plots, leaves out. */
  readonly outside: readonly Hex[];
}

type CertificateState = "in-force" | "suspended" | "revoked" | "expired" | "not-yet";

interface CertificateFate {
  readonly kind: "SUSPEND" | "LIFT" | "REVOKE";
  readonly atS: number;
  readonly ref: EntryRef;
}

interface SubjectCheck {
  readonly id: Hex;
  readonly seq: number;
  /** Its log is whole, in order, and folds to the head. */
  readonly ok: boolean;
  /** Counts in N: the label run, the lot, what it came from, and certificates for it. */
  readonly counted: boolean;
}

/** Amounts in thousandths of `unit` (docs/ledger.md §2), as they are after all corrections; null where a product's own log is not in the history. */
interface LotBooks {
  readonly id: Hex;
  readonly product: Hex | null;
  readonly unit: number | null;
  /** made = left + packed + used + shipped − returned + lost. */
  readonly made: bigint;
  readonly used: bigint;
  /** In labelled pieces, and still here. */
  readonly packed: bigint;
  readonly left: bigint;
  /** Put into consignments, and what of that was refused or withdrawn. */
  readonly shipped: bigint;
  readonly returned: bigint;
  /** Discarded, or lost between hands. */
  readonly lost: bigint;
  /** Who holds it now; null where it cannot be told. */
  readonly holder: number | null;
  readonly state: LotState;
  /** Of a consignment: to whom it was offered, by which carrier (null: none), and whether it is of packed pieces. */
  readonly under: { readonly to: number; readonly carrier: number | null; readonly packed: boolean } | null;
  /** What went in and did not come out, as corrected: Σ in − Σ out on the first output of what made it; 0 for lots from outside. */
  readonly loss: bigint;
  readonly inputs: readonly { readonly id: Hex; readonly amount: bigint }[];
}

/** `here`: no consignment. Of a consignment: what became of it. */
type LotState = "here" | "under-way" | "received" | "returned";

interface PlantingBooks {
  readonly id: Hex;
  readonly plot: Hex;
  readonly product: Hex;
  readonly area: bigint;
  /** Most that may be harvested; area × cap / 10^7. */
  readonly allowed: bigint;
  readonly harvested: bigint;
  /** When its season was ended, and its area given back; null while it has not. */
  readonly endedAtS: number | null;
}

interface PlotBooks {
  readonly id: Hex;
  readonly area: bigint;
  readonly planted: bigint;
  readonly free: bigint;
}

interface RunBooks {
  readonly id: Hex;
  readonly lot: Hex;
  readonly count: bigint;
  readonly net: bigint | null;
  /** What it draws on; null for none. */
  readonly certificate: Hex | null;
  /** Labels by their place in the run; `reason` as in REASONS_TO_VOID (protocol/kinds/label.ts). */
  readonly voided: readonly {
    readonly first: bigint;
    readonly number: bigint;
    readonly reason: number;
    readonly atS: number;
    readonly ref: EntryRef;
  }[];
  /** count less what is void. */
  readonly valid: bigint;
}

/** Volume of a certificate in thousandths of `unit`; unit 0: it has none, and nothing is drawn from it. */
interface CertificateBooks {
  readonly id: Hex;
  readonly unit: number;
  readonly volume: bigint;
  /** By all runs of which the weight can be told, less what was voided. */
  readonly drawn: bigint;
  /** Null where it has no volume, or the weight of some run cannot be told from this history. */
  readonly left: bigint | null;
  readonly draws: readonly {
    readonly run: Hex;
    readonly lot: Hex;
    /** Null where the net content of its lot cannot be told from this history. `returned`: of the labels that became void. */
    readonly amount: bigint | null;
    readonly returned: bigint | null;
    readonly count: bigint;
    readonly atS: number;
  }[];
}

/** A consignment from one hand to the next: of what the lot came from, the lot itself, or of packed goods of it further on. */
interface Handover {
  readonly consignment: Hex;
  /** The lot that it was taken from. */
  readonly lot: Hex;
  readonly from: number | null;
  readonly to: number;
  readonly carrier: number | null;
  readonly packed: boolean;
  readonly unit: number | null;
  /** As corrected before it was taken; `found` is null until then, and when it went back. */
  readonly offered: bigint;
  readonly found: bigint | null;
  readonly lost: bigint;
  readonly state: Exclude<LotState, "here">;
  readonly shippedAtS: number | null;
  /** When it was received, refused or withdrawn. */
  readonly endedAtS: number | null;
  /** SITE subjects, as the documents of SHIP and RECEIVE name them. */
  readonly fromSite: Hex | null;
  readonly toSite: Hex | null;
  /** Goods of the run in hand (or of its lot) that went further: they do not count in N. */
  readonly onward: boolean;
  readonly shipped: EntryRef;
  readonly ended: EntryRef | null;
}

/** A RECALL of anything in this history. */
interface RecallCheck {
  readonly ref: EntryRef;
  readonly subject: Hex;
  readonly seq: number;
  readonly organisation: number;
  /** 1 holder · 2 regulator · 3 certifier (protocol/kinds/status.ts). */
  readonly capacity: number;
  /** Changes nothing on chain. */
  readonly drill: boolean;
  readonly atS: number;
  readonly releasedAtS: number | null;
  readonly released: EntryRef | null;
  /** The run in hand, its lot, or something it came from; else goods further on. */
  readonly onStory: boolean;
  /** Of goods further on: which carry what is in hand. */
  readonly onward: boolean;
  readonly acknowledged: readonly {
    readonly organisation: number;
    readonly subject: Hex;
    readonly atS: number;
    readonly tookS: number;
    readonly ref: EntryRef;
  }[];
  readonly document: string | null;
  readonly ok: boolean;
}

/** A PROMISE of a lot of the story, or of a consignment of it (承诺达标合格证). */
interface PromiseCheck {
  readonly ref: EntryRef;
  readonly subject: Hex;
  readonly seq: number;
  readonly organisation: number;
  readonly amount: bigint;
  readonly atS: number;
  /** Its document is there and says what was booked, and the entries that it rests on are in this history and hold. */
  readonly ok: boolean;
  /** By the codes of hgz-2026.json. `entries` are those in this history that hold; `missing` counts those named that are not. */
  readonly basis: readonly { readonly code: string; readonly entries: readonly EntryRef[]; readonly missing: number }[];
  readonly document: string | null;
}

interface DisputeCheck {
  readonly ref: EntryRef;
  readonly subject: Hex;
  readonly seq: number;
  /** What is denied; null where the log has no such entry. */
  readonly target: EntryRef | null;
  readonly organisation: number;
  /** What is the organisation's, and concerned by it: itself, its plot, a certificate that it issued, goods offered to it … */
  readonly named: Hex;
  /** The history shows that `named` is the organisation's, or was offered to it, and that what is denied speaks of it. */
  readonly isNamed: boolean;
  readonly atS: number;
  readonly answer: EntryRef | null;
  readonly document: string | null;
  readonly ok: boolean;
}

/** How much of the lot may come from each plot at most, in thousandths, rounded up: an upper bound by the weight put in. */
interface Custody {
  readonly shares: readonly { readonly plot: Hex; readonly most: number }[];
  /** A lot from outside is among what it came from. */
  readonly outside: boolean;
}

interface AttachmentCheck extends Attachment {
  readonly subject: Hex;
  readonly seq: number;
  readonly batch: Hex;
  readonly entry: { readonly group: number; readonly entry: number };
  readonly state: FileState | "unchecked";
}

interface Report {
  readonly findings: readonly Finding[];
  /** Of all subjects; those of `counted` subjects make N. */
  readonly statements: readonly StatementCheck[];
  /** N: statements of the counted subjects, and those that the heads say are missing. */
  readonly total: number;
  /** How many of them hold: "whole of total". */
  readonly whole: number;
  readonly subjects: readonly SubjectCheck[];
  readonly books: {
    readonly lots: readonly LotBooks[];
    readonly plantings: readonly PlantingBooks[];
    readonly plots: readonly PlotBooks[];
    readonly runs: readonly RunBooks[];
    readonly certificates: readonly CertificateBooks[];
  };
  readonly attachments: readonly AttachmentCheck[];
  /** Of all logs, in their order. */
  readonly corrections: readonly CorrectionCheck[];
  readonly certificates: readonly CertificateCheck[];
  /** Oldest first, of all subjects. */
  readonly recalls: readonly RecallCheck[];
  readonly promises: readonly PromiseCheck[];
  readonly disputes: readonly DisputeCheck[];
  /** In the order in which the goods passed, onward ones last. */
  readonly hands: readonly Handover[];
  /** Null where the graph has no amounts for it: a part of the story is missing. */
  readonly custody: Custody | null;
  /** The printed fingerprint, where it fits: it was printed when the lot's history had `at` of `of` records. */
  readonly fingerprint: { readonly at: number; readonly of: number } | null;
  readonly heads: { readonly block: number; readonly source: "rpc" | "server"; readonly origin: string };
}
