/** Sums over rows: beyond 2^53 an engine's number is no number of ours any more, so that they come as text, which BigInt reads. */
import { type RawBuilder, sql } from "kysely";

export { sumText };

/** @param column of whole numbers, never from outside. Of no rows: 0 */
function sumText(column: string): RawBuilder<string> {
  return sql<string>`cast(coalesce(sum(${sql.ref(column)}), 0) as text)`;
}
