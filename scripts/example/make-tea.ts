/**
 * The bag of the home page: leaf of seven gardens weighed in, brought over the township to the works, made into tea each night, sorted,
 * brought back, packed in one lot, labelled on the certificate, looked at by others, sold, and what was not sold.
 */
import { parseAmount } from "../../protocol/amount.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { type Cast, legsOf } from "./cast.ts";
import { PRODUCTS } from "./cooperative.ts";
import {
  DELIVERED,
  HOURS,
  LABELS,
  MAKINGS,
  type Making,
  PACKED,
  PICKING_DAYS,
  type PickingDay,
  SAMPLE,
  SORTED,
  SORTING,
  STORED,
  UNSOLD,
} from "./gathering.ts";
import { VILLAGES } from "./gardens.ts";
import type { Lot } from "./lots.ts";
import { bring } from "./make-handover.ts";
import { type BagRun, label, voidLabels } from "./make-label.ts";
import { discard, note, transform } from "./make-lots.ts";
import { promise } from "./make-promise.ts";
import { attestLot, testLot } from "./make-third.ts";
import { weighIn } from "./make-weighing.ts";
import type { Maker, Work } from "./maker.ts";
import { PLACES, pointOf } from "./parties.ts";
import { ATTESTED, TESTED } from "./third.ts";
import { WORKS } from "./season.ts";

export { teaWorks };

interface Parts {
  readonly maker: Maker;
  readonly cast: Cast;
}

const VILLAGE = 1;

/** @param certificate the one that its labels draw on */
function teaWorks(
  maker: Maker,
  cast: Cast,
  certificate: () => Hex,
): { readonly works: readonly Work[]; readonly tea: () => BagRun } {
  const parts = { maker, cast };
  const { packhouse } = cast.ground.phones;
  const leaf = new Map<string, Lot>();
  const made: Lot[] = [];
  let tea: BagRun | null = null;
  const done = (): BagRun => {
    if (tea === null) throw new Error("the story speaks of a bag that is not packed yet");
    return tea;
  };
  const at = { phone: packhouse, place: PLACES.packhouse };
  const works: Work[] = [
    ...PICKING_DAYS.map((day) => ({
      when: day.writtenAt,
      make: async () => void leaf.set(dayOf(day), await bringLeaf(parts, day)),
    })),
    ...MAKINGS.map((making) => ({
      when: making.writtenAt,
      make: async () => void made.push(await process(parts, making, leaf.get(making.picked))),
    })),
    {
      when: SORTED.writtenAt,
      make: async () => {
        const lot = await pack(parts, await sort(parts, made));
        const about = { count: LABELS.count, net: PRODUCTS.packed.net, certificate: certificate() };
        tea = await label(maker, { ...at, ...LABELS, ...about, lot });
      },
    },
    {
      when: SAMPLE.writtenAt,
      make: () => {
        const sample = { lot: done().run.lot, reason: "sample" as const, amount: parseAmount(SAMPLE.kg) };
        return discard(maker, { ...at, ...SAMPLE, ...sample, party: cast.thirds.laboratory });
      },
    },
    { when: TESTED.writtenAt, make: () => testLot(maker, cast.ground, cast.thirds, done().run.lot) },
    { when: ATTESTED.writtenAt, make: () => attestLot(maker, cast.thirds, done().run.lot) },
    { when: DELIVERED.shippedAt, make: () => deliver(parts, done().run.lot) },
    {
      when: UNSOLD.writtenAt,
      make: () => {
        const { first, number, cause } = UNSOLD;
        const ranges = [{ first, number }];
        return voidLabels(maker, { ...at, ...UNSOLD }, { run: done().run, reason: "unsold", ranges, cause });
      },
    },
    {
      when: STORED.writtenAt,
      make: () => note(maker, { ...at, ...STORED }, { lot: done().run.lot, work: WORKS.storing, notes: STORED.notes }),
    },
  ];
  return { works, tea: done };
}

