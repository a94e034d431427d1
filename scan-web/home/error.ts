/**
 * Pages for codes and addresses that lead nowhere. Each says what it means, what it does not mean, and what to do. Pure.
 */
import { brand, documentPage, linkTo, type Page } from "../ui/document.ts";
import { html } from "../ui/html.ts";
import type { Key, Speaker } from "../ui/i18n.ts";
import { furrows } from "../ui/icons.ts";
import type { ErrorView } from "../ui/view.ts";
import { speaker } from "../ui/words.ts";

export { renderError };

const MEANS: Readonly<Record<ErrorView["state"], readonly Key[]>> = {
  unknown: ["error.unknown.means.1", "error.unknown.means.2"],
  behind: ["error.behind.means.1", "error.behind.means.2"],
  altered: ["error.altered.means.1", "error.altered.means.2"],
  malformed: ["error.malformed.means.1"],
  missing: ["error.missing.means.1"],
  empty: ["error.empty.means.1"],
  failed: ["error.failed.means.1"],
};

const DO: Readonly<Record<ErrorView["state"], readonly Key[]>> = {
  unknown: ["error.unknown.do.1", "error.unknown.do.2"],
  behind: ["error.behind.do.1"],
  altered: ["error.altered.do.1", "error.altered.do.2"],
  malformed: ["error.malformed.do.1", "error.malformed.do.2"],
  missing: ["error.missing.do.1"],
  empty: ["error.empty.do.1"],
  failed: ["error.failed.do.1"],
};

function renderError(view: ErrorView): Page {
  const words = speaker(view.lang);
  const { say } = words;
  const title = say(`error.${view.state}.title`);
  const reason = reasonOf(view, words);
  return documentPage({
    speaker: words,
    title: `${title} · ${say("brand")}`,
    css: view.assets.css.home,
    body: html`<header class="plain">${brand(words, view.here)}${furrows()}</header>
<main id="main" class="plain"><h1>${view.state === "unknown" ? say("verdict.unknown") : title}</h1>
${view.code === null ? null : html`<p>${view.code.startsWith("/") ? say("error.address", { address: "" }) : say("error.code", { code: "" })}<span class="code">${view.code}</span></p>`}
<h2>${say("error.means")}</h2><ul>${reason === null ? null : html`<li><b>${reason}</b></li>`}${MEANS[view.state].map((key) => html`<li>${say(key)}</li>`)}</ul>
<h2>${say("error.do")}</h2><ul>${DO[view.state].map((key) => html`<li>${say(key)}</li>`)}${
      view.right === undefined
        ? null
        : html`<li><a href="${linkTo(view.right, view)}">${say("error.altered.see")}</a></li>`
    }</ul>
<p><a class="button first" href="/?lang=${words.lang}">${say("error.home")}</a></p></main>`,
  });
}

function reasonOf(view: ErrorView, words: Speaker): string | null {
  if (view.reason === null) return null;
  const key = `error.${view.state}.reason.${view.reason}`;
  if (!words.has(key)) return null;
  return words.say(key, { given: view.given ?? "", expected: view.expected ?? "" });
}
