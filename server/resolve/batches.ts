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
  // One statement: between two, the index may take the batch in, or be emptied, and the batch would be where neither looks.
  const { at, followed } = await index
    .selectNoFrom((from) => [
      from.selectFrom("batch").select("block").where("hash", "=", batch).as("at"),
      from.selectFrom("cursor").select("block").where("name", "=", "followed").as("followed"),
    ])
    .executeTakeFirstOrThrow();
  return at === null ? { from: Math.max(first, (followed ?? -1) + 1), to: null } : { from: at, to: at };
}
