/**
 * Brings signed transactions to an outside chain, and watches each until it is final: what a node forgets or a reorganisation
 * takes back is sent again, what no block takes is signed anew at a higher price under the same number.
 */
import { type Again, type Block, ChainError, type Hex, type Receipt, RpcError } from "./chain.ts";
import type { MinedReceipt, Node } from "./node.ts";
import type { Nodes } from "./nodes.ts";
import { readTransaction, refuse, type SignedTransaction } from "./transaction.ts";

export { Sender };

interface SenderParts {
  readonly chainId: bigint;
  readonly nodes: Nodes;
  readonly log: (line: string) => void;
  /** How long a transaction may wait for a block before its price is raised. */
  readonly stuckMs: number;
}

/** One number of one sender, under way. Of its versions the chain can take one only. */
interface Flight {
  readonly from: Hex;
  readonly nonce: number;
  readonly versions: SignedTransaction[];
  readonly again: Again | null;
  readonly outcome: Promise<Receipt>;
  readonly done: (receipt: Receipt) => void;
  readonly fail: (error: Error) => void;
  wasMined: boolean;
  /** In how many looks in a row its number was spent, and not by it. */
  spentBefore: number;
  sentAtMs: number;
  pricedAtMs: number;
  /** The chain's newest block then: as long as there is no other, no price would have helped. */
  pricedAtBlock: bigint;
}

interface Start {
  readonly again: Again | null;
  readonly wasMined: boolean;
  readonly block: bigint;
}

/** A node that dropped a transaction from its pool says nothing: it is handed over again after so long. */
const RESEND_MS = 5_000;
/** Nodes count a transaction before they show its receipt: only after so many looks without one was its number another's. */
const SPENT_LOOKS = 10;

