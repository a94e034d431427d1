/**
 * Records as EPCIS 2.0 events: one builder a kind of entry, form in, plain JSON out. What is stored is the standard's own
 * document; our additions are extensions with the prefix `furrow:`. Every builder's output is valid against GS1's schema
 * (test/protocol/document). Sections: EPCIS 2.0 §7.4, CBV 2.0 §7 (business steps, dispositions), §8 (identifiers).
 * Pure: ids and times come from the caller.
 */
import type { UnitCode } from "../amount.ts";
import type { Bytes, Hex } from "../bytes.ts";
import { canonicalBytes } from "../canonical.ts";
import { Problem } from "../problem.ts";
import { type Attachment, attachmentField, MAX_ATTACHMENTS } from "./attachment.ts";
import { amountNumber, checkHex, finite, measure, uomText, whole } from "./fields.ts";
import {
  CONTEXT,
  dateOf,
  type Fields,
  type JsonObject,
  type LotName,
  lotClass,
  objectId,
  own,
  placeId,
  timeText,
} from "./terms.ts";
import { cleanText, cleanWords, MAX_NOTE, type Words } from "./text.ts";

export type {
  EventForm,
  GrowForm,
  HarvestForm,
  InputForm,
  LabelForm,
  LotAmount,
  MemberRef,
  NoteForm,
  OriginForm,
  PlantForm,
  ProcessStep,
  ProductRef,
  TransformForm,
  WorkForm,
};
export {
  documentBytes,
  eventsDocument,
  growEvent,
  harvestEvent,
  labelEvent,
  noteEvent,
  originEvent,
  plantEvent,
  transformEvent,
};

/** What every event says. */
interface EventForm {
  /** The group's subject: so that a document cannot be passed off as another subject's. */
  readonly subject: Hex;
  /** A UUID, without `urn:uuid:`. */
  readonly eventId: string;
  readonly occurredAtS: number;
  /** Code of the plot or site where it was done. */
  readonly place?: string;
  readonly member?: MemberRef;
  readonly notes?: Words;
  readonly attachments?: readonly Attachment[];
  /** Set where the data is an example's. */
  readonly example?: boolean;
}

/** A grower, by number: names of people are not in public documents. */
interface MemberRef {
  readonly subject: Hex;
  readonly number: number;
}

interface ProductRef {
  readonly subject: Hex;
  readonly name: Words;
}

/** A lot or planting that goes in or comes out. `amount` in thousandths of the event's unit. */
interface LotAmount {
  readonly subject: Hex;
  readonly lot: LotName;
  readonly amount: bigint;
  readonly member?: MemberRef;
  readonly product?: ProductRef;
}

interface OriginForm extends EventForm {
  readonly lot: LotName;
  readonly product: ProductRef;
  readonly amount: bigint;
  readonly uom: UnitCode;
  /** Who sold it and where it is said to come from, as told. */
  readonly seller?: Words;
  readonly from?: Words;
}

interface PlantForm extends EventForm {
  /** The planting's own name, e.g. plot and year. */
  readonly planting: LotName;
  readonly plot: { readonly subject: Hex; readonly code: string };
  readonly product: ProductRef;
  /** Thousandths of a square metre. */
  readonly area: bigint;
  /** Thousandths of the product's unit per hectare. */
  readonly cap: bigint;
  readonly season?: Words;
  readonly variety?: Words;
}

/** A pesticide, fertiliser or other thing brought out, as its label says and as the recorder measured. */
interface InputForm {
  readonly name: Words;
  readonly kind: "pesticide" | "fertiliser" | "other";
  readonly activeIngredient?: Words;
  readonly dose: number;
  /** UN/CEFACT Recommendation 20: KGM, GRM, LTR, MLT … */
  readonly uom: string;
  /** Square metres. */
  readonly area_m2?: number;
  readonly dilution?: number;
  readonly method?: Words;
  readonly preHarvestIntervalDays?: number;
  readonly registration?: string;
}

/** What was done: an id of the list of field works, and its business step (`spraying` → `furrow:spraying`, or CBV's word). */
interface WorkForm {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly bizStep?: string;
}

