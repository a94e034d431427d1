/**
 * Goods from hand to hand as EPCIS 2.0 events: SHIP, RECEIVE, REFUSE, WITHDRAW (CBV 2.0 §7: `shipping`, `receiving`, `void_shipping`).
 * Sender and receiver stand in EPCIS's own source and destination lists, places as well; the logistic unit (SSCC) in its `epcList`.
 * Each event is about the consignment, which keeps product, article number and lot number of the lot it was taken from.
 * Pure; read back by `read-handover.ts`.
 */
import type { UnitCode } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import { Problem } from "../problem.ts";
import { objectEvent, optional, partyField, productField, quantity, siteField } from "./event-fields.ts";
import { amountNumber, checkHex, whole } from "./fields.ts";
import type { EventForm, PartyRef, ProductRef, SiteRef } from "./form.ts";
import { ssccText, ssccUri } from "./gs1-key.ts";
import { type Fields, type JsonObject, lotClass, type LotName, objectId, own, placeId } from "./terms.ts";
import { cleanWords, MAX_NOTE, type Words } from "./text.ts";

export type { ConsignmentForm, ReceiveForm, RefuseForm, ShipForm, WithdrawForm };
export { receiveEvent, refuseEvent, shipEvent, withdrawEvent };

/** What each of the four says of the consignment, which is the event's `subject`. */
interface ConsignmentForm extends EventForm {
  /** Article number and lot number, as of the lot that it was taken from. */
  readonly lot: LotName;
  /** The lot that it was taken from (`lot` of SHIP's args). */
  readonly taken: Hex;
  readonly product?: ProductRef;
  readonly uom: UnitCode;
  /** Labelled packages, not loose goods. */
  readonly packed: boolean;
  readonly sender: PartyRef;
  readonly receiver: PartyRef;
  readonly carrier?: PartyRef;
  /** Where it leaves, and where it is to arrive or arrived. */
  readonly from?: SiteRef;
  readonly to?: SiteRef;
  /** Number of the pallet or load that it travels in, 18 digits; many consignments may share it. */
  readonly sscc?: string;
}

interface ShipForm extends ConsignmentForm {
  /** What is shipped, thousandths of the unit. */
  readonly amount: bigint;
  /** Of packed goods: how many packages. */
  readonly pieces?: number;
}

interface ReceiveForm extends ConsignmentForm {
  /** What was found, thousandths of the unit. */
  readonly amount: bigint;
  /** What the sender stated, to be shown beside it; never less than what was found. */
  readonly offered?: bigint;
  readonly pieces?: number;
  /** In what state it came: "dry, bags whole", "three bags torn". */
  readonly condition?: Words;
}

interface RefuseForm extends ConsignmentForm {
  readonly reason: Words;
}

interface WithdrawForm extends ConsignmentForm {
  readonly reason?: Words;
}

/** SHIP (ObjectEvent OBSERVE, `shipping`, `in_transit`). */
function shipEvent(form: ShipForm): JsonObject {
  return {
    ...objectEvent({ ...placed(form.from), ...form }, "OBSERVE", "shipping", "in_transit"),
    ...unit(form),
    quantityList: [quantity(form.lot, form.amount, form.uom)],
    ...parties(form),
    ...own({
      shipment: {
        ...consignmentFields(form),
        amount: amountNumber(form.amount, "/amount"),
        pieces: pieces(form),
      },
    }),
  };
}

