/** The part of the season in which mistakes are put right: words by whoever said them, amounts by who holds them. */
import type { Entry } from "../../protocol/entry.ts";
import type { ArgsOf } from "../../protocol/kinds/all.ts";
import { COOPERATIVE, type Season, type Who } from "./season.ts";
import { digestOf, entryOf } from "./world.ts";

export { corrections };

interface Subjects {
  /** Plantings: of the first 28 kg may still be harvested, of the second nothing. */
  readonly one: Uint8Array;
  readonly two: Uint8Array;
  readonly plot: Uint8Array;
  readonly product: Uint8Array;
  /** Of both plantings, used up. */
  readonly lot: Uint8Array;
  /** 20 kg of the first planting, of which 1 kg is left. */
  readonly second: Uint8Array;
  /** First output of a TRANSFORM. */
  readonly teaLot: Uint8Array;
  readonly packedLot: Uint8Array;
  /** 5 kg from outside, of which 1 kg is left. */
  readonly bought: Uint8Array;
}

type Said = Partial<ArgsOf<"CORRECT">>;

const NO_OTHER = new Uint8Array(32);
const note = entryOf("NOTE", {});

function correction(said: Said): Entry {
  return entryOf("CORRECT", { seq: 1, entry: 0, reason: 4, own: 0n, other: NO_OTHER, others: 0n, ...said });
}

async function corrections(season: Season, subjects: Subjects): Promise<void> {
  await words(season, subjects);
  await amounts(season, subjects);
  await areas(season, subjects);
  refused(season, subjects);
}

async function words(season: Season, { one, plot, packedLot }: Subjects): Promise<void> {
  const [grow, test] = [entryOf("GROW", {}), entryOf("TEST", {})];
  await season.accept("field work that belongs to another day", "picker", 4n, [
    { subject: one, entries: [correction({ seq: 2, entry: 1, reason: 2 }), grow] },
  ]);
  await season.accept("a note that was made of nothing", "manager", 4n, [
    { subject: COOPERATIVE, entries: [correction({ seq: 2, reason: 3 })] },
  ]);
  await season.accept("a laboratory's own mistake", "laboratory", 1n, [
    { subject: packedLot, entries: [correction({ seq: 4, entry: 1, reason: 1 }), test] },
  ]);
  await season.accept("what an expert contradicts", "expert", 1n, [
    { subject: plot, entries: [correction({ seq: 1, reason: 4 })] },
  ]);
}

async function amounts(season: Season, { one, lot, second, teaLot, bought }: Subjects): Promise<void> {
  const correct = (name: string, who: Who, nonce: bigint, subject: Uint8Array, said: Said) =>
    season.accept(name, who, nonce, [{ subject, entries: [correction(said), note] }]);
  await correct("half a kilogram less on the scales", "picker", 5n, second, { own: -500n, other: one, others: -500n });
  await correct("and 300 g that fell off the cart", "picker", 6n, second, { own: -300n });
  await correct("of which 100 g were found", "picker", 7n, second, { reason: 2, own: 100n });
  await correct("tea that weighs more than was written", "packer", 3n, teaLot, { reason: 1, own: 500n });
  await correct("and was made of less", "packer", 4n, teaLot, { other: second, others: -200n });
  await correct("leaves that had been left over after all", "packer", 5n, teaLot, { other: lot, others: -1_000n });
  await correct("a kilogram too much bought", "packer", 6n, bought, { reason: 1, own: -1_000n });
  const further = await season.id("packer", 0n, 1);
  await correct("a further output, lowered", "packer", 7n, further, { own: -1_500n });
  await correct("and raised by as much", "packer", 8n, further, { own: 1_500n });
}

async function areas(season: Season, { one, plot }: Subjects): Promise<void> {
  await season.accept("a smaller plot, and more of it planted, in one batch", "manager", 5n, [
    { subject: plot, entries: [correction({ own: -500_000n }), note] },
    { subject: one, entries: [correction({ own: 100_000n, other: plot, others: 100_000n }), note] },
  ]);
}

function refused(season: Season, subjects: Subjects): void {
  const { one, two, plot, product, lot, second, teaLot, packedLot, bought } = subjects;
  const refuse = (
    name: string,
    reason: Parameters<Season["refuse"]>[4],
    subject: Uint8Array,
    said: Said,
    who: Who = "packer",
  ) => season.refuse(name, who, 90n, [{ subject, entries: [correction(said)] }], reason);
  refuse("a correction of nothing", "SubjectUnknown", digestOf("nowhere"), {});
  refuse("a correction of words by an organisation without a role", "NotHolder", lot, {}, "visitor");
  refuse("a correction of an amount by a stranger with a role", "NotHolder", bought, { own: -1n }, "neighbour");
  refuse("a correction of move 0", "SeqUnknown", lot, { seq: 0 });
  refuse("a correction of a move to come", "SeqUnknown", lot, { seq: 4 });
  refuse("an amount corrected at another move", "NotTheMaking", plot, { seq: 2, own: -1n });
  refuse("an amount corrected at another entry", "NotTheMaking", plot, { entry: 1, own: -1n });
  refuse("a product's amount", "NothingToCorrect", product, { own: 1n });
  refuse("an organisation's amount", "NothingToCorrect", COOPERATIVE, { own: 1n });
  refuse("a lot from outside with an input", "OtherNotNeeded", bought, { own: -1n, other: lot, others: -1n });
  refuse("a plot with an input", "OtherNotNeeded", plot, { own: -1n, other: one, others: -1n });
  refuse("a planting that gains what its plot does not give", "DifferencesDiffer", one, {
    own: 1n,
    other: plot,
    others: 2n,
  });
  refuse("a harvest of a planting that it was not taken from", "NoLink", second, { own: 1n, other: two, others: 1n });
  refuse("an input of another lot", "NoLink", packedLot, { other: lot, others: -1n });
  refuse("an input that does not exist", "SubjectUnknown", packedLot, { other: digestOf("nowhere"), others: 1n });
  refuse("an input that a stranger holds", "NotHolder", second, {
    other: new Uint8Array([...NO_OTHER.slice(1), 2]),
    others: 1n,
  });
  refuse("more than nothing taken back", "NotEnoughLinked", second, { own: -1n, other: one, others: -20_001n });
  refuse("a harvest of more than the planting may bear", "OverCap", lot, { own: 1n, other: two, others: 1n });
  refuse("more harvested than was taken", "NoRoom", lot, { own: 1n });
  refuse("more used than is left of an input", "NotEnoughLeft", teaLot, { other: second, others: 10_000n });
  refuse("less than was used already", "NotEnoughLeft", bought, { own: -1n });
  refuse("more than a lot can hold", "AmountTooLarge", bought, { own: 2n ** 40n - 1n });
  refuse("a plot smaller than what is planted", "NotEnoughArea", plot, { own: -400_001n });
  refuse("a planting larger than its plot", "NotEnoughArea", one, { own: 400_001n, other: plot, others: 400_001n });
  refuse("a planting too small for what it bore", "OverCap", one, {
    own: -1_000_000n,
    other: plot,
    others: -1_000_000n,
  });
}
