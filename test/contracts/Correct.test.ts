/** docs/ledger.md §6, CORRECT: who may say that an entry was wrong, and what the ledger books of it, sort by sort. */
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";
import { entry, type Hex, hex, type Phone, type Signed, sha256 } from "../support/phone.ts";
import { OF_CORRECT, Refusals } from "../support/refusals.ts";
import { deployWorld, Farm, type World } from "../support/simulator.ts";

const MAX_U40 = 2n ** 40n - 1n;
const NOWHERE = hex(sha256(Buffer.from("nothing was made here")));
const HECTARE = 10_000_000n;

type Correction = Parameters<typeof entry.correct>[0];

describe("A correction", () => {
  let world: World;
  let refusals: Refusals;
  let farm: Farm;
  let stranger: Farm;
  let product: Hex;

  before(async () => {
    world = await deployWorld(await network.create());
    refusals = new Refusals(world);
    farm = await Farm.admit(world);
    stranger = await Farm.admit(world);
    product = await farm.product({ net: 250n });
  });

  function on(subject: Hex, of: Correction, by: Phone = farm.phone): Signed {
    return by.batch([{ subject, entries: [entry.correct(of)] }]);
  }

  async function correct(subject: Hex, of: Correction): Promise<void> {
    await world.accepted(on(subject, of));
  }

  function refused(subject: Hex, of: Correction, error: string, ...args: readonly unknown[]): Promise<void> {
    return refusals.expect(on(subject, of), error, ...args);
  }

  async function seqOf(subject: Hex): Promise<number> {
    return Number(BigInt(await world.word(subject)) & 0xffffffffn);
  }

  async function lotOf(subject: Hex): Promise<Record<"made" | "left" | "packed" | "room", bigint>> {
    const { made, left, packed, room } = await world.ledger.lot(subject);
    return { made, left, packed, room };
  }

  async function linkOf(consumer: Hex, input: Hex): Promise<readonly [bigint, bigint]> {
    const { amount, fromRoom } = await world.ledger.link(consumer, input);
    return [amount, fromRoom];
  }

  async function plotOf(subject: Hex): Promise<readonly [bigint, bigint]> {
    const { area, free } = await world.ledger.plot(subject);
    return [area, free];
  }

  async function madeOf(planting: Hex): Promise<bigint> {
    return (await world.ledger.planting(planting)).made;
  }

  describe("in words alone", () => {
    it("moves its subject and books nothing, whichever move and entry of the past it names", async () => {
      const lot = await farm.lot(product);
      await farm.write(lot, entry.grow(), entry.note());
      const slot = await world.ledger.slot(lot);

      for (const [seq, number, reason] of [
        [1, 0, 1],
        [2, 1, 2],
        [2, 65_535, 3],
        [4, 0, 4],
      ] as const) {
        await correct(lot, { seq, entry: number, reason });
      }

      expect(await world.ledger.slot(lot)).to.equal(slot);
      expect(await seqOf(lot)).to.equal(6);
    });

    it("is of every sort of subject, an organisation and a certificate too", async () => {
      const plot = await farm.plot();
      const planting = await farm.planting(product);
      const lot = await farm.lot(product);
      const run = await farm.make(entry.label({ lot, count: 1n }));
      const member = await farm.make(entry.member());
      const certificate = await farm.make(entry.certify({ beneficiary: stranger.number, scope: [plot] }));
      await farm.write(farm.subject, entry.note());

      for (const subject of [product, plot, planting, lot, run, member, certificate, farm.subject]) {
        const slot = await world.ledger.slot(subject);
        await correct(subject, {});
        expect(await world.ledger.slot(subject)).to.equal(slot);
      }
    });

    it("is open to every organisation with some role, and to none without, but the holder", async () => {
      const lot = await farm.lot(product);
      for (let bit = 0; bit < 8; ++bit) {
        const who = await Farm.admit(world, { roles: 2 ** bit });
        await world.accepted(on(lot, {}, who.phone));
      }
      const nobody = await Farm.admit(world, { roles: 0 });
      await nobody.write(nobody.subject, entry.note());

      await refusals.expect(on(lot, {}, nobody.phone), "NotHolder", lot, nobody.number);
      await world.accepted(on(nobody.subject, {}, nobody.phone));
    });

    it("names no other subject", async () => {
      const planting = await farm.planting(product);
      const lot = await farm.make(entry.harvest([[planting, 10n]]));

      await refused(lot, { other: planting }, "OtherNotNeeded", planting);
      await refused(lot, { other: NOWHERE }, "OtherNotNeeded", NOWHERE);
      await refused(lot, { own: -1n, other: planting }, "OtherNotNeeded", planting);
    });

    it("names a move that the subject made before it", async () => {
      const lot = await farm.lot(product);

      await refused(lot, { seq: 0 }, "SeqUnknown", lot, 0, 1);
      await refused(lot, { seq: 2 }, "SeqUnknown", lot, 2, 1);
      await refused(lot, { seq: 2 ** 32 - 1 }, "SeqUnknown", lot, 2 ** 32 - 1, 1);
      await refused(NOWHERE, {}, "SubjectUnknown", NOWHERE);
    });

    it("never names an entry of its own group, which has not moved yet", async () => {
      const nonce = farm.phone.take();
      const subject = farm.phone.newId(nonce);
      const groups = [{ subject, entries: [entry.plot(), entry.correct()] }];

      await refusals.expect(farm.phone.batch(groups, { nonce }), "SeqUnknown", subject, 1, 0);
    });

    it("may name what the batch before it in one call, or a group before it in one batch, wrote", async () => {
      const nonce = farm.phone.take();
      const [subject, next] = [farm.phone.newId(nonce), farm.phone.newId(nonce, 1)];
      const groups = [
        { subject, entries: [entry.plot()] },
        { subject: next, entries: [entry.plot({ index: 1 })] },
        { subject, entries: [entry.correct({ own: -1_000n }), entry.note()] },
      ];

      await world.accepted(farm.phone.batch(groups, { nonce }));

      expect(await plotOf(subject)).to.deep.equal([HECTARE - 1_000n, HECTARE - 1_000n]);
    });

    it("gives one of four reasons", async () => {
      const lot = await farm.lot(product);

      for (const reason of [0, 5, 255]) await refused(lot, { reason }, "ReasonUnknown", reason);
    });
  });

  describe("of amounts", () => {
    it("is its holder's alone, whatever roles another has", async () => {
      const lot = await farm.lot(product);

      await refusals.expect(on(lot, { own: -1n }, stranger.phone), "NotHolder", lot, stranger.number);
    });

    it("needs no role: nobody's books stay wrong because a role has ended", async () => {
      const former = await Farm.admit(world);
      const lot = await former.make(entry.origin({ product, amount: 1000n }));
      await (await world.ledger.setRoles(former.number, 0, NOWHERE)).wait();

      await world.accepted(on(lot, { own: -1n }, former.phone));

      expect((await lotOf(lot)).made).to.equal(999n);
    });

    it("is of the entry that made the subject; of a lot's later ones it is of what was lost of it", async () => {
      const plot = await farm.plot();
      const lot = await farm.lot(product);
      for (const subject of [plot, lot]) await farm.write(subject, entry.note());

      await refused(plot, { own: -1n, seq: 2 }, "NotTheMaking", plot, 2, 0);
      await refused(plot, { own: -1n, entry: 1 }, "NotTheMaking", plot, 1, 1);
      await refused(lot, { own: 1n, seq: 2 }, "NotEnoughLost", lot, 0n, 1n);
      await refused(lot, { own: 1n, entry: 1 }, "NotEnoughLost", lot, 0n, 1n);
    });

    it("stays within 40 bits", async () => {
      const lot = await farm.lot(product);

      for (const difference of [2n ** 40n, -(2n ** 40n), 2n ** 63n - 1n, -(2n ** 63n)]) {
        await refused(lot, { own: difference }, "DifferenceTooLarge", difference);
        await refused(lot, { other: lot, others: difference }, "DifferenceTooLarge", difference);
      }
      await refused(lot, { own: -MAX_U40 }, "NotEnoughLeft", lot, 100_000n, MAX_U40);
    });

    it("touches another subject than its own, which exists and is the holder's too", async () => {
      const lot = await farm.lot(product);
      const theirs = await stranger.plot();

      await refused(lot, { own: -1n, other: lot, others: -1n }, "TouchesItself", lot);
      await refused(lot, { own: -1n, other: NOWHERE, others: -1n }, "SubjectUnknown", NOWHERE);
      await refused(lot, { own: -1n, others: -1n }, "SubjectUnknown", ZeroHash);
      await refused(lot, { own: -1n, other: theirs, others: -1n }, "NotHolder", theirs, farm.number);
    });

    it("is of no other sort of subject than lots, plots and plantings", async () => {
      const lot = await farm.lot(product);
      const run = await farm.make(entry.label({ lot, count: 1n }));
      const member = await farm.make(entry.member());
      const certificate = await farm.make(entry.certify({ beneficiary: stranger.number, scope: [product] }));
      await farm.write(farm.subject, entry.note());

      for (const [subject, sort] of [
        [product, 8],
        [member, 9],
        [run, 88],
        [certificate, 73],
        [farm.subject, 0],
      ] as const) {
        await refused(subject, { own: 1n }, "NothingToCorrect", subject, sort);
        await refused(subject, { own: 1n, other: lot, others: 1n }, "NothingToCorrect", subject, sort);
      }
    });

    it("moves the other by a touch, before its own subject", async () => {
      const planting = await farm.planting(product);
      const lot = await farm.make(entry.harvest([[planting, 10n]]));
      const [lotSeq, plantingSeq] = [await seqOf(lot), await seqOf(planting)];

      const batch = on(lot, { own: -1n, other: planting, others: -1n });
      const receipt = await world.accepted(batch);

      const logs = world.logs(receipt).slice(1);
      expect(logs.map(({ name, args }) => [name, args[0] as unknown, args[2] as unknown])).to.deep.equal([
        ["Touched", planting, BigInt(plantingSeq + 1) << 32n],
        ["Recorded", lot, (BigInt(lotSeq + 1) << 32n) | 0xffffn],
      ]);
      expect(await seqOf(planting)).to.equal(plantingSeq + 1);
    });

    it("touches nothing when it names no other", async () => {
      const lot = await farm.make(entry.origin({ product, amount: 10n }));

      const receipt = await world.accepted(on(lot, { own: 5n }));

      expect(world.logs(receipt).map(({ name }) => name)).to.deep.equal(["Accepted", "Recorded"]);
    });
  });

  describe("of a HARVEST", () => {
    let planting: Hex;
    let lot: Hex;

    beforeEach(async () => {
      planting = await farm.planting(product, { area: HECTARE, cap: 5_000n });
      lot = await farm.make(entry.harvest([[planting, 1_000n]]));
    });

    it("takes the same from the planting as from the lot", async () => {
      await correct(lot, { own: -900n, other: planting, others: -900n });

      expect(await lotOf(lot)).to.deep.equal({ made: 100n, left: 100n, packed: 0n, room: 0n });
      expect(await linkOf(lot, planting)).to.deep.equal([100n, 1n]);
      expect(await madeOf(planting)).to.equal(100n);
      await farm.make(entry.harvest([[planting, 4_900n]]));
    });

    it("adds up to what the planting may bear, and says how much that is", async () => {
      await refused(lot, { own: 4_001n, other: planting, others: 4_001n }, "OverCap", planting, 5_000n, 5_001n);

      await correct(lot, { own: 4_000n, other: planting, others: 4_000n });

      expect(await lotOf(lot)).to.deep.equal({ made: 5_000n, left: 5_000n, packed: 0n, room: 0n });
      expect(await madeOf(planting)).to.equal(5_000n);
    });

    it("keeps what was lost between field and scales as room, from which it may be added again", async () => {
      await correct(lot, { own: -50n });
      expect(await lotOf(lot)).to.deep.equal({ made: 950n, left: 950n, packed: 0n, room: 50n });
      await correct(lot, { other: planting, others: 30n });
      expect(await lotOf(lot)).to.deep.equal({ made: 950n, left: 950n, packed: 0n, room: 80n });
      expect(await linkOf(lot, planting)).to.deep.equal([1_030n, 1n]);

      await refused(lot, { own: 81n }, "NoRoom", lot, 80n, 81n);
      await correct(lot, { own: 80n });

      expect(await lotOf(lot)).to.deep.equal({ made: 1_030n, left: 1_030n, packed: 0n, room: 0n });
      expect(await madeOf(planting)).to.equal(1_030n);
    });

    it("never makes more of the lot than came from the plantings", async () => {
      await refused(lot, { own: 1n }, "NoRoom", lot, 0n, 1n);
      await refused(lot, { other: planting, others: -1n }, "NoRoom", lot, 0n, 1n);
      await refused(lot, { own: 2n, other: planting, others: 1n }, "NoRoom", lot, 0n, 1n);
    });

    it("leaves what was used or packed meanwhile covered", async () => {
      await farm.make(entry.label({ lot, count: 2n }));
      await farm.make(entry.transform([[lot, 100n]], [[product, 90n]]));

      const less = (by: bigint) => ({ own: -by, other: planting, others: -by });
      await refused(lot, less(401n), "NotEnoughLeft", lot, 400n, 401n);
      await correct(lot, less(400n));

      expect(await lotOf(lot)).to.deep.equal({ made: 600n, left: 0n, packed: 500n, room: 0n });
    });

    it("takes a harvest that did not happen down to 0, and brings it back", async () => {
      await correct(lot, { reason: 3, own: -1_000n, other: planting, others: -1_000n });

      expect(await lotOf(lot)).to.deep.equal({ made: 0n, left: 0n, packed: 0n, room: 0n });
      expect(await linkOf(lot, planting)).to.deep.equal([0n, 1n]);
      expect(await madeOf(planting)).to.equal(0n);
      await correct(lot, { own: 7n, other: planting, others: 7n });
      expect(await madeOf(planting)).to.equal(7n);
    });

    it("corrects each of several plantings, and none that the lot did not come from", async () => {
      const second = await farm.planting(product);
      const [low = planting, high = second] = [planting, second].sort();
      const both = await farm.make(entry.harvest([[low, 10n], [high, 20n]])); // prettier-ignore

      await correct(both, { own: 5n, other: high, others: 5n });

      expect(await linkOf(both, low)).to.deep.equal([10n, 1n]);
      expect(await linkOf(both, high)).to.deep.equal([25n, 1n]);
      await refused(lot, { own: -1n, other: second, others: -1n }, "NoLink", lot, second);
      await refused(both, { own: -11n, other: low, others: -11n }, "NotEnoughLinked", low, 10n, 11n);
    });
  });

  describe("of a TRANSFORM", () => {
    let input: Hex;
    let lot: Hex;
    let further: Hex;

    beforeEach(async () => {
      input = await farm.lot(product, 1_000n);
      const nonce = farm.phone.take();
      [lot, further] = [farm.phone.newId(nonce), farm.phone.newId(nonce, 1)];
      // prettier-ignore
      const making = entry.transform([[input, 500n]], [[product, 300n], [product, 100n]]);
      await world.accepted(farm.phone.batch([{ subject: lot, entries: [making] }], { nonce }));
    });

    it("adds up to what was lost in making it", async () => {
      await refused(lot, { own: 101n }, "NoRoom", lot, 100n, 101n);

      await correct(lot, { own: 100n });

      expect(await lotOf(lot)).to.deep.equal({ made: 400n, left: 400n, packed: 0n, room: 0n });
      expect((await lotOf(input)).left).to.equal(500n);
    });

    it("takes more of an input, as far as it has it left, or gives back", async () => {
      await refused(lot, { other: input, others: 501n }, "NotEnoughLeft", input, 500n, 501n);

      await correct(lot, { own: 400n, other: input, others: 500n });
      expect(await lotOf(lot)).to.deep.equal({ made: 700n, left: 700n, packed: 0n, room: 200n });
      expect(await lotOf(input)).to.deep.equal({ made: 1_000n, left: 0n, packed: 0n, room: 0n });
      expect(await linkOf(lot, input)).to.deep.equal([1_000n, 0n]);

      await correct(lot, { other: input, others: -200n });
      expect((await lotOf(lot)).room).to.equal(0n);
      expect((await lotOf(input)).left).to.equal(200n);
      await refused(lot, { other: input, others: -1n }, "NoRoom", lot, 0n, 1n);
    });

    it("takes what did not happen down to 0; the link is gone then, and does not come back", async () => {
      const whole = await farm.make(entry.transform([[input, 500n]], [[product, 300n]]));

      await correct(whole, { reason: 3, own: -300n, other: input, others: -500n });

      expect(await lotOf(whole)).to.deep.equal({ made: 0n, left: 0n, packed: 0n, room: 0n });
      expect((await lotOf(input)).left).to.equal(500n);
      expect(await linkOf(whole, input)).to.deep.equal([0n, 0n]);
      await refused(whole, { other: input, others: 1n }, "NoLink", whole, input);
    });

    it("lowers a further output, whose loss is its own room, and raises it again by as much", async () => {
      await refused(further, { own: 1n }, "NoRoom", further, 0n, 1n);
      await refused(further, { own: -1n, other: input, others: -1n }, "NoLink", further, input);

      await correct(further, { own: -40n });
      expect((await lotOf(lot)).room).to.equal(100n);
      expect(await lotOf(further)).to.deep.equal({ made: 60n, left: 60n, packed: 0n, room: 40n });
      await refused(further, { own: 41n }, "NoRoom", further, 40n, 41n);
      await correct(further, { own: 40n });

      expect(await lotOf(further)).to.deep.equal({ made: 100n, left: 100n, packed: 0n, room: 0n });
    });

    it("is downstream first: the lot can shrink once the lot made of it has", async () => {
      const planting = await farm.planting(product);
      const first = await farm.make(entry.harvest([[planting, 100n]]));
      const second = await farm.make(entry.transform([[first, 100n]], [[product, 80n]]));
      const less = { own: -90n, other: planting, others: -90n };

      await refused(first, less, "NotEnoughLeft", first, 0n, 90n);
      await correct(second, { own: -72n, other: first, others: -90n });
      await correct(first, less);

      expect(await lotOf(first)).to.deep.equal({ made: 10n, left: 0n, packed: 0n, room: 0n });
      expect(await lotOf(second)).to.deep.equal({ made: 8n, left: 8n, packed: 0n, room: 2n });
    });

    it("keeps every sum within 40 bits", async () => {
      const full = await farm.make(entry.origin({ product, amount: MAX_U40 }));
      const other = await farm.make(entry.origin({ product, amount: MAX_U40 }));
      const [low = full, high = other] = [full, other].sort();
      const made = await farm.make(entry.transform([[low, MAX_U40 - 1n], [high, 1n]], [[product, 1n]])); // prettier-ignore

      await refused(made, { other: high, others: MAX_U40 - 1n }, "AmountTooLarge", 2n * MAX_U40 - 2n);
      await refused(made, { other: high, others: MAX_U40 }, "AmountTooLarge", MAX_U40 + 1n);
    });
  });

  describe("of an ORIGIN", () => {
    it("changes what came from outside, as far as it is still there", async () => {
      const lot = await farm.make(entry.origin({ product, amount: 1_000n }));
      await farm.make(entry.label({ lot, count: 1n }));

      await correct(lot, { own: 500n });
      expect(await lotOf(lot)).to.deep.equal({ made: 1_500n, left: 1_250n, packed: 250n, room: 0n });
      await refused(lot, { own: -1_251n }, "NotEnoughLeft", lot, 1_250n, 1_251n);
      await correct(lot, { own: -1_250n });

      expect(await lotOf(lot)).to.deep.equal({ made: 250n, left: 0n, packed: 250n, room: 0n });
    });

    it("stays within 40 bits, and has no input", async () => {
      const lot = await farm.make(entry.origin({ product, amount: 2n }));
      const another = await farm.make(entry.origin({ product, amount: 2n }));

      await refused(lot, { own: MAX_U40 - 1n }, "AmountTooLarge", MAX_U40 + 1n);
      await refused(lot, { own: 1n, other: another, others: 1n }, "OtherNotNeeded", another);
      await correct(lot, { own: MAX_U40 - 2n });
      expect((await lotOf(lot)).made).to.equal(MAX_U40);
    });
  });

  describe("of a PLOT", () => {
    it("changes its area, never below what is planted", async () => {
      const plot = await farm.plot(5_000n);
      await farm.make(entry.plant({ plot, product, area: 2_000n, cap: 0n }));

      await refused(plot, { own: -3_001n }, "NotEnoughArea", plot, 3_000n, 3_001n);
      await correct(plot, { own: -3_000n });
      expect(await plotOf(plot)).to.deep.equal([2_000n, 0n]);
      await correct(plot, { own: 100n });

      expect(await plotOf(plot)).to.deep.equal([2_100n, 100n]);
    });

    it("stays within 40 bits, and has no input", async () => {
      const plot = await farm.plot(5_000n);
      const another = await farm.plot(5_000n);

      await refused(plot, { own: MAX_U40 }, "AmountTooLarge", MAX_U40 + 5_000n);
      await refused(plot, { own: 1n, other: another, others: 1n }, "OtherNotNeeded", another);
    });
  });

  describe("of a PLANT", () => {
    let plot: Hex;
    let planting: Hex;

    beforeEach(async () => {
      plot = await farm.plot(2n * HECTARE);
      planting = await farm.make(entry.plant({ plot, product, area: HECTARE, cap: 1_000n }));
      await farm.make(entry.harvest([[planting, 600n]]));
    });

    it("takes more of the plot or gives it back", async () => {
      await correct(planting, { own: HECTARE, other: plot, others: HECTARE });
      expect(await plotOf(plot)).to.deep.equal([2n * HECTARE, 0n]);
      expect((await world.ledger.planting(planting)).area).to.equal(2n * HECTARE);
      expect(await linkOf(planting, plot)).to.deep.equal([2n * HECTARE, 0n]);

      await correct(planting, { own: -14_000_000n, other: plot, others: -14_000_000n });

      expect(await plotOf(plot)).to.deep.equal([2n * HECTARE, 14_000_000n]);
      expect(await linkOf(planting, plot)).to.deep.equal([6_000_000n, 0n]);
    });

    it("never beyond what the plot has free, nor below what was harvested", async () => {
      const by = (difference: bigint) => ({ own: difference, other: plot, others: difference });

      await refused(planting, by(HECTARE + 1n), "NotEnoughArea", plot, HECTARE, HECTARE + 1n);
      await refused(planting, by(-4_000_001n), "OverCap", planting, 599n, 600n);
      await refused(planting, by(-HECTARE - 1n), "NotEnoughLinked", plot, HECTARE, HECTARE + 1n);
    });

    it("changes planting and plot by as much, and no other plot", async () => {
      const another = await farm.plot();

      await refused(planting, { own: -1n, other: plot, others: -2n }, "DifferencesDiffer", -1n, -2n);
      await refused(planting, { other: plot, others: -2n }, "DifferencesDiffer", 0n, -2n);
      await refused(planting, { own: -1n }, "DifferencesDiffer", -1n, 0n);
      await refused(planting, { own: -1n, other: another, others: -1n }, "NoLink", planting, another);
    });

    it("takes a planting that did not happen down to 0, with all of its plot free again", async () => {
      const idle = await farm.make(entry.plant({ plot, product, area: 1_000n, cap: 5n }));

      await correct(idle, { reason: 3, own: -1_000n, other: plot, others: -1_000n });

      expect((await world.ledger.planting(idle)).area).to.equal(0n);
      expect(await plotOf(plot)).to.deep.equal([2n * HECTARE, HECTARE]);
      await refused(idle, { own: 1n, other: plot, others: 1n }, "NoLink", idle, plot);
    });
  });

  // In a suite of its own, for mocha runs a suite's own sentences before those of the suites inside it.
  describe("in any way that docs/ledger.md §9 names", () => {
    it("was refused by that name in the sentences above", () => {
      expect(OF_CORRECT.filter((name) => !refusals.seen.has(name))).to.deep.equal([]);
    });
  });
});
