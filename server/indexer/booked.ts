/** What the books of the index are kept from: an entry that the ledger accepted, and the rows as they are by now. */
import type { Kysely } from "kysely";
import type { Hex } from "../../protocol/history.ts";
import type { Primitives } from "../../protocol/sign.ts";
import type { IndexTables } from "../store/index-tables.ts";

export type { BookedEntry, Books };
export { CAP_DIVISOR, rowOf };

/** Square-metre thousandths × thousandths a hectare → thousandths of the unit. */
const CAP_DIVISOR = 10_000_000n;

interface BookedEntry {
  readonly kind: number;
  readonly subject: Hex;
  readonly args: Uint8Array;
  readonly content: Hex;
  readonly organisation: number;
  readonly recordedAtS: number;
  readonly block: number;
  readonly batch: Hex;
  /** Ids of a TRANSFORM's further outputs, in order. */
  readonly further: readonly Hex[];
}

interface Books {
  readonly index: Kysely<IndexTables>;
  readonly primitives: Primitives;
}

async function rowOf({ index }: Books, id: string): Promise<IndexTables["subject"]> {
  return index.selectFrom("subject").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
}
