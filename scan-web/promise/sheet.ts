/**
 * The page of one 承诺达标合格证: on a phone the certificate, how to print it and the records of its lot; on paper one sheet of A4 with the
 * certificate alone. What it says is Chinese, as the rule's form is; an English page has English words beside. Pure.
 */
import { BASIS_CODES, HGZ_2026 } from "../../protocol/document/hgz-2026.ts";
import { pictureStrip, way } from "../scan/entries.ts";
import type { Story } from "../scan/story.ts";
import { brand, documentPage, linkTo, type Page } from "../ui/document.ts";
import { type Html, html, inert } from "../ui/html.ts";
import { furrows, shapes } from "../ui/icons.ts";
import type { Lang, Names } from "../ui/i18n.ts";
import type { CodeDrawing, PageView } from "../ui/view.ts";
import { speaker } from "../ui/words.ts";
import type { Certificate, Leaned } from "./certificate.ts";
import { itemsOf, nameIn, recordText } from "./items.ts";
import { wordsIn } from "./words.ts";

export type { SheetView };
export { renderSheet };

interface SheetView extends Omit<PageView, "assets"> {
  /** Style sheet of scan-web/promise/promise.css. */
  readonly css: string;
  readonly certificate: Certificate;
  /** Of its lot. */
  readonly story: Story;
  readonly code: CodeDrawing;
  /** `7Q4M-K2ZP`, of the lot's newest head. */
  readonly fingerprint: string;
  /** Of the address in the code: no scheme. */
  readonly codeHost: string;
  /** Others than this machine's network can open it, as far as its name tells. */
  readonly isFar: boolean;
}

function renderSheet(view: SheetView): Page {
  const { lang, certificate, story, css } = view;
  const words = speaker(lang);
  const tell = wordsIn(lang);
  const product = nameIn(certificate.productName, lang);
  const organisation = nameIn(certificate.promisor.names, lang);
  const recorded = words.write({ day: certificate.recordedAtS });
  return documentPage({
    speaker: words,
    title: tell("sheet.title", { product: inert(product) }),
    css,
    body: html`${shapes()}${certificate.example ? html`<aside class="ribbon">${words.say("example.ribbon")}</aside>` : null}
<header>${brand(words, view.here)}</header>
<main id="main" class="sheet"><p class="note">${tell("sheet.lead", { organisation, day: recorded })}</p>
${sheet(view)}
${actions(view)}
<section class="story"><h2 id="records">${tell("sheet.records")}</h2>${pictureStrip(story.pictures, words)}
${way(story, words)}</section></main>`,
  });
}

/** What is printed on A4. */
function sheet(view: SheetView): Html {
  const { lang, certificate } = view;
  const { lead, promise, items, title, rule } = HGZ_2026;
  const [zh, en] = [itemsOf(certificate, "zh-CN"), itemsOf(certificate, "en")];
  const { registered } = certificate.promisor;
  return html`<article class="certificate" lang="zh-CN" aria-labelledby="title">
${furrows()}<h1 id="title">${title.zh}</h1>${beside(title.en, lang)}
${certificate.example ? html`<p class="example">${wordsIn("zh-CN")("sheet.example")}${beside(wordsIn("en")("sheet.example"), lang)}</p>` : null}
<dl>${zh.map(
    ({ name, label, text }, n) => html`<div class="${name}"><dt>${label}${beside(en[n]?.label, lang)}</dt><dd>${text}${
      en[n]?.text === text ? null : beside(en[n]?.text, lang)
    }${name === "promisor" && registered !== null ? registeredAs(registered, lang) : null}</dd></div>
`,
  )}<div class="promise"><dt>${items.promise.zh}${beside(items.promise.en, lang)}</dt><dd>${lead.zh}<b>${promise[certificate.promise].zh}</b>${beside(`${lead.en} ${promise[certificate.promise].en}`, lang)}</dd></div>
<div class="basis"><dt>${items.basis.zh}${beside(items.basis.en, lang)}</dt><dd>${basis(view)}</dd></div>
${certificate.taken.length === 0 ? null : html`<div class="taken"><dt>${pair("item.taken", lang)}</dt><dd>${records(certificate.taken, view)}</dd></div>`}
<div class="residues"><dt>${pair("item.residues", lang)}</dt><dd>${pair("item.residues.none", lang)}</dd></div>
${certificate.notes === null ? null : html`<div class="notes"><dt>${pair("item.notes", lang)}</dt><dd>${named(certificate.notes, lang)}</dd></div>`}</dl>
${codeOf(view)}
<p class="rule">${rule.zh}${beside(rule.en, lang)}</p></article>`;
}

/** English words beside, on the English page alone. */
function beside(text: string | undefined, lang: Lang): Html | null {
  return lang === "en" && text !== undefined && text !== ""
    ? html` <span class="beside" lang="en">${text}</span>`
    : null;
}

function pair(key: Parameters<ReturnType<typeof wordsIn>>[0], lang: Lang, values = {}): Html {
  return html`${wordsIn("zh-CN")(key, values)}${beside(wordsIn("en")(key, values), lang)}`;
}

function named(names: Names, lang: Lang): Html {
  const [zh, en] = [nameIn(names, "zh-CN"), nameIn(names, "en")];
  return html`${zh}${zh === en ? null : beside(en, lang)}`;
}

