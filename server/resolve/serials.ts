/** Many serials at once: in which label run each was issued. */
import type { Kysely } from "kysely";
import { hexOf } from "../../protocol/bytes.ts";
import type { Hex } from "../../protocol/history.ts";
import { serialLeaves } from "../../protocol/label.ts";
import type { Hashing } from "../../protocol/merkle.ts";
import type { IndexTables } from "../store/index-tables.ts";

export { runsOf };

/** As many leaves as one statement asks for. */
const CHUNK = 400;

/** The run of each serial, in their order; null where no list read so far holds it. The first in the ledger counts, as in `code.ts`. */
async function runsOf(
  index: Kysely<IndexTables>,
  hashing: Hashing,
  serials: readonly string[],
): Promise<readonly (Hex | null)[]> {
  const leaves = (await serialLeaves(hashing, serials)).map((leaf) => hexOf(leaf));
  const runs = new Map<string, Hex>();
  for (let at = 0; at < leaves.length; at += CHUNK) {
    const rows = await index
      .selectFrom("label_serial")
      .innerJoin("label_run", "label_run.run", "label_serial.run")
      .select(["label_serial.leaf", "label_serial.run"])
      .where("label_serial.leaf", "in", leaves.slice(at, at + CHUNK))
      .orderBy("label_run.block")
      .orderBy("label_run.log_index")
      .execute();
    for (const { leaf, run } of rows) if (!runs.has(leaf)) runs.set(leaf, run as Hex);
  }
  return leaves.map((leaf) => runs.get(leaf) ?? null);
}
