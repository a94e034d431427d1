/** The first screen: where somebody stands, and what may have been done there, the likely work first. */
import { type Html, html } from "../../ui/html.ts";
import { monthOf, shortDay } from "../days.ts";
import { isTouched } from "../flow.ts";
import type { Draft, Field, Place, RecordRow } from "../model.ts";
import type { Notebook } from "../notebook.ts";
import { cropOf, placeAt, placeOf, samePlace } from "../place.ts";
import { placeCard } from "../placecard.ts";
import { placeName } from "../placename.ts";
import type { Context, Screen, View } from "../screen.ts";
import { usualWorks, worksFor } from "../usual.ts";
import { workName, workTile } from "../workname.ts";
import { findWork } from "../works.ts";
import type { Speaker } from "../words.ts";
import { begunAt } from "./begin.ts";
import { nowS } from "./ask.ts";
import { firstSteps, isBare } from "./season.ts";

export { allWorks, home };

/** Newest records that are looked through for what was done here last. */
const LATELY = 60;

const home: Screen = {
  path: "/",
  async show(context) {
    const { notebook, speaker } = context;
    const self = await notebook.self();
    if (self === null || self.organisation === null) return { title: "", body: html``, back: null, elsewhere: "/join" };
    const { field, place, last, month } = await standing(context);
    const crop = cropOf(field, place);
    const works = usualWorks(place, crop, last, month);
    const isFirst = self.manager && isBare(field);
    return {
      title: speaker.say("record.shell.today"),
      above:
        place === null
          ? isFirst
            ? html``
            : nowhere(speaker)
          : await placeCard(context, { place, field, last: await lastSaid(context, field, place) }),
      body: html`${isFirst ? firstSteps(speaker, field) : null}${await unfinished(context, field)}<div class="works">${works.map(
        (work, at) =>
          at === 0 && last[0] === work.id
            ? html`<button type="button" class="work last" data-do="begin" data-work="${work.id}">${workTile(speaker, work, speaker.say("record.ask.same"))}</button>`
            : tile(speaker, work.id),
      )}${tile(speaker, "photo")}${tile(speaker, "voice")}<a class="work" href="#/works">${MORE}<span>${speaker.say("record.shell.more")}</span></a></div>`,
      back: null,
      place: "home",
    };
  },
  acts: {
    begin: async (context, { data }) => await begunAt(context, data.work ?? ""),
    drop: async ({ notebook }, { data }) => await notebook.dropDraft(data.draft ?? ""),
  },
};

/** Everything that can be recorded here. */
const allWorks: Screen = {
  path: "/works",
  async show(context) {
    const { speaker } = context;
    const { field, place, last, month } = await standing(context);
    const works = worksFor(place, cropOf(field, place), last, month);
    return {
      title: speaker.say("record.work.all"),
      above: place === null ? nowhere(speaker) : await placeCard(context, { place, field, last: null }),
      body: html`<div class="works">${works.map((work) => tile(speaker, work.id))}${tile(speaker, "photo")}${tile(speaker, "voice")}</div>`,
      back: "/",
    } satisfies View;
  },
  acts: { begin: async (context, { data }) => await begunAt(context, data.work ?? "") },
};

const MORE = html`<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="5.5" cy="12" r="1.6"/><circle cx="12" cy="12" r="1.6"/><circle cx="18.5" cy="12" r="1.6"/></svg>`;

function tile(speaker: Speaker, id: string): Html | null {
  const work = findWork(id);
  if (work === null) return null;
  return html`<button type="button" class="work" data-do="begin" data-work="${id}">${workTile(speaker, work)}</button>`;
}

interface Standing {
  readonly field: Field;
  readonly place: Place | null;
  /** Works done here, the newest first. */
  readonly last: readonly string[];
  readonly month: number;
}

async function standing({ notebook }: Context): Promise<Standing> {
  const [field, settings, records] = await Promise.all([
    notebook.field(),
    notebook.settings(),
    notebook.records({ limit: LATELY }),
  ]);
  const place = placeAt(field, settings.lastTarget);
  return { field, place, last: worksHere(place, records), month: monthOf(await nowS(notebook)) };
}

function worksHere(place: Place | null, records: readonly RecordRow[]): readonly string[] {
  if (place === null) return [];
  const own = records.filter(({ target }) => samePlace(target, place)).map(({ work }) => work);
  const told = place.sort === "plot" ? (place.planting?.last?.work ?? null) : null;
  return [...new Set([...own, ...(told === null ? [] : [told])])].filter((id) => id !== "photo" && id !== "voice");
}

/** The newest work here, by this phone or as the server told. */
async function lastSaid({ notebook, speaker }: Context, field: Field, place: Place): Promise<string> {
  const records = await notebook.records({ limit: LATELY });
  const own = records.find(({ target }) => samePlace(target, place));
  const told = place.sort === "plot" ? (place.planting?.last ?? null) : null;
  const last =
    own !== undefined && (told === null || own.occurredAtS >= told.atS)
      ? { work: own.work, atS: own.occurredAtS }
      : told;
  if (last === null) return speaker.say("record.work.no-last");
  return speaker.say("record.work.last", {
    day: shortDay(speaker, last.atS, await nowS(notebook)),
    work: workName(speaker, last.work),
  });
}

function nowhere(speaker: Speaker): Html {
  return html`<div class="place"><div><b>${speaker.say("record.work.nowhere")}</b><small>${speaker.say("record.work.nowhere.body")}</small></div></div>`;
}

/** What was begun and left; what was only looked at is cleared away. */
async function unfinished({ notebook, speaker }: Context, field: Field): Promise<Html | null> {
  const drafts: Draft[] = [];
  for (const draft of await notebook.drafts()) if (await isLeft(notebook, draft)) drafts.push(draft);
  if (drafts.length === 0) return null;
  return html`<ul class="unfinished">${drafts.slice(0, 3).map((draft) => {
    const place = placeOf(field, draft.target);
    const work = speaker.say("record.work.unfinished", { work: workName(speaker, draft.work) });
    return html`<li><a href="#/draft/${draft.id}"><b>${work}</b>${place === null ? null : html`<small>${placeName(speaker, place, field)}</small>`}</a><button type="button" class="small" data-do="drop" data-draft="${draft.id}">${speaker.say("record.work.drop")}</button></li>`;
  })}</ul>`;
}

async function isLeft(notebook: Notebook, draft: Draft): Promise<boolean> {
  return findWork(draft.work) !== null && isTouched(draft, await notebook.lastAnswers(draft.work, draft.target));
}
