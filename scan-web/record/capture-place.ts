/** What is grown, where, and each season of it: PRODUCT, PLOT, PLANT. Pure. */
import {
  type Amount as Thousandths,
  amountOf,
  formatAmount,
  parseAmount,
  type UnitCode,
  unitNumber,
} from "../../protocol/amount.ts";
import { bytesOf } from "../../protocol/bytes.ts";
import { plantEvent } from "../../protocol/document/epcis.ts";
import { plotMaster, productMaster } from "../../protocol/document/master.ts";
import { dateOf } from "../../protocol/document/terms.ts";
import type { Words } from "../../protocol/document/text.ts";
import { isGtin } from "../../protocol/label.ts";
import { Problem } from "../../protocol/problem.ts";
import { choiceOf } from "./asks.ts";
import { capPerHectare, measureOf, UNIT_WORDS, unitOf } from "./capture-amount.ts";
import { wordsOf } from "./capture-notes.ts";
import type { Finder } from "./known.ts";
import type { Amount, FieldPlanting, FieldPlot, FieldProduct } from "./model.ts";
import { type Captured, eventForm, need, NO_EFFECT, notMoreThan, type Said, some, type Told } from "./said.ts";

export { capturePlanting, capturePlot, captureProduct };

const LEVEL_FIELD = 0;
/** Thousandths of m² × thousandths of the unit a hectare → thousandths of the unit (docs/ledger.md §6, HARVEST). */
const PER_HECTARE = 10_000_000n;

/** `net` is the content of one piece; without it the goods are sold loose, in kilograms unless `unit` says otherwise. */
function captureProduct(said: Said, told: Told, find: Finder): Captured {
  const name = wordsOf(need(told.text("name"), "name"));
  const [net, code, crop, loss] = [told.amount("net"), told.text("code"), told.choice("crop"), told.amount("loss")];
  const uom = (told.choice("unit") ?? (net === null ? null : unitOf(net.shown)) ?? "KGM") as UnitCode;
  const content = contentOf(net, uom);
  // A piece that is counted as one, with what it holds in words.
  const isWords = net !== null && unitOf(net.shown) !== uom;
  const perMille = loss === null ? 0 : Math.round(measureOf(loss, "/answers/loss") * 10);
  const gtin = code === null ? null : gtinOf(code);
  const document = productMaster({
    ...{ subject: said.newId, createdAtS: said.occurredAtS, name, gtin, uom, net: content, loss: perMille },
    ...(isWords ? { label: inWords(net) } : {}),
    ...(crop === null ? {} : { crop: choiceOf(crop) }),
    ...more(said, find),
  });
  const product: FieldProduct = {
    ...{ id: said.newId, name, gtin, unit: uom, net: formatAmount(content), loss: perMille, crop, isOurs: true },
  };
  const args = { index: 0, unit: unitNumber(uom), net: content, loss: perMille };
  return {
    stated: { subject: said.newId, name: "PRODUCT", args, document },
    makes: { sort: "product", name: name.zh ?? name.en ?? "" },
    effect: { ...NO_EFFECT, products: [product] },
  };
}

/** Sold loose: nothing. What is counted by the piece has one piece in a piece, however heavy that is. */
function contentOf(net: Amount | null, uom: UnitCode): Thousandths {
  if (uom === "H87" && net?.shown !== "piece") return amountOf(1000n);
  return net === null ? amountOf(0n) : some(net, uom, "net");
}

function inWords({ text, shown }: Amount): Words {
  return { zh: `一件 ${text} ${UNIT_WORDS[shown].zh}`, en: `${text} ${UNIT_WORDS[shown].en} each` };
}

