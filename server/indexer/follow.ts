/**
 * Follows the chain: reads the ledger's logs block by block, applies them (apply.ts), and has the heads it arrives at compared with
 * those in the ledger's storage (heads.ts). Lists of codes (code-lists.ts) and the papers of consignments (waybills.ts) are read beside it.
 * What is wrong stops the index with a sentence; it is never papered over.
 */
import type { Kysely } from "kysely";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import type { Deployment } from "../../protocol/history.ts";
import type { Primitives } from "../../protocol/sign.ts";
import type { Chain } from "../chain/chain.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { applyLogs, IndexFault } from "./apply.ts";
import { checkHeads, noteMoved } from "./heads.ts";
import { startCodeLists } from "./code-lists.ts";
import { decodeLog, readRawLog, UnreadableLog } from "./logs.ts";
import { type Fetched, inParts, moveCursor, type ReadLog } from "./range.ts";
import { startWaybills } from "./waybills.ts";
import { Words } from "./words.ts";

export type { Indexer, IndexerParts, IndexStatus };
export { IndexFault, startIndexer };

interface IndexerParts {
  readonly chain: Chain;
  readonly index: Kysely<IndexTables>;
  readonly deployment: Deployment;
  readonly primitives: Primitives;
  /** Bytes of a document or file by CID; undefined when this server does not hold it. */
  readonly bytesOfCid: (cid: string) => Promise<Uint8Array | undefined>;
  /** Empties the index: done when the chain took back a block that the index was made from. Without it the index stops. */
  readonly drop?: () => Promise<void>;
  readonly log: (line: string) => void;
  /** As in rounds.ts. */
  readonly firstRetryMs?: number | undefined;
  readonly patienceMs?: number | undefined;
}
interface IndexStatus {
  /** Everything up to this block is applied. */
  readonly block: number;
  /** Up to this block heads were compared as well. */
  readonly checked: number;
  /** Why the index stands still, in one sentence; null while it follows. */
  readonly fault: string | null;
}
interface Indexer {
  status(): IndexStatus;
  /**
   * Resolves when everything up to `block` is applied and checked, and every list of codes and every paper at hand was read; rejects with the
   * fault that stops the index, or when it is closed.
   */
  reached(block: number): Promise<void>;
  /** Says that a document came which the index may wait for (rounds.ts). */
  look(): void;
  /** Forgets the derived rows through `drop`, and follows again from the deployment on. Asked twice at once it does so once. */
  rebuild(drop: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** The chain took back blocks that were final when the index read them. */
class Turned extends IndexFault {
  constructor(block: number) {
    super(`the chain does not hold block ${block} any more, up to which the index was made`);
  }
}

/** Blocks asked for at once: so many that their logs are neither few nor a burden to the one who reads them. */
const FIRST_BLOCKS = 50;
const MAX_BLOCKS = 500;
const FEW_CHARACTERS = 500_000;
const MANY_CHARACTERS = 4_000_000;
const RETRY_MS = 1_000;

function startIndexer(parts: IndexerParts): Indexer {
  const { chain, index, deployment, log } = parts;
  const unread: IndexStatus = { block: deployment.block - 1, checked: deployment.block - 1, fault: null };
  let status = unread;
  /** Hash of the block `status.block`; null before the first one. */
  let followed: string | null = null;
  /** For good, while `paused` is for the time of a rebuild. */
  let closed = false;
  let paused = false;
  /** Set by a fault that no second try mends. */
  let stopped = false;
  let wake: () => void = () => {};
  let rebuilding: Promise<void> | null = null;
  let blocksAtOnce = FIRST_BLOCKS;
  /** As of `status.block`. */
  let words = new Words(false);
  const waiting = new Set<{ block: number; done: () => void; failed: (cause: Error) => void }>();

  const stopListening = chain.onBlock(() => wake());
  const readersBeside = () => [startCodeLists(parts), startWaybills(parts)];
  let beside = readersBeside();
  let job = run();

  async function run(): Promise<void> {
    while (!paused) {
      try {
        await follow();
      } catch (caught) {
        if (paused) return;
        const cause = await turnedOr(caught);
        if (cause instanceof Turned && parts.drop !== undefined) {
          log(`index: MADE ANEW, for ${cause.message}`);
          await pause(RETRY_MS);
          if (!paused) void begin(parts.drop).catch((error: unknown) => log(`index: it cannot be emptied. ${error}`));
          return;
        }
        const fault = cause instanceof Error ? cause.message : String(cause);
        const isFinal = cause instanceof IndexFault || cause instanceof UnreadableLog;
        if (status.fault !== fault) log(`index: ${isFinal ? "stopped" : "waits, and tries again"}. ${fault}`);
        status = { ...status, fault };
        stopped = isFinal;
        settle();
        await tell();
        if (isFinal) return;
        // The engine or the disk is in trouble, not the record: the same step is right once they are back.
        await pause(RETRY_MS);
      }
    }
  }

  /** What does not fit together may come from two branches: then it is no fault. */
  async function turnedOr(cause: unknown): Promise<unknown> {
    if (!(cause instanceof IndexFault) || cause instanceof Turned || followed === null) return cause;
    const own = await chain.block(status.block).catch(() => undefined);
    return own === undefined || own?.hash === followed ? cause : new Turned(status.block);
  }

  async function follow(): Promise<void> {
    await checkCode(parts);
    status = { ...status, block: await startBlock() };
    let ahead: Fetched | null = null;
    while (!paused) {
      const signal = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const latest = await chain.latest();
      const isShorter = latest.number < status.block && (await chain.block(status.block)) === null;
      if (isShorter || (latest.number === status.block && latest.hash !== (followed ?? latest.hash)))
        throw new Turned(status.block);
      if (status.block < latest.number) {
        const fetched: Fetched = ahead ?? fetch(status.block + 1, latest.number);
        const logs = await fetched.logs;
        // What comes next is on its way while this is applied.
        ahead = fetched.to < latest.number ? fetch(fetched.to + 1, latest.number) : null;
        await apply(fetched, logs);
        continue;
      }
      for (const reader of beside) reader.wake();
      if ((await checkHeads(parts, latest.number)) && (status.checked !== latest.number || status.fault !== null)) {
        status = { ...status, checked: latest.number, fault: null };
        await tell();
      }
      settle();
      if (!paused) await signal;
    }
  }

  async function startBlock(): Promise<number> {
    const row = await index.selectFrom("cursor").selectAll().executeTakeFirst();
    followed = row?.hash ?? null;
    words = new Words(row === undefined);
    if (row === undefined) return deployment.block - 1;
    const block = await chain.block(row.block);
    if (block?.hash !== row.hash) throw new Turned(row.block);
    return row.block;
  }

  /** Asks for the logs from `from` on, of as many blocks as are good to read at once. */
  function fetch(from: number, latest: number): Fetched {
    const to = Math.min(latest, from + blocksAtOnce - 1);
    const logs = logsOf(from, to);
    // Whoever awaits it hears of its failure; where a fault came first, nobody does.
    logs.catch(() => {});
    return { from, to, logs };
  }

  async function logsOf(from: number, to: number): Promise<readonly ReadLog[]> {
    const before = await chain.block(to);
    const raw = (await chain.request("eth_getLogs", [
      { fromBlock: `0x${from.toString(16)}`, toBlock: `0x${to.toString(16)}`, address: deployment.ledger },
    ])) as Record<string, unknown>[];
    const logs: ReadLog[] = [];
    let characters = 0;
    for (const log of raw.map(readRawLog)) {
      if (log.address.toLowerCase() !== deployment.ledger) {
        throw new IndexFault(`the node answered with a log of ${log.address}, which is not the ledger`);
      }
      const decoded = decodeLog(log);
      if (decoded !== null) logs.push({ log: decoded, blockHash: log.blockHash, characters: log.data.length });
      characters += log.data.length;
    }
    if (characters > MANY_CHARACTERS) blocksAtOnce = Math.max(1, blocksAtOnce >> 1);
    if (characters < FEW_CHARACTERS) blocksAtOnce = Math.min(MAX_BLOCKS, blocksAtOnce << 1);
    const last = await chain.block(to);
    if (last === null || last.hash !== before?.hash) throw new Error(`the chain has changed block ${to}`);
    return [...logs, { log: null, blockHash: last.hash, characters: 0 }];
  }

  async function apply({ from, to }: Fetched, read: readonly ReadLog[]): Promise<void> {
    const base = followed === null ? null : await chain.block(from - 1);
    if (followed !== null && base?.hash !== followed) throw new Turned(from - 1);
    for (const { logs, block, hash } of inParts(read, to)) {
      const before = { block: status.block, hash: followed };
      const moved = await index.transaction().execute(async (tx) => {
        await moveCursor(tx, before, { block, hash });
        const newest = await applyLogs({ ...parts, index: tx, timeOfBlock, words }, logs);
        await noteMoved(tx, newest);
        return newest;
      });
      words.keep(moved);
      followed = hash;
      status = { ...status, block };
      // Whoever reads has a turn between two transactions.
      await new Promise((done) => setImmediate(done));
    }
  }

  /** For those who read the index. What cannot be written now is told by the next step. */
  async function tell(): Promise<void> {
    const { checked, fault } = status;
    await index
      .insertInto("progress")
      .values({ name: "index", checked, fault })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ checked, fault }))
      .execute()
      .catch((cause: unknown) => log(`index: its progress cannot be written. ${cause}`));
  }

  async function timeOfBlock(number: number): Promise<number> {
    const block = await chain.block(number);
    if (block === null) throw new IndexFault(`the node has lost block ${number}`);
    return block.timeS;
  }

  function settle(): void {
    for (const waiter of waiting) {
      if (status.checked >= waiter.block) waiter.done();
      else if (stopped) waiter.failed(new IndexFault(status.fault ?? "the index has stopped"));
      else if (closed) waiter.failed(new IndexFault("the index is closed"));
      else continue;
      waiting.delete(waiter);
    }
  }

  async function stop(): Promise<void> {
    paused = true;
    wake();
    await job;
    await Promise.all(beside.map((reader) => reader.close()));
  }

  async function rebuild(drop: () => Promise<void>): Promise<void> {
    await stop();
    status = unread;
    followed = null;
    try {
      await drop();
    } finally {
      if (!closed) {
        paused = false;
        stopped = false;
        beside = readersBeside();
        job = run();
      }
    }
  }

  function begin(drop: () => Promise<void>): Promise<void> {
    rebuilding ??= rebuild(drop).finally(() => {
      rebuilding = null;
    });
    return rebuilding;
  }

  return {
    status: () => status,
    async reached(block) {
      await new Promise<void>((done, failed) => {
        waiting.add({ block, done, failed });
        settle();
      });
      await Promise.all(beside.map((reader) => reader.idle()));
    },
    look() {
      for (const reader of beside) reader.wake();
    },
    rebuild: begin,
    async close() {
      closed = true;
      stopListening();
      await rebuilding?.catch(() => {});
      await stop();
      settle();
    },
  };
}

/** The code at the ledger's address must be the one of the deployment record. */
async function checkCode({ chain, deployment, primitives }: IndexerParts): Promise<void> {
  if (chain.chainId !== BigInt(deployment.chainId)) {
    throw new IndexFault(`this is chain ${chain.chainId}, and the ledger was deployed on chain ${deployment.chainId}`);
  }
  const contracts = { Ledger: { address: deployment.ledger, codeHash: deployment.codeHash }, ...deployment.libraries };
  for (const [name, { address, codeHash }] of Object.entries(contracts)) {
    const code = String(await chain.request("eth_getCode", [address, "latest"]));
    if (hexOf(await primitives.sha256(bytesOf(code))) !== codeHash) {
      throw new IndexFault(`the code of ${name} at ${address} is not the one of the deployment record`);
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
