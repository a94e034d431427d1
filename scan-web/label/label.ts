/**
 * One label as SVG in millimetres: what is equal on all bags of a run (`still`), and what is a bag's own (`bag`). Black on white,
 * no filled areas but the code: light on ink, and legible from a thermal printer. Pure.
 */
import { printSerial } from "../../protocol/label.ts";
import { type Html, html, inert } from "../ui/html.ts";
import type { Lang, Names } from "../ui/i18n.ts";
import type { CodeDrawing } from "../ui/view.ts";
import { type Format, MODULE_MM } from "./formats.ts";
import { type Layout, type Line, layOut, type Placed, serialPlaces } from "./layout.ts";
import { isMeasured, widthOf } from "./measure.ts";
import { tellIn } from "./words.ts";

export type { Drawing, Fonts, Printed };
export { drawLabel, labelSvg, SYSTEM_FONTS };

/** What is printed on every bag of a run. */
interface Printed {
  readonly product: Names;
  /** As the language writes it: "250 克"; null: sold loose. */
  readonly net: string | null;
  readonly lotNumber: string | null;
  /** Seconds, first and last; null: not on record. */
  readonly harvested: readonly [number, number] | null;
  readonly packedS: number | null;
  /** When the run was issued: printed where there is neither of the other two. */
  readonly labelledS: number | null;
  readonly holder: Names;
  /** `7Q4M-K2ZP` */
  readonly fingerprint: string;
  /** Domain, for those who type: no scheme. */
  readonly host: string;
  readonly example: boolean;
}

interface Fonts {
  readonly sans: string;
  /** Of the product's name. */
  readonly serif: string;
}

interface Drawing {
  readonly format: Format;
  readonly layout: Layout;
  readonly still: Html;
  readonly bag: (serial: string, code: CodeDrawing) => Html;
}

const SYSTEM_FONTS: Fonts = {
  sans: '"PingFang SC","HarmonyOS Sans SC","MiSans","Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei",Arial,sans-serif',
  serif: '"Songti SC","Noto Serif SC","Noto Serif CJK SC","Source Han Serif SC",SimSun,Georgia,serif',
};

/** `modules` of a side of the run's codes. @throws Problem `label-too-small` */
function drawLabel(
  printed: Printed,
  options: { readonly format: Format; readonly lang: Lang; readonly modules: number; readonly fonts: Fonts },
): Drawing {
  const { format, lang, modules, fonts } = options;
  const layout = layOut(format, modules, linesOf(printed, format, lang));
  const { code, rule } = layout;
  const serial = layout.lines.find(({ text }) => text === null);
  const places =
    serial === undefined
      ? ""
      : serialPlaces(serial.size)
          .map((at) => mm(serial.x + at))
          .join(" ");
  const scale = `translate(${code.x} ${code.y}) scale(${MODULE_MM})`;
  return {
    format,
    layout,
    still: html`${rule === null ? null : furrowLines(rule)}${layout.lines.filter(({ text }) => text !== null).map((line) => lineOf(line, fonts))}`,
    bag: (number, { path }) =>
      html`<path transform="${scale}" shape-rendering="crispEdges" d="${path}"/>${
        serial === undefined
          ? null
          : html`<text x="${places}" y="${serial.y}" font-size="${serial.size}" text-anchor="middle">${printSerial(number)}</text>`
      }`,
  };
}

/** A label alone, as a picture is drawn from it. */
function labelSvg({ format, still }: Drawing, bag: Html, { sans }: Fonts): string {
  const { width, height } = format;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${sans}"><rect width="${width}" height="${height}" fill="#fff"/>${still}${bag}</svg>`
    .markup;
}

