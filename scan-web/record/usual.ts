/**
 * Which works stand on the first screen: those of the place's crop, the season's before the others, and before all what was done there last. The months
 * are those of common practice between the Yangtze and the south, written by this project; they only order, and hide nothing that "more" does not show. Pure.
 */
import type { Place, Work } from "./model.ts";
import { isFor } from "./place.ts";
import { works } from "./works.ts";

export { usualWorks, worksFor };

/** From and to, a year's end between them included. A work that is not here has no season. */
const MONTHS: Readonly<Record<string, readonly [number, number]>> = {
  planting: [2, 4],
  sowing: [2, 10],
  "raising-slips": [3, 4],
  ridging: [4, 6],
  "slip-planting": [4, 6],
  "soil-preparation": [1, 4],
  liming: [10, 12],
  "base-dressing": [9, 12],
  "top-dressing": [2, 8],
  "leaf-feeding": [3, 9],
  traps: [3, 9],
  mulching: [11, 6],
  "cover-crop": [9, 11],
  pruning: [11, 2],
  "orchard-cleaning": [11, 2],
  "trunk-whitening": [11, 12],
  pollination: [3, 4],
  thinning: [4, 6],
  bagging: [5, 7],
  "frost-protection": [12, 4],
  "vine-lifting": [7, 9],
  plucking: [3, 10],
  "picking-fruit": [8, 12],
  digging: [9, 11],
};

/** What is done all the time, and so comes first where no season decides. */
const EVERYDAY: readonly string[] = [
  "irrigation",
  "top-dressing",
  "spraying",
  "weeding",
  "plucking",
  "picking-fruit",
  "cutting-vegetables",
  "digging",
  "harvesting",
  "packing",
  "processing",
  "loading",
  "labelling",
  "storing",
  "discarding",
];
/** They have places of their own at the end of the first screen. */
const ALWAYS: readonly string[] = ["photo", "voice"];
/** Screens of their own lead to these (goods and labels, the season). */
const ELSEWHERE: readonly string[] = ["receiving", "new-plot", "new-product"];

/** Every work that may be recorded here, likely ones first. `last`: ids of works done here, the newest first; `month` 1 … 12. */
function worksFor(place: Place | null, crop: string | null, last: readonly string[], month: number): readonly Work[] {
  const harvests = works.filter((work) => work.kind === "HARVEST" && work.crops.length > 0 && isFor(work, place, crop));
  return works
    .filter((work) => isFor(work, place, crop) && !ALWAYS.includes(work.id) && !ELSEWHERE.includes(work.id))
    .filter((work) => work.id !== "harvesting" || crop === null || harvests.length === 0)
    .map((work, at) => ({ work, rank: rankOf(work, last, month) + at / 1000 }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ work }) => work);
}

/** At most six; with a picture, a voice note and "more" they are nine. */
function usualWorks(place: Place | null, crop: string | null, last: readonly string[], month: number): readonly Work[] {
  return worksFor(place, crop, last, month).slice(0, 6);
}

function rankOf({ id }: Work, last: readonly string[], month: number): number {
  if (last[0] === id) return -1;
  const everyday = EVERYDAY.indexOf(id);
  const season = MONTHS[id];
  const isSeason = season !== undefined && isWithin(month, season);
  if (season !== undefined && !isSeason) return 300 + (last.includes(id) ? 0 : 100);
  if (everyday !== -1) return everyday;
  return (isSeason ? 100 : 200) - (last.includes(id) ? 50 : 0);
}

function isWithin(month: number, [from, to]: readonly [number, number]): boolean {
  return from <= to ? from <= month && month <= to : month >= from || month <= to;
}
