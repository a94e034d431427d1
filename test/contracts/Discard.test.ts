/** docs/ledger.md §6, DISCARD: goods that are lost, seasons that are over, and what of it can be corrected. */
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";
import { entry, type Group, type Hex, hex, type Signed, sha256 } from "../support/phone.ts";
import { making, OF_DISCARD, Refusals } from "../support/refusals.ts";
import { deployWorld, Farm, type World } from "../support/simulator.ts";

const NOWHERE = hex(sha256(Buffer.from("nothing was made here")));
const HECTARE = 10_000_000n;

describe("What is discarded", () => {
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

  function by(who: Farm, subject: Hex, ...entries: Group["entries"]): Signed {
    return who.phone.batch([{ subject, entries }]);
  }

  function refused(batch: Signed, error: string, ...args: readonly unknown[]): Promise<void> {
    return refusals.expect(batch, error, ...args);
  }

  async function seqOf(subject: Hex): Promise<number> {
    return Number(BigInt(await world.word(subject)) & 0xffffffffn);
  }

  describe("of a lot", () => {
    let lot: Hex;

    beforeEach(async () => {
      lot = await farm.make(entry.origin({ product, amount: 1_000n }));
      await farm.make(entry.label({ lot, count: 1n }));
    });

    /** made, left, packed, lost */
    async function booksOf(subject: Hex): Promise<readonly bigint[]> {
      const [{ made, left, packed }, { lost }] = await Promise.all([
        world.ledger.lot(subject),
        world.ledger.aside(subject),
      ]);
      return [made, left, packed, lost];
    }

    it("is lost, a sample, given away or destroyed on order, as far as it is loose", async () => {
      for (const reason of [1, 2, 3, 4]) await farm.write(lot, entry.discard({ reason, amount: 100n }));

      expect(await booksOf(lot)).to.deep.equal([1_000n, 350n, 250n, 400n]);
      await refused(by(farm, lot, entry.discard({ amount: 351n })), "NotEnoughLeft", lot, 350n, 351n);
      await farm.write(lot, entry.discard({ amount: 350n }));
      expect(await booksOf(lot)).to.deep.equal([1_000n, 0n, 250n, 750n]);
    });

    it("of packed goods that came so is taken from packed, in whole pieces, and can be corrected so", async () => {
      await farm.make(entry.label({ lot, count: 2n }));
      const goods = await farm.make(entry.ship({ lot, packed: 1, amount: 750n, to: stranger.number }));
      await refused(by(farm, goods, entry.discard({ amount: 250n })), "UnderWay", goods);
      await stranger.write(goods, entry.receive(750n));

      await refused(by(stranger, goods, entry.discard({ amount: 100n })), "NotWholePieces", product, 250n, 100n);
      await refused(by(stranger, goods, entry.discard({ amount: 1_000n })), "NotEnoughPacked", goods, 750n, 1_000n);
      await stranger.write(goods, entry.discard({ reason: 4, amount: 500n }));
      expect(await booksOf(goods)).to.deep.equal([750n, 0n, 250n, 500n]);

      const less = (own: bigint) => entry.correct({ seq: 3, own });
      await refused(by(stranger, goods, less(100n)), "NotWholePieces", product, 250n, 100n);
      await refused(by(stranger, goods, less(-500n)), "NotEnoughPacked", goods, 250n, 500n);
      await stranger.write(goods, less(250n));
      expect(await booksOf(goods)).to.deep.equal([750n, 0n, 500n, 250n]);
    });

    it("cannot be used any more", async () => {
      await farm.write(lot, entry.discard({ amount: 700n }));

      for (const one of [
        entry.transform([[lot, 51n]], [[product, 1n]]),
        entry.ship({ lot, amount: 51n, to: stranger.number }),
      ]) {
        await refused(making([one], farm.phone).batch, "NotEnoughLeft", lot, 50n, 51n);
      }
    });

    it("is some amount, for a reason of the table, of no plot", async () => {
      const plot = await farm.plot();

      for (const reason of [0, 5, 255]) {
        await refused(by(farm, lot, entry.discard({ reason, amount: 1n })), "ReasonUnknown", reason);
      }
      await refused(by(farm, lot, entry.discard({ amount: 0n })), "AmountZero");
      await refused(by(farm, lot, entry.discard({ amount: 1n, plot })), "OtherNotNeeded", plot);
    });

    it("is its holder's to say, even when the lot is recalled", async () => {
      await refused(by(stranger, lot, entry.discard({ amount: 1n })), "NotHolder", lot, stranger.number);
      await refused(by(farm, NOWHERE, entry.discard({ amount: 1n })), "SubjectUnknown", NOWHERE);
      await farm.write(lot, entry.recall());

      await farm.write(lot, entry.discard({ reason: 4, amount: 750n }));

      expect(await booksOf(lot)).to.deep.equal([1_000n, 0n, 250n, 750n]);
    });

    it("is of no other sort of subject than lots and plantings", async () => {
      const plot = await farm.plot();

      for (const [subject, sort] of [
        [plot, 16],
        [product, 8],
        [farm.subject, 0],
      ] as const) {
        await refused(by(farm, subject, entry.discard({ amount: 1n })), "WrongSort", subject, sort);
      }
    });

    it("is brought back by a correction, up to what is booked as lost, or grows by one", async () => {
      await farm.write(lot, entry.discard({ amount: 100n }));
      const seq = await seqOf(lot);
      const correct = (own: bigint) => entry.correct({ seq, own });

      await refused(by(farm, lot, correct(101n)), "NotEnoughLost", lot, 100n, 101n);
      await farm.write(lot, correct(60n));
      expect(await booksOf(lot)).to.deep.equal([1_000n, 710n, 250n, 40n]);
      await refused(by(farm, lot, correct(-711n)), "NotEnoughLeft", lot, 710n, 711n);
      await farm.write(lot, correct(-710n));

      expect(await booksOf(lot)).to.deep.equal([1_000n, 0n, 250n, 750n]);
      await refused(by(stranger, lot, correct(1n)), "NotHolder", lot, stranger.number);
      const plot = await farm.plot();
      await refused(by(farm, lot, entry.correct({ seq, own: 1n, other: plot, others: 1n })), "OtherNotNeeded", plot);
    });

    it("stays covered when the lot itself is corrected", async () => {
      await farm.write(lot, entry.discard({ amount: 700n }));

      await refused(by(farm, lot, entry.correct({ own: -51n })), "NotEnoughLeft", lot, 50n, 51n);
      await farm.write(lot, entry.correct({ own: -50n }));

      expect(await booksOf(lot)).to.deep.equal([950n, 0n, 250n, 700n]);
    });
  });

  describe("of a planting, whose season is over", () => {
    let plot: Hex;
    let planting: Hex;

    beforeEach(async () => {
      plot = await farm.plot(2n * HECTARE);
      planting = await farm.make(entry.plant({ plot, product, area: HECTARE, cap: 1_000n }));
      await farm.make(entry.harvest([[planting, 600n]]));
    });

    const end = (of: Partial<Parameters<typeof entry.discard>[0]> = {}) =>
      entry.discard({ reason: 5, amount: HECTARE, plot, ...of });

    it("gives its whole area back to its plot, keeps its own, and moves the plot by a touch", async () => {
      for (const reason of [1, 4, 5]) {
        const another = await farm.make(entry.plant({ plot, product, area: HECTARE, cap: 1_000n }));
        const seq = await seqOf(plot);
        expect((await world.ledger.plot(plot)).free).to.equal(0n);

        await farm.write(another, end({ reason }));

        expect((await world.ledger.plot(plot)).free).to.equal(HECTARE);
        expect(await seqOf(plot)).to.equal(seq + 1);
        const { status, area, made, cap } = await world.ledger.planting(another);
        expect([status, area, made, cap]).to.deep.equal([16n, HECTARE, 0n, 1_000n]);
        expect([...(await world.ledger.link(another, plot))]).to.deep.equal([HECTARE, 0n]);
      }
    });

    it("lets nothing more be harvested, nor the area be corrected, nor end again", async () => {
      await farm.write(planting, end());

      await refused(making([entry.harvest([[planting, 1n]])], farm.phone).batch, "Ended", planting);
      const less = entry.correct({ own: -1n, other: plot, others: -1n });
      await refused(by(farm, planting, less), "Ended", planting);
      await refused(by(farm, planting, end()), "Ended", planting);
      const correct = entry.correct({ seq: await seqOf(planting), own: 1n });
      await refused(by(farm, planting, correct), "NotTheMaking", planting, await seqOf(planting), 0);
    });

    it("lets what was harvested before be corrected, up to what it could bear", async () => {
      const lot = await farm.make(entry.harvest([[planting, 100n]]));
      await farm.write(planting, end());
      const correct = (own: bigint) => entry.correct({ own, other: planting, others: own });

      await farm.write(lot, correct(300n));
      await refused(by(farm, lot, correct(1n)), "OverCap", planting, 1_000n, 1_001n);
      await farm.write(lot, correct(-400n));

      expect((await world.ledger.planting(planting)).made).to.equal(600n);
    });

    it("names its own plot and its whole area, and one of three reasons", async () => {
      const another = await farm.plot();

      for (const reason of [0, 2, 3, 6]) await refused(by(farm, planting, end({ reason })), "ReasonUnknown", reason);
      await refused(by(farm, planting, end({ amount: 0n })), "AmountZero");
      await refused(by(farm, planting, end({ amount: 1n })), "AmountDiffers", planting, HECTARE, 1n);
      await refused(by(farm, planting, end({ plot: another })), "NoLink", planting, another);
      await refused(by(farm, planting, end({ plot: ZeroHash as Hex })), "NoLink", planting, ZeroHash);
      await refused(by(farm, planting, end({ plot: planting })), "TouchesItself", planting);
      await refused(by(stranger, planting, end()), "NotHolder", planting, stranger.number);
    });

    it("names the area as it was corrected", async () => {
      await farm.write(planting, entry.correct({ own: -1_000n, other: plot, others: -1_000n }));

      await refused(by(farm, planting, end()), "AmountDiffers", planting, HECTARE - 1_000n, HECTARE);
      await farm.write(planting, end({ amount: HECTARE - 1_000n }));

      expect((await world.ledger.plot(plot)).free).to.equal(2n * HECTARE);
    });
  });

  describe("when it is recalled instead", () => {
    it("is a planting that lets nothing be harvested, nor a correction take more of it, until it is released", async () => {
      const planting = await farm.planting(product);
      const lot = await farm.make(entry.harvest([[planting, 100n]]));
      const correct = (own: bigint) => entry.correct({ own, other: planting, others: own });
      await farm.write(planting, entry.recall());

      await refused(making([entry.harvest([[planting, 1n]])], farm.phone).batch, "Recalled", planting);
      await refused(by(farm, lot, correct(1n)), "Recalled", planting);
      await farm.write(lot, correct(-1n));
      await farm.write(planting, entry.release());

      await farm.make(entry.harvest([[planting, 1n]]));
    });

    it("is a lot that cannot be transformed, nor a correction take more of it, until it is released", async () => {
      const lot = await farm.lot(product, 1_000n);
      const made = await farm.make(entry.transform([[lot, 100n]], [[product, 90n]]));
      await farm.write(lot, entry.recall());

      await refused(making([entry.transform([[lot, 1n]], [[product, 1n]])], farm.phone).batch, "Recalled", lot);
      await refused(by(farm, made, entry.correct({ other: lot, others: 1n })), "Recalled", lot);
      await farm.write(made, entry.correct({ other: lot, others: -1n }));
      await farm.write(lot, entry.release());

      await farm.make(entry.transform([[lot, 1n]], [[product, 1n]]));
    });
  });

  // In a suite of its own, for mocha runs a suite's own sentences before those of the suites inside it.
  describe("in any way that docs/ledger.md §9 names", () => {
    it("was refused by that name in the sentences above", () => {
      expect(OF_DISCARD.filter((name) => !refusals.seen.has(name))).to.deep.equal([]);
    });
  });
});
