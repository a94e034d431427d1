/**
 * Why a record goes no further, in words, and what its person can do about it. One table: a type of protocol/problem.ts (or of the
 * recorder's own) → ways out, and what the ledger's values mean (docs/ledger.md §9), in their order. Pure.
 */
import { parseAmount } from "../../protocol/amount.ts";
import type { Hex } from "../../protocol/bytes.ts";
import type { ProblemType } from "../../protocol/problem.ts";
import type { Field, Why } from "./model.ts";
import type { Speaker, Value } from "./words.ts";
import { sayKey } from "./words.ts";

export type { Way, WhyWords };
export { OWN_TYPES, problemStem, subjectWords, waysOf, whyWords };

/** change: mend its answers · office: call, reading the small print · withdraw · wait: nothing has to be done. */
type Way = "change" | "office" | "withdraw" | "wait";

interface WhyWords {
  readonly cause: string;
  readonly mend: string;
  /** For whoever is called: the type itself, where the words do not say all. */
  readonly smallPrint: string | null;
  readonly ways: readonly Way[];
}

/** Reasons that no server gives: they come about on the phone. */
const OWN_TYPES = ["leans", "offline", "copy-unreadable", "copy-other-ledger", "room-full"] as const;

/** What a value of the ledger's error is; amounts are in the unit of the subject before them. */
type Meaning = "subject" | "area" | "amount" | "time" | "skip";
type Meanings = Readonly<Record<string, Meaning>>;

const SHORT: Meanings = { subject: "subject", left: "amount", wanted: "amount" };

const VALUES: Readonly<Partial<Record<string, Meanings>>> = {
  "subject-unknown": { subject: "subject" },
  "not-holder": { subject: "subject" },
  "not-enough-area": { subject: "subject", left: "area", wanted: "area" },
  "over-cap": { subject: "subject", allowed: "amount", wanted: "amount" },
  "not-enough-left": SHORT,
  "more-out-than-in": { ins: "amount", outs: "amount" },
  "not-enough-linked": { other: "subject", left: "amount", wanted: "amount" },
  "more-than-offered": { subject: "subject", offered: "amount", found: "amount" },
  "not-enough-packed": SHORT,
  "not-enough-lost": SHORT,
  "not-in-force": { certificate: "skip", from: "time", until: "time" },
  "not-enough-volume": { certificate: "skip", left: "amount", wanted: "amount" },
  recalled: { subject: "subject" },
  "amount-differs": { subject: "subject", booked: "area", stated: "area" },
  leans: { subject: "subject" },
};

/** The app wrote something that the ledger does not take in this form: nobody in a field can mend that. */
const APPS_FAULT: ReadonlySet<string> = new Set<ProblemType>([
  ...([
    "batch-too-large",
    "malformed-batch",
    "group-repeated",
    "signature-wrong",
    "wrong-length",
    "flags-unknown",
  ] as const),
  ...(["not-maker", "wrong-subject-id", "not-on-curve", "unit-unknown", "loss-too-large", "level-unknown"] as const),
  ...(["not-ascending", "touches-itself", "step-unknown", "validity-empty", "reason-unknown"] as const),
  ...(["difference-too-large", "other-not-needed", "not-the-making", "differences-differ"] as const),
  ...(["capacity-unknown", "hex-unreadable", "text-unreadable", "json-unreadable", "json-duplicate-key"] as const),
  ...(["document-not-canonical", "document-cid-mismatch", "document-schema", "document-other-subject"] as const),
  ...(["document-not-of-its-kind", "method-not-allowed", "unsupported-media-type", "body-too-large"] as const),
  ...(["request-invalid", "headers-too-large", "cid-unreadable", "codec-refused", "hash-refused"] as const),
  ...(["upload-version-unknown", "upload-request-unreadable"] as const),
]);
const OLD_APP: ReadonlySet<string> = new Set<ProblemType>(["wrong-version", "kind-unknown"]);

/** Where nothing else is said: it can be put right or taken out. */
const USUAL: readonly Way[] = ["change", "withdraw", "office"];
/** Of a type that a later server gives, nobody here knows whether it can be put right. */
const STRANGE: readonly Way[] = ["office", "withdraw"];
const STRANGE_STEM = "record.problem.other";
const WAYS: Readonly<Record<string, readonly Way[]>> = {
  ...each(
    ["subject-unknown", "document-unknown", "seq-unknown", "under-way", "offline"],
    ["wait", "office", "withdraw"],
  ),
  ...each(["starting", "not-yet-open", "index-behind", "chain-unavailable", "store-unavailable"], ["wait"]),
  ...each(
    [
      "storage-unavailable",
      "too-many-requests",
      "request-late",
      "upload-missing",
      "upload-busy",
      "upload-offset-wrong",
    ],
    ["wait"],
  ),
  ...each(["too-many-waiting", "storage-full", "internal", "not-found"], ["wait", "office"]),
  ...each(["recorder-unknown", "organisation-stopped", "wrong-chain", "wrong-ledger"], ["wait", "office"]),
  ...each(["recorder-ended"], ["office"]),
  ...each(["no-role", "refused-by-ledger"], ["office", "withdraw"]),
  ...each(
    ["not-manager", "recorder-bound", "subject-exists", "holder-itself", "no-net-content"],
    ["withdraw", "office"],
  ),
  ...each(
    ["not-under-way", "already-answered", "already-recalled", "not-recalled", "not-suspended"],
    ["withdraw", "office"],
  ),
  ...each(["recalled", "no-room", "over-cap", "not-offered"], ["office", "change", "withdraw"]),
};

