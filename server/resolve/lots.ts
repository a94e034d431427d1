/** Lists and single rows of lots and label runs, as the index holds them. */
import type { Kysely } from "kysely";
import { formatAmount } from "../../protocol/amount.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import type { IndexTables } from "../store/index-tables.ts";

export type { LabelRunRow, LotRow };
export { labelRunOf, listLots, lotOf, wordsOf };

interface LotRow {
  readonly id: string;
  readonly kind: string;
  readonly holder: number;
  readonly product: string | null;
  readonly unit: string;
  readonly made: string;
  readonly left: string;
  readonly packed: string;
  readonly madeAt: string;
  readonly document: string;
}
interface LabelRunRow {
  readonly id: string;
  readonly lot: string;
  readonly holder: number;
  readonly count: number;
  readonly madeAt: string;
}

const UNITS = ["", "KGM", "MTK", "H87", "LTR"] as const;
const LOT_SORTS = new Map<number, string>(
  (["ORIGIN", "HARVEST", "TRANSFORM"] as const).map((name) => [kindByName(name).number, name]),
);
const LABEL = kindByName("LABEL").number;

/** Newest first; `after` is the `next` of the page before. */
async function listLots(
  index: Kysely<IndexTables>,
  { limit, after }: { readonly limit: number; readonly after: string | null },
): Promise<{ readonly lots: readonly LotRow[]; readonly next: string | null }> {
  let query = index
    .selectFrom("subject")
    .selectAll()
    .where("sort", "in", [...LOT_SORTS.keys()])
    .orderBy("made_at", "desc")
    .orderBy("id", "desc")
    .limit(limit + 1);
  if (after !== null) {
    const [madeAt = "0", id = ""] = after.split("-");
    const at = Number(madeAt);
    query = query.where((where) =>
      where.or([where("made_at", "<", at), where.and([where("made_at", "=", at), where("id", "<", id)])]),
    );
  }
  const rows = await query.execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    lots: shown.map(rowOf),
    next: rows.length > limit && last !== undefined ? `${last.made_at}-${last.id}` : null,
  };
}

async function lotOf(index: Kysely<IndexTables>, id: string): Promise<LotRow | null> {
  const row = await index.selectFrom("subject").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined || !LOT_SORTS.has(row.sort) ? null : rowOf(row);
}

async function labelRunOf(index: Kysely<IndexTables>, id: string): Promise<LabelRunRow | null> {
  const row = await index
    .selectFrom("subject")
    .selectAll()
    .where("id", "=", id)
    .where("sort", "=", LABEL)
    .executeTakeFirst();
  if (row === undefined) return null;
  const link = await index.selectFrom("link").select("input").where("consumer", "=", id).executeTakeFirstOrThrow();
  return { id, lot: link.input, holder: row.holder, count: Number(row.made), madeAt: timeOf(row.made_at) };
}

/** Every word that a subject has had, oldest first. */
async function wordsOf(index: Kysely<IndexTables>, subject: string): Promise<readonly Hex[]> {
  const rows = await index.selectFrom("move").select("word").where("subject", "=", subject).orderBy("seq").execute();
  return rows.map(({ word }) => word as Hex);
}

function rowOf(row: IndexTables["subject"]): LotRow {
  const amount = (value: number): string => formatAmount(BigInt(value));
  return {
    id: row.id,
    kind: LOT_SORTS.get(row.sort) ?? "",
    holder: row.holder,
    product: row.product,
    unit: UNITS[row.unit] ?? "",
    made: amount(row.made),
    left: amount(row.remaining),
    packed: amount(row.packed),
    madeAt: timeOf(row.made_at),
    document: row.made_content,
  };
}

function timeOf(timeS: number): string {
  return new Date(Number(timeS) * 1000).toISOString();
}
