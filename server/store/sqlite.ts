/**
 * SQLite as Node carries it (`node:sqlite`): `kept.sqlite` and `index.sqlite` in a folder, through Kysely.
 * Kysely lets one query or transaction at the connection at a time, so a transaction here never sees a stranger's statement.
 */
import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { Kysely, SqliteDialect, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { countGeneration } from "./generation.ts";
import { indexMigrations } from "./index-migration.ts";
import type { IndexTables } from "./index-tables.ts";
import { type KeptTables, keptMigrations } from "./kept-tables.ts";
import { messageOf, migrate, StoreError, type Tables } from "./tables.ts";

export type { Durability };
export { openSqlite, openSqliteFiles };

/** `full`: a commit outlives a power cut. `normal`: it may be lost in one, the file stays sound (enough for a cache). */
type Durability = "full" | "normal";

/** @throws StoreError when `kept.sqlite` cannot be read or comes from a newer version */
async function openSqliteFiles(folder: string, log: (line: string) => void): Promise<Tables> {
  const keptPath = join(folder, "kept.sqlite");
  const kept = await open<KeptTables>(keptPath, "full", keptMigrations).catch((cause: unknown) => {
    throw new StoreError(`${keptPath} cannot be used (${messageOf(cause)}); restore it from a backup.`, { cause });
  });
  const indexPath = join(folder, "index.sqlite");
  const index = await open<IndexTables>(indexPath, "normal", indexMigrations).catch(async (cause: unknown) => {
    log(`store: the index cannot be read (${messageOf(cause)}); it is made anew from the chain`);
    for (const ending of ["", "-wal", "-shm"]) rmSync(indexPath + ending, { force: true });
    await countGeneration(kept);
    return open<IndexTables>(indexPath, "normal", indexMigrations);
  });
  return {
    ...{ index, kept },
    indexTables: async () => (await index.introspection.getTables()).map(({ name }) => name),
    async tidyIndex() {
      await sql`vacuum`.execute(index);
    },
    async close() {
      await index.destroy();
      await kept.destroy();
    },
  };
}

async function open<T>(
  path: string,
  durability: Durability,
  migrations: Readonly<Record<string, Migration>>,
): Promise<Kysely<T>> {
  const db = openSqlite<T>(path, durability);
  try {
    chmodSync(path, 0o600);
    await migrate(db, migrations);
    return db;
  } catch (cause) {
    await db.destroy();
    throw cause;
  }
}

/** Opens or creates the file. Throws what SQLite says when it cannot be opened or is no database. */
function openSqlite<T>(path: string, durability: Durability): Kysely<T> {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  database.exec(`pragma journal_mode = wal; pragma synchronous = ${durability}; pragma foreign_keys = on;`);
  // What is written in bulk waits for the disk once in 32 MiB, and not once in 4.
  // What a rebuild writes comes in no order of the keys: with 2 MiB of pages at hand it would read most of them again.
  if (durability === "normal") database.exec("pragma wal_autocheckpoint = 8192; pragma cache_size = -65536;");
  return new Kysely<T>({ dialect: new SqliteDialect({ database: adapter(database) }) });
}

/** Statements kept ready: some more than there are different ones in this server. */
const READY_STATEMENTS = 200;

function adapter(database: DatabaseSync) {
  /** Oldest use first. */
  const ready = new Map<string, ReturnType<typeof prepare>>();

  function prepare(text: string) {
    const statement = database.prepare(text);
    return {
      reader: statement.columns().length > 0,
      all: (parameters: readonly unknown[]) => statement.all(...values(parameters)),
      run: (parameters: readonly unknown[]) => statement.run(...values(parameters)),
      iterate: (parameters: readonly unknown[]) => statement.iterate(...values(parameters)),
    };
  }

  return {
    close: () => database.close(),
    prepare(text: string) {
      const statement = ready.get(text) ?? prepare(text);
      ready.delete(text);
      ready.set(text, statement);
      const [oldest] = ready.keys();
      if (ready.size > READY_STATEMENTS && oldest !== undefined) ready.delete(oldest);
      return statement;
    },
  };
}

/** PostgreSQL takes no text with a zero in it: what could be kept here and not there is kept nowhere. */
function values(parameters: readonly unknown[]): SQLInputValue[] {
  for (const value of parameters) {
    if (typeof value === "string" && value.includes("\0")) throw new TypeError("a text holds the character U+0000");
  }
  return parameters as SQLInputValue[];
}
