/** Scenes of gas.json: places, readings, goods that change hands, and what is discarded. */
import { entry, type Hex } from "./phone.ts";
import type { Actor } from "./scenes-certify.ts";

export { playHandovers };

const HECTARE = 10_000_000n;
const MAX_U40 = 2n ** 40n - 1n;

/** @param product of 250 g a piece, held by the farm @param third receives and carries, and writes not for the first time */
async function playHandovers(farm: Actor, third: Actor, product: Hex): Promise<void> {
  const lot = await farm.farm.make(entry.origin({ product, amount: MAX_U40 }));
  const to = third.farm.number;
  await farm.farm.make(entry.label({ lot, count: 1_000n }));
  await farm.made("SITE", entry.site({ level: 1, number: 522_631_101_000n }));
  await farm.alone("SENSE", lot, entry.sense());
  const loose = await farm.made("SHIP", entry.ship({ lot, amount: 1_000n, to }));
  const shipPacked = entry.ship({ lot, packed: 1, amount: 1_000n, to, carrier: to });
  const packed = await farm.made("SHIP of packed goods with a carrier", shipPacked);
  await third.alone("carrier's SENSE", packed, entry.sense());
  const readings = Array.from({ length: 100 }, () => entry.sense());
  await third.groups("100 × SENSE by the carrier", [{ subject: packed, entries: readings }]);
  const correctShip = entry.correct({ own: -1n, other: lot, others: -1n });
  await farm.alone("CORRECT of a SHIP", loose, correctShip);
  await third.alone("RECEIVE", packed, entry.receive(1_000n));
  await third.alone("RECEIVE of less", loose, entry.receive(900n));
  await third.alone("CORRECT of a RECEIVE", loose, entry.correct({ seq: 3, own: 1n }));
  for (const end of ["refuse", "withdraw"] as const) {
    const made = await farm.farm.make(shipPacked);
    await (end === "refuse" ? third : farm).alone(end.toUpperCase(), made, entry[end](lot));
  }
  await playDiscards(farm, product);
  await playLarge(farm, third, lot);
}

async function playDiscards(farm: Actor, product: Hex): Promise<void> {
  const lot = await farm.farm.make(entry.origin({ product, amount: 1_000n }));
  await farm.alone("DISCARD of a lot", lot, entry.discard({ amount: 1n }));
  await farm.alone("second DISCARD of a lot", lot, entry.discard({ amount: 1n }));
  await farm.alone("CORRECT of a DISCARD", lot, entry.correct({ seq: 2, own: 1n }));
  const plot = await farm.farm.plot();
  const planting = await farm.farm.make(entry.plant({ plot, product, area: HECTARE, cap: 1_000n }));
  await farm.alone("DISCARD of a planting", planting, entry.discard({ reason: 5, amount: HECTARE, plot }));
}

/** As many as the bytes of a batch hold, or the 12 million gas that a phone keeps to. */
async function playLarge(farm: Actor, third: Actor, lot: Hex): Promise<void> {
  const consignments: Hex[] = [];
  while (consignments.length < 720) {
    const { phone } = farm.farm;
    const nonce = phone.take();
    const to = third.farm.number;
    const groups = Array.from({ length: 90 }, (_, index) => ({
      subject: phone.newId(nonce, index),
      entries: [entry.ship({ index, lot, amount: 1_000n, to, carrier: to })],
    }));
    if (consignments.length === 0) await farm.groups("90 × SHIP with a carrier in one batch", groups, nonce);
    else await farm.farm.world.accepted(phone.batch(groups, { nonce }));
    consignments.push(...groups.map(({ subject }) => subject));
  }
  const each = (from: number, count: number, one: ReturnType<typeof entry.note>) =>
    consignments.slice(from, from + count).map((subject) => ({ subject, entries: [one] }));
  const more = entry.correct({ own: 1n, other: lot, others: 1n });
  await farm.groups("248 × CORRECT of a SHIP in one batch", each(0, 248, more));
  await third.groups("402 × RECEIVE of less in one batch", each(0, 402, entry.receive(1n)));
  await third.groups("301 × REFUSE in one batch", each(402, 301, entry.refuse(lot)));
}
