/**
 * What is taken out of the books: goods or a season's area (DISCARD), labels (VOID), as ObjectEvents with action DELETE (EPCIS 2.0
 * §7.4.2: nothing of it is seen again). CBV 2.0 §7: `destroying` for what is gone, `decommissioning` for labels. Pure.
 */
import type { Amount, UnitCode } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import { Problem } from "../problem.ts";
import { objectEvent, optional, partyField, productField, quantity } from "./event-fields.ts";
import { amountNumber, checkHex, readAmount, whole } from "./fields.ts";
import type { EventForm, PartyRef, ProductRef } from "./form.ts";
import { eventFor } from "./read.ts";
import {
  type PartyReading,
  type ProductReading,
  readClasses,
  readHex,
  readParty,
  readProductRef,
} from "./read-parts.ts";
import { type Reading, reading } from "./reading.ts";
import { type Fields, type JsonObject, lotClass, type LotName, own } from "./terms.ts";
import { cleanText, cleanWords, MAX_NOTE, type Words } from "./text.ts";

export type { DiscardForm, DiscardReading, DiscardReason, LabelRange, VoidForm, VoidReading, VoidReason };
export { DISCARD_REASONS, discardEvent, readDiscard, readVoid, VOID_REASONS, voidEvent };

/** Lost or spoiled · taken as a sample · given away or eaten · destroyed on order · of a planting: the season is over. */
const DISCARD_REASONS = ["lost", "sample", "given", "ordered", "season-over"] as const;
type DiscardReason = (typeof DISCARD_REASONS)[number];

const VOID_REASONS = ["misprinted", "unsold", "lost", "taken-back"] as const;
type VoidReason = (typeof VOID_REASONS)[number];

interface DiscardForm extends EventForm {
  /** Of the lot, or of the planting. */
  readonly lot: LotName;
  readonly product?: ProductRef;
  readonly reason: DiscardReason;
  /** Thousandths of `uom`; of a planting its whole area, in `MTK`. */
  readonly amount: bigint;
  readonly uom: UnitCode;
  /** Of a planting: its plot. */
  readonly plot?: { readonly subject: Hex; readonly code: string };
  /** What happened: "soaked by rain on the way". */
  readonly cause?: Words;
  /** Who ordered it destroyed, took the sample, or was given it. */
  readonly party?: PartyRef;
}

interface DiscardReading {
  /** The lot, or the planting. */
  readonly subject: Hex;
  readonly lot: LotName | null;
  readonly product: ProductReading | null;
  readonly reason: DiscardReason | null;
  readonly amount: Amount | null;
  readonly uom: string | null;
  readonly plot: Hex | null;
  readonly cause: Words | null;
  readonly party: PartyReading | null;
  /** JSON Pointers of texts that were not taken whole. */
  readonly stripped: readonly string[];
}

/** Labels by their place in the run, from 0. */
interface LabelRange {
  readonly first: number;
  readonly number: number;
}

/** Its `subject` is the label run. */
interface VoidForm extends EventForm {
  readonly lot: LotName;
  readonly lotSubject: Hex;
  /** The certificate that the run draws on, if any. */
  readonly certificate?: Hex;
  readonly reason: VoidReason;
  /** As in the entry's args. */
  readonly ranges: readonly LabelRange[];
  readonly cause?: Words;
}

interface VoidReading {
  /** The label run. */
  readonly subject: Hex;
  readonly lot: Hex | null;
  readonly certificate: Hex | null;
  readonly reason: VoidReason | null;
  readonly ranges: readonly LabelRange[];
  readonly cause: Words | null;
  readonly stripped: readonly string[];
}

/** Ranges of one VOID (docs/ledger.md §6). */
const MAX_RANGES = 32;

