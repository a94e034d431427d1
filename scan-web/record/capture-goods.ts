/** What is gathered, made, packed, given up: HARVEST, TRANSFORM, DISCARD, LABEL. Pure. */
import { formatAmount, parseAmount, type UnitCode } from "../../protocol/amount.ts";
import { bytesOf, type Hex } from "../../protocol/bytes.ts";
import { DISCARD_REASONS, discardEvent, type DiscardReason } from "../../protocol/document/discard.ts";
import { harvestEvent, labelEvent, transformEvent } from "../../protocol/document/epcis.ts";
import { dateOf } from "../../protocol/document/terms.ts";
import type { Words } from "../../protocol/document/text.ts";
import { REASONS_TO_DISCARD, STEPS } from "../../protocol/kinds/transform.ts";
import { Problem } from "../../protocol/problem.ts";
import { choiceOf } from "./asks.ts";
import { measureOf } from "./capture-amount.ts";
import { wordsOf } from "./capture-notes.ts";
import type { Taking } from "./db.ts";
import type { Finder } from "./known.ts";
import type { Amount, FieldLot, FieldPlanting, FieldProduct, Work } from "./model.ts";
import { type Captured, eventForm, need, NO_EFFECT, notMoreThan, type Said, some, type Told } from "./said.ts";

export { captureDiscard, captureHarvest, captureLabels, captureTransform, countOf, labelCount, lotOf, lotOfTarget };

const NO_ID = new Uint8Array(32);
/** Of one run: its file of leaves is one block then. */
const MAX_LABELS = 10_000;

/** From one planting (or the one that stands on the plot), or from the `parts`. */
function captureHarvest(said: Said, told: Told, find: Finder): Captured {
  const asked = told.parts("parts");
  const id = asked === null ? "amount" : "parts";
  const parts = asked ?? [{ id: plantingOfTarget(said, find).id, amount: need(told.amount("amount"), "amount") }];
  const plantings = parts.map((part) => find.planting(part.id, `/answers/${id}`));
  const product = oneProduct(plantings, find, `/answers/${id}`);
  const uom = product.unit as UnitCode;
  const inputs = plantings
    .map((planting, n) => ({ planting, amount: some(amountAt(parts, n), uom, id) }))
    .sort((one, other) => (one.planting.id < other.planting.id ? -1 : 1));
  for (const { planting, amount } of inputs)
    notMoreThan(said, amount, { there: planting.mayBear, type: "over-cap", id });
  const codes = new Set(plantings.map(({ plot }) => find.plot(plot, "/target").code));
  const standard = standardOf(told);
  const lotNumber = said.name ?? lotNumberOf(said);
  const total = inputs.reduce((sum, { amount }) => sum + amount, 0n);
  const document = harvestEvent({
    ...eventForm(said, told, {
      ...{ subject: said.newId, example: find.organisation().example },
      place: codes.size === 1 ? [...codes][0] : undefined,
    }),
    lot: { gtin: product.gtin, lotNumber },
    product: { subject: product.id, name: product.name },
    uom,
    inputs: inputs.map(({ planting, amount }) => ({
      ...{ subject: planting.id, lot: { gtin: planting.gtin, lotNumber: planting.lotNumber }, amount },
    })),
    ...(standard === null ? {} : { standard }),
  });
  const shares = inputs.map(({ planting, amount }) => ({ id: bytesOf(planting.id), amount }));
  const takes = inputs.map(({ planting, amount }): Taking => ({
    id: planting.id,
    of: "mayBear",
    amount: formatAmount(amount),
  }));
  return {
    stated: { subject: said.newId, name: "HARVEST", args: { index: 0, inputs: shares }, document },
    makes: { sort: "lot", name: lotNumber },
    effect: { ...NO_EFFECT, lots: [lotOf(said, { product, lotNumber, made: total, sort: "HARVEST" })], takes },
  };
}

/**
 * From the lot that it is about, or the `parts`: `out` (or `count` pieces) comes out. What goes in, where nothing is said: as much as comes
 * out of packing or splitting, the whole lot of a processing. What comes out, where nothing is said: all that goes in.
 */
