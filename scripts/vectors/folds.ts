/** docs/ledger/fold.json: births, moves, stamps and places by themselves, and what the fold of a batch refuses. */
import type { Group } from "../../protocol/batch.ts";
import { hexOf, uint } from "../../protocol/bytes.ts";
import type { Place, Stamp } from "../../protocol/fold.ts";
import { birthWord, derivedWord, moveWord, placeOf, stampOf } from "../../protocol/fold.ts";
import type { Case, VectorFile } from "./world.ts";
import {
  asIn,
  CHAIN,
  digestOf,
  entryOf,
  groupIn,
  headerIn,
  headerOf,
  idOf,
  LEDGER,
  signerOf,
  vectorPrimitives,
} from "./world.ts";

export { foldVectors };

const id = (name: string) => digestOf(`furrow vectors: ${name}`);
const picker = signerOf("picker");
const word = (name: string, seq: number) => Uint8Array.from([...id(`word of ${name}`).slice(0, 28), ...uint(seq, 4)]);

async function foldVectors(): Promise<VectorFile> {
  const parts = [...(await births()), ...(await moves()), ...records()];
  return { rule: "docs/ledger.md §5", cases: [...parts, ...refusedRecords(), ...(await refusedBatches())] };
}

async function births(): Promise<Case[]> {
  const subject = id("lot one");
  const inputs = ["planting one", "planting two"].map((name, n) => ({ id: id(name), word: word(name, n + 1) }));
  const plain = async (name: string, of: Uint8Array): Promise<Case> => ({
    name,
    in: { birth: { chainId: CHAIN.toString(), ledger: hexOf(LEDGER), subject: hexOf(of) } },
    bytes: hexOf(await birthWord(vectorPrimitives, { chainId: CHAIN, ledger: LEDGER, subject: of })),
  });
  const derived = async (name: string, from: typeof inputs): Promise<Case> => ({
    name,
    in: { derived: { subject: hexOf(subject), from: asIn(from) } },
    bytes: hexOf(await derivedWord(vectorPrimitives, subject, from)),
  });
  return [
    await plain("the birth of an organisation", uint(1, 32)),
    await plain("the birth of a plot", id("plot")),
    await derived("a lot of one planting", inputs.slice(0, 1)),
    await derived("a lot of two plantings", inputs),
    await derived("the same two in another order give another word", inputs.toReversed()),
  ];
}

async function moves(): Promise<Case[]> {
  const stamp = stampOf({ recorder: picker.recorder, organisation: 1, recordedAtS: 1_775_000_000 });
  const move = async (name: string, before: Uint8Array, place: Place): Promise<Case> => {
    const by = { batch: id("batch"), stamp, leaf: id("leaf") };
    return {
      name,
      in: { move: { word: hexOf(before), ...(asIn(by) as object), place: hexOf(placeOf(place)) } },
      bytes: hexOf(await moveWord(vectorPrimitives, before, { ...by, ...place })),
    };
  };
  return [
    await move("the first move", word("lot one", 0), { group: 0, entry: null }),
    await move("a touch by the third entry of the second group", word("lot one", 41), { group: 1, entry: 2 }),
    await move("the highest place", word("lot one", 0xffff_fffe), { group: 65_535, entry: 65_534 }),
  ];
}

function records(): Case[] {
  const stamp = (name: string, of: Stamp): Case => ({ name, in: { stamp: asIn(of) }, bytes: hexOf(stampOf(of)) });
  const place = (name: string, of: Place): Case => ({ name, in: { place: of }, bytes: hexOf(placeOf(of)) });
  const { recorder } = picker;
  return [
    stamp("a stamp", { recorder, organisation: 1, recordedAtS: 1_775_000_000 }),
    stamp("a stamp of the last organisation", { recorder, organisation: 0xff_ffff, recordedAtS: 4_102_444_800 }),
    place("the place of a group's own move", { group: 3, entry: null }),
    place("the place of a touch", { group: 3, entry: 1 }),
  ];
}

