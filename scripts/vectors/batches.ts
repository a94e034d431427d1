/** docs/ledger/batch.json: whole batches with leaves, root and hash, and every way in which one can be out of form. */
import type { Group } from "../../protocol/batch.ts";
import {
  batchHash,
  batchRoot,
  encodeBatch,
  encodeGroup,
  encodeHeader,
  groupLeaves,
  organisationId,
  signedBytes,
} from "../../protocol/batch.ts";
import { concat, hexOf, uint } from "../../protocol/bytes.ts";
import { type Entry, encodeEntry } from "../../protocol/entry.ts";
import { highS, ORDER } from "../../protocol/sign.ts";
import type { Case, VectorFile } from "./world.ts";
import {
  atS,
  digestOf,
  entryOf,
  groupIn,
  headerIn,
  headerOf,
  idOf,
  keyIn,
  problemCase,
  signed,
  signerOf,
  vectorPrimitives,
} from "./world.ts";

export { batchVectors };

const picker = signerOf("picker");
const lot = digestOf("furrow vectors: lot one");
const otherLot = digestOf("furrow vectors: lot two");

async function batchVectors(): Promise<VectorFile> {
  return {
    rule: "docs/ledger.md §3 and §4",
    keys: { picker: keyIn("picker"), manager: keyIn("manager") },
    cases: [...(await accepted()), ...(await refused())],
  };
}

function noteGroups(): Group[] {
  return [{ subject: lot, entries: [entryOf("NOTE", {})] }];
}

function certificateOf(index: number): Entry {
  const whose = { index, application: new Uint8Array(32), beneficiary: 1, unit: 0, volume: 0n };
  return entryOf("CERTIFY", { ...whose, fromS: atS("01-01"), untilS: atS("12-31"), scopes: [otherLot] });
}

async function accepted(): Promise<Case[]> {
  const grow = entryOf("GROW", {});
  const note = entryOf("NOTE", {});
  const plot = entryOf("PLOT", { index: 0, level: 1, area: 2_000_000n });
  const origin = entryOf("ORIGIN", { index: 1, product: digestOf("furrow vectors: product"), amount: 1_000n });
  const batch = async (name: string, nonce: bigint, groups: readonly Group[]): Promise<Case> => {
    const header = headerOf(picker, nonce);
    const root = await batchRoot(vectorPrimitives, groups);
    return {
      name,
      in: { header: headerIn(header), groups: groups.map(groupIn) },
      leaves: (await groupLeaves(vectorPrimitives, groups)).map(hexOf),
      root: hexOf(root),
      signed: hexOf(signedBytes(header, root)),
      batch: hexOf(await batchHash(vectorPrimitives, header, root)),
      bytes: hexOf(await signed(picker, header, groups)),
    };
  };
  const correction = { seq: 1, entry: 0, reason: 1, own: -500n, other: otherLot, others: -700n };
  return [
    await batch("one note on one lot", 7n, noteGroups()),
    await batch("a day's work on three plots, one of them twice", 8n, [
      { subject: lot, entries: [grow, note, grow] },
      { subject: otherLot, entries: [grow] },
      { subject: lot, entries: [note] },
    ]),
    await batch("a plot and a lot from outside, with notes on both", 2n ** 64n - 1n, [
      { subject: await idOf(picker, 2n ** 64n - 1n, 0), entries: [plot, note] },
      { subject: await idOf(picker, 2n ** 64n - 1n, 1), entries: [origin, note] },
    ]),
    await batch("a correction with the right data after it, a test of the same lot, and a certificate", 11n, [
      { subject: lot, entries: [entryOf("CORRECT", correction), note, entryOf("TEST", {})] },
      { subject: await idOf(picker, 11n, 0), entries: [certificateOf(0), note] },
    ]),
    await batch("five groups, whose tree is uneven", 9n, [
      ...Array.from({ length: 5 }, (_, n) => ({ subject: n % 2 === 0 ? lot : otherLot, entries: [grow] })),
    ]),
  ];
}

