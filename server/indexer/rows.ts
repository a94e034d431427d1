/**
 * What a transaction of the index writes and reads back again and again: rows that are gathered and inserted many at once, and the
 * newest words of subjects. Made for one transaction, and thrown away with it.
 */
import type { Kysely } from "kysely";
import type { Hex } from "../../protocol/history.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { insertRows } from "../store/insert.ts";

export { GatheredRows };

/** So many rows of one table are inserted without waiting for more. */
const ENOUGH = 1_000;

type Gathered = Pick<IndexTables, "batch" | "record_group" | "move">;

class GatheredRows {
  /** After the last move that was applied. */
  readonly words = new Map<Hex, Uint8Array>();
  readonly #index: Kysely<IndexTables>;
  readonly #rows: { [Name in keyof Gathered]: Gathered[Name][] } = { batch: [], record_group: [], move: [] };

  constructor(index: Kysely<IndexTables>) {
    this.#index = index;
  }

  async add<Name extends keyof Gathered>(name: Name, row: Gathered[Name]): Promise<void> {
    const rows: Gathered[Name][] = this.#rows[name];
    rows.push(row);
    if (rows.length >= ENOUGH) await this.#insert(name);
  }

  /** Whoever reads these tables sees all that was added. */
  async flush(): Promise<void> {
    for (const name of ["batch", "record_group", "move"] as const) await this.#insert(name);
  }

  async #insert<Name extends keyof Gathered>(name: Name): Promise<void> {
    const rows: Gathered[Name][] = this.#rows[name].splice(0);
    await insertRows<IndexTables, Name>(this.#index, name, rows as IndexTables[Name][]);
  }
}
