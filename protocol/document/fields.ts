/**
 * Numbers and ids on their way into a document, checked where they enter. Pure.
 */
import { type Amount, amountOf, amountOfNumber, amountToNumber } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import { Problem } from "../problem.ts";

export { amountNumber, checkHex, finite, measure, readAmount, readSigned, signedNumber, uomText, whole };

/** Thousandths → a JSON number of units, exact. */
function amountNumber(amount: bigint, at: string): number {
  return amountToNumber(amountOf(amount, at));
}

/** A JSON number of units → thousandths, or null where it is none: a stranger may write anything. */
function readAmount(value: number | null): Amount | null {
  if (value === null) return null;
  try {
    return amountOfNumber(value);
  } catch {
    return null;
  }
}

/** A difference in thousandths → a JSON number of units, exact; its sign says which way. */
function signedNumber(difference: bigint, at: string): number {
  return difference < 0n ? -amountNumber(-difference, at) : amountNumber(difference, at);
}

/** A JSON number of units → a difference in thousandths, or null where it is none. */
function readSigned(value: number | null): bigint | null {
  if (value === null) return null;
  const amount = readAmount(Math.abs(value));
  return amount !== null && value < 0 ? -amount : amount;
}

function checkHex(value: Hex, at: string): Hex {
  if (!/^0x[0-9a-f]{64}$/.test(value))
    throw new Problem("form-refused", at, "0x and 64 lower-case hex digits are expected");
  return value;
}

function finite(value: number, at: string): number {
  if (!Number.isFinite(value) || Math.abs(value) > 1e12)
    throw new Problem("form-refused", at, `${value} is not a measure`);
  return value;
}

function measure(value: number, at: string): number {
  if (finite(value, at) < 0) throw new Problem("form-refused", at, `${value} is below nothing`);
  return value;
}

function whole(value: number, at: string): number {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Problem("form-refused", at, `${value} is not a whole number`);
  return value;
}

/** UN/CEFACT Recommendation 20, as EPCIS writes it. */
function uomText(value: string, at: string): string {
  if (!/^[A-Z0-9]{2,3}$/.test(value)) throw new Problem("form-refused", at, `"${value}" is not a unit code`);
  return value;
}
