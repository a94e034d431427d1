/** What the books of the index are kept from: an entry that the ledger accepted, and the rows as they are by now. */
import type { Kysely } from "kysely";
import { hexOf, isZero } from "../../protocol/bytes.ts";
import type { Hex } from "../../protocol/history.ts";
import type { Primitives } from "../../protocol/sign.ts";
import type { IndexTables } from "../store/index-tables.ts";

export type { BookedEntry, Books, Change, NewSubject };
export { addLink, addSubject, awaitDocument, change, changeLink, idOrNull, rowOf, said, unitOf };

interface BookedEntry {
  readonly kind: number;
  readonly subject: Hex;
  /** Move of the subject that carries it, and its number in the group. */
  readonly seq: number;
  readonly entry: number;
  readonly args: Uint8Array;
  readonly content: Hex;
  readonly organisation: number;
  readonly recordedAtS: number;
  readonly block: number;
  /** Of its group's log, within the block. */
  readonly logIndex: number;
  readonly batch: Hex;
  /** Ids of a TRANSFORM's further outputs, in order. */
  readonly further: readonly Hex[];
}

interface Books {
  readonly index: Kysely<IndexTables>;
  readonly primitives: Primitives;
}

async function rowOf({ index }: Books, id: string): Promise<IndexTables["subject"]> {
  return index.selectFrom("subject").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
}

async function unitOf(books: Books, productId: Uint8Array): Promise<number> {
  return (await rowOf(books, hexOf(productId))).unit;
}

interface NewSubject {
  readonly unit: number;
  readonly product: string | null;
  readonly made: bigint;
  readonly remaining: bigint;
  readonly packed?: bigint;
  readonly room?: bigint;
}

async function addSubject({ index }: Books, entry: BookedEntry, row: NewSubject): Promise<void> {
  await index
    .insertInto("subject")
    .values({
      id: entry.subject,
      sort: entry.kind,
      holder: entry.organisation,
      unit: row.unit,
      status: 0,
      product: row.product,
      made: Number(row.made),
      remaining: Number(row.remaining),
      packed: Number(row.packed ?? 0n),
      lost: 0,
      room: Number(row.room ?? 0n),
      made_at: entry.recordedAtS,
      made_batch: entry.batch,
      made_content: entry.content,
    })
    .execute();
}

/** Differences, and bits that are set or taken off: `status` is added, so the bits must not be there already, or must be. */
type Change = Readonly<Partial<Record<"made" | "remaining" | "packed" | "lost" | "room" | "status", bigint>>>;

async function change({ index }: Books, id: string, by: Change): Promise<void> {
  const columns = Object.entries(by) as [keyof Change, bigint][];
  await index
    .updateTable("subject")
    .set((row) => Object.fromEntries(columns.map(([column, added]) => [column, row(column, "+", Number(added))])))
    .where("id", "=", id)
    .execute();
}

async function addLink({ index }: Books, consumer: Hex, input: Hex, amount: bigint): Promise<void> {
  await index
    .insertInto("link")
    .values({ consumer, input, amount: Number(amount) })
    .execute();
}

/** A link that comes down to nothing stays: the consumer's head still commits to that input. */
async function changeLink({ index }: Books, consumer: string, input: string, by: bigint): Promise<void> {
  await index
    .updateTable("link")
    .set((link) => ({ amount: link("amount", "+", Number(by)) }))
    .where("consumer", "=", consumer)
    .where("input", "=", input)
    .execute();
}

/**
 * Has a document read when its turn comes (rounds.ts). One that is waited for already is looked for anew: another entry speaks of it, or
 * it would be taken off the list by one who has not seen that entry.
 */
async function awaitDocument(
  { index }: Books,
  { work, item, cid, block }: Pick<IndexTables["awaited"], "work" | "item" | "cid" | "block">,
): Promise<void> {
  const anew = { cid, block, wait_ms: 0, due_ms: 0, since_ms: null };
  await index
    .insertInto("awaited")
    .values({ work, item, tries: 0, ...anew })
    .onConflict((conflict) => conflict.columns(["work", "item"]).doUpdateSet(anew))
    .execute();
}

/** Where a statement stands, and by whom it was made when. */
function said({ seq, entry, organisation, content, recordedAtS }: BookedEntry) {
  return { seq, entry, organisation, content, at_s: recordedAtS };
}

function idOrNull(id: Uint8Array): Hex | null {
  return isZero(id) ? null : hexOf(id);
}
