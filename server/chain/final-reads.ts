/**
 * Reads of an outside chain as of its newest final block: what is newer is neither told nor read from. Names of blocks are
 * replaced by that block's number or hash, and answers that speak of newer blocks, or of blocks that the chain took back, are none.
 * Only "pending" reaches the chain as it stands now.
 */
import { type Block, type Hex, RpcError } from "./chain.ts";
import type { Node } from "./node.ts";
import { UnreachableError } from "./rpc.ts";
import { toQuantity } from "./shape.ts";

export { readFinal };

/** Where a method's parameters name the block whose state it reads. */
const STATE_OF: Readonly<Record<string, number>> = {
  eth_call: 1,
  eth_estimateGas: 1,
  eth_simulateV1: 1,
  eth_getBalance: 1,
  eth_getCode: 1,
  eth_getTransactionCount: 1,
  eth_getStorageAt: 2,
  eth_getProof: 2,
};
/** Their answer names the block that it comes from. */
const ANSWERS_OF_A_BLOCK = ["eth_getBlockByHash", "eth_getTransactionByHash", "eth_getTransactionReceipt"];

/** @throws RpcError the node's own, or -32000 for a block that is not final */
async function readFinal(node: Node, final: Block, method: string, params: readonly unknown[]): Promise<unknown> {
  const place = STATE_OF[method];
  if (place !== undefined) {
    const at = params[place];
    // A node's own idea of a pending block differs from one to the next: the state after its newest block does not.
    if (at === "pending") return node.call(method, placed(params, place, PENDING[method] ?? "latest"));
    const state = await stateAt(node, final, at);
    const asked = node.call(method, placed(params, place, state));
    return isStateOf(final, state) ? asked : asked.catch(pastState);
  }
  if (method === "eth_blockNumber") return toQuantity(final.number);
  if (method === "eth_getBlockByNumber") {
    if (params[0] === "pending") return node.call(method, ["latest", ...params.slice(1)]);
    const number = numberOf(params[0], final);
    return number > final.number ? null : node.call(method, [toQuantity(number), ...params.slice(1)]);
  }
  if (method === "eth_getBlockReceipts") return blockReceipts(node, final, params[0]);
  if (method === "eth_getLogs") return logs(node, final, params[0]);
  if (!ANSWERS_OF_A_BLOCK.includes(method)) return node.call(method, params);
  const answer = await node.call(method, params);
  return (await isFinal(node, final, answer)) ? answer : null;
}

/** Of the sender's next number the pool has the last word. */
const PENDING: Readonly<Record<string, string>> = { eth_getTransactionCount: "pending" };

/** By hash (EIP-1898), so that a node on another branch says no instead of answering from there. */
async function stateAt(node: Node, final: Block, at: unknown): Promise<unknown> {
  if (isName(at)) return { blockHash: final.hash };
  const { blockHash, blockNumber = typeof at === "string" ? at : undefined } = (
    typeof at === "object" ? at : {}
  ) as Readonly<Record<string, unknown>>;
  if (typeof blockHash === "string") {
    if (blockHash === final.hash) return { blockHash };
    const block = await node.block(blockHash as Hex);
    if (block === null || !(await isCanonical(node, final, block))) throw notFinal(blockHash);
    return { blockHash };
  }
  const number = numberOf(blockNumber, final);
  if (number > final.number) throw notFinal(String(number));
  return number === final.number ? { blockHash: final.hash } : toQuantity(number);
}

function isStateOf(final: Block, state: unknown): boolean {
  return typeof state === "object" && state !== null && "blockHash" in state && state.blockHash === final.hash;
}

/** Most nodes drop old states. Whoever asks for one is told so, and the node is as good as before for all else. */
function pastState(cause: unknown): never {
  if (cause instanceof RpcError && PAST.test(cause.message))
    throw new RpcError(-32000, "the node does not keep the state of so old a block");
  throw cause;
}

