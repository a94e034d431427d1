/**
 * The example cooperative: one tea season, told through the public API by phones with real keys, each batch on its own day.
 * `npm start` makes it on an empty folder. Everything in it says that it is example data.
 */
import { hexOf } from "../protocol/bytes.ts";
import { codePath, fingerprint, printSerial, serialLeaf } from "../protocol/label.ts";
import { PRODUCTS } from "./example/cooperative.ts";
import { chinaTime } from "./example/days.ts";
import { httpField } from "./example/field.ts";
import { PACKED, STORED } from "./example/gathering.ts";
import type { ExampleBag, MadeExample } from "./example/kept.ts";
import { makeGround } from "./example/make-ground.ts";
import { makeSeason } from "./example/make-season.ts";
import { makeTea } from "./example/make-tea.ts";
import { admitThirds } from "./example/make-third.ts";
import { Maker, type MakerParts } from "./example/maker.ts";
import { primitives } from "./example/phone.ts";
import { FIRST_HOUR } from "./example/season.ts";

export type { PlantedScan, SeedOptions };
export { EXAMPLE_FROM_S, seedExample };

/** The example's first block may carry this time. */
const EXAMPLE_FROM_S = chinaTime(FIRST_HOUR);

/** Places in the run of the bag to scan and of the one whose code counts as copied. */
const BAG = 41;
const COPIED = 257;

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
    `example: ${example.entries} entries in ${example.batches} batches, ${example.files} files, ${example.serials.length} labels`,
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
  const { lost } = await makeSeason(maker, ground, thirds);
  const tea = await makeTea(maker, ground, thirds);
  const scans = plantedScans("0x", 0);
  return {
    example: {
      example: 1,
      organisation: ground.organisation,
      product: PRODUCTS.packed.name,
      gtin: PRODUCTS.packed.gtin,
      lotNumber: PACKED.lotNumber,
      ...{ lot: tea.lot, run: tea.run, fingerprint: fingerprint(tea.printed) },
      ...maker.counts,
      days: { fromS: EXAMPLE_FROM_S, untilS: chinaTime(STORED.writtenAt) },
      bag: await bagOf(tea.serials[BAG]),
      copied: {
        ...(await bagOf(tea.serials[COPIED])),
        planted: {
          openings: scans.reduce((sum, { times }) => sum + times, 0),
          regions: new Set(scans.map(({ region }) => region)).size,
          days: PLANTED.length,
        },
      },
      serials: [...tea.serials],
    },
    keys: {
      about:
        "Keys of the example's phones, kept so that more can be shown with them. They are worth nothing elsewhere.",
      manager: await ground.phones.manager.key(),
      ended: await lost.key(),
    },
  };
}

async function bagOf(serial: string | undefined): Promise<ExampleBag> {
  if (serial === undefined) throw new Error("the label run is shorter than the story says");
  const code = codePath({ gtin: PRODUCTS.packed.gtin, lotNumber: PACKED.lotNumber, serial });
  return { serial, printed: printSerial(serial), code, leaf: hexOf(await serialLeaf(primitives, serial)) };
}

function plantedScans(leaf: `0x${string}`, nowS: number): readonly PlantedScan[] {
  return PLANTED.flatMap((regions, day) =>
    regions.flatMap((times, n) => {
      const atS = Math.floor(nowS) - (PLANTED.length - 1 - day) * DAY_S;
      return times === 0 ? [] : [{ leaf, atS, region: `example region ${n + 1}`, times }];
    }),
  );
}
