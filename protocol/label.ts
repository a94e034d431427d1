/**
 * Codes on packages: serials, addresses, fingerprints (docs/ledger.md §12; GS1 General Specifications §7.9 for check digits;
 * GS1 Digital Link URI Syntax §4). Pure: random bytes and the digest are passed in.
 */
import { Reader, utf8 } from "./bytes.ts";
import type { Hashing } from "./merkle.ts";
import { leafHash } from "./merkle.ts";
import { Problem } from "./problem.ts";

export type { Code };
export {
  codeAddress,
  codePath,
  fingerprint,
  gtinCheckDigit,
  isGtin,
  makeSerial,
  parseCodePath,
  printSerial,
  readCharacters,
  readCode,
  readFingerprint,
  readSerial,
  serialLeaf,
  serialLeaves,
  serialValues,
  spell,
};

/** What a code says. `gtin` (14 digits) and `lotNumber` are both null in the short form `/T/…`. */
interface Code {
  readonly gtin: string | null;
  readonly lotNumber: string | null;
  /** 14 characters, without hyphens. */
  readonly serial: string;
}

/** Crockford's 32 characters: none of them is taken for another. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RANDOM_CHARACTERS = 13;
const SERIAL_CHARACTERS = 14;
const FINGERPRINT_CHARACTERS = 8;
/** Serials hashed at once, as in merkle.ts. */
const CHUNK = 4096;

/** 13 random bytes → a serial. 32 divides 256, so each character is equally likely. */
function makeSerial(random: Uint8Array): string {
  if (random.length !== RANDOM_CHARACTERS) throw new RangeError(`a serial needs ${RANDOM_CHARACTERS} random bytes`);
  const values = Array.from(random, (byte) => byte & 31);
  return spell([...values, checkValue(values)]);
}

/** Reads what somebody typed: any case, spaces and hyphens, I and L for 1, O for 0. Gives 14 characters. */
function readSerial(text: string, at = "/serial"): string {
  const values = readCharacters(text, SERIAL_CHARACTERS);
  if (values === null) throw new Problem("serial-malformed", at, `not ${SERIAL_CHARACTERS} characters of ${ALPHABET}`);
  if (values[SERIAL_CHARACTERS - 1] !== checkValue(values.slice(0, -1))) {
    throw new Problem("serial-wrong-check", at, "the check character does not match the others");
  }
  return spell(values);
}

/** The 13 values (0 … 31) that {@link makeSerial} spells as this serial. @throws Problem as {@link readSerial} */
function serialValues(serial: string): Uint8Array {
  return Uint8Array.from(readSerial(serial).slice(0, -1), (character) => ALPHABET.indexOf(character));
}

/**
 * Luhn mod 32: finds every single wrong character, and every two neighbours swapped but 0 and Z (whose doubled digit sums
 * differ from them by the same amount).
 */
function checkValue(values: readonly number[]): number {
  let sum = 0;
  for (const [n, value] of values.entries()) {
    const doubled = (values.length - n) % 2 === 1;
    sum += doubled ? digitSum(2 * value) : value;
  }
  return (32 - (sum % 32)) % 32;
}

function digitSum(value: number): number {
  return Math.floor(value / 32) + (value % 32);
}

/** As printed: `0123-4567-89ABCD`. */
function printSerial(serial: string): string {
  return `${serial.slice(0, 4)}-${serial.slice(4, 8)}-${serial.slice(8)}`;
}

/** sha256(00 ‖ the 14 ASCII characters). */
async function serialLeaf(hashing: Hashing, serial: string): Promise<Uint8Array> {
  return leafHash(hashing, utf8(serial));
}

/** The leaves of a whole run in its order, many digests at a time. */
async function serialLeaves(hashing: Hashing, serials: readonly string[]): Promise<Uint8Array[]> {
  const leaves: Uint8Array[] = [];
  for (let start = 0; start < serials.length; start += CHUNK) {
    const chunk = serials.slice(start, start + CHUNK);
    leaves.push(...(await Promise.all(chunk.map((serial) => serialLeaf(hashing, serial)))));
  }
  return leaves;
}

/** The first 40 bits of a word as printed: `XXXX-XXXX`. */
function fingerprint(word: Uint8Array): string {
  const bits = new Reader(word).u40();
  const values = Array.from({ length: FINGERPRINT_CHARACTERS }, (_, n) => Math.floor(bits / 32 ** (7 - n)) % 32);
  return printFingerprint(values);
}

/** Reads what somebody typed, as with serials; gives the printed form. */
function readFingerprint(text: string, at = "/fingerprint"): string {
  const values = readCharacters(text, FINGERPRINT_CHARACTERS);
  if (values === null) {
    throw new Problem("fingerprint-malformed", at, `not ${FINGERPRINT_CHARACTERS} characters of ${ALPHABET}`);
  }
  return printFingerprint(values);
}