const PAST = /missing trie node|header not found|unknown block|block .{0,80}not found|state .{0,80}not available/i;

async function blockReceipts(node: Node, final: Block, at: unknown): Promise<unknown> {
  const { blockHash } = (typeof at === "object" && at !== null ? at : {}) as { readonly blockHash?: unknown };
  if (typeof blockHash === "string") {
    const block = await node.block(blockHash as Hex);
    if (block === null || !(await isCanonical(node, final, block))) return null;
    return node.call("eth_getBlockReceipts", [toQuantity(block.number)]);
  }
  const number = numberOf(at, final);
  return number > final.number ? null : node.call("eth_getBlockReceipts", [toQuantity(number)]);
}

/** Of a range that ends beyond the final block, those up to it. */
async function logs(node: Node, final: Block, filter: unknown): Promise<unknown> {
  const { fromBlock, toBlock, blockHash, ...rest } = (filter ?? {}) as Readonly<Record<string, unknown>>;
  if (blockHash !== undefined) {
    const block = await node.block(blockHash as Hex);
    if (block === null || !(await isCanonical(node, final, block))) throw notFinal(String(blockHash));
    return node.call("eth_getLogs", [{ ...rest, blockHash }]);
  }
  const from = numberOf(fromBlock, final);
  const to = Math.min(numberOf(toBlock, final), final.number);
  return from > to ? [] : logsBetween(node, rest, from, to);
}

/** How many blocks each node was last asked for at once. */
const spans = new WeakMap<Node, number>();

/** Nodes have limits of their own, of blocks or of logs: asked for less, they answer. What they bear is remembered. */
async function logsBetween(node: Node, filter: object, from: number, to: number): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  let refused = Number.POSITIVE_INFINITY;
  let span = spans.get(node) ?? to - from + 1;
  for (let at = from; at <= to;) {
    const end = Math.min(at + span - 1, to);
    try {
      const some = await node.call("eth_getLogs", [{ ...filter, fromBlock: toQuantity(at), toBlock: toQuantity(end) }]);
      if (!Array.isArray(some)) throw new UnreachableError(new Error("the answer to eth_getLogs is no list"));
      for (const log of some) found.push(log);
      at = end + 1;
      if (2 * span < refused) span *= 2;
    } catch (error) {
      if (!(error instanceof RpcError) || at === end) throw error;
      refused = end - at + 1;
      span = Math.ceil(refused / 2);
    }
    spans.set(node, span);
  }
  return found;
}

async function isFinal(node: Node, final: Block, answer: unknown): Promise<boolean> {
  if (typeof answer !== "object" || answer === null) return false;
  const { number, blockNumber = number, hash, blockHash = hash } = answer as Readonly<Record<string, unknown>>;
  if (typeof blockNumber !== "string" || typeof blockHash !== "string") return false;
  return isCanonical(node, final, { number: Number(blockNumber), hash: blockHash });
}

/** Nodes keep blocks that the chain took back, and answer for them by hash. */
async function isCanonical(node: Node, final: Block, block: { readonly number: number; readonly hash: string }) {
  if (block.number > final.number) return false;
  return block.hash === final.hash || (await node.block(block.number))?.hash === block.hash;
}

function numberOf(at: unknown, final: Block): number {
  if (isName(at)) return final.number;
  if (at === "earliest") return 0;
  if (typeof at === "string" && /^0x[0-9a-f]{1,13}$/i.test(at)) return Number(at);
  throw new RpcError(-32602, "not a block's number or name");
}

function isName(at: unknown): boolean {
  return at === undefined || at === "latest" || at === "finalized" || at === "safe";
}

function notFinal(what: string): RpcError {
  return new RpcError(-32000, `block ${what} is not final`);
}

function placed(params: readonly unknown[], place: number, value: unknown): readonly unknown[] {
  return [...params.slice(0, place), value, ...params.slice(place + 1)];
}
