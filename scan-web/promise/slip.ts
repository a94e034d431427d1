/**
 * A 承诺达标合格证 on a label of 60 × 40 mm, and on the paper of a 58 mm roll printer (48 mm of ink, as long as it needs), as SVG in
 * millimetres: Chinese, black on white. The code never shrinks; all letters do together, down to the smallest that reads well; what
 * does not fit even then is refused. Pure.
 */
import { HGZ_2026, BASIS_CODES } from "../../protocol/document/hgz-2026.ts";
import { Problem } from "../../protocol/problem.ts";
import { MODULE_MM, onDot, QUIET_MM } from "../label/formats.ts";
import type { Fonts } from "../label/label.ts";
import { brokenInto, isMeasured, widthOf } from "../label/measure.ts";
import { type Html, html, inert } from "../ui/html.ts";
import type { CodeDrawing } from "../ui/view.ts";
import type { Certificate } from "./certificate.ts";
import { itemsOf } from "./items.ts";
import { wordsIn } from "./words.ts";

export type { Slip, SlipFormat };
export { drawSlip, SLIP_FORMATS, slipSvg };

const SLIP_FORMATS = ["60x40", "roll58"] as const;
type SlipFormat = (typeof SLIP_FORMATS)[number];

interface Slip {
  readonly width: number;
  readonly height: number;
  readonly drawing: Html;
  /** All that is written on it, for whoever asks whether a font has it. */
  readonly text: string;
}

type Role = "title" | "item" | "promise" | "foot";

interface Line {
  readonly role: Role;
  readonly text: string;
}

interface Paper {
  readonly width: number;
  /** Null: as long as it needs. */
  readonly height: number | null;
  readonly edge: number;
  /** From the largest letters to the smallest. */
  readonly sizes: Readonly<Record<Role, readonly [number, number]>>;
}

const PAPERS: Readonly<Record<SlipFormat, Paper>> = {
  "60x40": {
    ...{ width: 60, height: 40, edge: 1.5 },
    sizes: { title: [4.8, 4], item: [2.9, 1.7], promise: [2.7, 1.7], foot: [2.1, 1.5] },
  },
  roll58: {
    ...{ width: 48, height: null, edge: 1 },
    sizes: { title: [6.2, 6.2], item: [3, 3], promise: [3, 3], foot: [2.4, 2.4] },
  },
};

const LEADING = 1.2;
const BASELINE = 0.9;
const GAP = 0.35;
const STEPS = 16;

/** What stands on it, and where. @throws Problem `label-too-small` */
function drawSlip(
  certificate: Certificate,
  of: {
    readonly format: SlipFormat;
    readonly code: CodeDrawing;
    readonly fingerprint: string;
    readonly host: string;
    readonly fonts: Fonts;
  },
): Slip {
  const { format, code, fonts } = of;
  const paper = PAPERS[format];
  const lines = linesOf(certificate, of);
  const side = code.size * MODULE_MM;
  for (let step = 0; step <= STEPS; step++) {
    const placed = place(paper, side, lines, step / STEPS);
    if (placed === null) continue;
    const { x, y } = placed.code;
    const drawn = html`${placed.lines.map((line) => letters(line, fonts))}<path transform="translate(${x} ${y}) scale(${MODULE_MM})" shape-rendering="crispEdges" d="${code.path}"/>`;
    return { width: paper.width, height: placed.height, drawing: drawn, text: lines.map(({ text }) => text).join("") };
  }
  throw new Problem("label-too-small", "/format", `the certificate does not fit on ${format}`);
}

/** Alone, as a picture is drawn from it. */
function slipSvg({ width, height, drawing }: Slip, { sans }: Fonts): string {
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${sans}"><rect width="${width}" height="${height}" fill="#fff"/>${drawing}</svg>`
    .markup;
}

function linesOf(
  certificate: Certificate,
  { format, fingerprint, host }: { readonly format: SlipFormat; readonly fingerprint: string; readonly host: string },
): readonly Line[] {
  const { title, items, lead, promise, basis } = HGZ_2026;
  const tell = wordsIn("zh-CN");
  const line = (role: Role, text: string): Line => ({ role, text: inert(text) });
  const ticks = BASIS_CODES.map((code) => {
    const ticked = certificate.basis.find((one) => one.code === code);
    const bare = ticked === undefined || ticked.bare === 0 ? "" : `（${tell("sheet.bare", { count: ticked.bare })}）`;
    return `${ticked === undefined ? "（  ）" : "（√）"}${basis[code].zh}${bare}`;
  });
  return [
    line("title", title.zh),
    ...(certificate.example ? [line("foot", tell("sheet.example"))] : []),
    ...itemsOf(certificate, "zh-CN").map(({ label, text }) => line("item", `${label}：${text}`)),
    line("promise", `${items.promise.zh}：${lead.zh}${promise[certificate.promise].zh}`),
    // A roll has room for a line each.
    ...(format === "roll58" ? [`${items.basis.zh}：`, ...ticks] : [`${items.basis.zh}：${ticks.join("")}`]).map(
      (text) => line("promise", text),
    ),
    ...(certificate.taken.length === 0
      ? []
      : [line("item", `${tell("item.taken")}：${tell("slip.taken", { count: certificate.taken.length })}`)]),
    line("foot", `${tell("item.residues")}：${tell("slip.residues")} ${tell("item.mark")} ${fingerprint} ${host}`),
  ];
}

interface Placed {
  readonly text: string;
  readonly role: Role;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** On a label the code stands at the upper right and lines beside it are shorter; on a roll it comes last. Null: no room. */
function place(
  { width, height, edge, sizes }: Paper,
  side: number,
  lines: readonly Line[],
  shrunk: number,
): { readonly lines: readonly Placed[]; readonly code: { x: number; y: number }; readonly height: number } | null {
  const blank = Math.max(edge, QUIET_MM);
  const beside = height === null ? null : { x: onDot(width - blank - side), y: onDot(blank) };
  const below = beside === null ? 0 : beside.y + side + QUIET_MM;
  const placed: Placed[] = [];
  let y = edge;
  for (const { role, text } of lines) {
    const [largest, smallest] = sizes[role];
    const size = Math.floor((largest - (largest - smallest) * shrunk) * 100) / 100;
    const narrow = beside === null ? width - 2 * edge : beside.x - QUIET_MM - edge;
    const room = y < below ? narrow : width - 2 * edge;
    const broken = brokenInto(text, room / size);
    if (role === "title" && broken.length > 1) return null;
    for (const part of broken) {
      placed.push({ text: part, role, x: edge, y: rounded(y + size * BASELINE), size });
      y += size * LEADING;
    }
    y += GAP;
  }
  if (beside !== null)
    return y - GAP > (height ?? 0) - edge ? null : { lines: placed, code: beside, height: height ?? 0 };
  const code = { x: onDot((width - side) / 2), y: onDot(y + QUIET_MM) };
  return { lines: placed, code, height: Math.ceil(code.y + side + QUIET_MM + edge) };
}

function letters({ text, role, x, y, size }: Placed, { serif }: Fonts): Html {
  const held = isMeasured(text)
    ? null
    : html` textLength="${rounded(widthOf(text) * size)}" lengthAdjust="spacingAndGlyphs"`;
  const face = role === "title" ? html` font-family="${serif}" font-weight="bold"` : null;
  return html`<text x="${x}" y="${y}" font-size="${size}"${face}${held}>${text}</text>`;
}

function rounded(mm: number): number {
  return Math.round(mm * 100) / 100;
}
