/** docs/ledger.md §6: what a laboratory, a certifier, an authority or an expert writes of what another holds, and certificates. */
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";
import { entry, type Group, type Hex, hex, type Signed, sha256, u } from "../support/phone.ts";
import { making, OF_THIRD, Refusals } from "../support/refusals.ts";
import { deployWorld, Farm, organisationSubject, type World } from "../support/simulator.ts";

const NOWHERE = hex(sha256(Buffer.from("nothing was made here")));
const LABORATORY = 16;
const CERTIFIER = 32;
const EXPERT = 64;
const REGULATOR = 128;
const FROM = 1_750_000_000;
const UNTIL = 1_790_000_000;

type Making = Group["entries"][number];

describe("A third party", () => {
  let world: World;
  let refusals: Refusals;
  let farm: Farm;
  let laboratory: Farm;
  let certifier: Farm;
  let expert: Farm;
  let product: Hex;
  let plot: Hex;
  let planting: Hex;
  let lot: Hex;

  before(async () => {
    world = await deployWorld(await network.create());
    refusals = new Refusals(world);
    farm = await Farm.admit(world);
    laboratory = await Farm.admit(world, { roles: LABORATORY });
    certifier = await Farm.admit(world, { roles: CERTIFIER });
    expert = await Farm.admit(world, { roles: EXPERT });
    product = await farm.product({ net: 250n });
    plot = await farm.plot();
    planting = await farm.planting(product);
    lot = await farm.lot(product);
  });

  function by(who: Farm, subject: Hex, ...entries: Group["entries"]): Signed {
    return who.phone.batch([{ subject, entries }]);
  }

  async function seqOf(subject: Hex): Promise<number> {
    return Number(BigInt(await world.word(subject)) & 0xffffffffn);
  }

  describe("by TEST, INSPECT and ATTEST", () => {
    const third = { TEST: entry.test(), INSPECT: entry.inspect(), ATTEST: entry.attest() };

    it("moves the subject once a group and changes nothing else of it", async () => {
      const [slot, seq] = [await world.ledger.slot(lot), await seqOf(lot)];

      const receipt = await world.accepted(by(laboratory, lot, entry.test(), entry.test(), entry.test()));

      expect(await world.ledger.slot(lot)).to.equal(slot);
      expect(await seqOf(lot)).to.equal(seq + 1);
      const logs = world.logs(receipt).map(({ name, args }) => [name, args[0] as unknown]);
      expect(logs.slice(1)).to.deep.equal([["Recorded", lot]]);
    });

    it("writes what its role allows, and none of it with any other role", async () => {
      const allowed = { TEST: [LABORATORY], INSPECT: [CERTIFIER, REGULATOR], ATTEST: [EXPERT] };
      for (let bit = 0; bit < 8; ++bit) {
        const role = 2 ** bit;
        const who = await Farm.admit(world, { roles: role });
        for (const [name, roles] of Object.entries(allowed)) {
          const one = third[name as keyof typeof third];
          const batch = by(who, lot, one);
          if (roles.includes(role)) await world.accepted(batch);
          else await refusals.expect(batch, "NoRole", who.number, one.kind);
        }
      }
    });

    it("writes of every sort of subject", async () => {
      const run = await farm.make(entry.label({ lot, count: 4n }));
      const member = await farm.make(entry.member());
      const certificate = await farm.make(entry.certify({ beneficiary: laboratory.number, scope: [plot] }));

      for (const subject of [lot, product, plot, planting, run, member, certificate]) {
        await world.accepted(by(laboratory, subject, entry.test()));
        await world.accepted(by(certifier, subject, entry.inspect()));
        await world.accepted(by(expert, subject, entry.attest()));
      }
    });

    it("inspects and attests an organisation, which is not tested", async () => {
      await world.accepted(by(certifier, farm.subject, entry.inspect()));
      await world.accepted(by(expert, farm.subject, entry.attest()));

      await refusals.expect(by(laboratory, farm.subject, entry.test()), "WrongSort", farm.subject, 0);
      await refusals.expect(by(laboratory, laboratory.subject, entry.test()), "WrongSort", laboratory.subject, 0);
    });

    it("is never the holder itself, whatever roles it has", async () => {
      for (const subject of [lot, product, plot, planting]) {
        for (const one of Object.values(third)) {
          await refusals.expect(by(farm, subject, one), "HolderItself", subject, farm.number);
        }
      }
      await refusals.expect(
        by(certifier, certifier.subject, entry.inspect()),
        "HolderItself",
        certifier.subject,
        certifier.number,
      );
      await refusals.expect(by(expert, expert.subject, entry.attest()), "HolderItself", expert.subject, expert.number);
    });

    it("is not whom the goods are on their way to, either, as long as they are", async () => {
      const buyer = await Farm.admit(world);
      const goods = await farm.make(entry.ship({ lot, amount: 1n, to: buyer.number }));
      const sentBack = await farm.make(entry.ship({ lot, amount: 1n, to: buyer.number }));
      for (const one of Object.values(third)) {
        await refusals.expect(by(buyer, goods, one), "HolderItself", goods, buyer.number);
      }
      await world.accepted(by(laboratory, goods, entry.test()));

      await world.accepted(by(buyer, sentBack, entry.refuse(lot)));
      await world.accepted(by(buyer, sentBack, entry.inspect()));
      await world.accepted(by(buyer, goods, entry.receive(1n)));
      await refusals.expect(by(buyer, goods, entry.test()), "HolderItself", goods, buyer.number);
      await world.accepted(by(farm, goods, entry.test()));
    });

    it("is refused of what does not exist, after its form and its role", async () => {
      await refusals.expect(by(laboratory, NOWHERE, entry.test()), "SubjectUnknown", NOWHERE);
      await refusals.expect(by(certifier, NOWHERE, entry.inspect()), "SubjectUnknown", NOWHERE);
      await refusals.expect(by(expert, NOWHERE, entry.attest()), "SubjectUnknown", NOWHERE);
      await refusals.expect(by(laboratory, NOWHERE, entry.attest()), "NoRole", laboratory.number, 42);
      await refusals.expect(by(laboratory, NOWHERE, entry.any(42, Buffer.of(0))), "WrongLength", 42, 1);
    });

    it("holds nothing by it: its own notes on the subject are refused", async () => {
      await refusals.expect(by(laboratory, lot, entry.test(), entry.note()), "NotHolder", lot, laboratory.number);
    });

    it("stops with its role", async () => {
      const former = await Farm.admit(world, { roles: LABORATORY });
      await world.accepted(by(former, lot, entry.test()));
      await (await world.ledger.setRoles(former.number, 0, NOWHERE)).wait();

      await refusals.expect(by(former, lot, entry.test()), "NoRole", former.number, 40);
    });
  });

  describe("by CERTIFY", () => {
    function certify(of: Partial<Parameters<typeof entry.certify>[0]> = {}): Making {
      return entry.certify({ beneficiary: farm.number, from: FROM, until: UNTIL, scope: [product], ...of });
    }

    function refused(of: Parameters<typeof certify>[0], error: string, ...args: readonly unknown[]): Promise<void> {
      return refusals.expect(making([certify(of)], certifier.phone).batch, error, ...args);
    }

    it("makes a certificate of which it is the holder: for whom, from when until when", async () => {
      const certificate = await certifier.make(certify());

      const fields = [certifier.number, 73, 0, 0, farm.number, 1, 0, 0, FROM, UNTIL].map(BigInt);
      expect([...(await world.ledger.certificate(certificate))]).to.deep.equal(fields);
      const widths = [24, 8, 8, 8, 24, 24, 40, 40, 40, 40];
      let slot = BigInt(await world.ledger.slot(certificate));
      const drawn = widths.map((width) => {
        const field = slot & ((1n << BigInt(width)) - 1n);
        slot >>= BigInt(width);
        return field;
      });
      expect(drawn).to.deep.equal(fields);
    });

    it("names its scope, product by product and plot by plot", async () => {
      const scope = [product, plot].sort();

      const certificate = await certifier.make(certify({ scope }));

      for (const subject of scope) expect(await world.ledger.scope(certificate, subject)).to.equal(true);
      expect(await world.ledger.scope(certificate, planting)).to.equal(false);
      expect(await world.ledger.scope(product, certificate)).to.equal(false);
      expect(await world.ledger.scope(ZeroHash, product)).to.equal(false);
    });

    it("gives it the word of a birth, moved once, and moves nothing that it names", async () => {
      const before = [await world.word(product), await world.word(plot), await world.word(farm.subject)];
      const { batch, id } = making([certify({ scope: [product, plot].sort() })], certifier.phone);

      const receipt = await world.accepted(batch);

      expect([await world.word(product), await world.word(plot), await world.word(farm.subject)]).to.deep.equal(before);
      expect(world.logs(receipt).map(({ name }) => name)).to.deep.equal(["Accepted", "Recorded"]);
      const { chainId, ledger } = world.home;
      const [group = Buffer.alloc(0)] = batch.groups;
      const born = sha256(Buffer.from("furrow/1"), u(8, chainId), bytes(ledger), bytes(id)).subarray(0, 28);
      const accepted = world.logs(receipt)[0]?.args.stamp as Hex;
      const leaf = sha256(Buffer.of(0), group);
      const move = sha256(born, u(4, 0), bytes(batch.hash), bytes(accepted), leaf, u(4, 0xffff));
      expect(await world.word(id)).to.equal(hex(Buffer.concat([move.subarray(0, 28), u(4, 1)])));
    });

    it("is a certifier's alone", async () => {
      for (let bit = 0; bit < 8; ++bit) {
        const who = await Farm.admit(world, { roles: 2 ** bit });
        const { batch } = making([certify()], who.phone);
        if (2 ** bit === CERTIFIER) await world.accepted(batch);
        else await refusals.expect(batch, "NoRole", who.number, 73);
      }
    });

    it("is for an admitted organisation, and never for the issuer itself", async () => {
      const next = Number(await world.ledger.organisations()) + 1;

      await refused({ beneficiary: 0 }, "OrganisationUnknown", 0);
      await refused({ beneficiary: next }, "OrganisationUnknown", next);
      await refused({ beneficiary: 2 ** 24 - 1 }, "OrganisationUnknown", 2 ** 24 - 1);
      const { subject, number } = certifier;
      await refused({ beneficiary: number }, "HolderItself", subject, number);
      expect(subject).to.equal(organisationSubject(number));
    });

    it("is valid for at least a second", async () => {
      await certifier.make(certify({ from: FROM, until: FROM + 1 }));
      await certifier.make(certify({ from: 0, until: 2 ** 40 - 1 }));

      await refused({ from: FROM, until: FROM }, "ValidityEmpty", FROM, FROM);
      await refused({ from: UNTIL, until: FROM }, "ValidityEmpty", UNTIL, FROM);
      await refused({ from: 0, until: 0 }, "ValidityEmpty", 0, 0);
    });

    it("names 1 to 100 subjects, ascending, each a product or a plot", async () => {
      const [low = product, high = plot] = [product, plot].sort();
      const many = (n: number): Hex[] => Array.from({ length: n }, (_, i) => hex(u(32, i + 1)));

      await refused({ scope: [] }, "CountOutOfRange", 0);
      await refused({ scope: many(101) }, "CountOutOfRange", 101);
      await refused({ scope: many(255) }, "CountOutOfRange", 255);
      await refused({ scope: [high, low] }, "NotAscending", low);
      await refused({ scope: [low, low] }, "NotAscending", low);
      await refused({ scope: [NOWHERE] }, "SubjectUnknown", NOWHERE);
      await refused({ scope: [ZeroHash as Hex] }, "SubjectUnknown", ZeroHash);
      await refused({ scope: [lot] }, "WrongSort", lot, 56);
      await refused({ scope: [planting] }, "WrongSort", planting, 25);
      await refused({ scope: [farm.subject] }, "WrongSort", farm.subject, 0);
    });

    it("does not name itself", async () => {
      const nonce = certifier.phone.take();
      const subject = certifier.phone.newId(nonce);
      const batch = certifier.phone.batch([{ subject, entries: [certify({ scope: [subject] })] }], { nonce });

      await refusals.expect(batch, "SubjectUnknown", subject);
    });

    it("names a hundred plots", async () => {
      const nonce = farm.phone.take();
      const plots = Array.from({ length: 100 }, (_, index) => farm.phone.newId(nonce, index));
      const groups = plots.map((subject, index) => ({ subject, entries: [entry.plot({ index })] }));
      await world.accepted(farm.phone.batch(groups, { nonce }));

      const certificate = await certifier.make(certify({ scope: [...plots].sort() }));

      for (const subject of plots) expect(await world.ledger.scope(certificate, subject)).to.equal(true);
    });

    it("makes the first entry of its group, under the name that recorder, nonce and index give", async () => {
      const { batch } = making([certify(), certify({ index: 1 })], certifier.phone);

      await refusals.expect(batch, "NotMaker", 73);
      const nonce = certifier.phone.take();
      const [right, wrong] = [certifier.phone.newId(nonce, 1), certifier.phone.newId(nonce, 0)];
      const elsewhere = certifier.phone.batch([{ subject: wrong, entries: [certify({ index: 1 })] }], { nonce });
      await refusals.expect(elsewhere, "WrongSubjectId", right, wrong);
    });

    it("is given by a view only of a certificate, on which its issuer goes on writing", async () => {
      const certificate = await certifier.make(certify());
      const { ledger } = world;

      await certifier.write(certificate, entry.note());
      await expect(ledger.certificate(lot)).to.be.revertedWithCustomError(ledger, "WrongSort").withArgs(lot, 56);
      await expect(ledger.lot(certificate))
        .to.be.revertedWithCustomError(ledger, "WrongSort")
        .withArgs(certificate, 73);
      await expect(ledger.certificate(NOWHERE)).to.be.revertedWithCustomError(ledger, "SubjectUnknown");
    });
  });

  // In a suite of its own, for mocha runs a suite's own sentences before those of the suites inside it.
  describe("in any way that docs/ledger.md §9 names", () => {
    it("was refused by that name in the sentences above", () => {
      expect(OF_THIRD.filter((name) => !refusals.seen.has(name))).to.deep.equal([]);
    });
  });
});

function bytes(value: Hex): Buffer {
  return Buffer.from(value.slice(2), "hex");
}
