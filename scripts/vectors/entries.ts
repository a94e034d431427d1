/** docs/ledger/entry.json: each kind as bytes, and every way in which one entry can be out of form. */
import { concat, hexOf, uint } from "../../protocol/bytes.ts";
import { encodeEntry } from "../../protocol/entry.ts";
import type { ArgsOf, KindName } from "../../protocol/kinds/all.ts";
import { kinds } from "../../protocol/kinds/all.ts";
import { bookEntries, refusedBookEntries } from "./book-entries.ts";
import { certificates, refusedApplications, refusedCertificates } from "./certificate-entries.ts";
import type { Accept, Refuse } from "./raw.ts";
import { ascending, id, MOST, raw, share, u16, u40, zeros } from "./raw.ts";
import type { Case, VectorFile } from "./world.ts";
import { entryIn, entryOf, problemCase, signerOf } from "./world.ts";

export { entryVectors };

function entryVectors(): VectorFile {
  return { rule: "docs/ledger.md §4 and §6", cases: [...accepted(), ...refused()] };
}

function accepted(): Case[] {
  const [one = id(""), two = id("")] = ascending("planting one", "planting two");
  const [lotOne = id(""), lotTwo = id("")] = ascending("lot one", "lot two");
  const { key, recorder } = signerOf("picker");
  const most = Array.from({ length: 200 }, (_, n) => ({ id: uint(n + 1, 32), amount: 1n }));
  const entry = <Name extends KindName>(name: string, kind: Name, args: ArgsOf<Name>): Case => {
    const made = entryOf(kind, args);
    return { name, in: entryIn(made), bytes: hexOf(encodeEntry(made)) };
  };
  const more: Case[] = [];
  const accept: Accept = (name, kind, args) => more.push(entry(name, kind, args));
  bookEntries(accept);
  certificates(accept);
  return [
    entry("a recorder's key", "ENROL", { manager: false, ...key }),
    entry("a manager's key", "ENROL", { manager: true, ...key }),
    entry("the end of a key", "EXPEL", { recorder }),
    entry("a product sold loose", "PRODUCT", { index: 0, unit: 1, net: 0n, loss: 0 }),
    entry("a product in bags of 250 g", "PRODUCT", { index: 65_535, unit: 1, net: 250n, loss: 780 }),
    entry("a member", "MEMBER", { index: 1, number: 17n }),
    entry("a plot of 2,000 m²", "PLOT", { index: 2, level: 0, area: 2_000_000n }),
    entry("a lot from outside", "ORIGIN", { index: 0, product: id("product"), amount: 125_500n }),
    entry("a planting", "PLANT", {
      index: 3,
      plot: id("plot"),
      product: id("product"),
      area: 1_000_000n,
      cap: 900_000n,
    }),
    entry("a planting that may bear nothing", "PLANT", {
      index: 3,
      plot: id("plot"),
      product: id("product"),
      area: 2n ** 40n - 1n,
      cap: 0n,
    }),
    entry("field work", "GROW", {}),
    entry("a note", "NOTE", {}),
    entry("a harvest of one planting", "HARVEST", { index: 4, inputs: [{ id: one, amount: 42_000n }] }),
    entry("a harvest of two plantings", "HARVEST", {
      index: 4,
      inputs: [
        { id: one, amount: 42_000n },
        { id: two, amount: 1n },
      ],
    }),
    entry("a harvest of as many plantings as one can have", "HARVEST", { index: 4, inputs: most }),
    entry("two lots made into two", "TRANSFORM", {
      index: 5,
      step: 1,
      inputs: [
        { id: lotOne, amount: 42_000n },
        { id: lotTwo, amount: 3_000n },
      ],
      outputs: [
        { id: id("product"), amount: 10_000n },
        { id: id("product"), amount: 500n },
      ],
    }),
    entry("a lot packed without loss, at the last index", "TRANSFORM", {
      index: 65_535,
      step: 2,
      inputs: [{ id: lotOne, amount: 10_000n }],
      outputs: [{ id: id("packed product"), amount: 10_000n }],
    }),
    entry("a laboratory's finding", "TEST", {}),
    entry("an inspection", "INSPECT", {}),
    entry("an expert's statement", "ATTEST", {}),
    entry("a correction of words", "CORRECT", correction({ reason: 1, seq: 7, entry: 2 })),
    entry("a correction of what did not happen", "CORRECT", correction({ reason: 3, seq: 2 ** 32 - 1, entry: 65_535 })),
    entry(
      "a harvest weighed again, taken and made less",
      "CORRECT",
      correction({ own: -2_500n, other: one, others: -2_500n }),
    ),
    entry("an area measured again", "CORRECT", correction({ own: 1n })),
    entry("the largest differences", "CORRECT", correction({ own: MOST, other: one, others: -MOST })),
    ...more,
  ];
}

