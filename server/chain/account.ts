/**
 * An account of ours on the chain (relay, operator): signs transactions and hands them over one lot after another, so that
 * no two ever carry the same number.
 */
import { computeAddress, Wallet } from "ethers";
import { type Chain, type Hex, type Receipt, RpcError } from "./chain.ts";

export type { Call };
export { Account, addressOf, RevertedError };

interface Call {
  /** null: creates a contract. */
  readonly to: Hex | null;
  readonly data: Hex;
  readonly gas: bigint;
}

/** A transaction was mined and reverted. */
class RevertedError extends Error {
  override readonly name = "RevertedError";
  readonly receipt: Receipt;

  constructor(receipt: Receipt) {
    super(`transaction ${receipt.hash} reverted in block ${receipt.blockNumber}`);
    this.receipt = receipt;
  }
}

/** In lower case. @param privateKey 32 bytes in hex */
function addressOf(privateKey: string): Hex {
  return computeAddress(privateKey).toLowerCase() as Hex;
}

class Account {
  readonly address: Hex;
  readonly #wallet: Wallet;
  readonly #chain: Chain;
  #last: Promise<unknown> = Promise.resolve();

  constructor(chain: Chain, privateKey: string) {
    this.#wallet = new Wallet(privateKey);
    this.#chain = chain;
    this.address = addressOf(privateKey);
  }

  /**
   * Signs and sends the calls in order; resolves once all are final.
   * @throws RevertedError when one was mined and reverted, and what {@link Chain.send} throws
   */
  send(calls: readonly Call[]): Promise<readonly Receipt[]> {
    const sent = this.#last.then(() => this.#send(calls));
    this.#last = sent.catch(() => {});
    return sent;
  }

  /** How many transactions of this account are mined: the number of its next one. */
  async count(): Promise<number> {
    return Number(await this.#chain.request("eth_getTransactionCount", [this.address, "latest"]));
  }

  async #send(calls: readonly Call[]): Promise<readonly Receipt[]> {
    const first = await this.count();
    const price = await this.#price();
    const raw = await Promise.all(
      calls.map(({ to, data, gas }, n) =>
        this.#wallet.signTransaction({
          ...{ type: 2, chainId: this.#chain.chainId, nonce: first + n, to, data, gasLimit: gas, value: 0n },
          ...{ maxFeePerGas: price, maxPriorityFeePerGas: 0n },
        }),
      ),
    );
    const receipts = await this.#chain.send(raw as Hex[]);
    const failed = receipts.find((receipt) => receipt.status === 0);
    if (failed !== undefined) throw new RevertedError(failed);
    return receipts;
  }

  /** Twice the newest block's base fee: it can rise by an eighth a block, so this stands five full blocks. */
  async #price(): Promise<bigint> {
    const block = (await this.#chain.request("eth_getBlockByNumber", ["latest", false])) as {
      baseFeePerGas?: string;
    } | null;
    if (block === null) throw new RpcError(-32603, "the chain has no block");
    return 2n * BigInt(block.baseFeePerGas ?? "0x0") + 1n;
  }
}
