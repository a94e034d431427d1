/**
 * What was done in the gardens from January to the picking, a round a line. Works are those of the pick list, with its ids.
 * Doses and intervals are those of invented example labels: no advice. Data only; times are China's.
 *
 * Planted on purpose: around Spring Festival (17 February 2026) five gardens have no record for 23 days, and one dose was mistyped
 * and put right.
 */
import type { WorkForm } from "../../protocol/document/form.ts";
import type { Words } from "../../protocol/document/text.ts";
import type { Mistake } from "./make-corrections.ts";

export type { InputAMu, Look, Round };
export { FIRST_HOUR, LOOKS, MATRINE, OIL_CAKE, COMPOUND, OPENED, PLANTED, REPLACED, ROUNDS, SEASON, WORKS };

/** An input, so much a 亩. */
interface InputAMu {
  readonly name: Words;
  readonly kind: "pesticide" | "fertiliser";
  readonly activeIngredient?: Words;
  readonly aMu: number;
  /** UN/CEFACT Recommendation 20. */
  readonly uom: "KGM" | "MLT";
  readonly dilution?: number;
  readonly method: Words;
  readonly preHarvestIntervalDays?: number;
  readonly registration?: string;
}

/** One day's work on several gardens, written down the same evening. */
interface Round {
  readonly doneAt: string;
  readonly writtenAt: string;
  readonly plots: readonly number[];
  readonly work: WorkForm;
  readonly input?: InputAMu;
  readonly notes: Words;
  /** What was typed for one of the gardens, in the input's unit. */
  readonly mistyped?: Mistake & { readonly plot: number; readonly dose: number };
}

/** A walk through one garden, with a picture. */
interface Look {
  readonly doneAt: string;
  readonly writtenAt: string;
  readonly plot: number;
  readonly picture: "flower" | "garden";
  readonly notes: Words;
}

const SEASON: Words = { zh: "2026 年春茶", en: "spring tea 2026" };
/** The example's first block comes before it. */
const FIRST_HOUR = "2026-01-05 08:00";
const OPENED = {
  admitted: "2026-01-05 09:00",
  enrolled: "2026-01-05 09:20",
  products: "2026-01-05 09:40",
  members: "2026-01-05 10:10",
  plots: "2026-01-05 10:40",
} as const;
const PLANTED = { doneAt: "2026-01-15 09:30", writtenAt: "2026-01-15 10:00" } as const;
const REPLACED = "2026-03-18 12:10";

const WORKS = {
  baseDressing: { id: "base-dressing", zh: "施基肥", en: "base dressing", bizStep: "fertilising" },
  pruning: { id: "pruning", zh: "修剪", en: "pruning" },
  frost: { id: "frost-protection", zh: "防霜冻", en: "frost protection" },
  topDressing: { id: "top-dressing", zh: "追肥", en: "top dressing", bizStep: "fertilising" },
  traps: { id: "traps", zh: "放诱捕器/黄板", en: "setting traps", bizStep: "pest-trapping" },
  spraying: { id: "spraying", zh: "打药", en: "spraying" },
  weeding: { id: "weeding", zh: "除草", en: "weeding" },
  walk: { id: "inspection-walk", zh: "巡田", en: "walking the field", bizStep: "cbv:other" },
  storing: { id: "storing", zh: "入库贮藏", en: "storing", bizStep: "cbv:storing" },
} as const satisfies Record<string, WorkForm>;

const RECORDED = [1, 2, 3, 4, 5, 6, 7];
/** No number that a register could have given, and the same in either language. */
const EXAMPLE_LABEL = "EXAMPLE-0000";
const BY_LABEL: Words = {
  zh: "用量和安全间隔期照示例标签填写，不是用药建议。",
  en: "Dose and interval as on the example label; no advice.",
};

const OIL_CAKE: InputAMu = {
  name: { zh: "饼肥（菜籽饼等）", en: "Oil-cake fertiliser" },
  kind: "fertiliser",
  aMu: 100,
  uom: "KGM",
  method: { zh: "行间开沟深施，覆土", en: "in a trench between the rows, covered" },
};
const COMPOUND: InputAMu = {
  name: { zh: "复合肥料 15-15-15", en: "Compound fertiliser 15-15-15" },
  kind: "fertiliser",
  aMu: 20,
  uom: "KGM",
  method: { zh: "浅沟施", en: "in a shallow trench" },
};
const MATRINE: InputAMu = {
  name: { zh: "0.6% 苦参碱水剂（示例）", en: "Matrine 0.6 % solution (example)" },
  kind: "pesticide",
  activeIngredient: { zh: "苦参碱", en: "Matrine" },
  aMu: 75,
  uom: "MLT",
  dilution: 600,
  method: { zh: "背负式喷雾", en: "knapsack sprayer" },
  preHarvestIntervalDays: 7,
  registration: EXAMPLE_LABEL,
};

