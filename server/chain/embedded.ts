/**
 * The embedded chain: Anvil behind a journal of blocks.
 *
 * Order of one block: the pool accepts → its record is appended and fsynced → mined → its roots are appended and
 * fsynced → answered. So whatever anybody was told lies on disk, with the hash that they were told. A block that is
 * journalled but was not answered is mined again at the start: its senders find it done when they ask again.
 *
 * Owns `folder` (journal, genesis file, pid of the engine). That only one process opens it is the caller's lock.
 */
import { mkdir } from "node:fs/promises";
import { type Anvil, endLeftOver, startAnvil } from "./anvil.ts";
import { type Block, type Chain, ChainError, type Hex, type Receipt, RefusedError, RpcError } from "./chain.ts";
import { Journal } from "./journal.ts";
import { replay } from "./mine.ts";
import { UnreachableError } from "./rpc.ts";
import { type RpcBlock, toBlock } from "./shape.ts";
import { Writer } from "./writer.ts";

export type { EmbeddedOptions };
export { BLOCK_GAS_LIMIT, openEmbeddedChain };

const BLOCK_GAS_LIMIT = 30_000_000;
const HARDFORK = "osaka";

/** Starts of the engine in a row before giving up, and the rest before it is tried again when somebody asks. */
const STARTS = 3;
const REST_MS = 5_000;

interface EmbeddedOptions {
  /** Of the chain alone; made (mode 0700) where missing. */
  readonly folder: string;
  readonly chainId: bigint;
  /** Seconds; for a new folder only, an existing one keeps its own. */
  readonly genesisTimeS: number;
  /** Address → wei; for a new folder only. */
  readonly alloc: Readonly<Record<string, bigint>>;
  /** Seconds. A block gets this time once it is past that of the block before. */
  readonly now: () => number;
  readonly log?: (line: string) => void;
}

/** Opens the chain in `folder`, new or replayed. Throws {@link ChainError}: one sentence on what is wrong and where. */
async function openEmbeddedChain(options: EmbeddedOptions): Promise<Chain> {
  const { folder, chainId, now, log = () => {} } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await endLeftOver(folder, log);
  const alloc = Object.fromEntries(Object.entries(options.alloc).map(([address, wei]) => [address, wei.toString()]));
  const { genesisTimeS } = options;
  const fresh = {
    journal: 1,
    chainId: chainId.toString(),
    genesisTimeS,
    gasLimit: BLOCK_GAS_LIMIT,
    hardfork: HARDFORK,
    alloc,
  } as const;
  const journal = await Journal.open(folder, fresh, log);
  if (journal.genesis.chainId !== fresh.chainId) {
    await journal.close();
    throw new ChainError(
      "journal-foreign",
      `${journal.path} is of chain ${journal.genesis.chainId}, not of chain ${chainId}.`,
    );
  }
  const chain = new EmbeddedChain({ folder, chainId, journal, now, log });
  try {
    await chain.latest();
  } catch (cause) {
    await chain.close();
    throw cause;
  }
  return chain;
}

interface Parts {
  readonly folder: string;
  readonly chainId: bigint;
  readonly journal: Journal;
  readonly now: () => number;
  readonly log: (line: string) => void;
}

class EmbeddedChain implements Chain {
  readonly chainId: bigint;
  readonly #parts: Parts;
  readonly #writer: Writer;
  readonly #listeners = new Set<(block: Block) => void>();
  /** The engine that has replayed the journal: everybody waits for it, so nobody sees a shorter chain than before. */
  #engine: Promise<Anvil>;
  #retryAtMs = Number.POSITIVE_INFINITY;
  #latest: Block = { number: -1, hash: "0x", parentHash: "0x", timeS: 0 };
  #closing: Promise<void> | null = null;

