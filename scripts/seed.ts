/**
 * The example cooperative of 133 gardens and those through whose hands its tea goes: one tea season, told through the public API by phones with real keys, each batch on its own day.
 * `npm start` makes it on an empty folder. Everything in it says that it is example data.
 */
import { fingerprint } from "../protocol/label.ts";
import { blendPlan } from "./example/blend.ts";
import type { Cast } from "./example/cast.ts";
import { PRODUCTS } from "./example/cooperative.ts";
import { chinaTime } from "./example/days.ts";
import { httpField } from "./example/field.ts";
import { SEASON_OVER } from "./example/garden-season.ts";
import { PACKED } from "./example/gathering.ts";
import type { MadeExample } from "./example/kept.ts";
import type { Lot } from "./example/lots.ts";
import { blendSaleWorks } from "./example/make-blend-sale.ts";
import { blendDayWorks } from "./example/make-blend.ts";
import { certificateWorks } from "./example/make-certificate.ts";
import { gardenWorks, seasonOver } from "./example/make-gardens.ts";
import { makeGround } from "./example/make-ground.ts";
import { type BagRun, bagOf } from "./example/make-label.ts";
import { admitParties, writeSites } from "./example/make-parties.ts";
import { drillWorks } from "./example/make-recall.ts";
import { type FieldRecords, seasonWorks } from "./example/make-season.ts";
import { singleWorks } from "./example/make-single.ts";
import { teaWorks } from "./example/make-tea.ts";
import { admitThirds } from "./example/make-third.ts";
import { inOrder, Maker, type MakerParts } from "./example/maker.ts";
import { FIRST_HOUR } from "./example/season.ts";

export type { PlantedScan, SeedOptions };
export { EXAMPLE_FROM_S, seedExample };

/** The example's first block may carry this time. */
const EXAMPLE_FROM_S = chinaTime(FIRST_HOUR);

/** Places in the run of the bag to scan and of the one whose code counts as copied. */
const BAG = 41;
const COPIED = 257;
const FIRST = 0;

/** What the bags of the garden's other days show. */
const ABOUT = {
  blend: { zh: "126 块茶园的拼配茶", en: "a blend of 126 gardens" },
  single: { zh: "一块茶园、一天采的茶", en: "tea of one garden and one day" },
} as const;

/** Openings that nobody made: how often on each of three days, in nine regions that have no names. */
const PLANTED: readonly (readonly number[])[] = [
  [3, 1, 2, 0, 1, 0, 2, 0, 1],
  [2, 2, 1, 3, 1, 2, 0, 2, 1],
  [2, 1, 3, 1, 2, 2, 2, 2, 2],
];
const DAY_S = 86_400;

interface PlantedScan {
  /** Of the serial. */
  readonly leaf: `0x${string}`;
  readonly atS: number;
  readonly region: string;
  readonly times: number;
}

interface SeedOptions extends Omit<MakerParts, "field" | "progress"> {
  /** `http://localhost:8550` */
  readonly address: string;
  /** For `Authorization: Bearer …`, while the server is closed to everybody else. */
  readonly seedToken: string;
  /** A line a month of the story. */
  readonly log: (line: string) => void;
  /** How many records there are by now. */
  readonly progress?: (records: number) => void;
  /** Counts openings of a code that nobody made. */
  readonly plantScans: (scans: readonly PlantedScan[]) => Promise<void>;
  /** The real time, for the planted openings; seconds. */
  readonly nowS?: () => number;
}

/** Makes the whole example; resolves when all of it is final. Keep what it gives with `keepExample`. */
async function seedExample(options: SeedOptions): Promise<MadeExample> {
  const { address, seedToken, log, nowS = () => Date.now() / 1000 } = options;
  let month = "";
  const made = await makeExample({
    ...options,
    field: httpField({ address, token: seedToken }),
    progress: (records, day) => {
      if (month !== "" && day.slice(0, 7) !== month) log(`example: ${month}, ${records} records so far`);
      month = day.slice(0, 7);
      options.progress?.(records);
    },
  });
  const { example } = made;
  const { leaf, planted } = example.copied;
  await options.plantScans(plantedScans(leaf, nowS()));
  log(
    `example: ${example.entries} entries in ${example.batches} batches; the bag of the home page shows ${example.records} records and ${example.files} files`,
  );
  log(
    `example: the second bag's code was "opened" ${planted.openings} times in ${planted.regions} regions: planted, nobody did`,
  );
  return made;
}

