/**
 * The one writer of the embedded chain: gathers what is sent into blocks, at most one a second of its clock.
 * See `embedded.ts` for the order of one block and why.
 */
import type { Anvil } from "./anvil.ts";
import { type Block, ChainError, type Hex, type Receipt, RpcError } from "./chain.ts";
import type { Journal } from "./journal.ts";
import { dropPool, fillPool, mineBlock, sealOf } from "./mine.ts";
import { UnreachableError } from "./rpc.ts";
import { type RpcBlock, type RpcReceipt, toBlock, toReceipt } from "./shape.ts";
import { readTransaction, refuse, type SignedTransaction } from "./transaction.ts";

export { Writer };

const CLOCK_POLL_MS = 50;
/** A clock further behind the newest block than this was set wrong: waiting for it would look like hanging. */
const CLOCK_BEHIND_S = 3600;

interface Parts {
  readonly chainId: bigint;
  readonly journal: Journal;
  readonly now: () => number;
  readonly log: (line: string) => void;
  readonly blockGasLimit: bigint;
  readonly engine: () => Promise<Anvil>;
  readonly latest: () => Block;
  readonly final: (block: Block) => void;
}

interface Waiting {
  readonly transaction: SignedTransaction;
  readonly outcome: Promise<Receipt>;
  readonly done: (receipt: Receipt) => void;
  readonly fail: (error: Error) => void;
}

class Writer {
  readonly #parts: Parts;
  /** By hash, in the order sent: the same transaction sent twice waits once. */
  readonly #waiting = new Map<Hex, Waiting>();
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Resolves once final. Throws {@link RpcError} where it is refused, a retryable {@link ChainError} where unlucky. */
  async put(raw: Hex): Promise<Receipt> {
    const transaction = readTransaction(raw, this.#parts.chainId);
    if (this.#closed) throw closed();
    const known = this.#waiting.get(transaction.hash);
    if (known !== undefined) return known.outcome;
    const { promise, resolve, reject } = Promise.withResolvers<Receipt>();
    this.#waiting.set(transaction.hash, { transaction, outcome: promise, done: resolve, fail: reject });
    this.#running ??= this.#run();
    return promise;
  }

  /** Lets the block in hand come to its end; what still waits is refused as retryable. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0) {
      try {
        const timeS = await this.#nextTimeS();
        await this.#makeBlock(this.#take(), timeS);
      } catch (error) {
        this.#failAll([...this.#waiting.values()], error);
      }
    }
    // In the same breath as the last look at what waits: else one put in between would wait for ever.
    this.#running = null;
  }

  /** The clock's time once it is past the newest block's. */
  async #nextTimeS(): Promise<number> {
    for (;;) {
      if (this.#closed) throw closed();
      await this.#parts.engine();
      const timeS = Math.floor(this.#parts.now());
      const behindS = this.#parts.latest().timeS - timeS;
      if (behindS < 0) return timeS;
      if (behindS > CLOCK_BEHIND_S) {
        const [clock, block] = [timeS, timeS + behindS].map((at) => new Date(at * 1000).toISOString());
        throw new ChainError(
          "clock-behind",
          `The server's clock says ${clock}, but the newest block is of ${block}: set the clock right.`,
        );
      }
      await new Promise((done) => setTimeout(done, CLOCK_POLL_MS));
    }
  }

  /** As many as surely fit into one block, in order; they go on waiting under their hash until answered. */
  #take(): Waiting[] {
    const taken: Waiting[] = [];
    let gas = 0n;
    for (const one of this.#waiting.values()) {
      gas += one.transaction.gas;
      if (gas > this.#parts.blockGasLimit) break;
      taken.push(one);
    }
    return taken;
  }

  async #makeBlock(taken: readonly Waiting[], timeS: number): Promise<void> {
    let accepted: readonly Waiting[] = taken;
    try {
      const { journal, latest } = this.#parts;
      const engine = await this.#parts.engine();
      accepted = await this.#pool(engine, taken);
      if (accepted.length === 0) return;
      const record = { block: latest().number + 1, timeS, raw: accepted.map((one) => one.transaction.raw) };
      try {
        await journal.appendBlock(record);
      } catch (error) {
        await this.#ask(engine, () => dropPool(engine));
        throw error;
      }
      const block = await this.#mine(engine, timeS);
      await this.#answer(accepted, block);
    } catch (error) {
      this.#failAll(accepted, error);
    }
  }

  /** Those that lie in the pool now, and nothing else does; refused ones are answered, others wait for the next block. */
  async #pool(engine: Anvil, taken: readonly Waiting[]): Promise<readonly Waiting[]> {
    let kept = await this.#inTurn(engine, taken);
    for (;;) {
      const raw = kept.map((one) => one.transaction.raw);
      const outcomes = await this.#ask(engine, () => fillPool(engine, raw));
      const stuck = new Set<Hex>();
      const able: Waiting[] = [];
      let isClean = true;
      for (const [n, one] of kept.entries()) {
        const outcome = outcomes[n];
        if (outcome instanceof Error) {
          stuck.add(one.transaction.from);
          this.#fail(one, outcome instanceof RpcError ? refuse(outcome.message) : outcome);
        } else if (stuck.has(one.transaction.from)) {
          isClean = false;
        } else {
          able.push(one);
        }
      }
      if (isClean) return able;
      // What came after a refused one of the same sender has no turn now, and would lie in the pool till it has.
      await this.#ask(engine, () => dropPool(engine));
      kept = able;
    }
  }

  /** Those whose nonce is their sender's next. A nonce from the future is refused: the pool would keep it for ever. */
  async #inTurn(engine: Anvil, taken: readonly Waiting[]): Promise<readonly Waiting[]> {
    const senders = [...new Set(taken.map((one) => one.transaction.from))];
    const calls = senders.map((from) => ({ method: "eth_getTransactionCount", params: [from, "latest"] }));
    const counts = await this.#ask(engine, () => engine.batch(calls));
    const mined = new Map(senders.map((from, n) => [from, Number(counts[n])]));
    const next = new Map(mined);
    const inTurn: Waiting[] = [];
    for (const one of taken) {
      const { from, nonce, hash } = one.transaction;
      const turn = next.get(from) ?? 0;
      if (nonce === turn) {
        next.set(from, turn + 1);
        inTurn.push(one);
      } else if (nonce > turn) {
        this.#fail(one, refuse(`nonce ${nonce} is too high: ${from} is at ${turn}`));
      } else if (nonce < (mined.get(from) ?? 0)) {
        const receipt = await this.#ask(engine, () => engine.call("eth_getTransactionReceipt", [hash]));
        if (receipt !== null) this.#done(one, toReceipt(receipt as RpcReceipt));
        else this.#fail(one, refuse(`nonce ${nonce} is too low: ${from} is at ${mined.get(from)}`));
      }
      // Else another one of the same nonce comes first: this one waits to see what becomes of that.
    }
    return inTurn;
  }

