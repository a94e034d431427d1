/**
 * The engine's JSON → our types. The engine is our own child, so this trusts its form and only changes it. Pure.
 */
import type { Block, Hex, Receipt } from "./chain.ts";

export type { RpcBlock, RpcReceipt };
export { toBlock, toReceipt, toQuantity };

interface RpcBlock {
  readonly number: Hex;
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly timestamp: Hex;
  readonly stateRoot: Hex;
  readonly receiptsRoot: Hex;
}

interface RpcReceipt {
  readonly transactionHash: Hex;
  readonly status: Hex;
  readonly blockNumber: Hex;
  readonly gasUsed: Hex;
  readonly contractAddress: Hex | null;
  readonly logs: readonly {
    readonly address: Hex;
    readonly topics: readonly Hex[];
    readonly data: Hex;
    readonly blockNumber: Hex;
    readonly blockHash: Hex;
    readonly transactionHash: Hex;
    readonly logIndex: Hex;
  }[];
}

function toBlock({ number, hash, parentHash, timestamp }: RpcBlock): Block {
  return { number: Number(number), hash, parentHash, timeS: Number(timestamp) };
}

function toReceipt(receipt: RpcReceipt): Receipt {
  return {
    hash: receipt.transactionHash,
    status: BigInt(receipt.status) === 1n ? 1 : 0,
    blockNumber: Number(receipt.blockNumber),
    gasUsed: BigInt(receipt.gasUsed),
    contractAddress: receipt.contractAddress,
    logs: receipt.logs.map((log) => ({
      address: log.address,
      topics: log.topics,
      data: log.data,
      blockNumber: Number(log.blockNumber),
      blockHash: log.blockHash,
      transactionHash: log.transactionHash,
      index: Number(log.logIndex),
    })),
  };
}

/** As JSON-RPC of Ethereum writes numbers: hex digits without zeros in front. */
function toQuantity(value: number | bigint): Hex {
  return `0x${value.toString(16)}`;
}
