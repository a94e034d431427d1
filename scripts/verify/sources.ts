/**
 * Where the auditor's command reads from: a JSON-RPC door and trustless IPFS gateways. Nothing that they answer is believed
 * before it was hashed or folded.
 */
import { createHash } from "node:crypto";
import { CID } from "multiformats/cid";
import { concat } from "../../protocol/bytes.ts";
import { cidOf, parseCid } from "../../protocol/cid.ts";
import { Problem } from "../../protocol/problem.ts";
import { carAllowance, readCar } from "../../server/blocks/car.ts";

export type { Fetched, Gateway, Rpc, RpcCall };
export { connectRpc, openGateways, RefusedError, SourceError };

/** A source cannot be used; the message is one sentence. */
class SourceError extends Error {
  override readonly name = "SourceError";
}

/** The source answers, and does not do this: a range too wide, a method that it does not know. */
class RefusedError extends SourceError {}

interface RpcCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

interface Rpc {
  readonly url: string;
  /** It speaks of final blocks alone, as a server's own door does: its "latest" is the newest of those. */
  readonly tellsFinal: boolean;
  /** @throws RefusedError, SourceError */
  call(method: string, params: readonly unknown[]): Promise<unknown>;
  /** Results in the order of the calls, at most {@link CALLS_AT_ONCE} in one request. @throws RefusedError, SourceError */
  all(calls: readonly RpcCall[]): Promise<readonly unknown[]>;
}

interface Gateway {
  /** A block's bytes, hashed; `altered` when no gateway gives the right ones but one gives others. */
  block(cid: string): Promise<Fetched>;
  /** The bytes of a file of so many bytes, hashed, whatever blocks it is made of. */
  read(cid: string, size: number): Promise<Fetched>;
}

type Fetched = Uint8Array | "altered" | "missing";

const TIMEOUT_MS = 30_000;
const MAX_BLOCK = 2 * 1024 * 1024;
const MAX_ANSWER = 64 * 1024 * 1024;
/** As many as the doors of this server and of most others take. */
const CALLS_AT_ONCE = 50;

function connectRpc(url: string, { tellsFinal = false } = {}): Rpc {
  const call = async (method: string, params: readonly unknown[]) =>
    resultOf(url, method, await post(url, { jsonrpc: "2.0", id: 0, method, params }));
  return {
    url,
    tellsFinal,
    call,
    async all(calls) {
      const results: unknown[] = [];
      for (let at = 0; at < calls.length; at += CALLS_AT_ONCE) {
        const some = calls.slice(at, at + CALLS_AT_ONCE);
        const answers = await post(
          url,
          some.map((one, id) => ({ jsonrpc: "2.0", id, ...one })),
        );
        // A door that takes no batches is asked one by one.
        if (!Array.isArray(answers)) for (const { method, params } of some) results.push(await call(method, params));
        else {
          const byId = new Map(answers.map((answer: unknown) => [(answer as { id?: unknown } | null)?.id, answer]));
          for (const [id, { method }] of some.entries()) results.push(resultOf(url, method, byId.get(id)));
        }
      }
      return results;
    },
  };
}

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const { status, bytes } = await get(url, MAX_ANSWER, { method: "POST", body: JSON.stringify(body), headers });
  if (bytes === null) throw new RefusedError(`${url} answers more than ${MAX_ANSWER} bytes at once`);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new SourceError(`${url} does not answer as a JSON-RPC door (HTTP ${status})`);
  }
}

function resultOf(url: string, method: string, answer: unknown): unknown {
  if (typeof answer === "object" && answer !== null && "result" in answer) return answer.result;
  const { error } = (answer ?? {}) as { readonly error?: { readonly message?: unknown } };
  throw new RefusedError(`${url} answered ${method} with: ${error?.message ?? "nothing"}`);
}

/** Asks one gateway after another until one gives bytes that have the CID. */
function openGateways(urls: readonly string[]): Gateway {
  async function first(ask: (base: string) => Promise<Fetched>): Promise<Fetched> {
    let worst: "altered" | "missing" | null = null;
    let unreachable: unknown = new SourceError("no gateway was given");
    for (const base of urls) {
      try {
        const found = await ask(base.replace(/\/+$/, ""));
        if (found instanceof Uint8Array) return found;
        if (worst !== "altered") worst = found;
      } catch (cause) {
        if (!(cause instanceof SourceError)) throw cause;
        unreachable = cause;
      }
    }
    if (worst === null) throw unreachable;
    return worst;
  }
  const block = (cid: string) =>
    first(async (base) => {
      const bytes = await fetched(`${base}/ipfs/${cid}?format=raw`, MAX_BLOCK);
      if (!(bytes instanceof Uint8Array)) return bytes;
      const { codec } = parseCid(cid);
      return cidOf(createHash("sha256").update(bytes).digest(), codec) === cid ? bytes : "altered";
    });
  const tree = (cid: string, size: number) =>
    first(async (base) => {
      const maxBytes = carAllowance(size);
      const bytes = await fetched(`${base}/ipfs/${cid}?format=car`, maxBytes);
      if (!(bytes instanceof Uint8Array)) return bytes;
      try {
        const car = await readCar(bytes, CID.parse(cid), { maxBytes });
        if (car.missing.length > 0) return "missing";
        const file = await car.file();
        if (file?.size !== size) return "altered";
        const pieces: Uint8Array[] = [];
        for await (const piece of file.bytes()) pieces.push(piece);
        return concat(...pieces);
      } catch (cause) {
        if (cause instanceof Problem) return "altered";
        throw cause;
      }
    });
  return {
    block,
    async read(cid, size) {
      if (parseCid(cid).codec === "dag-pb") return tree(cid, size);
      const found = await block(cid);
      return found instanceof Uint8Array && found.length !== size ? "altered" : found;
    },
  };
}

/** What a gateway gives, not hashed yet. */
async function fetched(url: string, most: number): Promise<Fetched> {
  const { status, bytes } = await get(url, most);
  // A gateway that finds its own copy damaged says so with 500 and keeps it: the bytes are not what was recorded.
  if (status === 500 || bytes === null) return "altered";
  // Too busy, or a proxy without its server: that says nothing of the bytes.
  if (status === 429 || status > 500) throw new SourceError(`${new URL(url).origin} answers ${status} for now`);
  return status === 200 ? bytes : "missing";
}

/** The whole answer; `bytes` is null where there are more than `most`. @throws SourceError */
async function get(
  url: string,
  most: number,
  init: RequestInit = {},
): Promise<{ readonly status: number; readonly bytes: Uint8Array | null }> {
  try {
    const { status, body } = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of body ?? []) {
      size += part.length;
      if (size > most) return { status, bytes: null };
      parts.push(part);
    }
    return { status, bytes: concat(...parts) };
  } catch (cause) {
    const why =
      cause instanceof Error && cause.name === "TimeoutError" ? "does not answer in time" : "cannot be reached";
    throw new SourceError(`${new URL(url).origin} ${why}`, { cause });
  }
}