/** From the scales at the village point to the works: all of the day's leaf in one consignment. */
async function bringLeaf({ maker, cast }: Parts, day: PickingDay): Promise<Lot> {
  const { ground } = cast;
  const { point } = ground.phones;
  const legs = legsOf(cast);
  const at = (hour: keyof typeof HOURS) => `${dayOf(day)} ${HOURS[hour]}`;
  const weighed = await weighIn(maker, ground, day);
  const amount = weighed.reduce((sum, lot) => sum + lot.amount, 0n);
  const [gathered] = await transform(maker, {
    ...{ phone: point, doneAt: at("gathered"), writtenAt: at("gathered"), place: pointOf(VILLAGE), step: "merge" },
    ...{ inputs: weighed, outputs: [{ product: ground.products.leaf, amount }] },
  });
  const lot = await bring(maker, {
    ...{ leg: legs.fromVillage(VILLAGE), lot: gathered, shippedAt: at("leftVillage"), receivedAt: at("atTownship") },
    found: parseAmount(day.township),
  });
  const gardens = [...new Set(day.weighings.map(({ plot }) => plot))];
  const origin = VILLAGES[VILLAGE - 1]?.name ?? {};
  await promise(maker, cast, { lot, when: at("promised"), origin, gardens });
  return bring(maker, {
    ...{
      leg: legs.toWorks,
      lot,
      shippedAt: at("leftTownship"),
      receivedAt: at("atWorks"),
      found: parseAmount(day.works),
    },
    sensed: { when: at("sensed"), celsius: 18.5, humidity: 72 },
  });
}

function process({ maker, cast }: Parts, making: Making, leaf: Lot | undefined): Promise<Lot> {
  if (leaf === undefined) throw new Error(`no leaf was brought on ${making.picked}`);
  const { doneAt, writtenAt, steps, notes, kg } = making;
  return transform(maker, {
    ...{ phone: cast.parties.processor.phone, doneAt, writtenAt, place: PLACES.works, step: "process", steps },
    ...{ inputs: [leaf], outputs: [{ product: cast.ground.products.made, amount: parseAmount(kg) }] },
    ...(notes === undefined ? {} : { notes }),
  }).then(([lot]) => lot);
}

/** At the works; the tea goes back to the cooperative, yellow leaf and dust stay. */
async function sort({ maker, cast }: Parts, made: readonly Lot[]): Promise<Lot> {
  const { made: product, dust } = cast.ground.products;
  const [kg, stalks] = [parseAmount(SORTED.kg), parseAmount(SORTED.stalks)];
  const [sorted] = await transform(maker, {
    ...{ phone: cast.parties.processor.phone, ...SORTED, place: PLACES.works, step: "process", inputs: made },
    steps: SORTING,
    outputs: [
      { product, amount: kg },
      { product: dust, amount: parseAmount(SORTED.dust) },
    ],
    losses: [{ cause: { zh: "茶梗，丢弃", en: "stalks, thrown away" }, amount: stalks }],
  });
  const { shippedAt, receivedAt } = SORTED;
  return bring(maker, { leg: legsOf(cast).toPackhouse, lot: sorted, shippedAt, receivedAt, found: kg });
}

/** The list of weighings goes with it. */
async function pack({ maker, cast }: Parts, sorted: Lot): Promise<Lot> {
  const [product, amount] = [cast.ground.products.packed, parseAmount(PACKED.kg)];
  const name = { gtin: product.gtin, lotNumber: PACKED.lotNumber };
  const [lot] = await transform(maker, {
    ...{ phone: cast.ground.phones.packhouse, ...PACKED, place: PLACES.packhouse, step: "pack" },
    ...{ inputs: [sorted], outputs: [{ product, amount, name }] },
    losses: [{ cause: { zh: "称量散落", en: "spilt in weighing" }, amount: sorted.amount - amount }],
    list: {
      file: "fresh-leaf-weighings.csv",
      caption: { zh: "收青称重汇总（示例）", en: "Fresh leaf as weighed in (example)" },
      rows: weighings(),
    },
  });
  return lot;
}

async function deliver({ maker, cast }: Parts, lot: Lot): Promise<void> {
  const { shippedAt, receivedAt, bags } = DELIVERED;
  const amount = BigInt(bags) * PRODUCTS.packed.net;
  const leg = legsOf(cast).toShop;
  await bring(maker, { leg, lot, shippedAt, receivedAt, amount, found: amount, packed: true });
}

function dayOf({ doneAt }: PickingDay): string {
  return doneAt.slice(0, 10);
}

function weighings(): readonly string[] {
  const rows = PICKING_DAYS.flatMap((day) =>
    day.weighings.map(({ member, plot, kg }) => `${dayOf(day)},${member},${plot},${kg}`),
  );
  return ["date,member,garden,kg", ...rows];
}
