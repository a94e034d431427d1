/**
 * The SQL store: `kept.sqlite` (outbox, scans: what cannot be rebuilt) and `index.sqlite` (a cache of chain and IPFS).
 * Touches those two files in the given folder. An index file that cannot be read is made anew; a kept file never is.
 */
import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { type IndexTables, indexMigrations } from "./index-tables.ts";
import { type KeptTables, keptMigrations } from "./kept-tables.ts";
import { openSqlite } from "./sqlite.ts";

export type { Store };
export { openStore, StoreError };

interface Store {
  readonly index: Kysely<IndexTables>;
  readonly kept: Kysely<KeptTables>;
  /** Empties the index down to its bare tables; whoever follows the chain then fills it again. */
  dropIndex(): Promise<void>;
  close(): Promise<void>;
}

/** The store cannot be used; the message is one sentence for the operator. */
class StoreError extends Error {
  override readonly name = "StoreError";
}

/**
 * Opens both files, creating what is not there, and brings their tables up to date.
 * @throws StoreError when `kept.sqlite` cannot be read or comes from a newer version
 */
async function openStore({ folder, log = () => {} }: { folder: string; log?: (line: string) => void }): Promise<Store> {
  const keptPath = join(folder, "kept.sqlite");
  const kept = await open<KeptTables>(keptPath, "full", keptMigrations).catch((cause: unknown) => {
    throw new StoreError(`${keptPath} cannot be used (${messageOf(cause)}); restore it from a backup.`, { cause });
  });
  const indexPath = join(folder, "index.sqlite");
  const index = await open<IndexTables>(indexPath, "normal", indexMigrations).catch(async (cause: unknown) => {
    log(`store: the index cannot be read (${messageOf(cause)}); it is made anew from the chain`);
    for (const ending of ["", "-wal", "-shm"]) rmSync(indexPath + ending, { force: true });
    return open<IndexTables>(indexPath, "normal", indexMigrations);
  });
  return {
    index,
    kept,
    async dropIndex() {
      await index.transaction().execute(async (all) => {
        // Rows, not tables: whoever reads in between finds nothing, and no error.
        for (const { name } of await all.introspection.getTables())
          await sql`delete from ${sql.table(name)}`.execute(all);
      });
      await sql`vacuum`.execute(index);
    },
    async close() {
      await index.destroy();
      await kept.destroy();
    },
  };
}

async function open<Tables>(
  path: string,
  durability: "full" | "normal",
  migrations: Readonly<Record<string, Migration>>,
): Promise<Kysely<Tables>> {
  const db = openSqlite<Tables>(path, durability);
  try {
    chmodSync(path, 0o600);
    await migrate(db, migrations);
    return db;
  } catch (cause) {
    await db.destroy();
    throw cause;
  }
}

async function migrate<Tables>(db: Kysely<Tables>, migrations: Readonly<Record<string, Migration>>): Promise<void> {
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
  }).migrateToLatest();
  if (error !== undefined) throw error;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
}
