/**
 * In which block a batch was accepted, as the index has it: a hint by which the ledger's logs are asked for one block and not
 * for all of them.
 */
import type { Kysely } from "kysely";
import type { Hex } from "../../protocol/history.ts";
import type { IndexTables } from "../store/index-tables.ts";

export { whereBatchIs };

/**
 * `from` and `to` enclose the blocks in which the batch can be: one when the index has it, else those that the index has not
 * read; from `first` on where it has read none. `to` null: the newest.
 */
async function whereBatchIs(
  index: Kysely<IndexTables>,
  batch: Hex,
  first: number,
): Promise<{ readonly from: number; readonly to: number | null }> {
  const row = await index.selectFrom("batch").select("block").where("hash", "=", batch).executeTakeFirst();
  if (row !== undefined) return { from: row.block, to: row.block };
  const cursor = await index.selectFrom("cursor").select("block").where("name", "=", "followed").executeTakeFirst();
  return { from: Math.max(first, (cursor?.block ?? -1) + 1), to: null };
}
