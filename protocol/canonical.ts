/**
 * Canonical JSON (RFC 8785), and a strict reader of JSON (RFC 8259 with the limits of RFC 7493).
 * Canonical text is what is hashed; `JSON.parse` would take the last of two equal keys, so two readers could see two documents.
 * Pure. No Unicode normalisation: forms do that before they sign.
 */

import type { Bytes } from "./bytes.ts";
import { textOf, utf8 } from "./bytes.ts";
import { Problem } from "./problem.ts";

export type { Json };
export { canonicalBytes, canonicalJson, MAX_DEPTH, maybeCanonical, parseCanonical, parseJson, readCanonical };

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Deeper documents are refused: a recursive reader elsewhere could fall over them. */
const MAX_DEPTH = 64;

/** RFC 8785 §3.2. Values that JSON has not (undefined, NaN, dates, lone surrogates …) throw `json-unreadable`. */
function canonicalJson(value: unknown): string {
  return write(value, "", 0);
}

/** The canonical text as UTF-8: the very bytes of which `content` is the digest. */
function canonicalBytes(value: unknown): Bytes {
  return utf8(canonicalJson(value));
}

function write(value: unknown, at: string, depth: number): string {
  if (depth > MAX_DEPTH) throw new Problem("json-unreadable", at, `nested deeper than ${MAX_DEPTH}`);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Problem("json-unreadable", at, `${value} is not a JSON number`);
    return JSON.stringify(value);
  }
  if (typeof value === "string") return writeText(value, at);
  if (Array.isArray(value)) {
    // Array.from: a hole must be refused as undefined, not skipped.
    return `[${Array.from(value, (item, n) => write(item, `${at}/${n}`, depth + 1)).join(",")}]`;
  }
  if (isPlain(value)) {
    // The default sort is by UTF-16 code units, as RFC 8785 §3.2.3 asks.
    const members = Object.keys(value).sort();
    return `{${members.map((key) => `${writeText(key, at)}:${write(value[key], `${at}/${escapePointer(key)}`, depth + 1)}`).join(",")}}`;
  }
  throw new Problem("json-unreadable", at, `a value of type ${typeof value} is not JSON`);
}

function writeText(text: string, at: string): string {
  if (/\p{Surrogate}/u.test(text)) throw new Problem("json-unreadable", at, "a lone surrogate is not text");
  return JSON.stringify(text);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function escapePointer(key: string): string {
  return key.replace(/~/g, "~0").replace(/\//g, "~1");
}

/** Reads one JSON text; refuses duplicate keys, lone surrogates, numbers beyond a double, depth > 64, anything after it. */
function parseJson(text: string): Json {
  const source = new Source(text);
  const value = source.value("", 0);
  source.end();
  return value;
}

/** Reads a document that must be canonical to the byte, as its CID is that of these bytes. */
function readCanonical(bytes: Uint8Array): Json {
  return parseCanonical(textOf(bytes));
}

/** As `readCanonical`, of bytes that were read as text already. */
function parseCanonical(text: string): Json {
  const quick = quickly(text);
  if (quick !== undefined) return quick;
  const value = parseJson(text);
  if (canonicalJson(value) !== text) {
    throw new Problem(
      "document-not-canonical",
      "",
      "the bytes differ from the canonical form of what they say (RFC 8785)",
    );
  }
  return value;
}

/** As `parseCanonical`; null for a text that is not there, and for one that is no canonical JSON. */
function maybeCanonical(text: string | undefined): Json {
  if (text === undefined) return null;
  try {
    return parseCanonical(text);
  } catch {
    return null;
  }
}

/**
 * The value of most canonical texts, many times as fast: one that the engine writes again as it stood has no key twice, no space,
 * and no number or text in another spelling; whether its keys are in order is seen at once. Undefined for all else, which may be
 * canonical as well (keys that look like numbers are kept in another order): the strict reader says what is wrong, if anything.
 */
function quickly(text: string): Json | undefined {
  // The engine would write a lone surrogate as it stands here.
  if (text.includes("\\ud")) return undefined;
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
    if (JSON.stringify(value) !== text) return undefined;
  } catch {
    return undefined;
  }
  return isInOrder(value, 0) ? value : undefined;
}

function isInOrder(value: Json, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every((item: Json) => isInOrder(item, depth + 1));
  let before = "";
  for (const [key, inner] of Object.entries(value as Readonly<Record<string, Json>>)) {
    if (key < before || !isInOrder(inner, depth + 1)) return false;
    before = key;
  }
  return true;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** `unescaped` of RFC 8259 §7: no quote, no backslash, no control character. */
const PLAIN = /[ !#-[\]-\u{10ffff}]*/uy;
const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '"': '"',
    "\\": "\\",
    "/": "/",
    b: "\b",
    f: "\f",
    n: "\n",
    r: "\r",
    t: "\t",
  }),
);

