/**
 * JSON-RPC 2.0 over HTTP to one engine or node: a call, or a batch of calls. Touches the network at the given address only.
 */
import { RpcError } from "./chain.ts";

export type { RpcCall };
export { callRpc, callRpcBatch, UnreachableError };

interface RpcCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** An engine that is silent for longer hangs: the dearest read and a full block take a second or two. */
const LIMIT_MS = 30_000;

/** No answer came: whether the call had its effect is not known. */
class UnreachableError extends Error {
  /** The engine was there and did not answer in time: asking it again would only take as long again. */
  readonly isLate: boolean;

  /** With which HTTP status it said no, where it did: a key that is not taken, a quota that is used up. */
  readonly status: number | null;

  constructor(cause: unknown, status: number | null = null) {
    super(status === null ? "the chain's engine does not answer" : `it answers with HTTP status ${status}`, { cause });
    this.status = status;
    this.name = "UnreachableError";
    this.isLate = cause instanceof Error && cause.name === "TimeoutError";
  }
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** The result, or {@link RpcError}, or {@link UnreachableError}. */
async function callRpc(
  url: string,
  method: string,
  params: readonly unknown[],
  limitMs: number = LIMIT_MS,
): Promise<unknown> {
  const outcome = outcomeOf(await post(url, { jsonrpc: "2.0", id: 0, method, params }, limitMs));
  if (outcome instanceof RpcError) throw outcome;
  return outcome;
}

/** One outcome a call, in the order of the calls; an error stands in its place. */
async function callRpcBatch(
  url: string,
  calls: readonly RpcCall[],
  limitMs: number = LIMIT_MS,
): Promise<readonly unknown[]> {
  if (calls.length === 0) return [];
  const answers = (await post(
    url,
    calls.map((call, id) => ({ jsonrpc: "2.0", id, ...call })),
    limitMs,
  )) as readonly Answer[];
  if (!Array.isArray(answers)) throw new UnreachableError(new Error("the answer to a batch is no list"));
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  return calls.map((call, id) => {
    const answer = byId.get(id);
    return answer === undefined ? new RpcError(-32603, `no answer to ${call.method}`) : outcomeOf(answer);
  });
}

/** What is no JSON-RPC answer at all counts as none. */
function outcomeOf(answer: unknown): unknown {
  const { result, error } = (typeof answer === "object" && answer !== null ? answer : {}) as Partial<Answer>;
  if (typeof error === "object" && error !== null && typeof error.message === "string")
    return new RpcError(Number(error.code), error.message, bareData(error.data));
  if (result === undefined) throw new UnreachableError(new Error("the answer is no JSON-RPC"));
  return result;
}

async function post(url: string, body: unknown, limitMs: number): Promise<unknown> {
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(limitMs),
    });
    answer = response.ok ? await response.json() : await response.json().catch(() => null);
  } catch (cause) {
    throw new UnreachableError(cause);
  }
  // Some nodes give a status to JSON-RPC errors too: those are answers.
  if (response.ok || Array.isArray(answer) || (typeof answer === "object" && answer !== null && "jsonrpc" in answer))
    return answer;
  throw new UnreachableError(answer, response.status);
}

/** What a revert said: geth and Anvil give it as it is, Hardhat within an object with words of its own. */
function bareData(data: unknown): unknown {
  return typeof data === "object" && data !== null && "data" in data ? data.data : data;
}
