/** docs/ledger.md §6: the holder of a lot answers for so much of it. */
import { expect } from "chai";
import { network } from "hardhat";
import { entry, type Group, type Hex, hex, type Signed, sha256 } from "../support/phone.ts";
import { Refusals } from "../support/refusals.ts";
import { deployWorld, Farm, type World } from "../support/simulator.ts";

const NOWHERE = hex(sha256(Buffer.from("nothing was made here")));

describe("A promise", () => {
  let world: World;
  let refusals: Refusals;
  let farm: Farm;
  let shop: Farm;
  let product: Hex;

  before(async () => {
    world = await deployWorld(await network.create());
    refusals = new Refusals(world);
    farm = await Farm.admit(world, { roles: 1 });
    shop = await Farm.admit(world, { roles: 4 });
    product = await farm.product({ net: 250n });
  });

  function on(who: Farm, subject: Hex, ...entries: Group["entries"]): Signed {
    return who.phone.batch([{ subject, entries }]);
  }

  it("speaks for what is there of a lot, loose and packed, and takes none of it", async () => {
    const lot = await farm.lot(product, 1000n);
    await farm.make(entry.label({ lot, count: 3n }));
    const slot = await world.ledger.slot(lot);

    await farm.write(lot, entry.promise(1000n));
    await farm.write(lot, entry.promise(1n), entry.promise(1000n));

    expect(await world.ledger.slot(lot)).to.equal(slot);
    await refusals.expect(on(farm, lot, entry.promise(1001n)), "NotEnoughLeft", lot, 1000, 1001);
    await refusals.expect(on(farm, lot, entry.promise(0n)), "AmountZero");
  });

  it("moves the lot and nothing else", async () => {
    const lot = await farm.lot(product, 1000n);

    const receipt = await world.accepted(on(farm, lot, entry.promise(10n)));

    expect(world.logs(receipt).map(({ name }) => name)).to.deep.equal(["Accepted", "Recorded"]);
  });

  it("does not speak for what has gone", async () => {
    const lot = await farm.lot(product, 1000n);
    await farm.make(entry.transform([[lot, 600n]], [[product, 600n]]));

    await refusals.expect(on(farm, lot, entry.promise(401n)), "NotEnoughLeft", lot, 400, 401);
    await farm.write(lot, entry.promise(400n));
  });

  it("is the holder's, of a lot, with a role of goods", async () => {
    const lot = await farm.lot(product, 1000n);
    const plot = await farm.plot();
    const carrier = await Farm.admit(world, { roles: 255 - 7 });

    await refusals.expect(on(shop, lot, entry.promise(1n)), "NotHolder", lot, shop.number);
    await refusals.expect(on(carrier, lot, entry.promise(1n)), "NoRole", carrier.number, 80);
    await refusals.expect(on(farm, plot, entry.promise(1n)), "WrongSort", plot, 16);
    await refusals.expect(on(farm, NOWHERE, entry.promise(1n)), "SubjectUnknown", NOWHERE);
  });

  it("is the buyer's once goods have arrived, and nobody's while they are under way", async () => {
    const lot = await farm.lot(product, 1000n);
    const consignment = await farm.make(entry.ship({ lot, amount: 500n, to: shop.number }));

    await refusals.expect(on(farm, consignment, entry.promise(1n)), "UnderWay", consignment);
    await refusals.expect(on(shop, consignment, entry.promise(1n)), "NotHolder", consignment, shop.number);
    await shop.write(consignment, entry.receive(500n));
    await shop.write(consignment, entry.promise(500n));
    await refusals.expect(on(farm, consignment, entry.promise(1n)), "NotHolder", consignment, farm.number);
  });

  it("is not given for recalled goods", async () => {
    const lot = await farm.lot(product, 1000n);
    await farm.write(lot, entry.promise(1n), entry.recall());

    await refusals.expect(on(farm, lot, entry.promise(1n)), "Recalled", lot);
    await farm.write(lot, entry.release(), entry.promise(1n));
  });
});
