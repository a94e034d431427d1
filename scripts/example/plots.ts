/**
 * The first eight tea gardens, 12.6 亩 (8,400 m²) in all; `gardens.ts` has the others. Their outlines are invented: shapes without a
 * place, scaled to the stated area. Data, and the one function that scales.
 */
import type { Outline } from "../../protocol/document/master.ts";
import type { Words } from "../../protocol/document/text.ts";

export type { ExamplePlot };
export { CAP_KG_PER_MU, capPerHectare, EARLY, mu, OLD_BUSHES, outlineOf, PLOTS, plotCode, plotName };

interface ExamplePlot {
  readonly number: number;
  readonly area_m2: number;
  readonly variety: Words;
  /** Corners in turn, in any unit. */
  readonly shape: readonly (readonly [number, number])[];
}

/**
 * What one early spring picking can give: ten kilograms of made tea a 亩 is the highest that was read for fine early tea, and
 * four and a half kilograms of leaf make one of tea.
 */
const CAP_KG_PER_MU = 45n;

const OLD_BUSHES: Words = { zh: "群体种", en: "local seedling tea" };
const EARLY: Words = { zh: "龙井43", en: "Longjing 43" };

const PLOTS: readonly ExamplePlot[] = [
  {
    number: 1,
    area_m2: 1200,
    variety: EARLY,
    shape: [
      [0, 6],
      [18, 0],
      [37, 3],
      [52, 12],
      [48, 30],
      [30, 34],
      [11, 29],
    ],
  },
  {
    number: 2,
    area_m2: 1000,
    variety: EARLY,
    shape: [
      [2, 0],
      [26, 4],
      [41, 14],
      [38, 31],
      [20, 27],
      [0, 16],
    ],
  },
  {
    number: 3,
    area_m2: 1400,
    variety: OLD_BUSHES,
    shape: [
      [0, 10],
      [14, 2],
      [33, 0],
      [55, 7],
      [66, 20],
      [58, 33],
      [36, 27],
      [17, 30],
      [4, 24],
    ],
  },
  {
    number: 4,
    area_m2: 800,
    variety: EARLY,
    shape: [
      [0, 0],
      [31, 2],
      [34, 17],
      [29, 28],
      [3, 25],
    ],
  },
  {
    number: 5,
    area_m2: 1600,
    variety: OLD_BUSHES,
    shape: [
      [0, 18],
      [9, 6],
      [28, 0],
      [50, 5],
      [71, 3],
      [79, 16],
      [66, 26],
      [44, 24],
      [22, 33],
      [6, 30],
    ],
  },
  {
    number: 6,
    area_m2: 1000,
    variety: OLD_BUSHES,
    shape: [
      [3, 0],
      [29, 5],
      [40, 19],
      [31, 30],
      [14, 26],
      [0, 14],
    ],
  },
  {
    number: 7,
    area_m2: 800,
    variety: EARLY,
    shape: [
      [0, 4],
      [22, 0],
      [38, 8],
      [36, 24],
      [16, 30],
      [5, 19],
    ],
  },
  {
    number: 8,
    area_m2: 600,
    variety: OLD_BUSHES,
    shape: [
      [0, 0],
      [19, 3],
      [27, 13],
      [24, 27],
      [8, 24],
    ],
  },
];

const NUMERALS = ["一", "二", "三", "四", "五", "六", "七", "八"];

function plotCode({ number }: ExamplePlot): string {
  return `YS-${String(number).padStart(2, "0")}`;
}

function plotName({ number }: ExamplePlot): Words {
  return { zh: `${NUMERALS[number - 1] ?? `${number} `}号茶园`, en: `Tea garden ${number}` };
}

/** 1 亩 = 10,000/15 m². */
function mu(area_m2: number): number {
  return (area_m2 * 15) / 10_000;
}

/** Kilograms a 亩 → thousandths of a kilogram a hectare. */
function capPerHectare(kgPerMu: bigint): bigint {
  return kgPerMu * 15n * 1000n;
}

/** Closed, in metres from its own corner, to the decimetre. */
function outlineOf({ shape, area_m2 }: ExamplePlot): Outline {
  const scale = Math.sqrt(area_m2 / surface(shape));
  const [left, low] = [Math.min(...shape.map(([x]) => x)), Math.min(...shape.map(([, y]) => y))];
  const scaled = shape.map(([x, y]) => [decimetre((x - left) * scale), decimetre((y - low) * scale)] as const);
  const [first] = scaled;
  return first === undefined ? [] : [...scaled, first];
}

/** Gauss's area formula. */
function surface(shape: ExamplePlot["shape"]): number {
  const twice = shape.reduce((sum, [x, y], n) => {
    const [nextX, nextY] = shape[(n + 1) % shape.length] ?? [x, y];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

function decimetre(metres: number): number {
  return Math.round(metres * 10) / 10;
}
