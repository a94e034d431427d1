/**
 * In which block a batch was accepted, as the index has it: a hint by which the ledger's logs are asked for one block and not
 * for all of them; and where its groups came to stand in the logs of their subjects.
 */
import type { Kysely } from "kysely";
import type { Hex } from "../../protocol/history.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { chunks } from "./chunks.ts";

export type { GroupPlace };
export { groupsIn, whereBatchesAre, whereBatchIs };

/** Where a group stands in its subject's log: the seq of its own move, by which a CORRECT names it. */
interface GroupPlace {
  readonly subject: Hex;
  readonly seq: number;
}

/**
 * `from` and `to` enclose the blocks in which the batch can be: one when the index has it, else those that the index has not
 * read; from `first` on where it has read none. `to` null: the newest.
 */
async function whereBatchIs(
  index: Kysely<IndexTables>,
  batch: Hex,
  first: number,
): Promise<{ readonly from: number; readonly to: number | null }> {
  // One statement: between two, the index may take the batch in, or be emptied, and the batch would be where neither looks.
  const { at, followed } = await index
    .selectNoFrom((from) => [
      from.selectFrom("batch").select("block").where("hash", "=", batch).as("at"),
      from.selectFrom("cursor").select("block").where("name", "=", "followed").as("followed"),
    ])
    .executeTakeFirstOrThrow();
  return at === null ? { from: Math.max(first, (followed ?? -1) + 1), to: null } : { from: at, to: at };
}

/** Of many at once: those that the index has, with their blocks; the others can only be in blocks from `from` on. */
async function whereBatchesAre(
  index: Kysely<IndexTables>,
  batches: readonly Hex[],
  first: number,
): Promise<{ readonly found: readonly { readonly batch: Hex; readonly block: number }[]; readonly from: number }> {
  const found: { batch: Hex; block: number }[] = [];
  let from: number | null = null;
  for (const part of chunks(batches)) {
    // One statement, as above.
    const rows = await index
      .selectFrom("batch")
      .select(["hash", "block"])
      .where("hash", "in", part)
      .unionAll(index.selectFrom("cursor").select(["name as hash", "block"]).where("name", "=", "followed"))
      .execute();
    const followed = rows.find(({ hash }) => hash === "followed")?.block ?? -1;
    from = Math.min(from ?? followed + 1, followed + 1);
    for (const { hash, block } of rows) if (hash !== "followed") found.push({ batch: hash as Hex, block });
  }
  return { found, from: Math.max(first, from ?? 0) };
}

/** The groups of these batches in their order; none of a batch that the index does not have. */
async function groupsIn(
  index: Kysely<IndexTables>,
  batches: readonly Hex[],
): Promise<ReadonlyMap<Hex, readonly GroupPlace[]>> {
  const groups = new Map<Hex, GroupPlace[]>();
  for (const part of chunks(batches)) {
    const rows = await index
      .selectFrom("record_group")
      .select(["batch", "subject", "seq"])
      .where("batch", "in", part)
      .orderBy("batch")
      .orderBy("idx")
      .execute();
    for (const { batch, subject, seq } of rows) {
      const own = groups.get(batch as Hex) ?? [];
      own.push({ subject: subject as Hex, seq });
      groups.set(batch as Hex, own);
    }
  }
  return groups;
}
