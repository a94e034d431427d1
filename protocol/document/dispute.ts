/**
 * DISPUTE and ANSWER as EPCIS 2.0 events: an organisation that is named (as a source, an issuer, a receiver) denies what an entry says,
 * and the holder answers. CBV has no word for either. Pure.
 */
import type { Hex } from "../bytes.ts";
import { objectEvent, partyField, what } from "./event-fields.ts";
import { checkHex, whole } from "./fields.ts";
import type { EventForm, PartyRef } from "./form.ts";
import { eventFor } from "./read.ts";
import { type PartyReading, readHex, readParty } from "./read-parts.ts";
import { reading } from "./reading.ts";
import { type JsonObject, type LotName, own } from "./terms.ts";
import { cleanWords, MAX_NOTE, type Words } from "./text.ts";

export type { AnswerForm, AnswerReading, DisputeForm, DisputeReading };
export { answerEvent, disputeEvent, readAnswer, readDispute };

/** Its `subject`: the one in whose log the disputed entry stands. */
interface DisputeForm extends EventForm {
  /** Left out where the subject has no lot number. */
  readonly lot?: LotName;
  /** The move that carries the entry, and its number in its group, as in the args. */
  readonly seq: number;
  readonly entry: number;
  /** By which the organisation is concerned, as in the args: itself, a certificate that it issued, a plot … */
  readonly named: Hex;
  readonly by: PartyRef;
  /** What is denied: "we never sold this lot". */
  readonly denied: Words;
}

interface DisputeReading {
  readonly subject: Hex;
  readonly seq: number | null;
  readonly entry: number | null;
  readonly named: Hex | null;
  readonly by: PartyReading | null;
  readonly denied: Words | null;
  /** JSON Pointers of texts that were not taken whole. */
  readonly stripped: readonly string[];
}

interface AnswerForm extends EventForm {
  readonly lot?: LotName;
  /** The move that carries the DISPUTE, as in the args. */
  readonly seq: number;
  readonly by: PartyRef;
  readonly answer: Words;
}

interface AnswerReading {
  readonly subject: Hex;
  readonly seq: number | null;
  readonly by: PartyReading | null;
  readonly answer: Words | null;
  readonly stripped: readonly string[];
}

/** DISPUTE (ObjectEvent OBSERVE, `other`). */
function disputeEvent(form: DisputeForm): JsonObject {
  return {
    ...objectEvent(form, "OBSERVE", "other", "in_progress"),
    ...what(form),
    ...own({
      dispute: {
        seq: whole(form.seq, "/seq"),
        entry: whole(form.entry, "/entry"),
        named: checkHex(form.named, "/named"),
        by: partyField(form.by, "/by"),
        denied: cleanWords(form.denied, "/denied", MAX_NOTE),
      },
    }),
  };
}

/** ANSWER (ObjectEvent OBSERVE, `other`). */
function answerEvent(form: AnswerForm): JsonObject {
  return {
    ...objectEvent(form, "OBSERVE", "other", "in_progress"),
    ...what(form),
    ...own({
      answer: {
        seq: whole(form.seq, "/seq"),
        by: partyField(form.by, "/by"),
        answer: cleanWords(form.answer, "/answer", MAX_NOTE),
      },
    }),
  };
}

/** Each reader gives null where the document holds no event of its sort for this subject. */
function readDispute(document: unknown, subject: Hex): DisputeReading | null {
  const event = reading(eventFor(document, subject));
  const part = event?.object("dispute") ?? null;
  if (event === null || part === null) return null;
  return {
    subject,
    seq: part.number("seq"),
    entry: part.number("entry"),
    named: readHex(part, "named"),
    by: readParty(part.object("by")),
    denied: part.words("denied"),
    stripped: event.stripped,
  };
}

function readAnswer(document: unknown, subject: Hex): AnswerReading | null {
  const event = reading(eventFor(document, subject));
  const part = event?.object("answer") ?? null;
  if (event === null || part === null) return null;
  return {
    subject,
    seq: part.number("seq"),
    by: readParty(part.object("by")),
    answer: part.words("answer"),
    stripped: event.stripped,
  };
}
