/**
 * `GET`/`HEAD /ipfs/{cid}[/{path}]`: blocks and CARs as the trustless gateway specification (2026-03-05) has them, files as
 * they are, documents as JSON. Only what is stored here; nothing is fetched from elsewhere, so every answer is quick.
 * Whatever is served is inert: sandboxed, never sniffed, a download unless it is a picture, sound or film.
 */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import express, { type Request, type RequestHandler, type Response, type Router } from "express";
import type { CID } from "multiformats/cid";
import { Problem } from "../../protocol/problem.ts";
import type { Blocks, FileBytes } from "../blocks/blocks.ts";
import { writeCar } from "../blocks/car.ts";
import { planDag, type Resolved, resolvePath, type Scope } from "../blocks/dag.ts";
import { JSON_DOCUMENT, keyOf, parseCid } from "../blocks/digest.ts";
import { sniff } from "../blocks/inspect.ts";
import { readText } from "../blocks/text.ts";
import { askedCar, askedFilename, askedFormat, byteRange, disposition, queryText } from "./gateway-request.ts";
import { methodNotAllowed } from "./problem.ts";

export { gatewayRoutes };

type GatewayOptions = {
  /** Told when an answer had to be cut off: a block was damaged, the disk failed. */
  readonly log: (line: string, cause: unknown) => void;
};

/** What a CID names never changes; conformance asks for at least this many seconds. */
const FOREVER = "public, max-age=29030400, immutable";
/** Bytes that decide the media type of a file. */
const HEAD = 4096;

/**
 * @throws Problem `cid-unreadable`, `gateway-request-unreadable` (400), `block-missing`, `path-missing` (404),
 *   `format-refused` (406), `block-not-cached` (412), `range-outside` (416), `block-damaged` (500)
 */
function gatewayRoutes(blocks: Blocks, { log }: GatewayOptions): Router {
  const routes = express.Router();
  routes.use("/ipfs", openToAll);
  routes.get("/ipfs/:cid{/*path}", async (request: Request<{ cid: string; path?: string[] }>, response) => {
    const root = parseCid(request.params.cid);
    const names = (request.params.path ?? []).filter((name) => name !== "");
    if (queryText(request, "format") === "raw" && names.length > 0) throw rawWithPath();
    await requireHere(blocks, root, request);
    const found = await resolvePath(blocks.get, root, names);
    const format = askedFormat(request, found.cid.code === JSON_DOCUMENT);
    const answer: Answer = { blocks, request, response, found, path: pathOf(root, names), log };
    if (format === "raw" && names.length > 0) throw rawWithPath();
    if (format === "raw") await sendRaw(answer);
    else if (format === "car") await sendCar(answer, root);
    else if (format === "json") await sendDocument(answer);
    else await sendFile(answer, names.at(-1));
  });
  routes.all("/ipfs/:cid{/*path}", methodNotAllowed("GET"));
  return routes;
}

type Answer = {
  readonly blocks: Blocks;
  readonly request: Request<{ cid: string; path?: string[] }>;
  readonly response: Response;
  readonly found: Resolved;
  readonly path: string;
  readonly log: GatewayOptions["log"];
};

/** Any page may read what is public; preflights are answered here. */
const openToAll: RequestHandler = (request, response, next) => {
  response.set({
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Cache-Control, Content-Type, If-None-Match, Range, X-Requested-With",
    "Access-Control-Expose-Headers":
      "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, X-Ipfs-Path, X-Ipfs-Roots",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
  });
  if (request.method === "OPTIONS") response.set("Access-Control-Max-Age", "86400").sendStatus(204);
  else next();
};

async function requireHere(blocks: Blocks, root: CID, request: Request): Promise<void> {
  if (await blocks.has(root)) return;
  const onlyCached = /(?:^|[\s,])only-if-cached(?:$|[\s,])/i.test(request.get("cache-control") ?? "");
  throw new Problem(onlyCached ? "block-not-cached" : "block-missing", "/cid", `${root} is not here`);
}