function linesOf(
  printed: Printed,
  format: Format,
  lang: Lang,
): { readonly column: readonly Line[]; readonly band: readonly Line[] } {
  const tell = tellIn(lang);
  const { zh, en } = printed.product;
  const [first, second] =
    lang === "zh-CN" ? [zh ?? en, zh === undefined ? undefined : en] : [en ?? zh, en === undefined ? undefined : zh];
  const { harvested, packedS, labelledS, net, lotNumber } = printed;
  const isElse = harvested === null && packedS === null && labelledS !== null;
  const facts = [
    net === null ? null : fact(tell("net", { net })),
    lotNumber === null ? null : fact(tell("lot", { lot: lotNumber })),
    harvested === null ? null : fact(tell("harvested", { day: days(harvested, lang) }), packedS === null ? null : 2),
    packedS === null ? null : fact(tell("packed", { day: dayOf(packedS) })),
    isElse ? fact(tell("labelled", { day: dayOf(labelledS) })) : null,
    format.name === "60x40" ? fact(wordsIn(printed.holder, lang), 1) : null,
  ];
  return {
    column: [
      printed.example ? { ...fact(tell("example")), role: "foot" as const } : null,
      { role: "name" as const, text: inert(first ?? ""), mostLines: 6, spare: null },
      second === undefined ? null : { role: "second" as const, text: inert(second), mostLines: 4, spare: 3 },
      ...facts,
    ].filter((line) => line !== null && line.text !== "") as readonly Line[],
    band: [
      { role: "serial", text: null, mostLines: 1, spare: null },
      ...feet(tell("mark", { mark: printed.fingerprint }), printed.host, format),
    ],
  };
}

/** Mark and address share a line where both are short. */
function feet(mark: string, host: string, { width, edge, hasBand, sizes }: Format): readonly Line[] {
  const foot = (text: string, mostLines: number): Line => ({ role: "foot", text, mostLines, spare: null });
  const both = `${mark}\u00a0\u00a0${host}`;
  const [, smallest] = sizes.foot;
  if (hasBand && widthOf(both) * smallest < width - 2 * edge) return [foot(both, 1)];
  return [foot(mark, 1), foot(host, 3)];
}

function fact(text: string, spare: number | null = null): Line {
  return { role: "fact", text: inert(text), mostLines: 2, spare };
}

function wordsIn({ zh, en }: Names, lang: Lang): string {
  return (lang === "zh-CN" ? (zh ?? en) : (en ?? zh)) ?? "";
}

/** `2026-04-01`, the day in China. */
function dayOf(timeS: number): string {
  return new Date((timeS + 8 * 3600) * 1000).toISOString().slice(0, 10);
}

function days([fromS, untilS]: readonly [number, number], lang: Lang): string {
  const [from, until] = [dayOf(fromS), dayOf(untilS)];
  if (from === until) return from;
  const short = from.slice(0, 4) === until.slice(0, 4) ? until.slice(5) : until;
  // "04-04" alone on a line would be no date.
  return tellIn(lang)("until", { from, until: short }).replace(/ (?=\S+$)/, "\u00a0");
}

function lineOf({ role, text, x, y, size }: Placed, { serif }: Fonts): Html {
  // What no table knows the width of is held to the width that was left for it.
  const held = isMeasured(text ?? "")
    ? null
    : html` textLength="${mm(widthOf(text ?? "") * size)}" lengthAdjust="spacingAndGlyphs"`;
  const face = role === "name" ? html` font-family="${serif}"` : null;
  return html`<text x="${x}" y="${y}" font-size="${size}"${face}${held}>${text}</text>`;
}

/** The field's lines, the one ornament: three furrows, 0.15 mm thin. */
function furrowLines({
  x,
  y,
  width,
  height,
}: {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}): Html {
  const [third, bend] = [width / 3, 0.85 * height];
  const line = (part: number) =>
    `M${mm(x)} ${mm(y + part * height)}c${mm(third)} ${mm(-bend)} ${mm(2 * third)} ${mm(bend)} ${mm(width)} 0`;
  return html`<path d="${[0.3, 0.5, 0.7].map(line).join("")}" fill="none" stroke="#000" stroke-width="0.15"/>`;
}

function mm(value: number): string {
  return String(Math.round(value * 100) / 100);
}