/** The same on whatever ledger stands behind `field`. */
async function makeExample(parts: MakerParts): Promise<MadeExample> {
  const maker = new Maker(parts);
  const ground = await makeGround(maker);
  const thirds = await admitThirds(maker);
  const parties = await admitParties(maker);
  const sites = await writeSites(maker, ground, parties);
  const records: FieldRecords = new Map();
  const season = seasonWorks(maker, ground, { thirds, records });
  const gardens = gardenWorks(maker, ground, { phone: season.phone, records });
  const { works, certificate } = certificateWorks(maker, { ground, thirds });
  const cast: Cast = { ground, parties, thirds, sites, records };
  const home = teaWorks(maker, cast, certificate);
  const single = singleWorks(maker, cast);
  const plan = blendPlan();
  const [made, dust]: [Lot[], Lot[]] = [[], []];
  const sale = blendSaleWorks(maker, cast, { plan, made, dust });
  await inOrder([
    ...season.works,
    ...gardens,
    ...works,
    ...home.works,
    ...single.works,
    ...plan.days.flatMap((day) => blendDayWorks(maker, cast, { day, made, dust })),
    ...sale.works,
    ...drillWorks(maker, cast, sale.held),
    seasonOver(maker, ground),
  ]);
  const tea = home.tea();
  const { lot, subject: run, serials } = tea.run;
  const scans = plantedScans("0x", 0);
  return {
    example: {
      example: 1,
      organisation: ground.organisation,
      product: PRODUCTS.packed.name,
      gtin: PRODUCTS.packed.gtin,
      lotNumber: PACKED.lotNumber,
      ...{ lot: lot.subject, run, fingerprint: fingerprint(tea.printed) },
      ...maker.counts,
      ...maker.storyOf(run),
      days: { fromS: EXAMPLE_FROM_S, untilS: chinaTime(SEASON_OVER.writtenAt) },
      bag: await bagOf(tea.run, BAG),
      copied: {
        ...(await bagOf(tea.run, COPIED)),
        planted: {
          openings: scans.reduce((sum, { times }) => sum + times, 0),
          regions: new Set(scans.map(({ region }) => region)).size,
          days: PLANTED.length,
        },
      },
      serials: [...serials],
      more: [await moreOf(sale.tea(), "blend", ABOUT.blend), await moreOf(single.tea(), "single", ABOUT.single)],
    },
    keys: {
      about:
        "Keys of the example's phones, kept so that more can be shown with them. They are worth nothing elsewhere.",
      manager: await ground.phones.manager.key(),
      ended: await ground.phones.field.key(),
    },
  };
}

async function moreOf(
  { run, printed }: BagRun,
  product: keyof typeof PRODUCTS,
  about: (typeof ABOUT)[keyof typeof ABOUT],
): Promise<MadeExample["example"]["more"][number]> {
  return {
    ...{ about, product: PRODUCTS[product].name, lotNumber: run.lot.name.lotNumber, lot: run.lot.subject },
    ...{ run: run.subject, fingerprint: fingerprint(printed), bag: await bagOf(run, FIRST) },
  };
}

function plantedScans(leaf: `0x${string}`, nowS: number): readonly PlantedScan[] {
  return PLANTED.flatMap((regions, day) =>
    regions.flatMap((times, n) => {
      const atS = Math.floor(nowS) - (PLANTED.length - 1 - day) * DAY_S;
      return times === 0 ? [] : [{ leaf, atS, region: `example region ${n + 1}`, times }];
    }),
  );
}