async function sendRaw(answer: Answer): Promise<void> {
  const { cid } = answer.found;
  const bytes = await answer.blocks.get(cid);
  if (bytes === undefined) throw new Problem("block-missing", "/cid", `${cid} is not here`);
  const name = askedFilename(answer.request) ?? `${cid}.bin`;
  setHeaders(answer, {
    etag: `"${cid}.raw"`,
    type: "application/vnd.ipld.raw",
    disposition: disposition("attachment", name),
  });
  setLocation(answer, "raw");
  await sendBytes(answer, bytes.length, [bytes]);
}

/** Plans first, so that an incomplete CAR is never kept by a cache as if it were whole. It ends where a block is missing. */
async function sendCar(answer: Answer, root: CID): Promise<void> {
  const { blocks, found, request, response } = answer;
  const { scope, bytes } = askedCar(request);
  const plan = await planDag(
    blocks,
    found.cid,
    bytes === undefined ? scope : await rangeScope(blocks, found.cid, bytes),
  );
  const gap = plan.steps.findIndex((step) => !step.here);
  const below = plan.steps.slice(0, gap < 0 ? undefined : gap).map((step) => step.cid);
  const cids = new Map([...found.through, ...below].map((cid) => [keyOf(cid), cid])).values();
  const variant = [answer.path, scope, queryText(request, "entity-bytes") ?? ""].join("\n");
  const name = askedFilename(request) ?? `${root}.car`;
  setHeaders(answer, {
    etag: `W/"${found.cid}.car.${scope}.${createHash("sha256").update(variant).digest("hex").slice(0, 16)}"`,
    type: "application/vnd.ipld.car; version=1; order=dfs; dups=n",
    disposition: disposition("attachment", name),
  });
  setLocation(answer, "car");
  if (plan.missing.length > 0) {
    response.removeHeader("ETag");
    response.set("Cache-Control", "no-store");
  }
  await sendBytes(answer, undefined, writeCar(root, cids, blocks.get));
}

/** `entity-bytes` of a file; for all else it means nothing (specification: ignored, as dag-scope=entity). */
async function rangeScope(blocks: Blocks, cid: CID, asked: Parameters<typeof byteRange>[0]): Promise<Scope> {
  const size = await fileSize(blocks, cid);
  if (size === undefined) return "entity";
  const range = byteRange(asked, size);
  if (range === undefined && asked.from >= size && size > 0) {
    throw new Problem("gateway-request-unreadable", "/entity-bytes", `the file has ${size} bytes`);
  }
  return range ?? "block";
}

async function fileSize(blocks: Blocks, cid: CID): Promise<number | undefined> {
  try {
    return (await blocks.readFile(cid))?.size;
  } catch (error) {
    if (error instanceof Problem && error.type === "not-a-file") return undefined;
    throw error;
  }
}

async function sendDocument(answer: Answer): Promise<void> {
  const { cid } = answer.found;
  const bytes = await answer.blocks.get(cid);
  if (bytes === undefined) throw new Problem("block-missing", "/cid", `${cid} is not here`);
  const name = askedFilename(answer.request) ?? `${cid}.json`;
  setHeaders(answer, { etag: `"${cid}.json"`, type: "application/json", disposition: disposition("inline", name) });
  await sendBytes(answer, bytes.length, [bytes]);
}

async function sendFile(answer: Answer, lastName: string | undefined): Promise<void> {
  const { blocks, found, request, response } = answer;
  const file = await blocks.readFile(found.cid);
  if (file === undefined) throw new Problem("block-missing", "/path", `${found.cid} is not here`);
  const type = await mediaTypeOf(file);
  const range = askedRange(request, response, file.size, `"${found.cid}"`);
  const how = /^(?:image|audio|video)\//.test(type) ? "inline" : "attachment";
  const name = askedFilename(request) ?? lastName ?? String(found.cid);
  setHeaders(answer, { etag: `"${found.cid}"`, type, disposition: disposition(how, name) });
  response.set("Accept-Ranges", "bytes");
  if (range === undefined) {
    await sendBytes(answer, file.size, file.bytes());
    return;
  }
  // no-transform: a range of compressed bytes would be a range of something else.
  response.status(206).set({
    "Cache-Control": `${FOREVER}, no-transform`,
    "Content-Range": `bytes ${range.from}-${range.to - 1}/${file.size}`,
  });
  await sendBytes(answer, range.to - range.from, file.bytes(range));
}