const ROUNDS: readonly Round[] = [
  {
    doneAt: "2026-01-22 15:00",
    writtenAt: "2026-01-22 17:40",
    plots: RECORDED,
    work: WORKS.baseDressing,
    input: OIL_CAKE,
    notes: { zh: "沟深约 20 厘米。", en: "Trench about 20 cm deep." },
  },
  {
    doneAt: "2026-02-04 15:30",
    writtenAt: "2026-02-04 17:20",
    plots: RECORDED,
    work: WORKS.pruning,
    notes: {
      zh: "轻修剪，剪去蓬面 3 至 5 厘米，枝条铺在行间。",
      en: "Light pruning, 3 to 5 cm off the top; cuttings left between the rows.",
    },
  },
  {
    doneAt: "2026-02-15 16:30",
    writtenAt: "2026-02-15 18:10",
    plots: [1, 2],
    work: WORKS.frost,
    notes: { zh: "夜里预报零下 2 度，盖遮阳网。", en: "Minus 2 °C forecast for the night; covered with shade net." },
  },
  {
    doneAt: "2026-02-27 15:00",
    writtenAt: "2026-02-27 17:30",
    plots: RECORDED,
    work: WORKS.topDressing,
    input: COMPOUND,
    notes: { zh: "春茶催芽肥。", en: "For the spring buds." },
  },
  {
    doneAt: "2026-03-11 16:00",
    writtenAt: "2026-03-11 18:00",
    plots: [6, 7],
    work: WORKS.spraying,
    input: {
      name: { zh: "2.5% 联苯菊酯乳油（示例）", en: "Bifenthrin 2.5 % emulsion (example)" },
      kind: "pesticide",
      activeIngredient: { zh: "联苯菊酯", en: "Bifenthrin" },
      aMu: 90,
      uom: "MLT",
      dilution: 500,
      method: { zh: "背负式喷雾", en: "knapsack sprayer" },
      preHarvestIntervalDays: 7,
      registration: EXAMPLE_LABEL,
    },
    notes: BY_LABEL,
  },
  {
    doneAt: "2026-03-12 16:20",
    writtenAt: "2026-03-12 18:05",
    plots: [1, 2, 3, 4, 5],
    work: WORKS.spraying,
    input: MATRINE,
    notes: BY_LABEL,
    mistyped: {
      plot: 3,
      dose: 1575,
      writtenAt: "2026-03-14 08:10",
      notes: {
        zh: "小数点漏打了：三号茶园用了 157.5 毫升，不是 1575 毫升。",
        en: "The decimal point was left out: garden 3 got 157.5 ml, not 1575 ml.",
      },
    },
  },
  {
    doneAt: "2026-03-25 11:00",
    writtenAt: "2026-03-25 17:10",
    plots: [1, 2, 3, 4, 5],
    work: WORKS.weeding,
    notes: { zh: "人工锄草，没有用除草剂。", en: "Hoed by hand; no herbicide." },
  },
  {
    doneAt: "2026-03-25 15:30",
    writtenAt: "2026-03-25 17:20",
    plots: [6, 7],
    work: WORKS.traps,
    notes: { zh: "黄色粘虫板，每亩 20 张。", en: "Yellow sticky cards, 20 per mu (1/15 ha)." },
  },
];

const LOOKS: readonly Look[] = [
  {
    doneAt: "2026-01-20 15:10",
    writtenAt: "2026-01-20 15:40",
    plot: 1,
    picture: "flower",
    notes: { zh: "越冬叶片完好，没有冻害。", en: "Leaves have come through the cold unharmed." },
  },
  {
    doneAt: "2026-03-30 09:30",
    writtenAt: "2026-03-30 10:00",
    plot: 1,
    picture: "garden",
    notes: { zh: "芽头到一芽一叶，后天开采。", en: "Buds have one leaf; picking begins the day after tomorrow." },
  },
];
