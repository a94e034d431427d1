/**
 * CORRECT: the wrong entry's own document again, with an `errorDeclaration` (EPCIS 2.0 §7.4.1.1): when it was declared, why, and
 * which events hold the right data. The old entry stays as it was signed; a reader strikes it through.
 * Documents that are no events (master data, credentials) carry the same declaration under our own name. Pure.
 */
import type { UnitCode } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import { Problem } from "../problem.ts";
import { optional, UUID } from "./event-fields.ts";
import { checkHex, readSigned, signedNumber, whole } from "./fields.ts";
import { declarationOf, type EventReading, eventsOf, readEvent } from "./read.ts";
import { readHex } from "./read-parts.ts";
import { type Reading, reading } from "./reading.ts";
import { CONTEXT, type Fields, type JsonObject, own, readTime, spellOut, timeText } from "./terms.ts";
import { cleanWords, MAX_NOTE, type Words } from "./text.ts";

export type { CorrectForm, CorrectionReading, CorrectReason };
export { correctDocument, readCorrection };

/** 1 mistyped · 2 belongs to another subject or day · 3 did not happen · 4 found out later, measured again. */
type CorrectReason = 1 | 2 | 3 | 4;

interface CorrectForm {
  /** The subject in whose log the wrong entry stands. */
  readonly subject: Hex;
  /** The move that carries it, and its number in its group (docs/ledger.md §6, CORRECT). */
  readonly seq: number;
  readonly entry: number;
  readonly reason: CorrectReason;
  readonly declaredAtS: number;
  /** The wrong entry's document, as stored. */
  readonly erroneous: JsonObject;
  /** Of whom that document speaks, where the move is a touch: left out, `subject`. */
  readonly erroneousSubject?: Hex;
  /** UUID of the wrong event; needed where that document holds several of its subject. */
  readonly eventId?: string;
  /** UUIDs of the events with the right data; none where it did not happen. */
  readonly right?: readonly string[];
  /** Differences in thousandths, as in the entry: right less wrong. */
  readonly own?: bigint;
  readonly other?: { readonly subject: Hex; readonly difference: bigint };
  readonly uom?: UnitCode;
  readonly notes?: Words;
}

interface CorrectionReading {
  readonly subject: Hex;
  readonly seq: number;
  readonly entry: number;
  readonly reason: CorrectReason | null;
  /** EPCIS's word for the reason, as the document has it. */
  readonly declared: "incorrect_data" | "did_not_occur" | null;
  readonly declaredAtS: number | null;
  /** `eventID`s (`urn:uuid:…`) of the events with the right data. */
  readonly correctiveEventIds: readonly string[];
  /** Thousandths, right less wrong; 0 where none is stated, null where what is stated is no difference. */
  readonly own: bigint | null;
  readonly other: { readonly subject: Hex; readonly difference: bigint | null } | null;
  readonly uom: string | null;
  readonly notes: Words | null;
  readonly example: boolean;
  /** The wrong event as it is repeated; null where the document is no event (master data, credentials). */
  readonly erroneous: EventReading | null;
  /** JSON Pointers of texts that were not taken whole. */
  readonly stripped: readonly string[];
}

const MAX_RIGHT = 100;

/** @throws Problem `form-refused`, `text-refused` … with the place in the form */
function correctDocument(form: CorrectForm): JsonObject {
  const { declarationTime, reason, correctiveEventIDs, ours } = declaration(form);
  const event = wrongEvent(form);
  if (event !== null) {
    return {
      "@context": form.erroneous["@context"] ?? CONTEXT,
      ...event,
      errorDeclaration: { declarationTime, reason, ...correctiveEventIDs, ...own(ours) },
    };
  }
  const whole = own({ errorDeclaration: { declarationTime, declared: reason, ...correctiveEventIDs, ...ours } });
  return { ...form.erroneous, ...(isCredential(form.erroneous) ? spellOut(whole) : whole) };
}

/**
 * What the document of a CORRECT says of an entry in the log of `subject`; null where it declares nothing about that log. One document
 * may correct several entries of a log: `wanted` says which one is meant, else it is the first.
 * Whether the entry is there, and whose it is, is for the reader of the log.
 */
function readCorrection(
  document: unknown,
  subject: Hex,
  wanted?: { readonly seq: number; readonly entry: number },
): CorrectionReading | null {
  for (const part of [document, ...eventsOf(document)]) {
    const read = reading(part);
    const declared = read === null ? null : declarationOf(read);
    const corrects = declared?.object("corrects") ?? null;
    if (read === null || declared === null || readHex(corrects, "subject") !== subject) continue;
    const [seq, entry] = [corrects?.number("seq") ?? null, corrects?.number("entry") ?? null];
    if (seq === null || entry === null || !isCount(seq) || !isCount(entry)) continue;
    if (wanted !== undefined && (wanted.seq !== seq || wanted.entry !== entry)) continue;
    return readDeclaration(read, declared, { subject, seq, entry });
  }
  return null;
}

