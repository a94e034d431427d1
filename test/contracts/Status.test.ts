/** docs/ledger.md §6: what is recalled, by whom, what that stops and what it does not, and who took note of it. */
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";
import { entry, type Group, type Hex, hex, type Signed, sha256 } from "../support/phone.ts";
import { making, OF_STATUS, Refusals } from "../support/refusals.ts";
import { deployWorld, Farm, type World } from "../support/simulator.ts";

const NOWHERE = hex(sha256(Buffer.from("nothing was made here")));
const [AS_HOLDER, AS_REGULATOR, AS_CERTIFIER] = [1, 2, 3];
const REGULATOR = 128;
const CERTIFIER = 32;

type Making = Group["entries"][number];

describe("A recall", () => {
  let world: World;
  let refusals: Refusals;
  let farm: Farm;
  let shop: Farm;
  let regulator: Farm;
  let certifier: Farm;
  let product: Hex;
  let certificate: Hex;

  before(async () => {
    world = await deployWorld(await network.create());
    refusals = new Refusals(world);
    farm = await Farm.admit(world, { roles: 7 });
    shop = await Farm.admit(world, { roles: 4 });
    regulator = await Farm.admit(world, { roles: REGULATOR });
    certifier = await Farm.admit(world, { roles: CERTIFIER });
    product = await farm.product({ net: 250n });
    certificate = await asked([product]);
  });

  function on(who: Farm, subject: Hex, ...entries: Group["entries"]): Signed {
    return who.phone.batch([{ subject, entries }]);
  }

  function by(who: Farm, one: Making): Signed {
    return making([one], who.phone).batch;
  }

  async function statusOf(subject: Hex): Promise<bigint> {
    return (BigInt(await world.ledger.slot(subject)) >> 32n) & 0xffn;
  }

  /** A certificate that the farm applied for, expired long ago. */
  async function asked(scope: readonly Hex[]): Promise<Hex> {
    const application = await farm.make(entry.apply({ certifier: certifier.number, scope }));
    return certifier.make(entry.certify({ application, beneficiary: farm.number, from: 0, until: 1, scope }));
  }

  function asCertifier(of: { drill?: number; certificate?: Hex } = {}): Making {
    return entry.recall({ certificate, ...of, capacity: AS_CERTIFIER });
  }

  describe("by the holder, an authority or a certifier", () => {
    it("stands beside the others' until each ends its own", async () => {
      const lot = await farm.lot(product);

      await farm.write(lot, entry.recall());
      await regulator.write(lot, entry.recall({ capacity: AS_REGULATOR }));
      await certifier.write(lot, asCertifier());
      expect(await statusOf(lot)).to.equal(3n);
      for (const [who, bit] of [
        [farm, 2n],
        [regulator, 4n],
        [certifier, 8n],
        [shop, 0n],
      ] as const) {
        expect(await world.ledger.recallsOf(lot, who.number)).to.equal(bit);
      }

      await farm.write(lot, entry.release(AS_HOLDER));
      await regulator.write(lot, entry.release(AS_REGULATOR));
      expect(await statusOf(lot)).to.equal(1n);
      await refusals.expect(by(farm, entry.label({ lot, count: 1n })), "Recalled", lot);
      await certifier.write(lot, entry.release(AS_CERTIFIER));
      expect(await statusOf(lot)).to.equal(0n);
      await farm.make(entry.label({ lot, count: 1n }));
    });

    it("is of a lot, a consignment, a planting, a plot or a label run, and of nothing else", async () => {
      const lot = await farm.lot(product);
      const plot = await farm.plot();
      const planting = await farm.make(entry.plant({ plot, product, area: 1000n, cap: 1000n }));
      const run = await farm.make(entry.label({ lot, count: 4n }));
      const consignment = await farm.make(entry.ship({ lot, amount: 100n, to: shop.number }));
      const from = await farm.make(entry.origin({ product, amount: 100n }));
      const made = await farm.make(entry.transform([[lot, 100n]], [[product, 100n]]));

      for (const subject of [lot, plot, planting, run, consignment, from, made]) {
        await farm.write(subject, entry.recall());
        expect(await statusOf(subject)).to.equal(1n);
        await farm.write(subject, entry.release());
        expect(await statusOf(subject)).to.equal(0n);
      }
      const member = await farm.make(entry.member());
      for (const [subject, sort] of [
        [product, 8],
        [member, 9],
        [farm.subject, 0],
      ] as const) {
        await refusals.expect(on(farm, subject, entry.recall()), "WrongSort", subject, sort);
        await refusals.expect(on(farm, subject, entry.release()), "WrongSort", subject, sort);
      }
      const ofIts = on(regulator, certificate, entry.recall({ capacity: AS_REGULATOR }));
      await refusals.expect(ofIts, "WrongSort", certificate, 73);
    });

    it("is made in the capacity that the organisation has", async () => {
      const lot = await farm.lot(product);

      await refusals.expect(on(shop, lot, entry.recall()), "NotHolder", lot, shop.number);
      await refusals.expect(on(regulator, lot, entry.recall()), "NotHolder", lot, regulator.number);
      for (const who of [farm, shop, certifier]) {
        const asRegulator = on(who, lot, entry.recall({ capacity: AS_REGULATOR }));
        await refusals.expect(asRegulator, "NoRole", who.number, 96);
      }
      for (const who of [farm, shop, regulator]) {
        await refusals.expect(on(who, lot, asCertifier()), "NoRole", who.number, 96);
      }
      for (const capacity of [0, 4, 255]) {
        await refusals.expect(on(farm, lot, entry.recall({ capacity })), "CapacityUnknown", capacity);
        await refusals.expect(on(farm, lot, entry.release(capacity)), "CapacityUnknown", capacity);
      }
      for (const capacity of [AS_HOLDER, AS_REGULATOR]) {
        const who = await Farm.admit(world, { roles: REGULATOR });
        const recall = on(who, NOWHERE, entry.recall({ capacity }));
        await refusals.expect(recall, "SubjectUnknown", NOWHERE);
        await refusals.expect(on(who, NOWHERE, entry.release(capacity)), "SubjectUnknown", NOWHERE);
      }
    });

    it("of a certifier leans on a certificate of its own for whoever holds the goods, which it moves", async () => {
      const lot = await farm.lot(product);
      const theirs = await shop.make(entry.origin({ product, amount: 100n }));
      const rival = await Farm.admit(world, { roles: CERTIFIER });

      await refusals.expect(on(rival, lot, asCertifier()), "NotHolder", certificate, rival.number);
      await refusals.expect(on(certifier, theirs, asCertifier()), "NotBeneficiary", certificate, shop.number);
      const none = asCertifier({ certificate: ZeroHash as Hex });
      await refusals.expect(on(certifier, lot, none), "SubjectUnknown", ZeroHash);
      const itself = asCertifier({ certificate: certifier.subject });
      await refusals.expect(on(certifier, lot, itself), "WrongSort", certifier.subject, 0);

      const receipt = await world.accepted(on(certifier, lot, asCertifier()));
      expect(
        world
          .logs(receipt)
          .map(({ name, args }) => [name, args[0] as unknown])
          .slice(1),
      ).to.deep.equal([
        ["Touched", certificate],
        ["Recorded", lot],
      ]);
    });

    it("of a certifier leans on no certificate that is revoked; a suspended or expired one will do", async () => {
      const lot = await farm.lot(product);
      const own = await asked([product]);

      await certifier.write(own, entry.suspend());
      await certifier.write(lot, asCertifier({ certificate: own }), entry.release(AS_CERTIFIER));
      await certifier.write(own, entry.revoke());
      await refusals.expect(on(certifier, lot, asCertifier({ certificate: own })), "Revoked", own);
      await refusals.expect(on(certifier, lot, asCertifier({ certificate: own, drill: 1 })), "Revoked", own);
    });

    it("of a certifier leans on a certificate that was asked for, or that labels have drawn on", async () => {
      const lot = await farm.lot(product, 10_000n);
      const said = { beneficiary: farm.number, from: 0, until: 2 ** 40 - 1, scope: [product] };
      const words = await certifier.make(entry.certify(said));
      const unasked = await certifier.make(entry.certify({ ...said, unit: 1, volume: 5_000n }));
      for (const id of [words, unasked]) {
        await refusals.expect(on(certifier, lot, asCertifier({ certificate: id })), "Unasked", id);
      }

      const claimed = { lot, certificate: unasked };
      const run = await farm.make(entry.label({ ...claimed, count: 1n }));
      await certifier.write(lot, asCertifier({ certificate: unasked }), entry.release(AS_CERTIFIER));
      await farm.write(run, entry.void({ ...claimed, ranges: [[0n, 1n]] }));
      await refusals.expect(on(certifier, lot, asCertifier({ certificate: unasked })), "Unasked", unasked);
    });

    it("of a certifier is of what its certificate names", async () => {
      const other = await farm.product({ net: 250n });
      const [plot, another] = [await farm.plot(), await farm.plot()];
      const planting = await farm.make(entry.plant({ plot, product, area: 1000n, cap: 10_000_000n }));
      const lot = await farm.make(entry.harvest([[planting, 1000n]]));
      const run = await farm.make(entry.label({ lot, count: 1n }));
      const consignment = await farm.make(entry.ship({ lot, amount: 100n, to: shop.number }));
      const ofOther = await farm.make(entry.transform([[lot, 100n]], [[other, 100n]]));
      const [ofProduct, ofPlot] = [certificate, await asked([plot])];
      const both = await asked([plot, product].sort());
      const recalls = (id: Hex, by: Hex) => on(certifier, id, asCertifier({ certificate: by }));

      for (const id of [planting, lot, run, consignment]) await world.accepted(recalls(id, ofProduct));
      await refusals.expect(recalls(ofOther, ofProduct), "NotInScope", ofProduct, other);
      await refusals.expect(recalls(plot, ofProduct), "NotInScope", ofProduct, plot);
      for (const id of [plot, ofOther]) await world.accepted(recalls(id, ofPlot));
      await refusals.expect(recalls(another, ofPlot), "NotInScope", ofPlot, another);
      for (const id of [planting, lot, run, consignment, plot, ofOther])
        await certifier.write(id, entry.release(AS_CERTIFIER));

      for (const id of [planting, lot, run, consignment, plot]) await world.accepted(recalls(id, both));
      await refusals.expect(recalls(ofOther, both), "NotInScope", both, other);
      await refusals.expect(recalls(another, both), "NotInScope", both, another);
    });

    it("of the others names no certificate", async () => {
      const lot = await farm.lot(product);

      await refusals.expect(on(farm, lot, entry.recall({ certificate })), "OtherNotNeeded", certificate);
      const asRegulator = entry.recall({ capacity: AS_REGULATOR, certificate });
      await refusals.expect(on(regulator, lot, asRegulator), "OtherNotNeeded", certificate);
    });

    it("stands once for each organisation and capacity", async () => {
      const all = await Farm.admit(world);
      const lot = await all.lot(await all.product());

      await all.write(lot, entry.recall(), entry.recall({ capacity: AS_REGULATOR }));
      expect(await statusOf(lot)).to.equal(2n);
      expect(await world.ledger.recallsOf(lot, all.number)).to.equal(6n);
      await refusals.expect(on(all, lot, entry.recall()), "AlreadyRecalled", lot, all.number);
      await all.write(lot, entry.release(AS_HOLDER));
      await refusals.expect(on(all, lot, entry.release(AS_HOLDER)), "NotRecalled", lot, all.number);
      const again = on(all, lot, entry.recall({ capacity: AS_REGULATOR }));
      await refusals.expect(again, "AlreadyRecalled", lot, all.number);
      await all.write(lot, entry.recall());
      expect(await statusOf(lot)).to.equal(2n);
    });

    it("is one of at most fifteen", async () => {
      const lot = await farm.lot(product);
      const authorities: Farm[] = [];
      for (let n = 0; n < 15; ++n) {
        const one = await Farm.admit(world, { roles: REGULATOR });
        await one.write(lot, entry.recall({ capacity: AS_REGULATOR }));
        authorities.push(one);
      }

      expect(await statusOf(lot)).to.equal(15n);
      await refusals.expect(on(farm, lot, entry.recall()), "CountOutOfRange", 16);
      await farm.write(lot, entry.recall({ drill: 1 }));
      await authorities[0]?.write(lot, entry.release(AS_REGULATOR));
      await farm.write(lot, entry.recall());
      expect(await statusOf(lot)).to.equal(15n);
    });

    it("leaves the other bits of the slot alone", async () => {
      const lot = await farm.lot(product);
      const before = await world.ledger.slot(lot);

      await farm.write(lot, entry.recall());
      expect(BigInt(await world.ledger.slot(lot)) ^ BigInt(before)).to.equal(1n << 32n);
      await farm.write(lot, entry.release());
      expect(await world.ledger.slot(lot)).to.equal(before);
    });
  });

  describe("that is lifted", () => {
    it("is the organisation's own, even when its role has ended or the goods have gone on", async () => {
      const former = await Farm.admit(world, { roles: REGULATOR });
      const lot = await farm.lot(product);
      await former.write(lot, entry.recall({ capacity: AS_REGULATOR }));
      await (await world.ledger.setRoles(former.number, 0, NOWHERE)).wait();

      await refusals.expect(on(farm, lot, entry.release(AS_REGULATOR)), "NotRecalled", lot, farm.number);
      await refusals.expect(on(regulator, lot, entry.release(AS_REGULATOR)), "NotRecalled", lot, regulator.number);
      await former.write(lot, entry.release(AS_REGULATOR));
      expect(await statusOf(lot)).to.equal(0n);

      const consignment = await farm.make(entry.ship({ lot, amount: 100n, to: shop.number }));
      await farm.write(consignment, entry.recall());
      await shop.write(consignment, entry.receive(100n));
      await refusals.expect(on(farm, consignment, entry.release()), "NotRecalled", consignment, farm.number);
      expect(await statusOf(consignment)).to.equal(1n);
      await shop.write(consignment, entry.release());
      expect(await statusOf(consignment)).to.equal(0n);
    });

    it("is its holder's who received the goods, of the sender's recalls that as holder alone", async () => {
      const all = await Farm.admit(world);
      const lot = await all.lot(await all.product());
      const consignment = await all.make(entry.ship({ lot, amount: 100n, to: shop.number }));
      await all.write(consignment, entry.recall(), entry.recall({ capacity: AS_REGULATOR }));
      await regulator.write(consignment, entry.recall({ capacity: AS_REGULATOR }));

      await shop.write(consignment, entry.receive(100n));

      expect(await statusOf(consignment)).to.equal(3n);
      for (const [who, bits] of [
        [all, 4n],
        [shop, 2n],
        [regulator, 4n],
      ] as const) {
        expect(await world.ledger.recallsOf(consignment, who.number)).to.equal(bits);
      }
      await refusals.expect(on(shop, consignment, entry.recall()), "AlreadyRecalled", consignment, shop.number);
    });

    it("stays the sender's who sends goods to itself", async () => {
      const lot = await farm.lot(product);
      const consignment = await farm.make(entry.ship({ lot, amount: 100n, to: farm.number }));
      await farm.write(consignment, entry.recall());

      await farm.write(consignment, entry.receive(100n));

      expect(await world.ledger.recallsOf(consignment, farm.number)).to.equal(2n);
      await farm.write(consignment, entry.release());
    });

    it("stands: nobody lifts what nobody recalled", async () => {
      const lot = await farm.lot(product);

      for (const capacity of [AS_HOLDER, AS_REGULATOR, AS_CERTIFIER]) {
        await refusals.expect(on(farm, lot, entry.release(capacity)), "NotRecalled", lot, farm.number);
      }
    });
  });

  describe("that is a drill", () => {
    it("moves the subject and changes nothing else of it", async () => {
      const lot = await farm.lot(product);
      const [slot, word] = [await world.ledger.slot(lot), BigInt(await world.word(lot))];

      await farm.write(lot, entry.recall({ drill: 1 }));
      await regulator.write(lot, entry.recall({ capacity: AS_REGULATOR, drill: 1 }));
      await certifier.write(lot, asCertifier({ drill: 1 }));

      expect(await world.ledger.slot(lot)).to.equal(slot);
      expect(BigInt(await world.word(lot)) & 0xffffffffn).to.equal((word & 0xffffffffn) + 3n);
      for (const who of [farm, regulator, certifier]) {
        expect(await world.ledger.recallsOf(lot, who.number)).to.equal(0n);
      }
      await farm.make(entry.label({ lot, count: 1n }));
      await refusals.expect(on(farm, lot, entry.release()), "NotRecalled", lot, farm.number);
    });

    it("is written beside a recall that stands, by whoever may recall", async () => {
      const lot = await farm.lot(product);
      await farm.write(lot, entry.recall());

      await farm.write(lot, entry.recall({ drill: 1 }));

      expect(await statusOf(lot)).to.equal(1n);
      await refusals.expect(on(shop, lot, entry.recall({ drill: 1 })), "NotHolder", lot, shop.number);
      await refusals.expect(on(farm, lot, entry.recall({ drill: 2 })), "FlagsUnknown", 2);
    });
  });

  describe("stops", () => {
    it("a lot from being shipped, worked, labelled and promised, and nothing else", async () => {
      const lot = await farm.lot(product, 10_000n);
      const run = await farm.make(entry.label({ lot, count: 8n }));
      const packed = await farm.make(entry.ship({ lot, packed: 1, amount: 500n, to: shop.number }));
      await farm.write(lot, entry.recall());

      for (const one of [
        entry.ship({ lot, amount: 1n, to: shop.number }),
        entry.ship({ lot, packed: 1, amount: 250n, to: farm.number }),
        entry.transform([[lot, 1n]], [[product, 1n]]),
        entry.label({ lot, count: 1n }),
      ]) {
        await refusals.expect(by(farm, one), "Recalled", lot);
      }
      await refusals.expect(on(farm, lot, entry.promise(1n)), "Recalled", lot);

      await farm.write(lot, entry.note(), entry.grow(), entry.correct({ own: -1n }));
      await farm.write(lot, entry.discard({ reason: 4, amount: 100n }));
      await farm.write(run, entry.void({ lot, ranges: [[0n, 2n]] }));
      await regulator.write(lot, entry.inspect());
      await shop.write(packed, entry.refuse(lot));
      await farm.write(lot, entry.acknowledge(2));
      const { left, packed: there } = await world.ledger.lot(lot);
      expect([left, there]).to.deep.equal([8000n - 1n - 100n + 500n, 1500n]);
    });

    it("a planting from being harvested, and what was harvested of it from nothing", async () => {
      const planting = await farm.planting(product);
      const lot = await farm.make(entry.harvest([[planting, 1000n]]));
      await farm.write(planting, entry.recall());

      await refusals.expect(by(farm, entry.harvest([[planting, 1n]])), "Recalled", planting);
      await farm.make(entry.label({ lot, count: 1n }));
      await farm.write(lot, entry.promise(1n));
      await farm.write(planting, entry.note());
      await farm.write(planting, entry.release());
      await farm.make(entry.harvest([[planting, 1n]]));
    });

    it("only itself: what comes of it is for readers to follow", async () => {
      const lot = await farm.lot(product, 10_000n);
      const made = await farm.make(entry.transform([[lot, 5000n]], [[product, 5000n]]));
      await farm.write(lot, entry.recall());

      await farm.make(entry.label({ lot: made, count: 1n }));
      await farm.make(entry.ship({ lot: made, amount: 1n, to: shop.number }));
      expect(await statusOf(made)).to.equal(0n);
    });

    it("no goods under way from arriving, and from being used there", async () => {
      const lot = await farm.lot(product, 10_000n);
      const consignment = await farm.make(entry.ship({ lot, amount: 500n, to: shop.number }));
      await regulator.write(consignment, entry.recall({ capacity: AS_REGULATOR }));

      await shop.write(consignment, entry.receive(500n));

      await refusals.expect(by(shop, entry.label({ lot: consignment, count: 1n })), "Recalled", consignment);
    });
  });

  describe("keeps what is recalled where it is in the books", () => {
    it("an output, of which nothing goes back to what it was made of", async () => {
      const lot = await farm.lot(product, 10_000n);
      const made = await farm.make(entry.transform([[lot, 8_000n]], [[product, 8_000n]]));
      await regulator.write(made, entry.recall({ capacity: AS_REGULATOR }));
      const less = { own: -8_000n, other: lot, others: -8_000n };

      await refusals.expect(on(farm, made, entry.correct(less)), "Recalled", made);
      await refusals.expect(on(farm, made, entry.correct({ other: lot, others: -1n })), "Recalled", made);
      await farm.write(made, entry.correct({ own: -1n }), entry.correct({ own: 101n, other: lot, others: 100n }));
      await regulator.write(made, entry.release(AS_REGULATOR));
      await farm.write(made, entry.correct({ own: -100n, other: lot, others: -100n }));
    });

    it("a harvest and a planting, which their planting and plot do not get back", async () => {
      const plot = await farm.plot();
      const planting = await farm.make(entry.plant({ plot, product, area: 10_000n, cap: 10_000_000n }));
      const lot = await farm.make(entry.harvest([[planting, 1000n]]));
      await farm.write(lot, entry.recall());
      await farm.write(planting, entry.recall());

      const back = { own: -10n, other: planting, others: -10n };
      await refusals.expect(on(farm, lot, entry.correct(back)), "Recalled", lot);
      const land = { own: -10n, other: plot, others: -10n };
      await refusals.expect(on(farm, planting, entry.correct(land)), "Recalled", planting);
      await farm.write(planting, entry.correct({ own: 10n, other: plot, others: 10n }));
    });

    it("goods under way, which arrive and do not go back", async () => {
      const lot = await farm.lot(product, 10_000n);
      const consignment = await farm.make(entry.ship({ lot, amount: 500n, to: shop.number }));
      await regulator.write(consignment, entry.recall({ capacity: AS_REGULATOR }));

      await refusals.expect(on(farm, consignment, entry.withdraw(lot)), "Recalled", consignment);
      await refusals.expect(on(shop, consignment, entry.refuse(lot)), "Recalled", consignment);
      const less = { own: -1n, other: lot, others: -1n };
      await refusals.expect(on(farm, consignment, entry.correct(less)), "Recalled", consignment);
      await farm.write(consignment, entry.correct({ own: 1n, other: lot, others: 1n }));
      await refusals.expect(on(farm, consignment, entry.refuse(lot)), "NotOffered", consignment, farm.number);
      await shop.write(consignment, entry.receive(400n));
      await refusals.expect(on(shop, consignment, entry.withdraw(lot)), "Recalled", consignment);
      await shop.write(consignment, entry.discard({ reason: 4, amount: 400n }));
      expect(await statusOf(consignment)).to.equal(1n);
    });

    it("labels, which are not voided", async () => {
      const lot = await farm.lot(product, 10_000n);
      const run = await farm.make(entry.label({ lot, count: 4n }));
      await regulator.write(run, entry.recall({ capacity: AS_REGULATOR }));

      await refusals.expect(on(farm, run, entry.void({ lot, ranges: [[0n, 4n]] })), "Recalled", run);
      await refusals.expect(on(farm, run, entry.void({ reason: 0, lot, ranges: [[0n, 4n]] })), "Recalled", run);
      await regulator.write(run, entry.release(AS_REGULATOR));
      await farm.write(run, entry.void({ lot, ranges: [[0n, 4n]] }));
    });
  });

  describe("is acknowledged", () => {
    it("by a holder of what came of the recalled subject, which is moved by it", async () => {
      const lot = await farm.lot(product, 10_000n);
      const consignment = await farm.make(entry.ship({ lot, amount: 500n, to: shop.number }));
      await shop.write(consignment, entry.receive(500n));
      await farm.write(lot, entry.recall());
      const seq = Number(BigInt(await world.word(lot)) & 0xffffffffn);
      const slot = await world.ledger.slot(lot);

      const receipt = await world.accepted(on(shop, consignment, entry.acknowledge(seq, lot)));

      expect(
        world
          .logs(receipt)
          .map(({ name, args }) => [name, args[0] as unknown])
          .slice(1),
      ).to.deep.equal([
        ["Touched", lot],
        ["Recorded", consignment],
      ]);
      expect(await world.ledger.slot(lot)).to.equal(slot);
    });

    it("by the holder of the recalled subject itself, which moves once", async () => {
      const lot = await farm.lot(product);
      await regulator.write(lot, entry.recall({ capacity: AS_REGULATOR }));

      const receipt = await world.accepted(on(farm, lot, entry.acknowledge(2)));

      expect(world.logs(receipt).map(({ name }) => name)).to.deep.equal(["Accepted", "Recorded"]);
      await refusals.expect(on(farm, lot, entry.acknowledge(2, lot)), "TouchesItself", lot);
    });

    it("naming one of its moves", async () => {
      const lot = await farm.lot(product);
      const its = await shop.make(entry.origin({ product, amount: 100n }));
      await farm.write(lot, entry.recall());

      await refusals.expect(on(farm, lot, entry.acknowledge(0)), "SeqUnknown", lot, 0, 2);
      await refusals.expect(on(farm, lot, entry.acknowledge(3)), "SeqUnknown", lot, 3, 2);
      await refusals.expect(on(shop, its, entry.acknowledge(0, lot)), "SeqUnknown", lot, 0, 2);
      await refusals.expect(on(shop, its, entry.acknowledge(3, lot)), "SeqUnknown", lot, 3, 2);
      await refusals.expect(on(shop, its, entry.acknowledge(1, NOWHERE)), "SubjectUnknown", NOWHERE);
    });

    it("by nobody else, of nothing that cannot be recalled", async () => {
      const lot = await farm.lot(product);
      await farm.write(lot, entry.recall());

      await refusals.expect(on(shop, lot, entry.acknowledge(2)), "NotHolder", lot, shop.number);
      await refusals.expect(on(farm, product, entry.acknowledge(2, lot)), "WrongSort", product, 8);
      await refusals.expect(on(farm, lot, entry.acknowledge(1, product)), "WrongSort", product, 8);
      await refusals.expect(on(farm, lot, entry.acknowledge(1, certificate)), "WrongSort", certificate, 73);
      await refusals.expect(on(farm, NOWHERE, entry.acknowledge(1, lot)), "SubjectUnknown", NOWHERE);
    });
  });

  // In a suite of its own, for mocha runs a suite's own sentences before those of the suites inside it.
  describe("in any way that docs/ledger.md §9 names", () => {
    it("was refused by that name in the sentences above", () => {
      expect(OF_STATUS.filter((name) => !refusals.seen.has(name))).to.deep.equal([]);
    });
  });
});
