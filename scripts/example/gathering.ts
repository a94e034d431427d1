/**
 * The bag of the home page, from the first basket to the shop: who brought how much from which garden, how it went from the village
 * point over the township to the works, what was made of it each night, how it was sorted and packed. 412 kg of leaf give 96 kg of tea,
 * 4.3 to 1. Data only; kilograms as people write them, times are China's.
 *
 * Planted on purpose: what was made on 2 April was written down on the 5th; one weight of the 3rd was mistyped and put right.
 */
import type { ProcessStep } from "../../protocol/document/form.ts";
import type { Words } from "../../protocol/document/text.ts";
import type { Mistake } from "./make-corrections.ts";

export type { Making, PickingDay, Weighing };
export {
  DELIVERED,
  HOURS,
  LABELS,
  MAKINGS,
  PACKED,
  PICKED_AS,
  PICKING_DAYS,
  SAMPLE,
  SORTED,
  SORTING,
  STORED,
  stepsOf,
  UNSOLD,
};

interface Weighing {
  readonly member: number;
  readonly plot: number;
  readonly kg: string;
  /** What was typed first. */
  readonly mistyped?: Mistake & { readonly kg: string };
}

interface PickingDay {
  readonly doneAt: string;
  readonly writtenAt: string;
  readonly weighings: readonly Weighing[];
  /** As found at the township and at the works: leaf dries on its way. */
  readonly township: string;
  readonly works: string;
}

/** The leaf of one day, made into tea the same night. */
interface Making {
  /** `YYYY-MM-DD` of the picking. */
  readonly picked: string;
  readonly doneAt: string;
  readonly writtenAt: string;
  readonly kg: string;
  readonly steps: readonly ProcessStep[];
  readonly notes?: Words;
}

/** Of each picking day, after the weighing. */
const HOURS = {
  gathered: "13:30",
  leftVillage: "13:40",
  atTownship: "14:10",
  promised: "14:20",
  leftTownship: "14:30",
  sensed: "15:00",
  atWorks: "15:30",
} as const;
const PICKED_AS: Words = { zh: "一芽一叶初展", en: "one bud, one leaf just opening" };

const PICKING_DAYS: readonly PickingDay[] = [
  {
    doneAt: "2026-04-01 12:40",
    writtenAt: "2026-04-01 13:10",
    ...{ township: "98.4", works: "98" },
    weighings: [
      { member: 1, plot: 1, kg: "30.2" },
      { member: 3, plot: 3, kg: "35.4" },
      { member: 5, plot: 5, kg: "19.6" },
      { member: 7, plot: 6, kg: "13.2" },
    ],
  },
  {
    doneAt: "2026-04-02 12:50",
    writtenAt: "2026-04-02 13:20",
    ...{ township: "114.6", works: "114" },
    weighings: [
      { member: 1, plot: 1, kg: "28.8" },
      { member: 6, plot: 5, kg: "38" },
      { member: 7, plot: 6, kg: "30.8" },
      { member: 8, plot: 7, kg: "17" },
    ],
  },
  {
    doneAt: "2026-04-03 12:30",
    writtenAt: "2026-04-03 13:00",
    ...{ township: "103", works: "102.6" },
    weighings: [
      { member: 2, plot: 2, kg: "49" },
      { member: 3, plot: 3, kg: "33.6" },
      {
        ...{ member: 5, plot: 5, kg: "20.4" },
        mistyped: {
          kg: "24",
          writtenAt: "2026-04-03 13:15",
          notes: {
            zh: "秤上是 20.4 千克，手机上打成了 24。做茶之前改正。",
            en: "The scales said 20.4 kg, 24 was typed. Put right before the tea was made.",
          },
        },
      },
    ],
  },
  {
    doneAt: "2026-04-04 12:20",
    writtenAt: "2026-04-04 12:50",
    ...{ township: "96", works: "95.6" },
    weighings: [
      { member: 3, plot: 3, kg: "22" },
      { member: 4, plot: 4, kg: "44" },
      { member: 8, plot: 7, kg: "30" },
    ],
  },
];

