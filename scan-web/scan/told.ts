/**
 * What a page says of a lot alone, the same for every bag, reader and host. A server makes it of the history that it has; the script
 * makes it once more of the history that it has checked, and compares (same.ts). Pure.
 */
import { linkTo } from "../ui/document.ts";
import { type Html, html } from "../ui/html.ts";
import type { Key, Names, Speaker } from "../ui/i18n.ts";
import { furrows, type Grade, GRADES, grade, shapes } from "../ui/icons.ts";
import { alertsOf, quietOf } from "./alerts.ts";
import { plotShape } from "./drawings.ts";
import { ends, pictureStrip, way } from "./entries.ts";
import { flowSection } from "./flow-drawing.ts";
import { nameOf, underName } from "./names.ts";
import { handsSection } from "./passing.ts";
import { promiseSection } from "./promise-cards.ts";
import type { Story } from "./story.ts";
import { percent } from "./units.ts";

export { facts, tellPage, toldWhole, type Told };

interface Told {
  readonly title: string;
  readonly description: string;
  readonly ribbon: Html;
  readonly alerts: Html | null;
  readonly quiet: Html | null;
  readonly name: Html;
  readonly facts: Html;
  readonly way: Html;
  /** What is not proven, around the line that names the host. */
  readonly limits: Html;
  readonly limitsAfter: Html;
  readonly print: Html;
  readonly report: Html;
  readonly footer: Html;
}

/** @param isLangAsked the reader asked for this language in the address, so links keep it */
function tellPage(story: Story, words: Speaker, isLangAsked: boolean): Told {
  const { say, lang } = words;
  const product = nameOf(story, words);
  const toPromise = (document: string) => linkTo(`/promise/${document}`, { lang, isLangAsked });
  return {
    title: say("scan.title", { product }),
    description: say("scan.description", { product, holder: story.holder.names }),
    ribbon: html`${shapes()}${ribbon(story, words)}`,
    alerts: alertsOf(story, words),
    quiet: quietOf(story, words),
    name: html`${furrows()}
<div class="product"><h1>${product}</h1><p>${underName(story, words)}</p></div>`,
    facts: facts(story, words),
    way: html`<section class="story">
${exampleNote(story, words)}
${story.flow === null ? null : flowSection(story.flow, words)}${plots(story, words)}${handsSection(story, words)}${promiseSection(story, words, toPromise)}
<h2>${say("story.heading")}</h2>${pictureStrip(story.pictures, words)}
<p class="soft">${say("story.sort")}</p>
${way(story, words)}
</section>`,
    limits: limits(story, words),
    limitsAfter: limitsAfter(story, words),
    print: printForm(words),
    report: reportTo(story, words),
    footer: footer(story, words),
  };
}

/** All of it in the page's order, but for what the host alone knows. */
function toldWhole(told: Told): Html {
  const { ribbon, alerts, name, facts, quiet, way, limits, limitsAfter, report, footer } = told;
  return html`${ribbon}${alerts}${name}${facts}${quiet}${way}${limits}<li class="host"></li>${limitsAfter}${report}${footer}`;
}

function ribbon(story: Story, words: Speaker): Html | null {
  if (story.example === null) return null;
  return html`<aside class="ribbon">${words.say("example.ribbon")}</aside>`;
}

function exampleNote(story: Story, words: Speaker): Html | null {
  if (story.example === null) return null;
  const { days } = story.example;
  return html`<p class="note">${days === null ? words.say("example.plain") : words.say("example.days", { days: { days } })}</p>`;
}

function facts(story: Story, words: Speaker): Html {
  return html`<h2 class="unseen">${words.say("fact.heading")}</h2><dl class="facts">${story.facts.map(
    (fact) => html`
<div><dt>${words.say(`fact.${fact.name}`)}</dt><dd${fact.isBad === true ? html` class="late"` : null}>${words.say(fact.said)}${
      fact.note === null ? null : html`<small>${words.say(fact.note)}</small>`
    }</dd><dd class="who">${who(story, fact, words)}</dd></div>`,
  )}</dl>
<p class="legend"><span class="unseen">${words.say("grade.legend")}</span>${GRADES.map((which) => html`<span>${grade(which)} ${words.say(labelOf(story, which))}</span> `)}</p>
`;
}

function labelOf({ stated }: Story, which: Grade): Key {
  return which === "stated" ? stated : `grade.${which}`;
}

/** Who stands behind a fact. Records that are there and were not loaded have no badge: nobody has read yet whose word they are. */
function who(story: Story, { grade: which, isUnread }: Story["facts"][number], { say }: Speaker): Html {
  if (isUnread === true) return html`<small>${say("grade.unread.short")}</small>`;
  return html`${grade(which, say(labelOf(story, which)))}<small aria-hidden="true">${say(`grade.${which}.short`)}</small>`;
}

