/**
 * RECALL, RELEASE and ACKNOWLEDGE as EPCIS 2.0 events. CBV 2.0 §7.3: `recalled` lasts until it is unset, so it is a persistent
 * disposition (EPCIS 2.0 §7.3.10); a drill sets none. Pure.
 */
import type { Amount, UnitCode } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import { Problem } from "../problem.ts";
import { objectEvent, optional, partyField, what } from "./event-fields.ts";
import { amountNumber, checkHex, readAmount, whole } from "./fields.ts";
import type { EventForm, PartyRef } from "./form.ts";
import { eventFor } from "./read.ts";
import { type PartyReading, readHex, readParty } from "./read-parts.ts";
import { type Reading, reading } from "./reading.ts";
import { type JsonObject, type LotName, own } from "./terms.ts";
import { cleanText, cleanWords, MAX_NOTE, type Words } from "./text.ts";

export type { AcknowledgeForm, AcknowledgeReading, Capacity, RecallForm, RecallReading, ReleaseForm, ReleaseReading };
export { acknowledgeEvent, CAPACITY_NAMES, readAcknowledge, readRecall, readRelease, recallEvent, releaseEvent };

/** As whom somebody recalls: holder of the goods, regulator, or certifier of a certificate that counts for them. */
const CAPACITY_NAMES = ["holder", "regulator", "certifier"] as const;
type Capacity = (typeof CAPACITY_NAMES)[number];

/** Its `subject`: a lot, planting, plot or label run. */
interface RecallForm extends EventForm {
  /** Left out where the subject has no lot number: a plot, say. */
  readonly lot?: LotName;
  readonly capacity: Capacity;
  /** True: an exercise that changes nothing. */
  readonly drill: boolean;
  /** Who recalls. */
  readonly by: PartyRef;
  /** Of a certifier: its certificate, as in the entry's args. */
  readonly certificate?: Hex;
  /** What is wrong. */
  readonly reason: Words;
  /** What whoever has some of it should do. */
  readonly todo: Words;
  /** A number that answers, public; null: none. */
  readonly phone: string | null;
}

interface RecallReading {
  readonly subject: Hex;
  readonly capacity: Capacity | null;
  /** True only where the document says so: nobody overlooks a recall because its document says nothing. */
  readonly drill: boolean;
  readonly by: PartyReading | null;
  readonly certificate: Hex | null;
  readonly reason: Words | null;
  readonly todo: Words | null;
  readonly phone: string | null;
  /** JSON Pointers of texts that were not taken whole. */
  readonly stripped: readonly string[];
}

interface ReleaseForm extends EventForm {
  readonly lot?: LotName;
  readonly capacity: Capacity;
  readonly by: PartyRef;
  /** Why it is lifted. */
  readonly reason: Words;
}

interface ReleaseReading {
  readonly subject: Hex;
  readonly capacity: Capacity | null;
  readonly by: PartyReading | null;
  readonly reason: Words | null;
  readonly stripped: readonly string[];
}

/** Its `subject`: what the organisation holds of the recalled goods. */
interface AcknowledgeForm extends EventForm {
  readonly lot?: LotName;
  /** The recalled subject; the form's own `subject` where that was recalled itself. */
  readonly recalled: Hex;
  /** The move of the recalled subject that carries the RECALL. */
  readonly seq: number;
  readonly by: PartyRef;
  /** What was done: "taken off the shelf, set aside in the store". */
  readonly done: Words;
  /** How much was found, thousandths of `uom`: both or neither. */
  readonly found?: bigint;
  readonly uom?: UnitCode;
}

interface AcknowledgeReading {
  readonly subject: Hex;
  readonly recalled: Hex | null;
  readonly seq: number | null;
  readonly by: PartyReading | null;
  readonly done: Words | null;
  readonly found: Amount | null;
  readonly uom: string | null;
  readonly stripped: readonly string[];
}

