/**
 * One spelling for every GS1 key: EPC URNs (Tag Data Standard 2.0 §6) and GS1 Digital Link URIs become the constrained canonical
 * Digital Link of CBV 2.0's event hash: `https://id.gs1.org`, no query, the finest level alone (`/01/…/10/…/21/…` loses the lot).
 * Check digits are made where an EPC URN has none, and not judged where a Digital Link has one.
 *
 * A Digital Link may live on any host, so an address on a stranger's host whose path ends like one is read as one
 * (`https://lab.example/8004/report`), and the event hash normalises every value, not only those of fields that carry ids: the
 * reference vectors do both (`rawData`, `bizRules`). The hash identifies events; this spelling is never shown or followed. Pure.
 */
import { withCheckDigit } from "./gs1-key.ts";

export { canonicalGs1Uri };

/** The canonical spelling, or null where the text carries no GS1 key. */
function canonicalGs1Uri(uri: string): string | null {
  const path = uri.startsWith("urn:epc:") ? pathOfUrn(uri) : pathOfLink(uri);
  return path === null ? null : `https://id.gs1.org/${path}`;
}

/** How a Digital Link's primary keys look, and the orders in which their qualifiers may follow; the finest comes last. */
const KEYS: Readonly<Record<string, { readonly value: RegExp; readonly qualifiers: readonly (readonly string[])[] }>> =
  {
    "00": { value: /^\d{18}$/, qualifiers: [] },
    "01": { value: /^(\d{8}|\d{12,14})$/, qualifiers: [["22", "10", "21"], ["235"]] },
    "253": { value: /^\d{13}[^/]{0,60}$/, qualifiers: [] },
    "255": { value: /^\d{13,25}$/, qualifiers: [] },
    "401": { value: /^[^/]{1,90}$/, qualifiers: [] },
    "402": { value: /^\d{17}$/, qualifiers: [] },
    "414": { value: /^\d{13}$/, qualifiers: [["254"]] },
    "417": { value: /^\d{13}$/, qualifiers: [] },
    "8003": { value: /^\d{14}[^/]{0,60}$/, qualifiers: [] },
    "8004": { value: /^[^/]{1,90}$/, qualifiers: [] },
    "8006": { value: /^\d{18}$/, qualifiers: [["22", "10", "21"]] },
    "8010": { value: /^[^/]{1,90}$/, qualifiers: [["8011"]] },
    "8017": { value: /^\d{18}$/, qualifiers: [] },
    "8018": { value: /^\d{18}$/, qualifiers: [] },
  };

/** The short names that older Digital Links may carry instead of numbers. */
const NAMES: Readonly<Record<string, string>> = {
  sscc: "00",
  gtin: "01",
  lot: "10",
  ser: "21",
  cpv: "22",
  gdti: "253",
  glnx: "254",
  gcn: "255",
  ginc: "401",
  gsin: "402",
  gln: "414",
  party: "417",
  grai: "8003",
  giai: "8004",
  itip: "8006",
  cpid: "8010",
  cpsn: "8011",
  gsrnp: "8017",
  gsrn: "8018",
};

