/**
 * The whole tea garden: 133 gardens in five villages, 315.9 亩 (210,600 m²) in all, kept by 133 of the cooperative's 184 members.
 * Villages, people and areas are invented. Data, and how a garden's number leads to its village and keeper.
 */
import type { Words } from "../../protocol/document/text.ts";
import { EARLY, type ExamplePlot, OLD_BUSHES, PLOTS } from "./plots.ts";

export type { Village };
export { GARDENS, GROWERS, gardenOf, keeperOf, MEMBERS, SILENT_GARDEN, STORY_GARDENS, VILLAGES, villageOf };

interface Village {
  readonly number: number;
  readonly name: Words;
  /** Its gardens' numbers: from the first to the last. */
  readonly first: number;
  readonly last: number;
}

/** In hundreds of m², by village; the first village has the eight gardens of `plots.ts` before them. 600 m² are 0.9 亩. */
const AREAS: readonly (readonly number[])[] = [
  [20, 14, 18, 10, 16, 8, 16, 14, 18, 28, 20, 12, 10, 14, 24, 16, 20, 16, 10, 8, 12],
  [28, 30, 16, 30, 8, 10, 12, 14, 8, 16, 14, 10, 8, 10, 14, 10, 12, 10, 22, 28, 12, 10, 20, 12, 22, 18],
  [14, 24, 22, 18, 26, 22, 16, 16, 6, 10, 20, 28, 8, 30, 14, 22, 16, 24, 12, 12, 10, 28, 10, 6, 6, 24],
  [10, 18, 10, 16, 8, 30, 10, 18, 30, 16, 22, 14, 28, 8, 12, 16, 24, 20, 12, 28, 14, 12, 10, 12, 10, 12],
  [12, 10, 12, 8, 14, 14, 24, 8, 22, 12, 28, 20, 8, 12, 30, 16, 18, 10, 30, 12, 12, 22, 14, 30, 8, 24],
];

const VILLAGE_NAMES: readonly Words[] = [
  { zh: "云山镇垄上村（虚构）", en: "Longshang village (invented)" },
  { zh: "云山镇茶坪村（虚构）", en: "Chaping village (invented)" },
  { zh: "云山镇竹溪村（虚构）", en: "Zhuxi village (invented)" },
  { zh: "云山镇石井村（虚构）", en: "Shijing village (invented)" },
  { zh: "云山镇松岭村（虚构）", en: "Songling village (invented)" },
];

/** Those whose tea is in the bag of the home page. */
const STORY_GARDENS: readonly number[] = [1, 2, 3, 4, 5, 6, 7];
/** Nobody wrote anything down there. */
const SILENT_GARDEN = 8;
/** Members 1 … 184, by number alone: names are nobody's business here, and these members have none. */
const MEMBERS = 184;

const { gardens: GARDENS, villages: VILLAGES } = layOut();
const GROWERS = GARDENS.length;

function layOut(): { readonly gardens: readonly ExamplePlot[]; readonly villages: readonly Village[] } {
  const gardens: ExamplePlot[] = [...PLOTS];
  const villages = AREAS.map((areas, n): Village => {
    const first = n === 0 ? 1 : gardens.length + 1;
    for (const hundreds of areas) {
      const number = gardens.length + 1;
      // Eight shapes in turn, each scaled to the garden's own area: they show no place.
      const shape = PLOTS[number % PLOTS.length]?.shape ?? [];
      gardens.push({ number, area_m2: hundreds * 100, variety: number % 3 === 0 ? EARLY : OLD_BUSHES, shape });
    }
    return { number: n + 1, name: VILLAGE_NAMES[n] ?? {}, first, last: gardens.length };
  });
  return { gardens, villages };
}

/** @throws RangeError when there is no such garden */
function gardenOf(number: number): ExamplePlot {
  const garden = GARDENS[number - 1];
  if (garden === undefined) throw new RangeError(`there is no garden ${number}`);
  return garden;
}

function villageOf(garden: number): Village {
  const village = VILLAGES.find(({ first, last }) => garden >= first && garden <= last);
  if (village === undefined) throw new RangeError(`garden ${garden} lies in no village`);
  return village;
}

/** The member who keeps a garden: two of one family pick garden 5, so from the sixth on the numbers are one apart. */
function keeperOf(garden: number): number {
  return garden <= 5 ? garden : garden + 1;
}
