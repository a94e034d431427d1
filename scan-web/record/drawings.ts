/** Drawings that say what to tap: a phone's upper half, three dots, and the line of the menu that is meant. Pure. */
import { type Html, html } from "../ui/html.ts";
import type { Speaker } from "./words.ts";

export { menuDrawing };

/** `browser`: another app's menu comes up from below, its dots lie flat · `home`: the browser's hangs down from its dots. */
function menuDrawing(speaker: Speaker, which: "browser" | "home"): Html {
  const label = speaker.say(`record.join.draw.${which}`);
  const item = speaker.say(`record.join.draw.${which}.item`);
  return html`<svg class="drawing" viewBox="0 0 320 178" role="img" aria-label="${label}">${which === "browser" ? fromBelow(item) : hanging(item)}</svg>`;
}

function phone(dots: Html): Html {
  return html`<path class="body" d="M20 178V20a14 14 0 0 1 14-14h252a14 14 0 0 1 14 14v158"/><path d="M20 50h280M40 29h110"/>${dots}`;
}

function fromBelow(item: string): Html {
  return html`${phone(html`<path class="dots" d="M256 29h.1M267 29h.1M278 29h.1"/>`)}<circle class="here" cx="267" cy="29" r="18"/>
<path d="M20 88h280"/><rect class="here" x="34" y="104" width="252" height="44" rx="10"/><text x="160" y="132">${item}</text>
<path class="arrow" d="M267 52c0 22-10 34-26 46m0-13v14h14"/>`;
}

function hanging(item: string): Html {
  return html`${phone(html`<path class="dots" d="M272 20h.1M272 29h.1M272 38h.1"/>`)}<circle class="here" cx="272" cy="29" r="18"/>
<path class="sheet" d="M54 62h236v116H54z"/><path d="M74 82h110M74 164h80"/><rect class="here" x="62" y="102" width="220" height="44" rx="10"/><text x="172" y="130">${item}</text>
<path class="arrow" d="M292 52c8 26 6 50-4 70m14-8l-15 10-3-17"/>`;
}