function correction(said: Partial<ArgsOf<"CORRECT">>): ArgsOf<"CORRECT"> {
  return { seq: 1, entry: 0, reason: 4, own: 0n, other: zeros(32), others: 0n, ...said };
}

function refused(): Case[] {
  const cases: Case[] = [];
  const refuse = (name: string, bytes: Uint8Array, problem: string) => cases.push(problemCase(name, bytes, problem));
  const note = raw(34, zeros(0));

  refuse("nothing", zeros(0), "malformed-batch");
  for (const length of [1, 6, 38, 39])
    refuse(`a note cut after ${length} bytes`, note.slice(0, length), "malformed-batch");
  refuse("a byte too many", concat(note, zeros(1)), "malformed-batch");
  refuse("args longer than the bytes", raw(1, zeros(64), 65), "malformed-batch");
  refuse("args shorter than the bytes", raw(32, zeros(1), 0), "malformed-batch");

  for (const kind of [0, 3, 10, 18, 26, 35, 43, 50, 59, 68, 77, 81, 90, 99, 105, 120, 255])
    refuse(`kind ${kind}`, raw(kind, zeros(0)), "kind-unknown");
  const lengths: Readonly<Record<KindName, number>> = {
    ...{ ENROL: 65, EXPEL: 20, PRODUCT: 10, MEMBER: 7, PLOT: 8, SITE: 8, ORIGIN: 39, PLANT: 76 },
    ...{ GROW: 0, SENSE: 0, NOTE: 0, TEST: 0, INSPECT: 0, ATTEST: 0, DISPUTE: 38, ANSWER: 4 },
    ...{ HARVEST: 40, TRANSFORM: 79, DISCARD: 38, SHIP: 46, RECEIVE: 5, REFUSE: 32, WITHDRAW: 32 },
    ...{ APPLY: 44, CERTIFY: 86, SUSPEND: 0, LIFT: 0, REVOKE: 0, PROMISE: 5, LABEL: 103, VOID: 76 },
    ...{ RECALL: 34, RELEASE: 1, ACKNOWLEDGE: 36, CORRECT: 55 },
  };
  for (const [name, length] of Object.entries(lengths)) {
    const kind = kinds[name as KindName].number;
    if (length > 0) refuse(`${name} with an arg byte too few`, raw(kind, counted(kind, length - 1)), "wrong-length");
    refuse(`${name} with an arg byte too many`, raw(kind, counted(kind, length + 1)), "wrong-length");
  }
  refuse("ENROL with an unknown flag", raw(1, concat(uint(2, 1), zeros(64))), "flags-unknown");
  for (const unit of [0, 5]) {
    refuse(`PRODUCT with unit ${unit}`, raw(8, concat(u16(0), uint(unit, 1), u40(0), u16(0))), "unit-unknown");
  }
  refuse("PRODUCT that loses more than all", raw(8, concat(u16(0), uint(1, 1), u40(0), u16(1001))), "loss-too-large");
  refuse("PLOT with level 4", raw(16, concat(u16(0), uint(4, 1), u40(1))), "level-unknown");
  refuse("PLOT without area", raw(16, concat(u16(0), uint(0, 1), u40(0))), "amount-zero");
  refuse("ORIGIN of nothing", raw(24, concat(u16(0), id("product"), u40(0))), "amount-zero");
  refuse("PLANT without area", raw(25, concat(u16(0), id("plot"), id("product"), u40(0), u40(1))), "amount-zero");
  harvests(refuse);
  transforms(refuse);
  refusedApplications(refuse);
  refusedCertificates(refuse);
  refusedBookEntries(refuse);
  corrections(refuse);
  return cases;
}

/** Zero bytes with counts of one input, output, scope or range where the kind has counts. */
function counted(kind: number, length: number): Uint8Array {
  const args = zeros(length);
  if (kind === 56) args[2] = 1;
  if (kind === 57) {
    args[3] = 1;
    if (length > 41) args[41] = 1;
  }
  if (kind === 72) args[11] = 1;
  if (kind === 73) args[53] = 1;
  if (kind === 89) args[65] = 1;
  return args;
}