/** Null where the document is no event. */
function wrongEvent({ erroneous, erroneousSubject, subject, eventId }: CorrectForm): JsonObject | null {
  const events = eventsOf(erroneous)
    .filter(isEvent)
    .filter((event) => speaksOf(event, erroneousSubject ?? subject));
  if (eventId === undefined) {
    if (events.length < 2) return events[0] ?? null;
    throw new Problem(
      "form-refused",
      "/eventId",
      `${events.length} events of that document are of the subject: name one`,
    );
  }
  const named = eventUri(eventId, "/eventId");
  const event = events.find(({ eventID }) => eventID === named);
  if (event !== undefined) return event;
  throw new Problem("form-refused", "/eventId", "the document has no such event of the subject");
}

function speaksOf(event: JsonObject, subject: Hex): boolean {
  return reading(event)?.value("subject") === subject;
}

function declaration(form: CorrectForm) {
  const { reason, right = [] } = form;
  if (![1, 2, 3, 4].includes(reason)) {
    throw new Problem("form-refused", "/reason", `${String(reason)} is not one of the reasons 1 to 4`);
  }
  // EPCIS 2.0: what did not occur has no right data to point to.
  if (reason === 3 && right.length > 0) {
    throw new Problem("form-refused", "/right", "what did not happen has no right data");
  }
  if (right.length > MAX_RIGHT) throw new Problem("form-refused", "/right", `at most ${MAX_RIGHT} events`);
  const ids = right.map((id, n) => eventUri(id, `/right/${n}`));
  return {
    declarationTime: timeText(form.declaredAtS, "/declaredAtS").time,
    reason: reason === 3 ? "did_not_occur" : "incorrect_data",
    correctiveEventIDs: ids.length === 0 ? {} : { correctiveEventIDs: ids },
    ours: {
      reason,
      corrects: {
        subject: checkHex(form.subject, "/subject"),
        seq: whole(form.seq, "/seq"),
        entry: whole(form.entry, "/entry"),
      },
      differences: differences(form),
      notes: optional(form.notes, (words) => cleanWords(words, "/notes", MAX_NOTE)),
    } satisfies Fields,
  };
}

function differences({ own: difference = 0n, other, uom }: CorrectForm): Fields | undefined {
  if (difference === 0n && other === undefined) return undefined;
  return {
    own: signedNumber(difference, "/own"),
    other: other && {
      subject: checkHex(other.subject, "/other/subject"),
      difference: signedNumber(other.difference, "/other/difference"),
    },
    uom,
  };
}

function readDeclaration(
  read: Reading,
  declared: Reading,
  { subject, seq, entry }: Pick<CorrectionReading, "subject" | "seq" | "entry">,
): CorrectionReading {
  const reason = declared.number("reason");
  const word = declared.plain("reason") ?? declared.value("declared");
  const booked = declared.object("differences");
  const other = booked?.object("other") ?? null;
  const otherSubject = readHex(other, "subject");
  const erroneous = readHex(read, "subject");
  return {
    subject,
    seq,
    entry,
    reason: reason === 1 || reason === 2 || reason === 3 || reason === 4 ? reason : null,
    declared: word === "incorrect_data" || word === "did_not_occur" ? word : null,
    declaredAtS: readTime(declared.plain("declarationTime") ?? declared.value("declarationTime")),
    correctiveEventIds: texts(declared.plain("correctiveEventIDs") ?? declared.value("correctiveEventIDs")),
    own: booked === null ? 0n : readSigned(booked.number("own")),
    other:
      otherSubject === null
        ? null
        : { subject: otherSubject, difference: readSigned(other?.number("difference") ?? null) },
    uom: booked?.text("uom", 3) ?? null,
    notes: declared.words("notes"),
    example: read.flag("example"),
    erroneous: erroneous === null ? null : readEvent(read.whole, erroneous),
    stripped: read.stripped,
  };
}

function isEvent(event: unknown): event is JsonObject {
  return typeof event === "object" && event !== null && "eventTime" in event;
}

function isCredential(document: JsonObject): boolean {
  return Array.isArray(document.type) && document.type.includes("VerifiableCredential");
}

function eventUri(id: string, at: string): string {
  if (UUID.test(id)) return `urn:uuid:${id}`;
  throw new Problem("form-refused", at, "a UUID in lower case is expected");
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function texts(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.slice(0, MAX_RIGHT).filter((item): item is string => typeof item === "string" && item.length <= 400);
}
