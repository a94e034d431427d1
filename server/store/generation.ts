/**
 * How often the index was emptied or made anew, by whichever process: who keeps something that was read from it sees by this that
 * it is of another index.
 */
import type { Kysely } from "kysely";
import type { KeptTables } from "./kept-tables.ts";

export { countGeneration, generationOf };

async function countGeneration(kept: Kysely<KeptTables>): Promise<void> {
  await kept
    .insertInto("counter")
    .values({ name: "generation", value: 1 })
    .onConflict((conflict) => conflict.column("name").doUpdateSet((row) => ({ value: row("counter.value", "+", 1) })))
    .execute();
}

async function generationOf(kept: Kysely<KeptTables>): Promise<number> {
  const row = await kept.selectFrom("counter").select("value").where("name", "=", "generation").executeTakeFirst();
  return row?.value ?? 0;
}
