/**
 * Fetches the list of leaves of each label run from IPFS, checks it against the root in the ledger, and makes its codes findable.
 * Works beside the follower, one list after another. What is not at hand is tried again, more and more seldom; a list that can
 * never give the root is done with, for a CID has one content.
 */
import type { Kysely } from "kysely";
import { decodeGroup } from "../../protocol/batch.ts";
import { bytesOf, equalBytes, hexOf, textOf } from "../../protocol/bytes.ts";
import { readCanonical } from "../../protocol/canonical.ts";
import { readEvent } from "../../protocol/document/read.ts";
import type { Hex } from "../../protocol/history.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import type { LabelArgs } from "../../protocol/kinds/label.ts";
import { treeRows } from "../../protocol/merkle.ts";
import { Problem, problems } from "../../protocol/problem.ts";
import type { Primitives } from "../../protocol/sign.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { keepTree } from "../store/label-tree.ts";

export type { LabelParts, Labels };
export { startLabels };

interface LabelParts {
  readonly index: Kysely<IndexTables>;
  readonly primitives: Primitives;
  readonly bytesOfCid: (cid: string) => Promise<Uint8Array | undefined>;
  readonly log: (line: string) => void;
  /** Before a list is looked for a second time; each further wait is twice as long. */
  readonly firstRetryMs?: number;
}

interface Labels {
  /** Says that there may be new label runs. */
  wake(): void;
  /** Resolves when every list that is due was tried. */
  idle(): Promise<void>;
  /** Resolves when nothing is read any more. */
  close(): Promise<void>;
}

/** A list that is not right: no later try can mend it. */
class WrongList extends Error {}

/** The list, or a part of it, is stored nowhere that we look. */
class NotStored extends Error {}

interface Tried {
  readonly times: number;
  readonly nextMs: number;
  readonly said: string;
}

/** Rows inserted by one statement: three values each, well below what one statement may carry. */
const ROWS_AT_ONCE = 1_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 300_000;

function startLabels(parts: LabelParts): Labels {
  const { index, log, firstRetryMs = FIRST_RETRY_MS } = parts;
  const tried = new Map<string, Tried>();
  let closed = false;
  let isQueued = false;
  let timer: NodeJS.Timeout | undefined;
  let job: Promise<void> = Promise.resolve();

  function wake(): void {
    if (closed || isQueued) return;
    isQueued = true;
    job = job.then(async () => {
      isQueued = false;
      try {
        await round();
      } catch (cause) {
        log(`index: lists of codes wait. ${messageOf(cause)}`);
        wakeIn(FIRST_RETRY_MS);
      }
    });
  }

  async function round(): Promise<void> {
    const awaited = await index
      .selectFrom("label_run")
      .select(["run", "cid"])
      .where("state", "=", "awaited")
      .orderBy("block")
      .orderBy("log_index")
      .execute();
    let next = Number.POSITIVE_INFINITY;
    for (const { run, cid } of awaited) {
      if (closed) return;
      if ((tried.get(run)?.nextMs ?? 0) <= Date.now()) await tryOne(run as Hex, cid);
      next = Math.min(next, tried.get(run)?.nextMs ?? next);
    }
    if (next < Number.POSITIVE_INFINITY) wakeIn(next - Date.now());
  }

  async function tryOne(run: Hex, cid: string): Promise<void> {
    try {
      await keep(index, run, await rowsOf(parts, run, cid));
    } catch (cause) {
      const isWrong = cause instanceof WrongList;
      const said = `index: the list of codes of label run ${run} ${messageOf(cause)}, so none of its codes can be found${isWrong ? "" : " yet"}`;
      const { times, said: before } = tried.get(run) ?? { times: 0, said: "" };
      if (said !== before) log(said);
      tried.set(run, {
        times: times + 1,
        nextMs: Date.now() + Math.min(LAST_RETRY_MS, firstRetryMs * 2 ** times),
        said,
      });
      const awaited = index.updateTable("label_run").where("run", "=", run).where("state", "=", "awaited");
      // How often it was not there is told to those who read the index. Our own trouble is nobody's withholding, and not counted.
      if (cause instanceof NotStored) await awaited.set((row) => ({ tries: row("tries", "+", 1) })).execute();
      if (!isWrong) return;
      await awaited.set({ state: "wrong" }).execute();
    }
    tried.delete(run);
  }

  function wakeIn(milliseconds: number): void {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(wake, Math.max(0, milliseconds));
  }

  return {
    wake,
    idle: () => job,
    async close() {
      closed = true;
      clearTimeout(timer);
      await job;
    },
  };
}

/**
 * In steps, so that readers are served in between; what a crash leaves half done is done over, for the run stays awaited. Another
 * process may have read it since, or made the index anew: each step looks whether the run is still awaited, and holds its row.
 */
