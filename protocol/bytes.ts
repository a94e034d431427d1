/**
 * Bytes: hex, big-endian integers, UTF-8, and a reader that stops at the first byte out of form (docs/ledger.md §2).
 * Pure. Hex in JSON is `0x` and lower-case digits.
 */

import type { ProblemType } from "./problem.ts";
import { Problem } from "./problem.ts";

export type { Bytes, Hex };
export { bytesOf, compareBytes, concat, equalBytes, hexOf, isZero, Reader, textOf, uint, utf8 };

/** `0x` and lower-case hex digits. */
type Hex = `0x${string}`;

/** What functions here give back: bytes with a buffer of their own, as WebCrypto and fetch take them. */
type Bytes = Uint8Array<ArrayBuffer>;

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** By character code: what a lower-case hex digit is worth; 16 for all else. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = "0123456789abcdef".indexOf(String.fromCharCode(code));
  return value < 0 ? 16 : value;
});

function hexOf(bytes: Uint8Array): Hex {
  let text: Hex = "0x";
  for (const byte of bytes) text += DIGITS[byte];
  return text;
}

/** Reads `0x…` in lower case; with `length`, of exactly so many bytes. */
function bytesOf(hex: string, at = "", length?: number): Bytes {
  const unreadable = () => new Problem("hex-unreadable", at, "not 0x and pairs of lower-case hex digits");
  if (!hex.startsWith("0x") || hex.length % 2 !== 0) throw unreadable();
  const bytes = new Uint8Array(hex.length / 2 - 1);
  for (let n = 0; n < bytes.length; n++) {
    const high = VALUES[hex.charCodeAt(2 + 2 * n)] ?? 16;
    const low = VALUES[hex.charCodeAt(3 + 2 * n)] ?? 16;
    if (high > 15 || low > 15) throw unreadable();
    bytes[n] = (high << 4) | low;
  }
  if (length !== undefined && bytes.length !== length) {
    throw new Problem("hex-unreadable", at, `${bytes.length} bytes where ${length} are expected`);
  }
  return bytes;
}

function concat(...parts: readonly Uint8Array[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Not for secrets: it stops at the first difference. */
function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && compareBytes(one, other) === 0;
}

/** Negative, zero or positive, as the first differing byte says; a shorter one that is a beginning of the other comes first. */
function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const common = Math.min(one.length, other.length);
  for (let n = 0; n < common; n++) {
    const difference = (one[n] ?? 0) - (other[n] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

function isZero(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0) return false;
  return true;
}

/** Bytes of an integer that a number holds exactly: the common case, and many times as fast as a bigint. */
const MAX_NUMBER_WIDTH = 6;

/** `value` in `width` bytes, big-endian. A value that does not fit is the caller's mistake: RangeError. */
function uint(value: bigint | number, width: number): Bytes {
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number`);
  if (typeof value === "number" && width <= MAX_NUMBER_WIDTH && value >= 0 && value < 2 ** (8 * width)) {
    const small = new Uint8Array(width);
    for (let n = width - 1, left = value; n >= 0; n--, left = Math.floor(left / 256)) small[n] = left % 256;
    return small;
  }
  let rest = BigInt(value);
  if (rest < 0n || rest >> BigInt(8 * width) !== 0n) throw new RangeError(`${value} does not fit into u${8 * width}`);
  const bytes = new Uint8Array(width);
  for (let n = width - 1; n >= 0; n--) {
    bytes[n] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** Reads bytes front to back. Too few, or (`done`) too many, throw a Problem of the given type at the given place. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #at: string;
  readonly #type: ProblemType;
  #offset = 0;

  constructor(bytes: Uint8Array, at = "", type: ProblemType = "malformed-batch") {
    this.#bytes = bytes;
    this.#at = at;
    this.#type = type;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  /** The next bytes as a copy of their own. */
  take(length: number): Bytes {
    const from = this.#skip(length);
    return new Uint8Array(this.#bytes.subarray(from, from + length));
  }

  u8(): number {
    return this.#small(1);
  }

  u16(): number {
    return this.#small(2);
  }

  u24(): number {
    return this.#small(3);
  }

  u32(): number {
    return this.#small(4);
  }

  /** A time or a count; exact as a number. */
  u40(): number {
    return this.#small(5);
  }

  u64(): bigint {
    return this.#uint(8);
  }

  /** Nothing may follow. */
  done(): void {
    if (this.left > 0)
      throw new Problem(this.#type, this.#at, `${this.left} bytes too many after byte ${this.#offset}`);
  }

  #small(width: number): number {
    const from = this.#skip(width);
    let value = 0;
    for (let n = from; n < from + width; n++) value = value * 256 + (this.#bytes[n] ?? 0);
    return value;
  }

  #uint(width: number): bigint {
    let value = 0n;
    for (const byte of this.take(width)) value = (value << 8n) | BigInt(byte);
    return value;
  }

  /** Where the next bytes begin. */
  #skip(length: number): number {
    if (length > this.left) {
      throw new Problem(
        this.#type,
        this.#at,
        `ends after ${this.#bytes.length} bytes, ${length - this.left} too early`,
      );
    }
    this.#offset += length;
    return this.#offset - length;
  }
}

