/**
 * The frame of every page: head, ribbon, brand, language. A page lists its inline styles and scripts, so that whoever sends it
 * can allow exactly these by hash (Content Security Policy 3 §6.7). Pure.
 */
import { type Html, html, inert, raw } from "./html.ts";
import type { Lang, Speaker } from "./i18n.ts";

export type { Page };
export { brand, documentPage, linkTo, otherLang };

interface Page {
  readonly lang: Lang;
  readonly markup: string;
  /** Exact contents of the inline `<style>` and `<script>` elements. */
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
  /** Origins beyond its own that the page's script may ask (the chain's RPC doors). */
  readonly connect: readonly string[];
}

interface Frame {
  readonly speaker: Speaker;
  readonly title: string;
  readonly description?: string;
  readonly css: string;
  /** Address of a module, loaded by the page's only inline script. */
  readonly module?: string;
  readonly connect?: readonly string[];
  /** Seconds after which the page asks for itself again. */
  readonly refreshS?: number;
  readonly body: Html;
}

function documentPage(frame: Frame): Page {
  const { speaker, css } = frame;
  // A style sheet or a module's address that could end its own element would be markup; neither comes from a record.
  const style = css.replaceAll("</", "<\\/");
  const script = frame.module === undefined ? null : loaderOf(frame.module);
  const page = html`<!doctype html>
<html lang="${speaker.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${frame.title}</title>
${frame.description === undefined ? null : html`<meta name="description" content="${frame.description}"><meta property="og:title" content="${frame.title}"><meta property="og:description" content="${frame.description}">`}
${frame.refreshS === undefined ? null : html`<meta http-equiv="refresh" content="${frame.refreshS}">`}
<link rel="icon" href="data:,">
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#main">${speaker.say("skip")}</a>
${frame.body}
${script === null ? null : html`<script>${raw(script)}</script>`}
</body>
</html>
`;
  return {
    lang: speaker.lang,
    markup: page.markup,
    styles: [style],
    scripts: script === null ? [] : [script],
    connect: frame.connect ?? [],
  };
}

/**
 * `strict-dynamic` trusts what a trusted script adds to the page, and not what the parser finds there: so the module is added.
 * An `import()` in an inline script counts as the parser's (seen in Chromium 147).
 */
function loaderOf(module: string): string {
  const address = JSON.stringify(module).replaceAll("<", "\\u003c");
  return `document.head.append(Object.assign(document.createElement("script"),{type:"module",src:${address}}))`;
}

/** Name of the site, and the same page in the other language. */
function brand(speaker: Speaker, here: string, isHome = false): Html {
  const other = otherLang(speaker.lang);
  return html`<nav class="brand" aria-label="${speaker.say("lang.choice")}">${
    isHome
      ? html`<b>${speaker.say("brand")}</b>`
      : html`<a href="/?lang=${speaker.lang}"><b>${speaker.say("brand")}</b></a>`
  }<span><span aria-current="true">${speaker.say("lang.self")}</span> · <a href="${withLang(here, other)}" hreflang="${other}" lang="${other}">${speaker.say("lang.other")}</a></span></nav>`;
}

function otherLang(lang: Lang): Lang {
  return lang === "zh-CN" ? "en" : "zh-CN";
}

/** An address of this site that keeps the language which the reader asked for. */
function linkTo(
  address: string,
  { lang, isLangAsked }: { readonly lang: Lang; readonly isLangAsked: boolean },
): string {
  return isLangAsked ? withLang(address, lang) : address;
}

function withLang(here: string, lang: Lang): string {
  const [path = "/", query = ""] = inert(here).split("?");
  const settings = new URLSearchParams(query);
  settings.set("lang", lang);
  return `${path}?${settings}`;
}
