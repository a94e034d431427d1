/** How a phone is told to trust this machine's own certificates, step by step, with what to compare first. No script. Pure. */
import { brand, documentPage, type Page } from "../ui/document.ts";
import { type Html, html } from "../ui/html.ts";
import type { Key, Speaker } from "../ui/i18n.ts";
import type { PageView } from "../ui/view.ts";
import { speaker } from "../ui/words.ts";

export type { AuthorityView };
export { renderAuthority };

interface AuthorityView extends Omit<PageView, "assets"> {
  readonly css: string;
  /** As phones list it. */
  readonly name: string;
  /** SHA-256, capital hex in pairs. */
  readonly fingerprint: string;
  readonly certificateAt: string;
  readonly recorderAt: string;
}

function renderAuthority(view: AuthorityView): Page {
  const words = speaker(view.lang);
  const { say } = words;
  const { name, fingerprint, certificateAt, recorderAt } = view;
  return documentPage({
    speaker: words,
    title: say("ca.title"),
    css: view.css,
    body: html`<header>${brand(words, view.here)}</header>
<main id="main" class="plain steps"><h1>${say("ca.title")}</h1><p>${say("ca.why")}</p><p class="soft">${say("ca.limit")}</p>
<h2>${say("ca.check")}</h2><p>${say("ca.check.how")}</p><p class="code print">${pairs(fingerprint)}</p>
<p><a class="button first" href="${certificateAt}">${say("ca.get")}</a></p>
<h2>${say("ca.android")}</h2>${steps(words, ["ca.android.get", "ca.android.find", "ca.android.install", "ca.android.open"], name)}
<h2>${say("ca.iphone")}</h2>${steps(words, ["ca.iphone.get", "ca.iphone.install", "ca.iphone.trust", "ca.iphone.open"], name)}
<h2>${say("ca.open")}</h2><p><a class="button" href="${recorderAt}">${recorderAt}</a></p></main>`,
  });
}

function steps({ say }: Speaker, keys: readonly Key[], name: string): Html {
  return html`<ol>${keys.map((key) => html`<li>${say(key, { name })}</li>`)}</ol>`;
}

/** Groups of two pairs, so that eyes find their place again, and a phone breaks the lines between them. */
function pairs(fingerprint: string): Html {
  const found = fingerprint.match(/..:?(?:..:?)?/g) ?? [];
  return html`${found.map((pair) => html`<span>${pair}</span> `)}`;
}
