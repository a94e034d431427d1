/** Many serials at once: in which label run each was issued, and whether its label is void. */
import type { Kysely } from "kysely";
import { hexOf } from "../../protocol/bytes.ts";
import type { Hex } from "../../protocol/history.ts";
import { serialLeaves } from "../../protocol/label.ts";
import type { Hashing } from "../../protocol/merkle.ts";
import type { IndexTables } from "../store/index-tables.ts";

export type { IssuedSerial };
export { issuedOf };

interface IssuedSerial {
  readonly run: Hex;
  readonly isVoid: boolean;
}

/** As many leaves as one statement asks for. */
const CHUNK = 400;

/** Of each serial, in their order; null where no list read so far holds it. The first run in the ledger counts, as in `code.ts`. */
async function issuedOf(
  index: Kysely<IndexTables>,
  hashing: Hashing,
  serials: readonly string[],
): Promise<readonly (IssuedSerial | null)[]> {
  const leaves = (await serialLeaves(hashing, serials)).map((leaf) => hexOf(leaf));
  const issued = new Map<string, IssuedSerial>();
  for (let at = 0; at < leaves.length; at += CHUNK) {
    const rows = await index
      .selectFrom("label_serial")
      .innerJoin("label_run", "label_run.run", "label_serial.run")
      .select(["label_serial.leaf", "label_serial.run", "label_serial.idx"])
      // Ranges never overlap (docs/ledger.md §6): the last one that begins here or before is the only one that may hold the label.
      .select((row) =>
        row
          .selectFrom("void_range")
          .select((range) => range("void_range.first", "+", range.ref("void_range.number")).as("until"))
          .whereRef("void_range.run", "=", "label_serial.run")
          .whereRef("void_range.first", "<=", "label_serial.idx")
          .orderBy("void_range.first", "desc")
          .limit(1)
          .as("void_until"),
      )
      .where("label_serial.leaf", "in", leaves.slice(at, at + CHUNK))
      .orderBy("label_run.block")
      .orderBy("label_run.log_index")
      .execute();
    for (const { leaf, run, idx, void_until: until } of rows)
      if (!issued.has(leaf)) issued.set(leaf, { run: run as Hex, isVoid: until !== null && idx < Number(until) });
  }
  return leaves.map((leaf) => issued.get(leaf) ?? null);
}
