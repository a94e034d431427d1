/**
 * The read-only door to a chain (`/rpc`): JSON-RPC 2.0, single or batch, for checkers who want to ask the chain itself.
 * Lets a fixed list of reads through, each with its standard parameters only (`reads.ts`); all else is refused by name.
 */
import { type Chain, ChainError, RpcError } from "./chain.ts";
import { isReadMethod, readParams } from "./reads.ts";
import { toQuantity } from "./shape.ts";

export type { Door };
export { answerRpc, CALL_LIMIT_MS, isReadMethod, MAX_BATCH, MAX_BLOCKS, MAX_LOGS };

const MAX_BATCH = 50;
const MAX_LOGS = 10_000;
/** Of one `eth_getLogs`; the engine is asked for so many of them at once, so that it never gathers all logs of a busy year. */
const MAX_BLOCKS = 10_000;
const BLOCKS_AT_ONCE = 500;
const CALL_LIMIT_MS = 5_000;

/** What the door needs of the chain behind it. */
type Door = Pick<Chain, "request" | "latest">;

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
async function answerRpc(chain: Door, body: unknown): Promise<unknown> {
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

async function answerOne(chain: Door, call: unknown): Promise<RpcAnswer | undefined> {
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
    const { method } = call;
    const result = await within(CALL_LIMIT_MS, (isLate) =>
      method === "eth_getLogs" ? logsOf(chain, params[0] as Filter, isLate) : chain.request(method, params),
    );
    return { jsonrpc: "2.0", id, result };
  } catch (error) {
    return failure(id, error);
  }
}

/** As `readParams` leaves it: numbers in hex or "latest". */
interface Filter {
  readonly fromBlock?: string;
  readonly toBlock?: string;
}

/** Slice by slice; stops at the first log too many, and where nobody waits for the answer any more. */
async function logsOf(chain: Door, filter: Filter, isLate: () => boolean): Promise<readonly unknown[]> {
  const { fromBlock, toBlock } = filter;
  if (fromBlock === undefined || toBlock === undefined) return fewEnough(await chain.request("eth_getLogs", [filter]));
  const latest = (await chain.latest()).number;
  const from = fromBlock === "latest" ? latest : Number(fromBlock);
  const to = toBlock === "latest" ? latest : Number(toBlock);
  if (from > to) throw new RpcError(-32602, `the range of blocks ends with ${to} before it begins with ${from}`);
  if (to - from >= MAX_BLOCKS) {
    throw new RpcError(-32005, `a range may hold ${MAX_BLOCKS} blocks; this one holds ${to - from + 1}: ask in parts`);
  }
  let logs: readonly unknown[] = [];
  for (let at = from; at <= Math.min(to, latest) && !isLate(); at += BLOCKS_AT_ONCE) {
    const slice = { fromBlock: toQuantity(at), toBlock: toQuantity(Math.min(at + BLOCKS_AT_ONCE - 1, to, latest)) };
    const found = await chain.request("eth_getLogs", [{ ...filter, ...slice }]);
    logs = fewEnough(logs.length === 0 ? found : logs.concat(found));
  }
  return logs;
}

function fewEnough(logs: unknown): readonly unknown[] {
  if (!Array.isArray(logs)) throw new Error("the engine answered eth_getLogs with no list");
  if (logs.length <= MAX_LOGS) return logs;
  throw new RpcError(-32005, `more than ${MAX_LOGS} logs: narrow the range of blocks, the address or the topics`);
}

/** @param work is told by `isLate` when nobody waits for it any more */
async function within<T>(limitMs: number, work: (isLate: () => boolean) => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => {
      isLate = true;
      fail(new RpcError(-32000, `this took longer than ${limitMs / 1000} s`));
    }, limitMs);
  });
  try {
    return await Promise.race([work(() => isLate), late]);
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
