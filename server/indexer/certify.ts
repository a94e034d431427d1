/** Certificates in the books of the index: APPLY, CERTIFY, SUSPEND, LIFT, REVOKE (docs/ledger.md §6). What labels draw: run.ts. */
import { hexOf } from "../../protocol/bytes.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import { STATUS } from "../store/status.ts";
import { addSubject, type BookedEntry, type Books, change, idOrNull, said } from "./booked.ts";

export { apply, certify, lift, revoke, suspend };

const PRODUCT = kindByName("PRODUCT").number;

async function apply(books: Books, entry: BookedEntry): Promise<void> {
  const { certifier, unit, volume } = kindByName("APPLY").decodeArgs(entry.args);
  await addSubject(books, entry, { unit, product: null, made: volume, remaining: 0n });
  await books.index.insertInto("application").values({ id: entry.subject, certifier, answered_by: null }).execute();
}

async function certify(books: Books, entry: BookedEntry): Promise<void> {
  const { application, beneficiary, fromS, untilS, unit, volume, scopes } = kindByName("CERTIFY").decodeArgs(
    entry.args,
  );
  const { index } = books;
  await addSubject(books, entry, { unit, product: null, made: volume, remaining: volume });
  const named = scopes.map((scope) => hexOf(scope));
  const { products } = await index
    .selectFrom("subject")
    .select((row) => row.fn.countAll<number>().as("products"))
    .where("id", "in", named)
    .where("sort", "=", PRODUCT)
    .executeTakeFirstOrThrow();
  const answered = idOrNull(application);
  await index
    .insertInto("certificate")
    .values({
      ...{ id: entry.subject, application: answered, beneficiary, products: Number(products) },
      ...{ valid_from: fromS, valid_until: untilS },
    })
    .execute();
  await index
    .insertInto("scope")
    .values(named.map((subject) => ({ certificate: entry.subject, subject })))
    .execute();
  if (answered === null) return;
  for (const id of [answered, entry.subject]) await change(books, id, { status: BigInt(STATUS.answered) });
  await index.updateTable("application").set({ answered_by: entry.subject }).where("id", "=", answered).execute();
}

async function suspend(books: Books, entry: BookedEntry): Promise<void> {
  await decide(books, entry, STATUS.suspended);
}

async function lift(books: Books, entry: BookedEntry): Promise<void> {
  await decide(books, entry, -STATUS.suspended);
}

/** For good, whether it was suspended or not. */
async function revoke(books: Books, entry: BookedEntry): Promise<void> {
  await decide(books, entry, STATUS.revoked);
}

async function decide(books: Books, entry: BookedEntry, status: number): Promise<void> {
  await change(books, entry.subject, { status: BigInt(status) });
  const { organisation: _issuer, ...fate } = said(entry);
  await books.index
    .insertInto("certificate_fate")
    .values({ certificate: entry.subject, kind: entry.kind, ...fate })
    .execute();
}
