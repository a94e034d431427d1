/**
 * What an accepted entry changes in the books (docs/ledger.md §6 and §7), as rows of `subject`, `link`, `certificate` and `recorder`.
 * The ledger has checked the entry already; the same arithmetic is repeated here so that lists need not ask the chain.
 */
import { hexOf } from "../../protocol/bytes.ts";
import type { Hex } from "../../protocol/history.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import type { Share } from "../../protocol/kinds/kind.ts";
import { recorderId } from "../../protocol/sign.ts";
import { type BookedEntry, type Books, CAP_DIVISOR, rowOf } from "./booked.ts";
import { correct } from "./correct.ts";

export { addRecorder, bookEntry, isBooked };

const SQUARE_METRE = 2;

async function bookEntry(books: Books, entry: BookedEntry): Promise<void> {
  const book = byKind.get(entry.kind);
  if (book !== undefined) await book(books, entry);
}

/** Whether entries of this kind change the books at all. */
function isBooked(kind: number): boolean {
  return byKind.has(kind);
}

const byKind = new Map<number, (books: Books, entry: BookedEntry) => Promise<void>>([
  [kindByName("ENROL").number, enrol],
  [kindByName("EXPEL").number, expel],
  [kindByName("PRODUCT").number, product],
  [kindByName("MEMBER").number, member],
  [kindByName("PLOT").number, plot],
  [kindByName("ORIGIN").number, origin],
  [kindByName("PLANT").number, plant],
  [kindByName("HARVEST").number, harvest],
  [kindByName("TRANSFORM").number, transform],
  [kindByName("LABEL").number, label],
  [kindByName("CERTIFY").number, certify],
  [kindByName("CORRECT").number, correct],
]);

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
  await add(books, entry, { unit, product: entry.subject, made: net, remaining: 0n });
}

async function member(books: Books, entry: BookedEntry): Promise<void> {
  const { number } = kindByName("MEMBER").decodeArgs(entry.args);
  await add(books, entry, { unit: 0, product: null, made: number, remaining: 0n });
}

async function plot(books: Books, entry: BookedEntry): Promise<void> {
  const { area } = kindByName("PLOT").decodeArgs(entry.args);
  await add(books, entry, { unit: SQUARE_METRE, product: null, made: area, remaining: area });
}

async function origin(books: Books, entry: BookedEntry): Promise<void> {
  const { product, amount } = kindByName("ORIGIN").decodeArgs(entry.args);
  await add(books, entry, {
    unit: await unitOf(books, product),
    product: hexOf(product),
    made: amount,
    remaining: amount,
  });
}

async function plant(books: Books, entry: BookedEntry): Promise<void> {
  const { plot, product, area, cap } = kindByName("PLANT").decodeArgs(entry.args);
  await add(books, entry, {
    unit: await unitOf(books, product),
    product: hexOf(product),
    made: 0n,
    remaining: (area * cap) / CAP_DIVISOR,
  });
  await books.index
    .insertInto("planting")
    .values({ id: entry.subject, cap: Number(cap) })
    .execute();
  await take(books, entry.subject, { id: plot, amount: area }, "free");
}

async function harvest(books: Books, entry: BookedEntry): Promise<void> {
  const { inputs } = kindByName("HARVEST").decodeArgs(entry.args);
  const made = inputs.reduce((sum, { amount }) => sum + amount, 0n);
  const [first] = inputs;
  const planting = first === undefined ? undefined : await rowOf(books, hexOf(first.id));
  await add(books, entry, { unit: planting?.unit ?? 0, product: planting?.product ?? null, made, remaining: made });
  for (const input of inputs) await take(books, entry.subject, input, "borne");
}

async function transform(books: Books, entry: BookedEntry): Promise<void> {
  const { inputs, outputs } = kindByName("TRANSFORM").decodeArgs(entry.args);
  for (const [place, output] of outputs.entries()) {
    const subject = place === 0 ? entry.subject : (entry.further[place - 1] ?? entry.subject);
    const unit = await unitOf(books, output.id);
    await add(
      books,
      { ...entry, subject },
      { unit, product: hexOf(output.id), made: output.amount, remaining: output.amount },
    );
  }
  for (const input of inputs) {
    await take(books, entry.subject, input, "used");
    for (const output of entry.further) await link(books, output, input);
  }
}

async function label(books: Books, entry: BookedEntry): Promise<void> {
  const { lot, count } = kindByName("LABEL").decodeArgs(entry.args);
  const row = await rowOf(books, hexOf(lot));
  const net = row.product === null ? 0n : BigInt((await rowOf(books, row.product)).made);
  await add(books, entry, { unit: row.unit, product: row.product, made: count, remaining: count });
  await take(books, entry.subject, { id: lot, amount: count * net }, "packed");
}

async function certify(books: Books, entry: BookedEntry): Promise<void> {
  const { beneficiary, fromS, untilS, scopes } = kindByName("CERTIFY").decodeArgs(entry.args);
  await add(books, entry, { unit: 0, product: null, made: 0n, remaining: 0n });
  await books.index
    .insertInto("certificate")
    .values({ id: entry.subject, beneficiary, valid_from: fromS, valid_until: untilS })
    .execute();
  const rows = scopes.map((scope) => ({ certificate: entry.subject, subject: hexOf(scope) }));
  await books.index.insertInto("scope").values(rows).execute();
}

/**
 * Takes `input.amount` from what is left, and books what became of it: `borne` by a planting, `packed` into labelled pieces,
 * `free` area or amount `used`, which only become less.
 */
async function take(
  books: Books,
  consumer: Hex,
  input: Share,
  as: "free" | "used" | "borne" | "packed",
): Promise<void> {
  const amount = Number(input.amount);
  await books.index
    .updateTable("subject")
    .set((row) => ({
      remaining: row("remaining", "-", amount),
      ...(as === "borne" ? { made: row("made", "+", amount) } : {}),
      ...(as === "packed" ? { packed: row("packed", "+", amount) } : {}),
    }))
    .where("id", "=", hexOf(input.id))
    .execute();
  await link(books, consumer, input);
}

async function link({ index }: Books, consumer: Hex, input: Share): Promise<void> {
  await index
    .insertInto("link")
    .values({ consumer, input: hexOf(input.id), amount: Number(input.amount) })
    .execute();
}

async function add(
  { index }: Books,
  entry: BookedEntry,
  row: { readonly unit: number; readonly product: string | null; readonly made: bigint; readonly remaining: bigint },
): Promise<void> {
  await index
    .insertInto("subject")
    .values({
      id: entry.subject,
      sort: entry.kind,
      holder: entry.organisation,
      unit: row.unit,
      product: row.product,
      made: Number(row.made),
      remaining: Number(row.remaining),
      packed: 0,
      made_at: entry.recordedAtS,
      made_batch: entry.batch,
      made_content: entry.content,
    })
    .execute();
}

async function unitOf(books: Books, productId: Uint8Array): Promise<number> {
  return (await rowOf(books, hexOf(productId))).unit;
}
