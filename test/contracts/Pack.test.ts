import { expect } from "chai";
import { network } from "hardhat";
import type { Group } from "../../protocol/batch.ts";
import { bytesOf } from "../../protocol/bytes.ts";
import { makeEntry } from "../../protocol/entry.ts";
import { pack } from "../../protocol/pack.ts";
import { entry } from "../support/phone.ts";
import { deployWorld, Farm } from "../support/simulator.ts";

const NOWHERE = new Uint8Array(32);

describe("Five hundred consignments of one truck", () => {
  it("are accepted in the batches that pack makes of them, each for the gas that it estimates, or a fifth less", async () => {
    const world = await deployWorld(await network.create());
    const farm = await Farm.admit(world);
    const product = await farm.product();
    const lots = [await farm.lot(product), await farm.lot(product)];
    const rows = Array.from({ length: 500 }, (_, n) => ({
      lot: lots[n % 2] ?? "0x",
      amount: BigInt(n + 1),
      carrier: n % 5,
    }));
    const to = farm.number;
    const planned = rows.map(({ lot, amount, carrier }): Group => {
      const args = { index: 0, lot: bytesOf(lot), packed: false, amount, to, carrier: carrier === 0 ? to : 0 };
      return { subject: NOWHERE, entries: [makeEntry("SHIP", { occurredAtS: 1, content: NOWHERE, args })] };
    });
    const nonces = Array.from({ length: 10 }, () => farm.phone.take());

    const parcels = pack(planned, nonces);

    for (const { nonce, groups, gas } of parcels) {
      const batch = groups.map(({ group, index }) => {
        const { lot, amount, carrier } = rows[group] ?? { lot: "0x" as const, amount: 0n, carrier: 0 };
        const said = { index: index ?? 0, lot, amount, to, carrier: carrier === 0 ? to : 0 };
        return { subject: farm.phone.newId(nonce, index ?? 0), entries: [entry.ship(said)] };
      });
      const receipt = await world.accepted(farm.phone.batch(batch, { nonce }));
      expect(Number(receipt.gasUsed)).to.be.within(gas / 1.25, gas);
    }
    expect(parcels.length).to.equal(5);
  });
});
