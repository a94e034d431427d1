/**
 * What a reader is told of amounts: the books recomputed, the hands that goods passed through, and how much of them may be from where.
 * Amounts are thousandths of a unit. Types only.
 */
import type { Hex } from "../bytes.ts";
import type { EntryRef } from "./ref.ts";

export type {
  CertificateBooks,
  CertificateDraw,
  Custody,
  Handover,
  LotBooks,
  LotState,
  PlantingBooks,
  PlotBooks,
  RunBooks,
};

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
  /** By all runs that were read and of which the weight can be told, less what was voided. */
  readonly drawn: bigint;
  /** Touches of it, other runs' draws as a rule, that are folded and not read. */
  readonly unread: number;
  /** Null where it has no volume, the weight of some run cannot be told from this history, or not all were read. */
  readonly left: bigint | null;
  /** Null where not all were read. */
  readonly draws: readonly CertificateDraw[] | null;
}

interface CertificateDraw {
  readonly run: Hex;
  readonly lot: Hex;
  /** Null where the net content of its lot cannot be told from this history. `returned`: of the labels that became void. */
  readonly amount: bigint | null;
  readonly returned: bigint | null;
  readonly count: bigint;
  readonly atS: number;
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

/** How much of the lot may come from each plot at most, in thousandths, rounded up: an upper bound by the weight put in. */
interface Custody {
  readonly shares: readonly { readonly plot: Hex; readonly most: number }[];
  /** A lot from outside is among what it came from. */
  readonly outside: boolean;
}
