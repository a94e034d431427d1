/**
 * The scan page, whole and readable without script. In this order, so that the first round trip of a slow link carries the
 * answer: names, verdict, six facts; then pictures, the way, weights, plots, what is not proven, what one can do.
 * scan/mark.ts adds what it has checked to what is here. Pure: a view and a story in, a page out.
 */
import { brand, documentPage, type Page } from "../ui/document.ts";
import { type Html, html } from "../ui/html.ts";
import type { Speaker, Value } from "../ui/i18n.ts";
import { seal } from "../ui/icons.ts";
import type { ScanView } from "../ui/view.ts";
import { speaker } from "../ui/words.ts";
import { copiedWords, openedWords } from "./copied.ts";
import type { Story } from "./story.ts";
import { type Told, tellPage } from "./told.ts";

export { FIRST_VIEW_ENDS, renderScan, UNASKED_BYTES };

/** Histories up to this size are loaded and checked unasked; the rest asks first, for data costs money. */
const UNASKED_BYTES = 200_000;

/** The first view ends here: the size budget counts what comes before. */
const FIRST_VIEW_ENDS = '<section class="story">';

function renderScan(view: ScanView, story: Story): Page {
  const words = speaker(view.lang);
  const told = toldOf(story, words, view.isLangAsked);
  return documentPage({
    speaker: words,
    title: told.title,
    description: told.description,
    css: view.assets.css.scan,
    module: view.assets.mark,
    connect: rpcOrigins(view),
    body: html`${told.ribbon}${told.alerts}
<header>${brand(words, view.here)}${told.name}
${verdict(view, words)}</header>
<main id="main" ${data(view, story)}>
${told.facts}
<p class="read" id="read"><span class="origin"></span>${words.gap}<span class="opened">${words.say(openedWords(view.opened))}</span></p>
<section class="points" id="points" hidden></section>
${told.quiet}
${told.way}
${told.limits}<li class="host">${words.say("limits.server", { host: hostName(view.host) })}</li>${told.limitsAfter}
${told.print}
${actions(view, told, words)}
</main>
${told.footer}`,
  });
}

/** By story, then by language: kept as long as the story is, for it is most of the work. */
const toldOnes = new WeakMap<Story, Map<string, Told>>();

function toldOf(story: Story, words: Speaker, isLangAsked: boolean): Told {
  const known = toldOnes.get(story) ?? new Map<string, Told>();
  toldOnes.set(story, known);
  const name = `${words.lang} ${isLangAsked}`;
  const told = known.get(name) ?? tellPage(story, words, isLangAsked);
  known.set(name, told);
  return told;
}

/** Before the script has run, and where it never runs, the verdict is that nothing was checked. */
function verdict(view: ScanView, words: Speaker): Html {
  const copied = copiedWords(view.opened);
  const isTrying = new URLSearchParams(view.here.split("?")[1] ?? "").get("try") === "alter";
  return html`${copied === null ? null : html`<p class="copied" id="copied"><b>${words.say(copied)}</b>${words.gap}${words.say("verdict.copied.compare")}</p>`}${copied === null || !view.isPlanted ? null : html`<p class="note">${words.say("copied.example")}</p>`}
<section class="verdict unchecked" id="verdict" role="status" aria-label="${words.say("verdict.label")}">${seal()}<strong>${words.say("verdict.unchecked")}</strong>
<p><b class="counted"></b>${words.gap}<span class="why">${words.say("verdict.unchecked.note")}</span></p></section>
<div id="print-verdict" role="status"></div>${isTrying ? html`<noscript><p class="note">${words.say("verdict.tampered.no-script")}</p></noscript>` : null}
<div id="more-verdict"></div>`;
}

function actions(view: ScanView, told: Told, words: Speaker): Html {
  const { say } = words;
  const address = view.host + view.code;
  return html`<section class="actions"><h2>${say("actions.heading")}</h2>
<details><summary>${say("actions.elsewhere")}</summary><p>${say("actions.elsewhere.other")}</p><p>${say("actions.elsewhere.command")}</p><pre tabindex="0"><code>npm run verify -- ${address}</code></pre><p><a href="/.well-known/furrow.json">${say("actions.elsewhere.deployment")}</a></p></details>
${told.report}
<p class="needs-script" hidden><button class="button" id="share">${say("actions.share")}</button></p>
<p class="needs-voice" hidden><button class="button" id="aloud">${say("actions.aloud")}</button></p></section>`;
}

/** What the script needs to know of this page; everything else it loads and checks itself. */
function data(view: ScanView, story: Story): Html {
  const [from] = [view.historyBytes > UNASKED_BYTES ? "ask" : "now"];
  return html`data-history="${view.historyAt}" data-bytes="${view.historyBytes}" data-start="${from}" data-lot="${story.lot}" data-total="${story.statements}" data-block="${story.chain.block}"`;
}

function rpcOrigins(view: ScanView): string[] {
  const origins = view.history.deployment.rpc.flatMap((address) => {
    const url = URL.parse(address, view.host);
    return url === null || (url.protocol !== "http:" && url.protocol !== "https:") ? [] : [url.origin];
  });
  return [...new Set(origins)].filter((origin) => origin !== view.host);
}

function hostName(host: string): Value {
  return host.replace(/^https?:\/\//, "");
}
