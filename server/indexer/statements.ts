/** What is said of a subject and stands beside its amounts: PROMISE, RECALL, RELEASE, ACKNOWLEDGE, DISPUTE, ANSWER (docs/ledger.md §6). */
import { sql } from "kysely";
import { hexOf, isZero } from "../../protocol/bytes.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import { CAPACITIES } from "../../protocol/kinds/status.ts";
import { type BookedEntry, type Books, change, idOrNull, said } from "./booked.ts";

export { acknowledge, answer, dispute, promise, recall, release };

async function promise({ index }: Books, entry: BookedEntry): Promise<void> {
  const { amount } = kindByName("PROMISE").decodeArgs(entry.args);
  await index
    .insertInto("promise")
    .values({ lot: entry.subject, amount: Number(amount), ...said(entry) })
    .execute();
}

/** A drill changes nothing. */
async function recall(books: Books, entry: BookedEntry): Promise<void> {
  const { capacity, drill, certificate } = kindByName("RECALL").decodeArgs(entry.args);
  await books.index
    .insertInto("recall")
    .values({
      ...{ subject: entry.subject, capacity, drill: drill ? 1 : 0, certificate: idOrNull(certificate) },
      ...said(entry),
      released_at: null,
    })
    .execute();
  if (!drill) await change(books, entry.subject, { status: 1n });
}

/**
 * The one of this organisation in this capacity that stands. A holder's is whoever holds the goods by now: of these one stands at most, and
 * the ledger let nobody else end it.
 */
async function release(books: Books, entry: BookedEntry): Promise<void> {
  const { capacity } = kindByName("RELEASE").decodeArgs(entry.args);
  const ended = books.index
    .updateTable("recall")
    .set({ released_at: entry.recordedAtS })
    .where("subject", "=", entry.subject)
    .where("capacity", "=", capacity)
    .where("drill", "=", 0)
    .where("released_at", "is", null);
  await (capacity === CAPACITIES.holder ? ended : ended.where("organisation", "=", entry.organisation)).execute();
  await change(books, entry.subject, { status: -1n });
}

/** The ledger lets anybody name any recall: what has nothing to do with it is kept apart. */
async function acknowledge({ index }: Books, entry: BookedEntry): Promise<void> {
  const { recalled: named, seq } = kindByName("ACKNOWLEDGE").decodeArgs(entry.args);
  const recalled = isZero(named) ? entry.subject : hexOf(named);
  const came = recalled === entry.subject || (await cameOf(index, entry.subject, recalled));
  await index
    .insertInto("acknowledgement")
    .values({ subject: entry.subject, recalled, recall_seq: seq, came_of: came ? 1 : 0, ...said(entry) })
    .execute();
}

/** A subject has all its inputs from the day on which it was made, so that no later entry changes this. */
async function cameOf(index: Books["index"], subject: string, from: string): Promise<boolean> {
  const { rows } = await sql`
    with recursive came(id) as (
      select cast(${subject} as text) union select link.input from link join came on link.consumer = came.id
    )
    select id from came where id = ${from} limit 1`.execute(index);
  return rows.length > 0;
}

async function dispute({ index }: Books, entry: BookedEntry): Promise<void> {
  const { seq, entry: place, named } = kindByName("DISPUTE").decodeArgs(entry.args);
  await index
    .insertInto("dispute")
    .values({ subject: entry.subject, of_seq: seq, of_entry: place, named: hexOf(named), ...said(entry) })
    .execute();
}

async function answer({ index }: Books, entry: BookedEntry): Promise<void> {
  const { seq } = kindByName("ANSWER").decodeArgs(entry.args);
  const { organisation: _holder, ...rest } = said(entry);
  await index
    .insertInto("answer")
    .values({ subject: entry.subject, of_seq: seq, ...rest })
    .execute();
}
