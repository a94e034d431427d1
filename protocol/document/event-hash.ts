/**
 * CBV 2.0's event hash: `ni:///sha-256;…?ver=CBV2.0` over one text that is the same for the same event in XML or JSON, in any order of
 * keys. An extra for those who know an event by it: it proves nothing about who wrote the event, implementations disagree about the
 * order of some fields (ours is that of the reference vectors), and nothing of the ledger depends on it. What declares an error has
 * the hash of the event that it repeats. Pure: the digest is passed in.
 */
import { hexOf, utf8 } from "../bytes.ts";
import type { Hashing } from "../merkle.ts";
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
  const prefixes = prefixesOf(top["@context"], WELL_KNOWN);
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

/** How a field is written: as a bare word's vocabulary, as a time, as an object with fields of its own … */
type Rule =
  | { readonly as: "text" | "time" }
  | { readonly as: "word"; readonly vocabulary: string }
  | { readonly as: "object"; readonly inner: Order }
  | { readonly as: "list"; readonly item: string; readonly inner: Order | null };

/** Fields in the order in which they are hashed. */
type Order = readonly (readonly [name: string, rule: Rule])[];

const CBV = "https://ref.gs1.org/cbv/";
const GS1 = "https://gs1.org/voc/";
const text: Rule = { as: "text" };
const time: Rule = { as: "time" };
const word = (vocabulary: string): Rule => ({ as: "word", vocabulary });
const object = (inner: Order): Rule => ({ as: "object", inner });
const list = (item: string, inner: Order | null = null): Rule => ({ as: "list", item, inner });

const QUANTITY: Order = [
  ["epcClass", text],
  ["quantity", text],
  ["uom", text],
];
const PLACE: Order = [["id", text]];
const DISPOSITION = word(`${CBV}Disp-`);
const SENSOR_METADATA: Order = [
  ["time", time],
  ["startTime", time],
  ["endTime", time],
  ["deviceID", text],
  ["deviceMetadata", text],
  ["rawData", text],
  ["dataProcessingMethod", text],
  ["bizRules", text],
];
const SENSOR_REPORT: Order = [
  ["type", word(GS1)],
  ["exception", word(GS1)],
  ["deviceID", text],
  ["deviceMetadata", text],
  ["rawData", text],
  ["dataProcessingMethod", text],
  ["time", time],
  ["microorganism", text],
  ["chemicalSubstance", text],
  ["value", text],
  ["component", word(`${CBV}Comp-`)],
  ["stringValue", text],
  ["booleanValue", text],
  ["hexBinaryValue", text],
  ["uriValue", text],
  ["minValue", text],
  ["maxValue", text],
  ["meanValue", text],
  ["sDev", text],
  ["percRank", text],
  ["percValue", text],
  ["uom", text],
  ["coordinateReferenceSystem", text],
];

/** The order that reproduces the reference vectors (test/vectors/event-hash). */
const EVENT: Order = [
  ["eventTime", time],
  ["eventTimeZoneOffset", text],
  ["certificationInfo", text],
  ["parentID", text],
  ["epcList", list("epc")],
  ["inputEPCList", list("epc")],
  ["childEPCs", list("epc")],
  ["quantityList", list("quantityElement", QUANTITY)],
  ["childQuantityList", list("quantityElement", QUANTITY)],
  ["inputQuantityList", list("quantityElement", QUANTITY)],
  ["outputEPCList", list("epc")],
  ["outputQuantityList", list("quantityElement", QUANTITY)],
  ["action", text],
  ["transformationID", text],
  ["bizStep", word(`${CBV}BizStep-`)],
  ["disposition", DISPOSITION],
  [
    "persistentDisposition",
    object([
      ["set", DISPOSITION],
      ["unset", DISPOSITION],
    ]),
  ],
  ["readPoint", object(PLACE)],
  ["bizLocation", object(PLACE)],
  [
    "bizTransactionList",
    list("", [
      ["type", word(`${CBV}BTT-`)],
      ["bizTransaction", text],
    ]),
  ],
  [
    "destinationList",
    list("", [
      ["type", word(`${CBV}SDT-`)],
      ["destination", text],
    ]),
  ],
  [
    "sourceList",
    list("", [
      ["type", word(`${CBV}SDT-`)],
      ["source", text],
    ]),
  ],
  [
    "sensorElementList",
    list("sensorElement", [
      ["sensorMetadata", object(SENSOR_METADATA)],
      ["sensorReport", object(SENSOR_REPORT)],
    ]),
  ],
];

/** What says something about the record, not about what happened. */
const NOT_HASHED: readonly string[] = [
  "type",
  "@context",
  "eventID",
  "recordTime",
  "errorDeclaration",
  "comment",
  "rdfs:comment",
  "http://www.w3.org/2000/01/rdf-schema#comment",
];

type Prefixes = Readonly<Record<string, string>>;
/** EPCIS's own context knows these. */
const WELL_KNOWN: Prefixes = { gs1: GS1, cbv: CBV, cbvmda: "urn:epcglobal:cbv:mda:" };

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
  return Object.hasOwn(prefixes, prefix) ? `${prefixes[prefix]}${local}` : said;
}

/** `prefix:name` and full names → `{namespace}name`. */
function expandedName(name: string, prefixes: Prefixes): string {
  const [, prefix = "", local = ""] = /^([^:/]+):([^/].*)$/.exec(name) ?? [];
  if (Object.hasOwn(prefixes, prefix)) return `{${prefixes[prefix]}}${local}`;
  const [, namespace, last] = /^(https?:\/\/.*[/#])([^/#]+)$/.exec(name) ?? [];
  return namespace === undefined ? name : `{${namespace}}${last}`;
}

/** UTC with three decimals; the fourth rounds. What is no time stays as it is. */
function timeOf(value: unknown): string {
  const said = written(value);
  const [, seconds, fraction = "", zone] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(said) ?? [];
  const ms = seconds === undefined ? Number.NaN : Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(ms)) return said;
  const digits = fraction.padEnd(4, "0");
  return new Date(ms + Number(digits.slice(0, 3)) + (Number(digits[3]) >= 5 ? 1 : 0)).toISOString();
}

function prefixesOf(context: unknown, known: Prefixes): Prefixes {
  const parts: readonly unknown[] = Array.isArray(context) ? context : [context];
  const pairs = parts.flatMap((part) => Object.entries(fieldsOf(part) ?? {}));
  const strings = pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string");
  return { ...known, ...Object.fromEntries(strings) };
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** By UTF-8 bytes, which is by code points; JavaScript's own order is by UTF-16 units. */
function sorted(texts: readonly string[]): readonly string[] {
  return [...texts].sort((a, b) => {
    const [left, right] = [[...a], [...b]];
    const at = left.findIndex((sign, n) => sign !== right[n]);
    if (at < 0) return left.length - right.length;
    return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1);
  });
}
