/** 200 nasty strings (test/vectors/nasty-strings.json, by what is nasty about them), and documents that hold them. */
import { readFileSync } from "node:fs";
import type { Json } from "../../protocol/canonical.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";

export { nastyStrings, reworded, textsIn };

const BY_KIND = JSON.parse(readFileSync(new URL("../vectors/nasty-strings.json", import.meta.url), "utf8")) as Readonly<
  Record<string, readonly string[]>
>;

/** Each with what is nasty about it. */
const nastyStrings: readonly { readonly kind: string; readonly text: string }[] = Object.entries(BY_KIND).flatMap(
  ([kind, texts]) => texts.map((text) => ({ kind, text })),
);

/** Numbers, ids, addresses and words of a vocabulary have their own checks: they are no text. */
const NO_TEXT = /^(?:0x|urn:|https?:|ni:|ba[gf]|\d{4}-\d\d|[a-z]+:|[A-Z]{3}$|image\/|[+-]\d\d:|\d[\d.]*$)/;
const NO_TEXT_KEYS = /^(?:@context|type|action|bizStep|disposition|schemaVersion|uom|furrow:(?:kind|step|cid|id|uom))$/;

/** JSON Pointers of the texts that people wrote into a document. */
function textsIn(document: Json): readonly string[] {
  const found: string[] = [];
  each(document, "", (at) => {
    found.push(at);
    return null;
  });
  return found;
}

/** The same document with other texts; `change` gets the pointer and the text, and null leaves it. */
function reworded(document: JsonObject, change: (at: string, text: string) => string | null): JsonObject {
  return each(document, "", change) as JsonObject;
}

function each(value: Json, at: string, change: (at: string, text: string) => string | null): Json {
  if (typeof value === "string") return NO_TEXT.test(value) || value === "" ? value : (change(at, value) ?? value);
  if (Array.isArray(value)) return value.map((item, n) => each(item, `${at}/${n}`, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, below]) => {
      if (below === undefined || NO_TEXT_KEYS.test(key)) return [key, below];
      return [key, each(below, `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, change)];
    }),
  );
}