function printFingerprint(values: readonly number[]): string {
  const text = spell(values);
  return `${text.slice(0, 4)}-${text.slice(4)}`;
}

/** What somebody typed of exactly so many characters: any case, spaces and hyphens, I and L for 1, O for 0. Null: unreadable. */
function readCharacters(text: string, length: number): number[] | null {
  const plain = text.replace(/[\s-]/g, "").toUpperCase().replace(/[IL]/g, "1").replace(/O/g, "0");
  const values = Array.from(plain, (character) => ALPHABET.indexOf(character));
  return values.length === length && values.every((value) => value >= 0) ? values : null;
}

/** Values of 0 … 31 in Crockford's alphabet. */
function spell(values: readonly number[]): string {
  return values.map((value) => ALPHABET[value]).join("");
}

/** The path of a code's address, percent-encoded. */
function codePath({ gtin, lotNumber, serial }: Code): string {
  if (gtin === null || lotNumber === null) return `/T/${serial}`;
  return `/01/${gtin}/10/${encodeLotNumber(lotNumber)}/21/${serial}`;
}

/** `host` may carry a port, and a scheme where it is not https. */
function codeAddress(host: string, code: Code): string {
  return `${host.includes("://") ? host : `https://${host}`}${codePath(code)}`;
}

/** Strict: GS1's keys in their order, 14 digits with a right check digit, a lot number of 1 to 20 characters of GS1's set 82. */
function parseCodePath(path: string, at = "/code"): Code {
  const parts = path.split("/");
  const [root, first, second, third, fourth, fifth, sixth] = parts;
  if (root === "" && parts.length === 3 && (first === "T" || first === "t") && second !== undefined) {
    return { gtin: null, lotNumber: null, serial: readSerial(percentDecoded(second, at), `${at}/serial`) };
  }
  const formed = root === "" && parts.length === 7 && first === "01" && third === "10" && fifth === "21";
  if (!formed || second === undefined || fourth === undefined || sixth === undefined) {
    throw new Problem("code-malformed", at, "neither /01/…/10/…/21/… nor /T/…");
  }
  if (!/^\d{14}$/.test(second))
    throw new Problem("code-malformed", `${at}/gtin`, "an article number has 14 digits here");
  if (!isGtin(second))
    throw new Problem(
      "gtin-wrong-check",
      `${at}/gtin`,
      `${second} should end in ${gtinCheckDigit(second.slice(0, -1))}`,
    );
  const lotNumber = percentDecoded(fourth, at);
  if (!LOT_NUMBER.test(lotNumber)) {
    throw new Problem(
      "code-malformed",
      `${at}/lotNumber`,
      "a lot number has 1 to 20 letters, digits or marks of GS1's set 82",
    );
  }
  return { gtin: second, lotNumber, serial: readSerial(percentDecoded(sixth, at), `${at}/serial`) };
}

/** Reads whatever somebody has in hand: a whole address, its path, or the serial alone. `host` is null without an address. */
function readCode(text: string, at = "/code"): Code & { readonly host: string | null } {
  const trimmed = text.trim();
  const address = /^https?:\/\/([^/?#\s]+)(\/[^?#]*)/i.exec(trimmed);
  if (address !== null) {
    const [, host = "", path = ""] = address;
    return { ...parseCodePath(path, at), host };
  }
  if (trimmed.startsWith("/")) return { ...parseCodePath(trimmed, at), host: null };
  return { gtin: null, lotNumber: null, serial: readSerial(trimmed, at), host: null };
}

/** GS1 AI encodable character set 82. */
const LOT_NUMBER = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/;

function encodeLotNumber(text: string): string {
  return Array.from(utf8(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9\-._~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

/** Only ASCII can follow from a code, so a byte is a character; a lone % is refused. */
function percentDecoded(text: string, at: string): string {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) throw new Problem("code-malformed", at, "a % without two hex digits");
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** Check digit for any GS1 key: weights 3, 1, 3 … from the right. */
function gtinCheckDigit(digits: string): string {
  if (!/^\d+$/.test(digits)) throw new RangeError("a check digit is made of digits");
  let sum = 0;
  for (const [n, digit] of Array.from(digits).reverse().entries()) sum += Number(digit) * (n % 2 === 0 ? 3 : 1);
  return String((10 - (sum % 10)) % 10);
}

/** Whether the last digit is the check digit of the others. */
function isGtin(digits: string): boolean {
  return /^\d{8,18}$/.test(digits) && gtinCheckDigit(digits.slice(0, -1)) === digits.slice(-1);
}
