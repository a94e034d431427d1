/** Goods on their way from one organisation to another, in the books of the index: SHIP, RECEIVE, REFUSE, WITHDRAW (docs/ledger.md §6). */
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import type { IndexTables } from "../store/index-tables.ts";
import {
  addLink,
  addSubject,
  awaitDocument,
  type BookedEntry,
  type Books,
  change,
  changeLink,
  rowOf,
} from "./booked.ts";

export { consignmentOf, receive, refuse, ship, withdraw };

async function ship(books: Books, entry: BookedEntry): Promise<void> {
  const { lot, packed, amount, to, carrier } = kindByName("SHIP").decodeArgs(entry.args);
  const { unit, product } = await rowOf(books, hexOf(lot));
  const inside = packed ? { remaining: 0n, packed: amount } : { remaining: amount };
  await addSubject(books, entry, { unit, product, made: amount, ...inside });
  const cid = cidOf(bytesOf(entry.content), "json");
  await books.index
    .insertInto("consignment")
    .values({
      ...{ id: entry.subject, lot: hexOf(lot), sender: entry.organisation, receiver: to, carrier },
      ...{ packed: packed ? 1 : 0, offered: Number(amount), found: null },
      ...{ shipped_at: entry.recordedAtS, state: "under-way" },
      ...{ cid, document: "awaited", sscc: null, from_site: null, to_site: null },
      ...{ settled_at: null, settled_seq: null, settled_entry: null, settled_content: null },
      ...{ settled_cid: null, settled_document: null, settled_from_site: null, settled_to_site: null },
    })
    .execute();
  await awaitDocument(books, { work: "paper", item: cid, cid, block: entry.block });
  await change(books, hexOf(lot), packed ? { packed: -amount } : { remaining: -amount });
  await addLink(books, entry.subject, hexOf(lot), amount);
}

async function receive(books: Books, entry: BookedEntry): Promise<void> {
  const { amount } = kindByName("RECEIVE").decodeArgs(entry.args);
  const { packed, offered } = await consignmentOf(books, entry.subject);
  const lost = BigInt(offered) - amount;
  await change(books, entry.subject, { ...(packed === 1 ? { packed: -lost } : { remaining: -lost }), lost });
  await books.index
    .updateTable("subject")
    .set({ holder: entry.organisation })
    .where("id", "=", entry.subject)
    .execute();
  await settle(books, entry, { state: "received", found: Number(amount) });
}

async function refuse(books: Books, entry: BookedEntry): Promise<void> {
  await giveBack(books, entry, "refused");
}

async function withdraw(books: Books, entry: BookedEntry): Promise<void> {
  await giveBack(books, entry, "withdrawn");
}

/** All goes back to the lot, and nothing is left of the consignment. */
async function giveBack(books: Books, entry: BookedEntry, state: "refused" | "withdrawn"): Promise<void> {
  const { lot, packed, offered } = await consignmentOf(books, entry.subject);
  const all = BigInt(offered);
  const inside = packed === 1 ? "packed" : "remaining";
  await change(books, entry.subject, { made: -all, [inside]: -all });
  await change(books, lot, { [inside]: all });
  await changeLink(books, entry.subject, lot, -all);
  await settle(books, entry, { state });
}

async function consignmentOf({ index }: Books, id: string): Promise<IndexTables["consignment"]> {
  return index.selectFrom("consignment").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
}

async function settle(
  books: Books,
  { subject, seq, entry, recordedAtS, content, block }: BookedEntry,
  how: Pick<IndexTables["consignment"], "state"> & { readonly found?: number },
): Promise<void> {
  const cid = cidOf(bytesOf(content), "json");
  await books.index
    .updateTable("consignment")
    .set({
      ...{ ...how, settled_at: recordedAtS, settled_seq: seq, settled_entry: entry, settled_content: content },
      ...{ settled_cid: cid, settled_document: "awaited" },
    })
    .where("id", "=", subject)
    .execute();
  await awaitDocument(books, { work: "paper", item: cid, cid, block });
}
