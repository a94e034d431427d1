/** docs/ledger.md §6: an application, the certificate that answers it, what labels draw of its volume, and what becomes of it. */
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";
import { entry, type Group, type Hex, hex, type Signed, sha256, u } from "../support/phone.ts";
import { making, OF_CERTIFY, Refusals } from "../support/refusals.ts";
import { deployWorld, Farm, organisationSubject, type World } from "../support/simulator.ts";

const NOWHERE = hex(sha256(Buffer.from("nothing was made here")));
const CERTIFIER = 32;
const KILOGRAM = 1;
const EVER = 2 ** 40 - 1;
/** Of a bag, in grams. */
const NET = 250n;

type Making = Group["entries"][number];

describe("A certificate", () => {
  let world: World;
  let refusals: Refusals;
  let farm: Farm;
  let neighbour: Farm;
  let certifier: Farm;
  let product: Hex;
  let other: Hex;
  let plot: Hex;
  let lot: Hex;

  before(async () => {
    world = await deployWorld(await network.create());
    refusals = new Refusals(world);
    farm = await Farm.admit(world, { roles: 7 });
    neighbour = await Farm.admit(world, { roles: 7 });
    certifier = await Farm.admit(world, { roles: CERTIFIER });
    product = await farm.product({ net: NET });
    other = await farm.product({ net: NET });
    plot = await farm.plot();
    lot = await farm.lot(product, 1_000_000n);
  });

  function asking(of: Partial<Parameters<typeof entry.apply>[0]> = {}): Making {
    const { certifier: whom = certifier.number, unit = KILOGRAM, volume = 10_000n, scope = [product] } = of;
    return entry.apply({ ...of, certifier: whom, unit, volume, scope });
  }

  /** For the farm, for ever, over its product and ten kilograms of it. */
  function certifying(of: Partial<Parameters<typeof entry.certify>[0]> = {}): Making {
    const { beneficiary = farm.number, from = 0, until = EVER, unit = KILOGRAM, volume = 10_000n } = of;
    return entry.certify({ ...of, beneficiary, from, until, unit, volume, scope: of.scope ?? [product] });
  }

  function certified(of: Parameters<typeof certifying>[0] = {}): Promise<Hex> {
    return certifier.make(certifying(of));
  }

  function labelling(certificate: Hex, count: bigint, of: Hex = lot): Making {
    return entry.label({ lot: of, certificate, count });
  }

  function by(who: Farm, one: Making): Signed {
    return making([one], who.phone).batch;
  }

  function on(who: Farm, subject: Hex, ...entries: Group["entries"]): Signed {
    return who.phone.batch([{ subject, entries }]);
  }

  async function seqOf(subject: Hex): Promise<number> {
    return Number(BigInt(await world.word(subject)) & 0xffffffffn);
  }

  async function leftOf(certificate: Hex): Promise<bigint> {
    return (await world.ledger.certificate(certificate)).left;
  }

  describe("is asked for by APPLY", () => {
    it("which says whom it asks, for how much, and moves nothing that it names", async () => {
      const before = [await world.word(product), await world.word(plot), await world.word(certifier.subject)];

      const application = await farm.make(asking({ scope: [product, plot].sort() }));

      expect([...(await world.ledger.application(application))]).to.deep.equal(
        [farm.number, 72, 0, KILOGRAM, certifier.number, 10_000].map(BigInt),
      );
      expect([await world.word(product), await world.word(plot), await world.word(certifier.subject)]).to.deep.equal(
        before,
      );
      expect(await seqOf(application)).to.equal(1);
    });

    it("with unit and volume, or with neither", async () => {
      await farm.make(asking({ unit: 0, volume: 0n }));

      await refusals.expect(by(farm, asking({ unit: 5 })), "UnitUnknown", 5);
      await refusals.expect(by(farm, asking({ unit: 0 })), "UnitUnknown", 0);
      await refusals.expect(by(farm, asking({ volume: 0n })), "AmountZero");
    });

    it("by whoever makes, works or sells goods", async () => {
      for (let bit = 0; bit < 8; ++bit) {
        const who = await Farm.admit(world, { roles: 2 ** bit });
        const batch = by(who, asking());
        if (2 ** bit <= 4) await world.accepted(batch);
        else await refusals.expect(batch, "NoRole", who.number, 72);
      }
    });

    it("of an organisation that is there, certifies, and is another", async () => {
      const both = await Farm.admit(world, { roles: 1 + CERTIFIER });
      const next = both.number + 1;

      await refusals.expect(by(farm, asking({ certifier: 0 })), "OrganisationUnknown", 0);
      await refusals.expect(by(farm, asking({ certifier: next })), "OrganisationUnknown", next);
      await refusals.expect(by(farm, asking({ certifier: neighbour.number })), "NoRole", neighbour.number, 72);
      const itself = by(both, asking({ certifier: both.number }));
      await refusals.expect(itself, "HolderItself", organisationSubject(both.number), both.number);
    });

    it("for any products, and plots of its own, ascending, 1 to 100", async () => {
      const theirs = await neighbour.plot();
      const [low = product, high = plot] = [product, plot].sort();
      const many = Array.from({ length: 101 }, (_, i) => hex(u(32, i + 1)));

      await neighbour.make(asking({ scope: [product] }));
      await refusals.expect(by(farm, asking({ scope: [theirs] })), "NotHolder", theirs, farm.number);
      await refusals.expect(by(farm, asking({ scope: [] })), "CountOutOfRange", 0);
      await refusals.expect(by(farm, asking({ scope: many })), "CountOutOfRange", 101);
      await refusals.expect(by(farm, asking({ scope: [high, low] })), "NotAscending", low);
      await refusals.expect(by(farm, asking({ scope: [low, low] })), "NotAscending", low);
      await refusals.expect(by(farm, asking({ scope: [NOWHERE] })), "SubjectUnknown", NOWHERE);
      await refusals.expect(by(farm, asking({ scope: [ZeroHash as Hex] })), "SubjectUnknown", ZeroHash);
      await refusals.expect(by(farm, asking({ scope: [lot] })), "WrongSort", lot, 56);
    });

    it("and is given by a view of an application alone", async () => {
      const { ledger } = world;
      await expect(ledger.application(lot)).to.be.revertedWithCustomError(ledger, "WrongSort").withArgs(lot, 56);
    });
  });

  describe("answers an application", () => {
    it("which is touched and answered by it, and from whose word it derives", async () => {
      const application = await farm.make(asking());
      const asked = BigInt(await world.word(application));
      const { batch, id } = making([certifying({ application })], certifier.phone);

      const receipt = await world.accepted(batch);

      const [, touched, recorded] = world.logs(receipt);
      expect([touched?.name, touched?.args.subject, recorded?.name]).to.deep.equal([
        "Touched",
        application,
        "Recorded",
      ]);
      expect(BigInt(await world.word(application)) & 0xffffffffn).to.equal((asked & 0xffffffffn) + 1n);
      expect((await world.ledger.application(application)).status).to.equal(128n);
      expect((await world.ledger.certificate(id)).status).to.equal(128n);
      const word = touched?.args.word as Hex;
      const born = sha256(bytes(id), bytes(application), bytes(word)).subarray(0, 28);
      const stamp = world.logs(receipt)[0]?.args.stamp as Hex;
      const leaf = sha256(Buffer.of(0), batch.groups[0] ?? Buffer.alloc(0));
      const move = sha256(born, u(4, 0), bytes(batch.hash), bytes(stamp), leaf, u(4, 0xffff));
      expect(await world.word(id)).to.equal(hex(Buffer.concat([move.subarray(0, 28), u(4, 1)])));
    });

    it("once", async () => {
      const application = await farm.make(asking());
      await certified({ application });

      await refusals.expect(by(certifier, certifying({ application })), "AlreadyAnswered", application);
    });

    it("that the beneficiary wrote, to this very certifier", async () => {
      const application = await farm.make(asking());
      const rival = await Farm.admit(world, { roles: CERTIFIER });

      const beneficiary = neighbour.number;
      const forAnother = by(certifier, certifying({ application, beneficiary }));
      await refusals.expect(forAnother, "NotBeneficiary", application, beneficiary);
      const byAnother = by(rival, certifying({ application }));
      await refusals.expect(byAnother, "NotBeneficiary", application, rival.number);
      await certified({ application });
    });

    it("or none; nothing else is one", async () => {
      await refusals.expect(by(certifier, certifying({ application: NOWHERE })), "SubjectUnknown", NOWHERE);
      await refusals.expect(by(certifier, certifying({ application: plot })), "WrongSort", plot, 16);
      const nonce = certifier.phone.take();
      const subject = certifier.phone.newId(nonce);
      const entries = [certifying({ application: subject })];
      const itself = certifier.phone.batch([{ subject, entries }], { nonce });
      await refusals.expect(itself, "TouchesItself", subject);
    });
  });

  describe("has a volume", () => {
    it("with a unit, or neither; all of it is left at first", async () => {
      const certificate = await certified();

      const { unit, volume, left, products } = await world.ledger.certificate(certificate);
      expect([unit, volume, left, products]).to.deep.equal([1n, 10_000n, 10_000n, 1n]);
      await refusals.expect(by(certifier, certifying({ unit: 5 })), "UnitUnknown", 5);
      await refusals.expect(by(certifier, certifying({ unit: 0 })), "UnitUnknown", 0);
      await refusals.expect(by(certifier, certifying({ volume: 0n })), "AmountZero");
    });

    it("that labels draw down to nothing, and no further", async () => {
      const certificate = await certified();
      const before = await world.ledger.lot(lot);

      await farm.make(labelling(certificate, 39n));
      expect(await leftOf(certificate)).to.equal(250n);
      await refusals.expect(by(farm, labelling(certificate, 2n)), "NotEnoughVolume", certificate, 250, 500);
      const last = await farm.make(labelling(certificate, 1n));

      expect(await leftOf(certificate)).to.equal(0n);
      await refusals.expect(by(farm, labelling(certificate, 1n)), "NotEnoughVolume", certificate, 0, 250);
      const after = await world.ledger.lot(lot);
      expect([before.left - after.left, after.packed - before.packed]).to.deep.equal([10_000n, 10_000n]);
      const [run, from, claimed] = await world.ledger.labelRun(last);
      expect([run.count, run.valid, run.net, from, claimed]).to.deep.equal([1n, 1n, NET, lot, certificate]);
    });

    it("which three times as many labels as it certifies cannot have", async () => {
      const certificate = await certified();
      await farm.make(labelling(certificate, 40n));

      await refusals.expect(by(farm, labelling(certificate, 80n)), "NotEnoughVolume", certificate, 0, 20_000);
    });

    it("of which a label that claims nothing takes nothing", async () => {
      const certificate = await certified();

      await farm.make(entry.label({ lot, count: 4n }));

      expect(await leftOf(certificate)).to.equal(10_000n);
    });

    it("which is asked after what is left of the lot", async () => {
      const certificate = await certified({ volume: 100n });
      const little = await farm.make(entry.origin({ product, amount: 100n }));

      await refusals.expect(by(farm, labelling(certificate, 1n, little)), "NotEnoughLeft", little, 100, 250);
    });
  });

  describe("that labels claim", () => {
    it("moves after their lot, and both are what the run derives from", async () => {
      const certificate = await certified();
      const { batch, id } = making([labelling(certificate, 4n)], farm.phone);

      const receipt = await world.accepted(batch);

      const [accepted, ...logs] = world.logs(receipt);
      expect(logs.map(({ name, args }) => [name, args[0] as unknown])).to.deep.equal([
        ["Touched", lot],
        ["Touched", certificate],
        ["Recorded", id],
      ]);
      const [ofLot = ZeroHash, ofCertificate = ZeroHash] = logs.map(({ args }) => args[3] as Hex);
      const ancestry = [id, lot, ofLot, certificate, ofCertificate].map((one) => bytes(one as Hex));
      const born = sha256(...ancestry).subarray(0, 28);
      const leaf = sha256(Buffer.of(0), batch.groups[0] ?? Buffer.alloc(0));
      const stamp = accepted?.args.stamp as Hex;
      const move = sha256(born, u(4, 0), bytes(batch.hash), bytes(stamp), leaf, u(4, 0xffff));
      expect(await world.word(id)).to.equal(hex(Buffer.concat([move.subarray(0, 28), u(4, 1)])));
    });

    it("is one that was issued for whoever labels", async () => {
      const certificate = await certified({ beneficiary: neighbour.number });

      await refusals.expect(by(farm, labelling(NOWHERE, 1n)), "SubjectUnknown", NOWHERE);
      await refusals.expect(by(farm, labelling(plot, 1n)), "WrongSort", plot, 16);
      await refusals.expect(by(farm, labelling(lot, 1n)), "WrongSort", lot, 56);
      await refusals.expect(by(farm, labelling(certificate, 1n)), "NotBeneficiary", certificate, farm.number);
      const nonce = farm.phone.take();
      const subject = farm.phone.newId(nonce);
      const itself = farm.phone.batch([{ subject, entries: [labelling(subject, 1n)] }], { nonce });
      await refusals.expect(itself, "TouchesItself", subject);
    });

    it("names the lot's product, or no product at all", async () => {
      const forOther = await certified({ scope: [other] });
      const forPlot = await certified({ scope: [plot] });
      const forBoth = await certified({ scope: [product, other].sort() });
      const forOtherOfPlot = await certified({ scope: [other, plot].sort() });

      await refusals.expect(by(farm, labelling(forOther, 1n)), "NotInScope", forOther, product);
      await refusals.expect(by(farm, labelling(forOtherOfPlot, 1n)), "NotInScope", forOtherOfPlot, product);
      await farm.make(labelling(forPlot, 1n));
      await farm.make(labelling(forBoth, 1n));
      expect((await world.ledger.certificate(forBoth)).products).to.equal(2n);
      expect((await world.ledger.certificate(forPlot)).products).to.equal(0n);
    });

    it("is of the lot's unit, and so has a volume", async () => {
      const inPieces = await certified({ unit: 3 });
      const without = await certified({ unit: 0, volume: 0n });

      await refusals.expect(by(farm, labelling(inPieces, 1n)), "UnitsDiffer", inPieces);
      await refusals.expect(by(farm, labelling(without, 1n)), "UnitsDiffer", without);
    });

    it("is in force from its first second to before its last", async () => {
      const { timestamp } = (await world.ethers.provider.getBlock("latest")) ?? { timestamp: 0 };
      const [from, until] = [timestamp + 1000, timestamp + 2000];
      const certificate = await certified({ from, until });
      const at = (seconds: number) => world.ethers.provider.send("evm_setNextBlockTimestamp", [seconds]);
      const refused = () =>
        refusals.expect(by(farm, labelling(certificate, 1n)), "NotInForce", certificate, from, until);

      await at(from - 1);
      await refused();
      await at(from);
      await farm.make(labelling(certificate, 1n));
      await at(until - 1);
      await farm.make(labelling(certificate, 1n));
      await at(until);
      await refused();
    });
  });

  describe("is stopped by its issuer", () => {
    it("with SUSPEND, until LIFT: meanwhile nothing is labelled under it", async () => {
      const certificate = await certified();
      await farm.make(labelling(certificate, 1n));

      await certifier.write(certificate, entry.suspend());
      await refusals.expect(by(farm, labelling(certificate, 1n)), "Suspended", certificate);
      expect((await world.ledger.certificate(certificate)).status).to.equal(32n);

      await certifier.write(certificate, entry.lift());
      await farm.make(labelling(certificate, 1n));
      expect((await world.ledger.certificate(certificate)).status).to.equal(0n);
      expect(await leftOf(certificate)).to.equal(9500n);
    });

    it("with REVOKE, for good, whether suspended or not", async () => {
      for (const before of [[], [entry.suspend()]]) {
        const certificate = await certified();
        await certifier.write(certificate, ...before, entry.revoke());

        await refusals.expect(by(farm, labelling(certificate, 1n)), "Revoked", certificate);
        for (const one of [entry.lift(), entry.suspend(), entry.revoke()]) {
          await refusals.expect(on(certifier, certificate, one), "Revoked", certificate);
        }
      }
    });

    it("not twice, and not lifted when not suspended", async () => {
      const certificate = await certified();

      await refusals.expect(on(certifier, certificate, entry.lift()), "NotSuspended", certificate);
      await refusals.expect(on(certifier, certificate, entry.suspend(), entry.suspend()), "Suspended", certificate);
      await certifier.write(certificate, entry.suspend(), entry.lift(), entry.suspend());
      await refusals.expect(on(certifier, certificate, entry.suspend()), "Suspended", certificate);
    });

    it("by nobody else, and nothing else is stopped so", async () => {
      const certificate = await certified();
      const rival = await Farm.admit(world, { roles: 255 });

      for (const one of [entry.suspend(), entry.lift(), entry.revoke()]) {
        for (const who of [farm, rival]) {
          await refusals.expect(on(who, certificate, one), "NotHolder", certificate, who.number);
        }
        await refusals.expect(on(farm, lot, one), "WrongSort", lot, 56);
        await refusals.expect(on(certifier, certifier.subject, one), "WrongSort", certifier.subject, 0);
        await refusals.expect(on(certifier, NOWHERE, one), "SubjectUnknown", NOWHERE);
      }
    });

    it("even when its role has ended, for no certificate stays in force against its issuer's word", async () => {
      const former = await Farm.admit(world, { roles: CERTIFIER });
      const certificate = await former.make(certifying());
      await (await world.ledger.setRoles(former.number, 0, NOWHERE)).wait();

      await former.write(certificate, entry.revoke());

      await refusals.expect(by(farm, labelling(certificate, 1n)), "Revoked", certificate);
    });
  });

  // In a suite of its own, for mocha runs a suite's own sentences before those of the suites inside it.
  describe("in any way that docs/ledger.md §9 names", () => {
    it("was refused by that name in the sentences above", () => {
      expect(OF_CERTIFY.filter((name) => !refusals.seen.has(name))).to.deep.equal([]);
    });
  });
});

function bytes(value: Hex): Buffer {
  return Buffer.from(value.slice(2), "hex");
}
