/** Lists and single rows of lots and label runs, as the index holds them. */
import type { Kysely } from "kysely";
import type { Hex } from "../../protocol/bytes.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import { REASONS_TO_VOID } from "../../protocol/kinds/label.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { isRecalled } from "../store/status.ts";
import { amountText, kindText, nameOf, placeOf, readPlace, timeText, unitText } from "./told.ts";

export type { LabelRunRow, LotRow };
export { labelRunOf, listLots, lotOf, MAX_VOIDED, wordsOf };

interface LotRow {
  readonly id: string;
  readonly kind: string;
  readonly holder: number;
  readonly product: string | null;
  readonly unit: string;
  readonly made: string;
  readonly left: string;
  readonly packed: string;
  readonly lost: string;
  readonly recalled: boolean;
  readonly madeAt: string;
  readonly document: string;
}
interface LabelRunRow {
  readonly id: string;
  readonly lot: string;
  readonly certificate: string | null;
  readonly holder: number;
  readonly count: number;
  readonly valid: number;
  /** By place. */
  readonly voided: readonly {
    readonly first: number;
    readonly number: number;
    readonly reason: keyof typeof REASONS_TO_VOID;
    readonly at: string;
  }[];
  readonly madeAt: string;
}

const LOT_SORTS = (["ORIGIN", "HARVEST", "TRANSFORM", "SHIP"] as const).map((name) => kindByName(name).number);
/** Ranges told of one run. */
const MAX_VOIDED = 1_000;

/** Newest first; `after` is the `next` of the page before. */
async function listLots(
  index: Kysely<IndexTables>,
  { limit, after }: { readonly limit: number; readonly after: string | null },
): Promise<{ readonly lots: readonly LotRow[]; readonly next: string | null }> {
  let query = index
    .selectFrom("subject")
    .selectAll()
    .where("sort", "in", LOT_SORTS)
    .orderBy("made_at", "desc")
    .orderBy("id", "desc")
    .limit(limit + 1);
  if (after !== null) {
    const { atS, id } = readPlace(after);
    query = query.where((row) => row(row.refTuple("made_at", "id"), "<", row.tuple(atS, id)));
  }
  const rows = await query.execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    lots: shown.map(rowOf),
    next: rows.length > limit && last !== undefined ? placeOf(last.made_at, last.id) : null,
  };
}

async function lotOf(index: Kysely<IndexTables>, id: string): Promise<LotRow | null> {
  const row = await index.selectFrom("subject").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined || !LOT_SORTS.includes(row.sort) ? null : rowOf(row);
}

async function labelRunOf(index: Kysely<IndexTables>, id: string): Promise<LabelRunRow | null> {
  const row = await index
    .selectFrom("label_run")
    .innerJoin("subject", "subject.id", "label_run.run")
    .select(["lot", "certificate", "holder", "made", "remaining", "made_at"])
    .where("run", "=", id)
    .executeTakeFirst();
  if (row === undefined) return null;
  const voided = await index
    .selectFrom("void_range")
    .selectAll()
    .where("run", "=", id)
    .orderBy("first")
    .limit(MAX_VOIDED)
    .execute();
  return {
    ...{ id, lot: row.lot, certificate: row.certificate, holder: row.holder },
    ...{ count: Number(row.made), valid: Number(row.remaining) },
    voided: voided.map(({ first, number, reason, at_s }) => ({
      ...{ first: Number(first), number: Number(number), at: timeText(at_s) },
      reason: nameOf(REASONS_TO_VOID, reason),
    })),
    madeAt: timeText(row.made_at),
  };
}

/** Every word that a subject has had, oldest first. */
async function wordsOf(index: Kysely<IndexTables>, subject: string): Promise<readonly Hex[]> {
  const rows = await index.selectFrom("move").select("word").where("subject", "=", subject).orderBy("seq").execute();
  return rows.map(({ word }) => word as Hex);
}

function rowOf(row: IndexTables["subject"]): LotRow {
  return {
    id: row.id,
    kind: kindText(row.sort),
    holder: row.holder,
    product: row.product,
    unit: unitOf(row),
    made: amountText(row.made),
    left: amountText(row.remaining),
    packed: amountText(row.packed),
    lost: amountText(row.lost),
    recalled: isRecalled(row.status),
    madeAt: timeText(row.made_at),
    document: row.made_content,
  };
}

function unitOf({ id, unit }: IndexTables["subject"]): string {
  const text = unitText(unit);
  if (text === null) throw new Error(`the lot ${id} has no unit`);
  return text;
}
