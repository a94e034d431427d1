/** The hands that goods passed through, as a part of the page. Pure. */
import { type Html, html } from "../ui/html.ts";
import { type Said, type Speaker, said, type Value } from "../ui/i18n.ts";
import { grade } from "../ui/icons.ts";
import type { HandStory, Story } from "./story.ts";

export { handsSection };

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
    return html`<li class="${hand.state}">${grade("stated", say("grade.stated.other"))}<b>${say(pairOf(hand))}</b>
<p>${say(sentOf(hand))}${answerOf(hand, words)}${lost === null ? null : html` <b class="late">${say(lost)}</b>`}</p>${detailsOf(hand).map((what) => html`<p class="soft">${say(what)}</p>`)}${
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

function sentOf({ unit, offered, state, fromS, untilS }: HandStory): Said {
  const days: Value = { days: [fromS, Math.max(fromS, untilS ?? fromS)] };
  return said(state === "under-way" ? "hands.under-way" : "hands.sent", {
    days,
    offered: { amount: offered, unit, form: "short" },
  });
}

/** What another found, or sent back, is another's word; what one withdrew oneself is one's own. */
function answerOf({ unit, found, state, from, answeredBy }: HandStory, { say }: Speaker): Html | null {
  if (state === "under-way") return null;
  const isOwn = answeredBy === from.number;
  const which = isOwn ? "stated" : "third";
  const what =
    state === "received"
      ? said("hands.received", { found: { amount: found ?? 0n, unit, form: "short" } })
      : said(isOwn ? "hands.withdrawn" : "hands.refused");
  return html` <span class="answer">${grade(which, say(isOwn ? "grade.stated.other" : "grade.third"))} ${say(what)}</span>`;
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
