/** Where goods come from and what becomes of them, in the books of the index: ORIGIN, PLANT, HARVEST, TRANSFORM, DISCARD (docs/ledger.md §6). */
import { MAX_AMOUNT } from "../../protocol/amount.ts";
import { hexOf } from "../../protocol/bytes.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import type { Share } from "../../protocol/kinds/kind.ts";
import { STATUS } from "../store/status.ts";
import { addLink, addSubject, type BookedEntry, type Books, change, rowOf, unitOf } from "./booked.ts";
import { consignmentOf } from "./handover.ts";

export { allowedOf, discard, harvest, origin, plant, transform };

/** Square-metre thousandths × thousandths a hectare → thousandths of the unit. */
const CAP_DIVISOR = 10_000_000n;
const PLANT = kindByName("PLANT").number;
const SHIP = kindByName("SHIP").number;

async function origin(books: Books, entry: BookedEntry): Promise<void> {
  const { product, amount } = kindByName("ORIGIN").decodeArgs(entry.args);
  const unit = await unitOf(books, product);
  await addSubject(books, entry, { unit, product: hexOf(product), made: amount, remaining: amount });
}

async function plant(books: Books, entry: BookedEntry): Promise<void> {
  const { plot, product, area, cap } = kindByName("PLANT").decodeArgs(entry.args);
  const unit = await unitOf(books, product);
  await addSubject(books, entry, { unit, product: hexOf(product), made: 0n, remaining: allowedOf(area, cap) });
  await books.index
    .insertInto("planting")
    .values({ id: entry.subject, cap: Number(cap) })
    .execute();
  await change(books, hexOf(plot), { remaining: -area });
  await addLink(books, entry.subject, hexOf(plot), area);
}

async function harvest(books: Books, entry: BookedEntry): Promise<void> {
  const { inputs } = kindByName("HARVEST").decodeArgs(entry.args);
  const made = sum(inputs);
  const [first] = inputs;
  const planting = first === undefined ? undefined : await rowOf(books, hexOf(first.id));
  const { unit = 0, product = null } = planting ?? {};
  await addSubject(books, entry, { unit, product, made, remaining: made });
  for (const { id, amount } of inputs) {
    await change(books, hexOf(id), { made: amount, remaining: -amount });
    await addLink(books, entry.subject, hexOf(id), amount);
  }
}

async function transform(books: Books, entry: BookedEntry): Promise<void> {
  const { inputs, outputs } = kindByName("TRANSFORM").decodeArgs(entry.args);
  const lost = sum(inputs) - sum(outputs);
  for (const [place, { id, amount }] of outputs.entries()) {
    const subject = place === 0 ? entry.subject : (entry.further[place - 1] ?? entry.subject);
    const row = { unit: await unitOf(books, id), product: hexOf(id), made: amount, remaining: amount };
    await addSubject(books, { ...entry, subject }, { ...row, room: place === 0 ? lost : 0n });
  }
  for (const { id, amount } of inputs) {
    await change(books, hexOf(id), { remaining: -amount });
    // What went in went into each of them.
    for (const output of [entry.subject, ...entry.further]) await addLink(books, output, hexOf(id), amount);
  }
}

/** Of a lot: it is lost. Of a planting: its season is over, and its plot gets the area back. */
async function discard(books: Books, entry: BookedEntry): Promise<void> {
  const { amount, plot } = kindByName("DISCARD").decodeArgs(entry.args);
  const { sort } = await rowOf(books, entry.subject);
  if (sort !== PLANT) {
    const isPacked = sort === SHIP && (await consignmentOf(books, entry.subject)).packed === 1;
    return change(books, entry.subject, { [isPacked ? "packed" : "remaining"]: -amount, lost: amount });
  }
  await change(books, entry.subject, { status: BigInt(STATUS.ended) });
  await change(books, hexOf(plot), { remaining: amount });
}

/** What may be harvested in all. */
function allowedOf(area: bigint, cap: bigint): bigint {
  const allowed = (area * cap) / CAP_DIVISOR;
  return allowed > MAX_AMOUNT ? MAX_AMOUNT : allowed;
}

function sum(shares: readonly Share[]): bigint {
  return shares.reduce((total, { amount }) => total + amount, 0n);
}
