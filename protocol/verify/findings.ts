/**
 * Findings: what a reader is told that does not fit, or is worth a look, from a closed list, each with its grade and place; and where
 * they are gathered. Pure.
 */
import type { Hex } from "../bytes.ts";

export type { Finding, FindingCode, Grade, Where };
export { Findings, GRADES };

/**
 * mismatch: the record cannot count · alarm: the record may hold, and the goods or the label must not be relied on: it wins over all
 * else on a page · notice: true, but look · gap: no record where one would be expected.
 */
type Grade = "mismatch" | "alarm" | "notice" | "gap";

const GRADES = {
  // The log against the head.
  "head-mismatch": "mismatch",
  "entry-missing": "mismatch",
  "entry-surplus": "mismatch",
  "move-out-of-order": "mismatch",
  "birth-mismatch": "mismatch",
  "touch-unexplained": "mismatch",
  "malformed-entry": "mismatch",
  // Batches, signatures, keys.
  "group-not-in-batch": "mismatch",
  "signature-invalid": "mismatch",
  "key-unknown": "mismatch",
  "key-expelled": "mismatch",
  "organisation-unknown": "mismatch",
  "role-missing": "mismatch",
  "log-foreign": "mismatch",
  /** Two batches of one recorder with one number: at most one of them counts. */
  "nonce-twice": "mismatch",
  "act-mismatch": "mismatch",
  // Where the ledger lives.
  "wrong-chain": "mismatch",
  "wrong-ledger": "mismatch",
  "code-hash-mismatch": "mismatch",
  // Documents and files.
  "document-altered": "mismatch",
  "document-missing": "mismatch",
  "document-of-other-subject": "mismatch",
  "document-not-of-its-kind": "mismatch",
  "file-altered": "mismatch",
  "file-missing": "mismatch",
  // The code in hand.
  "serial-not-issued": "mismatch",
  "code-of-other-lot": "mismatch",
  "fingerprint-mismatch": "mismatch",
  // Amounts.
  "sums-mismatch": "mismatch",
  "certificate-overdrawn": "mismatch",
  /** `rule`: which one the ledger would have refused it by (verify/rules.ts). */
  "rule-broken": "mismatch",
  // Corrections and certificates.
  "correction-unmatched": "mismatch",
  /** `claimed` yes: the labels in hand draw on it, and it names nothing of the lot. */
  "certificate-of-other": "mismatch",
  "promise-mismatch": "mismatch",
  // Not to be relied on, however whole the record is.
  recalled: "alarm",
  "label-voided": "alarm",
  // True, but look.
  "late-record": "notice",
  "future-date": "notice",
  "seen-unknown": "notice",
  "before-seen": "notice",
  "many-at-once": "notice",
  "head-from-server": "notice",
  "acts-from-server": "notice",
  // What others did: it says nothing about the record that it was done to.
  "stranger-at-fault": "notice",
  contradicted: "notice",
  "correction-without-right-data": "notice",
  "certificate-expired": "notice",
  "certificate-not-yet": "notice",
  "certificate-mismatch": "notice",
  "certificate-withdrawn": "notice",
  "certificate-suspended": "notice",
  /** `labels`: before or after, as the labels in hand are older or younger; `labelsOut`: what its issuer says of labels already out. */
  "certificate-revoked": "notice",
  /** `outside`: how many plots of the lot it leaves out; `origin` yes: some of the lot came from no plot. */
  "certificate-scope": "notice",
  /** There are more than a page shows, as the server says. */
  "certificates-not-shown": "notice",
  "promise-without-basis": "notice",
  disputed: "notice",
  "answers-nothing": "notice",
  // Recalls that do not forbid the goods in hand.
  "recalled-onward": "notice",
  "recall-released": "notice",
  "recall-drill": "notice",
  // From hand to hand.
  "lost-between-hands": "notice",
  "under-way": "notice",
  "onward-not-shown": "notice",
  // No record.
  "field-gap": "gap",
  "no-field-record": "gap",
} as const satisfies Record<string, Grade>;

type FindingCode = keyof typeof GRADES;

interface Finding {
  readonly code: FindingCode;
  readonly grade: Grade;
  readonly subject: Hex | null;
  readonly seq: number | null;
  readonly batch: Hex | null;
  readonly entry: { readonly group: number; readonly entry: number } | null;
  /** Figures and words for the sentence that a page makes; amounts as decimal text. */
  readonly detail: Readonly<Record<string, string | number>>;
}

/** Where a finding belongs; what is left out is unknown or means the whole. */
interface Where {
  readonly subject?: Hex | null;
  readonly seq?: number | null;
  readonly batch?: Hex | null;
  readonly group?: number;
  readonly entry?: number | null;
}

/** Gathers findings. The same fact about the same thing is told once, at the first place that leans on it. */
class Findings {
  readonly list: Finding[] = [];
  readonly #told = new Set<string>();

  add(code: FindingCode, where: Where, detail: Finding["detail"] = {}): void {
    const { subject = null, seq = null, batch = null, group, entry } = where;
    const place = group === undefined ? null : { group, entry: entry ?? 0 };
    this.list.push({ code, grade: GRADES[code], subject, seq, batch, entry: place, detail });
  }

  /** As `add`, but only the first time for this `key`. */
  once(key: string, code: FindingCode, where: Where, detail: Finding["detail"] = {}): void {
    if (this.#told.has(`${code} ${key}`)) return;
    this.#told.add(`${code} ${key}`);
    this.add(code, where, detail);
  }
}
