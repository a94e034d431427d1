/** The frame of pages that are printed: head and style, without script. Pure. */
import { type Html, html, raw } from "../ui/html.ts";
import type { Lang } from "../ui/i18n.ts";
import { printCss } from "./css.ts";
import type { Format } from "./formats.ts";

export { PRINT_END, printHead };

/** Up to the begin of the body. `notes` stand on the screen alone. */
function printHead(
  format: Format,
  lang: Lang,
  { title, notes }: { readonly title: string; readonly notes: Html },
): string {
  return html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(printCss(format))}</style>
</head>
<body>
<section class="note"><h1>${title}</h1>${notes}</section>
`.markup;
}

const PRINT_END = "</body>\n</html>\n";
