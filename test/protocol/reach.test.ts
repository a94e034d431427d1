import { expect } from "chai";
import { type Hex, hexOf } from "../../protocol/bytes.ts";
import { proveReach, type ReachHistory } from "../../protocol/reach.ts";
import type { Heads } from "../../protocol/verify/report.ts";
import { HANDS, type Passage, passage } from "../support/passage.ts";
import { acknowledged, recalled } from "../support/passage-words.ts";
import { primitives } from "../support/world.ts";

/** All that came from a plot, as a plain recursive look through what each was made of. */
function derived({ world }: Passage, from: Hex): Hex[] {
  const found = new Set([from]);
  for (const id of found) for (const [made, inputs] of world.inputs) if (inputs.includes(id)) found.add(made);
  return [...found];
}

async function reachOf(it: Passage, subject: Hex): Promise<{ history: ReachHistory; heads: Heads }> {
  const ids = derived(it, subject);
  const { deployment, asOf, batches, subjects } = await it.world.history(subject, ids);
  const births = Object.fromEntries(ids.map((id) => [id, hexOf(it.world.births.get(id) ?? new Uint8Array(32))]));
  return { history: { furrow: 1, deployment, asOf, subject, subjects, births, batches }, heads: it.world.heads() };
}

describe("The reach of a recall", () => {
  it("is all that was made from a plot, down to labels and consignments, and equals a plain look", async () => {
    const it = await passage();
    await it.write("grower", it.ids.plotA, recalled(it.form(it.ids.plotA), HANDS.grower));
    const { history, heads } = await reachOf(it, it.ids.plotA);

    const reach = await proveReach(history, heads, primitives);

    expect(reach.gaps).to.deep.equal([]);
    expect(reach.whole).to.equal(true);
    const { plotA, plantingA, harvest, inbound, lot, run, toShop, toStall } = it.ids;
    const all = [plotA, plantingA, harvest, inbound, lot, run, toShop, toStall];
    expect(reach.reached.map(({ id }) => id)).to.have.members(all);
    expect(reach.reached.map(({ id }) => id)).to.have.members(derived(it, plotA));
    expect(reach.reached.find(({ id }) => id === run)?.labels).to.equal(40n);
    expect(reach.reached.find(({ id }) => id === toStall)?.holder).to.equal(HANDS.stall);
  });

  it("is proven without what the other inputs came from", async () => {
    const it = await passage();
    const { history, heads } = await reachOf(it, it.ids.plotA);

    expect(history.subjects.map(({ id }) => id)).to.not.include(it.ids.plantingB);
    expect((await proveReach(history, heads, primitives)).whole).to.equal(true);
  });

  it("names whatever is left out: a subject, or the last move of any log", async () => {
    const it = await passage();
    const { history, heads } = await reachOf(it, it.ids.plotA);

    for (const [n, { id, moves }] of history.subjects.entries()) {
      const without = { ...history, subjects: history.subjects.toSpliced(n, 1) };
      const short = { ...history, subjects: history.subjects.toSpliced(n, 1, { id, moves: moves.slice(0, -1) }) };

      const gone = await proveReach(without, heads, primitives);
      const cut = await proveReach(short, heads, primitives);

      expect(gone.whole, id).to.equal(false);
      expect(gone.gaps.find(({ subject }) => subject === id)?.reason).to.equal("not-shown");
      expect(cut.whole, id).to.equal(false);
      const reason = moves.length === 1 ? "not-shown" : "short";
      expect(cut.gaps.find(({ subject }) => subject === id)?.reason).to.equal(reason);
    }
  });

  it("takes no false beginning for a log of which the first moves were left out", async () => {
    const it = await passage();
    const { history, heads } = await reachOf(it, it.ids.plotA);
    const id = it.ids.harvest;
    const log = history.subjects.find((one) => one.id === id);
    const subjects = history.subjects.map((one) => (one === log ? { id, moves: log.moves.slice(1) } : one));
    for (const seq of ["00000000", "00000001"]) {
      const births = { ...history.births, [id]: `0x${"5a".repeat(28)}${seq}` as Hex };

      const reach = await proveReach({ ...history, subjects, births }, heads, primitives);

      expect(reach.whole).to.equal(false);
    }
  });

  it("says who has acknowledged each recall of what it has of it, and nothing else", async () => {
    const it = await passage();
    const { harvest, toShop, plantingB } = it.ids;
    const asRegulator = { capacity: "regulator" } as const;
    await it.write("grower", harvest, recalled(it.form(harvest), HANDS.grower));
    await it.write("regulator", harvest, recalled(it.form(harvest), HANDS.regulator, asRegulator));
    const [first = 0, second = 0] = (it.world.logs.get(harvest) ?? []).slice(-2).map((move) => move.seq);
    for (const seq of [second, second, first + 90]) {
      await it.write("shop", toShop, acknowledged(it.form(toShop), HANDS.shop, { recalled: harvest, seq }));
    }
    // Whoever holds anything may say that it has some of it.
    await it.write(
      "grower",
      plantingB,
      acknowledged(it.form(plantingB), HANDS.grower, { recalled: harvest, seq: second }),
    );
    const { history, heads } = await reachOf(it, harvest);

    const { recalls } = await proveReach(history, heads, primitives);

    expect(
      recalls.map(({ seq, organisation, acknowledged: by }) => [seq, organisation, by.map((one) => one.subject)]),
    ).to.deep.equal([
      [first, HANDS.grower, []],
      [second, HANDS.regulator, [toShop]],
    ]);
  });

  it("never throws, whatever it is given", async () => {
    for (const junk of [null, {}, { subject: 1 }, { subject: `0x${"00".repeat(32)}`, subjects: [null], births: [] }]) {
      const reach = await proveReach(junk as unknown as ReachHistory, junk as unknown as Heads, primitives);

      expect(reach.whole).to.equal(false);
    }
  });
});
