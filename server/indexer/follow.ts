/**
 * Follows the chain: reads the ledger's logs block by block, applies them (apply.ts), and checks the heads it arrives at against
 * those in the ledger's storage. A node that drops, adds or changes a log cannot give the same heads, so it is found out here.
 * What is wrong stops the index with a sentence; it is never papered over.
 */
import type { Kysely } from "kysely";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import type { Deployment } from "../../protocol/history.ts";
import { WORD_SELECTOR } from "../../protocol/ledger-abi.ts";
import type { Primitives } from "../../protocol/sign.ts";
import type { Chain } from "../chain/chain.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { applyLogs, IndexFault } from "./apply.ts";
import { fillLabels } from "./labels.ts";
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
}
interface IndexStatus {
  /** Everything up to this block is applied. */
  readonly block: number;
  /** Why the index stands still, in one sentence; null while it follows. */
  readonly fault: string | null;
}
interface Indexer {
  status(): IndexStatus;
  /** Resolves when everything up to `block` is applied; rejects with the fault that stops the index, or when it is closed. */
  reached(block: number): Promise<void>;
  /** Forgets the derived rows through `drop`, and follows again from the deployment on. */
  rebuild(drop: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Blocks read in one go: one SQL transaction, short enough not to hold the event loop. */
const BLOCKS_AT_ONCE = 200;
/** Heads asked in one go. */
const HEADS_AT_ONCE = 100;
const RETRY_MS = 1_000;

function startIndexer(parts: IndexerParts): Indexer {
  const { chain, index, deployment, log } = parts;
  let status: IndexStatus = { block: deployment.block - 1, fault: null };
  let closed = false;
  /** Set by a fault that no second try mends. */
  let stopped = false;
  let wake: () => void = () => {};
  let job: Promise<void> = Promise.resolve();
  const waiting = new Set<{ block: number; done: () => void; failed: (cause: Error) => void }>();
  /** Subjects that moved since their head was last compared with the ledger's. */
  const moved = new Set<string>();

  const stopListening = chain.onBlock(() => wake());
  job = run();

  async function run(): Promise<void> {
    while (!closed) {
      try {
        await follow();
      } catch (cause) {
        if (closed) return;
        const fault = cause instanceof Error ? cause.message : String(cause);
        const isFinal = cause instanceof IndexFault || cause instanceof UnreadableLog;
        if (status.fault !== fault) log(`index: ${isFinal ? "stopped" : "waits, and tries again"}. ${fault}`);
        status = { block: status.block, fault };
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
    status = { block: await startBlock(), fault: null };
    settle();
    while (!closed) {
      const signal = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const latest = await chain.latest();
      if (status.block >= latest.number) {
        await checkHeads(latest.number);
        await fillLabels(parts);
        if (!closed) await signal;
        continue;
      }
      const to = Math.min(latest.number, status.block + BLOCKS_AT_ONCE);
      await applyRange(status.block + 1, to);
      status = { block: to, fault: null };
      settle();
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
      for (const subject of await applyLogs({ ...parts, index: tx, timeOfBlock }, logs)) moved.add(subject);
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

  /** Compares heads at the newest block; a block that comes in between puts the comparison off. */
  async function checkHeads(at: number): Promise<void> {
    while (moved.size > 0) {
      const ids = [...moved].slice(0, HEADS_AT_ONCE);
      const words = await headsOf(ids);
      // Asked of the node and not of `latest`: a block counts there before it is final here.
      if (Number(await chain.request("eth_blockNumber", [])) !== at) return;
      if (words instanceof Error) throw words;
      for (const [place, id] of ids.entries()) {
        const row = await index
          .selectFrom("move")
          .select("word")
          .where("subject", "=", id)
          .orderBy("seq", "desc")
          .executeTakeFirst();
        if (row?.word !== words[place]) {
          throw new IndexFault(
            `the head of ${id} in the ledger is not the one that its logs fold to: the node's logs are not whole`,
          );
        }
        moved.delete(id);
      }
    }
  }

  /** An error is given back: a node that keeps no old state refuses when a block comes in between. */
  async function headsOf(ids: readonly string[]): Promise<readonly unknown[] | Error> {
    const calls = ids.map((id) =>
      chain.request("eth_call", [{ to: deployment.ledger, data: `${WORD_SELECTOR}${id.slice(2)}` }, "latest"]),
    );
    return Promise.all(calls).catch((cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))));
  }

  function settle(): void {
    for (const waiter of waiting) {
      if (status.block >= waiter.block) waiter.done();
      else if (stopped) waiter.failed(new IndexFault(status.fault ?? "the index has stopped"));
      else continue;
      waiting.delete(waiter);
    }
  }

  async function stop(): Promise<void> {
    closed = true;
    wake();
    await job;
  }

  return {
    status: () => status,
    reached: (block) =>
      new Promise<void>((done, failed) => {
        waiting.add({ block, done, failed });
        settle();
      }),
    async rebuild(drop) {
      await stop();
      await drop();
      moved.clear();
      closed = false;
      stopped = false;
      status = { block: deployment.block - 1, fault: null };
      job = run();
    },
    async close() {
      stopListening();
      await stop();
      for (const waiter of waiting) waiter.failed(new IndexFault("the index is closed"));
      waiting.clear();
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
