/**
 * The SQL store: kept (outbox, scans: what cannot be rebuilt) and index (a cache of chain and IPFS). On SQLite they are two files
 * of the data folder, on PostgreSQL two schemas of one database. An index that cannot be read is made anew; what is kept never is.
 */
import type { Kysely } from "kysely";
import { countGeneration, generationOf } from "./generation.ts";
import type { IndexTables } from "./index-tables.ts";
import type { KeptTables } from "./kept-tables.ts";
import { openPostgres } from "./postgres.ts";
import { openSqliteFiles } from "./sqlite.ts";

export type { Store };
export { openStore };

interface Store {
  readonly index: Kysely<IndexTables>;
  readonly kept: Kysely<KeptTables>;
  /** Empties the index down to its bare tables; whoever follows the chain then fills it again. */
  dropIndex(): Promise<void>;
  /** How often the index was emptied or made anew, by whichever process; moves once the old rows are gone. */
  generation(): Promise<number>;
  close(): Promise<void>;
}

interface StoreOptions {
  readonly folder: string;
  /** Address of a PostgreSQL database; null or none: two SQLite files in the folder. */
  readonly databaseUrl?: string | null;
  readonly log?: (line: string) => void;
}

/**
 * Opens both, creating what is not there, and brings their tables up to date.
 * @throws StoreError when what is kept cannot be read or comes from a newer version, or when the database cannot be used
 */
async function openStore({ folder, databaseUrl = null, log = () => {} }: StoreOptions): Promise<Store> {
  const tables = await (databaseUrl === null ? openSqliteFiles(folder, log) : openPostgres(databaseUrl, log));
  const { index, kept } = tables;
  return {
    index,
    kept,
    async dropIndex() {
      const names = await tables.indexTables();
      await index.transaction().execute(async (all) => {
        // Rows, not tables: whoever reads in between finds nothing, and no error.
        for (const name of names) await all.deleteFrom(name as keyof IndexTables).execute();
      });
      await countGeneration(kept);
      await tables.tidyIndex();
    },
    generation: () => generationOf(kept),
    close: () => tables.close(),
  };
}
