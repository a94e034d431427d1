/** What a reader is told of what organisations vouch for or take back: certificates, recalls, promises, disputes. Types only. */
import type { Hex } from "../bytes.ts";
import type { EntryRef } from "./ref.ts";

export type { CertificateCheck, CertificateFate, CertificateState, DisputeCheck, PromiseCheck, RecallCheck };

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
  /** The first answer for each subject. `shown`: this history shows that the subject came from what was recalled; else its holder says so. */
  readonly acknowledged: readonly {
    readonly organisation: number;
    readonly subject: Hex;
    readonly shown: boolean;
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
  /** Its document is there and says what was booked, and all that it rests on is in this history and holds. */
  readonly ok: boolean;
  /** By the codes of hgz-2026.json. `entries` are those of the lot or what it came from that hold; `missing` counts those named that are not. */
  readonly basis: readonly { readonly code: string; readonly entries: readonly EntryRef[]; readonly missing: number }[];
  /** Of a purchaser, else null: certificates of what the lot came from that it took in; `unchecked` counts those of goods that this history has not. */
  readonly taken: { readonly entries: readonly EntryRef[]; readonly unchecked: number } | null;
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
