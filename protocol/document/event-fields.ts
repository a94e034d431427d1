/**
 * The parts that events share: the frame of an event, and the fields that are made of parts of a form. Each checks what it is given and
 * names the place (`form-refused`, `text-refused` …). Pure.
 */
import type { UnitCode } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import { Problem } from "../problem.ts";
import { attachmentField, MAX_ATTACHMENTS } from "./attachment.ts";
import { amountNumber, checkHex, finite, measure, uomText, whole } from "./fields.ts";
import type {
  EventForm,
  InputForm,
  LotAmount,
  MemberRef,
  PartyRef,
  ProcessStep,
  ProductRef,
  SiteRef,
  WorkForm,
} from "./form.ts";
import type { Fields, JsonObject, LotName } from "./terms.ts";
import { CONTEXT, lotClass, objectId, own, placeId, timeText } from "./terms.ts";
import { cleanText, cleanWords, MAX_NOTE } from "./text.ts";

export {
  bizStepOf,
  inputField,
  lotField,
  objectEvent,
  optional,
  partyField,
  productField,
  quantity,
  siteField,
  stepField,
  transformation,
  UUID,
  what,
  workField,
};

/** RFC 9562, in lower case: one event has one spelling. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function objectEvent(form: EventForm, action: string, bizStep: string, disposition: string): JsonObject {
  return { ...commonFields(form, "ObjectEvent"), action, bizStep, disposition };
}

function transformation(form: EventForm, bizStep: string): JsonObject {
  return { ...commonFields(form, "TransformationEvent"), bizStep, disposition: "active" };
}

function commonFields(form: EventForm, type: string): JsonObject {
  const { time, offset } = timeText(form.occurredAtS);
  if (!UUID.test(form.eventId)) {
    throw new Problem("form-refused", "/eventId", "a UUID in lower case is expected");
  }
  const attachments = form.attachments ?? [];
  if (attachments.length > MAX_ATTACHMENTS) {
    throw new Problem("form-refused", "/attachments", `${attachments.length} files, at most ${MAX_ATTACHMENTS}`);
  }
  return {
    "@context": CONTEXT,
    type,
    eventID: `urn:uuid:${form.eventId}`,
    eventTime: time,
    eventTimeZoneOffset: offset,
    ...(form.place === undefined ? {} : { readPoint: { id: placeId(form.place) } }),
    ...own({
      subject: checkHex(form.subject, "/subject"),
      example: form.example === true ? true : undefined,
      member: optional(form.member, (member) => memberField(member, "/member")),
      notes: optional(form.notes, (words) => cleanWords(words, "/notes", MAX_NOTE)),
      attachments:
        attachments.length === 0 ? undefined : attachments.map((file, n) => attachmentField(file, `/attachments/${n}`)),
    }),
  };
}

/** The what-dimension of an observation: a class where the subject has a lot number, else the subject itself. */
function what(form: { readonly subject: Hex; readonly lot?: LotName }): JsonObject {
  if (form.lot !== undefined) return { quantityList: [{ epcClass: lotClass(form.lot) }] };
  return { epcList: [objectId(form.subject, "obj")] };
}

function quantity(lot: LotName, amount: bigint, uom: UnitCode, at = "/amount"): JsonObject {
  return { epcClass: lotClass(lot), quantity: amountNumber(amount, at), uom };
}

function lotField(lot: LotAmount, at: string): Fields {
  return {
    subject: checkHex(lot.subject, `${at}/subject`),
    lot: lotClass(lot.lot, `${at}/lot`),
    amount: amountNumber(lot.amount, `${at}/amount`),
    product: optional(lot.product, productField),
    member: optional(lot.member, (member) => memberField(member, `${at}/member`)),
  };
}

function productField(product: ProductRef): Fields {
  return { subject: checkHex(product.subject, "/product/subject"), name: cleanWords(product.name, "/product/name") };
}

function partyField(party: PartyRef, at: string): Fields {
  return { subject: checkHex(party.subject, `${at}/subject`), name: cleanWords(party.name, `${at}/name`) };
}

function siteField(site: SiteRef, at: string): Fields {
  return {
    subject: checkHex(site.subject, `${at}/subject`),
    code: cleanText(site.code, `${at}/code`, 60),
    name: optional(site.name, (words) => cleanWords(words, `${at}/name`)),
  };
}

function memberField(member: MemberRef, at: string): Fields {
  return { subject: checkHex(member.subject, `${at}/subject`), number: whole(member.number, `${at}/number`) };
}

function workField(work: Omit<WorkForm, "bizStep">, at: string): Fields {
  return {
    id: cleanText(work.id, `${at}/id`, 60),
    zh: cleanText(work.zh, `${at}/zh`),
    en: cleanText(work.en, `${at}/en`),
  };
}

/** `spraying` → `furrow:spraying`; a word that CBV lists is given as `cbv:storing`. */
function bizStepOf(work: WorkForm): string {
  const step = work.bizStep ?? work.id;
  const [, cbv] = /^cbv:([a-z_]+)$/.exec(step) ?? [];
  if (cbv !== undefined) return cbv;
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(step)) throw new Problem("form-refused", "/work/bizStep", "a step is one word");
  return `furrow:${step}`;
}

function inputField(input: InputForm, at: string): Fields {
  return {
    name: cleanWords(input.name, `${at}/name`),
    kind: input.kind,
    activeIngredient: optional(input.activeIngredient, (words) => cleanWords(words, `${at}/activeIngredient`)),
    dose: measure(input.dose, `${at}/dose`),
    uom: uomText(input.uom, `${at}/uom`),
    area_m2: optional(input.area_m2, (value) => measure(value, `${at}/area_m2`)),
    dilution: optional(input.dilution, (value) => measure(value, `${at}/dilution`)),
    method: optional(input.method, (words) => cleanWords(words, `${at}/method`)),
    preHarvestIntervalDays: optional(input.preHarvestIntervalDays, (days) =>
      whole(days, `${at}/preHarvestIntervalDays`),
    ),
    registration: optional(input.registration, (text) => cleanText(text, `${at}/registration`, 60)),
  };
}

function stepField(step: ProcessStep, at: string): Fields {
  return {
    ...workField(step, at),
    minutes: optional(step.minutes, (value) => measure(value, `${at}/minutes`)),
    temperatureC: optional(step.temperatureC, (value) => finite(value, `${at}/temperatureC`)),
    humidityPercent: optional(step.humidityPercent, (value) => measure(value, `${at}/humidityPercent`)),
    amount: optional(step.amount, (value) => amountNumber(value, `${at}/amount`)),
  };
}

function optional<In, Out>(value: In | undefined, read: (value: In) => Out): Out | undefined {
  return value === undefined ? undefined : read(value);
}
