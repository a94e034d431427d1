/**
 * One node of an outside chain. Unlike our own engine it is a stranger: whatever does not have the form of the answer that was
 * asked for counts as no answer ({@link UnreachableError}), so that another node is asked.
 */
import type { Block, Hex, Receipt } from "./chain.ts";
import { callRpc, UnreachableError } from "./rpc.ts";
import { type RpcBlock, type RpcReceipt, toBlock, toQuantity, toReceipt } from "./shape.ts";

export type { MinedReceipt };
export { Node };

/** Public nodes answer in well under a second; one that takes longer is left for another. */
const LIMIT_MS = 10_000;

interface MinedReceipt extends Receipt {
  readonly blockHash: Hex;
}

class Node {
  /** For the log: an address may carry a key in its path, so the host alone. */
  readonly name: string;
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
    this.name = new URL(url).host;
  }

  /** @throws RpcError where the node says no, UnreachableError where it gives no answer */
  call(method: string, params: readonly unknown[]): Promise<unknown> {
    return callRpc(this.#url, method, params, LIMIT_MS);
  }

  async chainId(): Promise<bigint> {
    return this.quantity("eth_chainId", []);
  }

  async quantity(method: string, params: readonly unknown[]): Promise<bigint> {
    const answer = await this.call(method, params);
    if (typeof answer !== "string" || !QUANTITY.test(answer)) throw nonsense(method);
    return BigInt(answer);
  }

  /** By name, number or hash; null when the node has none. */
  async block(at: "latest" | "pending" | "finalized" | number | Hex): Promise<Block | null> {
    const isHash = typeof at === "string" && at.startsWith("0x");
    const method = isHash ? "eth_getBlockByHash" : "eth_getBlockByNumber";
    const answer = await this.call(method, [typeof at === "number" ? toQuantity(at) : at, false]);
    if (answer === null) return null;
    if (!isBlock(answer)) throw nonsense(method);
    const block = toBlock(answer);
    if (typeof at === "number" && block.number !== at) throw nonsense(method);
    if (isHash && block.hash !== at) throw nonsense(method);
    return block;
  }

  /** Null while no block of this node's branch holds the transaction. */
  async receipt(hash: Hex): Promise<MinedReceipt | null> {
    const answer = await this.call("eth_getTransactionReceipt", [hash]);
    // Some nodes show a receipt of what they mean to mine next: without a block it is none.
    if (answer === null || (isRecord(answer) && answer.blockHash === null)) return null;
    if (!isReceipt(answer)) throw nonsense("eth_getTransactionReceipt");
    return { ...toReceipt(answer), blockHash: answer.blockHash };
  }
}

const QUANTITY = /^0x[0-9a-f]{1,64}$/i;
const WORD = /^0x[0-9a-f]{64}$/i;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function has(value: Readonly<Record<string, unknown>>, form: RegExp, ...names: readonly string[]): boolean {
  return names.every((name) => form.test(String(value[name])));
}

function isBlock(value: unknown): value is RpcBlock {
  return isRecord(value) && has(value, WORD, "hash", "parentHash") && has(value, QUANTITY, "number", "timestamp");
}

function isReceipt(value: unknown): value is RpcReceipt & { readonly blockHash: Hex } {
  return (
    isRecord(value) &&
    has(value, WORD, "transactionHash", "blockHash") &&
    has(value, QUANTITY, "status", "blockNumber", "gasUsed") &&
    Array.isArray(value.logs) &&
    value.logs.every(
      (log) => isRecord(log) && Array.isArray(log.topics) && has(log, QUANTITY, "blockNumber", "logIndex"),
    )
  );
}

function nonsense(method: string): UnreachableError {
  return new UnreachableError(new Error(`the answer to ${method} does not have its form`));
}
