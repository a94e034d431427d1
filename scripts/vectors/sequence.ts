/**
 * docs/ledger/sequence.json: one small season from the first key to the last label, batch by batch, with every birth and move.
 * Heads depend on the ledger's address and the block's time; the file's are for the address and times that it names. Whoever
 * replays it on a ledger of their own signs the same groups with the scalars given and folds them with docs/ledger.md §5.
 */
import { hexOf, uint } from "../../protocol/bytes.ts";
import type { Entry } from "../../protocol/entry.ts";
import type { Share } from "../../protocol/kinds/kind.ts";
import { makeSerial, serialLeaves } from "../../protocol/label.ts";
import { treeRoot } from "../../protocol/merkle.ts";
import { calledBack } from "./called-back.ts";
import { claims } from "./claims.ts";
import { corrections } from "./corrections.ts";
import { handovers } from "./handovers.ts";
import type { Who } from "./season.ts";
import { COOPERATIVE, ORGANISATIONS, PARTIES, Season, sorted } from "./season.ts";
import { thirdParties } from "./third-parties.ts";
import type { VectorFile } from "./world.ts";
import { CHAIN, digestOf, entryOf, keyIn, LEDGER, signerOf, vectorPrimitives } from "./world.ts";

export { sequenceVectors };

const NO_CERTIFICATE = new Uint8Array(32);

async function sequenceVectors(): Promise<VectorFile> {
  const season = new Season();
  await season.begin();
  await parties(season);
  const { leaf, tea, packed, seedling } = await masterData(season);
  const { one, two, other, plot, small } = await places(season, { leaf, seedling });
  const { lot, second } = await harvests(season, { one, two, other });
  const { teaLot } = await processing(season, { lot, second, tea, leaf, seedling });
  const { lot: packedLot, bought } = await packing(season, { teaLot, tea, packed });
  await thirdParties(season, { lot: packedLot, planting: one, plot, product: packed });
  await corrections(season, { one, two, plot, product: leaf, lot, second, teaLot, packedLot, bought });
  const goods = await handovers(season, { packed, tea });
  await claims(season, { ...goods, packed, tea, plot, lot: packedLot });
  await calledBack(season, { ...goods, packed, tea, plot, small, one, two });
  await theEnd(season, plot);
  return {
    rule: "docs/ledger.md §4 to §9",
    chainId: CHAIN.toString(),
    ledger: hexOf(LEDGER),
    keys: Object.fromEntries((Object.keys(PARTIES) as Who[]).map((who) => [who, keyIn(who)])),
    organisations: ORGANISATIONS,
    words: season.before,
    cases: season.cases,
  };
}

async function parties(season: Season): Promise<void> {
  const enrol = (who: Who) => entryOf("ENROL", { manager: false, ...signerOf(who).key });
  const onOrganisation = (...entries: Entry[]) => [{ subject: COOPERATIVE, entries }];
  await season.accept("the manager enrols two keys", "manager", 0n, onOrganisation(enrol("picker"), enrol("packer")));
  season.refuse("a key that nobody enrolled", "stranger", 0n, onOrganisation(entryOf("NOTE", {})), "RecorderUnknown");
  season.refuse(
    "a key enrolled by one that is no manager",
    "picker",
    90n,
    onOrganisation(enrol("stranger")),
    "NotManager",
  );
  season.refuse("a key that is bound already", "manager", 90n, onOrganisation(enrol("neighbour")), "RecorderBound");
  const off = entryOf("ENROL", { manager: false, x: uint(5, 32), y: uint(5, 32) });
  season.refuse("a key that is no point of the curve", "manager", 90n, onOrganisation(off), "NotOnCurve");
  season.refuse("a nonce spent before", "manager", 0n, onOrganisation(entryOf("NOTE", {})), "NonceUsed");
  season.refuse("a note on another organisation", "neighbour", 90n, onOrganisation(entryOf("NOTE", {})), "NotHolder");
}

