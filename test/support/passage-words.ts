/** Documents and args of the kinds that keep the books, as a recorder would write them. For made-up histories. */
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { discardEvent, voidEvent } from "../../protocol/document/discard.ts";
import { answerEvent, disputeEvent } from "../../protocol/document/dispute.ts";
import { fateEvent } from "../../protocol/document/fate.ts";
import type { EventForm, PartyRef, SiteRef } from "../../protocol/document/form.ts";
import { receiveEvent, refuseEvent, shipEvent, withdrawEvent } from "../../protocol/document/handover.ts";
import { acknowledgeEvent, recallEvent, releaseEvent } from "../../protocol/document/recall.ts";
import { senseEvent } from "../../protocol/document/sense.ts";
import type { LotName } from "../../protocol/document/terms.ts";
import { CAPACITIES } from "../../protocol/kinds/status.ts";
import { REASONS_TO_VOID } from "../../protocol/kinds/label.ts";
import { REASONS_TO_DISCARD } from "../../protocol/kinds/transform.ts";
import { type Drafted, sha256 } from "./world.ts";

export type { Consigned };
export {
  acknowledged,
  answered,
  denied,
  discarded,
  fated,
  formOf,
  party,
  recalled,
  received,
  refused,
  released,
  sensed,
  shipped,
  voided,
  withdrawn,
};

const ZERO = new Uint8Array(32);
const WORDS = { zh: "示例", en: "example" };
let forms = 0;

/** Each with an event id of its own. */
function formOf(subject: Hex, occurredAtS: number): EventForm {
  const hex = Buffer.from(sha256(Buffer.from(`${subject} ${occurredAtS} ${forms++}`))).toString("hex");
  const eventId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return { subject, eventId, occurredAtS, example: true };
}

function party(number: number): PartyRef {
  return { subject: hexOf(organisationId(number)), name: WORDS };
}

/** A consignment, as its SHIP says. */
interface Consigned {
  readonly lot: LotName;
  readonly taken: Hex;
  readonly packed: boolean;
  readonly amount: bigint;
  readonly from: number;
  readonly to: number;
  /** 0: nobody. */
  readonly carrier: number;
  readonly sites?: { readonly from: SiteRef; readonly to: SiteRef };
}

function consignment(form: EventForm, of: Consigned) {
  const carrier = of.carrier === 0 ? {} : { carrier: party(of.carrier) };
  const parties = { sender: party(of.from), receiver: party(of.to), ...carrier };
  return { ...form, lot: of.lot, taken: of.taken, uom: "KGM" as const, packed: of.packed, ...parties, ...of.sites };
}

function shipped(form: EventForm, of: Consigned): Drafted<"SHIP"> {
  const { packed, amount, to, carrier } = of;
  return {
    kind: "SHIP",
    args: { index: 0, lot: bytesOf(of.taken), packed, amount, to, carrier },
    document: shipEvent({ ...consignment(form, of), amount }),
    occurredAtS: form.occurredAtS,
  };
}

function received(form: EventForm, of: Consigned, amount = of.amount): Drafted<"RECEIVE"> {
  const document = receiveEvent({ ...consignment(form, of), amount });
  return { kind: "RECEIVE", args: { amount }, document, occurredAtS: form.occurredAtS };
}

function refused(form: EventForm, of: Consigned): Drafted<"REFUSE"> {
  const document = refuseEvent({ ...consignment(form, of), reason: WORDS });
  return { kind: "REFUSE", args: { lot: bytesOf(of.taken) }, document, occurredAtS: form.occurredAtS };
}

function withdrawn(form: EventForm, of: Consigned): Drafted<"WITHDRAW"> {
  const document = withdrawEvent(consignment(form, of));
  return { kind: "WITHDRAW", args: { lot: bytesOf(of.taken) }, document, occurredAtS: form.occurredAtS };
}

function discarded(
  form: EventForm,
  of: {
    readonly lot: LotName;
    readonly amount: bigint;
    readonly reason?: keyof typeof REASONS_TO_DISCARD;
    readonly plot?: { readonly subject: Hex; readonly code: string };
  },
): Drafted<"DISCARD"> {
  const { lot, amount, plot, reason = "lost" } = of;
  const uom = plot === undefined ? ("KGM" as const) : ("MTK" as const);
  return {
    kind: "DISCARD",
    args: { reason: REASONS_TO_DISCARD[reason], amount, plot: plot === undefined ? ZERO : bytesOf(plot.subject) },
    document: discardEvent({ ...form, lot, reason, amount, uom, ...(plot === undefined ? {} : { plot }) }),
    occurredAtS: form.occurredAtS,
  };
}