function refusedRecords(): Case[] {
  return [
    { name: "a stamp of 31 bytes", in: { stamp: hexOf(new Uint8Array(31)) }, problem: "malformed-batch" },
    { name: "a stamp of 33 bytes", in: { stamp: hexOf(new Uint8Array(33)) }, problem: "malformed-batch" },
    { name: "a place of 3 bytes", in: { place: hexOf(new Uint8Array(3)) }, problem: "malformed-batch" },
    { name: "a place of 5 bytes", in: { place: hexOf(new Uint8Array(5)) }, problem: "malformed-batch" },
  ];
}

/** Batches whose every byte is in form, and which no ledger with these words before can have accepted. */
async function refusedBatches(): Promise<Case[]> {
  const header = headerOf(picker, 7n);
  const [first, second, third] = await Promise.all([0, 1, 2].map((index) => idOf(picker, 7n, index)));
  const [one = id(""), two = id(""), three = id("")] = [first, second, third];
  const plot = id("plot");
  const lot = id("lot one");
  const product = id("product");
  const before = { [hexOf(plot)]: hexOf(word("plot", 3)), [hexOf(lot)]: hexOf(word("lot one", 2)) };
  const newPlot = (index: number) => entryOf("PLOT", { index, level: 0, area: 5n });
  const planting = (index: number, on: Uint8Array) => entryOf("PLANT", { index, plot: on, product, area: 1n, cap: 1n });
  const split = (index: number, input: Uint8Array) =>
    entryOf("TRANSFORM", {
      index,
      step: 3,
      inputs: [{ id: input, amount: 2n }],
      outputs: [
        { id: product, amount: 1n },
        { id: product, amount: 1n },
      ],
    });
  const correction = (other: Uint8Array) =>
    entryOf("CORRECT", { seq: 1, entry: 0, reason: 4, own: 1n, other, others: 1n });
  const refuse = (name: string, problem: string, groups: readonly Group[], words: object = before): Case => ({
    name,
    in: { batch: { header: headerIn(header), groups: groups.map(groupIn) }, words },
    problem,
  });
  const note = entryOf("NOTE", {});
  return [
    refuse("a note on a subject that does not exist", "subject-unknown", [{ subject: id("nowhere"), entries: [note] }]),
    refuse("a note before the plot is made", "subject-unknown", [
      { subject: one, entries: [note] },
      { subject: plot, entries: [note] },
      { subject: one, entries: [newPlot(0)] },
    ]),
    refuse("a planting on a plot that does not exist", "subject-unknown", [
      { subject: one, entries: [planting(0, id("nowhere"))] },
    ]),
    refuse("a planting on a plot that the batch makes later", "subject-unknown", [
      { subject: two, entries: [planting(1, one)] },
      { subject: one, entries: [newPlot(0)] },
    ]),
    refuse("a lot split into an input of itself", "subject-unknown", [{ subject: one, entries: [split(0, two)] }]),
    refuse("a correction of a lot and of an input that does not exist", "subject-unknown", [
      { subject: lot, entries: [correction(id("nowhere"))] },
    ]),
    refuse("a correction of an input that the batch makes later", "subject-unknown", [
      { subject: lot, entries: [correction(one)] },
      { subject: one, entries: [newPlot(0)] },
    ]),
    refuse("a test of a lot that does not exist", "subject-unknown", [
      { subject: id("nowhere"), entries: [entryOf("TEST", {})] },
    ]),
    refuse("a plot that exists already", "subject-exists", [{ subject: one, entries: [newPlot(0)] }], {
      ...before,
      [hexOf(one)]: hexOf(word("one", 1)),
    }),
    refuse("a further output that exists already", "subject-exists", [{ subject: one, entries: [split(0, lot)] }], {
      ...before,
      [hexOf(two)]: hexOf(word("two", 1)),
    }),
    refuse("a plot under the id of another index", "wrong-subject-id", [{ subject: three, entries: [newPlot(0)] }]),
    refuse("a plot under the id of an existing one", "wrong-subject-id", [{ subject: plot, entries: [newPlot(0)] }]),
  ];
}