function pathOfLink(uri: string): string | null {
  const [, whole] = /^https?:\/\/[^/?#]+\/([^?#]{1,400})/i.exec(uri) ?? [];
  if (whole === undefined) return null;
  const parts = whole.split("/");
  // The right-most key wins: what stands before it is the host's own path.
  for (let n = parts.length - 2; n >= 0; n--) {
    const path = pathFrom(parts.slice(n));
    if (path !== null) return path;
  }
  return null;
}

function pathFrom([first = "", value = "", ...rest]: readonly string[]): string | null {
  const ai = numberOf(first);
  const key = Object.hasOwn(KEYS, ai) ? KEYS[ai] : undefined;
  if (key === undefined || !key.value.test(value)) return null;
  const head = `${ai}/${ai === "01" ? value.padStart(14, "0") : escaped(value)}`;
  if (rest.length === 0) return head;
  if (rest.length % 2 !== 0 || rest.includes("")) return null;
  const found = rest.filter((_, n) => n % 2 === 0).map(numberOf);
  const order = key.qualifiers.find((names) => isWithin(found, names));
  if (order === undefined) return null;
  const finest = found.at(-1) ?? "";
  // A consumer product variant (22) is no level of its own.
  return finest === "22" ? head : `${head}/${finest}/${escaped(rest.at(-1) ?? "")}`;
}

function numberOf(part: string): string {
  return Object.hasOwn(NAMES, part) ? (NAMES[part] ?? part) : part;
}

/** In the same order, each at most once. */
function isWithin(found: readonly string[], order: readonly string[]): boolean {
  let next = 0;
  for (const name of found) {
    const at = order.indexOf(name, next);
    if (at < 0) return false;
    next = at + 1;
  }
  return true;
}

function pathOfUrn(uri: string): string | null {
  const [, sort = "", scheme = "", prefix = "", reference = "", tail] =
    /^urn:epc:(id|class|idpat):([a-z]+):(\d{6,12})\.([^.]*)(?:\.(.{1,120}))?$/.exec(uri) ?? [];
  const last = sort === "idpat" && tail === "*" ? undefined : tail;
  const digits = (length: number): string | null => {
    const all = prefix + reference;
    return /^\d*$/.test(reference) && all.length === length ? all : null;
  };
  /** The first digit of the reference stands before the company prefix: indicator of a GTIN, extension of an SSCC. */
  const turned = (length: number): string | null =>
    digits(length) === null ? null : withCheckDigit(reference.slice(0, 1) + prefix + reference.slice(1));
  const plain = (length: number): string | null => {
    const all = digits(length);
    return all === null ? null : withCheckDigit(all);
  };
  const joined = (ai: string, key: string | null, end: string): string | null =>
    key === null ? null : `${ai}/${key}${end}`;
  const qualifier = (ai: string): string => (last === undefined ? "" : `/${ai}/${escaped(last)}`);
  switch (scheme) {
    case "sgtin":
      return joined("01", turned(13), qualifier("21"));
    case "lgtin":
      return joined("01", turned(13), qualifier("10"));
    case "upui":
      return joined("01", turned(13), qualifier("235"));
    case "itip":
      return itip(turned(13), last, tail ?? "");
    case "sscc":
      return joined("00", turned(17), "");
    case "sgln":
      return joined("414", plain(12), last === "0" ? "" : qualifier("254"));
    case "pgln":
      return joined("417", plain(12), "");
    case "grai":
      return joined("8003", plain(12)?.padStart(14, "0") ?? null, escaped(last ?? ""));
    case "gdti":
      return joined("253", plain(12), escaped(last ?? ""));
    case "sgcn":
      return joined("255", plain(12), escaped(last ?? ""));
    case "gsin":
      return joined("402", plain(16), "");
    case "gsrn":
      return joined("8018", plain(17), "");
    case "gsrnp":
      return joined("8017", plain(17), "");
    case "cpi":
      return joined("8010", prefix + escaped(reference), qualifier("8011"));
    case "giai":
      return joined("8004", prefix + escaped(restOf(reference, tail)), "");
    case "ginc":
      return joined("401", prefix + escaped(restOf(reference, tail)), "");
    default:
      return null;
  }
}

/** Piece and total stand before the serial: `01.02.987`, `01.02.*`. */
function itip(gtin: string | null, last: string | undefined, tail: string): string | null {
  const [, piece = "", total = "", serial = ""] = /^(\d\d)\.(\d\d)\.(.+)$/.exec(tail) ?? [];
  if (gtin === null || last === undefined || piece === "") return null;
  return `8006/${gtin}${piece}${total}${serial === "*" ? "" : `/21/${escaped(serial)}`}`;
}

/** References of GIAI and GINC may hold dots. */
function restOf(reference: string, tail: string | undefined): string {
  return tail === undefined ? reference : `${reference}.${tail}`;
}

/** The signs that EPC URNs leave bare and Digital Links escape. */
function escaped(value: string): string {
  return value.replace(/[!()*+,:]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
