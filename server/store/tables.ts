/**
 * What an SQL engine gives: the two sets of tables, brought up to date. One that had to make the index anew has counted that
 * (generation.ts). `sqlite.ts` and `postgres.ts` are the
 * engines; both pass `test/server/store/behaviour.ts`. Nobody above this room knows which one it is.
 */
import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { IndexTables } from "./index-tables.ts";
import type { KeptTables } from "./kept-tables.ts";

export type { Tables };
export { messageOf, migrate, StoreAwayError, StoreError };

interface Tables {
  readonly index: Kysely<IndexTables>;
  readonly kept: Kysely<KeptTables>;
  /** Names of the tables of the index. */
  indexTables(): Promise<readonly string[]>;
  /** Gives the room of deleted rows of the index back. */
  tidyIndex(): Promise<void>;
  close(): Promise<void>;
}

/** The store cannot be used; the message is one sentence for the operator. */
class StoreError extends Error {
  override readonly name = "StoreError";
}

/** The database is not there right now: nothing that was committed is lost, and the same step is right once it is back. */
class StoreAwayError extends Error {
  override readonly name = "StoreAwayError";
}

/** @param schema where the engine keeps both sets in one database */
async function migrate<T>(
  db: Kysely<T>,
  migrations: Readonly<Record<string, Migration>>,
  schema?: string,
): Promise<void> {
  // In a transaction Kysely would tell only that it was aborted, and not by what.
  let failure: unknown;
  const told = ({ up }: Migration): Migration => ({
    up: (all) =>
      up(all).catch((cause: unknown) => {
        failure = cause;
        throw cause;
      }),
  });
  const named = Object.fromEntries(Object.entries(migrations).map(([name, migration]) => [name, told(migration)]));
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => named },
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  }).migrateToLatest();
  if (error !== undefined) throw failure ?? error;
}

/** What an engine says, in one line. */
function messageOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
}
