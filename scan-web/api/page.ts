/**
 * `/api`: every call of the API, to read and to try. Without script it is a list; with script Swagger UI makes forms of the
 * served document. Pure.
 */
import { brand, documentPage, type Page } from "../ui/document.ts";
import { html } from "../ui/html.ts";
import type { PageView } from "../ui/view.ts";
import { speaker } from "../ui/words.ts";

export type { ApiView };
export { renderApi };

interface ApiView extends Omit<PageView, "assets"> {
  /** Style sheet of scan-web/api/api.css. */
  readonly css: string;
  /** Addresses: Swagger UI's style sheet and script, and ours that starts it. */
  readonly styleAt: string;
  readonly scripts: readonly string[];
  readonly documentAt: string;
  readonly calls: readonly { readonly method: string; readonly path: string; readonly summary: string }[];
}

function renderApi(view: ApiView): Page {
  const words = speaker(view.lang);
  const { say } = words;
  return documentPage({
    speaker: words,
    title: `${say("api.title")} · ${say("brand")}`,
    description: say("api.lead"),
    css: view.css,
    body: html`<header>${brand(words, view.here)}</header>
<main id="main"><h1>${say("api.title")}</h1><p>${say("api.lead")}</p><p><a href="${view.documentAt}">${say("api.document")}</a></p>
<link rel="stylesheet" href="${view.styleAt}">
<div id="api" data-document="${view.documentAt}" lang="en"><noscript><p>${say("api.noscript")}</p></noscript><ul class="calls">${view.calls.map(
      ({ method, path, summary }) => html`<li><code>${method} ${path}</code> ${summary}</li>`,
    )}</ul></div></main>
${view.scripts.map((address) => html`<script defer src="${address}"></script>`)}`,
  });
}
