/** docs/ledger.md §6 and §7: what each kind leaves in the slots, by the typed views and by the bits as they lie there. */
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";
import { entry, type Hex, type Phone } from "../support/phone.ts";
import { deployWorld, Farm, type World } from "../support/simulator.ts";

const KGM = 1n;
const MTK = 2n;
const H87 = 3n;

describe("What a kind leaves on the ledger", () => {
  let world: World;
  let farm: Farm;
  let other: Farm;
  let phone: Phone;
  let leaf: Hex;
  let tea: Hex;

  before(async () => {
    world = await deployWorld(await network.create());
    farm = await Farm.admit(world);
    other = await Farm.admit(world);
    phone = farm.phone;
    leaf = await farm.product({ unit: 1, net: 0n, loss: 780 });
    tea = await other.product({ unit: 1, net: 250n, loss: 1000 });
  });

  /** Fields of a slot from the low end, as §7 draws them: widths in bits. */
  async function slotOf(subject: Hex, ...widths: number[]): Promise<bigint[]> {
    let rest = BigInt(await world.ledger.slot(subject));
    const fields = [24, 8, 8, 8, ...widths].map((width) => {
      const field = rest & ((1n << BigInt(width)) - 1n);
      rest >>= BigInt(width);
      return field;
    });
    expect(rest, "bits beyond the drawing").to.equal(0n);
    return fields;
  }

  const me = (): bigint => BigInt(farm.number);

  it("PRODUCT: owner, unit, the next number, net content and usual loss", async () => {
    const seedling = await farm.product({ unit: 3, net: 6n, loss: 5 });

    const number = await world.ledger.products();
    expect([...(await world.ledger.product(seedling))]).to.deep.equal([me(), 8n, 0n, H87, number, 6n, 5n]);
    expect(await slotOf(seedling, 24, 40, 16)).to.deep.equal([me(), 8n, 0n, H87, number, 6n, 5n]);
    expect(await world.ledger.productId(number)).to.equal(seedling);
    expect((await world.ledger.product(leaf)).number).to.be.below(number);
    expect((await world.ledger.product(tea)).holder).to.equal(BigInt(other.number));
    expect(await world.ledger.productId(number + 1n)).to.equal(ZeroHash);
  });

  it("MEMBER: its number", async () => {
    const member = await farm.make(entry.member({ number: 17n }));

    expect([...(await world.ledger.member(member))]).to.deep.equal([me(), 9n, 0n, 0n, 17n]);
    expect(await slotOf(member, 40)).to.deep.equal([me(), 9n, 0n, 0n, 17n]);
  });

  it("PLOT: level and area, all of it free", async () => {
    const plot = await farm.make(entry.plot({ level: 2, area: 2_000_000n }));

    expect([...(await world.ledger.plot(plot))]).to.deep.equal([me(), 16n, 0n, MTK, 2n, 2_000_000n, 2_000_000n]);
    expect(await slotOf(plot, 8, 40, 40)).to.deep.equal([me(), 16n, 0n, MTK, 2n, 2_000_000n, 2_000_000n]);
  });

  it("SITE: its level and administrative code", async () => {
    const site = await farm.make(entry.site({ level: 2, number: 522_631_101_000n }));

    const fields = [me(), 17n, 0n, 0n, 2n, 522_631_101_000n];
    expect([...(await world.ledger.site(site))]).to.deep.equal(fields);
    expect(await slotOf(site, 8, 40)).to.deep.equal(fields);
  });

  it("PLANT: product, area and cap of the planting, and less free of the plot", async () => {
    const plot = await farm.plot(2_000_000n);

    const planting = await farm.make(entry.plant({ plot, product: leaf, area: 500_000n, cap: 900_000n }));

    const { number } = await world.ledger.product(leaf);
    const fields = [me(), 25n, 0n, KGM, number, 500_000n, 0n, 900_000n];
    expect([...(await world.ledger.planting(planting))]).to.deep.equal(fields);
    expect(await slotOf(planting, 24, 40, 40, 40)).to.deep.equal(fields);
    expect((await world.ledger.plot(plot)).free).to.equal(1_500_000n);
    expect((await world.ledger.plot(plot)).area).to.equal(2_000_000n);
  });

  it("ORIGIN: a lot of the product, all of it left", async () => {
    const lot = await farm.make(entry.origin({ product: tea, amount: 12_000n }));

    const { number } = await world.ledger.product(tea);
    const fields = [me(), 24n, 0n, KGM, 0n, number, 12_000n, 12_000n, 0n, 0n];
    expect([...(await world.ledger.lot(lot))]).to.deep.equal(fields);
    expect(await slotOf(lot, 24, 24, 40, 40, 40, 40)).to.deep.equal(fields);
  });

  it("HARVEST: a lot of the sum, what each planting bore, and a link to each", async () => {
    const plantings = [await farm.planting(leaf), await farm.planting(leaf)].sort();
    const [one = leaf, two = leaf] = plantings;
    await farm.make(entry.harvest([[one, 5n]]));

    // prettier-ignore
    const lot = await farm.make(entry.harvest([[one, 1000n], [two, 500n]]));

    const { number } = await world.ledger.product(leaf);
    const fields = [me(), 56n, 0n, KGM, 0n, number, 1500n, 1500n, 0n, 0n];
    expect([...(await world.ledger.lot(lot))]).to.deep.equal(fields);
    expect((await world.ledger.planting(one)).made).to.equal(1005n);
    expect((await world.ledger.planting(two)).made).to.equal(500n);
    expect([...(await world.ledger.link(lot, one))]).to.deep.equal([1000n, 1n]);
    expect([...(await world.ledger.link(lot, two))]).to.deep.equal([500n, 1n]);
    expect([...(await world.ledger.link(one, lot))]).to.deep.equal([0n, 0n]);
  });

  it("TRANSFORM: outputs of their products, inputs less by what was used, linked to the first, whose room is the loss", async () => {
    const [one = leaf, two = leaf] = [await farm.lot(leaf, 1000n), await farm.lot(leaf, 1000n)].sort();
    const nonce = phone.take();
    const [first, second] = [phone.newId(nonce, 7), phone.newId(nonce, 8)];
    // prettier-ignore
    const making = entry.transform([[one, 1000n], [two, 400n]], [[tea, 300n], [leaf, 100n]], { index: 7 });

    await world.accepted(phone.batch([{ subject: first, entries: [making] }], { nonce }));

    const [ofTea, ofLeaf] = [(await world.ledger.product(tea)).number, (await world.ledger.product(leaf)).number];
    expect([...(await world.ledger.lot(first))].slice(4)).to.deep.equal([0n, ofTea, 300n, 300n, 0n, 1000n]);
    expect([...(await world.ledger.lot(second))]).to.deep.equal([me(), 57n, 0n, KGM, 0n, ofLeaf, 100n, 100n, 0n, 0n]);
    expect((await world.ledger.lot(one)).left).to.equal(0n);
    expect((await world.ledger.lot(two)).left).to.equal(600n);
    expect((await world.ledger.lot(two)).made).to.equal(1000n);
    expect([...(await world.ledger.link(first, one))]).to.deep.equal([1000n, 0n]);
    expect([...(await world.ledger.link(first, two))]).to.deep.equal([400n, 0n]);
    expect([...(await world.ledger.link(second, one))]).to.deep.equal([0n, 0n]);
  });

  it("LABEL: a run of so many, and so much of the lot moved from loose to packed", async () => {
    const lot = await farm.make(entry.origin({ product: tea, amount: 12_000n }));

    const run = await farm.make(entry.label({ lot, count: 40n }));

    const [fields, source, certificate] = await world.ledger.labelRun(run);
    expect([...fields]).to.deep.equal([me(), 88n, 0n, KGM, 40n, 40n, 250n]);
    expect([source, certificate]).to.deep.equal([lot, ZeroHash]);
    expect(await slotOf(run, 40, 40, 40)).to.deep.equal([me(), 88n, 0n, KGM, 40n, 40n, 250n]);
    expect((await world.ledger.lot(lot)).left).to.equal(2000n);
    expect((await world.ledger.lot(lot)).packed).to.equal(10_000n);
  });

  it("GROW, SENSE and NOTE: nothing but a move", async () => {
    const lot = await farm.lot(leaf);
    const [slot, word] = [await world.ledger.slot(lot), await world.word(lot)];

    await farm.write(lot, entry.grow(), entry.note(), entry.sense(), entry.grow());

    expect(await world.ledger.slot(lot)).to.equal(slot);
    expect(BigInt(await world.word(lot)) & 0xffffffffn).to.equal((BigInt(word) & 0xffffffffn) + 1n);
  });

  it("an organisation's admission: itself as holder, roles, state and until which block", async () => {
    const fields = [me(), 0n, 0n, 0n, 255n, 1n, 2n ** 64n - 1n];

    expect(await slotOf(farm.subject, 32, 8, 64)).to.deep.equal(fields);
  });

  it("which a view gives only of a subject of its sort", async () => {
    const lot = await farm.lot(leaf);
    const { ledger } = world;

    for (const view of [
      ledger.product(lot),
      ledger.member(lot),
      ledger.plot(lot),
      ledger.planting(lot),
      ledger.labelRun(lot),
      ledger.site(lot),
    ]) {
      await expect(view).to.be.revertedWithCustomError(ledger, "WrongSort").withArgs(lot, 56);
    }
    await expect(ledger.lot(leaf)).to.be.revertedWithCustomError(ledger, "WrongSort").withArgs(leaf, 8);
    await expect(ledger.lot(ZeroHash)).to.be.revertedWithCustomError(ledger, "SubjectUnknown").withArgs(ZeroHash);
  });
});