class Source {
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(at: string, depth: number): Json {
    if (depth > MAX_DEPTH) throw this.#refuse(at, `nested deeper than ${MAX_DEPTH}`);
    this.#space();
    const next = this.#text[this.#offset];
    if (next === "{") return this.#object(at, depth);
    if (next === "[") return this.#array(at, depth);
    if (next === '"') return this.#string(at);
    for (const [word, value] of [
      ["null", null],
      ["true", true],
      ["false", false],
    ] as const) {
      if (this.#text.startsWith(word, this.#offset)) {
        this.#offset += word.length;
        return value;
      }
    }
    return this.#number(at);
  }

  end(): void {
    this.#space();
    if (this.#offset < this.#text.length) throw this.#refuse("", "something follows the value");
  }

  #object(at: string, depth: number): Json {
    const members: Record<string, Json> = {};
    const seen = new Set<string>();
    this.#offset++;
    if (this.#next("}")) return members;
    do {
      this.#space();
      if (this.#text[this.#offset] !== '"') throw this.#refuse(at, "a key in quotes is missing");
      const key = this.#string(at);
      if (seen.has(key)) {
        throw new Problem(
          "json-duplicate-key",
          `${at}/${escapePointer(key)}`,
          `the key "${key}" stands twice in one object`,
        );
      }
      seen.add(key);
      if (!this.#next(":")) throw this.#refuse(at, "a colon is missing");
      const value = this.value(`${at}/${escapePointer(key)}`, depth + 1);
      // Not an assignment: the key "__proto__" would change the object instead of being kept in it.
      Object.defineProperty(members, key, { value, enumerable: true, writable: true, configurable: true });
    } while (this.#next(","));
    if (!this.#next("}")) throw this.#refuse(at, "a comma or } is missing");
    return members;
  }

  #array(at: string, depth: number): Json {
    const items: Json[] = [];
    this.#offset++;
    if (this.#next("]")) return items;
    do items.push(this.value(`${at}/${items.length}`, depth + 1));
    while (this.#next(","));
    if (!this.#next("]")) throw this.#refuse(at, "a comma or ] is missing");
    return items;
  }

  #string(at: string): string {
    const parts: string[] = [];
    this.#offset++;
    for (;;) {
      parts.push(this.#match(PLAIN) ?? "");
      const stop = this.#text[this.#offset];
      if (stop === '"') break;
      if (stop !== "\\")
        throw this.#refuse(at, stop === undefined ? "the text does not end" : "a bare control character in a text");
      parts.push(this.#escape(at));
    }
    this.#offset++;
    const text = parts.join("");
    if (/\p{Surrogate}/u.test(text)) throw this.#refuse(at, "a lone surrogate is not text");
    return text;
  }

  #escape(at: string): string {
    const letter = this.#text[this.#offset + 1] ?? "";
    if (letter === "u") {
      const digits = this.#text.slice(this.#offset + 2, this.#offset + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#refuse(at, "\\u without four hex digits");
      this.#offset += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = ESCAPES.get(letter);
    if (character === undefined) throw this.#refuse(at, "an unknown escape");
    this.#offset += 2;
    return character;
  }

  #number(at: string): number {
    const text = this.#match(NUMBER);
    if (text === null)
      throw this.#refuse(at, this.#offset < this.#text.length ? "no JSON value begins here" : "the text ends early");
    const value = Number(text);
    if (!Number.isFinite(value)) throw this.#refuse(at, `${text} is beyond a double`);
    return value;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#offset;
    const match = pattern.exec(this.#text);
    if (match === null) return null;
    this.#offset = pattern.lastIndex;
    return match[0];
  }

  #next(mark: string): boolean {
    this.#space();
    if (this.#text[this.#offset] !== mark) return false;
    this.#offset++;
    return true;
  }

  #space(): void {
    while (" \t\n\r".includes(this.#text[this.#offset] ?? "x")) this.#offset++;
  }

  #refuse(at: string, fact: string): Problem {
    return new Problem("json-unreadable", at, `${fact} (character ${this.#offset})`);
  }
}