function each(types: readonly string[], ways: readonly Way[]): Readonly<Record<string, readonly Way[]>> {
  return Object.fromEntries(types.map((type) => [type, ways]));
}

/** The first one is what most people want. */
function waysOf({ type }: Pick<Why, "type">): readonly Way[] {
  if (APPS_FAULT.has(type)) return ["office", "withdraw"];
  if (OLD_APP.has(type)) return ["wait", "office"];
  return WAYS[type] ?? USUAL;
}

/** Before `.cause` and `.mend`; of a type without words of its own: that of all such. */
function problemStem(speaker: Pick<Speaker, "has">, type: string): string {
  const own = `record.problem.${type}`;
  if (speaker.has(`${own}.cause`) && speaker.has(`${own}.mend`)) return own;
  if (APPS_FAULT.has(type)) return "record.problem.app";
  return OLD_APP.has(type) ? "record.problem.update" : STRANGE_STEM;
}

/** With the ledger's values in the words, where it told all that they name. */
function whyWords(speaker: Speaker, why: Why, field: Field): WhyWords {
  const stem = problemStem(speaker, why.type);
  const values = valuesOf(speaker, why, field);
  const told = values === null ? null : sayKey(speaker, `${stem}.cause.told`, values);
  const ways = stem === STRANGE_STEM ? STRANGE : waysOf(why);
  return {
    cause: told ?? sayKey(speaker, `${stem}.cause`) ?? "",
    mend: sayKey(speaker, `${stem}.mend`) ?? "",
    smallPrint: ways.includes("office")
      ? sayKey(speaker, "record.state.small-print", { type: smallPrintOf(why) })
      : null,
    ways,
  };
}

function smallPrintOf({ type, values }: Why): string {
  return [type, ...values.map((value) => (value.length > 20 ? `${value.slice(0, 10)}…` : value))].join(" ");
}

/** Null: something that the words would name is not told, or cannot be read. */
function valuesOf(speaker: Speaker, { type, values }: Why, field: Field): Readonly<Record<string, Value>> | null {
  const meanings = Object.entries(VALUES[type] ?? {});
  if (meanings.length === 0 || values.length < meanings.length) return null;
  const said: Record<string, Value> = {};
  let unit: string | null = null;
  for (const [n, [name, meaning]] of meanings.entries()) {
    const text = values[n] ?? "";
    if (meaning === "subject") {
      unit = unitOf(text, field);
      said[name] = subjectWords(speaker, text as Hex, field);
    } else if (meaning === "time") {
      const timeS = Date.parse(text) / 1000;
      if (Number.isNaN(timeS)) return null;
      said[name] = { day: timeS };
    } else if (meaning !== "skip") {
      const amount = amountIn(text, meaning === "area" ? "MTK" : (unit ?? ""));
      if (amount === null) return null;
      said[name] = amount;
    }
  }
  return said;
}

function amountIn(text: string, unit: string): Value | null {
  try {
    const amount = parseAmount(text);
    return unit === "KGM" || unit === "MTK" || unit === "H87" || unit === "LTR"
      ? { amount, unit, form: "short" }
      : text;
  } catch {
    return null;
  }
}

/** As people name it; a subject that this phone does not know is "the lot". */
function subjectWords(speaker: Speaker, id: Hex, field: Field): string {
  const lot = field.lots.find((one) => one.id === id);
  if (lot !== undefined) return speaker.say("record.state.thing.lot", { name: lot.lotNumber });
  const plot = field.plots.find((one) => one.id === id);
  if (plot !== undefined) return speaker.say("record.state.thing.plot", { name: plot.name ?? plot.code });
  const planting = field.plantings.find((one) => one.id === id);
  if (planting !== undefined) return speaker.say("record.state.thing.planting", { name: planting.lotNumber });
  const product = field.products.find((one) => one.id === id);
  if (product !== undefined) return speaker.say("record.state.thing.product", { name: product.name });
  if (field.organisation?.subject === id) return speaker.say("record.state.thing.organisation");
  return speaker.say("record.state.thing.unknown");
}

/** UN/CEFACT code; null: not known here. */
function unitOf(id: string, { lots, plots, plantings, products }: Field): string | null {
  const lot = lots.find((one) => one.id === id);
  if (lot !== undefined) return lot.unit;
  if (plots.some((one) => one.id === id)) return "MTK";
  const product = plantings.find((one) => one.id === id)?.product;
  return products.find((one) => one.id === product)?.unit ?? null;
}