async function refused(): Promise<Case[]> {
  const header = headerOf(picker, 7n);
  // On an organisation, which exists on every ledger: whoever runs these batches meets the error and not a missing subject.
  const ours = organisationId(1);
  const groups: Group[] = [{ subject: ours, entries: [entryOf("NOTE", {})] }];
  const whole = await signed(picker, header, groups);
  const end = whole.slice(-64);
  const head = encodeHeader(header);
  const group = encodeGroup({ subject: ours, entries: [entryOf("NOTE", {})] });
  const note = encodeEntry(entryOf("NOTE", {}));
  const plot = encodeEntry(entryOf("PLOT", { index: 0, level: 1, area: 1n }));
  const rawGroup = (subject: Uint8Array, length: number, ...entries: Uint8Array[]) =>
    concat(subject, uint(length, 4), ...entries);
  const replaced = (offset: number, ...values: number[]) => {
    const bytes = whole.slice();
    bytes.set(values, offset);
    return bytes;
  };
  const withEnd = (r: Uint8Array, s: Uint8Array) => concat(whole.slice(0, -64), r, s);
  const made = await idOf(picker, 7n, 0);
  const plant = { index: 0, plot: made, product: lot, area: 1n, cap: 0n };
  const itself = { seq: 1, entry: 0, reason: 1, own: 1n, other: ours, others: 1n };
  const plotOf = (index: number) => entryOf("PLOT", { index, level: 1, area: 1n });
  const other = await signed(signerOf("manager"), header, groups);
  const { nonce } = header;

  const form: Case[] = [
    problemCase("nothing", new Uint8Array(), "malformed-batch"),
    problemCase("no group", concat(head, end), "malformed-batch"),
    problemCase("version 0", replaced(0, 0), "wrong-version"),
    problemCase("version 2", replaced(0, 2), "wrong-version"),
    problemCase("the last byte missing", whole.slice(0, -1), "malformed-batch"),
    problemCase("a byte too many at the end", concat(whole, uint(0, 1)), "malformed-batch"),
    problemCase(
      "a byte too many before the signature",
      concat(whole.slice(0, -64), uint(0, 1), end),
      "malformed-batch",
    ),
    problemCase("a group without entries", concat(head, group, rawGroup(otherLot, 0), end), "malformed-batch"),
    problemCase("a group that ends inside an entry", concat(head, rawGroup(ours, 39, note), end), "malformed-batch"),
    problemCase("a group longer than the batch", concat(head, rawGroup(ours, 41, note), end), "malformed-batch"),
    problemCase(
      "a group with a byte too many",
      concat(head, rawGroup(ours, 41, note, uint(0, 1)), end),
      "malformed-batch",
    ),
    problemCase("a group of 4 GiB", concat(head, rawGroup(ours, 0xffff_ffff, note), end), "malformed-batch"),
    problemCase("two groups of one subject side by side", concat(head, group, group, end), "group-repeated"),
    problemCase("an entry of an unknown kind", replaced(89 + 36, 35), "kind-unknown"),
    problemCase("a plot made by a second entry", concat(head, rawGroup(ours, 88, note, plot), end), "not-maker"),
    problemCase(
      "one index for two subjects",
      concat(head, rawGroup(made, 48, plot), group, rawGroup(made, 48, plot), end),
      "subject-exists",
    ),
    problemCase(
      "a planting on itself",
      concat(head, rawGroup(made, 116, encodeEntry(entryOf("PLANT", plant))), end),
      "touches-itself",
    ),
    problemCase(
      "a correction of what the subject took from itself",
      concat(head, rawGroup(ours, 95, encodeEntry(entryOf("CORRECT", itself))), end),
      "touches-itself",
    ),
    problemCase(
      "a certificate made by a second entry",
      concat(head, rawGroup(ours, 166, note, encodeEntry(certificateOf(0))), end),
      "not-maker",
    ),
  ];
  const ids: Case[] = [
    ["a new subject with another index", plotOf(0), await idOf(picker, nonce, 1)],
    ["a new subject with another nonce", plotOf(0), await idOf(picker, nonce + 1n, 0)],
    ["a certificate with another index", certificateOf(0), await idOf(picker, nonce, 1)],
    ["a new subject of another recorder", plotOf(0), await idOf(signerOf("manager"), nonce, 0)],
    ["a new subject with an id of its own choice", plotOf(0), lot],
  ].map(([name, entry, subject]) => {
    const bytes = encodeBatch({
      header,
      groups: [{ subject: subject as Uint8Array, entries: [entry as Entry] }],
      signature: end,
    });
    return problemCase(String(name), bytes, "wrong-subject-id");
  });
  const [r, s] = [end.slice(0, 32), end.slice(32)];
  const signatures: Case[] = [
    problemCase("a signature of zeros", withEnd(uint(0, 32), uint(0, 32)), "signature-wrong"),
    problemCase("r = 0", withEnd(uint(0, 32), s), "signature-wrong"),
    problemCase("r = n", withEnd(uint(ORDER, 32), s), "signature-wrong"),
    problemCase("s = 0", withEnd(r, uint(0, 32)), "signature-wrong"),
    problemCase("s = n", withEnd(r, uint(ORDER, 32)), "signature-wrong"),
    problemCase("s above n/2, otherwise valid", concat(whole.slice(0, -64), highS(end)), "signature-wrong"),
    problemCase("r and s swapped", withEnd(s, r), "signature-wrong"),
    problemCase("a signature by another key", concat(whole.slice(0, -64), other.slice(-64)), "signature-wrong"),
    problemCase(
      "another time than was signed",
      replaced(89 + 36 + 5, (whole[89 + 36 + 5] ?? 0) ^ 1),
      "signature-wrong",
    ),
    problemCase("another nonce than was signed", replaced(1 + 8 + 20 + 20 + 7, 6), "signature-wrong"),
    problemCase("another chain than was signed", replaced(8, (whole[8] ?? 0) ^ 1), "signature-wrong"),
    problemCase("another ledger than was signed", replaced(9, (whole[9] ?? 0) ^ 1), "signature-wrong"),
  ];
  return [...form, ...ids, ...signatures];
}
