/** What is said of a subject and stands beside its amounts: PROMISE, RECALL, RELEASE, ACKNOWLEDGE, DISPUTE, ANSWER (docs/ledger.md §6). */
import { hexOf, isZero } from "../../protocol/bytes.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
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

/** The one of this organisation in this capacity that stands. */
async function release(books: Books, entry: BookedEntry): Promise<void> {
  const { capacity } = kindByName("RELEASE").decodeArgs(entry.args);
  await books.index
    .updateTable("recall")
    .set({ released_at: entry.recordedAtS })
    .where("subject", "=", entry.subject)
    .where("organisation", "=", entry.organisation)
    .where("capacity", "=", capacity)
    .where("drill", "=", 0)
    .where("released_at", "is", null)
    .execute();
  await change(books, entry.subject, { status: -1n });
}

async function acknowledge({ index }: Books, entry: BookedEntry): Promise<void> {
  const { recalled, seq } = kindByName("ACKNOWLEDGE").decodeArgs(entry.args);
  await index
    .insertInto("acknowledgement")
    .values({
      ...{ subject: entry.subject, recalled: isZero(recalled) ? entry.subject : hexOf(recalled), recall_seq: seq },
      ...said(entry),
    })
    .execute();
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
