/**
 * What wins over everything on the page: the goods are recalled, or this very label is void. And the quiet lines beside it: drills,
 * recalls of goods that went elsewhere, recalls that are over. Pure.
 */
import { type Html, html } from "../ui/html.ts";
import { type Said, type Speaker, said } from "../ui/i18n.ts";
import type { RecallStory, Story } from "./story.ts";

export { alertsOf, quietOf, standing };

/** Recalls that forbid what is in hand, newest first. */
function standing({ recalls }: Pick<Story, "recalls">): readonly RecallStory[] {
  return recalls.filter(({ drill, onward, releasedAtS }) => !drill && !onward && releasedAtS === null).reverse();
}

/** Before all else; null where nothing is called back and the label counts. */
function alertsOf(story: Story, words: Speaker): Html | null {
  const { say } = words;
  const recalls = standing(story);
  const { voided } = story;
  if (recalls.length === 0 && voided === null) return null;
  return html`<section class="alarm" id="alarm" role="alert" aria-label="${say(recalls.length === 0 ? "voided.title" : "recall.title")}">${
    recalls.length === 0
      ? null
      : html`<strong>${say("recall.title")}</strong>${recalls.map((recall) => recallPart(recall, words))}`
  }${
    voided === null
      ? null
      : html`<strong>${say("voided.title")}</strong><p>${say("voided.why", { day: { day: voided.atS }, reason: voided.reason })}${seeLink(voided.number, words)}</p>`
  }</section>`;
}

function recallPart(recall: RecallStory, words: Speaker): Html {
  const { say } = words;
  const { phone } = recall;
  return html`${recall.reason === null ? null : html`<p><b>${say("recall.reason", { reason: recall.reason })}</b></p>`}<p>${say(todoOf(recall))}</p>${
    phone === null
      ? null
      : html`<p><a class="button" href="tel:${phone.replace(/[^\d+]/g, "")}">${say("recall.phone", { phone })}</a></p>`
  }<p class="small">${say(whoOf(recall))}${seeLink(recall.number, words)}</p><p class="small">${say(acknowledgedOf(recall))}</p>`;
}

function todoOf({ todo }: RecallStory): Said {
  return todo === null ? said("recall.todo.none") : said("recall.todo", { todo });
}

function whoOf({ organisation, capacity, atS, of }: RecallStory): Said {
  return said("recall.who", { organisation: organisation.names, capacity, day: { day: atS }, of });
}

/** So many are named. */
const NAMED = 5;

/** Each organisation once, when it first did; those that are shown to have some of it before those that say so. */
function acknowledgedOf({ acknowledged }: RecallStory): Said {
  const first = new Map<number, RecallStory["acknowledged"][number]>();
  for (const one of [...acknowledged].sort((a, b) => Number(b.shown) - Number(a.shown) || a.tookS - b.tookS)) {
    const { number } = one.organisation;
    if (!first.has(number)) first.set(number, one);
  }
  if (first.size === 0) return said("recall.unacknowledged");
  const list = [...first.values()].slice(0, NAMED).map(({ organisation, shown, tookS }) =>
    said(shown ? "recall.acknowledged.one" : "recall.acknowledged.said", {
      ...{ organisation: organisation.names, time: lasting(tookS) },
    }),
  );
  return first.size > NAMED
    ? said("recall.acknowledged.some", { list: { list }, all: first.size })
    : said("recall.acknowledged", { list: { list } });
}

/** As people say how long something took. */
function lasting(seconds: number): Said {
  if (seconds < 5400) return said("unit.minutes", { count: Math.max(1, Math.round(seconds / 60)) });
  if (seconds < 172_800) return said("unit.hours", { count: Math.round(seconds / 3600) });
  return said("unit.days", { count: Math.round(seconds / 86_400) });
}

/** Drills, what was recalled elsewhere, what is over. */
function quietOf({ recalls }: Story, words: Speaker): Html | null {
  const lines = recalls.flatMap((recall): readonly Html[] => {
    const what = quietSaid(recall);
    return what === null ? [] : [html`<li>${words.say(what)}${seeLink(recall.number, words)}</li>`];
  });
  return lines.length === 0 ? null : html`<ul class="quiet">${lines}</ul>`;
}

function quietSaid({ organisation, drill, onward, atS, releasedAtS, of }: RecallStory): Said | null {
  const who = organisation.names;
  if (drill) return said("recall.drill", { organisation: who, day: { day: atS } });
  if (releasedAtS !== null) {
    return said("recall.released", { organisation: who, of, from: { day: atS }, until: { day: releasedAtS } });
  }
  return onward ? said("recall.onward", { organisation: who, day: { day: atS } }) : null;
}

function seeLink(number: number | null, { say }: Speaker): Html | null {
  return number === null ? null : html` <a href="#e${number}">${say("hands.see", { number })}</a>`;
}
