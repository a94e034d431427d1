/**
 * What a phone needs of a server, and the same over HTTP. Tests have their own, on a ledger without a server.
 */
import { setTimeout as pause } from "node:timers/promises";
import { bytesOf, type Hex } from "../../protocol/bytes.ts";
import { WORD_SELECTOR } from "../../protocol/ledger-abi.ts";

export type { Field, Head };
export { FieldError, httpField };

interface Head {
  /** Hash of the newest final block: what a batch names as `seen`. */
  readonly hash: Hex;
  readonly chainId: bigint;
  readonly ledger: Hex;
}

/** Each resolves when the thing is done for good: on disk, or on the ledger. */
interface Field {
  head(): Promise<Head>;
  putDocument(cid: string, bytes: Uint8Array): Promise<void>;
  putFile(cid: string, bytes: Uint8Array, mediaType: string): Promise<void>;
  /** Resolves when the batch is final. @throws FieldError with the reason when it is refused */
  submit(batch: Hex, bytes: Uint8Array): Promise<void>;
  /** A subject's word (docs/ledger.md §5), 32 bytes. */
  word(subject: Hex): Promise<Uint8Array>;
}

/** The server said no, or something that is not in its API. */
class FieldError extends Error {
  override readonly name = "FieldError";
}

/** Between two looks at a batch: a block takes some ten milliseconds. */
const POLL_MS = 10;
/** Nobody else writes while the example is made, so a batch that is not final by then never will be. */
const MOST_WAIT_MS = 60_000;
/** What the server cannot do right now it can a moment later; after so many times something is wrong. */
const MOST_TRIES = 50;
const RETRY_MS = 200;

/** @param token goes with each request while the server is closed to everybody else */
function httpField({ address, token }: { readonly address: string; readonly token: string | null }): Field {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const call = async (method: string, path: string, body?: { readonly type: string; readonly bytes: Uint8Array }) => {
    for (let tries = 1; ; tries++) {
      const response = await fetch(new URL(path, address), {
        method,
        headers: body === undefined ? headers : { ...headers, "content-type": body.type },
        ...(body === undefined ? {} : { body: new Uint8Array(body.bytes) }),
      });
      if (response.ok) return await response.json();
      const said = await response.text();
      if (response.status !== 503 || tries === MOST_TRIES) {
        throw new FieldError(`${method} ${path} was answered ${response.status}: ${said}`);
      }
      await pause(RETRY_MS);
    }
  };
  const json = (value: unknown) => ({ type: "application/json", bytes: Buffer.from(JSON.stringify(value)) });
  const head = async () => {
    const { block, chainId, ledger } = (await call("GET", "/api/head")) as HeadAnswer;
    return { hash: block.hash, chainId: BigInt(chainId), ledger };
  };
  return {
    head,
    putDocument: async (cid, bytes) =>
      void (await call("PUT", `/api/documents/${cid}`, { type: "application/json", bytes })),
    putFile: async (cid, bytes, type) => void (await call("PUT", `/api/files/${cid}`, { type, bytes })),
    async submit(batch, bytes) {
      await call("POST", "/api/batches", json({ batches: [Buffer.from(bytes).toString("base64url")] }));
      const untilMs = performance.now() + MOST_WAIT_MS;
      for (;;) {
        const { state, says, reason } = (await call("GET", `/api/batches/${batch}`)) as BatchAnswer;
        if (state === "final") return;
        if (state === "refused") throw new FieldError(`batch ${batch} is refused: ${reason?.detail ?? says}`);
        if (performance.now() > untilMs) throw new FieldError(`batch ${batch} is still not final: ${says}`);
        await pause(POLL_MS);
      }
    },
    async word(subject) {
      const { ledger } = await head();
      const params = [{ to: ledger, data: `${WORD_SELECTOR}${subject.slice(2)}` }, "latest"];
      const answer = (await call(
        "POST",
        "/rpc",
        json({ jsonrpc: "2.0", id: 1, method: "eth_call", params }),
      )) as RpcAnswer;
      if (typeof answer.result !== "string") throw new FieldError(`the chain does not tell the word of ${subject}`);
      return bytesOf(answer.result, "/result", 32);
    },
  };
}

interface HeadAnswer {
  readonly block: { readonly hash: Hex };
  readonly chainId: number;
  readonly ledger: Hex;
}

interface BatchAnswer {
  readonly state: "waiting" | "sent" | "final" | "refused";
  /** The state in words. */
  readonly says: string;
  readonly reason?: { readonly detail?: string };
}

interface RpcAnswer {
  readonly result?: unknown;
}
