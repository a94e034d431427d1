/**
 * The page by which somebody finds out how far a printer is off: rulers, scales where the labels' cuts should be, a cross in each
 * corner label, and one code in three sizes. Pure.
 */
import { type Html, html } from "../ui/html.ts";
import type { Lang } from "../ui/i18n.ts";
import type { CodeDrawing } from "../ui/view.ts";
import { A4, cellAt, type Format, PER_SHEET, type Shift } from "./formats.ts";
import { PRINT_END, printHead } from "./frame.ts";
import { SYSTEM_FONTS } from "./label.ts";
import { brokenInto } from "./measure.ts";
import { type LabelKey, tellIn } from "./words.ts";

export { CALIBRATION_MODULES, calibrationPage };

/** Sizes of a module, in mm. */
const CALIBRATION_MODULES = [0.4, 0.5, 0.6] as const;
/** A scale's reach to either side of where the cut should be, and one of its steps. */
const [REACH, STEP] = [3, 0.5];
/** The instructions: left and right of them are the rulers and scales. */
const TEXT = { x: 24, y: 56, width: 162, size: 3.6, leading: 6 } as const;

const ALWAYS: readonly LabelKey[] = ["note.print", "note.hidden"];

/** `codes`: one of each size, in the order of {@link CALIBRATION_MODULES}. */
function calibrationPage(options: {
  readonly format: Format;
  readonly lang: Lang;
  readonly shift: Shift;
  readonly codes: readonly CodeDrawing[];
}): string {
  const { format, lang } = options;
  const tell = tellIn(lang);
  const pages = format.name === "a4" ? [sheet(options)] : rolls(options);
  const told: readonly LabelKey[] = format.name === "a4" ? [] : ["calibration.roll", "calibration.codes"];
  const notes = html`${[...told, ...ALWAYS].map((key) => html`<p>${tell(key)}</p>`)}`;
  return [
    printHead(format, lang, { title: tell("calibration.title"), notes }),
    ...pages.map((page) => page.markup),
    PRINT_END,
  ].join("");
}

function sheet({
  lang,
  shift,
  codes,
}: {
  readonly lang: Lang;
  readonly shift: Shift;
  readonly codes: readonly CodeDrawing[];
}): Html {
  const tell = tellIn(lang);
  const corners = [0, A4.columns - 1, PER_SHEET - A4.columns, PER_SHEET - 1].map((n) => cellAt(n, shift));
  const [upperLeft, , , lowerRight] = corners;
  const { x: right = 0, y: low = 0 } = lowerRight ?? {};
  const first = cellAt(A4.columns + 1, shift);
  const half = { x: (first.x - (upperLeft?.x ?? 0)) / 2, y: (first.y - (upperLeft?.y ?? 0)) / 2 };
  const scales = [
    // Across the first and the last cut between columns, in the upper and the lower row; and so between rows.
    ...[half.y + 6, low + half.y].flatMap((y) => [scale("x", first.x, y, "a"), scale("x", right, y, "b")]),
    ...[half.x, right + half.x].flatMap((x) => [scale("y", x, first.y, "c"), scale("y", x, low, "d")]),
  ];
  const told: readonly LabelKey[] = [
    ...(["calibration.size", "calibration.lay", "calibration.x", "calibration.y", "calibration.unit"] as const),
    "calibration.codes",
  ];
  const lines = told.flatMap((key) => [...brokenInto(tell(key), TEXT.width / TEXT.size), ""]);
  const codesY = TEXT.y + lines.length * TEXT.leading;
  return html`<svg class="page" viewBox="0 0 ${A4.width} ${A4.height}" font-family="${SYSTEM_FONTS.sans}" stroke="none">
${rulers()}
<g fill="none" stroke="#000" stroke-width="0.2">${corners.map(({ x, y }) => html`<path d="M${mm(x + half.x - 3)} ${mm(y + half.y)}h6m-3 -3v6"/>`)}</g>
${scales}
<text x="${TEXT.x}" y="${TEXT.y - 9}" font-size="5" font-family="${SYSTEM_FONTS.serif}">${tell("calibration.title")}</text>
${lines.map((line, n) => html`<text x="${TEXT.x}" y="${mm(TEXT.y + n * TEXT.leading)}" font-size="${TEXT.size}">${line}</text>`)}
${codes.map((code, n) => sample(code, { x: TEXT.x + n * 54, y: codesY, module: CALIBRATION_MODULES[n] ?? 0 }, lang))}
</svg>`;
}