function registeredAs(names: Names, lang: Lang): Html {
  const [zh, en] = [{ name: nameIn(names, "zh-CN") }, { name: nameIn(names, "en") }];
  return html`<small>${wordsIn("zh-CN")("item.registered", zh)}${beside(wordsIn("en")("item.registered", en), lang)}</small>`;
}

/** All three of the rule, ticked or not, with the records that carry those that are. */
function basis(view: SheetView): Html {
  const { certificate, lang } = view;
  return html`<ul class="ticks">${BASIS_CODES.map((code) => {
    const found = certificate.basis.find((one) => one.code === code);
    const { zh, en } = HGZ_2026.basis[code];
    const heard = wordsIn("zh-CN")(found === undefined ? "sheet.unticked" : "sheet.ticked");
    return html`<li>${box(found !== undefined)}<span class="unseen">${heard}</span>${zh}${beside(en, lang)}${
      found === undefined
        ? null
        : html`${records(found.entries, view)}${found.bare === 0 ? null : html`<p class="bare">${pair("sheet.bare", lang, { count: found.bare })}</p>`}`
    }</li>`;
  })}</ul>`;
}

function box(isTicked: boolean): Html {
  return html`<svg class="box" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" aria-hidden="true"><path d="M1.5 1.5h13v13h-13z"/>${
    isTicked ? html`<path d="M4 8.2l2.8 3L12.2 4.4" stroke-width="2"/>` : null
  }</svg>`;
}

/** A sheet names so many; the page that its code leads to has them all. */
const NAMED = 5;

function records(entries: readonly Leaned[], view: SheetView): Html {
  const { lang } = view;
  // One day's work on many plots is one line.
  const groups = new Map<string, Leaned[]>();
  for (const one of entries) {
    const text = recordText(one, "zh-CN");
    groups.set(text, [...(groups.get(text) ?? []), one]);
  }
  const lines = [...groups.values()];
  const named = lines.length > NAMED + 1 ? lines.slice(0, NAMED) : lines;
  const rest = lines.slice(named.length);
  return html`<ol class="records">${named.map((one) => record(one, view))}${
    rest.length === 0
      ? null
      : html`<li class="more">${pair("sheet.more", lang, { count: rest.flat().length })}</li>${rest.map((one) => record(one, view, "screen"))}`
  }</ol>`;
}

function record(same: readonly Leaned[], view: SheetView, where?: "screen"): Html {
  const { lang } = view;
  const [first] = same;
  if (first === undefined) return html``;
  const [zh, en] = [recordText(first, "zh-CN"), recordText(first, "en")];
  const times = same.length === 1 ? "" : ` × ${same.length}`;
  return html`<li${where === undefined ? null : html` class="${where}"`}>${zh}${times}${en === zh ? null : beside(en, lang)}<span class="see">${same.map((one) => seeLink(one, view))}</span></li>`;
}

function seeLink({ document, entry }: Leaned, view: SheetView): Html | null {
  const tell = wordsIn(view.lang);
  if (entry === null) return null;
  if (entry.kind === "PROMISE")
    return html` <a href="${linkTo(`/promise/${document}`, view)}">${tell("column.sheet.link")}</a>`;
  const number = numberOf(view.story, entry.id);
  return number === null ? null : html` <a href="#e${number}">${tell("sheet.see", { number })}</a>`;
}

/** Its number among the records below; they open by their place. */
function numberOf({ stages }: Story, id: string): number | null {
  for (const { rows } of stages) {
    for (const row of rows) if ("ids" in row && row.ids.includes(id)) return row.from;
  }
  return null;
}

/** Modules that stay blank around a code (ISO/IEC 18004 §6.3.8). */
const QUIET = 4;

function codeOf({ code, fingerprint, codeHost, lang }: SheetView): Html {
  const side = code.size + 2 * QUIET;
  return html`<div class="code"><svg viewBox="${-QUIET} ${-QUIET} ${side} ${side}" role="img" aria-label="${wordsIn(lang)("sheet.code")}"><path d="M${-QUIET} ${-QUIET}h${side}v${side}h${-side}z" fill="#fff"/><path d="${code.path}" fill="#000" shape-rendering="crispEdges"/></svg><p>${pair("sheet.code", lang)}<br>${pair("item.mark", lang)} <b class="mark">${fingerprint}</b><br><span class="host">${codeHost}</span></p></div>`;
}

function actions(view: SheetView): Html {
  const { certificate, lang } = view;
  const tell = wordsIn(lang);
  const at = `/promise/${certificate.document}`;
  return html`<section class="actions" aria-label="${tell("sheet.print")}">${
    view.isFar ? null : html`<p class="note warning">${tell("sheet.host", { host: view.codeHost })}</p>`
  }<p>${tell("sheet.print.help")}</p>
<p><a class="button" href="${linkTo(`${at}?as=slip`, view)}">${tell("sheet.slip")}</a></p>
<p><a class="button" href="${at}?as=png">${tell("sheet.slip.png")}</a></p>
<p><a class="button" href="${at}?as=png&amp;format=roll58">${tell("sheet.roll.png")}</a></p>
<p><a href="/ipfs/${certificate.document}">${tell("sheet.document")}</a></p>
<p><a href="/api/lots/${certificate.lot}/history">${tell("sheet.history")}</a></p>
<p><a href="${linkTo(`/promises/${certificate.organisation}`, view)}">${tell("sheet.register")}</a></p></section>`;
}
