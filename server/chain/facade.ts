/**
 * The read-only door to a chain (`/rpc`): JSON-RPC 2.0, single or batch, for checkers who want to ask the chain itself.
 * Lets a fixed list of reads through, each with its standard parameters only (`reads.ts`); all else is refused by name.
 */
import { type Chain, ChainError, RpcError } from "./chain.ts";
import { isReadMethod, readParams } from "./reads.ts";

export { answerRpc, isReadMethod, MAX_BATCH, MAX_LOGS };

const MAX_BATCH = 50;
const MAX_LOGS = 10_000;
const CALL_LIMIT_MS = 5_000;

type Id = string | number | null;

interface RpcAnswer {
  readonly jsonrpc: "2.0";
  readonly id: Id;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/**
 * The answer to a parsed body; never throws. `undefined` where JSON-RPC wants none, the body being notifications only.
 * Calls of a batch are answered one after another: a batch weighs on the engine no more than one caller does.
 */
async function answerRpc(chain: Chain, body: unknown): Promise<unknown> {
  if (!Array.isArray(body)) return answerOne(chain, body);
  if (body.length === 0) return failure(null, new RpcError(-32600, "the batch is empty"));
  if (body.length > MAX_BATCH) {
    return failure(null, new RpcError(-32600, `a batch may hold ${MAX_BATCH} calls; this one holds ${body.length}`));
  }
  const answers: RpcAnswer[] = [];
  for (const call of body) {
    const answer = await answerOne(chain, call);
    if (answer !== undefined) answers.push(answer);
  }
  return answers.length === 0 ? undefined : answers;
}

async function answerOne(chain: Chain, call: unknown): Promise<RpcAnswer | undefined> {
  if (typeof call !== "object" || call === null || !("method" in call) || typeof call.method !== "string") {
    return failure(null, new RpcError(-32600, "not a JSON-RPC 2.0 call"));
  }
  const id = "id" in call ? call.id : undefined;
  if (id !== undefined && id !== null && typeof id !== "string" && typeof id !== "number") {
    return failure(null, new RpcError(-32600, "the id must be a string, a number or null"));
  }
  if (id === undefined) return undefined;
  try {
    const params = readParams(call.method, "params" in call ? call.params : []);
    const result = await within(CALL_LIMIT_MS, chain.request(call.method, params));
    if (call.method === "eth_getLogs" && Array.isArray(result) && result.length > MAX_LOGS) {
      throw new RpcError(-32005, `more than ${MAX_LOGS} logs: narrow the range of blocks, the address or the topics`);
    }
    return { jsonrpc: "2.0", id, result };
  } catch (error) {
    return failure(id, error);
  }
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new RpcError(-32000, `this took longer than ${limitMs / 1000} s`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The chain's own errors pass; what is wrong with our engine is told without its insides. */
function failure(id: Id, error: unknown): RpcAnswer {
  if (error instanceof RpcError) {
    const { code, message, data } = error;
    return { jsonrpc: "2.0", id, error: { code, message, ...(data === undefined ? {} : { data }) } };
  }
  const message =
    error instanceof ChainError && error.retryable ? "the chain is not ready; try again soon" : "internal error";
  return { jsonrpc: "2.0", id, error: { code: -32603, message } };
}