interface GrowForm extends EventForm {
  /** Left out where the subject is a plot. */
  readonly lot?: LotName;
  readonly work: WorkForm;
  readonly inputs?: readonly InputForm[];
  readonly weather?: Words;
}

interface NoteForm extends EventForm {
  readonly lot?: LotName;
  readonly work?: WorkForm;
}

interface HarvestForm extends EventForm {
  readonly lot: LotName;
  readonly product: ProductRef;
  readonly uom: UnitCode;
  /** In the order of the entry's args. */
  readonly inputs: readonly LotAmount[];
  /** How it was picked: "one bud, two leaves". */
  readonly standard?: Words;
}

/** A step inside one processing: withering, fixation, rolling, drying. */
interface ProcessStep {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly minutes?: number;
  readonly temperatureC?: number;
  readonly humidityPercent?: number;
  readonly amount?: bigint;
}

interface TransformForm extends EventForm {
  readonly step: "process" | "pack" | "split" | "merge";
  readonly uom: UnitCode;
  /** In the order of the entry's args, both. */
  readonly inputs: readonly LotAmount[];
  readonly outputs: readonly (LotAmount & { readonly product: ProductRef })[];
  readonly steps?: readonly ProcessStep[];
}

interface LabelForm extends EventForm {
  readonly lot: LotName;
  readonly lotSubject: Hex;
  readonly count: number;
  /** Content of one piece, thousandths of `uom`. */
  readonly net: bigint;
  readonly uom: UnitCode;
  /** Root over the serials' leaves (docs/ledger.md §12). Serials themselves stay unpublished until printed. */
  readonly root: Hex;
  /** The file of leaves, one a line in hex: lets any operator look a code up. */
  readonly leaves: Attachment;
}

/** Canonical bytes: their sha2-256 is the entry's `content`, and with codec json the document's CID. */
function documentBytes(document: JsonObject): Bytes {
  return canonicalBytes(document);
}

/** One document for several events, e.g. a day's work on forty plots; the entries of all of them carry its CID. */
function eventsDocument(events: readonly JsonObject[], createdAtS: number): JsonObject {
  return {
    "@context": CONTEXT,
    type: "EPCISDocument",
    schemaVersion: "2.0",
    creationDate: timeText(createdAtS, "/createdAtS").time,
    epcisBody: { eventList: events },
  };
}

/** ORIGIN: a lot from outside (ObjectEvent ADD, commissioning). */
function originEvent(form: OriginForm): JsonObject {
  return {
    ...objectEvent(form, "ADD", "commissioning", "active"),
    quantityList: [quantity(form.lot, form.amount, form.uom)],
    ilmd: { "cbvmda:lotNumber": form.lot.lotNumber, ...own({ product: productField(form.product) }) },
    ...own({
      product: productField(form.product),
      seller: optional(form.seller, (words) => cleanWords(words, "/seller")),
      from: optional(form.from, (words) => cleanWords(words, "/from")),
    }),
  };
}

/** PLANT: one season of one product on a plot (ObjectEvent ADD, commissioning). */
function plantEvent(form: PlantForm): JsonObject {
  return {
    ...objectEvent({ place: form.plot.code, ...form }, "ADD", "commissioning", "active"),
    quantityList: [quantity(form.planting, form.area, "MTK", "/area")],
    ilmd: own({
      crop: cleanWords(form.product.name, "/product/name"),
      variety: optional(form.variety, (words) => cleanWords(words, "/variety")),
      season: optional(form.season, (words) => cleanWords(words, "/season")),
    }),
    ...own({
      product: productField(form.product),
      plot: {
        subject: checkHex(form.plot.subject, "/plot/subject"),
        code: cleanText(form.plot.code, "/plot/code", 60),
      },
      area_m2: amountNumber(form.area, "/area"),
      capPerHectare: amountNumber(form.cap, "/cap"),
    }),
  };
}

/** GROW: work on a planting, plot or lot (ObjectEvent OBSERVE, a business step of our own vocabulary). */
function growEvent(form: GrowForm): JsonObject {
  return {
    ...objectEvent(form, "OBSERVE", bizStepOf(form.work), "in_progress"),
    ...what(form),
    ...own({
      work: workField(form.work, "/work"),
      input: form.inputs?.map((input, n) => inputField(input, `/inputs/${n}`)),
      weather: optional(form.weather, (words) => cleanWords(words, "/weather")),
    }),
  };
}