const MAKINGS: readonly Making[] = [
  {
    picked: "2026-04-01",
    doneAt: "2026-04-01 22:40",
    writtenAt: "2026-04-01 23:10",
    kg: "23.5",
    steps: stepsOf(240, 19),
  },
  {
    picked: "2026-04-02",
    doneAt: "2026-04-02 23:20",
    writtenAt: "2026-04-05 09:10",
    kg: "27.4",
    steps: stepsOf(260, 18),
    notes: {
      zh: "当晚忙到半夜，5 日才补记，数据抄自车间记录本。",
      en: "We worked until midnight; written down on the 5th, copied from the workshop's notebook.",
    },
  },
  {
    picked: "2026-04-03",
    doneAt: "2026-04-03 22:50",
    writtenAt: "2026-04-03 23:20",
    kg: "24.7",
    steps: stepsOf(250, 20),
  },
  {
    picked: "2026-04-04",
    doneAt: "2026-04-04 21:30",
    writtenAt: "2026-04-04 22:00",
    kg: "23",
    steps: stepsOf(240, 21),
  },
];

/** Yellow leaf and dust are sieved out and kept, stalks thrown away: 98.6 kg give 96.4, 1.7 and 0.5. */
const SORTED = {
  ...{ doneAt: "2026-04-05 10:30", writtenAt: "2026-04-05 10:50", kg: "96.4", dust: "1.7", stalks: "0.5" },
  ...{ shippedAt: "2026-04-05 11:10", receivedAt: "2026-04-05 12:00" },
} as const;
const PACKED = {
  doneAt: "2026-04-05 14:00",
  writtenAt: "2026-04-05 14:30",
  kg: "96",
  lotNumber: "260405-KTWD",
} as const;
const LABELS = { doneAt: "2026-04-05 15:20", writtenAt: "2026-04-05 15:40", count: 380 } as const;
const SAMPLE = {
  ...{ doneAt: "2026-04-06 09:30", writtenAt: "2026-04-06 09:40", kg: "0.25" },
  cause: { zh: "检测室抽样，散茶里取。", en: "Drawn by the laboratory from the loose tea." },
} as const;
const DELIVERED = { shippedAt: "2026-04-14 08:30", receivedAt: "2026-04-14 11:20", bags: 368 } as const;
/** Labels by their place in the run. */
const UNSOLD = {
  ...{ doneAt: "2026-04-20 09:20", writtenAt: "2026-04-20 09:30", first: 368, number: 12 },
  cause: { zh: "没有卖出，拆袋并回散茶，标签销毁。", en: "Not sold: opened again, labels destroyed." },
} as const;
const STORED = {
  doneAt: "2026-04-20 09:40",
  writtenAt: "2026-04-20 10:00",
  notes: {
    zh: "冷库 4 度，相对湿度 50%。剩 3.75 千克散茶留样、自用。",
    en: "Cold store at 4 °C and 50 % humidity. 3.75 kg of loose tea are kept as a sample and for ourselves.",
  },
} as const;

/** After drying, at the works: the product keeps its name. */
const SORTING: readonly ProcessStep[] = [{ id: "sorting", zh: "分拣", en: "sorting" }];

/** Spreading so many minutes at so many degrees; the rest is the same every night. */
function stepsOf(minutes: number, temperatureC: number): readonly ProcessStep[] {
  return [
    { id: "withering", zh: "摊放/萎凋", en: "spreading, withering", minutes, temperatureC, humidityPercent: 75 },
    { id: "fixation", zh: "杀青", en: "fixation (kill-green)", minutes: 8, temperatureC: 240 },
    { id: "rolling", zh: "揉捻", en: "rolling", minutes: 15 },
    { id: "drying", zh: "干燥", en: "drying", minutes: 40, temperatureC: 95 },
  ];
}
