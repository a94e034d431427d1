/** What stands under the last question: pictures and sound, a line of one's own, and all that will be written, each with a way to change it. */
import { type Html, html } from "../../ui/html.ts";
import { answerSaid, asked } from "../answers.ts";
import { DAY_S, dayOf } from "../days.ts";
import { voiceNote } from "../elements/voice-note.ts";
import type { Opened } from "../flow.ts";
import { isSound } from "../files.ts";
import type { Ask } from "../model.ts";
import { pictureAddress } from "../picture-address.ts";
import { placeOf } from "../place.ts";
import { placeName } from "../placename.ts";
import type { Context } from "../screen.ts";
import type { Speaker } from "../words.ts";

export { savePart };

/** `but`: the question that stands above already. */
async function savePart(context: Context, open: Opened, but: Ask | null): Promise<Html> {
  const { speaker } = context;
  const { draft } = open;
  return html`${await files(context, open)}<div><label for="note">${speaker.say("record.ask.note.label")}</label><textarea id="note" name="note" rows="2" maxlength="1000">${draft.note}</textarea></div>${await written(context, open, but)}`;
}

async function files({ speaker, notebook }: Context, { draft, work }: Opened): Promise<Html> {
  const { noticeRead } = await notebook.settings();
  const taken = await Promise.all(
    draft.files.map(async (cid) => ({
      cid,
      file: await notebook.file(cid),
      address: await pictureAddress(notebook, cid),
    })),
  );
  const pictures = taken.filter(({ file }) => file !== null && !isSound(file));
  const sounds = taken.filter(({ file }) => file !== null && isSound(file));
  const isEmpty = taken.length === 0 && work.asks.length === 0;
  return html`<section class="files">${isEmpty ? html`<p class="hint">${speaker.say("record.ask.empty")}</p>` : null}${
    pictures.length === 0
      ? null
      : html`<ul class="pictures">${pictures.map(({ cid, file, address }, at) => {
          const name = speaker.say("record.ask.picture.n", { n: at + 1 });
          const sealed = file?.sealed == null ? null : html`<small>${speaker.say("record.ask.picture.sealed")}</small>`;
          return html`<li><a href="#/draft/${draft.id}/picture/${cid}">${address === null ? name : html`<img src="${address}" alt="${name}">`}${sealed}</a></li>`;
        })}</ul>`
  }${sounds.map(
    ({ cid }, at) =>
      html`<p class="sound"><span>${speaker.say("record.ask.voice.n", { n: at + 1 })}</span><button type="button" class="small" data-do="put" data-without="${cid}">${speaker.say("record.ask.voice.drop")}</button></p>`,
  )}<div class="takes">${
    noticeRead
      ? html`<label class="take file">${CAMERA}<span>${speaker.say("record.ask.picture")}</span><input type="file" name="picture" accept="image/*" capture="environment" aria-describedby="files-more" data-submit></label>`
      : html`<button type="button" class="take" data-do="put" data-go="notice">${CAMERA}<span>${speaker.say("record.ask.picture")}</span></button>`
  }${voiceNote(speaker)}<label class="take file">${SHEET}<span>${speaker.say("record.media.sheet")}</span><input type="file" name="sheet" accept="image/*" capture="environment" aria-describedby="files-more" data-submit></label></div><p class="hint" id="files-more">${speaker.say("record.ask.files.more")}</p></section>`;
}

const CAMERA = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 8h3.5l1.7-2.5h5.6L16.5 8H20v11H4z"/><circle cx="12" cy="13.3" r="3.3"/></svg>`;

const SHEET = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 3.5h8l4 4v5M6 3.5v17h5M9 9h6M9 12.500h4M14 16v-1.500a2 2 0 0 1 4 0V16M13 16h6v4.500h-6z"/></svg>`;

async function written({ speaker, notebook }: Context, { draft, work, field }: Opened, but: Ask | null): Promise<Html> {
  const place = placeOf(field, draft.target);
  const offsetMs = (await notebook.self())?.offsetMs ?? 0;
  const nowS = Math.floor((Date.now() + offsetMs) / 1000);
  const rows = work.asks
    .filter(({ id }) => id !== but?.id)
    .map((one) => {
      const answer = draft.answers[one.id];
      return row({
        speaker,
        name: asked(speaker, work.id, one.id),
        said: answer === undefined ? null : answerSaid(speaker, field, answer),
        go: one.id,
      });
    });
  return html`<section class="check"><h2>${speaker.say("record.ask.check")}</h2><dl>${
    place === null
      ? null
      : row({ speaker, name: speaker.say("record.ask.where"), said: placeName(speaker, place, field), go: null })
  }${rows}</dl>${days(speaker, draft.occurredAtS, nowS)}</section>`;
}

interface Row {
  readonly speaker: Speaker;
  readonly name: string;
  readonly said: string | null;
  readonly go: string | null;
}

function row({ speaker, name, said, go }: Row): Html {
  const act = said === null ? speaker.say("record.shell.add") : speaker.say("record.shell.change");
  return html`<div><dt>${name}</dt><dd>${said ?? html`<span class="soft">${speaker.say("record.ask.none")}</span>`}${
    go === null
      ? null
      : html`<button type="button" class="small" data-do="put" data-go="${go}" aria-label="${act} ${name}">${act}</button>`
  }</dd></div>`;
}

/** Today, unless somebody says otherwise: what was done yesterday is noted as yesterday's. */
function days(speaker: Speaker, atS: number | null, nowS: number): Html {
  const today = dayOf(nowS);
  const chosen = atS === null ? today : dayOf(atS);
  const near = [
    { back: 0, words: speaker.say("record.ask.today") },
    { back: 1, words: speaker.say("record.ask.yesterday") },
    { back: 2, words: speaker.say("record.ask.before-yesterday") },
  ].map((one) => ({ ...one, day: dayOf(nowS - one.back * DAY_S) }));
  const isOther = near.every(({ day }) => day !== chosen);
  return html`<div class="day"><h3 id="when">${speaker.say("record.ask.when.day", { day: { day: atS ?? nowS } })}</h3><div class="chips" id="occurredAt" tabindex="-1" role="group" aria-labelledby="when">${near.map(
    ({ back, words, day }) =>
      html`<button type="button" data-do="put" data-day="${back}" aria-pressed="${day === chosen ? "true" : "false"}">${words}</button>`,
  )}</div><details${isOther ? OPEN : null}><summary>${speaker.say("record.ask.other-day")}</summary><div class="two"><input type="date" id="day" name="day" value="${chosen}" max="${today}" aria-label="${speaker.say("record.ask.other-day")}"><button type="button" class="button" data-do="put" data-day="other">${speaker.say("record.ask.other-day.take")}</button></div></details></div>`;
}

const OPEN = html` open`;
