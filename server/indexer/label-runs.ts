/** Label runs in the books of the index: LABEL, VOID (docs/ledger.md §6). Their lists of codes: code-lists.ts. */
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import { addLink, addSubject, awaitDocument, change, changeLink, idOrNull, rowOf } from "./booked.ts";
import type { BookedEntry, Books } from "./booked.ts";

export { label, voidLabels };

async function label(books: Books, entry: BookedEntry): Promise<void> {
  const { lot, certificate, count } = kindByName("LABEL").decodeArgs(entry.args);
  const row = await rowOf(books, hexOf(lot));
  const net = row.product === null ? 0n : BigInt((await rowOf(books, row.product)).made);
  const amount = count * net;
  const claimed = idOrNull(certificate);
  await addSubject(books, entry, { unit: row.unit, product: row.product, made: count, remaining: count });
  const cid = cidOf(bytesOf(entry.content), "json");
  await books.index
    .insertInto("label_run")
    .values({
      ...{ run: entry.subject, lot: hexOf(lot), certificate: claimed, net: Number(net) },
      ...{ block: entry.block, log_index: entry.logIndex },
      ...{ cid, state: "awaited" },
    })
    .execute();
  await awaitDocument(books, { work: "list", item: entry.subject, cid, block: entry.block });
  await change(books, row.id, { remaining: -amount, packed: amount });
  await addLink(books, entry.subject, hexOf(lot), amount);
  if (claimed !== null) await change(books, claimed, { remaining: -amount });
}

async function voidLabels(books: Books, entry: BookedEntry): Promise<void> {
  const { reason, ranges } = kindByName("VOID").decodeArgs(entry.args);
  const { seq, entry: place, subject: run } = entry;
  await books.index
    .insertInto("void_range")
    .values(
      ranges.map(({ first, number }) => ({
        ...{ run, first: Number(first), number: Number(number), reason },
        ...{ seq, entry: place, at_s: entry.recordedAtS },
      })),
    )
    .execute();
  const { lot, certificate, net } = await books.index
    .selectFrom("label_run")
    .select(["lot", "certificate", "net"])
    .where("run", "=", run)
    .executeTakeFirstOrThrow();
  const count = ranges.reduce((total, { number }) => total + number, 0n);
  const amount = count * BigInt(net);
  await change(books, run, { remaining: -count });
  await change(books, lot, { packed: -amount, remaining: amount });
  await changeLink(books, run, lot, -amount);
  if (certificate !== null) await change(books, certificate, { remaining: amount });
}
