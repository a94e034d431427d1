/** docs/ledger.md §6: how goods pass from one organisation to another, and who may write of them while they are under way. */
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";
import { entry, type Group, type Hex, hex, type Signed, sha256 } from "../support/phone.ts";
import { making, OF_HANDOVER, Refusals } from "../support/refusals.ts";
import { deployWorld, Farm, type World } from "../support/simulator.ts";

const MAX_U40 = 2n ** 40n - 1n;
const NOWHERE = hex(sha256(Buffer.from("nothing was made here")));
const CARRIER = 8;
const REGULATOR = 128;

type Shipment = Omit<Parameters<typeof entry.ship>[0], "lot" | "to">;

describe("A consignment", () => {
  let world: World;
  let refusals: Refusals;
  let farm: Farm;
  let shop: Farm;
  let stranger: Farm;
  let carrier: Farm;
  let product: Hex;
  let loose: Hex;
  let lot: Hex;

  before(async () => {
    world = await deployWorld(await network.create());
    refusals = new Refusals(world);
    farm = await Farm.admit(world);
    shop = await Farm.admit(world, { roles: 4 });
    stranger = await Farm.admit(world);
    carrier = await Farm.admit(world, { roles: CARRIER });
    product = await farm.product({ net: 250n });
    loose = await farm.product();
  });

  /** A lot of 10,000, of which 4,000 are packed. */
  beforeEach(async () => {
    lot = await farm.make(entry.origin({ product, amount: 10_000n }));
    await farm.make(entry.label({ lot, count: 16n }));
  });

  function by(who: Farm, subject: Hex, ...entries: Group["entries"]): Signed {
    return who.phone.batch([{ subject, entries }]);
  }

  function ship(of: Shipment, to = shop.number, from = lot): Promise<Hex> {
    return farm.make(entry.ship({ lot: from, to, ...of }));
  }

  function refused(batch: Signed, error: string, ...args: readonly unknown[]): Promise<void> {
    return refusals.expect(batch, error, ...args);
  }

  function notShipped(of: Partial<Parameters<typeof entry.ship>[0]>, error: string, ...args: readonly unknown[]) {
    const { batch } = making([entry.ship({ lot, to: shop.number, amount: 1n, ...of })], farm.phone);
    return refused(batch, error, ...args);
  }

  async function lotOf(subject: Hex): Promise<Record<"holder" | "other" | "made" | "left" | "packed", bigint>> {
    const { holder, other, made, left, packed } = await world.ledger.lot(subject);
    return { holder, other, made, left, packed };
  }

  async function asideOf(subject: Hex): Promise<readonly bigint[]> {
    return [...(await world.ledger.aside(subject))];
  }

  async function linkOf(consumer: Hex): Promise<bigint> {
    return (await world.ledger.link(consumer, lot)).amount;
  }

  async function seqOf(subject: Hex): Promise<number> {
    return Number(BigInt(await world.word(subject)) & 0xffffffffn);
  }

  const number = (who: Farm): bigint => BigInt(who.number);

  describe("by SHIP", () => {
    it("is a lot of the same product and unit that takes its amount from the loose goods of another", async () => {
      const made = await ship({ amount: 2_500n, carrier: carrier.number });

      const productNumber = (await world.ledger.product(product)).number;
      const [me, to] = [number(farm), number(shop)];
      expect([...(await world.ledger.lot(made))]).to.deep.equal([
        ...[me, 64n, 0n, 1n, to, productNumber],
        ...[2_500n, 2_500n, 0n, 0n],
      ]);
      expect(await asideOf(made)).to.deep.equal([number(carrier), 0n, 0n]);
      expect([...(await world.ledger.link(made, lot))]).to.deep.equal([2_500n, 0n]);
      expect(await lotOf(lot)).to.deep.equal({ holder: me, other: 0n, made: 10_000n, left: 3_500n, packed: 4_000n });
    });

    it("is of packed goods where it says so, in whole pieces", async () => {
      const made = await ship({ packed: 1, amount: 1_000n });

      expect(await lotOf(made)).to.include({ made: 1_000n, left: 0n, packed: 1_000n });
      expect(await asideOf(made)).to.deep.equal([0n, 1n, 0n]);
      expect(await lotOf(lot)).to.include({ left: 6_000n, packed: 3_000n });
      await notShipped({ packed: 1, amount: 999n }, "NotWholePieces", product, 250n, 999n);
      const bulk = await farm.make(entry.origin({ product: loose, amount: 10n }));
      await notShipped({ lot: bulk, packed: 1 }, "NoNetContent", loose);
      await notShipped({ packed: 2 }, "FlagsUnknown", 2);
    });

    it("is refused beyond what is left of the lot, or packed: the same 100 kg are not shipped twice", async () => {
      await ship({ amount: 6_000n });
      await notShipped({ amount: 6_000n }, "NotEnoughLeft", lot, 0, 6_000n);
      await ship({ packed: 1, amount: 4_000n });
      await notShipped({ packed: 1, amount: 250n }, "NotEnoughPacked", lot, 0, 250n);
      await notShipped({ amount: MAX_U40 }, "NotEnoughLeft", lot, 0, MAX_U40);
      await notShipped({ amount: 0n }, "AmountZero");
    });

    it("moves the lot by a touch, and is derived from it", async () => {
      const seq = await seqOf(lot);
      const { batch, id } = making([entry.ship({ lot, to: shop.number, amount: 1n })], farm.phone);

      const receipt = await world.accepted(batch);

      const logs = world.logs(receipt).slice(1);
      expect(logs.map(({ name, args }) => [name, args[0] as unknown, args[2] as unknown])).to.deep.equal([
        ["Touched", lot, BigInt(seq + 1) << 32n],
        ["Recorded", id, (1n << 32n) | 0xffffn],
      ]);
    });

    it("does not go to an organisation that is stopped, which could not receive it", async () => {
      const stopped = await Farm.admit(world);
      await (await world.ledger.stop(stopped.number, ZeroHash)).wait();
      await notShipped({ to: stopped.number }, "OrganisationStopped", stopped.number);

      await (await world.ledger.restart(stopped.number, ZeroHash)).wait();
      await ship({ amount: 1n }, stopped.number);
    });

    it("goes to an organisation that was admitted, by a carrier with that role if anybody is named", async () => {
      const nobody = (await world.ledger.organisations()) + 1n;

      await notShipped({ to: Number(nobody) }, "OrganisationUnknown", nobody);
      await notShipped({ to: 0 }, "OrganisationUnknown", 0);
      await notShipped({ carrier: Number(nobody) }, "OrganisationUnknown", nobody);
      await notShipped({ carrier: shop.number }, "NoRole", shop.number, 64);
    });

    it("is of a lot that its sender holds, and of nothing else", async () => {
      const theirs = await stranger.lot(product);

      await notShipped({ lot: theirs }, "NotHolder", theirs, farm.number);
      await notShipped({ lot: NOWHERE }, "SubjectUnknown", NOWHERE);
      await notShipped({ lot: product }, "WrongSort", product, 8);
      const { batch } = making([entry.ship({ lot, to: shop.number, amount: 1n })], carrier.phone);
      await refused(batch, "NoRole", carrier.number, 64);
      const nonce = farm.phone.take();
      const subject = farm.phone.newId(nonce);
      const own = [{ subject, entries: [entry.ship({ lot: subject, to: shop.number, amount: 1n })] }];
      await refused(farm.phone.batch(own, { nonce }), "TouchesItself", subject);
    });

    it("is refused of a lot that is recalled", async () => {
      await farm.write(lot, entry.recall());
      await notShipped({}, "Recalled", lot);
      await farm.write(lot, entry.release());
      await ship({ amount: 1n });
    });
  });

  describe("while it is under way", () => {
    let made: Hex;

    beforeEach(async () => {
      made = await ship({ amount: 1_000n, carrier: carrier.number });
    });

    it("can be neither used, shipped on, labelled nor discarded, by sender or receiver", async () => {
      const uses = [
        entry.transform([[made, 1n]], [[product, 1n]]),
        entry.ship({ lot: made, to: shop.number, amount: 1n }),
        entry.label({ lot: made, count: 1n }),
      ];
      for (const one of uses) {
        await refused(making([one], farm.phone).batch, "UnderWay", made);
        await refused(making([one], shop.phone).batch, "NotHolder", made, shop.number);
      }
      await refused(by(farm, made, entry.discard({ amount: 1n })), "UnderWay", made);
      await refused(by(shop, made, entry.discard({ amount: 1n })), "NotHolder", made, shop.number);
    });

    it("takes readings and notes by its sender and by the carrier named, and by nobody else", async () => {
      const run = [entry.sense(), entry.grow(), entry.note(), entry.sense()];
      const slot = await world.ledger.slot(made);

      await world.accepted(by(carrier, made, ...run));
      await world.accepted(by(farm, made, ...run));

      expect(await world.ledger.slot(made)).to.equal(slot);
      expect(await seqOf(made)).to.equal(3);
      await refused(by(shop, made, ...run), "NotHolder", made, shop.number);
      await refused(by(stranger, made, entry.sense()), "NotHolder", made, stranger.number);
      await refused(by(carrier, lot, entry.sense()), "NotHolder", lot, carrier.number);
    });

    it("takes none by a carrier when none was named, or once it has ended", async () => {
      const without = await ship({ amount: 1n });
      await refused(by(carrier, without, entry.sense()), "NotHolder", without, carrier.number);

      const [second, third] = [await ship({ amount: 1n, carrier: carrier.number }), made];
      const ends = [
        [await ship({ amount: 1n, carrier: carrier.number }), shop, entry.receive(1n)],
        [second, shop, entry.refuse(lot)],
        [third, farm, entry.withdraw(lot)],
      ] as const;
      for (const [consignment, who, end] of ends) {
        await world.accepted(by(carrier, consignment, entry.note()));
        await who.write(consignment, end);
        await refused(by(carrier, consignment, entry.note()), "NotHolder", consignment, carrier.number);
        await refused(
          by(carrier, consignment, entry.correct(), entry.note()),
          "NotHolder",
          consignment,
          carrier.number,
        );
      }
    });
  });

  describe("by RECEIVE", () => {
    it("is the receiver's with what was found; what is missing was lost between hands", async () => {
      const made = await ship({ amount: 1_000n });

      await shop.write(made, entry.receive(990n));

      const me = number(shop);
      expect(await lotOf(made)).to.deep.equal({ holder: me, other: 0n, made: 1_000n, left: 990n, packed: 0n });
      expect(await asideOf(made)).to.deep.equal([0n, 0n, 10n]);
      expect(await linkOf(made)).to.equal(1_000n);
      await shop.make(entry.transform([[made, 990n]], [[product, 900n]]));
    });

    it("counts packed goods in whole pieces, which may be none", async () => {
      const [some, none] = [await ship({ packed: 1, amount: 1_000n }), await ship({ packed: 1, amount: 500n })];

      await refused(by(shop, some, entry.receive(999n)), "NotWholePieces", product, 250n, 999n);
      await shop.write(some, entry.receive(750n));
      await shop.write(none, entry.receive(0n));

      expect(await lotOf(some)).to.include({ made: 1_000n, left: 0n, packed: 750n });
      expect(await asideOf(some)).to.deep.equal([0n, 1n, 250n]);
      expect(await lotOf(none)).to.include({ made: 500n, left: 0n, packed: 0n });
      await shop.make(entry.ship({ lot: some, packed: 1, amount: 750n, to: stranger.number }));
    });

    it("is refused for more than was offered, until the sender corrects it", async () => {
      const made = await ship({ amount: 1_000n });

      await refused(by(shop, made, entry.receive(1_001n)), "MoreThanOffered", made, 1_000n, 1_001n);
      await farm.write(made, entry.correct({ own: 1n, other: lot, others: 1n }));
      await shop.write(made, entry.receive(1_001n));

      expect(await lotOf(made)).to.include({ made: 1_001n, left: 1_001n });
      expect(await lotOf(lot)).to.include({ left: 4_999n });
    });

    it("is by the organisation it was offered to, once", async () => {
      const made = await ship({ amount: 1_000n });

      for (const who of [farm, stranger, carrier]) {
        await refused(by(who, made, entry.receive(1n)), "NotOffered", made, who.number);
        await refused(by(who, made, entry.refuse(lot)), "NotOffered", made, who.number);
      }
      await shop.write(made, entry.receive(1_000n));

      for (const end of [entry.receive(1n), entry.refuse(lot)]) {
        await refused(by(shop, made, end), "NotOffered", made, shop.number);
      }
      await refused(by(shop, made, entry.withdraw(lot)), "NotUnderWay", made);
      await refused(by(farm, made, entry.withdraw(lot)), "NotHolder", made, farm.number);
    });

    it("is of a consignment that is there", async () => {
      for (const end of [entry.receive(1n), entry.refuse(lot), entry.withdraw(lot)]) {
        await refused(by(farm, NOWHERE, end), "SubjectUnknown", NOWHERE);
        await refused(by(farm, lot, end), "WrongSort", lot, 24);
        await refused(by(farm, farm.subject, end), "WrongSort", farm.subject, 0);
      }
    });

    it("needs no role of the receiver, and takes what was recalled on the way", async () => {
      const buyer = await Farm.admit(world, { roles: 0 });
      const regulator = await Farm.admit(world, { roles: REGULATOR });
      const made = await ship({ amount: 1_000n }, buyer.number);
      await regulator.write(made, entry.recall({ capacity: 2 }));

      await buyer.write(made, entry.receive(1_000n));

      expect(await lotOf(made)).to.include({ holder: number(buyer), left: 1_000n });
    });

    it("may be of one's own goods, sent to another place of one's own", async () => {
      const made = await ship({ amount: 1_000n }, farm.number);

      await refused(making([entry.label({ lot: made, count: 1n })], farm.phone).batch, "UnderWay", made);
      await farm.write(made, entry.receive(1_000n));

      await farm.make(entry.label({ lot: made, count: 4n }));
    });
  });

  describe("by REFUSE and WITHDRAW", () => {
    for (const packed of [0, 1]) {
      it(`gives all back to the lot it was made from, ${packed === 1 ? "packed" : "loose"}, and nothing is left of it`, async () => {
        for (const end of ["refuse", "withdraw"] as const) {
          const before = await lotOf(lot);
          const made = await ship({ amount: 1_000n, packed, carrier: carrier.number });
          const [seq, who] = [await seqOf(lot), end === "refuse" ? shop : farm];

          await who.write(made, entry[end](lot));

          const me = number(farm);
          expect(await lotOf(made)).to.deep.equal({ holder: me, other: 0n, made: 0n, left: 0n, packed: 0n });
          expect(await linkOf(made)).to.equal(0n);
          expect(await lotOf(lot)).to.deep.equal(before);
          expect(await seqOf(lot)).to.equal(seq + 1);
        }
      });
    }

    it("name the lot it was made from", async () => {
      const made = await ship({ amount: 1_000n });
      const other = await farm.lot(product);

      await refused(by(shop, made, entry.refuse(other)), "NoLink", made, other);
      await refused(by(farm, made, entry.withdraw(other)), "NoLink", made, other);
      await refused(by(farm, made, entry.withdraw(NOWHERE)), "NoLink", made, NOWHERE);
      await refused(by(farm, made, entry.withdraw(made)), "TouchesItself", made);
      await refused(by(shop, made, entry.refuse(made)), "TouchesItself", made);
    });

    it("end it once: nothing is given back a second time, nor received after", async () => {
      const made = await ship({ amount: 1_000n });
      await refused(by(shop, made, entry.withdraw(lot)), "NotHolder", made, shop.number);
      await farm.write(made, entry.withdraw(lot));

      await refused(by(farm, made, entry.withdraw(lot)), "NotUnderWay", made);
      await refused(by(shop, made, entry.refuse(lot)), "NotOffered", made, shop.number);
      await refused(by(shop, made, entry.receive(0n)), "NotOffered", made, shop.number);
      expect(await lotOf(lot)).to.include({ left: 6_000n });
    });

    it("give back what the sender's corrections made of it", async () => {
      const made = await ship({ amount: 1_000n });
      await farm.write(made, entry.correct({ own: -400n, other: lot, others: -400n }));
      expect(await lotOf(lot)).to.include({ left: 5_400n });

      await shop.write(made, entry.refuse(lot));

      expect(await lotOf(lot)).to.include({ left: 6_000n });
    });

    it("take a recalled lot's goods back to it", async () => {
      const made = await ship({ amount: 1_000n });
      await farm.write(lot, entry.recall());

      await farm.write(made, entry.withdraw(lot));

      expect(await lotOf(lot)).to.include({ left: 6_000n });
    });
  });

  describe("by CORRECT of its SHIP", () => {
    it("changes lot and consignment by as much, while it is under way", async () => {
      const made = await ship({ amount: 1_000n });
      const correct = (own: bigint, others = own) => entry.correct({ own, other: lot, others });

      await farm.write(made, correct(5_000n));
      expect(await lotOf(made)).to.include({ made: 6_000n, left: 6_000n });
      expect(await lotOf(lot)).to.include({ left: 0n });
      expect(await linkOf(made)).to.equal(6_000n);
      await refused(by(farm, made, correct(1n)), "NotEnoughLeft", lot, 0, 1);
      await refused(by(farm, made, correct(-6_001n)), "NotEnoughLinked", lot, 6_000n, 6_001n);
      await refused(by(farm, made, correct(-1n, -2n)), "DifferencesDiffer", -1n, -2n);
      await refused(by(farm, made, entry.correct({ own: -1n })), "DifferencesDiffer", -1n, 0n);
      await farm.write(made, correct(-5_500n));

      expect(await lotOf(made)).to.include({ made: 500n, left: 500n });
      expect(await lotOf(lot)).to.include({ left: 5_500n });
      const another = await farm.lot(product);
      await refused(by(farm, made, entry.correct({ own: 1n, other: another, others: 1n })), "NoLink", made, another);
    });

    it("is of packed goods in whole pieces, as far as they are packed", async () => {
      const made = await ship({ amount: 1_000n, packed: 1 });
      const correct = (own: bigint) => entry.correct({ own, other: lot, others: own });

      await refused(by(farm, made, correct(1n)), "NotWholePieces", product, 250n, 1n);
      await refused(by(farm, made, correct(-1n)), "NotWholePieces", product, 250n, 1n);
      await refused(by(farm, made, correct(3_250n)), "NotEnoughPacked", lot, 3_000n, 3_250n);
      await farm.write(made, correct(3_000n));
      await farm.write(made, correct(-500n));

      expect(await lotOf(made)).to.include({ made: 3_500n, left: 0n, packed: 3_500n });
      expect(await lotOf(lot)).to.include({ left: 6_000n, packed: 500n });
    });

    it("is its sender's alone, and nobody's once it has ended", async () => {
      const [made, own] = [await ship({ amount: 1_000n }), await ship({ amount: 1_000n }, farm.number)];
      const less = entry.correct({ own: -1n, other: lot, others: -1n });

      await refused(by(shop, made, less), "NotHolder", made, shop.number);
      await shop.write(made, entry.receive(1_000n));
      await farm.write(own, entry.receive(1_000n));

      await refused(by(farm, made, less), "NotHolder", made, farm.number);
      await refused(by(shop, made, less), "NotHolder", lot, shop.number);
      await refused(by(shop, made, entry.correct({ own: -1n })), "NotUnderWay", made);
      await refused(by(farm, own, less), "NotUnderWay", own);
    });

    it("takes no more of a lot that was recalled meanwhile, and gives back to it", async () => {
      const made = await ship({ amount: 1_000n });
      const correct = (own: bigint) => entry.correct({ own, other: lot, others: own });
      await farm.write(lot, entry.recall());

      await refused(by(farm, made, correct(1n)), "Recalled", lot);
      await farm.write(made, correct(-1n));
    });

    it("takes one that did not happen down to 0", async () => {
      const made = await ship({ amount: 1_000n });

      await farm.write(made, entry.correct({ reason: 3, own: -1_000n, other: lot, others: -1_000n }));

      expect(await lotOf(made)).to.include({ made: 0n, left: 0n, packed: 0n });
      expect(await linkOf(made)).to.equal(0n);
      await refused(by(farm, made, entry.withdraw(lot)), "NoLink", made, lot);
      await refused(by(shop, made, entry.receive(1n)), "MoreThanOffered", made, 0, 1);
      await shop.write(made, entry.receive(0n));
    });
  });

  describe("by CORRECT of its RECEIVE", () => {
    it("brings back what was only miscounted, and no more, or loses more of it", async () => {
      const made = await ship({ amount: 1_000n });
      await refused(by(farm, made, entry.correct({ seq: 1, entry: 1, own: 1n })), "UnderWay", made);
      await shop.write(made, entry.receive(900n));
      const correct = (own: bigint) => entry.correct({ seq: 2, own });

      await refused(by(shop, made, correct(101n)), "NotEnoughLost", made, 100n, 101n);
      await shop.write(made, correct(60n));
      expect(await lotOf(made)).to.include({ made: 1_000n, left: 960n });
      expect(await asideOf(made)).to.deep.equal([0n, 0n, 40n]);
      await refused(by(shop, made, correct(-961n)), "NotEnoughLeft", made, 960n, 961n);
      await shop.write(made, correct(-960n));

      expect(await lotOf(made)).to.include({ made: 1_000n, left: 0n });
      expect(await asideOf(made)).to.deep.equal([0n, 0n, 1_000n]);
      await refused(by(farm, made, correct(1n)), "NotHolder", made, farm.number);
      await refused(
        by(shop, made, entry.correct({ seq: 2, own: 1n, other: lot, others: 1n })),
        "NotHolder",
        lot,
        shop.number,
      );
    });

    it("is of packed goods in whole pieces", async () => {
      const made = await ship({ amount: 1_000n, packed: 1 });
      await shop.write(made, entry.receive(500n));
      const correct = (own: bigint) => entry.correct({ seq: 2, own });

      await refused(by(shop, made, correct(1n)), "NotWholePieces", product, 250n, 1n);
      await refused(by(shop, made, correct(750n)), "NotEnoughLost", made, 500n, 750n);
      await refused(by(shop, made, correct(-750n)), "NotEnoughPacked", made, 500n, 750n);
      await shop.write(made, correct(250n));

      expect(await lotOf(made)).to.include({ made: 1_000n, left: 0n, packed: 750n });
      expect(await asideOf(made)).to.deep.equal([0n, 1n, 250n]);
    });
  });

  // In a suite of its own, for mocha runs a suite's own sentences before those of the suites inside it.
  describe("in any way that docs/ledger.md §9 names", () => {
    it("was refused by that name in the sentences above", () => {
      expect(OF_HANDOVER.filter((name) => !refusals.seen.has(name))).to.deep.equal([]);
    });
  });
});
