/**
 * CBV 2.0's event hash: `ni:///sha-256;…?ver=CBV2.0` over one text that is the same for the same event in XML or JSON, in any order of
 * keys. An extra for those who know an event by it: it proves nothing about who wrote the event, implementations disagree about the
 * order of some fields (ours is that of the reference vectors), and nothing of the ledger depends on it. What declares an error has
 * the hash of the event that it repeats. Pure: the digest is passed in.
 */
import { hexOf, utf8 } from "../bytes.ts";
import type { Hashing } from "../merkle.ts";
import { CBV, EVENT, GS1, NOT_HASHED, type Order, type Rule } from "./event-hash-order.ts";
import { canonicalGs1Uri } from "./gs1-uri.ts";

export { eventHashes, preHashes };

type Fields = Readonly<Record<string, unknown>>;

/** The hash of each event of a document, in its order; none where it holds no event (master data, credentials). Never throws. */
async function eventHashes(hashing: Hashing, document: unknown): Promise<readonly string[]> {
  return Promise.all(
    preHashes(document).map(async (text) => {
      const digest = hexOf(await hashing.sha256(utf8(text))).slice(2);
      return `ni:///sha-256;${digest}?ver=CBV2.0`;
    }),
  );
}

/** What is hashed, for comparing with others. */
function preHashes(document: unknown): readonly string[] {
  const top = fieldsOf(document);
  if (top === null) return [];
  const prefixes = prefixesOf(top["@context"], (prefix) => WELL_KNOWN.get(prefix));
  return eventsIn(top).flatMap((event) => {
    const fields = fieldsOf(event);
    if (fields === null || typeof fields.type !== "string" || !EVENT_TYPES.includes(fields.type)) return [];
    const names = prefixesOf(fields["@context"], prefixes);
    return `eventType=${fields.type}${members(fields, EVENT, names)}`;
  });
}

const EVENT_TYPES: readonly string[] = [
  "ObjectEvent",
  "AggregationEvent",
  "TransactionEvent",
  "TransformationEvent",
  "AssociationEvent",
];

/** Both sorts of document that hold events, and an event by itself. */
function eventsIn(top: Fields): readonly unknown[] {
  const body = fieldsOf(top.epcisBody);
  if (body === null) return [top];
  const results = fieldsOf(fieldsOf(body.queryResults)?.resultsBody ?? null);
  const list = body.eventList ?? results?.eventList;
  return Array.isArray(list) ? list : [];
}

/** The namespace that a prefix stands for. */
type Prefixes = (prefix: string) => string | undefined;
/** EPCIS's own context knows these. */
const WELL_KNOWN = new Map([
  ["gs1", GS1],
  ["cbv", CBV],
  ["cbvmda", "urn:epcglobal:cbv:mda:"],
]);

/** Known fields in their order, then everything else (extensions, ILMD) by the bytes of what is written. */
function members(fields: Fields, order: Order, prefixes: Prefixes): string {
  const known = order.map(([name, rule]) =>
    Object.hasOwn(fields, name) ? member(name, fields[name], rule, prefixes) : "",
  );
  const names = new Set(order.map(([name]) => name));
  const others = Object.keys(fields)
    .filter((name) => !names.has(name) && !NOT_HASHED.includes(name))
    .map((name) => extension(expandedName(name, prefixes), fields[name], prefixes));
  return [...known, ...sorted(others)].join("");
}