/** NOTE: a remark, a picture, a storing (ObjectEvent OBSERVE). */
function noteEvent(form: NoteForm): JsonObject {
  return {
    ...objectEvent(form, "OBSERVE", form.work === undefined ? "other" : bizStepOf(form.work), "in_progress"),
    ...what(form),
    ...own({ work: optional(form.work, (work) => workField(work, "/work")) }),
  };
}

/** HARVEST: plantings in, a lot out; CBV's word for harvesting is commissioning (TransformationEvent, without action). */
function harvestEvent(form: HarvestForm): JsonObject {
  const total = form.inputs.reduce((sum, input) => sum + input.amount, 0n);
  return {
    ...transformation(form, "commissioning"),
    inputQuantityList: form.inputs.map((input, n) => ({ epcClass: lotClass(input.lot, `/inputs/${n}/lot`) })),
    outputQuantityList: [quantity(form.lot, total, form.uom)],
    ilmd: {
      "cbvmda:lotNumber": form.lot.lotNumber,
      ...own({
        harvestDate: dateOf(form.occurredAtS),
        product: productField(form.product),
        standard: optional(form.standard, (words) => cleanWords(words, "/standard")),
      }),
    },
    ...own({
      uom: form.uom,
      inputs: form.inputs.map((input, n) => lotField(input, `/inputs/${n}`)),
      outputs: [lotField({ subject: form.subject, lot: form.lot, amount: total, product: form.product }, "/lot")],
    }),
  };
}

/** TRANSFORM: lots in, lots out. Splitting names no step in CBV unless something is repacked, so it is `other`. */
function transformEvent(form: TransformForm): JsonObject {
  const steps = { process: "commissioning", pack: "packing", split: "other", merge: "commissioning" } as const;
  const first = form.outputs[0];
  if (form.inputs.length === 0 || first === undefined) {
    throw new Problem("form-refused", "/inputs", "something goes in and something comes out");
  }
  return {
    ...transformation(form, steps[form.step]),
    inputQuantityList: form.inputs.map((input) => quantity(input.lot, input.amount, form.uom)),
    outputQuantityList: form.outputs.map((output) => quantity(output.lot, output.amount, form.uom)),
    ilmd: { "cbvmda:lotNumber": first.lot.lotNumber, ...own({ product: productField(first.product) }) },
    ...own({
      step: form.step,
      uom: form.uom,
      inputs: form.inputs.map((input, n) => lotField(input, `/inputs/${n}`)),
      outputs: form.outputs.map((output, n) => lotField(output, `/outputs/${n}`)),
      steps: form.steps?.map((step, n) => stepField(step, `/steps/${n}`)),
    }),
  };
}

/** LABEL: labels for so many pieces of a lot (ObjectEvent ADD, commissioning; a quantity without unit counts pieces). */
function labelEvent(form: LabelForm): JsonObject {
  if (!Number.isSafeInteger(form.count) || form.count < 1) {
    throw new Problem("form-refused", "/count", "a run has at least one label");
  }
  return {
    ...objectEvent(form, "ADD", "commissioning", "active"),
    quantityList: [{ epcClass: lotClass(form.lot), quantity: form.count }],
    ilmd: { "cbvmda:lotNumber": form.lot.lotNumber },
    ...own({
      labels: {
        lot: checkHex(form.lotSubject, "/lotSubject"),
        count: form.count,
        net: amountNumber(form.net, "/net"),
        uom: form.uom,
        root: checkHex(form.root, "/root"),
        leaves: attachmentField(form.leaves, "/leaves"),
      },
    }),
  };
}

function objectEvent(form: EventForm, action: string, bizStep: string, disposition: string): JsonObject {
  return { ...commonFields(form, "ObjectEvent"), action, bizStep, disposition };
}

function transformation(form: EventForm, bizStep: string): JsonObject {
  return { ...commonFields(form, "TransformationEvent"), bizStep, disposition: "active" };
}

function commonFields(form: EventForm, type: string): JsonObject {
  const { time, offset } = timeText(form.occurredAtS);
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(form.eventId)) {
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