async function masterData(season: Season) {
  const product = (index: number, unit: number, net: bigint, loss: number) =>
    season.make("manager", 1n, "PRODUCT", { index, unit, net, loss });
  const groups = await Promise.all([
    product(0, 1, 0n, 0),
    product(1, 1, 0n, 780),
    product(2, 1, 250n, 0),
    product(3, 3, 0n, 0),
    season.make("manager", 1n, "MEMBER", { index: 4, number: 17n }),
  ]);
  await season.accept("four products and a member", "manager", 1n, groups);
  const [leaf, tea, packed, seedling] = await Promise.all([0, 1, 2, 3].map((index) => season.id("manager", 1n, index)));
  if (!leaf || !tea || !packed || !seedling) throw new Error("four products have four ids");
  return { leaf, tea, packed, seedling };
}

async function places(season: Season, { leaf, seedling }: Record<"leaf" | "seedling", Uint8Array>) {
  const plot = await season.id("manager", 2n, 0);
  const small = await season.id("manager", 2n, 1);
  const plant = (index: number, on: Uint8Array, product: Uint8Array, area: bigint, nonce = 2n) =>
    season.make("manager", nonce, "PLANT", { index, plot: on, product, area, cap: 900_000n });
  await season.accept("two plots, and three plantings on them", "manager", 2n, [
    await season.make("manager", 2n, "PLOT", { index: 0, level: 0, area: 2_000_000n }),
    await season.make("manager", 2n, "PLOT", { index: 1, level: 1, area: 500_000n }),
    await plant(2, plot, leaf, 1_000_000n),
    await plant(3, small, leaf, 300_000n),
    await plant(4, small, seedling, 200_000n),
  ]);
  season.refuse(
    "a plot by an organisation without the role",
    "neighbour",
    90n,
    [await season.make("neighbour", 90n, "PLOT", { index: 0, level: 0, area: 1n })],
    "NoRole",
  );
  season.refuse(
    "a planting on more than is free",
    "manager",
    90n,
    [await plant(0, small, leaf, 1n, 90n)],
    "NotEnoughArea",
  );
  season.refuse("a planting on a product", "manager", 90n, [await plant(0, leaf, leaf, 1n, 90n)], "WrongSort");
  const [one, two, other] = await Promise.all([2, 3, 4].map((index) => season.id("manager", 2n, index)));
  if (!one || !two || !other) throw new Error("three plantings have three ids");
  return { one, two, other, plot, small };
}

async function harvests(season: Season, { one, two, other }: Record<"one" | "two" | "other", Uint8Array>) {
  const grow = entryOf("GROW", {});
  await season.accept("field work on two plantings, an organisation's note between", "picker", 0n, [
    { subject: one, entries: [grow, grow] },
    { subject: COOPERATIVE, entries: [entryOf("NOTE", {})] },
    { subject: two, entries: [grow] },
    { subject: one, entries: [grow] },
  ]);
  season.refuse(
    "field work on a planting that does not exist",
    "picker",
    90n,
    [{ subject: digestOf("nowhere"), entries: [grow] }],
    "SubjectUnknown",
  );
  const harvest = async (nonce: bigint, ...inputs: Share[]) => [
    await season.make("picker", nonce, "HARVEST", { index: 0, inputs: sorted(inputs) }),
  ];
  const of = (id: Uint8Array, amount: bigint) => ({ id, amount });
  await season.accept(
    "a harvest of two plantings",
    "picker",
    2n,
    await harvest(2n, of(one, 42_000n), of(two, 27_000n)),
  );
  await season.accept("another, under the nonce before", "picker", 1n, await harvest(1n, of(one, 20_000n)));
  season.refuse("a gram more than a planting may bear", "picker", 90n, await harvest(90n, of(two, 1n)), "OverCap");
  season.refuse(
    "a harvest of two products",
    "picker",
    90n,
    await harvest(90n, of(one, 1n), of(other, 1n)),
    "ProductsDiffer",
  );
  season.refuse(
    "a harvest from a lot",
    "picker",
    90n,
    await harvest(90n, of(await season.id("picker", 1n, 0), 1n)),
    "WrongSort",
  );
  const [wrong] = await harvest(91n, of(one, 1n));
  if (wrong) season.refuse("a harvest under the id of another nonce", "picker", 90n, [wrong], "WrongSubjectId");
  return { lot: await season.id("picker", 2n, 0), second: await season.id("picker", 1n, 0) };
}

