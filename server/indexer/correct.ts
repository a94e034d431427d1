/**
 * CORRECT in the books of the index (docs/ledger.md §6): differences, added where the making entry booked its amounts. The ledger has
 * checked them; by which entry an amount was corrected stands in the subject's log.
 */
import { decodeGroup, newIndexes, newSubjectId } from "../../protocol/batch.ts";
import { bytesOf, hexOf, isZero } from "../../protocol/bytes.ts";
import type { Hex } from "../../protocol/history.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { type BookedEntry, type Books, CAP_DIVISOR, rowOf } from "./booked.ts";

export { correct };

const PLANT = kindByName("PLANT").number;

/** Adds the differences where the making entry of the subject booked its amounts. Without any it is text. */
async function correct(books: Books, entry: BookedEntry): Promise<void> {
  const { own, other, others } = kindByName("CORRECT").decodeArgs(entry.args);
  if (own === 0n && others === 0n) return;
  const row = await rowOf(books, entry.subject);
  const input = isZero(other) ? null : await rowOf(books, hexOf(other));
  if (row.sort === PLANT) await changePlanting(books, row, own);
  else await change(books, row.id, { made: own, remaining: own });
  if (input === null) return;
  if (input.sort === PLANT) await change(books, input.id, { made: others, remaining: -others });
  else await change(books, input.id, { made: 0n, remaining: -others });
  // A link that comes down to nothing stays: the subject's head still commits to that input.
  for (const consumer of await outputsOf(books, row)) {
    await books.index
      .updateTable("link")
      .set((link) => ({ amount: link("amount", "+", Number(others)) }))
      .where("consumer", "=", consumer)
      .where("input", "=", input.id)
      .execute();
  }
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
  const allowed = ((BigInt(amount) + by) * BigInt(cap)) / CAP_DIVISOR;
  await change(books, row.id, { made: 0n, remaining: allowed - BigInt(row.remaining) - BigInt(row.made) });
}

async function change(
  { index }: Books,
  id: string,
  by: { readonly made: bigint; readonly remaining: bigint },
): Promise<void> {
  await index
    .updateTable("subject")
    .set((row) => ({
      made: row("made", "+", Number(by.made)),
      remaining: row("remaining", "+", Number(by.remaining)),
    }))
    .where("id", "=", id)
    .execute();
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
