/** The register of promises (承诺达标合格证), newest first: what the ledger booked, and what their documents say beside it. */
import type { Kysely } from "kysely";
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { maybeCanonical } from "../../protocol/canonical.ts";
import { cidOf } from "../../protocol/cid.ts";
import { faultOfPromise, type PromiseState } from "../../protocol/document/held-promise.ts";
import type { PromiseKind } from "../../protocol/document/hgz-2026.ts";
import { type PromiseReading, readPromise } from "../../protocol/document/read-promise.ts";
import type { Words } from "../../protocol/document/text.ts";
import type { Hex } from "../../protocol/history.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { recalledAmong } from "./standing.ts";
import { placeOfEntry, struckAmong } from "./struck.ts";
import { amountText, type Paged, placeOf, readPlace, timeText, unitText } from "./told.ts";

export type { ListPromises, PromiseRow, PromisesAsked };
export { listPromises };

interface PromisesAsked extends Paged {
  readonly organisation?: number | undefined;
  readonly lot?: string | undefined;
  /** Recorded at `fromS` or later, before `untilS`. */
  readonly fromS?: number | undefined;
  readonly untilS?: number | undefined;
}

type ListPromises = (
  asked: PromisesAsked,
) => Promise<{ readonly promises: readonly PromiseRow[]; readonly next: string | null }>;

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
  readonly state: PromiseState;
  /** What the document says, whatever its state; null where it is not here, is none, or is longer than a list reads. */
  readonly said: {
    readonly productName: Words | null;
    readonly lotNumber: string | null;
    /** Calendar day in China. */
    readonly issuedOn: string | null;
    readonly promise: PromiseKind | null;
    readonly basis: readonly string[];
  } | null;
}

/** Characters. Anybody may have a list made, of documents that others wrote; a certificate that names a hundred records is shorter. */
const MAX_TEXT = 32 * 1024;

async function listPromises(
  {
    index,
    documentOf,
  }: {
    readonly index: Kysely<IndexTables>;
    readonly documentOf: (cid: string) => Promise<string | undefined>;
  },
  { limit, after, organisation, lot, fromS, untilS }: PromisesAsked,
): ReturnType<ListPromises> {
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
  const recalled = await recalledAmong(
    index,
    shown.map((row) => row.lot),
  );
  const struck = await struckAmong(
    { index, documentOf },
    shown.map((row) => ({ subject: row.lot, seq: Number(row.seq), entry: row.entry, organisation: row.organisation })),
  );
  const promises: PromiseRow[] = [];
  for (const row of shown) {
    const seq = Number(row.seq);
    const text = await documentOf(cidOf(bytesOf(row.content), "json"));
    const said =
      text === undefined || text.length > MAX_TEXT ? null : readPromise(maybeCanonical(text), row.lot as Hex);
    const isStruck = struck.has(placeOfEntry({ subject: row.lot, seq, entry: row.entry }));
    promises.push({
      ...{ lot: row.lot, seq, entry: row.entry, organisation: row.organisation },
      ...{ product: row.product, amount: amountText(row.amount), unit: unitText(row.unit), at: timeText(row.at_s) },
      document: row.content,
      state: recalled.has(row.lot) ? "recalled" : isStruck ? "struck" : stateOf(said, row),
      said: said === null ? null : toldOf(said),
    });
  }
  const isMore = rows.length > limit && last !== undefined;
  return { promises, next: isMore ? placeOf(last.at_s, last.lot, last.seq, last.entry) : null };
}

function stateOf(
  said: PromiseReading | null,
  { amount, unit, organisation }: Pick<IndexTables["promise"], "amount" | "organisation"> & { readonly unit: number },
): PromiseState {
  if (said === null) return "unread";
  const promisor = hexOf(organisationId(organisation));
  const fault = faultOfPromise(said, { amount: BigInt(amount), uom: unitText(unit), promisor });
  return fault === null ? "stands" : "differs";
}

function toldOf({ productName, lot, issuedOn, promise, basis }: PromiseReading): PromiseRow["said"] {
  const lotNumber = lot?.lotNumber ?? null;
  return { productName, lotNumber, issuedOn, promise, basis: basis.map(({ code }) => code) };
}