/** For labels on a roll: a frame 1 mm inside of the label with a cross, then each code on a label of its own. */
function rolls({
  format,
  lang,
  shift,
  codes,
}: {
  readonly format: Format;
  readonly lang: Lang;
  readonly shift: Shift;
  readonly codes: readonly CodeDrawing[];
}): readonly Html[] {
  const { width, height } = format;
  const page = (content: Html) =>
    html`<svg class="page" viewBox="0 0 ${width} ${height}" font-family="${SYSTEM_FONTS.sans}"><g transform="translate(${shift.x / 10} ${shift.y / 10})">${content}</g></svg>
`;
  const ticks = Array.from({ length: Math.floor(width) - 3 }, (_, n) => `M${n + 2} 1v${(n + 2) % 5 === 0 ? 3 : 1.5}`);
  const down = Array.from({ length: Math.floor(height) - 3 }, (_, n) => `M1 ${n + 2}h${(n + 2) % 5 === 0 ? 3 : 1.5}`);
  const [x, y] = [width / 2, height / 2];
  return [
    page(
      html`<path fill="none" stroke="#000" stroke-width="0.25" d="M1 1h${width - 2}v${height - 2}h${2 - width}zM${x - 4} ${y}h8m-4 -4v8${[...ticks, ...down].join("")}"/>`,
    ),
    ...codes.map((code, n) => {
      const module = CALIBRATION_MODULES[n] ?? 0;
      return page(sample(code, { x: (width - code.size * module) / 2, y: 3, module }, lang));
    }),
  ];
}

function sample(
  { size, path }: CodeDrawing,
  { x, y, module }: { readonly x: number; readonly y: number; readonly module: number },
  lang: Lang,
): Html {
  const below = y + size * module + 4;
  return html`<path transform="translate(${mm(x)} ${mm(y)}) scale(${module})" shape-rendering="crispEdges" d="${path}"/><text x="${mm(x)}" y="${mm(below)}" font-size="3">${tellIn(lang)("calibration.module", { size: module })}</text>
`;
}

/** Along the upper and the left edge of the paper, which no shift moves: steps of 1 mm, numbers in mm. */
function rulers(): Html {
  const long = (n: number) => (n % 10 === 0 ? 4 : n % 5 === 0 ? 3 : 1.5);
  const steps = (from: number, until: number) => Array.from({ length: until - from + 1 }, (_, n) => from + n);
  const [across, down] = [steps(10, A4.width - 10), steps(10, A4.height - 10)];
  const path = [...across.map((n) => `M${n} 7v${long(n)}`), ...down.map((n) => `M7 ${n}h${long(n)}`)].join("");
  const tens = (list: readonly number[]) => list.filter((n) => n % 10 === 0 && n > 10);
  return html`<path d="${path}" fill="none" stroke="#000" stroke-width="0.12"/><g font-size="2.2">${tens(across).map((n) => html`<text x="${n}" y="13.5" text-anchor="middle">${n}</text>`)}${tens(down).map((n) => html`<text x="11.5" y="${n + 0.8}">${n}</text>`)}</g>
`;
}

/** Where a cut should be: 0, with half millimetres to both sides; longer at whole ones. */
function scale(way: "x" | "y", x: number, y: number, name: string): Html {
  const steps = Array.from({ length: (2 * REACH) / STEP + 1 }, (_, n) => n * STEP - REACH);
  const path = steps.map((at) => {
    const long = at === 0 ? 5 : Number.isInteger(at) ? 3 : 1.8;
    return way === "x" ? `M${mm(x + at)} ${mm(y - long / 2)}v${long}` : `M${mm(x - long / 2)} ${mm(y + at)}h${long}`;
  });
  const said = way === "x" ? { x: x - 0.6, y: y - 3.2 } : { x: x + 3.4, y: y + 0.8 };
  return html`<path d="${path.join("")}" fill="none" stroke="#000" stroke-width="0.12"/><text x="${mm(said.x)}" y="${mm(said.y)}" font-size="2.6">${name}</text>
`;
}

function mm(value: number): string {
  return String(Math.round(value * 100) / 100);
}
