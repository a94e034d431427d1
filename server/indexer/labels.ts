/**
 * Fetches the list of leaves of each new label run from IPFS, checks it against the root in the ledger, and makes its codes
 * findable. A list that is not at hand yet, or does not give the root, is tried again with the next block.
 */
import type { Kysely } from "kysely";
import { decodeGroup } from "../../protocol/batch.ts";
import { bytesOf, equalBytes, hexOf, textOf } from "../../protocol/bytes.ts";
import { readCanonical } from "../../protocol/canonical.ts";
import { readEvent } from "../../protocol/document/read.ts";
import type { Hex } from "../../protocol/history.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import type { LabelArgs } from "../../protocol/kinds/label.ts";
import { treeRoot } from "../../protocol/merkle.ts";
import type { Primitives } from "../../protocol/sign.ts";
import type { IndexTables } from "../store/index-tables.ts";

export { fillLabels };

interface LabelParts {
  readonly index: Kysely<IndexTables>;
  readonly primitives: Primitives;
  readonly bytesOfCid: (cid: string) => Promise<Uint8Array | undefined>;
  readonly log: (line: string) => void;
}

/** Rows inserted by one statement: three values each, well below what one statement may carry. */
const ROWS_AT_ONCE = 1_000;

async function fillLabels(parts: LabelParts): Promise<void> {
  const awaited = await parts.index.selectFrom("label_awaited").selectAll().orderBy("run").execute();
  for (const { run, cid } of awaited) {
    const leaves = await leavesOf(parts, run as Hex, cid);
    if (leaves === null) continue;
    await parts.index.transaction().execute(async (tx) => {
      for (let at = 0; at < leaves.length; at += ROWS_AT_ONCE) {
        const rows = leaves
          .slice(at, at + ROWS_AT_ONCE)
          .map((leaf, place) => ({ leaf: hexOf(leaf), run, idx: at + place }));
        // A serial in two runs stays with the first: its later twin would be a second encoding of one code.
        await tx
          .insertInto("label_serial")
          .values(rows)
          .onConflict((conflict) => conflict.column("leaf").doNothing())
          .execute();
      }
      await tx.deleteFrom("label_awaited").where("run", "=", run).execute();
    });
  }
}

async function leavesOf(parts: LabelParts, run: Hex, cid: string): Promise<readonly Uint8Array[] | null> {
  try {
    const document = await parts.bytesOfCid(cid);
    if (document === undefined) return null;
    const file = readEvent(readCanonical(document), run)?.labels?.leaves ?? null;
    const bytes = file === null ? undefined : await parts.bytesOfCid(file.cid);
    if (bytes === undefined) return null;
    const leaves = textOf(bytes)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => bytesOf(line, "/leaves", 32));
    const { count, root } = await argsOf(parts.index, run);
    if (BigInt(leaves.length) === count && equalBytes(await treeRoot(parts.primitives, leaves), root)) return leaves;
    parts.log(
      `index: the list of codes of label run ${run} does not give the root in the ledger, so none of its codes can be found`,
    );
  } catch (cause) {
    parts.log(
      `index: the list of codes of label run ${run} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
  return null;
}

async function argsOf(index: Kysely<IndexTables>, run: Hex): Promise<LabelArgs> {
  const group = await index
    .selectFrom("record_group")
    .select("bytes")
    .where("subject", "=", run)
    .orderBy("seq")
    .executeTakeFirstOrThrow();
  const [entry] = decodeGroup(new Uint8Array(group.bytes)).entries;
  return kindByName("LABEL").decodeArgs(entry?.args ?? new Uint8Array());
}
