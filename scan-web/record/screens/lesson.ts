/** The guided lesson: what to tap for each of three steps, and at the end what was recorded. */
import { type Html, html } from "../../ui/html.ts";
import { LESSON, lessonOf, type Progress } from "../lesson.ts";
import type { RecordRow } from "../model.ts";
import type { Notebook } from "../notebook.ts";
import { realAddress } from "../practice.ts";
import type { Context, Screen, View } from "../screen.ts";
import { stateWords } from "../states.ts";
import { sayKey, type Speaker } from "../words.ts";
import { workName } from "../workname.ts";

export { lesson, lessonLine };

/** Newest records that are looked through. */
const LATELY = 200;

const lesson: Screen = {
  path: "/lesson",
  async show({ notebook, speaker }: Context): Promise<View> {
    if (!notebook.isPractice) return { title: "", body: html``, back: null, elsewhere: "/practice" };
    if ((await notebook.self())?.organisation == null)
      return { title: "", body: html``, back: null, elsewhere: "/practice" };
    const progress = lessonOf(await notebook.records({ limit: LATELY }));
    return progress.now === null ? finished(speaker, progress) : steps(speaker, progress);
  },
};

/** For the ribbon on every screen of practice: the step to do now; empty until there is a field to do it on. */
async function lessonLine(notebook: Notebook, speaker: Speaker): Promise<string> {
  if ((await notebook.self())?.organisation == null) return "";
  const { now } = lessonOf(await notebook.records({ limit: LATELY }));
  return speaker.say(now === null ? "record.practice.ribbon.done" : `record.practice.ribbon.${now}`);
}

function steps(speaker: Speaker, { done, now }: Progress): View {
  return {
    title: speaker.say("record.practice.lesson"),
    body: html`<p>${speaker.say("record.practice.lesson.body")}</p><ol class="lesson">${LESSON.map((step, at) => {
      const isNow = step === now || (step === "harvest" && now === "record");
      const name = speaker.say("record.practice.step", { n: at + 1, name: speaker.say(`record.practice.${step}`) });
      if (isNow)
        return html`<li class="now" aria-current="step"><h2>${name}</h2>${now === "record" ? waitPart(speaker, done.harvest) : html`<p>${speaker.say(`record.practice.${step}.how`)}</p><a class="button first" href="#/">${speaker.say(`record.practice.${step}.go`)}</a>`}</li>`;
      return html`<li class="${done[step] === null ? "later" : "done"}"><h2>${name}</h2>${done[step] === null ? null : html`<p>${TICK}${speaker.say("record.practice.step.done")}</p>`}</li>`;
    })}</ol>`,
    back: "/",
    place: "home",
  };
}

const TICK = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 12.500l4.500 4.500L19 7.500"/></svg>`;

function waitPart(speaker: Speaker, record: RecordRow | null): Html {
  return html`<p>${speaker.say("record.practice.record.how")}</p>${record === null ? null : html`<p role="status"><b>${stateOf(speaker, record)}</b></p><a class="button first" href="#/mine/${record.id}">${speaker.say("record.practice.record.go")}</a>`}`;
}

function stateOf(speaker: Speaker, record: RecordRow): string {
  const { state } = stateWords(record);
  return sayKey(speaker, state) ?? state;
}

function finished(speaker: Speaker, { done }: Progress): View {
  const rows = LESSON.map((step) => done[step]).filter((row) => row !== null);
  return {
    title: speaker.say("record.practice.finished"),
    body: html`<p>${speaker.say("record.practice.finished.body")}</p><ul class="list">${rows.map(
      (row) =>
        html`<li><a href="#/mine/${row.id}"><span><b>${workName(speaker, row.work)}</b><small>${speaker.write({ moment: row.occurredAtS })}</small><small>${stateOf(speaker, row)}</small></span></a></li>`,
    )}</ul><p>${speaker.say("record.practice.finished.real")}</p><a class="button first" href="${realAddress()}">${speaker.say("record.practice.leave")}</a><a class="button" href="#/">${speaker.say("record.practice.finished.more")}</a>`,
    back: "/",
    place: "home",
  };
}
