/**
 * What a phone needs of a server, and the same over HTTP. Tests have their own, on a ledger without a server.
 */
import { setTimeout as pause } from "node:timers/promises";
import { bytesOf, type Hex } from "../../protocol/bytes.ts";
import { WORD_SELECTOR } from "../../protocol/ledger-abi.ts";
import { ApiError, bytes, connectApi, told } from "../client/api.ts";

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
function httpField(where: { readonly address: string; readonly token: string | null }): Field {
  const api = connectApi(where);
  const ask: typeof told = async (call) => {
    try {
      return await told(call, { tries: MOST_TRIES, waitMs: RETRY_MS });
    } catch (cause) {
      throw cause instanceof ApiError ? new FieldError(cause.message, { cause }) : cause;
    }
  };
  const head = async () => {
    const { block, chainId, ledger } = await ask(() => api.GET("/api/head"));
    return { hash: block.hash as Hex, chainId: BigInt(chainId), ledger: ledger as Hex };
  };
  return {
    head,
    async putDocument(cid, body) {
      const params = { path: { cid } };
      await ask(() => api.PUT("/api/documents/{cid}", { params, ...bytes(body, "application/json") }));
    },
    async putFile(cid, body, type) {
      const params = { path: { cid } };
      await ask(() => api.PUT("/api/files/{cid}", { params, ...bytes(body, type) }));
    },
    async submit(batch, body) {
      const batches = [Buffer.from(body).toString("base64url")];
      await ask(() => api.POST("/api/batches", { body: { batches } }));
      const untilMs = performance.now() + MOST_WAIT_MS;
      for (;;) {
        const { state, says, reason } = await ask(() =>
          api.GET("/api/batches/{batch}", { params: { path: { batch } } }),
        );
        if (state === "final") return;
        if (state === "refused") throw new FieldError(`batch ${batch} is refused: ${reason?.detail ?? says}`);
        if (performance.now() > untilMs) throw new FieldError(`batch ${batch} is still not final: ${says}`);
        await pause(POLL_MS);
      }
    },
    async word(subject) {
      const { ledger } = await head();
      const params = [{ to: ledger, data: `${WORD_SELECTOR}${subject.slice(2)}` }, "latest"];
      const call = { jsonrpc: "2.0", id: 1, method: "eth_call", params } as const;
      const answer = await ask(() => api.POST("/rpc", { body: call }));
      const result = "result" in answer ? answer.result : null;
      if (typeof result !== "string") throw new FieldError(`the chain does not tell the word of ${subject}`);
      return bytesOf(result, "/result", 32);
    },
  };
}
