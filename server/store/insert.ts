/**
 * Many rows by few statements. A statement of a given number of rows has one text, which an engine need not read anew each time;
 * Kysely's own builder would make a node of every value.
 */
import { CompiledQuery, type Kysely } from "kysely";
import { isPostgres } from "./turns.ts";

export { insertRows };

/** Rows of one statement: the values of 200 rows are below what any engine takes. */
const ROWS_AT_ONCE = 200;

/** Inserts rows of one table, which all have the same columns. Throws what the engine says, some rows being in then: use a transaction. */
async function insertRows<Tables, Name extends keyof Tables & string>(
  db: Kysely<Tables>,
  table: Name,
  rows: readonly Tables[Name][],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first as object) as (keyof Tables[Name] & string)[];
  const isNumbered = isPostgres(db);
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const some = rows.slice(at, at + ROWS_AT_ONCE);
    const values = some.flatMap((row) => columns.map((column) => row[column]));
    const text = textOf({ table, columns, count: some.length, isNumbered });
    await db.executeQuery(CompiledQuery.raw(text, values));
  }
}

interface Statement {
  readonly table: string;
  readonly columns: readonly string[];
  readonly count: number;
  readonly isNumbered: boolean;
}

/** Names come from our own tables, never from outside. */
function textOf({ table, columns, count, isNumbered }: Statement): string {
  let place = 0;
  const row = () => `(${columns.map(() => (isNumbered ? `$${++place}` : "?")).join()})`;
  const names = columns.map((column) => `"${column}"`).join();
  return `insert into "${table}" (${names}) values ${Array.from({ length: count }, row).join()}`;
}
