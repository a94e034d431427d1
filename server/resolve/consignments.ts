/** Goods on their way and what came of them, as the index holds them: newest first. */
import { type Kysely, sql } from "kysely";
import type { IndexTables } from "../store/index-tables.ts";
import { amountText, maybeTime, type Paged, placeOf, readPlace, timeText, unitText } from "./told.ts";

export type { ConsignmentRow, ConsignmentsAsked };
export { consignmentOf, listConsignments, toldOf };

type State = IndexTables["consignment"]["state"];

interface ConsignmentsAsked extends Paged {
  readonly to?: number | undefined;
  readonly from?: number | undefined;
  readonly state?: State | undefined;
  readonly sscc?: string | undefined;
}

interface ConsignmentRow {
  readonly id: string;
  readonly lot: string;
  readonly product: string | null;
  readonly unit: string | null;
  readonly from: number;
  readonly to: number;
  readonly carrier: number | null;
  readonly packed: boolean;
  readonly state: State;
  readonly offered: string;
  readonly found: string | null;
  readonly sscc: string | null;
  readonly shippedAt: string;
  readonly settledAt: string | null;
  readonly document: string;
}

type Row = IndexTables["consignment"] & Pick<IndexTables["subject"], "unit" | "product" | "made_content">;

/**
 * Every order is the one of an index (store/book-migration.ts). `unread`: of a list by SSCC, consignments of the same parties whose papers
 * are not read yet, so that theirs is not known; else null.
 */
async function listConsignments(
  index: Kysely<IndexTables>,
  { limit, after, to, from, state, sscc }: ConsignmentsAsked,
): Promise<{
  readonly consignments: readonly ConsignmentRow[];
  readonly next: string | null;
  readonly unread: number | null;
}> {
  let query = joined(index)
    .orderBy("consignment.shipped_at", "desc")
    .orderBy("consignment.id", "desc")
    .limit(limit + 1);
  if (to !== undefined) query = query.where("receiver", "=", to);
  if (from !== undefined) query = query.where("sender", "=", from);
  if (state !== undefined) query = query.where("state", "=", state);
  if (sscc !== undefined) query = query.where("sscc", "=", sscc);
  if (after !== null) {
    const { atS, id } = readPlace(after);
    query = query.where((row) =>
      row(row.refTuple("consignment.shipped_at", "consignment.id"), "<", row.tuple(atS, id)),
    );
  }
  const rows: readonly Row[] = await query.execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    consignments: shown.map(toldOf),
    next: rows.length > limit && last !== undefined ? placeOf(last.shipped_at, last.id) : null,
    unread: sscc === undefined ? null : await unreadOf(index, { to, from }),
  };
}

async function unreadOf(
  index: Kysely<IndexTables>,
  { to, from }: Pick<ConsignmentsAsked, "to" | "from">,
): Promise<number> {
  let query = index
    .selectFrom("consignment")
    .select((row) => row.fn.countAll<number>().as("unread"))
    // As the index on them has it, which an engine takes for no other text.
    .where(sql.ref("document"), "=", sql.lit("awaited"));
  if (to !== undefined) query = query.where("receiver", "=", to);
  if (from !== undefined) query = query.where("sender", "=", from);
  return Number((await query.executeTakeFirstOrThrow()).unread);
}

async function consignmentOf(index: Kysely<IndexTables>, id: string): Promise<ConsignmentRow | null> {
  const row = await joined(index).where("consignment.id", "=", id).executeTakeFirst();
  return row === undefined ? null : toldOf(row);
}

function joined(index: Kysely<IndexTables>) {
  return index
    .selectFrom("consignment")
    .innerJoin("subject", "subject.id", "consignment.id")
    .selectAll("consignment")
    .select(["subject.unit", "subject.product", "subject.made_content"]);
}

function toldOf(row: Row): ConsignmentRow {
  return {
    ...{ id: row.id, lot: row.lot, product: row.product, unit: unitText(row.unit) },
    ...{ from: row.sender, to: row.receiver, carrier: row.carrier === 0 ? null : row.carrier },
    ...{ packed: row.packed === 1, state: row.state, offered: amountText(row.offered) },
    found: row.found === null ? null : amountText(row.found),
    ...{ sscc: row.sscc, shippedAt: timeText(row.shipped_at), settledAt: maybeTime(row.settled_at) },
    document: row.made_content,
  };
}
