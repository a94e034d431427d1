/**
 * Records as EPCIS 2.0 events: one builder a kind of entry, form in, plain JSON out. What is stored is the standard's own
 * document; our additions are extensions with the prefix `furrow:`. Every builder's output is valid against GS1's schema
 * (test/protocol/document). Sections: EPCIS 2.0 §7.4, CBV 2.0 §7 (business steps, dispositions), §8 (identifiers).
 * Pure: ids and times come from the caller.
 */
import type { Bytes } from "../bytes.ts";
import { canonicalBytes } from "../canonical.ts";
import { Problem } from "../problem.ts";
import { attachmentField } from "./attachment.ts";
import {
  bizStepOf,
  inputField,
  lotField,
  objectEvent,
  optional,
  partyField,
  productField,
  quantity,
  stepField,
  transformation,
  what,
  workField,
} from "./event-fields.ts";
import { amountNumber, checkHex } from "./fields.ts";
import type { GrowForm, HarvestForm, LabelForm, NoteForm, OriginForm, PlantForm, TransformForm } from "./form.ts";
import type { Fields, JsonObject } from "./terms.ts";
import { CONTEXT, dateOf, lotClass, own, timeText } from "./terms.ts";
import { cleanText, cleanWords } from "./text.ts";

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
      supplier: optional(form.supplier, (party) => partyField(party, "/supplier")),
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
      byProducts: form.step === "process" && form.outputs.length > 1 ? form.outputs.length - 1 : undefined,
      steps: form.steps?.map((step, n) => stepField(step, `/steps/${n}`)),
      losses: lossFields(form),
    }),
  };
}

function lossFields({ inputs, outputs, losses = [] }: TransformForm): readonly Fields[] | undefined {
  const sum = (parts: readonly { readonly amount: bigint }[]): bigint =>
    parts.reduce((total, { amount }) => total + amount, 0n);
  const [into, out] = [sum(inputs), sum(outputs)];
  if (out > into) throw new Problem("more-out-than-in", "/outputs", `${formatSum(out)} out of ${formatSum(into)}`);
  if (sum(losses) > into - out) {
    const [stated, whole] = [formatSum(sum(losses)), formatSum(into - out)];
    throw new Problem("form-refused", "/losses", `losses of ${stated} are stated, and only ${whole} did not come out`);
  }
  if (losses.length === 0) return undefined;
  return losses.map(({ cause, amount }, n) => ({
    cause: cleanWords(cause, `/losses/${n}/cause`),
    amount: amountNumber(amount, `/losses/${n}/amount`),
  }));
}

/** A sum of amounts may be larger than an amount. */
function formatSum(thousandths: bigint): string {
  return String(Number(thousandths) / 1000);
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
