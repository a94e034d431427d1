/** Styles of the pages that are printed: everything in millimetres, black on white whatever the screen's scheme is. Pure. */
import { A4, type Format } from "./formats.ts";

export { printCss };

/** A page of paper is one label, or a sheet of A4. */
function printCss({ name, width, height }: Format): string {
  const [wide, tall] = name === "a4" ? [A4.width, A4.height] : [width, height];
  return `@page{size:${wide}mm ${tall}mm;margin:0}
:root{color-scheme:light}
html,body{margin:0;padding:0;background:#fff;color:#000}
.page{display:block;width:${wide}mm;height:${tall}mm;break-after:page;break-inside:avoid}
.page:last-of-type{break-after:auto}
.hidden{position:absolute;width:0;height:0}
.note{max-width:40rem;margin:1rem;padding:1rem;border:1px solid #999;font:1rem/1.6 system-ui,sans-serif}
.note h1{margin:0 0 .5rem;font-size:1.2rem}
.note p{margin:.3rem 0}
.warning{font-weight:bold}
@media screen{.page{margin:1rem;outline:1px dashed #aaa}}
@media print{.note{display:none}}`;
}