async function keep(index: Kysely<IndexTables>, run: Hex, rows: readonly (readonly Uint8Array[])[]): Promise<void> {
  const step = (act: (tx: Kysely<IndexTables>) => Promise<unknown>) =>
    index.transaction().execute(async (tx) => {
      const isAwaited = await holdAwaited(tx, run);
      if (isAwaited) await act(tx);
      return isAwaited;
    });
  if (!(await step((tx) => keepTree(tx, run, rows)))) return;
  const firsts: Hex[] = [];
  for (const some of serialRows(run, rows[0] ?? [])) {
    const [first] = some;
    if (first !== undefined) firsts.push(first.leaf);
    const insert = (tx: Kysely<IndexTables>) =>
      tx
        .insertInto("label_serial")
        .values(some)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    if (!(await step(insert))) return;
    await new Promise((done) => setImmediate(done));
  }
  await step(async (tx) => {
    await checkWhole(tx, run, firsts);
    await tx.updateTable("label_run").set({ state: "listed", tries: 0 }).where("run", "=", run).execute();
  });
}

/** Whether it is; then no other process can change its row before the transaction ends. */
async function holdAwaited(tx: Kysely<IndexTables>, run: Hex): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("label_run")
    .set({ state: "awaited" })
    .where("run", "=", run)
    .where("state", "=", "awaited")
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

function* serialRows(run: Hex, leaves: readonly Uint8Array[]) {
  for (let at = 0; at < leaves.length; at += ROWS_AT_ONCE) {
    const some = leaves.slice(at, at + ROWS_AT_ONCE);
    yield some.map((leaf, place) => ({ leaf: hexOf(leaf), run, idx: at + place }));
  }
}

/** @throws Error when what was inserted first is gone: the index was made anew in between. `firsts`: one leaf of each statement */
async function checkWhole(tx: Kysely<IndexTables>, run: Hex, firsts: readonly Hex[]): Promise<void> {
  for (let at = 0; at < firsts.length; at += ROWS_AT_ONCE) {
    const some = firsts.slice(at, at + ROWS_AT_ONCE);
    const { count } = await tx
      .selectFrom("label_serial")
      .select((row) => row.fn.countAll<number>().as("count"))
      .where("run", "=", run)
      .where("leaf", "in", some)
      .executeTakeFirstOrThrow();
    if (Number(count) !== new Set(some).size) throw new Error("was emptied while it was kept");
  }
}

/** The rows of the run's tree, leaves first. @throws WrongList, or what keeps the list from being read now */
async function rowsOf(parts: LabelParts, run: Hex, cid: string): Promise<readonly (readonly Uint8Array[])[]> {
  const { count, root } = await argsOf(parts.index, run);
  const document = await fetched(parts, cid);
  const leaves = linesOf(await fetched(parts, leavesCid(document, run)));
  if (BigInt(leaves.length) !== count) throw new WrongList(`has ${leaves.length} codes where the ledger says ${count}`);
  const rows = await treeRows(parts.primitives, leaves);
  const [top] = rows.at(-1) ?? [];
  if (top === undefined || !equalBytes(top, root)) throw new WrongList("does not give the root in the ledger");
  return rows;
}

async function fetched({ bytesOfCid }: LabelParts, cid: string): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await bytesOfCid(cid);
  } catch (cause) {
    if (cause instanceof Problem && cause.type === "block-missing")
      throw new NotStored(`is not at hand (${cause.message})`, { cause });
    const isForGood = cause instanceof Problem && problems[cause.type].status < 500;
    if (isForGood) throw new WrongList(`is no file that can be read (${cause.message})`);
    throw new Error(`is not at hand (${messageOf(cause)})`, { cause });
  }
  if (bytes === undefined) throw new NotStored(`is not at hand (${cid} is not stored here)`);
  return bytes;
}

function leavesCid(document: Uint8Array, run: Hex): string {
  try {
    const file = readEvent(readCanonical(document), run)?.labels?.leaves;
    if (file !== undefined && file !== null) return file.cid;
  } catch (cause) {
    throw new WrongList(`cannot be known: the run's document cannot be read (${messageOf(cause)})`);
  }
  throw new WrongList("is not named by the run's document");
}

function linesOf(list: Uint8Array): readonly Uint8Array[] {
  try {
    return textOf(list)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => bytesOf(line, "/leaves", 32));
  } catch (cause) {
    throw new WrongList(`is no list of leaves (${messageOf(cause)})`);
  }
}

async function argsOf(index: Kysely<IndexTables>, run: Hex): Promise<LabelArgs> {
  const group = await index
    .selectFrom("subject")
    .innerJoin("record_group", "record_group.batch", "subject.made_batch")
    .select("record_group.bytes")
    .where("subject.id", "=", run)
    .where("record_group.subject", "=", run)
    .executeTakeFirstOrThrow();
  const [entry] = decodeGroup(new Uint8Array(group.bytes)).entries;
  return kindByName("LABEL").decodeArgs(entry?.args ?? new Uint8Array());
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
