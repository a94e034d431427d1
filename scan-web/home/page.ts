/**
 * Home: one promise with its limit in the same breath, the example's code to scan, a field for a number typed by hand, and doors
 * to the rooms that exist. No script. Pure.
 */
import { brand, documentPage, linkTo, type Page } from "../ui/document.ts";
import { type Html, html } from "../ui/html.ts";
import type { Speaker } from "../ui/i18n.ts";
import { furrows } from "../ui/icons.ts";
import type { ExampleCode, HomeView } from "../ui/view.ts";
import { speaker } from "../ui/words.ts";

export { QUIET_MODULES, renderHome };

/** Clear space around a code that readers need (ISO/IEC 18004 §9.1). */
const QUIET_MODULES = 4;

/** The example takes about half a minute to make; home asks again this often. */
const REFRESH_S = 3;

function renderHome(view: HomeView): Page {
  const words = speaker(view.lang);
  const { say } = words;
  const { example } = view;
  return documentPage({
    speaker: words,
    title: say("home.title"),
    description: say("home.definition"),
    css: view.assets.css.home,
    ...(example.state === "making" ? { refreshS: REFRESH_S } : {}),
    body: html`${example.state === "none" ? null : html`<aside class="ribbon">${say("example.ribbon")}</aside>`}
<header>${brand(words, view.here, true)}</header>
<main id="main">
<section class="hero">${furrows()}<h1>${say("home.promise")}</h1><p>${say("home.definition")}</p><p>${say("home.limit")}</p></section>
${tryIt(view, words)}
<div class="doors">
<section class="door card"><h2>${say("home.buyers")}</h2>${codeForm(words)}</section>
<section class="door card"><h2>${say("home.growers")}</h2><p class="soft">${say("home.growers.help")}</p><a class="button first" href="/record/">${say("home.growers.do")}</a></section>
<section class="door card"><h2>${say("home.checkers")}</h2><p class="soft">${say("home.checkers.help")}</p><p>${say("home.checkers.command")}</p><pre tabindex="0"><code>npm run verify -- ${exampleAddress(view) ?? say("home.checkers.code")}</code></pre><p><a href="/.well-known/furrow.json">${say("home.checkers.deployment")}</a></p></section>
</div>
</main>
<footer class="feet"><a href="${linkTo("/api", view)}">${say("home.api")}</a><a href="/api/health">${say("home.health")}</a></footer>`,
  });
}

function tryIt(view: HomeView, words: Speaker): Html | null {
  const { say } = words;
  const { example } = view;
  if (example.state === "none") return html`<p class="making">${say("home.none")}</p>`;
  if (example.state === "making") {
    return html`<p class="making" role="status">${say("home.making")} ${example.records === 0 ? null : say("home.making.progress", { done: example.records })}</p>`;
  }
  const { code, copied, more, fingerprint, product, records, files } = example;
  // What a buyer would type from the bag goes along in the fragment, which no server sees.
  const printed = `#mark=${fingerprint}`;
  const heading = view.reach === "machine" ? "home.try.here" : "home.try";
  return html`<section class="try">${drawing(code, words)}<div><h2>${say(heading)}</h2><p>${say("home.try.what", { product, records, files })}</p><p>${say("home.try.mark")}${words.gap}<b class="mark">${fingerprint}</b></p>${reachNote(view, words)}<div class="links"><a class="button first" href="${linkTo(code.code, view)}${printed}">${say("home.try.open")}</a><a class="button" href="${linkTo(`${code.code}?try=alter`, view)}">${say("home.try.alter")}</a>${
    copied === null ? null : html`<a class="button" href="${linkTo(copied.code, view)}">${say("home.try.copy")}</a>`
  }${more.map(({ code: other, about }) => html`<a class="button" href="${linkTo(other, view)}">${say("home.try.more", { about })}</a>`)}</div><p class="soft">${say("home.try.alter.note")}</p></div></section>`;
}

function reachNote({ reach }: HomeView, { say, gap }: Speaker): Html | null {
  if (reach === "any") return null;
  if (reach === "network") return html`<p class="soft">${say("home.try.local")}</p>`;
  return html`<p class="soft">${say("home.try.here.note")}${gap}<code>npm start -- --host ::</code></p>`;
}

/** Black on white in both colour schemes: readers want it so. */
function drawing({ drawing: { size, path }, address }: ExampleCode, words: Speaker): Html {
  const side = size + 2 * QUIET_MODULES;
  const label = words.say("home.try.code", { address });
  return html`<svg class="qr" viewBox="${-QUIET_MODULES} ${-QUIET_MODULES} ${side} ${side}" role="img" aria-label="${label}" shape-rendering="crispEdges"><path d="${path}"/></svg>`;
}

/** A plain form: `/find` answers with the page of the number, script or not. */
function codeForm(words: Speaker, typed = ""): Html {
  const { say } = words;
  return html`<form action="/find"><p class="soft" id="find-help">${say("home.buyers.help")}</p><label for="code">${say("home.buyers.label")}</label><input id="code" name="code" value="${typed}" placeholder="K7QM-Z3V5-XABTC9" required autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="200" aria-describedby="find-help"><input type="hidden" name="lang" value="${words.lang}"><button class="button first">${say("home.buyers.do")}</button></form>`;
}

function exampleAddress(view: HomeView): string | null {
  return view.example.state === "ready" ? view.example.code.address : null;
}
