/** 承诺达标合格证 as a part of the page. Pure. */
import { HGZ_2026 } from "../../protocol/document/hgz-2026.ts";
import { type Html, html } from "../ui/html.ts";
import { type Said, type Speaker, said } from "../ui/i18n.ts";
import { grade } from "../ui/icons.ts";
import type { PromiseStory, Story } from "./story.ts";

export { promiseSection };

/** @param toSheet where a certificate's sheet is, by its document */
function promiseSection({ promises }: Story, words: Speaker, toSheet: ToSheet): Html | null {
  if (promises.length === 0) return null;
  const { title, rule } = HGZ_2026;
  const [first, ...more] = promises.filter(({ place }) => place !== "onward");
  const onward = promises.filter(({ place }) => place === "onward");
  return html`<h2>${ruleWords(title, words)}</h2>${first === undefined ? null : card(first, words, toSheet)}${folded(more, words, toSheet)}${
    onward.length === 0
      ? null
      : html`<h3 class="onward">${words.say("hands.onward")}</h3>${folded(onward, words, toSheet)}`
  }<p class="soft">${ruleWords(rule, words)}</p>`;
}

type ToSheet = (document: string) => string;

function folded(promises: readonly PromiseStory[], words: Speaker, toSheet: ToSheet): Html | null {
  if (promises.length === 0) return null;
  return html`<details><summary>${words.say("promise.more", { count: promises.length })}</summary>${promises.map((promise) => card(promise, words, toSheet))}</details>`;
}

/** The rule's own Chinese; beside it, for other readers, what it means. */
function ruleWords({ zh, en }: { readonly zh: string; readonly en: string }, { lang }: Speaker): Html {
  return lang === "zh-CN" ? html`${zh}` : html`${en} <span lang="zh-CN">${zh}</span>`;
}

/** One that is not to be relied on says so first; its words are struck through, and it leads to no paper. */
function card(promise: PromiseStory, words: Speaker, toSheet: ToSheet): Html {
  const { say } = words;
  const { lead, promise: kinds } = HGZ_2026;
  const { fault } = promise;
  const old = (text: Html): Html =>
    fault === null
      ? html`<b>${text}</b>`
      : html`<span class="unseen">${say("entry.struck.heard")}</span><s>${text}</s>`;
  return html`<div class="card promise" data-promise="${promise.document}">${
    fault === null ? null : html`<p class="fate"><b>${say(fault)}</b></p>`
  }<dl>${rowsOf(promise, words).map(([term, text]) => html`<div><dt>${term}</dt><dd>${text}</dd></div>`)}</dl>${
    promise.promise === null
      ? null
      : html`<p>${grade("stated", say("grade.stated.other"))} ${ruleWords(lead, words)}</p><p>${old(ruleWords(kinds[promise.promise], words))}</p>`
  }<p>${say("promise.basis")}</p><ul>${promise.basis.map(
    (basis) =>
      html`<li>${ruleWords(HGZ_2026.basis[basis.code], words)} ${basisNotes(basis).map((what) => html`<b class="late">${say(what)}</b> `)}${basis.numbers.map(
        (number) => html`<a href="#e${number}">${say("hands.see", { number })}</a> `,
      )}</li>`,
  )}</ul><p class="soft">${say("promise.residues")}${words.gap}${say("promise.own")}</p>${
    fault === null
      ? html`<p><a class="button" href="${toSheet(promise.document)}">${say("promise.sheet")}</a></p>`
      : null
  }</div>`;
}

/** What is wrong with a basis, and of how many plots it names nothing. */
function basisNotes({ code, stands, numbers, bare }: PromiseStory["basis"][number]): readonly Said[] {
  const missing = code === "control" || numbers.length === 0 ? "promise.basis.missing" : "promise.basis.failed";
  return [...(stands ? [] : [said(missing)]), ...(bare === 0 ? [] : [said("promise.basis.bare", { count: bare })])];
}

function rowsOf(promise: PromiseStory, { say, write }: Speaker): readonly (readonly [term: string, text: string])[] {
  const { of, name, lotNumber, amount, origin, dayS, promisor, phone } = promise;
  const product = [
    name === null ? null : write(name),
    lotNumber === null ? null : say("promise.lot", { lot: lotNumber }),
  ];
  return [
    [say("promise.about"), say(of)],
    [say("promise.name"), product.filter((part) => part !== null).join(" ")],
    [say("promise.amount"), write(amount)],
    ...(origin === null ? [] : [[say("promise.origin"), write(origin)] as const]),
    [say("promise.day"), write({ day: dayS })],
    [say("promise.by"), write(promisor.names)],
    ...(phone === null ? [] : [[say("promise.phone"), write(phone)] as const]),
  ];
}
