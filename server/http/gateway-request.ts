/**
 * What a request to the gateway asks for: format, scope of a CAR, range, file name.
 * Trustless gateway specification (2026-03-05) and IPIP-0412; the query beats the Accept header.
 */
import type { Request } from "express";
import { Problem } from "../../protocol/problem.ts";

export type { AskedCar, EntityBytes, Format };
export { askedCar, askedFilename, askedFormat, byteRange, disposition, queryText };

/** `plain`: neither raw nor CAR was asked for, so a file as it is, or a JSON document. */
type Format = "raw" | "car" | "json" | "plain";
/** Both ends included; negative ones count from the end, undefined is the end. */
type EntityBytes = { readonly from: number; readonly to: number | undefined };
type AskedCar = { readonly scope: "block" | "entity" | "all"; readonly bytes: EntityBytes | undefined };

const RAW = "application/vnd.ipld.raw";
const CAR = "application/vnd.ipld.car";

/** @throws Problem `gateway-request-unreadable` for an unknown format, `format-refused` when Accept names nothing that we have */
function askedFormat(request: Request, isDocument: boolean): Format {
  const format = queryText(request, "format");
  if (format === "raw" || format === "car") return format;
  if (format === "json") {
    if (isDocument) return "json";
    throw new Problem("format-refused", "/format", "only documents are served as JSON");
  }
  if (format !== undefined) throw new Problem("gateway-request-unreadable", "/format", `unknown format "${format}"`);
  for (const type of request.accepts()) {
    if (type === RAW) return "raw";
    if (type === CAR) return "car";
    if (type === "application/json" && isDocument) return "json";
    // A file's own type is only known once it is read, so whoever takes files of any sort gets it as it is.
    if (/^(?:\*\/\*|(?:image|audio|video|text)\/.+|application\/(?:\*|pdf|octet-stream))$/.test(type)) {
      return isDocument ? "json" : "plain";
    }
  }
  throw new Problem("format-refused", "", "none of the types in Accept is available");
}

/**
 * @throws Problem `gateway-request-unreadable` for a scope or range that cannot be read, `format-refused` for a variant
 *   of CAR other than version 1, depth first, without duplicates
 */
function askedCar(request: Request): AskedCar {
  requireOurVariant(request);
  const scope = queryText(request, "dag-scope") ?? "all";
  if (scope !== "block" && scope !== "entity" && scope !== "all") {
    throw new Problem("gateway-request-unreadable", "/dag-scope", `"${scope}" is not block, entity or all`);
  }
  const range = queryText(request, "entity-bytes");
  if (range === undefined) return { scope, bytes: undefined };
  const match = /^(-?\d{1,15}):(\*|-?\d{1,15})$/.exec(range);
  if (match === null) throw new Problem("gateway-request-unreadable", "/entity-bytes", `"${range}" is not from:to`);
  const [, from = "0", to = "*"] = match;
  return { scope: "entity", bytes: { from: Number(from), to: to === "*" ? undefined : Number(to) } };
}

/** The range within a file of `size` bytes, end excluded; undefined when nothing of the file lies in it. */
function byteRange(
  { from, to }: EntityBytes,
  size: number,
): { readonly from: number; readonly to: number } | undefined {
  const start = Math.max(0, from < 0 ? size + from : from);
  const last = to === undefined ? size - 1 : to < 0 ? size + to : to;
  const end = Math.min(size, last + 1);
  return start < end ? { from: start, to: end } : undefined;
}

/** `?filename=`, without what a file system or a reader's eye could be misled by; undefined when nothing is left. */
function askedFilename(request: Request): string | undefined {
  const asked = queryText(request, "filename")?.normalize("NFC");
  const plain = asked?.replace(/[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, "").replace(/^[.\s]+|[.\s]+$/g, "");
  return plain === undefined || plain === "" ? undefined : [...plain].slice(0, 120).join("");
}

/** RFC 6266: the name in ASCII for old readers, in UTF-8 for all others. */
function disposition(how: "attachment" | "inline", name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const star = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return ascii === name ? `${how}; filename="${name}"` : `${how}; filename="${ascii}"; filename*=UTF-8''${star}`;
}

/** One value of the query; a parameter that is given twice could be read differently elsewhere, so it is refused. */
function queryText(request: Request, name: string): string | undefined {
  const value: unknown = request.query[name];
  if (value === undefined || typeof value === "string") return value;
  throw new Problem("gateway-request-unreadable", `/${name}`, "given more than once");
}

function requireOurVariant(request: Request): void {
  const entries = (request.get("accept") ?? "")
    .split(",")
    .filter((entry) => entry.trim().toLowerCase().startsWith(CAR));
  const ofEntry = (entry: string, name: string) =>
    new RegExp(`;\\s*${name}\\s*=\\s*"?([^\\s;"]*)`, "i").exec(entry)?.[1];
  const fits = (entry: string) =>
    [
      ["version", ["1"]],
      ["order", ["dfs", "unk", ""]],
      ["dups", ["n", ""]],
    ].every(([name, allowed]) => {
      const value = queryText(request, `car-${String(name)}`) ?? ofEntry(entry, String(name));
      return value === undefined || allowed?.includes(value.toLowerCase());
    });
  if (!(entries.length === 0 ? [""] : entries).some(fits)) {
    throw new Problem("format-refused", "", "CARs are sent with version=1, order=dfs, dups=n");
  }
}
