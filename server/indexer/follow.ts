/**
 * Follows the chain: reads the ledger's logs block by block, applies them (apply.ts), and has the heads it arrives at compared with
 * those in the ledger's storage (heads.ts). Lists of codes are read beside it (labels.ts).
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
import { startLabels } from "./labels.ts";
import { decodeLog, type LedgerLog, readRawLog, UnreadableLog } from "./logs.ts";

export type { Indexer, IndexerParts, IndexStatus };
export { IndexFault, startIndexer };

interface IndexerParts {
  readonly chain: Chain;
  readonly index: Kysely<IndexTables>;
  readonly deployment: Deployment;
  readonly primitives: Primitives;
  /** Bytes of a document or file by CID; undefined when this server does not hold it. */
  readonly bytesOfCid: (cid: string) => Promise<Uint8Array | undefined>;
  readonly log: (line: string) => void;
  /** As in labels.ts. */
  readonly firstRetryMs?: number;
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
  /** Why the index cannot say of a subject that the ledger does not hold it, in one sentence; null when it can. */
  behind(): Promise<string | null>;
  /** The same of a code: it may also stand in a list that is not read yet. */
  behindOnCodes(): Promise<string | null>;
  /**
   * Resolves when everything up to `block` is applied and checked, and every list of codes at hand was read; rejects with the
   * fault that stops the index, or when it is closed.
   */
  reached(block: number): Promise<void>;
  /** Forgets the derived rows through `drop`, and follows again from the deployment on. Asked twice at once it does so once. */
  rebuild(drop: () => Promise<void>): Promise<void>;
  /** How often it was made anew; moves once the old rows are gone. */
  generation(): number;
  close(): Promise<void>;
}

/** Blocks read in one go: one SQL transaction, short enough not to hold the event loop. */
const BLOCKS_AT_ONCE = 200;
const RETRY_MS = 1_000;

function startIndexer(parts: IndexerParts): Indexer {
  const { chain, index, deployment, log } = parts;
  const unread: IndexStatus = { block: deployment.block - 1, checked: deployment.block - 1, fault: null };
  let status = unread;
  /** For good, while `paused` is for the time of a rebuild. */
  let closed = false;
  let paused = false;
  /** Set by a fault that no second try mends. */
  let stopped = false;
  let wake: () => void = () => {};
  let rebuilding: Promise<void> | null = null;
  let generation = 0;
  const waiting = new Set<{ block: number; done: () => void; failed: (cause: Error) => void }>();

  const stopListening = chain.onBlock(() => wake());
  let labels = startLabels(parts);
  let job = run();

  async function run(): Promise<void> {
    while (!paused) {
      try {
        await follow();
      } catch (cause) {
        if (paused) return;
        const fault = cause instanceof Error ? cause.message : String(cause);
        const isFinal = cause instanceof IndexFault || cause instanceof UnreadableLog;
        if (status.fault !== fault) log(`index: ${isFinal ? "stopped" : "waits, and tries again"}. ${fault}`);
        status = { ...status, fault };
        stopped = isFinal;
        settle();
        if (isFinal) return;
        // The engine or the disk is in trouble, not the record: the same step is right once they are back.
        await pause(RETRY_MS);
      }
    }
  }

  async function follow(): Promise<void> {
    await checkCode(parts);
    status = { ...status, block: await startBlock() };
    while (!paused) {
      const signal = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const latest = await chain.latest();
      if (status.block < latest.number) {
        const to = Math.min(latest.number, status.block + BLOCKS_AT_ONCE);
        await applyRange(status.block + 1, to);
        status = { ...status, block: to };
        continue;
      }
      labels.wake();
      if (await checkHeads(parts, latest.number)) status = { ...status, checked: latest.number, fault: null };
      settle();
      if (!paused) await signal;
    }
  }

  async function startBlock(): Promise<number> {
    const row = await index.selectFrom("cursor").selectAll().executeTakeFirst();
    if (row === undefined) return deployment.block - 1;
    const block = await chain.block(row.block);
    if (block?.hash === row.hash) return row.block;
    throw new IndexFault(
      `the index was made from another chain than this one (block ${row.block}); run \`npm run rebuild\``,
    );
  }

  async function applyRange(from: number, to: number): Promise<void> {
    const raw = (await chain.request("eth_getLogs", [
      { fromBlock: `0x${from.toString(16)}`, toBlock: `0x${to.toString(16)}`, address: deployment.ledger },
    ])) as Record<string, unknown>[];
    const logs: LedgerLog[] = [];
    for (const log of raw.map(readRawLog)) {
      if (log.address.toLowerCase() !== deployment.ledger) {
        throw new IndexFault(`the node answered with a log of ${log.address}, which is not the ledger`);
      }
      const decoded = decodeLog(log);
      if (decoded !== null) logs.push(decoded);
    }
    const last = await chain.block(to);
    if (last === null) throw new IndexFault(`the node has lost block ${to}`);
    await index.transaction().execute(async (tx) => {
      await noteMoved(tx, await applyLogs({ ...parts, index: tx, timeOfBlock }, logs));
      await tx
        .insertInto("cursor")
        .values({ name: "followed", block: to, hash: last.hash })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ block: to, hash: last.hash }))
        .execute();
    });
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
    await labels.close();
  }

  async function rebuild(drop: () => Promise<void>): Promise<void> {
    await stop();
    status = unread;
    try {
      await drop();
    } finally {
      generation++;
      if (!closed) {
        paused = false;
        stopped = false;
        labels = startLabels(parts);
        job = run();
      }
    }
  }

  async function behind(): Promise<string | null> {
    if (status.fault !== null) return "the index stands still; its operator finds the cause in the server's log";
    const { number } = await chain.latest();
    return status.checked < number ? `read up to block ${status.checked} of ${number}` : null;
  }

  return {
    status: () => status,
    behind,
    async behindOnCodes() {
      const why = await behind();
      if (why !== null) return why;
      const count = await labels.expected();
      return count === 0 ? null : `the lists of codes of ${count} label runs are not read yet`;
    },
    async reached(block) {
      await new Promise<void>((done, failed) => {
        waiting.add({ block, done, failed });
        settle();
      });
      await labels.idle();
    },
    rebuild(drop) {
      rebuilding ??= rebuild(drop).finally(() => {
        rebuilding = null;
      });
      return rebuilding;
    },
    generation: () => generation,
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
