/**
 * What was done in the other gardens of the five villages until the picking: the same round in all of them on one day, written down the
 * same evening. At most two weeks lie between two of them. Data only; doses are no advice, times are China's.
 */
import { COMPOUND, MATRINE, OIL_CAKE, type Round, WORKS } from "./season.ts";

export type { GardenRound };
export { GARDEN_ROUNDS, SEASON_OVER };

type GardenRound = Omit<Round, "plots" | "mistyped">;

const GARDEN_ROUNDS: readonly GardenRound[] = [
  {
    ...{ doneAt: "2026-01-27 16:00", writtenAt: "2026-01-27 18:30", work: WORKS.baseDressing, input: OIL_CAKE },
    notes: { zh: "各村统一施肥，沟深约 20 厘米。", en: "All villages in one day; trench about 20 cm deep." },
  },
  {
    ...{ doneAt: "2026-02-09 16:00", writtenAt: "2026-02-09 18:30", work: WORKS.pruning },
    notes: { zh: "轻修剪，枝条铺在行间。", en: "Light pruning; cuttings left between the rows." },
  },
  {
    ...{ doneAt: "2026-02-22 16:00", writtenAt: "2026-02-22 18:30", work: WORKS.topDressing, input: COMPOUND },
    notes: { zh: "春茶催芽肥。", en: "For the spring buds." },
  },
  {
    ...{ doneAt: "2026-03-07 16:00", writtenAt: "2026-03-07 18:30", work: WORKS.weeding },
    notes: { zh: "人工锄草，没有用除草剂。", en: "Hoed by hand; no herbicide." },
  },
  {
    ...{ doneAt: "2026-03-20 16:00", writtenAt: "2026-03-20 18:30", work: WORKS.spraying, input: MATRINE },
    notes: {
      zh: "用量和安全间隔期照示例标签填写，不是用药建议。",
      en: "Dose and interval as on the example label; no advice.",
    },
  },
  {
    ...{ doneAt: "2026-04-02 16:00", writtenAt: "2026-04-02 18:30", work: WORKS.traps },
    notes: { zh: "黄色粘虫板，每亩 20 张。", en: "Yellow sticky cards, 20 per mu (1/15 ha)." },
  },
];

/** Spring tea is over in all gardens but those of the home page's bag. */
const SEASON_OVER = {
  ...{ doneAt: "2026-04-28 09:00", writtenAt: "2026-04-28 16:00" },
  cause: { zh: "春茶采完，园地交还，准备修剪。", en: "Spring tea is picked; the gardens are free for pruning." },
} as const;
