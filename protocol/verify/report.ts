/**
 * What a reader is told after checking: findings (findings.ts), and every statement with whether it holds; and what a checker is
 * given beside the history. Types only.
 */
import type { Hex } from "../bytes.ts";
import type { Attachment } from "../document/attachment.ts";
import type { OrganisationAct } from "../history.ts";
import type { Code } from "../label.ts";
import type { Finding } from "./findings.ts";
import type { EntryRef } from "./ref.ts";
import type {
  CertificateBooks,
  Custody,
  Handover,
  LotBooks,
  PlantingBooks,
  PlotBooks,
  RunBooks,
} from "./report-books.ts";
import type { CertificateCheck, DisputeCheck, PromiseCheck, RecallCheck } from "./report-claims.ts";

export type { AttachmentCheck, CorrectionCheck, FileState, Heads, Report, StatementCheck, SubjectCheck, VerifyOptions };

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
  /** Folded and not read, as touches of a certificate may be: that it is there and unaltered is proven, and nothing else is known. */
  readonly unread: boolean;
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

interface SubjectCheck {
  readonly id: Hex;
  readonly seq: number;
  /** Its log is whole, in order, and folds to the head. */
  readonly ok: boolean;
  /** Counts in N: the label run, the lot, what it came from, and certificates for it. */
  readonly counted: boolean;
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
  /** How many of N are folded and not read. */
  readonly unread: number;
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
