/**
 * CORRECT in the books of the index (docs/ledger.md §6): differences, added where the making entry booked its amounts. The ledger has
 * checked them; by which entry an amount was corrected stands in the subject's log.
 */
import { decodeGroup, newIndexes, newSubjectId } from "../../protocol/batch.ts";
import { bytesOf, hexOf, isZero } from "../../protocol/bytes.ts";
import type { Hex } from "../../protocol/history.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { type BookedEntry, type Books, change, changeLink, rowOf } from "./booked.ts";
import { allowedOf } from "./goods.ts";
import { consignmentOf } from "./handover.ts";

export { correct };

const [PLOT, PLANT, ORIGIN, SHIP] = (["PLOT", "PLANT", "ORIGIN", "SHIP"] as const).map(
  (name) => kindByName(name).number,
);
const MAKING_SEQ = 1;

/** Adds the differences where the entry that was wrong booked its amounts. Without any it is text. */
async function correct(books: Books, entry: BookedEntry): Promise<void> {
  const { seq, entry: place, own, other, others } = kindByName("CORRECT").decodeArgs(entry.args);
  if (own === 0n && others === 0n) return;
  const row = await rowOf(books, entry.subject);
  if (seq !== MAKING_SEQ || place !== 0) return changeLost(books, row, { seq, entry: place, by: own });
  const input = isZero(other) ? null : await rowOf(books, hexOf(other));
  if (row.sort === SHIP) return changeConsignment(books, row, own);
  if (row.sort === PLANT) await changePlanting(books, row, own);
  else if (row.sort === PLOT || row.sort === ORIGIN) await change(books, row.id, { made: own, remaining: own });
  else await change(books, row.id, { made: own, remaining: own, room: others - own });
  if (input === null) return;
  await change(books, input.id, { ...(input.sort === PLANT ? { made: others } : {}), remaining: -others });
  for (const consumer of await outputsOf(books, row)) await changeLink(books, consumer, input.id, others);
}

/** Of a DISCARD or RECEIVE: so much less was lost; of the RECEIVE, so much more was found. */
async function changeLost(
  books: Books,
  { id, sort }: IndexTables["subject"],
  { seq, entry, by }: { readonly seq: number; readonly entry: number; readonly by: bigint },
): Promise<void> {
  const consignment = sort === SHIP ? await consignmentOf(books, id) : null;
  await change(books, id, { lost: -by, [consignment?.packed === 1 ? "packed" : "remaining"]: by });
  if (consignment?.settled_seq !== seq || consignment.settled_entry !== entry) return;
  await books.index
    .updateTable("consignment")
    .set((row) => ({ found: row("found", "+", Number(by)) }))
    .where("id", "=", id)
    .execute();
}

/** While it is under way. */
async function changeConsignment(books: Books, { id }: IndexTables["subject"], by: bigint): Promise<void> {
  const { lot, packed } = await consignmentOf(books, id);
  const inside = packed === 1 ? "packed" : "remaining";
  await change(books, id, { made: by, [inside]: by });
  await change(books, lot, { [inside]: -by });
  await changeLink(books, id, lot, by);
  await books.index
    .updateTable("consignment")
    .set((row) => ({ offered: row("offered", "+", Number(by)) }))
    .where("id", "=", id)
    .execute();
}

/** Its area is the link to its plot, which still has the area before. */
async function changePlanting(books: Books, row: IndexTables["subject"], by: bigint): Promise<void> {
  const { index } = books;
  const { cap } = await index.selectFrom("planting").select("cap").where("id", "=", row.id).executeTakeFirstOrThrow();
  const { amount } = await index
    .selectFrom("link")
    .select("amount")
    .where("consumer", "=", row.id)
    .executeTakeFirstOrThrow();
  const allowed = allowedOf(BigInt(amount) + by, BigInt(cap));
  await change(books, row.id, { remaining: allowed - BigInt(row.remaining) - BigInt(row.made) });
}

/** All that the making entry of the subject made: what went in went into each of them. */
async function outputsOf(
  { index, primitives }: Books,
  { id, made_batch: batch }: IndexTables["subject"],
): Promise<readonly Hex[]> {
  const { recorder, nonce } = await index
    .selectFrom("batch")
    .select(["recorder", "nonce"])
    .where("hash", "=", batch)
    .executeTakeFirstOrThrow();
  const { bytes } = await index
    .selectFrom("record_group")
    .select("bytes")
    .where("batch", "=", batch)
    .where("subject", "=", id)
    .orderBy("idx")
    .executeTakeFirstOrThrow();
  const indexes = newIndexes(decodeGroup(new Uint8Array(bytes)));
  return Promise.all(
    indexes.map(async (number) => hexOf(await newSubjectId(primitives, bytesOf(recorder), BigInt(nonce), number))),
  );
}
