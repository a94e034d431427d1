/** docs/ledger.md §6: whom an entry concerns denies it, and the holder answers. */
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";
import { entry, type Group, type Hex, hex, type Signed, sha256 } from "../support/phone.ts";
import { Refusals } from "../support/refusals.ts";
import { deployWorld, Farm, type World } from "../support/simulator.ts";

const NOWHERE = hex(sha256(Buffer.from("nothing was made here")));

describe("A dispute", () => {
  let world: World;
  let refusals: Refusals;
  let farm: Farm;
  let named: Farm;
  let product: Hex;
  let lot: Hex;

  before(async () => {
    world = await deployWorld(await network.create());
    refusals = new Refusals(world);
    farm = await Farm.admit(world);
    named = await Farm.admit(world);
    product = await farm.product();
    lot = await farm.lot(product);
  });

  function on(who: Farm, subject: Hex, ...entries: Group["entries"]): Signed {
    return who.phone.batch([{ subject, entries }]);
  }

  function denies(who: Farm, of: Partial<Parameters<typeof entry.dispute>[0]> = {}): Signed {
    return on(who, lot, entry.dispute({ named: who.subject, ...of }));
  }

  it("moves the subject that another holds, and changes nothing of it", async () => {
    const [slot, seq] = [await world.ledger.slot(lot), BigInt(await world.word(lot)) & 0xffffffffn];

    const receipt = await world.accepted(denies(named));

    expect(await world.ledger.slot(lot)).to.equal(slot);
    expect(BigInt(await world.word(lot)) & 0xffffffffn).to.equal(seq + 1n);
    expect(world.logs(receipt).map(({ name }) => name)).to.deep.equal(["Accepted", "Recorded"]);
  });

  it("is of any subject: goods, places, organisations, certificates", async () => {
    const plot = await farm.plot();
    const certificate = await farm.make(entry.certify({ beneficiary: named.number, scope: [plot] }));
    await farm.write(farm.subject, entry.note());

    for (const subject of [product, plot, certificate, farm.subject]) {
      await world.accepted(on(named, subject, entry.dispute({ named: named.subject })));
    }
    await refusals.expect(on(named, NOWHERE, entry.dispute({ named: named.subject })), "SubjectUnknown", NOWHERE);
  });

  it("says by what the organisation is concerned: itself, what it holds, or what is offered to it", async () => {
    const stranger = await Farm.admit(world);
    const [plot, certificate, consignment] = [
      await named.plot(),
      await named.make(entry.certify({ beneficiary: farm.number, scope: [product] })),
      await farm.make(entry.ship({ lot, amount: 10n, to: named.number })),
    ];

    for (const one of [plot, certificate, consignment]) await world.accepted(denies(named, { named: one }));
    for (const one of [plot, certificate, consignment, lot, named.subject]) {
      await refusals.expect(denies(stranger, { named: one }), "NotHolder", one, stranger.number);
    }
    await refusals.expect(denies(named, { named: NOWHERE }), "SubjectUnknown", NOWHERE);
    await refusals.expect(denies(named, { named: ZeroHash as Hex }), "SubjectUnknown", ZeroHash);
  });

  it("is of a consignment itself as long as it is offered", async () => {
    const consignment = await farm.make(entry.ship({ lot, amount: 10n, to: named.number }));
    const denial = entry.dispute({ named: consignment });

    await world.accepted(on(named, consignment, denial));
    await named.write(consignment, entry.refuse(lot));
    await refusals.expect(on(named, consignment, denial), "NotHolder", consignment, named.number);
  });

  it("is not the holder's, nor that of an organisation without any role", async () => {
    const former = await Farm.admit(world, { roles: 0 });

    await refusals.expect(denies(farm), "HolderItself", lot, farm.number);
    await refusals.expect(denies(former), "NoRole", former.number, 48);
    for (let bit = 0; bit < 8; ++bit) await world.accepted(denies(await Farm.admit(world, { roles: 2 ** bit })));
  });

  it("names a move that the subject made, and any entry of it", async () => {
    const newest = Number(BigInt(await world.word(lot)) & 0xffffffffn);

    await refusals.expect(denies(named, { seq: 0 }), "SeqUnknown", lot, 0, newest);
    await refusals.expect(denies(named, { seq: newest + 1 }), "SeqUnknown", lot, newest + 1, newest);
    await refusals.expect(denies(named, { seq: 2 ** 32 - 1 }), "SeqUnknown", lot, 2 ** 32 - 1, newest);
    await world.accepted(denies(named, { seq: newest, entry: 65_535 }));
  });

  it("is answered by the holder, naming its move, and by nobody else", async () => {
    await world.accepted(denies(named));
    const newest = Number(BigInt(await world.word(lot)) & 0xffffffffn);
    const slot = await world.ledger.slot(lot);

    await farm.write(lot, entry.answer(newest));

    expect(await world.ledger.slot(lot)).to.equal(slot);
    await refusals.expect(on(farm, lot, entry.answer(0)), "SeqUnknown", lot, 0, newest + 1);
    await refusals.expect(on(farm, lot, entry.answer(newest + 2)), "SeqUnknown", lot, newest + 2, newest + 1);
    await refusals.expect(on(named, lot, entry.answer(newest)), "NotHolder", lot, named.number);
    await refusals.expect(on(farm, NOWHERE, entry.answer(1)), "SubjectUnknown", NOWHERE);
  });

  it("is answered on any subject that can be disputed, an organisation's own included", async () => {
    await farm.write(farm.subject, entry.note());
    await world.accepted(on(named, farm.subject, entry.dispute({ named: named.subject })));

    await farm.write(farm.subject, entry.answer(1));
  });
});
