/**
 * Amounts: whole thousandths of the subject's own unit, and the units (docs/ledger.md §2).
 * Pure: no clock, no network, no randomness.
 */
import { Problem } from "./problem.ts";

export type { Amount, UnitCode };
export {
  amountOf,
  amountOfNumber,
  amountToNumber,
  formatAmount,
  MAX_AMOUNT,
  parseAmount,
  UNITS,
  unitCode,
  unitNumber,
  uomOf,
};

/** Thousandths of a unit, 0 … 2^40 − 1; more is refused as `amount-too-large`. */
type Amount = bigint & { readonly of: "thousandths" };

const MAX_AMOUNT = ((1n << 40n) - 1n) as Amount;

/** UN/CEFACT Recommendation 20 codes by the ledger's number. */
const UNITS = { 1: "KGM", 2: "MTK", 3: "H87", 4: "LTR" } as const;

type UnitCode = (typeof UNITS)[keyof typeof UNITS];

/** Thousandths as they stand in an entry, checked for their range. */
function amountOf(thousandths: bigint, at = "/quantity"): Amount {
  if (thousandths < 0n) throw new Problem("amount-unreadable", at, `${thousandths} thousandths are less than nothing`);
  if (thousandths > MAX_AMOUNT) {
    throw new Problem("amount-too-large", at, `the ledger holds at most ${formatAmount(MAX_AMOUNT)}`);
  }
  return thousandths as Amount;
}

/** `"12.5"` → `12500n`. Never rounds: a fourth decimal is refused, for the ledger could not hold it. */
function parseAmount(text: string, at = "/quantity"): Amount {
  const match = /^(\d{1,15})(?:\.(\d{1,3}))?$/.exec(text.trim());
  if (match === null) throw new Problem("amount-unreadable", at, `"${text}" is not an amount`);
  const [, whole = "0", part = ""] = match;
  return amountOf(BigInt(whole + part.padEnd(3, "0")), at);
}

/** `12500n` → `"12.5"`: no zeros at the end, no separators; words around it are the page's. A difference may be negative: `"-0.5"`. */
function formatAmount(amount: bigint): string {
  if (amount < 0n) return `-${formatAmount(-amount)}`;
  const whole = amount / 1000n;
  const part = (amount % 1000n).toString().padStart(3, "0").replace(/0+$/, "");
  return part === "" ? whole.toString() : `${whole}.${part}`;
}

/** As a JSON number. Exact both ways: 13 digits are fewer than the 15 that a double keeps. */
function amountToNumber(amount: Amount): number {
  return Number(formatAmount(amount));
}

/** From a JSON number, by its shortest decimal text; `0.0005` is refused, not rounded. */
function amountOfNumber(value: number, at = "/quantity"): Amount {
  if (value > 2 ** 40)
    throw new Problem("amount-too-large", at, `the ledger holds at most ${formatAmount(MAX_AMOUNT)}`);
  return parseAmount(String(value), at);
}

function unitCode(unit: number, at = "/unit"): UnitCode {
  const code = (UNITS as Readonly<Record<number, UnitCode>>)[unit];
  if (code === undefined) throw new Problem("unit-unknown", at, `no unit has the number ${unit}`);
  return code;
}

/** Null for none, and for a number that no unit has. */
function uomOf(unit: number | null): UnitCode | null {
  return unit === null ? null : ((UNITS as Readonly<Record<number, UnitCode>>)[unit] ?? null);
}

function unitNumber(code: string, at = "/unit"): number {
  const found = Object.entries(UNITS).find(([, unit]) => unit === code);
  if (found === undefined) throw new Problem("unit-unknown", at, `"${code}" is not KGM, MTK, H87 or LTR`);
  return Number(found[0]);
}