/** So many plots are drawn at once; more open by a tap, and beyond so many their names do. */
const PLOTS_OPEN = 3;
const PLOTS_DRAWN = 24;

/** From which plots, in the words of custody: never more than the graph shows. */
function plots(story: Story, words: Speaker): Html | null {
  const { plots: all, outside } = story;
  if (all.length === 0) return null;
  const most = percent(Math.max(...all.map(({ share }) => share)));
  const [only] = all;
  const claim =
    outside > 0
      ? words.say("custody.outside", { share: percent(outside), count: all.length })
      : all.length === 1 && only !== undefined
        ? words.say("custody.one", { name: only.names })
        : words.say("custody.many", { count: all.length, share: most });
  const isDrawn = all.length <= PLOTS_DRAWN;
  const list = html`<ul class="${isDrawn ? "plots" : "plots names"}">${all.map(
    (plot) =>
      html`<li data-plot="${plot.subject}">${isDrawn ? plotShape(plot, words) : null}<b>${words.write(plot.names)}</b><small>${words.say("plots.area", { area: plot.area })}</small>${
        all.length > 1 ? html`<small>${words.say("plots.share", { share: percent(plot.share) })}</small>` : null
      }${plot.recorded ? null : html`<small class="late">${grade("none")} ${words.say("plots.no-record")}</small>`}</li>`,
  )}</ul>${isDrawn ? html`<p class="soft">${words.say("plots.note")}</p>` : null}`;
  const silent = all.filter(({ recorded }) => !recorded).length;
  return html`<h3 class="custody">${claim}</h3>${
    all.length <= PLOTS_OPEN
      ? list
      : html`<details><summary><span>${words.say("plots.all", { count: all.length })}${
          silent === 0
            ? null
            : html` <b class="late">${grade("none")} ${words.say("plots.silent", { count: silent })}</b>`
        }</span></summary>${list}</details>`
  }`;
}

function limits(story: Story, words: Speaker): Html {
  const { say } = words;
  return html`<section><h2>${say("limits.heading")}</h2><ul class="card limits">
<li>${say("limits.said")}</li>${hasThird(story) ? html`<li>${say("limits.third")}</li>` : null}<li>${say("limits.dates")}</li><li>${say("limits.copies")}</li>
`;
}

function limitsAfter(story: Story, { say }: Speaker): Html {
  return html`<li>${say("limits.chain", { runBy: story.chain.runBy })}</li>
${identities(story).map(
  ({ checked, names }) =>
    html`<li>${
      checked === null
        ? say("limits.organisation.none", { organisation: { list: names } })
        : say("limits.organisation", { organisation: { list: names }, checked })
    }</li>`,
)}</ul></section>`;
}

/** Organisations of which the same is said are named in one breath. */
function identities({ organisations }: Story): readonly { readonly checked: Names | null; readonly names: Names[] }[] {
  const found = new Map<string, { checked: Names | null; names: Names[] }>();
  for (const { checked, names } of organisations) {
    const key = JSON.stringify(checked);
    const same = found.get(key) ?? { checked, names: [] };
    same.names.push(names);
    found.set(key, same);
  }
  return [...found.values()];
}

function hasThird({ stages }: Story): boolean {
  return stages.some(({ rows }) => rows.some((row) => "ids" in row && row.role !== null));
}

/** Needs the checked history, so it is shown by the script (which has something to compare with) and by it alone. */
function printForm(words: Speaker): Html {
  const { say } = words;
  return html`<section class="needs-script" hidden><h2>${say("print.heading")}</h2><form class="card" id="print"><label for="mark">${say("print.label")}</label><p class="soft" id="print-help">${say("print.help")}</p><input id="mark" name="mark" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="12" aria-describedby="print-help print-answer"><button class="button">${say("print.do")}</button><p id="print-answer" role="status"></p></form></section>`;
}

function reportTo({ holder: { phone, names } }: Story, { say }: Speaker): Html {
  return html`<details class="report"><summary>${say("actions.report")}</summary><p>${
    phone === null
      ? say("actions.report.none", { organisation: names })
      : html`<a href="tel:${phone.replace(/[^\d+]/g, "")}">${say("actions.report.phone", { organisation: names, phone })}</a>`
  }</p></details>`;
}

function footer(story: Story, words: Speaker): Html {
  const { chain } = story;
  const { say } = words;
  return html`<footer><p>${say("footer.chain", { chain: String(chain.chainId), block: chain.block })} <span id="head"></span></p><p>${say("footer.ledger", { ledger: ends(chain.ledger.slice(2)) })} · ${finality(chain.finality, words)}</p><p>${say("footer.free")}</p></footer>`;
}

function finality(rule: Story["chain"]["finality"], words: Speaker): string {
  if (rule === "journal") return words.say("footer.final.journal");
  if (typeof rule === "number") return words.say("footer.final.depth", { count: rule });
  return words.say(rule === "latest" ? "footer.final.latest" : "footer.final.finalized");
}