  /**
   * Mines and seals what is journalled. Whatever goes wrong here, the engine is ended: the next one mines and seals the block in
   * its replay. Going on with this one would journal a second block of the same number.
   */
  async #mine(engine: Anvil, timeS: number): Promise<RpcBlock> {
    try {
      const block = await mineBlock(engine, timeS);
      await this.#parts.journal.appendSeal(sealOf(block, engine));
      return block;
    } catch {
      await engine.end();
      const next = await this.#parts.engine();
      return (await this.#ask(next, () => next.call("eth_getBlockByNumber", ["latest", false]))) as RpcBlock;
    }
  }

  async #answer(accepted: readonly Waiting[], mined: RpcBlock): Promise<void> {
    // Before anything is asked: it is on disk, and the next block has to stand on it.
    this.#parts.final(toBlock(mined));
    const engine = await this.#parts.engine();
    const found = (await this.#ask(engine, () =>
      engine.call("eth_getBlockReceipts", [mined.number]),
    )) as readonly RpcReceipt[];
    const receipts = new Map(found.map((receipt) => [receipt.transactionHash, toReceipt(receipt)]));
    for (const one of accepted) {
      const receipt = receipts.get(one.transaction.hash);
      if (receipt !== undefined) this.#done(one, receipt);
      else
        this.#fail(
          one,
          refuse(
            "no block takes the transaction: its fee is under the block's, or those before it used up the balance",
          ),
        );
    }
  }

  /**
   * An engine that does not answer, or says no to what is always possible, is ended, whatever state it was in: the journal
   * knows everything that counts.
   */
  async #ask<T>(engine: Anvil, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      await engine.end();
      throw error;
    }
  }

  #done(one: Waiting, receipt: Receipt): void {
    this.#waiting.delete(one.transaction.hash);
    one.done(receipt);
  }

  #fail(one: Waiting, error: Error): void {
    this.#waiting.delete(one.transaction.hash);
    one.fail(error);
  }

  #failAll(some: readonly Waiting[], cause: unknown): void {
    const error =
      cause instanceof UnreachableError || cause instanceof RpcError
        ? new ChainError(
            "engine-down",
            "The chain's engine ended before the transaction was final: send it again.",
            cause,
          )
        : cause instanceof Error
          ? cause
          : new Error(String(cause));
    for (const one of some) if (this.#waiting.has(one.transaction.hash)) this.#fail(one, error);
  }
}

function closed(): ChainError {
  return new ChainError("closed", "The chain is closing: send the transaction again after the next start.");
}
