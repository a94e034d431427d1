/**
 * Labels as pages to print from any browser, without script: sheets of A4 with 40 labels, or one label a page. Written page by
 * page, so that a run of tens of thousands never stands in memory whole. Pure.
 */
import { type Html, html } from "../ui/html.ts";
import type { Lang } from "../ui/i18n.ts";
import type { CodeDrawing } from "../ui/view.ts";
import { A4, cellAt, PER_SHEET, type Shift } from "./formats.ts";
import { PRINT_END, printHead } from "./frame.ts";
import { type Drawing, SYSTEM_FONTS } from "./label.ts";
import { tellIn } from "./words.ts";

export type { Bag, Job };
export { pagesOf, printPages };

/** A package: its serial, and its code as drawn. */
interface Bag {
  readonly serial: string;
  readonly code: CodeDrawing;
}

interface Job {
  readonly drawing: Drawing;
  readonly lang: Lang;
  /** The product's name, for the window's title. */
  readonly product: string;
  /** What the person who prints has to know; never printed. */
  readonly notes: readonly string[];
  readonly warning: string | null;
  readonly shift: Shift;
  /** Cells of the first sheet that are used up already; 0 for labels on a roll. */
  readonly skip: number;
}

/** How many pages of paper so many bags take. */
function pagesOf({ drawing, skip }: Pick<Job, "drawing" | "skip">, bags: number): number {
  return drawing.format.name === "a4" ? Math.ceil((skip + bags) / PER_SHEET) : bags;
}

/** The document in pieces: its head, one piece a page, its end. `bags` is read as far as the page needs. */
function* printPages(job: Job, bags: Iterable<Bag>): Generator<string> {
  const { drawing, lang, product, notes, warning } = job;
  const title = tellIn(lang)("title", { product });
  const warned = warning === null ? null : html`<p class="warning">${warning}</p>`;
  const head = { title, notes: html`${warned}${notes.map((note) => html`<p>${note}</p>`)}` };
  const shared = html`<svg class="hidden" aria-hidden="true"><defs><g id="label">${drawing.still}</g></defs></svg>
`;
  yield printHead(drawing.format, lang, head) + shared.markup;
  yield* drawing.format.name === "a4" ? sheets(job, bags) : singles(job, bags);
  yield PRINT_END;
}

function* sheets({ drawing, shift, skip }: Job, bags: Iterable<Bag>): Generator<string> {
  let cells: Html[] = [];
  let n = skip;
  const page = () => `${paper(A4.width, A4.height, cells).markup}\n`;
  for (const bag of bags) {
    cells.push(cell(drawing, bag, cellAt(n % PER_SHEET, shift)));
    n += 1;
    if (n % PER_SHEET !== 0) continue;
    yield page();
    cells = [];
  }
  if (cells.length > 0) yield page();
}

function* singles({ drawing, shift }: Job, bags: Iterable<Bag>): Generator<string> {
  const { width, height } = drawing.format;
  for (const bag of bags)
    yield `${paper(width, height, [cell(drawing, bag, { x: shift.x / 10, y: shift.y / 10 })]).markup}\n`;
}

function cell(drawing: Drawing, { serial, code }: Bag, { x, y }: { readonly x: number; readonly y: number }): Html {
  return html`<g transform="translate(${x} ${y})"><use href="#label"/>${drawing.bag(serial, code)}</g>
`;
}

function paper(width: number, height: number, cells: readonly Html[]): Html {
  return html`<svg class="page" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="${SYSTEM_FONTS.sans}">
${cells}</svg>`;
}
