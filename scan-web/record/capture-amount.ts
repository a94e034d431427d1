/**
 * Amounts as people say them (斤, 亩, 方 …) into the ledger's: whole thousandths of a unit, without floating point. 1 斤 = 500 g exactly,
 * 1 方 = 1,000 l; 1 亩 = 10,000/15 m², which is no whole number of thousandths: rounded to the nearest, half up. Nothing else is rounded:
 * what the ledger could not hold is refused. Pure.
 */
import { type Amount as Thousandths, amountOf, parseAmount, type UnitCode } from "../../protocol/amount.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Amount, ShownUnit } from "./model.ts";

export { capPerHectare, doseOf, measureOf, thousandthsOf, UNIT_WORDS, unitOf };

/** One of it is `by / per` of the ledger's unit. */
const MEASURES: Readonly<Partial<Record<ShownUnit, { uom: UnitCode; by: bigint; per: bigint }>>> = {
  kg: { uom: "KGM", by: 1n, per: 1n },
  jin: { uom: "KGM", by: 1n, per: 2n },
  g: { uom: "KGM", by: 1n, per: 1000n },
  m2: { uom: "MTK", by: 1n, per: 1n },
  mu: { uom: "MTK", by: 10_000n, per: 15n },
  l: { uom: "LTR", by: 1n, per: 1n },
  ml: { uom: "LTR", by: 1n, per: 1000n },
  m3: { uom: "LTR", by: 1000n, per: 1n },
  piece: { uom: "H87", by: 1n, per: 1n },
};

const UNIT_WORDS: Readonly<Record<ShownUnit, { readonly zh: string; readonly en: string }>> = {
  jin: { zh: "斤", en: "jin" },
  kg: { zh: "公斤", en: "kg" },
  g: { zh: "克", en: "g" },
  mu: { zh: "亩", en: "mu" },
  m2: { zh: "平方米", en: "m²" },
  l: { zh: "升", en: "l" },
  ml: { zh: "毫升", en: "ml" },
  m3: { zh: "方", en: "m³" },
  piece: { zh: "个", en: "pieces" },
  minute: { zh: "分钟", en: "minutes" },
  celsius: { zh: "℃", en: "°C" },
  percent: { zh: "%", en: "%" },
  day: { zh: "天", en: "days" },
};

/** 15 mu are a hectare. */
const MU_A_HECTARE = 15n;

/** The ledger's unit of what is said in `shown`; null: it is no amount of goods or land. */
function unitOf(shown: ShownUnit): UnitCode | null {
  return MEASURES[shown]?.uom ?? null;
}

/** @throws Problem `amount-unreadable`, `amount-too-large`, `units-differ` with `at` */
function thousandthsOf({ text, shown }: Amount, uom: UnitCode, at: string): Thousandths {
  const measure = MEASURES[shown];
  if (measure?.uom !== uom) throw new Problem("units-differ", at, `${shown} where ${uom} is counted`);
  const scaled = parseAmount(plain(text), at) * measure.by;
  const [whole, rest] = [scaled / measure.per, scaled % measure.per];
  if (rest === 0n) return amountOf(whole, at);
  if (shown === "mu") return amountOf(whole + (rest * 2n >= measure.per ? 1n : 0n), at);
  throw new Problem("amount-unreadable", at, `${text} ${shown} is finer than a thousandth of ${uom}`);
}

/** Yield said for one mu → thousandths of the unit for one hectare. */
function capPerHectare(amount: Amount, uom: UnitCode, at: string): Thousandths {
  return amountOf(thousandthsOf(amount, uom, at) * MU_A_HECTARE, at);
}

/** What is brought out, in UN/CEFACT units of its own: grams and millilitres stay what they are. */
function doseOf(amount: Amount, at: string): { readonly dose: number; readonly uom: string } {
  const own = ({ g: "GRM", ml: "MLT", m3: "MTQ" } as const)[amount.shown as string];
  if (own !== undefined) return { dose: measureOf(amount, at), uom: own };
  const uom = unitOf(amount.shown);
  if (uom === null || uom === "MTK") throw new Problem("units-differ", at, `${amount.shown} is no unit of a dose`);
  return { dose: Number(thousandthsOf(amount, uom, at)) / 1000, uom };
}

/** Minutes, degrees, percent, days: a number as it stands, which may be below nothing. */
function measureOf({ text }: Amount, at: string): number {
  const typed = plain(text);
  const [sign, digits] = /^[-−]/.test(typed) ? [-1, typed.slice(1)] : [1, typed];
  parseAmount(digits, at);
  return sign * Number(digits);
}

/** Full-width digits as they come from Chinese keyboards. */
function plain(text: string): string {
  return text.normalize("NFKC").replace("。", ".").trim();
}
