/**
 * The words and addresses that all our documents share: EPCIS 2.0 context, lot classes, places, times, units.
 * GS1 keys where a product has one, else the URL forms of CBV 2.0 §8. Pure.
 */
import type { Hex } from "../bytes.ts";
import type { Json } from "../canonical.ts";
import { Problem } from "../problem.ts";
import { cleanText } from "./text.ts";

export type { Fields, JsonObject, LotName };
export {
  CONTEXT,
  dateOf,
  deviceId,
  lotClass,
  NAMESPACE,
  objectId,
  own,
  placeId,
  readDay,
  readDeviceId,
  readLotClass,
  readPlaceId,
  readTime,
  spellOut,
  timeText,
};

interface JsonObject {
  readonly [name: string]: Json;
}

/** Fields of ours before `own` gives them their prefix. */
type Fields = Readonly<Record<string, unknown>>;

const EPCIS_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";
const NAMESPACE = "https://furrow.example/ns#";
const SITE = "https://furrow.example";

/** First in every event and document, for each must be readable by itself. */
const CONTEXT: Json = [EPCIS_CONTEXT, { furrow: NAMESPACE, cbvmda: "urn:epcglobal:cbv:mda:" }];

/** How a lot (or a planting) is called on paper: the GTIN of its product, if it has one, and the lot number (AI 10). */
interface LotName {
  readonly gtin: string | null;
  readonly lotNumber: string;
}

/** AI 10: 1 to 20 characters of GS1's set 82. Names without GTIN are ours and may be Chinese. */
const AI_10 = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/;

function lotClass(name: LotName, at = "/lot"): string {
  if (name.gtin === null) return `${SITE}/lot/${encode(cleanText(name.lotNumber, `${at}/lotNumber`, 60))}`;
  if (!/^\d{14}$/.test(name.gtin)) throw new Problem("form-refused", `${at}/gtin`, "a GTIN is written with 14 digits");
  if (!AI_10.test(name.lotNumber)) {
    throw new Problem("form-refused", `${at}/lotNumber`, "with a GTIN: 1 to 20 letters, digits and signs of GS1's set");
  }
  return `https://id.gs1.org/01/${name.gtin}/10/${encode(name.lotNumber)}`;
}

/** The name in a lot class, or null: strangers' documents may say anything. */
function readLotClass(value: unknown): LotName | null {
  if (typeof value !== "string") return null;
  const [, gtin, gs1Lot] = /^https:\/\/id\.gs1\.org\/01\/(\d{14})\/10\/([^/?#]{1,200})$/.exec(value) ?? [];
  if (gtin !== undefined && gs1Lot !== undefined) return named(gtin, gs1Lot);
  const [, ownLot] = /^https:\/\/furrow\.example\/lot\/([^/?#]{1,800})$/.exec(value) ?? [];
  return ownLot === undefined ? null : named(null, ownLot);
}

function placeId(code: string, at = "/place"): string {
  return `${SITE}/loc/${encode(cleanText(code, at, 60))}`;
}

function readPlaceId(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const [, code] = /^https:\/\/furrow\.example\/loc\/([^/?#]{1,800})$/.exec(value) ?? [];
  return code === undefined ? null : decoded(code);
}

/** A sensor or logger, by the name that stands on it. */
function deviceId(name: string, at = "/device"): string {
  return `${SITE}/device/${encode(cleanText(name, at, 60))}`;
}

function readDeviceId(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const [, name] = /^https:\/\/furrow\.example\/device\/([^/?#]{1,800})$/.exec(value) ?? [];
  return name === undefined ? null : decoded(name);
}

/** For what has no class and no key: plots, organisations, products without GTIN. `form` is CBV 2.0 §8's word. */
function objectId(subject: Hex, form: "obj" | "class" | "pty"): string {
  return `${SITE}/${form}/${subject.slice(2)}`;
}

/** China keeps one time zone; the offset is written out, for EPCIS asks for it (`eventTimeZoneOffset`). */
const OFFSET = "+08:00";
const OFFSET_S = 8 * 3600;

/** Seconds since 1970 → `2026-04-02T08:30:00+08:00`. */
function timeText(timeS: number, at = "/occurredAtS"): { readonly time: string; readonly offset: string } {
  if (!Number.isSafeInteger(timeS) || timeS < 0 || timeS > 253402271999) {
    throw new Problem("form-refused", at, "a time is whole seconds since 1970");
  }
  return { time: new Date((timeS + OFFSET_S) * 1000).toISOString().slice(0, 19) + OFFSET, offset: OFFSET };
}

/** The day in China: `2026-04-02`. */
function dateOf(timeS: number): string {
  return timeText(timeS).time.slice(0, 10);
}

/** Seconds since 1970 of an RFC 3339 time, or null. */
function readTime(value: unknown): number | null {
  if (typeof value !== "string") return null;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(value)) return null;
  const ms = Date.parse(value);
  return Number.isFinite(ms) && ms >= 0 ? Math.floor(ms / 1000) : null;
}

/** A day of the calendar, of 1970 or later, as it stands (`2026-04-02`), or null: the 30th of February is none. */
function readDay(value: unknown): string | null {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value)) return null;
  const ms = Date.parse(`${value}T00:00:00Z`);
  return ms >= 0 && new Date(ms).toISOString().startsWith(value) ? value : null;
}

/**
 * Our own fields, at any depth, carry our prefix: so a JSON-LD reader keeps them, and EPCIS's schema takes them as extensions.
 * What is undefined is left out.
 */
function own(fields: Fields): JsonObject {
  const out: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) out[`furrow:${name}`] = ownValue(value);
  }
  return out;
}

function ownValue(value: unknown): Json {
  if (Array.isArray(value)) return value.map(ownValue);
  if (typeof value === "object" && value !== null) return own(value as Fields);
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  throw new Problem("form-refused", "", `a ${typeof value} has no place in a document`);
}

/**
 * Our fields with their full names, at any depth: a credential's contexts are fixed (UNTP 0.7.0) and do not know our prefix, and a
 * full URI is a name in any JSON-LD document.
 */
function spellOut(fields: JsonObject): JsonObject {
  const out: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields)) {
    out[name.startsWith("furrow:") ? NAMESPACE + name.slice("furrow:".length) : name] = spelledOut(value);
  }
  return out;
}

function spelledOut(value: Json): Json {
  if (Array.isArray(value)) return value.map(spelledOut);
  return typeof value === "object" && value !== null ? spellOut(value as JsonObject) : value;
}

/** As encodeURIComponent, with the signs that it leaves and GS1 Digital Link escapes. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // a broken escape: somebody else's text
  }
}

function named(gtin: string | null, encoded: string): LotName | null {
  const lotNumber = decoded(encoded);
  return lotNumber === null ? null : { gtin, lotNumber };
}
