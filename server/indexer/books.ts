/**
 * What an accepted entry changes in the books (docs/ledger.md §6 and §7), as rows of the index. The ledger has checked the entry
 * already; the same arithmetic is repeated here so that lists need not ask the chain. Observations, tests and the like book nothing.
 */
import { hexOf } from "../../protocol/bytes.ts";
import { type KindName, kindByName } from "../../protocol/kinds/all.ts";
import { recorderId } from "../../protocol/sign.ts";
import { addSubject, type BookedEntry, type Books } from "./booked.ts";
import { apply, certify, lift, revoke, suspend } from "./certify.ts";
import { correct } from "./correct.ts";
import { discard, harvest, origin, plant, transform } from "./goods.ts";
import { receive, refuse, ship, withdraw } from "./handover.ts";
import { label, voidLabels } from "./label-runs.ts";
import { acknowledge, answer, dispute, promise, recall, release } from "./statements.ts";

export { addRecorder, bookEntry, isBooked };

type Book = (books: Books, entry: BookedEntry) => Promise<void>;

const SQUARE_METRE = 2;

const byName: Readonly<Partial<Record<KindName, Book>>> = {
  ...{ ENROL: enrol, EXPEL: expel, PRODUCT: product, MEMBER: member, PLOT: plot, SITE: site },
  ...{ ORIGIN: origin, PLANT: plant, HARVEST: harvest, TRANSFORM: transform, DISCARD: discard },
  ...{ SHIP: ship, RECEIVE: receive, REFUSE: refuse, WITHDRAW: withdraw },
  ...{ APPLY: apply, CERTIFY: certify, SUSPEND: suspend, LIFT: lift, REVOKE: revoke },
  ...{ PROMISE: promise, LABEL: label, VOID: voidLabels },
  ...{ RECALL: recall, RELEASE: release, ACKNOWLEDGE: acknowledge, DISPUTE: dispute, ANSWER: answer },
  CORRECT: correct,
};

const byKind = new Map<number, Book>(
  (Object.entries(byName) as [KindName, Book][]).map(([name, book]) => [kindByName(name).number, book]),
);

async function bookEntry(books: Books, entry: BookedEntry): Promise<void> {
  await byKind.get(entry.kind)?.(books, entry);
}

/** Whether entries of this kind change the books at all. */
function isBooked(kind: number): boolean {
  return byKind.has(kind);
}

async function enrol({ index, primitives }: Books, { args, organisation }: BookedEntry): Promise<void> {
  const { manager, x, y } = kindByName("ENROL").decodeArgs(args);
  await addRecorder({ index, primitives }, { organisation, manager, x, y });
}

async function addRecorder(
  { index, primitives }: Books,
  key: { readonly organisation: number; readonly manager: boolean; readonly x: Uint8Array; readonly y: Uint8Array },
): Promise<void> {
  const id = hexOf(await recorderId(primitives, key));
  await index
    .insertInto("recorder")
    .values({
      id,
      organisation: key.organisation,
      x: hexOf(key.x),
      y: hexOf(key.y),
      manager: key.manager ? 1 : 0,
      ended_block: null,
    })
    .execute();
}

async function expel({ index }: Books, { args, block }: BookedEntry): Promise<void> {
  const { recorder } = kindByName("EXPEL").decodeArgs(args);
  await index.updateTable("recorder").set({ ended_block: block }).where("id", "=", hexOf(recorder)).execute();
}

async function product(books: Books, entry: BookedEntry): Promise<void> {
  const { unit, net } = kindByName("PRODUCT").decodeArgs(entry.args);
  await addSubject(books, entry, { unit, product: entry.subject, made: net, remaining: 0n });
}

async function member(books: Books, entry: BookedEntry): Promise<void> {
  const { number } = kindByName("MEMBER").decodeArgs(entry.args);
  await addSubject(books, entry, { unit: 0, product: null, made: number, remaining: 0n });
}

async function plot(books: Books, entry: BookedEntry): Promise<void> {
  const { area } = kindByName("PLOT").decodeArgs(entry.args);
  await addSubject(books, entry, { unit: SQUARE_METRE, product: null, made: area, remaining: area });
}

async function site(books: Books, entry: BookedEntry): Promise<void> {
  const { number } = kindByName("SITE").decodeArgs(entry.args);
  await addSubject(books, entry, { unit: 0, product: null, made: number, remaining: 0n });
}
