/**
 * Where the auditor's command reads from: a JSON-RPC door and trustless IPFS gateways. Nothing that they answer is believed
 * before it was hashed or folded.
 */
import { createHash } from "node:crypto";
import { CID } from "multiformats/cid";
import { cidOf, parseCid } from "../../protocol/cid.ts";
import { carAllowance, readCar } from "../../server/blocks/car.ts";

export type { FetchedFile, Gateway, Rpc };
export { connectRpc, openGateways, SourceError };

/** A source cannot be used; the message is one sentence. */
class SourceError extends Error {
  override readonly name = "SourceError";
}

interface Rpc {
  readonly url: string;
  call(method: string, params: readonly unknown[]): Promise<unknown>;
}

type FetchedFile = "ok" | "altered" | "missing";

interface Gateway {
  /** A block's bytes, hashed; `altered` when no gateway gives the right ones but one gives others. */
  block(cid: string): Promise<Uint8Array | "altered" | "missing">;
  /** Whether a file of any size is there, whole and unchanged. */
  file(cid: string, size: number): Promise<FetchedFile>;
}

const TIMEOUT_MS = 30_000;
const MAX_BLOCK = 2 * 1024 * 1024;

function connectRpc(url: string): Rpc {
  let id = 0;
  return {
    url,
    async call(method, params) {
      const body = JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params });
      const response = await get(url, { method: "POST", body, headers: { "content-type": "application/json" } });
      const answer = (await response.json().catch(() => {
        throw new SourceError(`${url} does not answer as a JSON-RPC door (HTTP ${response.status})`);
      })) as { readonly result?: unknown; readonly error?: { readonly message?: string } };
      if (answer.error !== undefined || !("result" in answer)) {
        throw new SourceError(`${url} answered ${method} with: ${answer.error?.message ?? "nothing"}`);
      }
      return answer.result;
    },
  };
}

/** Asks one gateway after another until one gives bytes that have the CID. */
function openGateways(urls: readonly string[]): Gateway {
  async function first<T>(
    ask: (base: string) => Promise<T | "altered" | "missing">,
  ): Promise<T | "altered" | "missing"> {
    let worst: "altered" | "missing" = "missing";
    for (const base of urls) {
      const found = await ask(base);
      if (found === "altered") worst = "altered";
      else if (found !== "missing") return found;
    }
    return worst;
  }
  const block = (cid: string) =>
    first<Uint8Array>(async (base) => {
      const response = await get(`${trimmed(base)}/ipfs/${cid}?format=raw`, {});
      // A gateway that finds its own copy damaged says so with a 5xx and keeps it: the bytes are not what was recorded.
      if (response.status >= 500) return "altered";
      if (!response.ok) return "missing";
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (bytes.length > MAX_BLOCK) return "altered";
      const { codec } = parseCid(cid);
      return cidOf(createHash("sha256").update(bytes).digest(), codec) === cid ? bytes : "altered";
    });
  return {
    block,
    async file(cid, size) {
      if (parseCid(cid).codec !== "dag-pb") {
        const found = await block(cid);
        if (!(found instanceof Uint8Array)) return found;
        return found.length === size ? "ok" : "altered";
      }
      const found = await first<"ok">(async (base) => {
        const response = await get(`${trimmed(base)}/ipfs/${cid}?format=car`, {});
        if (response.status >= 500) return "altered";
        if (!response.ok || response.body === null) return "missing";
        try {
          const { missing } = await readCar(response.body, CID.parse(cid), { maxBytes: carAllowance(size) });
          return missing.length === 0 ? "ok" : "missing";
        } catch {
          return "altered";
        }
      });
      return found;
    },
  };
}

async function get(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    const why =
      cause instanceof Error && cause.name === "TimeoutError" ? "does not answer in time" : "cannot be reached";
    throw new SourceError(`${new URL(url).origin} ${why}`, { cause });
  }
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, "");
}
