/**
 * An account of ours on the chain (relay, operator): signs transactions and hands them over one lot after another, so that
 * no two ever carry the same number. On a chain where gas has a price it offers no more than it may.
 */
import { computeAddress, formatUnits, Wallet } from "ethers";
import { type Again, type Chain, ChainError, type Hex, type Receipt, RefusedError, RpcError } from "./chain.ts";

export type { Call, Pricing };
export { Account, addressOf, RevertedError };

interface Call {
  /** null: creates a contract. */
  readonly to: Hex | null;
  readonly data: Hex;
  readonly gas: bigint;
}

/** free: the embedded chain, where gas is worth nothing · else what one unit of gas may cost in wei; null: what it costs. */
type Pricing = "free" | { readonly maxGasPrice: bigint | null };

/** What is offered for a unit of gas (EIP-1559), in wei. */
interface Price {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
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

/** Offered for inclusion where the chain has no opinion. */
const USUAL_TIP = 1_000_000_000n;
const TRANSFER_GAS = 21_000n;
/** As geth and Anvil, and as Hardhat say that an account holds too little. */
const POOR = /insufficient funds|enough funds/i;
/** Of what would be offered now: dearer than that nothing is made. */
const MOST_TIMES = 4n;

class Account {
  readonly address: Hex;
  readonly #wallet: Wallet;
  readonly #chain: Chain;
  readonly #pricing: Pricing;
  #last: Promise<unknown> = Promise.resolve();

  constructor(chain: Chain, privateKey: string, pricing: Pricing = "free") {
    this.#wallet = new Wallet(privateKey);
    this.#chain = chain;
    this.#pricing = pricing;
    this.address = addressOf(privateKey);
  }

  /**
   * Signs and sends the calls in order; resolves once all are final.
   * @param first number of the first one; the account's next where none is given
   * @throws RevertedError when one was mined and reverted, ChainError `too-dear`, and what {@link Chain.send} throws
   */
  send(calls: readonly Call[], first?: number): Promise<readonly Receipt[]> {
    const sent = this.#last.then(() => this.#send(calls, first));
    this.#last = sent.catch(() => {});
    return sent;
  }

  /** The number of its next transaction. */
  async count(): Promise<number> {
    return Number(await this.#chain.request("eth_getTransactionCount", [this.address, "pending"]));
  }

  /**
   * What a unit of gas costs now, with what is offered for inclusion.
   * @throws ChainError `too-dear` when that is above what may be paid
   */
  async price(): Promise<bigint> {
    const { maxFeePerGas } = await this.#price(1n);
    return maxFeePerGas;
  }

  async #send(calls: readonly Call[], given?: number): Promise<readonly Receipt[]> {
    const first = given ?? (await this.count());
    const price = await this.#price(2n);
    const raw = await Promise.all(calls.map((call, n) => this.#sign(call, first + n, price)));
    const offered = new Map<number, Price>();
    const receipts = await this.#handOver(raw, async (nonce) => {
      const last = offered.get(nonce) ?? price;
      // Where the price is not known or may not be paid, a little more than before would change nothing.
      const now = await this.#price(2n).catch(() => null);
      const dearer = now === null ? null : this.#raised(last, now);
      if (dearer === null) return null;
      offered.set(nonce, dearer);
      const call = calls[nonce - first];
      // Not one of these: what holds them up is replaced by a transaction that does nothing.
      return this.#sign(call ?? { to: this.address, data: "0x", gas: TRANSFER_GAS }, nonce, dearer);
    });
    const failed = receipts.find((receipt) => receipt.status === 0);
    if (failed !== undefined) throw new RevertedError(failed);
    return receipts;
  }

  /** An account that is empty is the operator's to mend, and nothing that the transactions did. */
  async #handOver(raw: readonly Hex[], again: Again): Promise<readonly Receipt[]> {
    try {
      return await this.#chain.send(raw, again);
    } catch (cause) {
      if (!(cause instanceof RefusedError)) throw cause;
      const isPoor = cause.outcomes.some((one) => one instanceof RpcError && POOR.test(one.message));
      if (!isPoor) throw cause;
      throw new ChainError("too-dear", `${this.address} cannot pay for its transactions: send it coins.`, cause);
    }
  }

  async #sign({ to, data, gas }: Call, nonce: number, price: Price): Promise<Hex> {
    const fields = { type: 2, chainId: this.#chain.chainId, nonce, to, data, gasLimit: gas, value: 0n, ...price };
    return (await this.#wallet.signTransaction(fields)) as Hex;
  }

  /** @param times of the newest block's base fee: it can rise by an eighth a block, so twice stands five full blocks */
  async #price(times: bigint): Promise<Price> {
    const block = (await this.#chain.request("eth_getBlockByNumber", ["pending", false])) as {
      baseFeePerGas?: string;
    } | null;
    if (block === null) throw new RpcError(-32603, "the chain has no block");
    const base = BigInt(block.baseFeePerGas ?? "0x0");
    if (this.#pricing === "free") return { maxFeePerGas: times * base + 1n, maxPriorityFeePerGas: 0n };
    const tip = await this.#tip();
    const { maxGasPrice } = this.#pricing;
    const wanted = times * base + tip;
    if (maxGasPrice === null || wanted <= maxGasPrice) return { maxFeePerGas: wanted, maxPriorityFeePerGas: tip };
    if (base + tip > maxGasPrice) {
      const [now, most] = [base + tip, maxGasPrice].map((wei) => formatUnits(wei, "gwei"));
      throw new ChainError("too-dear", `Gas costs ${now} gwei now and MAX_GAS_PRICE_GWEI is ${most}: waiting.`);
    }
    return { maxFeePerGas: maxGasPrice, maxPriorityFeePerGas: tip };
  }

  async #tip(): Promise<bigint> {
    try {
      return BigInt(String(await this.#chain.request("eth_maxPriorityFeePerGas", [])));
    } catch (cause) {
      if (cause instanceof RpcError) return USUAL_TIP;
      throw cause;
    }
  }

  /**
   * Nodes take another transaction of the same number when it offers a tenth more. Null where that is too much: more than may be
   * paid, or so far above what gas costs that something else than its price holds it up.
   */
  #raised(last: Price, now: Price): Price | null {
    const more = (was: bigint, is: bigint) => {
      const least = was + was / 8n + 1n;
      return is > least ? is : least;
    };
    const maxFeePerGas = more(last.maxFeePerGas, now.maxFeePerGas);
    const most = this.#pricing === "free" ? null : this.#pricing.maxGasPrice;
    if (maxFeePerGas > MOST_TIMES * now.maxFeePerGas || (most !== null && maxFeePerGas > most)) return null;
    return { maxFeePerGas, maxPriorityFeePerGas: more(last.maxPriorityFeePerGas, now.maxPriorityFeePerGas) };
  }
}
