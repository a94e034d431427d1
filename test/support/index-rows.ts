/** The index of a data folder as text, to compare one with another. No server may be running on the folder. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { hexOf } from "../../protocol/bytes.ts";

export { indexRows };

/** All rows of all tables of the record, in an order that does not depend on how they came. What is still waited for is none of it. */
function indexRows(data: string): Record<string, readonly string[]> {
  const index = new DatabaseSync(join(data, "index.sqlite"), { readOnly: true });
  try {
    const tables = index
      .prepare(
        "select name from sqlite_schema where type = 'table' and name not like 'kysely%' and name <> 'awaited' order by name",
      )
      .all() as { name: string }[];
    const rows = ({ name }: { name: string }) =>
      index
        .prepare(`select * from "${name}"`)
        .all()
        .map((row) => JSON.stringify(row, (_, value) => (value instanceof Uint8Array ? hexOf(value) : value)))
        .sort();
    return Object.fromEntries(tables.map((table) => [table.name, rows(table)]));
  } finally {
    index.close();
  }
}