function captureTransform(said: Said, as: Pick<Work, "zh" | "en" | "bizStep">, told: Told, find: Finder): Captured {
  const step = stepOf(said.work, as.bizStep);
  const [parts, amount, out, count] = [
    told.parts("parts"),
    told.amount("amount"),
    told.amount("out"),
    told.amount("count"),
  ];
  const ins = parts?.map((part) => find.lot(part.id, "/answers/parts")) ?? [lotOfTarget(said, find)];
  const uom = ins[0]?.unit as UnitCode;
  const product = find.product(told.subject("product") ?? oneProductId(ins, "/answers/product"), "/answers/product");
  if (product.unit !== uom || ins.some(({ unit }) => unit !== uom))
    throw new Problem(
      "units-differ",
      "/answers/product",
      `${product.unit} out of ${ins.map(({ unit }) => unit).join(", ")}`,
    );
  const stated = out === null ? (count === null ? null : piecesOf(count, product, "count")) : some(out, uom, "out");
  const id = parts === null ? "amount" : "parts";
  const inputs = ins
    .map((lot, n) => ({ lot, amount: parts === null ? wholeOf(lot) : some(amountAt(parts, n), uom, id) }))
    .sort((one, other) => (one.lot.id < other.lot.id ? -1 : 1));
  for (const { lot, amount: taken } of inputs) checkLeft(said, lot, taken, id);
  const into = inputs.reduce((sum, one) => sum + one.amount, 0n);
  const made = stated ?? into;
  if (made > into)
    throw new Problem("more-out-than-in", "/answers/out", `${formatAmount(made)} out of ${formatAmount(into)}`);
  const lotNumber = said.name ?? lotNumberOf(said);
  const lot = { gtin: product.gtin, lotNumber };
  const ref = { subject: product.id, name: product.name };
  const steps = step === "process" ? stepsOf(said.work, as, told) : undefined;
  const document = transformEvent({
    ...eventForm(said, told, { subject: said.newId, example: find.organisation().example }),
    ...{ step, uom },
    inputs: inputs.map((one) => ({
      ...{ subject: one.lot.id, lot: { gtin: one.lot.gtin, lotNumber: one.lot.lotNumber }, amount: one.amount },
    })),
    outputs: [{ subject: said.newId, lot, amount: made, product: ref }],
    ...(steps === undefined ? {} : { steps }),
  });
  const args = {
    ...{ index: 0, step: STEPS[step] },
    inputs: inputs.map((one) => ({ id: bytesOf(one.lot.id), amount: one.amount })),
    outputs: [{ id: bytesOf(product.id), amount: made }],
  };
  return {
    stated: { subject: said.newId, name: "TRANSFORM", args, document },
    makes: { sort: "lot", name: lotNumber },
    effect: {
      ...NO_EFFECT,
      lots: [lotOf(said, { product, lotNumber, made, sort: "TRANSFORM" })],
      takes: inputs.map((one) => ({ id: one.lot.id, of: "left", amount: formatAmount(one.amount) })),
    },
  };

  /** Of the one lot that it is about. */
  function wholeOf(from: FieldLot): bigint {
    if (amount !== null) return some(amount, uom, "amount");
    return step !== "process" && stated !== null ? stated : parseAmount(from.left);
  }
}

/** Of a lot: some of it, for a reason. Of a planting: its season ends, and the plot has its area back. */
function captureDiscard(said: Said, told: Told, find: Finder): Captured {
  const isLot = said.target?.sort === "lot";
  const chosen = told.choice("reason") ?? (isLot ? null : "season-over");
  const reason = DISCARD_REASONS.find((one) => one === chosen);
  if (reason === undefined) throw new Problem("form-refused", "/answers/reason", "a reason is needed");
  return isLot ? discardLot(said, reason, told, find) : endSeason(said, reason, told, find);
}

