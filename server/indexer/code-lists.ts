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
import type { Primitives } from "../../protocol/sign.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { keepTree } from "../store/label-tree.ts";
import { noLonger, type Rounds, startRounds } from "./rounds.ts";
import { type BytesOfCid, fetched, messageOf, NeverRight } from "./stored.ts";

export type { CodeListParts };
export { startCodeLists };

interface CodeListParts {
  readonly index: Kysely<IndexTables>;
  readonly primitives: Primitives;
  readonly bytesOfCid: BytesOfCid;
  readonly log: (line: string) => void;
  readonly firstRetryMs?: number | undefined;
  readonly patienceMs?: number | undefined;
}

/** Rows inserted by one statement: three values each, well below what one statement may carry. */
const ROWS_AT_ONCE = 1_000;

function startCodeLists({ index, ...parts }: CodeListParts): Rounds {
  return startRounds({
    ...{ index, work: "list", name: "lists of codes" },
    read: async (run) => keep(index, run as Hex, await rowsOf({ index, ...parts }, run as Hex)),
    giveUp: (run) =>
      index.transaction().execute(async (tx) => {
        const awaited = tx.updateTable("label_run").where("run", "=", run).where("state", "=", "awaited");
        await awaited.set({ state: "wrong" }).execute();
        await noLonger(tx, { work: "list", item: run });
      }),
    said: (run, cause, isForGood) =>
      `the list of codes of label run ${run} ${cause}, so none of its codes can be found${isForGood ? "" : " yet"}`,
    ...parts,
  });
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
      else await noLonger(tx, { work: "list", item: run });
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
    await tx.updateTable("label_run").set({ state: "listed" }).where("run", "=", run).execute();
    await noLonger(tx, { work: "list", item: run });
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

/** The rows of the run's tree, leaves first. @throws NeverRight, or what keeps the list from being read now */
async function rowsOf(parts: CodeListParts, run: Hex): Promise<readonly (readonly Uint8Array[])[]> {
  const { count, root } = await argsOf(parts.index, run);
  const { cid } = await parts.index
    .selectFrom("label_run")
    .select("cid")
    .where("run", "=", run)
    .executeTakeFirstOrThrow();
  const document = await fetched(parts.bytesOfCid, cid);
  const leaves = linesOf(await fetched(parts.bytesOfCid, leavesCid(document, run)));
  if (BigInt(leaves.length) !== count)
    throw new NeverRight(`has ${leaves.length} codes where the ledger says ${count}`);
  const rows = await treeRows(parts.primitives, leaves);
  const [top] = rows.at(-1) ?? [];
  if (top === undefined || !equalBytes(top, root)) throw new NeverRight("does not give the root in the ledger");
  return rows;
}

function leavesCid(document: Uint8Array, run: Hex): string {
  try {
    const file = readEvent(readCanonical(document), run)?.labels?.leaves;
    if (file !== undefined && file !== null) return file.cid;
  } catch (cause) {
    throw new NeverRight(`cannot be known: the run's document cannot be read (${messageOf(cause)})`);
  }
  throw new NeverRight("is not named by the run's document");
}

function linesOf(list: Uint8Array): readonly Uint8Array[] {
  try {
    return textOf(list)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => bytesOf(line, "/leaves", 32));
  } catch (cause) {
    throw new NeverRight(`is no list of leaves (${messageOf(cause)})`);
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