/** DISCARD. What was given away or is no longer grown is not destroyed: CBV's `unavailable`, without a step of its own. */
function discardEvent(form: DiscardForm): JsonObject {
  const { reason, plot } = form;
  if (!DISCARD_REASONS.includes(reason)) {
    throw new Problem("form-refused", "/reason", `"${String(reason)}" is not one of ${DISCARD_REASONS.join(", ")}`);
  }
  if (form.amount <= 0n) throw new Problem("form-refused", "/amount", "nothing is discarded");
  const isOut = reason === "given" || reason === "season-over";
  return {
    ...objectEvent(form, "DELETE", isOut ? "other" : "destroying", isOut ? "unavailable" : "destroyed"),
    quantityList: [quantity(form.lot, form.amount, form.uom)],
    ...own({
      discard: {
        reason,
        product: optional(form.product, productField),
        amount: amountNumber(form.amount, "/amount"),
        uom: form.uom,
        plot: optional(plot, ({ subject, code }) => ({
          subject: checkHex(subject, "/plot/subject"),
          code: cleanText(code, "/plot/code", 60),
        })),
        cause: optional(form.cause, (words) => cleanWords(words, "/cause", MAX_NOTE)),
        party: optional(form.party, (party) => partyField(party, "/party")),
      },
    }),
  };
}

/** VOID: labels that count no longer (`decommissioning`, `inactive`; a quantity without unit counts pieces). */
function voidEvent(form: VoidForm): JsonObject {
  const { reason, ranges } = form;
  if (!VOID_REASONS.includes(reason)) {
    throw new Problem("form-refused", "/reason", `"${String(reason)}" is not one of ${VOID_REASONS.join(", ")}`);
  }
  if (ranges.length === 0 || ranges.length > MAX_RANGES) {
    throw new Problem("form-refused", "/ranges", `${ranges.length} ranges, 1 to ${MAX_RANGES} are expected`);
  }
  const all = ranges.map((range, n) => rangeField(range, ranges[n - 1], `/ranges/${n}`));
  return {
    ...objectEvent(form, "DELETE", "decommissioning", "inactive"),
    quantityList: [{ epcClass: lotClass(form.lot), quantity: ranges.reduce((sum, { number }) => sum + number, 0) }],
    ...own({
      voided: {
        reason,
        lot: checkHex(form.lotSubject, "/lotSubject"),
        certificate: optional(form.certificate, (subject) => checkHex(subject, "/certificate")),
        ranges: all,
        cause: optional(form.cause, (words) => cleanWords(words, "/cause", MAX_NOTE)),
      },
    }),
  };
}

/** Null where the document holds no event of its sort for this subject. */
function readDiscard(document: unknown, subject: Hex): DiscardReading | null {
  const event = reading(eventFor(document, subject));
  const part = event?.object("discard") ?? null;
  if (event === null || part === null) return null;
  const [lot = null] = readClasses(event.plain("quantityList"));
  return {
    subject,
    lot,
    product: readProductRef(part.object("product")),
    reason: DISCARD_REASONS.find((name) => name === part.value("reason")) ?? null,
    amount: readAmount(part.number("amount")),
    uom: part.text("uom", 3),
    plot: readHex(part.object("plot"), "subject"),
    cause: part.words("cause"),
    party: readParty(part.object("party")),
    stripped: event.stripped,
  };
}

/** Likewise. */
function readVoid(document: unknown, subject: Hex): VoidReading | null {
  const event = reading(eventFor(document, subject));
  const part = event?.object("voided") ?? null;
  if (event === null || part === null) return null;
  return {
    subject,
    lot: readHex(part, "lot"),
    certificate: readHex(part, "certificate"),
    reason: VOID_REASONS.find((name) => name === part.value("reason")) ?? null,
    ranges: part.list("ranges").slice(0, MAX_RANGES).flatMap(readRange),
    cause: part.words("cause"),
    stripped: event.stripped,
  };
}

function rangeField({ first, number }: LabelRange, before: LabelRange | undefined, at: string): Fields {
  if (whole(number, `${at}/number`) === 0) throw new Problem("form-refused", `${at}/number`, "a range has a label");
  if (before !== undefined && first < before.first + before.number) {
    throw new Problem("form-refused", `${at}/first`, "ranges ascend, and none overlaps another");
  }
  return { first: whole(first, `${at}/first`), number };
}

function readRange(read: Reading): readonly LabelRange[] {
  const [first, number] = [read.number("first"), read.number("number")];
  if (first === null || number === null || !Number.isSafeInteger(first) || !Number.isSafeInteger(number)) return [];
  return first >= 0 && number > 0 ? [{ first, number }] : [];
}
