/**
 * EPCIS events back into what pages show and checkers compare. Documents come from strangers: a field that is missing or of
 * another shape reads as null, texts are stripped of what may not be shown, and nothing throws. Pure.
 */
import type { Hex } from "../bytes.ts";
import { type Attachment, readAttachment } from "./attachment.ts";
import {
  type InputReading,
  type LabelReading,
  type LossReading,
  type LotReading,
  type MemberReading,
  type PartyReading,
  type ProductReading,
  readClasses,
  readHex,
  readInput,
  readLabels,
  readLosses,
  readLot,
  readMember,
  readParty,
  readProductRef,
  readStep,
  readWork,
  type StepReading,
  type WorkReading,
} from "./read-parts.ts";
import { type Reading, reading } from "./reading.ts";
import { type LotName, readPlaceId, readTime } from "./terms.ts";
import type { Words } from "./text.ts";

export type { EventReading };
export { attachmentsOf, declarationOf, eventFor, eventsOf, namesSubject, readEvent };

interface EventReading {
  readonly type: "ObjectEvent" | "TransformationEvent";
  readonly subject: Hex;
  readonly eventId: string | null;
  readonly timeS: number | null;
  readonly action: string | null;
  /** CBV's word, or ours with the prefix `furrow:`. */
  readonly bizStep: string | null;
  readonly place: string | null;
  readonly example: boolean;
  readonly member: MemberReading | null;
  readonly notes: Words | null;
  readonly attachments: readonly Attachment[];
  /** The classes that the event speaks of (observations, labels, origin, planting). */
  readonly lots: readonly LotName[];
  readonly product: ProductReading | null;
  readonly work: WorkReading | null;
  /** What was brought out. */
  readonly applied: readonly InputReading[];
  readonly weather: Words | null;
  /** What went in and what came out, in the order of the entry's args. */
  readonly inputs: readonly LotReading[];
  readonly outputs: readonly LotReading[];
  readonly uom: string | null;
  readonly step: string | null;
  readonly steps: readonly StepReading[];
  readonly plot: { readonly subject: Hex; readonly code: string } | null;
  readonly area_m2: number | null;
  readonly capPerHectare: number | null;
  readonly variety: Words | null;
  readonly season: Words | null;
  readonly standard: Words | null;
  readonly seller: Words | null;
  readonly from: Words | null;
  /** The organisation that a lot from outside is said to come from. */
  readonly supplier: PartyReading | null;
  /** How many of the last outputs are by-products; 0 where none is. */
  readonly byProducts: number;
  /** How the holder explains what did not come out. */
  readonly losses: readonly LossReading[];
  readonly labels: LabelReading | null;
  /** JSON Pointers of texts that were not taken whole (invisible or reordering characters, too long). */
  readonly stripped: readonly string[];
}

/** The events of a document: itself, or the list of an EPCISDocument. */
function eventsOf(document: unknown): readonly unknown[] {
  const top = reading(document);
  if (top === null) return [];
  if (top.plain("type") !== "EPCISDocument") return [document];
  const list = top.inside("epcisBody")?.plain("eventList");
  return Array.isArray(list) ? list : [];
}

/**
 * That the document speaks of this subject: itself (master data, credentials, plain documents), one of its events, or a
 * correction of an entry in the subject's log.
 */
function namesSubject(document: unknown, subject: Hex): boolean {
  return [document, ...eventsOf(document)].some((part) => {
    const read = reading(part);
    if (read === null) return false;
    return read.value("subject") === subject || declarationOf(read)?.object("corrects")?.value("subject") === subject;
  });
}

/** What declares the rest of a document to be wrong: EPCIS's own field, or ours where the document is no event. */
function declarationOf(read: Reading): Reading | null {
  return read.inside("errorDeclaration") ?? read.object("errorDeclaration");
}

/** The event that speaks of `subject`, as it stands, or null. Of several, the first. */
function eventFor(document: unknown, subject: Hex): unknown {
  return eventsOf(document).find((event) => reading(event)?.value("subject") === subject) ?? null;
}

/** The event that speaks of `subject`, or null. Of several, the first. */
function readEvent(document: unknown, subject: Hex): EventReading | null {
  const read = reading(eventFor(document, subject));
  return read === null ? null : readOne(read, subject);
}

/** Every attachment that a document lists, wherever in it: pictures of a plot, a label run's file of leaves too. */
function attachmentsOf(document: unknown): readonly Attachment[] {
  const found: Attachment[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const read = reading(value);
    const attachment = read?.value("cid") === undefined ? null : readAttachment(read);
    if (attachment !== null) found.push(attachment);
    for (const inner of Object.values(value)) look(inner);
  };
  look(document);
  return found;
}

function readOne(read: Reading, subject: Hex): EventReading | null {
  const type = read.plain("type");
  if (type !== "ObjectEvent" && type !== "TransformationEvent") return null;
  const ilmd = read.inside("ilmd");
  const plotSubject = readHex(read.object("plot"), "subject");
  const plotCode = read.object("plot")?.text("code", 60) ?? null;
  return {
    type,
    subject,
    eventId: plainText(read.plain("eventID")),
    timeS: readTime(read.plain("eventTime")),
    action: plainText(read.plain("action")),
    bizStep: plainText(read.plain("bizStep")),
    place: readPlaceId(read.inside("readPoint")?.plain("id")),
    example: read.flag("example"),
    member: readMember(read.object("member")),
    notes: read.words("notes"),
    attachments: read.list("attachments").flatMap((item) => readAttachment(item) ?? []),
    lots: readClasses(read.plain("quantityList")),
    product: readProductRef(read.object("product") ?? ilmd?.object("product") ?? null),
    work: readWork(read.object("work")),
    applied: [...read.list("input"), ...one(read.object("input"))].flatMap((item) => readInput(item) ?? []),
    weather: read.words("weather"),
    inputs: read.list("inputs").flatMap((item) => readLot(item) ?? []),
    outputs: read.list("outputs").flatMap((item) => readLot(item) ?? []),
    uom: read.text("uom", 3),
    step: read.text("step", 20),
    steps: read.list("steps").flatMap((item) => readStep(item) ?? []),
    plot: plotSubject === null || plotCode === null ? null : { subject: plotSubject, code: plotCode },
    area_m2: read.number("area_m2"),
    capPerHectare: read.number("capPerHectare"),
    variety: ilmd?.words("variety") ?? null,
    season: ilmd?.words("season") ?? null,
    standard: ilmd?.words("standard") ?? null,
    seller: read.words("seller"),
    from: read.words("from"),
    supplier: readParty(read.object("supplier")),
    byProducts: readByProducts(read),
    losses: readLosses(read.list("losses")),
    labels: readLabels(read.object("labels")),
    stripped: read.stripped,
  };
}

/** At least the first output is the product itself. */
function readByProducts(read: Reading): number {
  const found = read.number("byProducts") ?? 0;
  return Number.isSafeInteger(found) && found > 0 && found < read.list("outputs").length ? found : 0;
}

function plainText(value: unknown): string | null {
  return typeof value === "string" && value.length <= 400 && /^[\u0021-\u007e]+$/.test(value) ? value : null;
}

function one(read: Reading | null): readonly Reading[] {
  return read === null ? [] : [read];
}
