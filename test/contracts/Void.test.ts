/** docs/ledger.md §6: labels that count no more, and what they stood for. */
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";
import { entry, type Hex, hex, type Signed, sha256 } from "../support/phone.ts";
import { OF_VOID, Refusals } from "../support/refusals.ts";
import { deployWorld, Farm, type World } from "../support/simulator.ts";

const NOWHERE = hex(sha256(Buffer.from("nothing was made here")));
const NET = 250n;
const MOST = 10_000n;

type Ranges = Parameters<typeof entry.void>[0]["ranges"];

describe("Labels that are voided", () => {
  let world: World;
  let refusals: Refusals;
  let farm: Farm;
  let certifier: Farm;
  let product: Hex;
  let lot: Hex;

  before(async () => {
    world = await deployWorld(await network.create());
    refusals = new Refusals(world);
    farm = await Farm.admit(world);
    certifier = await Farm.admit(world, { roles: 32 });
    product = await farm.product({ net: NET });
    lot = await farm.make(entry.origin({ product, amount: 100_000_000n }));
  });

  async function labelled(count: bigint, certificate?: Hex): Promise<Hex> {
    return farm.make(entry.label(certificate === undefined ? { lot, count } : { lot, certificate, count }));
  }

  function certified(): Promise<Hex> {
    const of = { beneficiary: farm.number, from: 0, until: 2 ** 40 - 1, unit: 1, volume: 1_000_000n };
    return certifier.make(entry.certify({ ...of, scope: [product] }));
  }

  function voiding(run: Hex, ranges: Ranges, of: Partial<Parameters<typeof entry.void>[0]> = {}): Signed {
    return farm.phone.batch([{ subject: run, entries: [entry.void({ lot, ...of, ranges })] }]);
  }

  async function voidedOf(run: Hex, count: bigint): Promise<bigint[]> {
    const found: bigint[] = [];
    for (let word = 0n; word <= (count - 1n) >> 8n; ++word) {
      const bits = await world.ledger.voided(run, word);
      for (let bit = 0n; bit < 256n; ++bit) if ((bits >> bit) & 1n) found.push(word * 256n + bit);
    }
    return found;
  }

  it("go back from packed to what is left of the lot", async () => {
    const run = await labelled(100n);
    const before = await world.ledger.lot(lot);

    await world.accepted(voiding(run, [[10n, 3n]]));

    const after = await world.ledger.lot(lot);
    expect([after.left - before.left, before.packed - after.packed]).to.deep.equal([750n, 750n]);
    expect(after.made).to.equal(before.made);
    const [{ count, valid }] = await world.ledger.labelRun(run);
    expect([count, valid]).to.deep.equal([100n, 97n]);
    expect(await voidedOf(run, 100n)).to.deep.equal([10n, 11n, 12n]);
  });

  it("give back to the certificate what they had drawn, which others may draw again", async () => {
    const certificate = await certified();
    const run = await labelled(4000n, certificate);
    expect((await world.ledger.certificate(certificate)).left).to.equal(0n);

    await world.accepted(
      voiding(
        run,
        [
          [0n, 1n],
          [3999n, 1n],
        ],
        { certificate },
      ),
    );

    const { left, volume } = await world.ledger.certificate(certificate);
    expect([left, volume]).to.deep.equal([500n, 1_000_000n]);
    await labelled(2n, certificate);
    expect((await world.ledger.certificate(certificate)).left).to.equal(0n);
  });

  it("give back to a certificate that is revoked, too", async () => {
    const certificate = await certified();
    const run = await labelled(4n, certificate);
    await certifier.write(certificate, entry.revoke());

    await world.accepted(voiding(run, [[0n, 4n]], { certificate }));

    expect((await world.ledger.certificate(certificate)).left).to.equal(1_000_000n);
  });

  it("move the lot, then the certificate, then the run", async () => {
    const certificate = await certified();
    const run = await labelled(4n, certificate);
    const plain = await labelled(4n);

    const receipt = await world.accepted(voiding(run, [[0n, 1n]], { certificate }));
    const without = await world.accepted(voiding(plain, [[0n, 1n]]));

    const told = (of: typeof receipt): unknown[] => world.logs(of).map(({ name, args }) => [name, args[0] as unknown]);
    expect(told(receipt).slice(1)).to.deep.equal([
      ["Touched", lot],
      ["Touched", certificate],
      ["Recorded", run],
    ]);
    expect(told(without).slice(1)).to.deep.equal([
      ["Touched", lot],
      ["Recorded", plain],
    ]);
  });

  it("are the ones that are named, across words of 256 and up to the last", async () => {
    for (const [count, ranges] of [
      [1n, [[0n, 1n]]],
      [600n, [[255n, 2n]]],
      [600n, [[256n, 256n]]],
      [600n, [[0n, 600n]]],
      [600n, [[100n, 400n]]],
      [
        600n,
        [
          [0n, 1n],
          [1n, 1n],
          [255n, 1n],
          [256n, 1n],
          [599n, 1n],
        ],
      ],
    ] as const) {
      const run = await labelled(count);

      await world.accepted(voiding(run, ranges));

      const named = ranges.flatMap(([first, number]) =>
        Array.from({ length: Number(number) }, (_, i) => first + BigInt(i)),
      );
      expect(await voidedOf(run, count)).to.deep.equal(named);
      const [{ valid }] = await world.ledger.labelRun(run);
      expect(valid).to.equal(count - BigInt(named.length));
    }
  });

  it("are void once: a second time names the first of them that is", async () => {
    const run = await labelled(600n);
    await world.accepted(voiding(run, [[300n, 100n]]));

    for (const [first, number, found] of [
      [300n, 1n, 300n],
      [399n, 1n, 399n],
      [0n, 600n, 300n],
      [350n, 250n, 350n],
    ] as const) {
      await refusals.expect(voiding(run, [[first, number]]), "LabelVoided", run, found);
    }
    await world.accepted(
      voiding(run, [
        [0n, 300n],
        [400n, 200n],
      ]),
    );
    expect((await world.ledger.labelRun(run))[0].valid).to.equal(0n);
  });

  it("are labels of the run, at most 10,000 at once, in 1 to 32 ascending ranges", async () => {
    const run = await labelled(20_000n);
    const single = (n: number): Ranges => Array.from({ length: n }, (_, i) => [BigInt(2 * i), 1n] as const);

    await refusals.expect(voiding(run, []), "CountOutOfRange", 0);
    await refusals.expect(voiding(run, single(33)), "CountOutOfRange", 33);
    await refusals.expect(voiding(run, [[0n, 0n]]), "AmountZero");
    await refusals.expect(
      voiding(run, [
        [5n, 2n],
        [6n, 1n],
      ]),
      "RangesOverlap",
      6,
    );
    await refusals.expect(
      voiding(run, [
        [5n, 2n],
        [0n, 1n],
      ]),
      "RangesOverlap",
      0,
    );
    await refusals.expect(voiding(run, [[20_000n, 1n]]), "LabelUnknown", run, 20_000, 20_000);
    await refusals.expect(voiding(run, [[19_999n, 2n]]), "LabelUnknown", run, 20_000, 20_000);
    const far = 2n ** 40n - 1n;
    await refusals.expect(voiding(run, [[far, far]]), "LabelUnknown", run, far, 20_000);
    await refusals.expect(voiding(run, [[0n, MOST + 1n]]), "CountOutOfRange", MOST + 1n);
    await refusals.expect(
      voiding(run, [
        [0n, MOST],
        [MOST, 1n],
      ]),
      "CountOutOfRange",
      MOST + 1n,
    );
    await world.accepted(voiding(run, single(32)));
    await world.accepted(voiding(run, [[MOST, MOST]]));
    expect((await world.ledger.labelRun(run))[0].valid).to.equal(9968n);
  });

  it("have a reason", async () => {
    const run = await labelled(8n);

    for (const reason of [0, 5, 255]) {
      await refusals.expect(voiding(run, [[0n, 1n]], { reason }), "ReasonUnknown", reason);
    }
    for (const reason of [1, 2, 3, 4]) await world.accepted(voiding(run, [[BigInt(reason), 1n]], { reason }));
  });

  it("name the lot and the certificate that the run draws on, and no other", async () => {
    const [certificate, another] = [await certified(), await certified()];
    const run = await labelled(8n, certificate);
    const plain = await labelled(8n);
    const elsewhere = await farm.make(entry.origin({ product, amount: 1000n }));
    const one = [[0n, 1n]] as const;

    await refusals.expect(voiding(run, one, { lot: elsewhere, certificate }), "SourceDiffers", run, lot, elsewhere);
    const other = voiding(run, one, { certificate: another });
    await refusals.expect(other, "SourceDiffers", run, certificate, another);
    await refusals.expect(voiding(run, one), "SourceDiffers", run, certificate, ZeroHash);
    await refusals.expect(voiding(plain, one, { certificate }), "SourceDiffers", plain, ZeroHash, certificate);
  });

  it("are of a run that the organisation holds", async () => {
    const run = await labelled(8n);
    const stranger = await Farm.admit(world);
    const one = entry.void({ lot, ranges: [[0n, 1n]] });

    const foreign = stranger.phone.batch([{ subject: run, entries: [one] }]);
    await refusals.expect(foreign, "NotHolder", run, stranger.number);
    await refusals.expect(voiding(lot, [[0n, 1n]]), "WrongSort", lot, 24);
    await refusals.expect(voiding(NOWHERE, [[0n, 1n]]), "SubjectUnknown", NOWHERE);
  });

  it("need no role, so that a run can be ended by whoever made it", async () => {
    const former = await Farm.admit(world);
    const its = await former.make(entry.origin({ product, amount: 1000n }));
    const run = await former.make(entry.label({ lot: its, count: 4n }));
    await (await world.ledger.setRoles(former.number, 0, NOWHERE)).wait();

    await former.write(run, entry.void({ lot: its, ranges: [[0n, 4n]] }));

    expect((await world.ledger.lot(its)).left).to.equal(1000n);
  });

  it("are still packed in the lot: what was shipped is not here to be unpacked", async () => {
    const its = await farm.make(entry.origin({ product, amount: 1000n }));
    const run = await farm.make(entry.label({ lot: its, count: 4n }));
    const shipped = entry.ship({ lot: its, packed: 1, amount: 750n, to: certifier.number });
    await farm.make(shipped);

    await refusals.expect(voiding(run, [[0n, 2n]], { lot: its }), "NotEnoughPacked", its, 250, 500);
    await world.accepted(voiding(run, [[0n, 1n]], { lot: its }));
  });

  // In a suite of its own, for mocha runs a suite's own sentences before those of the suites inside it.
  describe("in any way that docs/ledger.md §9 names", () => {
    it("were refused by that name in the sentences above", () => {
      expect(OF_VOID.filter((name) => !refusals.seen.has(name))).to.deep.equal([]);
    });
  });
});