/** Texts of up to so many UTF-16 units are written here first: their length as UTF-8 is known only afterwards. */
const SHORT = 8192;
let written: Uint8Array<ArrayBuffer> | null = null;

/** UTF-8 of a text; a lone surrogate has none and is refused. */
function utf8(text: string, at = ""): Bytes {
  const bytes = text.length > SHORT ? new Uint8Array(text.length * 3) : (written ??= new Uint8Array(SHORT * 3));
  let length = 0;
  for (let n = 0; n < text.length; n++) {
    const unit = text.charCodeAt(n);
    if (unit < 0x80) {
      bytes[length++] = unit;
      continue;
    }
    const point = unit < 0xd800 || unit > 0xdfff ? unit : (text.codePointAt(n) ?? 0);
    if (point >= 0xd800 && point < 0xe000) throw new Problem("text-unreadable", at, "a lone surrogate is not text");
    if (point < 0x800) {
      bytes[length++] = 0xc0 | (point >> 6);
      bytes[length++] = 0x80 | (point & 0x3f);
    } else if (point < 0x10000) {
      bytes[length++] = 0xe0 | (point >> 12);
      bytes[length++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[length++] = 0x80 | (point & 0x3f);
    } else {
      bytes[length++] = 0xf0 | (point >> 18);
      bytes[length++] = 0x80 | ((point >> 12) & 0x3f);
      bytes[length++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[length++] = 0x80 | (point & 0x3f);
      n++;
    }
  }
  return bytes.slice(0, length);
}

/** The text of UTF-8 bytes. Overlong forms, surrogates, points above U+10FFFF and cut sequences are refused (RFC 3629 §4). */
function textOf(bytes: Uint8Array, at = ""): string {
  const points: number[] = [];
  const parts: string[] = [];
  const refuse = (offset: number) => new Problem("text-unreadable", at, `not UTF-8 at byte ${offset}`);

  for (let n = 0; n < bytes.length;) {
    const first = bytes[n] ?? 0;
    const more = first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
    if (more < 0 || n + more >= bytes.length) throw refuse(n);
    let point = more === 0 ? first : first & (0x3f >> more);
    for (let k = 1; k <= more; k++) {
      const next = bytes[n + k] ?? 0;
      if ((next & 0xc0) !== 0x80) throw refuse(n + k);
      point = (point << 6) | (next & 0x3f);
    }
    const least = more === 2 ? 0x800 : more === 3 ? 0x10000 : 0;
    if (point < least || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) throw refuse(n);
    points.push(point);
    n += more + 1;
    // Spreading more than some ten thousand arguments overflows the stack of a phone's browser.
    if (points.length === 4096) parts.push(String.fromCodePoint(...points.splice(0)));
  }
  return parts.join("") + String.fromCodePoint(...points);
}