function capturePlot(said: Said, told: Told, find: Finder): Captured {
  const code = need(told.text("code"), "code");
  const area = some(need(told.amount("area"), "area"), "MTK", "area");
  const [nameText, villageText] = [told.text("name"), told.text("village")];
  const name = nameText === null ? null : wordsOf(nameText);
  const village = villageText === null ? null : wordsOf(villageText);
  const pictures = more(said, find);
  const document = plotMaster({
    ...{ subject: said.newId, createdAtS: said.occurredAtS, code, level: "field", area },
    ...(name === null ? {} : { name }),
    ...(village === null ? {} : { village }),
    ...pictures,
  });
  const [size, picture] = [
    formatAmount(area),
    pictures.pictures?.find(({ sealed }) => sealed === undefined)?.cid ?? null,
  ];
  const plot: FieldPlot = { id: said.newId, code, name, village, area: size, free: size, picture, isOurs: true };
  return {
    stated: { subject: said.newId, name: "PLOT", args: { index: 0, level: LEVEL_FIELD, area }, document },
    makes: { sort: "plot", name: code },
    effect: { ...NO_EFFECT, plots: [plot] },
  };
}

/** PLANT. Without an `area` it is what is free of the plot; `cap` is said for one mu. */
function capturePlanting(said: Said, told: Told, find: Finder): Captured {
  const target = said.target?.sort === "plot" ? said.target.id : null;
  const plot = find.plot(need(told.subject("plot") ?? target, "plot"), "/answers/plot");
  const product = find.product(need(told.subject("product"), "product"), "/answers/product");
  const asked = told.amount("area");
  const area = asked === null ? parseAmount(plot.free) : some(asked, "MTK", "area");
  if (area === 0n) throw new Problem("not-enough-area", "/answers/area", `nothing of ${plot.code} is free`);
  notMoreThan(said, area, { there: plot.free, type: "not-enough-area", id: "area" });
  const cap = capPerHectare(need(told.amount("cap"), "cap"), product.unit as UnitCode, "/answers/cap");
  const [variety, season] = [told.text("variety"), told.text("season")];
  const lotNumber = said.name ?? plantingName(said, plot, find);
  const document = plantEvent({
    ...eventForm(said, told, { subject: said.newId, place: plot.code, example: find.organisation().example }),
    planting: { gtin: null, lotNumber },
    plot: { subject: plot.id, code: plot.code },
    product: { subject: product.id, name: product.name },
    ...{ area, cap },
    ...(variety === null ? {} : { variety: wordsOf(variety) }),
    ...(season === null ? {} : { season: wordsOf(season) }),
  });
  const mayBear = (area * cap) / PER_HECTARE;
  const planting: FieldPlanting = {
    ...{ id: said.newId, plot: plot.id, product: product.id, lotNumber, gtin: null },
    ...{ area: formatAmount(area), cap: formatAmount(cap), harvested: "0", mayBear: formatAmount(mayBear) },
    ...{ uses: [], last: { work: said.work, atS: said.occurredAtS }, isOurs: true },
  };
  const args = { index: 0, plot: bytesOf(plot.id), product: bytesOf(product.id), area, cap };
  return {
    stated: { subject: said.newId, name: "PLANT", args, document },
    makes: { sort: "planting", name: lotNumber },
    effect: { ...NO_EFFECT, plantings: [planting], takes: [{ id: plot.id, of: "free", amount: formatAmount(area) }] },
  };
}

/** Plot and year, with a letter of its own from the second one on. */
function plantingName({ occurredAtS, newId }: Said, plot: FieldPlot, find: Finder): string {
  const name = `${plot.code}-${dateOf(occurredAtS).slice(0, 4)}`;
  const isTaken = find.plantingsOf(plot.id).some(({ lotNumber, id }) => lotNumber.startsWith(name) && id !== newId);
  return isTaken ? `${name}-${newId.slice(2, 6)}` : name;
}

/** 13 digits as printed, or 14. */
function gtinOf(text: string): string {
  const digits = text.replace(/[\s-]/g, "").padStart(14, "0");
  if (!isGtin(digits)) throw new Problem("gtin-wrong-check", "/answers/code", `${text} is no article number`);
  return digits;
}

function more({ files }: Said, find: Finder) {
  // What is sealed goes along: an exact outline, a lease.
  const pictures = files.filter(({ mediaType, sealed }) => mediaType.startsWith("image/") || sealed !== undefined);
  return {
    ...(find.organisation().example ? { example: true } : {}),
    ...(pictures.length === 0 ? {} : { pictures }),
  };
}
