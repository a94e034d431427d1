/**
 * Sizes of paper: labels, and sheets of labels, in millimetres. Pure.
 *
 * 203 dpi are 8 dots a millimetre. A module of 0.5 mm is 4 of them, and a code begins at a whole dot.
 */
export type { Format, FormatName, Role, Shift };
export { A4, cellAt, DOTS_PER_MM, FORMAT_NAMES, FORMATS, MODULE_MM, NO_SHIFT, onDot, outsideOf, PER_SHEET, QUIET_MM };

const FORMAT_NAMES = ["a4", "60x40", "40x30"] as const;
type FormatName = (typeof FORMAT_NAMES)[number];
/** What a line of a label is. */
type Role = "name" | "second" | "fact" | "serial" | "foot";

interface Format {
  readonly name: FormatName;
  /** Of one label; on a sheet, of one cell. */
  readonly width: number;
  readonly height: number;
  /** No ink comes nearer to the edge: printers miss by a millimetre, and cannot print the outer 4.5 mm of a sheet of A4. */
  readonly edge: number;
  /** Sizes of letters: the largest that looks well, the smallest that reads well. */
  readonly sizes: Readonly<Record<Role, readonly [number, number]>>;
  /** Serial, mark and address stand below the code, as wide as the label; else in the column beside it. */
  readonly hasBand: boolean;
}

/** Four dots at 203 dpi. */
const MODULE_MM = 0.5;
/** Four modules stay blank around a code (ISO/IEC 18004 §6.3.8). */
const QUIET_MM = 4 * MODULE_MM;
const DOTS_PER_MM = 8;

const FORMATS: Readonly<Record<FormatName, Format>> = {
  a4: {
    ...{ name: "a4", width: 52.5, height: 29.7, edge: 4.5, hasBand: false },
    sizes: { name: [3.6, 1.8], second: [2, 1.5], fact: [1.9, 1.6], serial: [2, 1.7], foot: [1.7, 1.4] },
  },
  "60x40": {
    ...{ name: "60x40", width: 60, height: 40, edge: 2, hasBand: true },
    sizes: { name: [5.6, 2], second: [2.8, 1.7], fact: [2.5, 1.8], serial: [3, 2.2], foot: [2.2, 1.5] },
  },
  "40x30": {
    ...{ name: "40x30", width: 40, height: 30, edge: 1.5, hasBand: true },
    sizes: { name: [3.8, 1.8], second: [1.9, 1.5], fact: [1.9, 1.6], serial: [2.6, 1.8], foot: [1.8, 1.4] },
  },
};

/** Sheets of 40 labels that fill the paper, 52.5 × 29.7 mm each. */
const A4 = { width: 210, height: 297, columns: 4, rows: 10 } as const;
const PER_SHEET = A4.columns * A4.rows;

/** How far this printer is off, in tenths of a millimetre; right and down are positive, `pitch` is added to every step. */
interface Shift {
  readonly x: number;
  readonly y: number;
  readonly pitchX: number;
  readonly pitchY: number;
}

const NO_SHIFT: Shift = { x: 0, y: 0, pitchX: 0, pitchY: 0 };

/** Upper left corner of cell `n` of a sheet, row by row. */
function cellAt(n: number, { x, y, pitchX, pitchY }: Shift): { readonly x: number; readonly y: number } {
  const [column, row] = [n % A4.columns, Math.floor(n / A4.columns)];
  const { width, height } = FORMATS.a4;
  return { x: rounded(column * (width + pitchX / 10) + x / 10), y: rounded(row * (height + pitchY / 10) + y / 10) };
}

/** Which way labels so shifted would leave the paper, or null: what is outside of a page is not printed. */
function outsideOf({ name, edge }: Format, { x, y, pitchX, pitchY }: Shift): "x" | "y" | null {
  const [columns, rows] = name === "a4" ? [A4.columns - 1, A4.rows - 1] : [0, 0];
  const isOff = (tenths: number) => Math.abs(tenths) > 10 * edge;
  if (isOff(x) || isOff(x + columns * pitchX)) return "x";
  return isOff(y) || isOff(y + rows * pitchY) ? "y" : null;
}

/** The nearest whole dot. */
function onDot(mm: number): number {
  return Math.round(mm * DOTS_PER_MM) / DOTS_PER_MM;
}

function rounded(mm: number): number {
  return Math.round(mm * 1000) / 1000;
}