function member(name: string, value: unknown, rule: Rule, prefixes: Prefixes): string {
  if (rule.as === "list") {
    if (!Array.isArray(value)) return "";
    const items = value.map((item: unknown) => {
      const { inner } = rule;
      const fields = inner === null ? null : fieldsOf(item);
      if (inner === null || fields === null) return `${rule.item}=${written(item)}`;
      return `${rule.item}${members(fields, inner, prefixes)}`;
    });
    return items.length === 0 ? "" : `${name}${sorted(items).join("")}`;
  }
  // A field that may hold one value or several writes its name before each.
  if (Array.isArray(value)) return sorted(value.map((item: unknown) => member(name, item, rule, prefixes))).join("");
  const fields = fieldsOf(value);
  if (rule.as === "object") return fields === null ? "" : `${name}${members(fields, rule.inner, prefixes)}`;
  if (fields !== null) return extension(name, value, prefixes);
  if (rule.as === "time") return `${name}=${timeOf(value)}`;
  return `${name}=${rule.as === "word" ? wordOf(value, rule.vocabulary, prefixes) : written(value)}`;
}

/** Fields that nobody has an order for. */
function extension(name: string, value: unknown, prefixes: Prefixes): string {
  if (Array.isArray(value)) return sorted(value.map((item: unknown) => extension(name, item, prefixes))).join("");
  const fields = fieldsOf(value);
  return fields === null ? `${name}=${written(value)}` : `${name}${members(fields, [], prefixes)}`;
}

function written(value: unknown): string {
  if (typeof value !== "string") return String(value);
  const trimmed = value.trim();
  return canonicalGs1Uri(trimmed) ?? trimmed;
}

/** A bare word of CBV, a CURIE or a URI → the URI. */
function wordOf(value: unknown, vocabulary: string, prefixes: Prefixes): string {
  const said = written(value);
  if (/^[A-Za-z_]+$/.test(said)) return vocabulary + said;
  const [, old] = /^urn:epcglobal:cbv:(?:bizstep|disp|btt|sdt):([a-z_]+)$/.exec(said) ?? [];
  if (old !== undefined) return vocabulary + old;
  const [, prefix = "", local = ""] = /^([^:/]+):([^/].*)$/.exec(said) ?? [];
  const space = prefixes(prefix);
  return space === undefined ? said : space + local;
}

/** `prefix:name` and full names → `{namespace}name`. */
function expandedName(name: string, prefixes: Prefixes): string {
  const [, prefix = "", local = ""] = /^([^:/]+):([^/].*)$/.exec(name) ?? [];
  const space = prefixes(prefix);
  if (space !== undefined) return `{${space}}${local}`;
  const [, namespace, last] = /^(https?:\/\/.*[/#])([^/#]+)$/.exec(name) ?? [];
  return namespace === undefined ? name : `{${namespace}}${last}`;
}

/** UTC with three decimals; the fourth rounds. What is no time stays as it is. */
function timeOf(value: unknown): string {
  const said = written(value);
  const [, day = "", clock, fraction = "", zone] =
    /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(said) ?? [];
  const ms = isDay(day) ? Date.parse(`${day}T${clock}${zone}`) : Number.NaN;
  if (Number.isNaN(ms)) return said;
  const digits = fraction.padEnd(4, "0");
  return new Date(ms + Number(digits.slice(0, 3)) + (Number(digits[3]) >= 5 ? 1 : 0)).toISOString();
}

/** Engines read 30 February as 2 March, or as no day. */
function isDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

/** What a context adds to those around it; these are not copied, for a list of thousands of events may have a context in each. */
function prefixesOf(context: unknown, around: Prefixes): Prefixes {
  const own = new Map<string, string>();
  for (const part of Array.isArray(context) ? context : [context]) {
    for (const [prefix, space] of Object.entries(fieldsOf(part) ?? {})) {
      if (typeof space === "string") own.set(prefix, space);
    }
  }
  return own.size === 0 ? around : (prefix) => own.get(prefix) ?? around(prefix);
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** By UTF-8 bytes, which is by code points; JavaScript's own order is by UTF-16 units. */
function sorted(texts: readonly string[]): readonly string[] {
  return [...texts].sort((a, b) => {
    const most = Math.min(a.length, b.length);
    let at = 0;
    while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
    return at === most ? a.length - b.length : rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
  });
}

/** Halves of what lies beyond the first 65,536 signs come after all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