function sensed(form: EventForm, lot: LotName): Drafted<"SENSE"> {
  const readings = [{ type: "Temperature", uom: "CEL", value: 8 }] as const;
  return { kind: "SENSE", args: {}, document: senseEvent({ ...form, lot, readings }), occurredAtS: form.occurredAtS };
}

/** Labels of a run that count no more. */
function voided(
  form: EventForm,
  of: {
    readonly lot: LotName;
    readonly lotSubject: Hex;
    readonly certificate: Hex | null;
    readonly first: number;
    readonly number: number;
    readonly reason?: keyof typeof REASONS_TO_VOID;
  },
): Drafted<"VOID"> {
  const { lot, lotSubject, certificate, first, number, reason = "unsold" } = of;
  const named = certificate === null ? {} : { certificate };
  return {
    kind: "VOID",
    args: {
      reason: REASONS_TO_VOID[reason],
      lot: bytesOf(lotSubject),
      certificate: certificate === null ? ZERO : bytesOf(certificate),
      ranges: [{ first: BigInt(first), number: BigInt(number) }],
    },
    document: voidEvent({ ...form, lot, lotSubject, ...named, reason, ranges: [{ first, number }] }),
    occurredAtS: form.occurredAtS,
  };
}

function fated(form: EventForm, fate: "SUSPEND" | "LIFT" | "REVOKE"): Drafted {
  const labelsOut = fate === "REVOKE" ? { labelsOut: "unaffected" as const } : {};
  const document = fateEvent({ ...form, fate, reason: WORDS, ...labelsOut });
  return { kind: fate, args: {}, document, occurredAtS: form.occurredAtS };
}

function recalled(
  form: EventForm,
  by: number,
  of: {
    readonly capacity?: keyof typeof CAPACITIES;
    readonly drill?: boolean;
    readonly certificate?: Hex;
    readonly phone?: string;
  } = {},
): Drafted<"RECALL"> {
  const { capacity = "holder", drill = false, certificate, phone = null } = of;
  const named = certificate === undefined ? {} : { certificate };
  const said = { reason: WORDS, todo: WORDS, phone };
  return {
    kind: "RECALL",
    args: {
      capacity: CAPACITIES[capacity],
      drill,
      certificate: certificate === undefined ? ZERO : bytesOf(certificate),
    },
    document: recallEvent({ ...form, capacity, drill, by: party(by), ...named, ...said }),
    occurredAtS: form.occurredAtS,
  };
}

function released(form: EventForm, by: number, capacity: keyof typeof CAPACITIES = "holder"): Drafted<"RELEASE"> {
  const document = releaseEvent({ ...form, capacity, by: party(by), reason: WORDS });
  return { kind: "RELEASE", args: { capacity: CAPACITIES[capacity] }, document, occurredAtS: form.occurredAtS };
}

/** `recalled`: another subject than the form's. */
function acknowledged(form: EventForm, by: number, of: { recalled?: Hex; seq: number }): Drafted<"ACKNOWLEDGE"> {
  const { recalled: other, seq } = of;
  const document = acknowledgeEvent({ ...form, recalled: other ?? form.subject, seq, by: party(by), done: WORDS });
  const args = { recalled: other === undefined ? ZERO : bytesOf(other), seq };
  return { kind: "ACKNOWLEDGE", args, document, occurredAtS: form.occurredAtS };
}

function denied(form: EventForm, by: number, of: { seq: number; entry: number; named: Hex }): Drafted<"DISPUTE"> {
  const document = disputeEvent({ ...form, ...of, by: party(by), denied: WORDS });
  const args = { seq: of.seq, entry: of.entry, named: bytesOf(of.named) };
  return { kind: "DISPUTE", args, document, occurredAtS: form.occurredAtS };
}

function answered(form: EventForm, by: number, seq: number): Drafted<"ANSWER"> {
  const document = answerEvent({ ...form, seq, by: party(by), answer: WORDS });
  return { kind: "ANSWER", args: { seq }, document, occurredAtS: form.occurredAtS };
}
