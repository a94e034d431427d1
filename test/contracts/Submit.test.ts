/** docs/ledger.md §8 and §9: how batches are taken, logged and rejected. I7, I13, I14 and I16 of the design's invariants. */
import { expect } from "chai";
import { getAddress } from "ethers";
import { network } from "hardhat";
import { entry, freshKey, type Hex, hex, ORDER, Phone, type Signed, sha256, u } from "../support/phone.ts";
import { deployWorld, Farm, GAS_EACH, TRANSACTION_CAP, type World } from "../support/simulator.ts";

const OWN_MOVE = 0xffffn;

describe("Submitting", () => {
  let world: World;
  let farm: Farm;
  let product: Hex;
  let lot: Hex;
  let plot: Hex;

  before(async () => {
    world = await deployWorld(await network.create());
    farm = await Farm.admit(world);
    product = await farm.product({ net: 250n });
    lot = await farm.lot(product);
    plot = await farm.plot();
  });

  function note(subject: Hex, by = farm.phone): Signed {
    return by.batch([{ subject, entries: [entry.note()] }]);
  }

  /** Valid, and dearer than `GAS_EACH` of the test: one entry that makes 32 lots. */
  function dear(): Signed {
    const nonce = farm.phone.take();
    const outs = Array.from({ length: 32 }, () => [product, 1n] as const);
    const making = entry.transform([[lot, 32n]], outs);
    return farm.phone.batch([{ subject: farm.phone.newId(nonce), entries: [making] }], { nonce });
  }

  async function seq(subject: Hex): Promise<bigint> {
    return BigInt(await world.word(subject)) & 0xffffffffn;
  }

  describe("logs", () => {
    it("an accepted batch first, with its stamp and signature, then each group with its place and bytes", async () => {
      const seen = hex(sha256(Buffer.from("a block")));
      const groups = [
        { subject: lot, entries: [entry.grow(), entry.note()] },
        { subject: plot, entries: [entry.note()] },
      ];
      const batch = farm.phone.batch(groups, { seen });

      const receipt = await world.accepted(batch);

      const { timestamp } = await receipt.getBlock();
      const [accepted, ...recorded] = world.logs(receipt);
      const stamp = `${farm.phone.recorder}${hex(u(4, farm.number)).slice(2)}${hex(u(8, timestamp)).slice(2)}`;
      expect(accepted?.args.toObject()).to.deep.equal({
        batch: batch.hash,
        recorder: getAddress(farm.phone.recorder),
        stamp,
        nonce: batch.nonce,
        seen,
        r: `0x${batch.bytes.slice(-128, -64)}`,
        s: `0x${batch.bytes.slice(-64)}`,
      });
      expect(recorded.map(({ name, args }) => [name, ...args])).to.deep.equal([
        ["Recorded", lot, batch.hash, ((await seq(lot)) << 32n) | OWN_MOVE, hex(batch.groups[0] ?? Buffer.of())],
        [
          "Recorded",
          plot,
          batch.hash,
          ((await seq(plot)) << 32n) | 0x10000n | OWN_MOVE,
          hex(batch.groups[1] ?? Buffer.of()),
        ],
      ]);
    });

    it("every touch with the word after it, before the group that caused it", async () => {
      const nonce = farm.phone.take();
      const run = farm.phone.newId(nonce);
      const batch = farm.phone.batch([{ subject: run, entries: [entry.label({ lot, count: 4n })] }], { nonce });

      const logs = world.logs(await world.accepted(batch));

      expect(logs.map(({ name }) => name)).to.deep.equal(["Accepted", "Touched", "Recorded"]);
      expect(logs[1]?.args.toArray()).to.deep.equal([lot, batch.hash, (await seq(lot)) << 32n, await world.word(lot)]);
    });

    it("a rejected batch by the digest of its bytes, its place in the call and the reason", async () => {
      const bad = farm.phone.batch([{ subject: lot, entries: [entry.any(3)] }]);

      const receipt = await world.submit([note(lot), bad]);

      const rejected = world.logs(receipt).at(-1);
      const reason = world.ledger.interface.encodeErrorResult("KindUnknown", [3]);
      const sent = hex(sha256(Buffer.from(bad.bytes.slice(2), "hex")));
      expect(rejected?.args.toArray()).to.deep.equal([sent, 1n, reason]);
    });
  });

  describe("a nonce (I7)", () => {
    it("works once, whichever of its batches comes first, in one call as in two", async () => {
      const nonce = farm.phone.take();
      const [one, two] = [entry.note(), entry.grow()].map((it) =>
        farm.phone.batch([{ subject: lot, entries: [it] }], { nonce }),
      ) as [Signed, Signed];

      const outcomes = world.outcomes(await world.submit([two, one, two]));

      expect(outcomes.map((it) => ("batch" in it ? it.batch : it.refused))).to.deep.equal([
        two.hash,
        "NonceUsed",
        "NonceUsed",
      ]);
      expect(await world.ledger.nonceUsed(farm.phone.recorder, nonce)).to.equal(true);
    });

    it("stays free after a rejected batch, so that the repaired one is signed under it again", async () => {
      const nonce = farm.phone.take();
      const id = farm.phone.newId(nonce);
      const wrong = farm.phone.batch([{ subject: id, entries: [entry.plot({ level: 9 })] }], { nonce });
      const mended = farm.phone.batch([{ subject: id, entries: [entry.plot({ level: 1 })] }], { nonce });

      const outcomes = world.outcomes(await world.submit([wrong, mended]));

      expect(outcomes).to.deep.equal([{ refused: "LevelUnknown", args: [9n] }, { batch: mended.hash }]);
    });

    it("may come in any order and from far ahead, and is one bit each", async () => {
      const phone = await farm.enrol();
      const nonces = [300n, 0n, 255n, 256n, 2n ** 64n - 1n];

      for (const nonce of nonces) {
        await world.accepted(phone.batch([{ subject: lot, entries: [entry.note()] }], { nonce }));
      }

      expect(await world.ledger.nonceWord(phone.recorder, 0)).to.equal(1n | (1n << 255n));
      expect(await world.ledger.nonceWord(phone.recorder, 1)).to.equal(1n | (1n << 44n));
      expect(await world.ledger.nonceWord(phone.recorder, 2n ** 56n - 1n)).to.equal(1n << 255n);
      expect(await world.ledger.nonceUsed(phone.recorder, 1)).to.equal(false);
    });

    it("of one recorder is not another's", async () => {
      const other = await farm.enrol();
      const nonce = farm.phone.take();

      await world.accepted(farm.phone.batch([{ subject: lot, entries: [entry.note()] }], { nonce }));

      await world.accepted(other.batch([{ subject: lot, entries: [entry.note()] }], { nonce }));
    });
  });

  describe("a bad batch among good ones (I7, I13)", () => {
    it("is rejected, and changes no word, slot, nonce or counter", async () => {
      const nonce = farm.phone.take();
      const [first, made] = [farm.phone.newId(nonce, 0), farm.phone.newId(nonce, 1)];
      const groups = [
        { subject: first, entries: [entry.product()] },
        { subject: plot, entries: [entry.note()] },
        { subject: made, entries: [entry.label({ index: 1, lot, count: 1n }), entry.any(3)] },
      ];
      const bad = farm.phone.batch(groups, { nonce });
      const before = await everything();

      const receipt = await world.submit([bad]);

      expect(world.logs(receipt).map(({ name }) => name)).to.deep.equal(["Rejected"]);
      expect(await everything()).to.deep.equal(before);
      expect(await world.word(first)).to.equal(`0x${"00".repeat(32)}`);

      async function everything(): Promise<unknown> {
        const { ledger } = world;
        const of = [lot, plot, first, made];
        const { recorder } = farm.phone;
        return [
          ...(await Promise.all(of.flatMap((id) => [ledger.word(id), ledger.slot(id), ledger.link(made, id)]))),
          await ledger.products(),
          await ledger.nonceWord(recorder, nonce >> 8n),
        ].map(String);
      }
    });

    it("that burns all its gas is rejected without a reason, and the others count", async () => {
      const [one, two] = [note(lot), note(plot)];
      const burning = dear();

      const outcomes = world.outcomes(await world.submit([burning, one, burning, two, burning], 1_000_000n));

      const burnt = { refused: "0x", args: [] };
      expect(outcomes).to.deep.equal([burnt, { batch: one.hash }, burnt, { batch: two.hash }, burnt]);
      await world.accepted(burning);
    });

    it("of any size, and of any bytes, leaves the others theirs", async () => {
      const good = [note(lot), note(plot)];
      const garbage = [120_000, 32_769, 32_768, 1000, 1, 0].map((length) => hex(Buffer.alloc(length, 0xa5)));

      const outcomes = world.outcomes(await world.submit([...garbage, ...good], 300_000n));

      const refused = outcomes.slice(0, -2).map((it) => "refused" in it && it.refused);
      expect(refused).to.deep.equal([
        ...["BatchTooLong", "BatchTooLong", "WrongVersion", "WrongVersion"],
        ...["BatchTooShort", "BatchTooShort"],
      ]);
      expect(outcomes.slice(-2)).to.deep.equal(good.map(({ hash }) => ({ batch: hash })));
    });

    it("never gets less than its share: a call that cannot give it undoes itself whole", async () => {
      const gasEach = 1_000_000n;
      const [one, two] = [note(lot), note(plot)];
      const call = world.ledger.submit.staticCall([one.bytes, two.bytes], gasEach, { gasLimit: gasEach + 50_000n });

      await expect(call).to.be.revertedWithCustomError(world.ledger, "GasTooLow");
      expect(await world.ledger.nonceUsed(farm.phone.recorder, one.nonce)).to.equal(false);
    });

    it("is never a good one by want of gas: a call succeeds with it accepted, or fails", async () => {
      const batch = note(lot);
      let succeeded = 0;

      for (let gasLimit = 60_000n; gasLimit < 400_000n; gasLimit += 7_001n) {
        const call = [callOf(batch, 100_000n, gasLimit), "latest", { disableStorage: true }];
        const trace = await world.ethers.provider.send("debug_traceCall", call).catch(() => ({ failed: true }));
        if (trace.failed) continue;
        succeeded++;
        // Rejected has two topics, the other logs three.
        const rejected = trace.structLogs.filter(({ op }: { op: string }) => op === "LOG2");
        expect(rejected, `with ${gasLimit} gas`).to.deep.equal([]);
      }

      expect(succeeded).to.be.within(10, 40);
    });

    function callOf(batch: Signed, gasEach: bigint, gas: bigint): Record<string, string> {
      const data = world.ledger.interface.encodeFunctionData("submit", [[batch.bytes], gasEach]);
      return { to: world.home.ledger, data, gas: `0x${gas.toString(16)}` };
    }
  });

  describe("a malleated signature (I16)", () => {
    it("is never a second acceptance: high s is refused, before and after its twin", async () => {
      const nonce = farm.phone.take();
      const groups = [{ subject: lot, entries: [entry.note()] }];
      const low = farm.phone.batch(groups, { nonce });
      const s = BigInt(`0x${low.bytes.slice(-64)}`);
      const high = `${low.bytes.slice(0, -64)}${hex(u(32, ORDER - s)).slice(2)}` as Hex;

      const outcomes = world.outcomes(await world.submit([high, low, high]));

      expect(outcomes.map((it) => ("batch" in it ? it.batch : it.refused))).to.deep.equal([
        "WrongSignature",
        low.hash,
        "NonceUsed",
      ]);
    });

    it("with another r and s of the same key counts as the same nonce", async () => {
      const nonce = farm.phone.take();
      const groups = [{ subject: lot, entries: [entry.note()] }];
      const [one, two] = [farm.phone.batch(groups, { nonce }), farm.phone.batch(groups, { nonce })];

      expect(one.hash).to.equal(two.hash);
      expect(one.bytes).not.to.equal(two.bytes);
      expect(world.outcomes(await world.submit([one, two])).map((it) => "refused" in it)).to.deep.equal([false, true]);
    });
  });

  describe("the largest batches (I14)", () => {
    it("hold an entry of 200 inputs and 32 outputs below the cap of a transaction", async () => {
      const phone = await farm.enrol();
      const lots: Hex[] = [];
      for (let batch = 0; batch < 4; batch++) {
        const nonce = phone.take();
        const ids = Array.from({ length: 50 }, (_, index) => phone.newId(nonce, index));
        const groups = ids.map((subject, index) => ({
          subject,
          entries: [entry.origin({ index, product, amount: 1n })],
        }));
        await world.accepted(phone.batch(groups, { nonce }));
        lots.push(...ids);
      }
      const nonce = phone.take();
      const ins = lots.sort().map((id) => [id, 1n] as const);
      const outs = Array.from({ length: 32 }, () => [product, 1n] as const);
      const subject = phone.newId(nonce);

      const receipt = await world.accepted(
        phone.batch([{ subject, entries: [entry.transform(ins, outs)] }], { nonce }),
      );

      expect(receipt.gasUsed < GAS_EACH).to.equal(true, `${receipt.gasUsed}`);
      expect(GAS_EACH + GAS_EACH / 63n + 1_500_000n < TRANSACTION_CAP).to.equal(true);
    });

    it("hold 32,768 bytes of observations", async () => {
      const many = Array.from({ length: 814 }, () => entry.grow());
      const batch = farm.phone.batch([{ subject: lot, entries: many }]);
      expect((batch.bytes.length - 2) / 2).to.be.within(32_700, 32_768);

      const receipt = await world.accepted(batch);

      expect(receipt.gasUsed < 2_000_000n).to.equal(true, `${receipt.gasUsed}`);
    });
  });

  it("applies a batch for nobody but itself; a relay may ask in its name what would happen", async () => {
    const { bytes } = note(lot);
    const [somebody] = await world.ethers.getSigners();
    const asked = { to: world.home.ledger, data: world.ledger.interface.encodeFunctionData("applyBatch", [bytes]) };

    await expect(world.ledger.applyBatch(bytes))
      .to.be.revertedWithCustomError(world.ledger, "OnlyLedgerItself")
      .withArgs(somebody?.address);
    expect(await world.ethers.provider.send("eth_call", [{ ...asked, from: world.home.ledger }, "latest"])).to.equal(
      "0x",
    );
  });

  it("takes a batch from whoever relays it, and an empty list from anyone", async () => {
    const [, relay] = await world.ethers.getSigners();
    const batch = note(lot, new Phone(world.home, freshKey()));

    await (await world.ledger.connect(relay ?? null).submit([], 0n)).wait();
    const sent = await world.ledger.connect(relay ?? null).submit([note(lot).bytes, batch.bytes], GAS_EACH / 12n);

    const receipt = await sent.wait();
    expect(receipt && world.outcomes(receipt).map((it) => "refused" in it)).to.deep.equal([false, true]);
  });
});