function discardLot(said: Said, reason: DiscardReason, told: Told, find: Finder): Captured {
  const lot = lotOfTarget(said, find);
  const uom = lot.unit as UnitCode;
  const amount = some(need(told.amount("amount"), "amount"), uom, "amount");
  checkLeft(said, lot, amount, "amount");
  const { id: subject, name } = find.product(lot.product, "/target");
  const document = discardEvent({
    ...eventForm(said, told, { subject: lot.id, example: find.organisation().example }),
    ...{ lot: { gtin: lot.gtin, lotNumber: lot.lotNumber }, product: { subject, name }, reason, amount, uom },
  });
  const args = { reason: REASONS_TO_DISCARD[reason], amount, plot: NO_ID };
  return {
    stated: { subject: lot.id, name: "DISCARD", args, document },
    makes: null,
    effect: { ...NO_EFFECT, takes: [{ id: lot.id, of: "left", amount: formatAmount(amount) }] },
  };
}

function endSeason(said: Said, reason: DiscardReason, told: Told, find: Finder): Captured {
  const planting = plantingOfTarget(said, find);
  const plot = find.plot(planting.plot, "/target");
  const amount = parseAmount(planting.area);
  const document = discardEvent({
    ...eventForm(said, told, { subject: planting.id, place: plot.code, example: find.organisation().example }),
    ...{ lot: { gtin: planting.gtin, lotNumber: planting.lotNumber }, reason, amount, uom: "MTK" },
    plot: { subject: plot.id, code: plot.code },
  });
  const args = { reason: REASONS_TO_DISCARD[reason], amount, plot: bytesOf(plot.id) };
  return {
    stated: { subject: planting.id, name: "DISCARD", args, document },
    makes: null,
    effect: { ...NO_EFFECT, ends: planting.id, takes: [{ id: plot.id, of: "free", amount: `-${planting.area}` }] },
  };
}

/** LABEL, without a certificate. Its serials were made before (labels.ts). */
function captureLabels(said: Said, told: Told, find: Finder): Captured {
  const lot = lotOfTarget(said, find);
  const product = find.product(lot.product, "/target");
  const count = labelCount(told.amount("labels"));
  const net = parseAmount(product.net);
  const packed = piecesOf({ text: String(count), shown: "piece" }, product, "labels");
  checkLeft(said, lot, packed, "labels");
  if (said.labels === null) throw new RangeError("labels are made before their record");
  const document = labelEvent({
    ...eventForm(said, told, { subject: said.newId, example: find.organisation().example }),
    ...{ lot: { gtin: lot.gtin, lotNumber: lot.lotNumber }, lotSubject: lot.id, count, net },
    ...{ uom: lot.unit as UnitCode, ...said.labels },
  });
  const args = {
    index: 0,
    lot: bytesOf(lot.id),
    certificate: NO_ID,
    count: BigInt(count),
    root: bytesOf(said.labels.root),
  };
  const amount = formatAmount(packed);
  return {
    stated: { subject: said.newId, name: "LABEL", args, document },
    makes: { sort: "labels", name: lot.lotNumber },
    effect: {
      ...NO_EFFECT,
      takes: [
        { id: lot.id, of: "left", amount },
        { id: lot.id, of: "packed", amount: `-${amount}` },
      ],
    },
  };
}

/** @throws Problem that names the answer `labels` */
function labelCount(asked: Amount | null): number {
  const count = countOf(need(asked, "labels"), "labels");
  if (count <= MAX_LABELS) return count;
  throw new Problem("count-out-of-range", "/answers/labels", `${count} labels, at most ${MAX_LABELS} in one run`);
}

/** Whole pieces, at least one. */
function countOf(amount: Amount, id: string): number {
  const count = some(amount, "H87", id);
  if (count % 1000n !== 0n) throw new Problem("amount-unreadable", `/answers/${id}`, "pieces are counted whole");
  return Number(count / 1000n);
}

/** So many pieces of a product, in its unit. */
function piecesOf(count: Amount, product: FieldProduct, id: string): bigint {
  const net = parseAmount(product.net);
  if (net === 0n) throw new Problem("no-net-content", `/answers/${id}`, "the product is sold loose");
  return BigInt(countOf(count, id)) * net;
}

