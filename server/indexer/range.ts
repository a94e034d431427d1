/**
 * Logs of a range of blocks, on their way from the node into the index: cut into transactions, each of which moves the cursor from
 * where the one before left it.
 */
import type { Kysely } from "kysely";
import type { IndexTables } from "../store/index-tables.ts";
import type { LedgerLog } from "./logs.ts";

export type { Fetched, ReadLog };
export { inParts, moveCursor };

/** `log` null: the end of the range. */
interface ReadLog {
  readonly log: LedgerLog | null;
  readonly blockHash: string;
  /** Of its data, in hex. */
  readonly characters: number;
}

interface Fetched {
  readonly from: number;
  readonly to: number;
  readonly logs: Promise<readonly ReadLog[]>;
}

/** Everything of the blocks up to `block`. */
interface Part {
  readonly logs: readonly LedgerLog[];
  readonly block: number;
  readonly hash: string;
}

/** Data of one transaction: what is applied in some hundredths of a second. A block is never cut. */
const ENOUGH_CHARACTERS = 200_000;

interface Cursor {
  readonly block: number;
  /** null: nothing was followed yet. */
  readonly hash: string | null;
}

/** @param read ends with the hash of block `to` */
function* inParts(read: readonly ReadLog[], to: number): Generator<Part> {
  let logs: LedgerLog[] = [];
  let characters = 0;
  for (const [n, { log, blockHash, characters: own }] of read.entries()) {
    if (log === null) {
      yield { logs, block: to, hash: blockHash };
      return;
    }
    logs.push(log);
    characters += own;
    const next = read[n + 1]?.log;
    if (characters < ENOUGH_CHARACTERS || next == null || next.block <= log.block) continue;
    yield { logs, block: log.block, hash: blockHash };
    [logs, characters] = [[], 0];
  }
}

/**
 * The first statement of a transaction that applies logs.
 * @throws Error when the index is not where we left it: another process has followed on, or has emptied it
 */
async function moveCursor(index: Kysely<IndexTables>, from: Cursor, to: Cursor & { hash: string }): Promise<void> {
  if (from.hash === null) {
    await index.insertInto("cursor").values({ name: "followed", block: to.block, hash: to.hash }).execute();
    return;
  }
  const { numUpdatedRows } = await index
    .updateTable("cursor")
    .set({ block: to.block, hash: to.hash })
    .where("name", "=", "followed")
    .where("block", "=", from.block)
    .where("hash", "=", from.hash)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n) throw new Error(`the index is not at block ${from.block} any more`);
}
