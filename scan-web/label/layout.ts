/**
 * Where everything of a label stands, in millimetres. One layout serves a whole run: only code and serial differ from bag to bag.
 *
 * Rules: the code is never smaller than its modules; all letters of a label shrink together, from the largest that looks well to
 * the smallest that reads well; names wrap; then what a label can do without is left out, the least needed first; and what does not
 * fit even then is refused. Nothing is cut off, nothing leaves its box. Pure.
 */
import { Problem } from "../../protocol/problem.ts";
import { type Format, MODULE_MM, onDot, QUIET_MM, type Role } from "./formats.ts";
import { brokenInto, widthOf } from "./measure.ts";

export type { Box, Layout, Line, Placed };
export { layOut, SERIAL_WIDTH, serialPlaces };

/** One thing that a label says, and how far it may bend. */
interface Line {
  readonly role: Role;
  /** null: the place of the serial. */
  readonly text: string | null;
  readonly mostLines: number;
  /** Left out before those of a higher number; null: never. */
  readonly spare: number | null;
}

/** A line of text as drawn: `y` is the baseline. */
interface Placed {
  readonly role: Role;
  readonly text: string | null;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Layout {
  readonly lines: readonly Placed[];
  /** Upper left corner and side of the dark modules; {@link QUIET_MM} around them stay blank. */
  readonly code: { readonly x: number; readonly y: number; readonly side: number };
  /** Boxes that the lines keep to. */
  readonly column: Box;
  readonly band: Box | null;
  /** How the field's lines run between column and band; null where there is no room for an ornament. */
  readonly rule: Box | null;
}

/** Line height and place of the baseline, in sizes: a Chinese character stands 0.88 above and 0.12 below it. */
const LEADING = 1.18;
const BASELINE = 0.9;
/** A serial's characters stand in cells of one width, hyphens in narrower ones: no font can make it longer. */
const CELL = 0.8;
const HYPHEN = 0.45;
const SERIAL_PATTERN = "0000-0000-000000";
const SERIAL_WIDTH = Array.from(SERIAL_PATTERN).reduce((sum, one) => sum + (one === "-" ? HYPHEN : CELL), 0);
/** Steps from the largest letters to the smallest. */
const STEPS = 16;
/** Between two lines of different things, in mm: at least, and where there is room. */
const [LEAST_GAP, MOST_GAP] = [0.15, 0.9];
const RULE_MM = 1.8;

/**
 * `modules`: of the code, a side.
 * @throws Problem `label-too-small`
 */
function layOut(
  format: Format,
  modules: number,
  lines: { readonly column: readonly Line[]; readonly band: readonly Line[] },
): Layout {
  const side = modules * MODULE_MM;
  const { width, height, edge, hasBand } = format;
  const blank = Math.max(edge, QUIET_MM);
  const code = { x: onDot(width - blank - side), y: onDot(hasBand ? blank : (height - side) / 2), side };
  if (!hasBand) {
    const column = { x: edge, y: edge, width: code.x - QUIET_MM - edge, height: height - 2 * edge };
    if (code.y < edge - 0.5) throw tooSmall(format, "the code");
    return { lines: fill(format, column, [...lines.column, ...lines.band]), code, column, band: null, rule: null };
  }
  const below = code.y + side + QUIET_MM;
  const bandTop = Math.max(below, height - edge - bandHeight(format));
  const band = { x: edge, y: bandTop, width: width - 2 * edge, height: height - edge - bandTop };
  const isRuled = bandTop - below >= RULE_MM;
  const column = {
    ...{ x: edge, y: edge, width: code.x - QUIET_MM - edge },
    height: bandTop - (isRuled ? RULE_MM + 0.8 : 0.7) - edge,
  };
  return {
    lines: [...fill(format, column, lines.column), ...fill(format, band, lines.band)],
    ...{ code, column, band },
    rule: isRuled ? { x: edge, y: bandTop - RULE_MM - 0.3, width: band.width, height: RULE_MM } : null,
  };
}

/** Serial and foot at their largest. */
function bandHeight({ sizes }: Format): number {
  return (sizes.serial[0] + sizes.foot[0]) * LEADING + 2 * MOST_GAP;
}

/** Serials: where each character's middle is, from the left of the line. */
function serialPlaces(size: number): readonly number[] {
  let at = 0;
  return Array.from(SERIAL_PATTERN, (one) => {
    const wide = (one === "-" ? HYPHEN : CELL) * size;
    at += wide;
    return at - wide / 2;
  });
}

function fill(format: Format, box: Box, lines: readonly Line[]): readonly Placed[] {
  const spare = [...new Set(lines.flatMap((line) => line.spare ?? []))].sort((one, other) => one - other);
  for (let left = 0; left <= spare.length; left++) {
    const kept = lines.filter((line) => line.spare === null || !spare.slice(0, left).includes(line.spare));
    for (let step = 0; step <= STEPS; step++) {
      const placed = place(format, box, kept, step / STEPS);
      if (placed !== null) return placed;
    }
  }
  const longest = lines.reduce((one, other) => (widthOf(other.text ?? "") > widthOf(one.text ?? "") ? other : one));
  throw tooSmall(format, `“${longest.text ?? "the number"}”`);
}

/** `shrunk`: 0 largest letters, 1 smallest. Null where they do not fit. */
function place(format: Format, box: Box, lines: readonly Line[], shrunk: number): readonly Placed[] | null {
  const broken = lines.map((line) => {
    const [largest, smallest] = format.sizes[line.role];
    const size = Math.floor((largest - (largest - smallest) * shrunk) * 100) / 100;
    return { line, size, texts: line.text === null ? [null] : brokenInto(line.text, box.width / size) };
  });
  const fits = broken.every(
    ({ line, size, texts }) =>
      texts.length <= line.mostLines && (line.text !== null || SERIAL_WIDTH * size <= box.width),
  );
  const tall = broken.reduce((sum, { size, texts }) => sum + size * LEADING * texts.length, 0);
  const gaps = Math.max(1, broken.length - 1);
  if (!fits || tall + LEAST_GAP * gaps > box.height) return null;
  const gap = Math.min(MOST_GAP, (box.height - tall) / gaps);
  const placed: Placed[] = [];
  let y = box.y;
  for (const { line, size, texts } of broken) {
    for (const text of texts) {
      placed.push({ role: line.role, text, x: box.x, y: rounded(y + size * BASELINE), size });
      y += size * LEADING;
    }
    y += gap;
  }
  return placed;
}

function tooSmall({ name }: Format, what: string): Problem {
  return new Problem("label-too-small", "/format", `${what} does not fit on ${name}`);
}

function rounded(mm: number): number {
  return Math.round(mm * 100) / 100;
}
