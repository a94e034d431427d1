/**
 * The big blend: three picking days of 126 gardens in five villages, worked out from each garden's area. From the weighing points to the
 * last bag every kilogram is accounted for: `blendPlan` says where each goes, and its test adds them up. Amounts in thousandths of a
 * kilogram, times are China's. Pure.
 *
 * Planted on purpose: garden 8 has no field record; on the second day the works' scales showed 12 kg too little, which the cooperative
 * disputes and the works puts right.
 */
import { GARDENS, keeperOf, STORY_GARDENS, VILLAGES } from "./gardens.ts";
import { mu } from "./plots.ts";

export type { BlendDay, BlendPlan, Picked, VillageLeaf };
export { BLEND, blendPlan };

interface Picked {
  readonly garden: number;
  readonly member: number;
  readonly amount: bigint;
}

/** A village's leaf of one day. */
interface VillageLeaf {
  readonly village: number;
  readonly picked: readonly Picked[];
  /** As weighed at the village point, and as found at the township. */
  readonly weighed: bigint;
  readonly found: bigint;
}

interface BlendDay {
  /** `2026-04-09` */
  readonly day: string;
  readonly villages: readonly VillageLeaf[];
  /** All that was found at the township. */
  readonly gathered: bigint;
  /** What the works' scales showed, and what was really there. */
  readonly shown: bigint;
  readonly found: bigint;
  readonly made: bigint;
  /** Yellow leaf and dust, sieved out after drying. */
  readonly dust: bigint;
}

interface BlendPlan {
  readonly days: readonly BlendDay[];
  /** What is made on all days, then sorted: tea, by-product, and stalks thrown away. */
  readonly made: bigint;
  readonly sorted: bigint;
  readonly dust: bigint;
  readonly stalks: bigint;
  /** What is left of the sorted tea after weighing into one lot at the packhouse. */
  readonly packed: bigint;
}

/** Kilograms of leaf a 亩 on each day, and kilograms of leaf that make one of tea: early leaf is drier. */
const DAYS = [
  { day: "2026-04-09", tenthsAMu: 96n, ratio: 440n, dispute: 0n },
  { day: "2026-04-13", tenthsAMu: 131n, ratio: 430n, dispute: 12_000n },
  { day: "2026-04-17", tenthsAMu: 104n, ratio: 445n, dispute: 0n },
] as const;
/** Thousandths that are lost: of leaf from hand to hand (it dries), of tea in sorting and weighing. */
const LOST = { toTownship: 4n, toWorks: 3n, dust: 12n, sortedOut: 34n, stalks: 9n, packing: 4n } as const;

const BLEND = {
  lotNumber: "260420-KTWF",
  /** Bags of 250 g. */
  labels: 4000,
  /** Labels by their place in the run that are voided, unsold. */
  unsold: { first: 3880, number: 120 },
  /** To the shop: bags of 250 g in thousandths of a kilogram, and loose tea. */
  toShop: { packed: 950_000n, loose: 600_000n, refused: 40_000n },
  sample: 500n,
  /** Of the loose tea the shop found damp. */
  spoiled: 1_200n,
} as const;

function blendPlan(): BlendPlan {
  const days = DAYS.map(({ day, tenthsAMu, ratio, dispute }): BlendDay => {
    const villages = VILLAGES.map(({ number, first, last }): VillageLeaf => {
      const picked = GARDENS.filter((one) => one.number >= first && one.number <= last)
        .filter((one) => !STORY_GARDENS.includes(one.number))
        .map((one) => ({
          garden: one.number,
          member: keeperOf(one.number),
          amount: pickedOf(one.number, one.area_m2, tenthsAMu),
        }));
      const weighed = sum(picked.map(({ amount }) => amount));
      return { village: number, picked, weighed, found: less(weighed, LOST.toTownship) };
    });
    const gathered = sum(villages.map(({ found }) => found));
    const found = less(gathered, LOST.toWorks);
    const dried = tenths((found * 100n) / ratio);
    const dust = tenths((dried * LOST.dust) / 1000n);
    return { day, villages, gathered, shown: found - dispute, found, made: dried - dust, dust };
  });
  const made = sum(days.map((day) => day.made));
  const [dust, stalks] = [tenths((made * LOST.sortedOut) / 1000n), tenths((made * LOST.stalks) / 1000n)];
  const sorted = made - dust - stalks;
  return { days, made, sorted, dust, stalks, packed: less(sorted, LOST.packing) };
}

/** One garden bears up to an eighth more or less than the next: by its number, for this is a story. */
function pickedOf(garden: number, area_m2: number, tenthsAMu: bigint): bigint {
  const mean = Number(tenthsAMu) * mu(area_m2);
  const share = 0.88 + ((garden * 7) % 25) / 100;
  return BigInt(Math.round(mean * share)) * 100n;
}

/** Less so many thousandths, weighed to 100 g. */
function less(amount: bigint, thousandths: bigint): bigint {
  return amount - tenths((amount * thousandths) / 1000n);
}

/** Down to 100 g. */
function tenths(amount: bigint): bigint {
  return (amount / 100n) * 100n;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
