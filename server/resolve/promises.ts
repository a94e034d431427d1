/** The register of promises (承诺达标合格证), newest first: what the ledger booked, and what their documents say beside it. */
import type { Kysely } from "kysely";
import { bytesOf } from "../../protocol/bytes.ts";
import { parseCanonical } from "../../protocol/canonical.ts";
import { cidOf } from "../../protocol/cid.ts";
import type { PromiseKind } from "../../protocol/document/hgz-2026.ts";
import { readPromise } from "../../protocol/document/read-promise.ts";
import type { Words } from "../../protocol/document/text.ts";
import type { Hex } from "../../protocol/history.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { amountText, type Paged, placeOf, readPlace, timeText, unitText } from "./told.ts";

export type { PromiseRow, PromisesAsked };
export { listPromises };

interface PromisesAsked extends Paged {
  readonly organisation?: number | undefined;
  readonly lot?: string | undefined;
  /** Recorded at `fromS` or later, before `untilS`. */
  readonly fromS?: number | undefined;
  readonly untilS?: number | undefined;
}

interface PromiseRow {
  readonly lot: string;
  readonly seq: number;
  readonly entry: number;
  readonly organisation: number;
  readonly product: string | null;
  readonly amount: string;
  readonly unit: string | null;
  readonly at: string;
  readonly document: string;
  /** What the document says; null where it is not here, or is none. Not checked against anything. */
  readonly said: {
    readonly productName: Words | null;
    readonly lotNumber: string | null;
    /** Calendar day in China. */
    readonly issuedOn: string | null;
    readonly promise: PromiseKind | null;
    readonly basis: readonly string[];
  } | null;
}

async function listPromises(
  {
    index,
    documentOf,
  }: {
    readonly index: Kysely<IndexTables>;
    readonly documentOf: (cid: string) => Promise<string | undefined>;
  },
  { limit, after, organisation, lot, fromS, untilS }: PromisesAsked,
): Promise<{ readonly promises: readonly PromiseRow[]; readonly next: string | null }> {
  let query = index
    .selectFrom("promise")
    .innerJoin("subject", "subject.id", "promise.lot")
    .selectAll("promise")
    .select(["subject.product", "subject.unit"])
    .orderBy("at_s", "desc")
    .orderBy("lot", "desc")
    .orderBy("seq", "desc")
    .orderBy("entry", "desc")
    .limit(limit + 1);
  if (organisation !== undefined) query = query.where("organisation", "=", organisation);
  if (lot !== undefined) query = query.where("lot", "=", lot);
  if (fromS !== undefined) query = query.where("at_s", ">=", fromS);
  if (untilS !== undefined) query = query.where("at_s", "<", untilS);
  if (after !== null) {
    const { atS, id, more } = readPlace(after);
    const [seq = 0, entry = 0] = more;
    query = query.where((row) => row(row.refTuple("at_s", "lot", "seq", "entry"), "<", row.tuple(atS, id, seq, entry)));
  }
  const rows = await query.execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const promises: PromiseRow[] = [];
  for (const row of shown) {
    promises.push({
      ...{ lot: row.lot, seq: Number(row.seq), entry: row.entry, organisation: row.organisation },
      ...{ product: row.product, amount: amountText(row.amount), unit: unitText(row.unit), at: timeText(row.at_s) },
      ...{ document: row.content, said: saidIn(await documentOf(cidOf(bytesOf(row.content), "json")), row.lot as Hex) },
    });
  }
  const isMore = rows.length > limit && last !== undefined;
  return { promises, next: isMore ? placeOf(last.at_s, last.lot, last.seq, last.entry) : null };
}

function saidIn(text: string | undefined, lot: Hex): PromiseRow["said"] {
  if (text === undefined) return null;
  let document: unknown;
  try {
    document = parseCanonical(text);
  } catch {
    return null;
  }
  const said = readPromise(document, lot);
  if (said === null) return null;
  const { productName, issuedOn, promise, basis } = said;
  return {
    productName,
    lotNumber: said.lot?.lotNumber ?? null,
    issuedOn,
    promise,
    basis: basis.map(({ code }) => code),
  };
}
