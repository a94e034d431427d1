/**
 * From the first basket to the last label: who brought how much from which garden, what was made of it each night, how it was
 * packed. 412 kg of leaf give 96 kg of tea, 4.3 to 1. Data only; kilograms as people write them, times are China's.
 *
 * Planted on purpose: what was made on 2 April was written down on the 5th; one weight of the 3rd was mistyped and put right.
 */
import type { ProcessStep } from "../../protocol/document/form.ts";
import type { Words } from "../../protocol/document/text.ts";
import type { Mistake } from "./make-corrections.ts";

export type { Making, PickingDay, Weighing };
export { LABELS, MAKINGS, PACKED, PICKED_AS, PICKING_DAYS, STORED, WORKSHOP };

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

const WORKSHOP = "YS-W1";
const PICKED_AS: Words = { zh: "一芽一叶初展", en: "one bud, one leaf just opening" };

const PICKING_DAYS: readonly PickingDay[] = [
  {
    doneAt: "2026-04-01 15:40",
    writtenAt: "2026-04-01 16:30",
    weighings: [
      { member: 1, plot: 1, kg: "30.2" },
      { member: 3, plot: 3, kg: "35.4" },
      { member: 5, plot: 5, kg: "19.6" },
      { member: 7, plot: 6, kg: "13.2" },
    ],
  },
  {
    doneAt: "2026-04-02 15:50",
    writtenAt: "2026-04-02 16:40",
    weighings: [
      { member: 1, plot: 1, kg: "28.8" },
      { member: 6, plot: 5, kg: "38" },
      { member: 7, plot: 6, kg: "30.8" },
      { member: 8, plot: 7, kg: "17" },
    ],
  },
  {
    doneAt: "2026-04-03 15:30",
    writtenAt: "2026-04-03 16:20",
    weighings: [
      { member: 2, plot: 2, kg: "49" },
      { member: 3, plot: 3, kg: "33.6" },
      {
        ...{ member: 5, plot: 5, kg: "20.4" },
        mistyped: {
          kg: "24",
          writtenAt: "2026-04-03 17:00",
          notes: {
            zh: "秤上是 20.4 千克，手机上打成了 24。做茶之前改正。",
            en: "The scales said 20.4 kg, 24 was typed. Put right before the tea was made.",
          },
        },
      },
    ],
  },
  {
    doneAt: "2026-04-04 14:50",
    writtenAt: "2026-04-04 15:40",
    weighings: [
      { member: 4, plot: 4, kg: "39" },
      { member: 8, plot: 7, kg: "27" },
      { member: 9, plot: 8, kg: "30" },
    ],
  },
];

const MAKINGS: readonly Making[] = [
  {
    picked: "2026-04-01",
    doneAt: "2026-04-01 22:40",
    writtenAt: "2026-04-01 23:10",
    kg: "22.9",
    steps: stepsOf(240, 19),
  },
  {
    picked: "2026-04-02",
    doneAt: "2026-04-02 23:20",
    writtenAt: "2026-04-05 09:10",
    kg: "26.7",
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
    kg: "24",
    steps: stepsOf(250, 20),
  },
  {
    picked: "2026-04-04",
    doneAt: "2026-04-04 21:30",
    writtenAt: "2026-04-04 22:00",
    kg: "22.4",
    steps: stepsOf(240, 21),
  },
];

const PACKED = {
  doneAt: "2026-04-05 14:00",
  writtenAt: "2026-04-05 14:30",
  kg: "96",
  lotNumber: "260405-KTWD",
} as const;
const LABELS = { doneAt: "2026-04-05 15:20", writtenAt: "2026-04-05 15:40", count: 380 } as const;
const STORED = {
  doneAt: "2026-04-20 09:40",
  writtenAt: "2026-04-20 10:00",
  notes: {
    zh: "冷库 4 度，相对湿度 50%。抽看 3 袋，封口完好。剩 1 千克散茶留样。",
    en: "Cold store at 4 °C and 50 % humidity. Three bags looked at, seals sound. 1 kg of loose tea is kept as a sample.",
  },
} as const;

/** Spreading so many minutes at so many degrees; the rest is the same every night. */
function stepsOf(minutes: number, temperatureC: number): readonly ProcessStep[] {
  return [
    { id: "withering", zh: "摊放/萎凋", en: "spreading, withering", minutes, temperatureC, humidityPercent: 75 },
    { id: "fixation", zh: "杀青", en: "fixation (kill-green)", minutes: 8, temperatureC: 240 },
    { id: "rolling", zh: "揉捻", en: "rolling", minutes: 15 },
    { id: "drying", zh: "干燥", en: "drying", minutes: 40, temperatureC: 95 },
  ];
}