function harvests(refuse: Refuse): void {
  const [one = id(""), two = id("")] = ascending("planting one", "planting two");
  const harvest = (...inputs: Uint8Array[]) => raw(56, concat(u16(0), uint(inputs.length, 1), ...inputs));
  const many = Array.from({ length: 201 }, (_, n) => share(uint(n + 1, 32), 1));
  refuse("HARVEST of no planting", harvest(), "count-out-of-range");
  refuse("HARVEST of 201 plantings", harvest(...many), "count-out-of-range");
  refuse("HARVEST in descending order", harvest(share(two, 1), share(one, 1)), "not-ascending");
  refuse("HARVEST of one planting twice", harvest(share(one, 1), share(one, 2)), "not-ascending");
  refuse("HARVEST of nothing", harvest(share(one, 1), share(two, 0)), "amount-zero");
  refuse("HARVEST whose sum has 41 bits", harvest(share(one, 2n ** 40n - 1n), share(two, 1)), "amount-too-large");
}

function transforms(refuse: Refuse): void {
  const [one = id(""), two = id("")] = ascending("lot one", "lot two");
  const product = id("product");
  const transform = (
    { index = 0, step = 1 }: { index?: number; step?: number },
    inputs: readonly Uint8Array[],
    outputs: readonly Uint8Array[],
  ) => {
    const ins = [uint(inputs.length, 1), ...inputs];
    return raw(57, concat(u16(index), uint(step, 1), ...ins, uint(outputs.length, 1), ...outputs));
  };
  const [input, output] = [share(one, 10), share(product, 9)];
  for (const step of [0, 5])
    refuse(`TRANSFORM with step ${step}`, transform({ step }, [input], [output]), "step-unknown");
  const many = Array.from({ length: 201 }, (_, n) => share(uint(n + 1, 32), 1));
  refuse("TRANSFORM of nothing", transform({}, [], [output]), "count-out-of-range");
  refuse("TRANSFORM into nothing", transform({}, [input], []), "count-out-of-range");
  refuse("TRANSFORM of 201 lots", transform({}, many, [output]), "count-out-of-range");
  const outputs = Array.from({ length: 33 }, () => share(product, 1));
  refuse("TRANSFORM into 33 lots", transform({}, [share(one, 99)], outputs), "count-out-of-range");
  const last = transform({ index: 65_535 }, [input], [share(product, 4), share(product, 5)]);
  refuse("TRANSFORM whose second output has no index left", last, "count-out-of-range");
  refuse("TRANSFORM in descending order", transform({}, [share(two, 1), share(one, 9)], [output]), "not-ascending");
  refuse("TRANSFORM of one lot twice", transform({}, [input, input], [output]), "not-ascending");
  refuse("TRANSFORM that takes nothing", transform({}, [share(one, 0)], [output]), "amount-zero");
  refuse("TRANSFORM that gives nothing", transform({}, [input], [share(product, 0)]), "amount-zero");
  refuse("TRANSFORM that gives more than it takes", transform({}, [input], [share(product, 11)]), "more-out-than-in");
  const apart = [share(product, 6), share(product, 5)];
  refuse("TRANSFORM whose outputs together are more", transform({}, [input], apart), "more-out-than-in");
  const all = 2n ** 40n - 1n;
  refuse(
    "TRANSFORM whose loss has 41 bits",
    transform({}, [share(one, all), share(two, all)], [output]),
    "amount-too-large",
  );
}

function corrections(refuse: Refuse): void {
  const i64 = (value: bigint) => uint(BigInt.asUintN(64, value), 8);
  const correct = ({ reason = 1, own = 0n, other = zeros(32), others = 0n }) =>
    raw(104, concat(uint(1, 4), u16(0), uint(reason, 1), i64(own), other, i64(others)));
  for (const reason of [0, 5, 255]) refuse(`CORRECT with reason ${reason}`, correct({ reason }), "reason-unknown");
  for (const own of [MOST + 1n, -MOST - 1n, 2n ** 63n - 1n, -(2n ** 63n)])
    refuse(`CORRECT by ${own} thousandths`, correct({ own }), "difference-too-large");
  for (const others of [MOST + 1n, -MOST - 1n])
    refuse(
      `CORRECT of another by ${others} thousandths`,
      correct({ other: id("lot"), others }),
      "difference-too-large",
    );
  refuse("CORRECT that names another and changes nothing", correct({ other: id("lot") }), "other-not-needed");
  refuse(
    "CORRECT that names another of which nothing changes",
    correct({ own: 1n, other: id("lot") }),
    "other-not-needed",
  );
  refuse("CORRECT that changes another and does not name it", correct({ own: 1n, others: 1n }), "subject-unknown");
}