/** RECEIVE (ObjectEvent OBSERVE, `receiving`); less than was offered is CBV's `mismatch_quantity`, which it wants to last. */
function receiveEvent(form: ReceiveForm): JsonObject {
  const { amount, offered } = form;
  if (offered !== undefined && amount > offered) {
    throw new Problem("form-refused", "/amount", "more than was offered: the sender corrects what it shipped first");
  }
  const isShort = offered !== undefined && amount < offered;
  return {
    ...objectEvent({ ...placed(form.to), ...form }, "OBSERVE", "receiving", isShort ? SHORT : "in_progress"),
    ...(isShort ? { persistentDisposition: { set: [SHORT] } } : {}),
    ...unit(form),
    quantityList: [quantity(form.lot, amount, form.uom)],
    ...parties(form),
    ...own({
      receipt: {
        ...consignmentFields(form),
        amount: amountNumber(amount, "/amount"),
        offered: optional(offered, (stated) => amountNumber(stated, "/offered")),
        pieces: pieces(form),
        condition: optional(form.condition, (words) => cleanWords(words, "/condition", MAX_NOTE)),
      },
    }),
  };
}

/** REFUSE (ObjectEvent OBSERVE; CBV has no step for refusing, and `returned` for what goes back). */
function refuseEvent(form: RefuseForm): JsonObject {
  return {
    ...objectEvent({ ...placed(form.to), ...form }, "OBSERVE", "other", "returned"),
    ...unit(form),
    quantityList: [{ epcClass: lotClass(form.lot) }],
    ...parties(form),
    ...own({ refusal: { ...consignmentFields(form), reason: cleanWords(form.reason, "/reason", MAX_NOTE) } }),
  };
}

/** WITHDRAW (ObjectEvent OBSERVE, `void_shipping`: it was not shipped as stated). */
function withdrawEvent(form: WithdrawForm): JsonObject {
  return {
    ...objectEvent({ ...placed(form.from), ...form }, "OBSERVE", "void_shipping", "in_progress"),
    ...unit(form),
    quantityList: [{ epcClass: lotClass(form.lot) }],
    ...parties(form),
    ...own({
      withdrawal: {
        ...consignmentFields(form),
        reason: optional(form.reason, (words) => cleanWords(words, "/reason", MAX_NOTE)),
      },
    }),
  };
}

const SHORT = "mismatch_quantity";

function placed(site: SiteRef | undefined): { readonly place?: string } {
  return site === undefined ? {} : { place: site.code };
}

/** The logistic unit is read with the goods in it, so it stands beside them. */
function unit({ sscc }: ConsignmentForm): JsonObject {
  return sscc === undefined ? {} : { epcList: [ssccUri(sscc)] };
}

/** CBV 2.0 §7.4: who owns it before and after, and from where to where it goes. */
function parties({ sender, receiver, from, to }: ConsignmentForm): JsonObject {
  const location = (site: SiteRef | undefined, name: string, at: string): JsonObject[] =>
    site === undefined ? [] : [{ type: "location", [name]: placeId(site.code, `${at}/code`) }];
  return {
    sourceList: [
      { type: "owning_party", source: objectId(checkHex(sender.subject, "/sender/subject"), "pty") },
      ...location(from, "source", "/from"),
    ],
    destinationList: [
      { type: "owning_party", destination: objectId(checkHex(receiver.subject, "/receiver/subject"), "pty") },
      ...location(to, "destination", "/to"),
    ],
  };
}

function consignmentFields(form: ConsignmentForm): Fields {
  return {
    lot: checkHex(form.taken, "/taken"),
    product: optional(form.product, productField),
    uom: form.uom,
    packed: form.packed,
    sender: partyField(form.sender, "/sender"),
    receiver: partyField(form.receiver, "/receiver"),
    carrier: optional(form.carrier, (party) => partyField(party, "/carrier")),
    from: optional(form.from, (site) => siteField(site, "/from")),
    to: optional(form.to, (site) => siteField(site, "/to")),
    sscc: optional(form.sscc, (sscc) => ssccText(sscc, "/sscc")),
  };
}

function pieces(form: { readonly packed: boolean; readonly pieces?: number }): number | undefined {
  if (form.pieces === undefined) return undefined;
  if (!form.packed) throw new Problem("form-refused", "/pieces", "loose goods are weighed, not counted in packages");
  return whole(form.pieces, "/pieces");
}