class Sender {
  readonly #parts: SenderParts;
  readonly #flights = new Set<Flight>();
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** One after another, in the order asked. Resolves once final. Throws {@link RpcError} where it is refused. */
  async put(raw: Hex, again: Again | null): Promise<Receipt> {
    const transaction = readTransaction(raw, this.#parts.chainId);
    if (this.#closed) throw closed();
    const flight = this.#turn.then(() => this.#begin(transaction, again));
    this.#turn = flight.catch(() => {});
    return (await flight).outcome;
  }

  /** Looks after everything that is under way; called after each look at the chain. */
  async watch(final: Block): Promise<void> {
    for (const flight of [...this.#flights]) await this.#watch(flight, final);
  }

  close(): void {
    this.#closed = true;
    for (const flight of this.#flights) this.#end(flight, () => flight.fail(closed()));
  }

  async #begin(transaction: SignedTransaction, again: Again | null): Promise<Flight> {
    const { from, nonce, hash } = transaction;
    const known = [...this.#flights].find(({ versions }) => versions.some((one) => one.hash === hash));
    if (known !== undefined) return known;
    if (this.#closed) throw closed();
    const { nodes } = this.#parts;
    const mined = await nodes.ask((node) => count(node, from, "latest"));
    if (nonce < mined) {
      // Mined before: it is watched all the same, for its block may still be taken back.
      const receipt = await nodes.ask((node) => node.receipt(hash));
      if (receipt === null) throw refuse(`nonce ${nonce} is too low: ${from} is at ${mined}`);
      return this.#fly(transaction, { again, wasMined: true, block: await nodes.ask(newest) });
    }
    const pending = await nodes.ask((node) => count(node, from, "pending"));
    const own = [...this.#flights].filter((one) => one.from === from).map((one) => one.nonce + 1);
    const next = Math.max(mined, pending, ...own);
    if (nonce > next) throw refuse(`nonce ${nonce} is too high: ${from} is at ${next}`);
    const block = await nodes.ask(newest);
    return this.#fly(await this.#offer(transaction, again), { again, wasMined: false, block });
  }

  /** Where nodes hold another transaction of its number, of an earlier run, it has to offer more than that. */
  async #offer(transaction: SignedTransaction, again: Again | null): Promise<SignedTransaction> {
    const { nodes, chainId } = this.#parts;
    const refused = await nodes.ask((node) => hand(node, transaction.raw));
    if (refused === null) return transaction;
    const dearer = /replacement.*underpriced/i.test(refused.message) ? await again?.(transaction.nonce) : null;
    if (dearer === null || dearer === undefined) throw refuse(refused.message);
    return this.#offer(readTransaction(dearer, chainId), again);
  }

  #fly(transaction: SignedTransaction, { again, wasMined, block }: Start): Flight {
    // Closed while it was handed over: nobody will look after it any more.
    if (this.#closed) throw closed();
    const { promise, resolve, reject } = Promise.withResolvers<Receipt>();
    const { from, nonce } = transaction;
    const nowMs = Date.now();
    const flight: Flight = {
      ...{ from, nonce, versions: [transaction], again, outcome: promise, done: resolve, fail: reject },
      ...{ wasMined, spentBefore: 0, sentAtMs: nowMs, pricedAtMs: nowMs, pricedAtBlock: block },
    };
    promise.catch(() => {});
    this.#flights.add(flight);
    return flight;
  }

  async #watch(flight: Flight, final: Block): Promise<void> {
    const { nodes } = this.#parts;
    const mined = await nodes.ask((node) => receiptOf(node, flight));
    if (mined !== null) {
      flight.wasMined = true;
      if (mined.blockNumber > final.number) return;
      const block = await nodes.ask((node) => node.block(mined.blockNumber));
      if (block?.hash !== mined.blockHash) return;
      const { blockHash: _, ...receipt } = mined;
      this.#end(flight, () => flight.done(receipt));
      return;
    }
    const spent = await nodes.ask((node) => count(node, flight.from, { blockHash: final.hash }));
    if (spent > flight.nonce) {
      if (++flight.spentBefore < SPENT_LOOKS) return;
      const because = `another transaction of ${flight.from} took its nonce ${flight.nonce}`;
      this.#end(flight, () => flight.fail(refuse(`the transaction will never be mined: ${because}`)));
      return;
    }
    flight.spentBefore = 0;
    await this.#push(flight);
  }

  /** Of what no block holds: sent again when it was taken back or may be forgotten, made dearer when it waits for long. */
  async #push(flight: Flight): Promise<void> {
    const nowMs = Date.now();
    const { log, stuckMs } = this.#parts;
    const isStuck = nowMs - flight.pricedAtMs >= stuckMs;
    const isForgotten = flight.wasMined || nowMs - flight.sentAtMs >= RESEND_MS;
    if (!isStuck && !isForgotten) return;
    if (flight.wasMined)
      log(`chain: a block with transaction ${flight.versions.at(-1)?.hash} was taken back; sending it again`);
    if (isStuck) await this.#raise(flight);
    flight.wasMined = false;
    flight.sentAtMs = nowMs;
    await this.#hand(flight.versions.at(-1)?.raw ?? "0x");
  }

  /** Offers more for it, or for what stands before it: a transaction of an earlier run, that nobody else looks after. */
  async #raise(flight: Flight): Promise<void> {
    const { log, nodes, chainId } = this.#parts;
    const { from, nonce, again } = flight;
    flight.pricedAtMs = Date.now();
    if (again === null) return;
    const block = await nodes.ask(newest);
    if (block === flight.pricedAtBlock) return;
    const turn = await nodes.ask((node) => count(node, from, "latest"));
    // Its own number is spent: of what took it, receipt or final state will tell.
    if (turn > nonce) return;
    const isOurs = [...this.#flights].some((one) => one.from === from && one.nonce === turn);
    if (turn < nonce && isOurs) return;
    flight.pricedAtBlock = block;
    const raw = await again(turn);
    if (raw === null) {
      log(`chain: no block takes transaction ${turn} of ${from}, and no more is offered for it now`);
      return;
    }
    log(`chain: no block takes transaction ${turn} of ${from}; offering a higher price`);
    const version = readTransaction(raw, chainId);
    if (version.nonce !== turn || version.from !== from) throw new Error(`asked for ${turn}, signed ${version.nonce}`);
    if (turn < nonce) await this.#hand(raw);
    else flight.versions.push(version);
  }

  async #hand(raw: Hex): Promise<void> {
    const refused = await this.#parts.nodes.ask((node) => hand(node, raw));
    // What is mined already needs no word.
    if (refused !== null && !/nonce too low|underpriced/i.test(refused.message))
      this.#parts.log(`chain: a transaction is not taken: ${refused.message}`);
  }

  #end(flight: Flight, answer: () => void): void {
    this.#flights.delete(flight);
    answer();
  }
}

/** Of any of its versions; they exclude each other. */
async function receiptOf(node: Node, { versions }: Flight): Promise<MinedReceipt | null> {
  for (const { hash } of versions.toReversed()) {
    const receipt = await node.receipt(hash);
    if (receipt !== null) return receipt;
  }
  return null;
}

async function count(node: Node, from: Hex, at: string | { readonly blockHash: Hex }): Promise<number> {
  return Number(await node.quantity("eth_getTransactionCount", [from, at]));
}

function newest(node: Node): Promise<bigint> {
  return node.quantity("eth_blockNumber", []);
}

/** Null when the node has it now, or had it before. */
async function hand(node: Node, raw: Hex): Promise<RpcError | null> {
  try {
    await node.call("eth_sendRawTransaction", [raw]);
    return null;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return /already (known|imported|exists|in)|known transaction/i.test(error.message) ? null : error;
  }
}

function closed(): ChainError {
  return new ChainError("closed", "The chain is closing: what became of the transaction is asked at the next start.");
}