  constructor(parts: Parts) {
    this.chainId = parts.chainId;
    this.#parts = parts;
    this.#engine = this.#start();
    this.#writer = new Writer({
      chainId: parts.chainId,
      journal: parts.journal,
      now: parts.now,
      log: parts.log,
      blockGasLimit: BigInt(BLOCK_GAS_LIMIT),
      engine: () => this.#current(),
      latest: () => this.#latest,
      final: (block) => this.#final(block),
    });
  }

  async request(method: string, asked: readonly unknown[]): Promise<unknown> {
    // Mined is final here, so both names mean one block; of "pending" the engine would make one of its own.
    const params = asked.map((param) => (param === "pending" ? "latest" : param));
    for (let left = STARTS; ; left--) {
      if (this.#closing !== null) throw new ChainError("closed", "The chain is closed.");
      const engine = await this.#current();
      try {
        return await engine.call(method, params);
      } catch (error) {
        if (left > 0 && isOvertaken(error, params)) continue;
        if (!(error instanceof UnreachableError)) throw error;
        if (left === 0 || error.isLate)
          throw new ChainError("engine-down", "The chain's engine does not answer.", error);
        // A lone dropped connection is asked again; an engine that is ending gets the moment to be gone.
        await Promise.race([engine.gone, new Promise((done) => setTimeout(done, 100))]);
      }
    }
  }

  async send(raw: readonly Hex[]): Promise<readonly Receipt[]> {
    const settled = await Promise.allSettled(raw.map((one) => this.#writer.put(one)));
    const outcomes = settled.map((one) => (one.status === "fulfilled" ? one.value : asError(one.reason)));
    const receipts = outcomes.filter((outcome): outcome is Receipt => !(outcome instanceof Error));
    if (receipts.length < outcomes.length) throw new RefusedError(outcomes);
    return receipts;
  }

  async latest(): Promise<Block> {
    await this.#current();
    return this.#latest;
  }

  async block(at: number | Hex): Promise<Block | null> {
    const found =
      typeof at === "number"
        ? await this.request("eth_getBlockByNumber", [`0x${at.toString(16)}`, false])
        : await this.request("eth_getBlockByHash", [at, false]);
    return found === null ? null : toBlock(found as RpcBlock);
  }

  onBlock(listener: (block: Block) => void): () => void {
    const own = (block: Block) => listener(block);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#writer.close();
    const engine = await this.#engine.catch(() => null);
    await engine?.end();
    await this.#parts.journal.close();
  }

  /** The engine, brought back first where it ended. */
  #current(): Promise<Anvil> {
    if (Date.now() >= this.#retryAtMs && this.#closing === null) this.#engine = this.#start();
    return this.#engine;
  }

  #start(): Promise<Anvil> {
    this.#retryAtMs = Number.POSITIVE_INFINITY;
    const engine = this.#bringUp();
    engine.then(
      (up) => up.gone.then(() => this.#ended()),
      () => {
        this.#retryAtMs = Date.now() + REST_MS;
      },
    );
    return engine;
  }

  #ended(): void {
    if (this.#closing !== null) return;
    this.#parts.log("chain: the engine ended unasked; starting it again from the journal");
    this.#engine = this.#start();
  }

  async #bringUp(): Promise<Anvil> {
    const { folder, journal } = this.#parts;
    for (let left = STARTS - 1; ; left--) {
      try {
        const engine = await startAnvil(folder, journal.genesis);
        try {
          const last = toBlock(await replay(engine, journal));
          // A block that a crash left unanswered becomes final here.
          if (this.#latest.number < 0) this.#latest = last;
          else this.#final(last);
          return engine;
        } catch (error) {
          await engine.end();
          if (!(error instanceof UnreachableError)) throw error;
          throw new ChainError("engine-down", "The chain's engine ended while it replayed the journal.", error);
        }
      } catch (error) {
        if (left === 0 || !(error instanceof ChainError) || error.kind !== "engine-down") throw error;
      }
    }
  }

  #final(block: Block): void {
    if (block.number <= this.#latest.number) return;
    this.#latest = block;
    for (const listener of this.#listeners) {
      try {
        listener(block);
      } catch (error) {
        this.#parts.log(`chain: a listener failed at block ${block.number}: ${asError(error).message}`);
      }
    }
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** A read of the newest state that a block overtook: the engine keeps no older state, so it is asked again for the new one. */
function isOvertaken(error: unknown, params: readonly unknown[]): boolean {
  return error instanceof RpcError && error.message.includes("BlockOutOfRange") && params.includes("latest");
}
