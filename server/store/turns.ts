/**
 * Turns: what two transactions may not do at once. SQLite has one connection, which gives turns by itself; PostgreSQL gives
 * them by advisory locks that end with the transaction, whatever becomes of the process.
 */
import { PostgresAdapter, type QueryExecutorProvider, sql } from "kysely";

export { isPostgres, takeTurns };

/** Waits until no other transaction holds one of `names`, and holds them until this one ends. */
async function takeTurns(transaction: QueryExecutorProvider, names: readonly string[]): Promise<void> {
  if (!isPostgres(transaction)) return;
  // In one order for all, or two of them would wait for each other.
  for (const name of [...new Set(names)].sort())
    await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction);
}

function isPostgres(db: QueryExecutorProvider): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