async function processing(
  season: Season,
  { lot, second, tea, leaf, seedling }: Record<"lot" | "second" | "tea" | "leaf" | "seedling", Uint8Array>,
) {
  const transform = async (nonce: bigint, inputs: Share[], outputs: Share[], step = 1) => [
    await season.make("packer", nonce, "TRANSFORM", { index: 0, step, inputs: sorted(inputs), outputs }),
  ];
  const whole = [
    { id: lot, amount: 69_000n },
    { id: second, amount: 19_000n },
  ];
  const made = [
    { id: tea, amount: 18_000n },
    { id: tea, amount: 1_500n },
    { id: leaf, amount: 500n },
  ];
  await season.accept("two lots made into three", "packer", 0n, await transform(0n, whole, made));
  season.refuse(
    "a lot used up",
    "packer",
    90n,
    await transform(90n, [{ id: lot, amount: 1n }], [{ id: tea, amount: 1n }]),
    "NotEnoughLeft",
  );
  season.refuse(
    "kilograms made into pieces",
    "packer",
    90n,
    await transform(90n, [{ id: second, amount: 1n }], [{ id: seedling, amount: 1n }]),
    "UnitsDiffer",
  );
  return { teaLot: await season.id("packer", 0n, 0) };
}

async function packing(season: Season, { teaLot, tea, packed }: Record<"teaLot" | "tea" | "packed", Uint8Array>) {
  const bought = await season.id("packer", 1n, 0);
  const inputs = sorted([
    { id: teaLot, amount: 8_000n },
    { id: bought, amount: 4_000n },
  ]);
  await season.accept("tea from outside, packed together with our own in the same batch", "packer", 1n, [
    await season.make("packer", 1n, "ORIGIN", { index: 0, product: tea, amount: 5_000n }),
    await season.make("packer", 1n, "TRANSFORM", {
      index: 1,
      step: 2,
      inputs,
      outputs: [{ id: packed, amount: 12_000n }],
    }),
  ]);
  const lot = await season.id("packer", 1n, 1);
  const serials = Array.from({ length: 40 }, (_, n) => makeSerial(digestOf(`furrow vectors: bag ${n}`).slice(0, 13)));
  const root = await treeRoot(vectorPrimitives, await serialLeaves(vectorPrimitives, serials));
  const label = (nonce: bigint, of: Uint8Array, count: bigint) =>
    season.make("packer", nonce, "LABEL", { index: 0, lot: of, certificate: NO_CERTIFICATE, count, root });
  await season.accept("forty labels, and a note on their lot", "packer", 2n, [
    await label(2n, lot, 40n),
    { subject: lot, entries: [entryOf("NOTE", {})] },
  ]);
  season.refuse("nine labels for eight bags", "packer", 90n, [await label(90n, lot, 9n)], "NotEnoughLeft");
  season.refuse("labels for loose tea", "packer", 90n, [await label(90n, teaLot, 1n)], "NoNetContent");
  return { lot, bought };
}

async function theEnd(season: Season, plot: Uint8Array): Promise<void> {
  const note = entryOf("NOTE", {});
  await season.accept("the manager ends the picker's key", "manager", 3n, [
    { subject: COOPERATIVE, entries: [entryOf("EXPEL", { recorder: signerOf("picker").recorder })] },
  ]);
  season.refuse(
    "a record by a key that has ended",
    "picker",
    3n,
    [{ subject: plot, entries: [note] }],
    "RecorderEnded",
  );
}
