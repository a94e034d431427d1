/**
 * The recorder's one door to the network: a request that ends in an answer or in {@link Away}, never hangs, and is counted. It tries
 * once; whoever asks decides what is sent again (sync.ts, uploads.ts). Works in a page and in its service worker.
 */
import type { Bytes } from "../../protocol/bytes.ts";

export type { Answer, Call, Counted, Refusal, Wire, WireParts };
export { Away, openWire, refusalOf };

interface Call {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH";
  /** From the root of the recorder's own origin. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is JSON and goes compressed where the browser can; bytes go as they are. */
  readonly body?: string | Blob;
  readonly signal?: AbortSignal;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** How long it took, from the first byte sent to the last one read, milliseconds. */
  readonly tookMs: number;
}

/** Bytes of one request, heads included as far as a page can tell: what browsers add to them is estimated. */
interface Counted {
  readonly up: number;
  readonly down: number;
}

interface Wire {
  /** @throws Away where there is no answer */
  ask(call: Call): Promise<Answer>;
}

interface WireParts {
  /** Called after every request, one without an answer included. */
  readonly count: (bytes: Counted) => void;
  /** Shortest time that a request is given, milliseconds. */
  readonly patienceMs?: number;
}

/** A server's refusal: type of protocol/problem.ts, or `http-<status>` where the answer is no problem of ours. */
interface Refusal {
  readonly type: string;
  readonly detail: string;
  readonly pointer: string;
  /** When it may be tried again, milliseconds from now; null: nothing is said. */
  readonly retryAfterMs: number | null;
}

/** No answer came: no network, a cut line, or silence. What was sent may have arrived all the same. */
class Away extends Error {
  constructor(cause: unknown) {
    super("no answer", { cause });
    this.name = "Away";
  }
}

const PATIENCE_MS = 30_000;
/** The slowest line that is waited for: a part of 64 KiB then has half a minute more. */
const SLOWEST_BYTES_PER_MS = 2;
/** Below this, compression saves less than its own head takes. */
const LEAST_TO_COMPRESS = 400;
/** What browsers add to a request by themselves: Host, User-Agent, Accept…, Sec-Fetch-… (some 500 to 650 in Chromium). */
const BROWSERS_OWN = 560;
/** A status line, Date, Connection, Keep-Alive: not shown to pages. */
const SERVERS_OWN = 120;
const PROBLEM = "urn:furrow:problem:";

function openWire({ count, patienceMs = PATIENCE_MS }: WireParts): Wire {
  return {
    async ask({ method, path, headers = {}, body, signal }) {
      const sent = await packed(body);
      const all: Record<string, string> = { ...headers, ...sent.headers };
      const up = headBytes(`${method} ${path}`, Object.entries(all)) + BROWSERS_OWN + sent.size;
      const stop = new AbortController();
      const end = () => stop.abort();
      signal?.addEventListener("abort", end);
      if (signal?.aborted === true) end();
      const timer = setTimeout(end, patienceMs + sent.size / SLOWEST_BYTES_PER_MS);
      const began = performance.now();
      let down = 0;
      try {
        const response = await fetch(path, {
          ...{ method, headers: all, signal: stop.signal, redirect: "error", referrerPolicy: "no-referrer" },
          ...(sent.body === null ? {} : { body: sent.body }),
        });
        down = headBytes("", [...response.headers]) + SERVERS_OWN;
        const text = await response.text();
        down += bodyBytes(response, text);
        return { status: response.status, headers: response.headers, text, tookMs: performance.now() - began };
      } catch (cause) {
        throw new Away(cause);
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        count({ up, down });
      }
    },
  };
}

interface Packed {
  readonly body: Bytes | Blob | null;
  readonly size: number;
  readonly headers: Readonly<Record<string, string>>;
}

async function packed(body: string | Blob | undefined): Promise<Packed> {
  if (body === undefined) return { body: null, size: 0, headers: {} };
  if (typeof body !== "string") return { body, size: body.size, headers: {} };
  const plain = new TextEncoder().encode(body);
  const headers = { "Content-Type": "application/json" };
  const small = plain.length < LEAST_TO_COMPRESS ? null : await compressed(plain);
  if (small === null || small.length >= plain.length) return { body: plain, size: plain.length, headers };
  return { body: small, size: small.length, headers: { ...headers, "Content-Encoding": "gzip" } };
}

/** Null where the browser cannot: Chrome before 80, Safari before 16.4. */
async function compressed(plain: Bytes): Promise<Bytes | null> {
  if (typeof CompressionStream === "undefined") return null;
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function headBytes(line: string, headers: readonly (readonly [string, string])[]): number {
  // ": " and the end of each line.
  return line.length + headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
}

/** As it came over the line where the server says so; a compressed answer without a length is counted as what it holds. */
function bodyBytes(response: Response, text: string): number {
  const said = Number(response.headers.get("Content-Length") ?? Number.NaN);
  return Number.isFinite(said) ? said : new TextEncoder().encode(text).length;
}

/** What an answer of 400 and above says. */
function refusalOf({ status, headers, text }: Answer, nowMs: number): Refusal {
  const retryAfterMs = waitOf(headers.get("Retry-After"), nowMs);
  const said = problemIn(text);
  return {
    type: said?.type?.startsWith(PROBLEM) === true ? said.type.slice(PROBLEM.length) : `http-${status}`,
    detail: said?.detail ?? "",
    pointer: said?.pointer ?? "",
    retryAfterMs,
  };
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function waitOf(said: string | null, nowMs: number): number | null {
  if (said === null) return null;
  const ms = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

function problemIn(
  text: string,
): { readonly type?: string; readonly detail?: string; readonly pointer?: string } | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const { type, detail, pointer } = value as Record<string, unknown>;
    return {
      ...(typeof type === "string" ? { type } : {}),
      ...(typeof detail === "string" ? { detail } : {}),
      ...(typeof pointer === "string" ? { pointer } : {}),
    };
  } catch {
    return null;
  }
}