/** RECALL (ObjectEvent OBSERVE, `holding`, `recalled`); of a drill `other` and `in_progress`, so that no program takes it for one. */
function recallEvent(form: RecallForm): JsonObject {
  const { drill, capacity, certificate } = form;
  checkCapacity(capacity);
  if ((capacity === "certifier") !== (certificate !== undefined)) {
    throw new Problem("form-refused", "/certificate", "a certifier names its certificate, and nobody else does");
  }
  return {
    ...(drill
      ? objectEvent(form, "OBSERVE", "other", "in_progress")
      : { ...objectEvent(form, "OBSERVE", "holding", "recalled"), persistentDisposition: { set: ["recalled"] } }),
    ...what(form),
    ...own({
      recall: {
        capacity,
        drill,
        by: partyField(form.by, "/by"),
        certificate: optional(certificate, (subject) => checkHex(subject, "/certificate")),
        reason: cleanWords(form.reason, "/reason", MAX_NOTE),
        todo: cleanWords(form.todo, "/todo", MAX_NOTE),
        phone: form.phone === null ? undefined : cleanText(form.phone, "/phone", 40),
      },
    }),
  };
}

/** RELEASE (ObjectEvent OBSERVE). What others recalled stays so: readers ask the ledger, not this event, whether one stands. */
function releaseEvent(form: ReleaseForm): JsonObject {
  checkCapacity(form.capacity);
  return {
    ...objectEvent(form, "OBSERVE", "other", "active"),
    persistentDisposition: { unset: ["recalled"] },
    ...what(form),
    ...own({
      release: {
        capacity: form.capacity,
        by: partyField(form.by, "/by"),
        reason: cleanWords(form.reason, "/reason", MAX_NOTE),
      },
    }),
  };
}

/** ACKNOWLEDGE (ObjectEvent OBSERVE; CBV has no step for it). */
function acknowledgeEvent(form: AcknowledgeForm): JsonObject {
  if ((form.found === undefined) !== (form.uom === undefined)) {
    throw new Problem("form-refused", "/uom", "how much was found has a unit");
  }
  return {
    ...objectEvent(form, "OBSERVE", "other", "in_progress"),
    ...what(form),
    ...own({
      acknowledgement: {
        recalled: checkHex(form.recalled, "/recalled"),
        seq: whole(form.seq, "/seq"),
        by: partyField(form.by, "/by"),
        done: cleanWords(form.done, "/done", MAX_NOTE),
        found: optional(form.found, (amount) => amountNumber(amount, "/found")),
        uom: form.uom,
      },
    }),
  };
}

/** Each reader gives null where the document holds no event of its sort for this subject. */
function readRecall(document: unknown, subject: Hex): RecallReading | null {
  const [event, part] = partOf(document, subject, "recall");
  if (event === null || part === null) return null;
  return {
    subject,
    capacity: readCapacity(part),
    drill: part.flag("drill"),
    by: readParty(part.object("by")),
    certificate: readHex(part, "certificate"),
    reason: part.words("reason"),
    todo: part.words("todo"),
    phone: part.text("phone", 40),
    stripped: event.stripped,
  };
}

function readRelease(document: unknown, subject: Hex): ReleaseReading | null {
  const [event, part] = partOf(document, subject, "release");
  if (event === null || part === null) return null;
  return {
    subject,
    capacity: readCapacity(part),
    by: readParty(part.object("by")),
    reason: part.words("reason"),
    stripped: event.stripped,
  };
}

function readAcknowledge(document: unknown, subject: Hex): AcknowledgeReading | null {
  const [event, part] = partOf(document, subject, "acknowledgement");
  if (event === null || part === null) return null;
  return {
    subject,
    recalled: readHex(part, "recalled"),
    seq: part.number("seq"),
    by: readParty(part.object("by")),
    done: part.words("done"),
    found: readAmount(part.number("found")),
    uom: part.text("uom", 3),
    stripped: event.stripped,
  };
}

function partOf(document: unknown, subject: Hex, name: string): readonly [Reading | null, Reading | null] {
  const event = reading(eventFor(document, subject));
  return [event, event?.object(name) ?? null];
}

function checkCapacity(capacity: Capacity): void {
  if (CAPACITY_NAMES.includes(capacity)) return;
  throw new Problem("form-refused", "/capacity", `"${String(capacity)}" is not one of ${CAPACITY_NAMES.join(", ")}`);
}

function readCapacity(part: Reading): Capacity | null {
  return CAPACITY_NAMES.find((name) => name === part.value("capacity")) ?? null;
}
