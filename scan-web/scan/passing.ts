/** The hands that goods passed through, and 承诺达标合格证, as parts of the page. Pure. */
import { HGZ_2026 } from "../../protocol/document/hgz-2026.ts";
import { type Html, html } from "../ui/html.ts";
import { type Said, type Speaker, said, type Value } from "../ui/i18n.ts";
import { grade } from "../ui/icons.ts";
import type { HandStory, PromiseStory, Story } from "./story.ts";

export { handsSection, promiseSection };

function handsSection({ hands }: Story, words: Speaker): Html | null {
  if (hands.length === 0) return null;
  const before = hands.filter(({ onward }) => !onward);
  const after = hands.filter(({ onward }) => onward);
  return html`<h2>${words.say("hands.heading")}</h2>${listOf(before, words)}${
    after.length === 0 ? null : html`<h3 class="onward">${words.say("hands.onward")}</h3>${listOf(after, words)}`
  }`;
}

function listOf(hands: readonly HandStory[], words: Speaker): Html | null {
  if (hands.length === 0) return null;
  return html`<ol class="hands">${hands.map((hand) => {
    const { say } = words;
    const lost = lostOf(hand);
    // What another found is another's word.
    const which = hand.state === "received" && hand.from.number !== hand.to.number ? "third" : "stated";
    return html`<li class="${hand.state}">${grade(which, say(`grade.${which}`))}<b>${say(pairOf(hand))}</b>
<p>${say(passedOf(hand))}${lost === null ? null : html` <b class="late">${say(lost)}</b>`}</p>${detailsOf(hand).map((what) => html`<p class="soft">${say(what)}</p>`)}${
      hand.number === null
        ? null
        : html`<p class="soft"><a href="#e${hand.number}">${say("hands.see", { number: hand.number })}</a></p>`
    }</li>`;
  })}</ol>`;
}

function pairOf({ from, to }: HandStory): Said {
  return from.number === to.number
    ? said("hands.inner", { from: from.names })
    : said("hands.pair", { from: from.names, to: to.names });
}

function passedOf({ unit, offered, found, state, fromS, untilS }: HandStory): Said {
  const amount = (thousandths: bigint): Value => ({ amount: thousandths, unit, form: "short" });
  const days: Value = { days: [fromS, Math.max(fromS, untilS ?? fromS)] };
  if (state === "under-way") return said("hands.under-way", { days, offered: amount(offered) });
  if (state === "returned") return said("hands.returned", { days, offered: amount(offered) });
  return said("hands.received", { days, offered: amount(offered), found: amount(found ?? 0n) });
}

function lostOf({ unit, offered, found, state }: HandStory): Said | null {
  const lost = offered - (found ?? offered);
  return state !== "received" || lost <= 0n
    ? null
    : said("hands.lost", { amount: { amount: lost, unit, form: "short" } });
}

function detailsOf({ count, carrier, places }: HandStory): readonly Said[] {
  return [
    ...(count > 1 ? [said("hands.count", { count })] : []),
    ...(places.from.length === 0 && places.to.length === 0
      ? []
      : [said("hands.places", { from: some(places.from), to: some(places.to) })]),
    ...(carrier === null ? [] : [said("hands.carrier", { carrier: carrier.names })]),
  ];
}

/** So many places are named. */
const NAMED = 3;

function some(names: readonly Value[]): Value {
  if (names.length === 0) return said("site.unknown");
  if (names.length <= NAMED) return { list: names };
  return said("sites.some", { list: { list: names.slice(0, NAMED - 1) }, count: names.length });
}

/** @param toSheet where a certificate's sheet is, by its document */
function promiseSection({ promises }: Story, words: Speaker, toSheet: (document: string) => string): Html | null {
  const [first, ...more] = promises;
  if (first === undefined) return null;
  const { title, rule } = HGZ_2026;
  return html`<h2>${ruleWords(title, words)}</h2>${card(first, words, toSheet)}${
    more.length === 0
      ? null
      : html`<details><summary>${words.say("promise.more", { count: more.length })}</summary>${more.map((promise) => card(promise, words, toSheet))}</details>`
  }<p class="soft">${ruleWords(rule, words)}</p>`;
}

/** The rule's own Chinese; beside it, for other readers, what it means. */
function ruleWords({ zh, en }: { readonly zh: string; readonly en: string }, { lang }: Speaker): Html {
  return lang === "zh-CN" ? html`${zh}` : html`${en} <span lang="zh-CN">${zh}</span>`;
}

function card(promise: PromiseStory, words: Speaker, toSheet: (document: string) => string): Html {
  const { say } = words;
  const { lead, promise: kinds } = HGZ_2026;
  return html`<div class="card promise" data-promise="${promise.document}"><dl>${rowsOf(promise, words).map(([term, text]) => html`<div><dt>${term}</dt><dd>${text}</dd></div>`)}</dl>${
    promise.promise === null
      ? null
      : html`<p>${ruleWords(lead, words)}</p><p><b>${ruleWords(kinds[promise.promise], words)}</b></p>`
  }<p>${say("promise.basis")}</p><ul>${promise.basis.map(
    (basis) =>
      html`<li>${ruleWords(HGZ_2026.basis[basis.code], words)} ${basisNotes(basis).map((what) => html`<b class="late">${say(what)}</b> `)}${basis.numbers.map(
        (number) => html`<a href="#e${number}">${say("hands.see", { number })}</a> `,
      )}</li>`,
  )}</ul><p class="soft">${say("promise.residues")} ${say("promise.own")}</p><p><a class="button" href="${toSheet(promise.document)}">${say("promise.sheet")}</a></p></div>`;
}

/** What is wrong with a basis, and of how many plots it names nothing. */
function basisNotes({ code, stands, numbers, bare }: PromiseStory["basis"][number]): readonly Said[] {
  const missing = code === "control" || numbers.length === 0 ? "promise.basis.missing" : "promise.basis.failed";
  return [...(stands ? [] : [said(missing)]), ...(bare === 0 ? [] : [said("promise.basis.bare", { count: bare })])];
}

function rowsOf(promise: PromiseStory, { say, write }: Speaker): readonly (readonly [term: string, text: string])[] {
  const { name, lotNumber, amount, origin, dayS, promisor, phone } = promise;
  const product = [
    name === null ? null : write(name),
    lotNumber === null ? null : say("promise.lot", { lot: lotNumber }),
  ];
  return [
    [say("promise.name"), product.filter((part) => part !== null).join(" ")],
    [say("promise.amount"), write(amount)],
    ...(origin === null ? [] : [[say("promise.origin"), write(origin)] as const]),
    [say("promise.day"), write({ day: dayS })],
    [say("promise.by"), write(promisor.names)],
    ...(phone === null ? [] : [[say("promise.phone"), write(phone)] as const]),
  ];
}
