/** After saving: it is on this phone, and can be taken back as long as nothing of it has been sent. */
import { type Html, html } from "../../ui/html.ts";
import { answerSaid, asked } from "../answers.ts";
import { shortDay } from "../days.ts";
import { isSound } from "../files.ts";
import type { RecordRow } from "../model.ts";
import { placeOf } from "../place.ts";
import { placeName } from "../placename.ts";
import type { Context, Screen } from "../screen.ts";
import { workTile } from "../workname.ts";
import { findWork } from "../works.ts";
import { nowS } from "./ask.ts";
import { draftAddress } from "./begin.ts";

export { done, tooLate };

const done: Screen = {
  path: "/done/:id",
  async show(context) {
    const { notebook, speaker, params } = context;
    const record = await notebook.record(params.id ?? "");
    if (record === null) return { title: "", body: html``, back: "/", elsewhere: "/" };
    const field = await notebook.field();
    const work = findWork(record.work);
    const place = placeOf(field, record.target);
    const rows = Object.entries(record.answers).map(
      ([id, answer]) =>
        html`<div><dt>${asked(speaker, record.work, id)}</dt><dd>${answerSaid(speaker, field, answer)}</dd></div>`,
    );
    return {
      title: speaker.say("record.ask.done"),
      above: html`<div class="finished"><svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9.5"/><path d="M7.5 12.5l3.2 3.2 6-7"/></svg></div>`,
      body: html`<p class="hint">${speaker.say("record.ask.done.body")}</p><p><a class="button first" href="#/">${speaker.say("record.ask.done.again")}</a></p><p class="two"><button type="button" class="button" data-do="undo">${speaker.say("record.ask.done.undo")}</button><a class="button" href="#/mine/${record.id}">${speaker.say("record.ask.done.show")}</a></p><div class="card">${
        work === null ? null : html`<p class="about">${workTile(speaker, work)}</p>`
      }<dl>${place === null ? null : html`<div><dt>${speaker.say("record.ask.where")}</dt><dd>${placeName(speaker, place, field)}</dd></div>`}<div><dt>${speaker.say("record.ask.when")}</dt><dd>${shortDay(speaker, record.occurredAtS, await nowS(notebook))}</dd></div>${rows}${
        record.note.trim() === ""
          ? null
          : html`<div><dt>${speaker.say("record.ask.note")}</dt><dd>${speaker.write(record.note)}</dd></div>`
      }${await filesSaid(context, record)}</dl></div>`,
      back: "/",
    };
  },
  acts: { undo },
};

/** How many pictures and voice notes were saved with it. */
async function filesSaid({ notebook, speaker }: Context, record: RecordRow): Promise<Html> {
  const files = (await Promise.all(record.files.map((cid) => notebook.file(cid)))).flatMap((file) => file ?? []);
  const sounds = files.filter(isSound).length;
  const counted = [
    { name: speaker.say("record.ask.pictures"), count: files.length - sounds },
    { name: speaker.say("record.ask.voices"), count: sounds },
  ];
  return html`${counted
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => html`<div><dt>${name}</dt><dd>${speaker.write(count)}</dd></div>`)}`;
}

/** It went out meanwhile: it can be changed, and is then corrected where everybody can see it. */
const tooLate: Screen = {
  path: "/done/:id/late",
  async show({ speaker, params }) {
    return {
      title: speaker.say("record.ask.done.show"),
      body: html`<p>${speaker.say("record.ask.done.late")}</p><p><a class="button first" href="#/mine/${params.id}">${speaker.say("record.ask.done.show")}</a></p>`,
      back: "/",
    };
  },
};

async function undo({ notebook, params }: Context): Promise<string> {
  const id = params.id ?? "";
  if (!(await notebook.undo(id))) return `/done/${id}/late`;
  return await draftAddress(notebook, id);
}
