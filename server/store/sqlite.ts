/**
 * Kysely on the SQLite that Node carries (`node:sqlite`): the adapter, and how a file is opened.
 * Kysely lets one query or transaction at the connection at a time, so a transaction here never sees a stranger's statement.
 */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { Kysely, SqliteDialect } from "kysely";

export type { Durability };
export { openSqlite };

/** `full`: a commit outlives a power cut. `normal`: it may be lost in one, the file stays sound (enough for a cache). */
type Durability = "full" | "normal";

/** Opens or creates the file. Throws what SQLite says when it cannot be opened or is no database. */
function openSqlite<Tables>(path: string, durability: Durability): Kysely<Tables> {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  database.exec(`pragma journal_mode = wal; pragma synchronous = ${durability}; pragma foreign_keys = on;`);
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapter(database) }) });
}

function adapter(database: DatabaseSync) {
  return {
    close: () => database.close(),
    prepare(sql: string) {
      const statement = database.prepare(sql);
      const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...values(parameters)),
        run: (parameters: readonly unknown[]) => statement.run(...values(parameters)),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...values(parameters)),
      };
    },
  };
}