function lotOfTarget({ target }: Said, find: Finder): FieldLot {
  if (target?.sort !== "lot") throw new Problem("form-refused", "/target", "which lot is it?");
  return find.lot(target.id, "/target");
}

function plantingOfTarget({ target }: Said, find: Finder): FieldPlanting {
  if (target?.sort === "planting") return find.planting(target.id, "/target");
  const [only, ...others] = target?.sort === "plot" ? find.plantingsOf(target.id) : [];
  if (only !== undefined && others.length === 0) return find.planting(only.id, "/target");
  throw new Problem("form-refused", "/target", "which planting is it?");
}

/** Nobody knows how much there is of a lot that was only told of. */
function checkLeft(said: Said, lot: FieldLot, amount: bigint, id: string): void {
  if (lot.isTold === undefined) notMoreThan(said, amount, { there: lot.left, type: "not-enough-left", id });
}

function lotOf(said: Said, of: { product: FieldProduct; lotNumber: string; made: bigint; sort: string }): FieldLot {
  const { product, lotNumber, sort } = of;
  const made = formatAmount(of.made);
  return {
    ...{
      id: said.newId,
      product: product.id,
      lotNumber,
      gtin: product.gtin,
      unit: product.unit,
      sort,
      made,
      left: made,
    },
    ...{ packed: "0", madeAtS: said.occurredAtS, state: "here", other: null, isRecalled: false, isOurs: true },
  };
}

/** Crockford's letters and digits, none taken for another. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** `260402-7K3M`: the day, and four letters of the id, which no other phone makes. */
function lotNumberOf({ newId, occurredAtS }: Said): string {
  const letters = [0, 1, 2, 3].map((n) => LETTERS[parseInt(newId.slice(2 + 2 * n, 4 + 2 * n), 16) & 31] ?? "");
  return `${dateOf(occurredAtS).slice(2).replaceAll("-", "")}-${letters.join("")}`;
}

function stepOf(work: string, bizStep: string): keyof typeof STEPS {
  if (/^(cbv:)?packing$/.test(bizStep)) return "pack";
  if (/^split/.test(work)) return "split";
  return /^(blend|merg)/.test(work) ? "merge" : "process";
}

/** What was measured belongs to a step where there is one; of several it is told in words. */
function stepsOf(work: string, { zh, en }: Pick<Work, "zh" | "en">, told: Told) {
  const chosen = told.choice("steps")?.split(" ") ?? [];
  if (chosen.length > 1) return chosen.map((id) => ({ id, ...choiceOf(id) }));
  const [only] = chosen;
  return [{ ...(only === undefined ? { id: work, zh, en } : { id: only, ...choiceOf(only) }), ...measures(told) }];
}

function standardOf(told: Told): Words | null {
  const [chosen, written] = [told.choice("standard"), told.text("standard")];
  if (chosen !== null) return choiceOf(chosen);
  return written === null ? null : wordsOf(written);
}

function measures(told: Told) {
  const of = <Name extends string>(id: string, name: Name) => {
    const amount = told.amount(id);
    return (amount === null ? {} : { [name]: measureOf(amount, `/answers/${id}`) }) as Partial<Record<Name, number>>;
  };
  return { ...of("minutes", "minutes"), ...of("temperature", "temperatureC"), ...of("humidity", "humidityPercent") };
}

function amountAt(parts: readonly { readonly amount: Amount }[], n: number): Amount {
  return parts[n]?.amount ?? { text: "", shown: "kg" };
}

function oneProductId(all: readonly { readonly product: Hex }[], at: string): Hex {
  const [first, ...others] = new Set(all.map(({ product }) => product));
  if (first !== undefined && others.length === 0) return first;
  throw new Problem("products-differ", at, "more than one product goes in");
}

function oneProduct(all: readonly { readonly product: Hex }[], find: Finder, at: string): FieldProduct {
  return find.product(oneProductId(all, at), at);
}
