/**
 * GS1 keys that people type: the SSCC of a pallet or truck load (AI 00), the GLN of a place (AI 414), and the check digit that finds a
 * mistyped one (GS1 General Specifications §7.9). Pure.
 */
import { Problem } from "../problem.ts";

export { glnText, glnUri, readGln, readSscc, ssccText, ssccUri, withCheckDigit };

/** The digits and their check digit: modulo 10, weights 3 and 1 from the right. */
function withCheckDigit(digits: string): string {
  let sum = 0;
  for (let n = 0; n < digits.length; n++) sum += Number(digits[digits.length - 1 - n]) * (n % 2 === 0 ? 3 : 1);
  return digits + String((10 - (sum % 10)) % 10);
}

/** 18 digits of which the last checks the others, or the Problem `form-refused`. */
function ssccText(sscc: string, at = "/sscc"): string {
  return keyText(sscc, { length: 18, name: "SSCC", at });
}

/** 13 digits of which the last checks the others, or the Problem `form-refused`. */
function glnText(gln: string, at = "/gln"): string {
  return keyText(gln, { length: 13, name: "GLN", at });
}

/** GS1 Digital Link of a logistic unit. */
function ssccUri(sscc: string, at = "/sscc"): string {
  return `https://id.gs1.org/00/${ssccText(sscc, at)}`;
}

/** GS1 Digital Link of a place. */
function glnUri(gln: string, at = "/gln"): string {
  return `https://id.gs1.org/414/${glnText(gln, at)}`;
}

/** A stranger's SSCC, or null where it is none. */
function readSscc(value: unknown): string | null {
  return typeof value === "string" && isKey(value, 18) ? value : null;
}

function readGln(value: unknown): string | null {
  return typeof value === "string" && isKey(value, 13) ? value : null;
}

function keyText(
  text: string,
  { length, name, at }: { readonly length: number; readonly name: string; readonly at: string },
): string {
  if (isKey(text, length)) return text;
  const right = new RegExp(`^\\d{${length}}$`).test(text)
    ? `its last digit would have to be ${withCheckDigit(text.slice(0, -1)).slice(-1)}`
    : `it has ${length} digits`;
  throw new Problem("form-refused", at, `"${text}" is no ${name}: ${right}`);
}

function isKey(value: string, length: number): boolean {
  return value.length === length && /^\d+$/.test(value) && withCheckDigit(value.slice(0, -1)) === value;
}