/** From the content alone: what is not one of the stored types is text or just bytes. */
async function mediaTypeOf(file: FileBytes): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file.bytes({ from: 0, to: Math.min(HEAD, file.size) })) pieces.push(piece);
  const head = Buffer.concat(pieces);
  const known = await sniff(head);
  if (known !== undefined) return known;
  // The head may end within a character of up to four bytes.
  const isText = [0, 1, 2, 3].some((less) => readText(head.subarray(0, Math.max(0, head.length - less))) !== undefined);
  return isText && head.length > 0 ? "text/plain; charset=utf-8" : "application/octet-stream";
}

/** One range of bytes, end excluded; undefined for the whole file, which also answers what is not understood (RFC 9110 §14.2). */
function askedRange(request: Request, response: Response, size: number, etag: string) {
  const condition = request.get("if-range");
  if (request.method !== "GET" || (condition !== undefined && condition !== etag)) return undefined;
  const ranges = request.range(size, { combine: true });
  if (ranges === -1) {
    response.set("Content-Range", `bytes */${size}`);
    throw new Problem("range-outside", "", `the file has ${size} bytes`);
  }
  if (ranges === undefined || ranges === -2 || ranges.type !== "bytes" || ranges.length !== 1) return undefined;
  const [range] = ranges;
  return range === undefined ? undefined : { from: range.start, to: range.end + 1 };
}

/** Set last, when nothing can be refused any more: an error must never be called immutable. */
function setHeaders({ response, found, path }: Answer, set: { etag: string; type: string; disposition: string }): void {
  response.set({
    "Cache-Control": FOREVER,
    "Content-Disposition": set.disposition,
    "Content-Type": set.type,
    ETag: set.etag,
    Vary: "Accept",
    "X-Ipfs-Path": path,
    "X-Ipfs-Roots": found.roots.join(","),
  });
}

/** Where the same bytes are without an Accept header, for caches that do not look at it. */
function setLocation({ request, response, path }: Answer, format: "raw" | "car"): void {
  if (queryText(request, "format") !== undefined) return;
  const query = new URLSearchParams(request.originalUrl.split("?")[1] ?? "");
  query.set("format", format);
  response.set("Content-Location", `${path}?${query}`);
}

async function sendBytes(
  answer: Answer,
  length: number | undefined,
  bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
) {
  const { request, response, path, log } = answer;
  if (hasAlready(request, response.get("ETag"))) {
    response.removeHeader("Content-Range");
    response.status(304).end();
    return;
  }
  if (length !== undefined) response.set("Content-Length", String(length));
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  try {
    await pipeline(Readable.from(bytes), response);
  } catch (error) {
    // pipeline has cut the connection, so the reader knows that this was not all. Readers that leave are no news.
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") log(`${path} was cut off`, error);
  }
}

/** Not Express's `fresh`: that takes a reader's no-cache (fetch sends it by itself) for "send all again". */
function hasAlready(request: Request, etag: string | undefined): boolean {
  if (etag === undefined) return false;
  const weak = (tag: string) => tag.trim().replace(/^W\//, "");
  const known = (request.get("if-none-match") ?? "").split(",").map(weak);
  return known.includes(weak(etag)) || known.includes("*");
}

function pathOf(root: CID, names: readonly string[]): string {
  return ["/ipfs", root.toString(), ...names.map(encodeURIComponent)].join("/");
}

function rawWithPath(): Problem {
  return new Problem("gateway-request-unreadable", "/path", "a raw block is asked for by its own CID, without a path");
}
