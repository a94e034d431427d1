/** One record: all that was written, what became of it, and what can still be done about it. */
import { type Html, html } from "../../ui/html.ts";
import { answerSaid, asked } from "../answers.ts";
import { ASKED } from "../asks.ts";
import type { Field, FileRow, RecordRow } from "../model.ts";
import { pictureAddress } from "../picture-address.ts";
import { pictogram } from "../pictograms.ts";
import { isSound } from "../files.ts";
import { listingOf } from "../record-rows.ts";
import { isChangeable, isUnsigned, placeSaid, recordName, stateMark, stateSaid } from "../recorded.ts";
import type { Context, Screen, View } from "../screen.ts";
import { soundAddress } from "../sound-address.ts";
import { whyWords } from "../whys.ts";
import { type Speaker, sayKey } from "../words.ts";
import { draftAddress } from "./begin.ts";
import { changeRecord, waysOut } from "./needs-you.ts";

export { record, recordPicture, withdrawing };

const GONE: View = { title: "", body: html``, back: "/mine", elsewhere: "/mine" };
/** Smaller differences of hours nobody has to know. */
const NEAR_S = 60;

const record: Screen = {
  path: "/mine/:id",
  async show(context) {
    const { notebook, speaker, params } = context;
    const [row, listing] = await Promise.all([notebook.record(params.id ?? ""), listingOf(notebook)]);
    if (row === null) return GONE;
    const { field, isHeld } = listing;
    const said = stateSaid(speaker, row, field, isHeld);
    return {
      title: recordName(speaker, row),
      above: html`<div class="about">${pictogram(row.work)}</div>`,
      body: html`<section class="fate ${said.which}">${stateMark(said.which, said.state)}${
        row.state === "needs-you" ? needs(speaker, field, row) : html`<p>${said.more}</p>`
      }</section>${await files(context, row)}${written(speaker, field, row)}${await changes(context, row)}${deeds(speaker, row)}`,
      back: "/mine",
    };
  },
  acts: {
    change: async ({ notebook, params }) => await changeRecord(notebook, params.id ?? ""),
    async undo({ notebook, params }) {
      const id = params.id ?? "";
      return (await notebook.undo(id)) ? await draftAddress(notebook, id) : `/done/${id}/late`;
    },
  },
};

function needs(speaker: Speaker, field: Field, row: RecordRow): Html {
  const { cause, mend } = whyWords(speaker, row.why ?? { type: "refused-by-ledger", values: [] }, field);
  return html`<p><b>${cause}</b> ${mend}</p>${waysOut(speaker, field, row)}`;
}

/** Place, hours, every answer, the note, and what came to be by it. */
function written(speaker: Speaker, field: Field, row: RecordRow): Html {
  const place = placeSaid(speaker, row, field);
  const { occurredAtS, deviceMs, offsetMs } = row;
  const writtenAtS = Math.floor((deviceMs + offsetMs) / 1000);
  const clockAtS = Math.floor(deviceMs / 1000);
  const isOther = Math.abs(writtenAtS - occurredAtS) >= NEAR_S;
  const answers = Object.entries(row.answers).filter(([id]) => ASKED[id] !== undefined);
  return html`<section><h2>${speaker.say("record.mine.written")}</h2><dl>${
    place === null ? null : fact(speaker.say("record.ask.where"), place)
  }${fact(speaker.say("record.mine.happened"), isOther ? speaker.write({ day: occurredAtS }) : speaker.write({ moment: occurredAtS }))}${
    isOther ? fact(speaker.say("record.mine.noted"), speaker.write({ moment: writtenAtS })) : null
  }${
    Math.abs(writtenAtS - clockAtS) >= NEAR_S
      ? fact(speaker.say("record.mine.clock"), speaker.write({ moment: clockAtS }))
      : null
  }${answers.map(([id, answer]) => fact(asked(speaker, row.work, id), answerSaid(speaker, field, answer)))}${
    row.note.trim() === "" ? null : fact(speaker.say("record.ask.note"), speaker.write(row.note))
  }${row.makes.map((one) => made(speaker, row, one))}</dl></section>`;
}

function fact(name: string, said: string | Html): Html {
  return html`<div><dt>${name}</dt><dd>${said}</dd></div>`;
}

const LEADS: Readonly<Record<string, string>> = {
  lot: "/lot/",
  consignment: "/lot/",
  plot: "/plot/",
  planting: "/planting/",
  product: "/product/",
};

function made(speaker: Speaker, row: RecordRow, { id, sort, name }: RecordRow["makes"][number]): Html {
  const what = sayKey(speaker, `record.mine.makes.${sort}`) ?? speaker.say("record.mine.makes");
  const lead = LEADS[sort];
  const to = sort === "labels" ? `/label/${row.id}` : lead === undefined || row.withdrawn ? null : `${lead}${id}`;
  return fact(what, to === null ? name : html`<a class="to" href="#${to}">${name}</a>`);
}

async function files({ notebook, speaker }: Context, row: RecordRow): Promise<Html | null> {
  if (row.files.length === 0) return null;
  const all = await Promise.all(row.files.map(async (cid) => ({ cid, file: await notebook.file(cid) })));
  let pictures = 0;
  let sounds = 0;
  const shown = await Promise.all(
    all.map(async ({ cid, file }) => {
      if (file === null)
        return { kind: "other", part: html`<p class="hint">${speaker.say("record.mine.file.gone")}</p>` };
      if (isSound(file)) return { kind: "other", part: await sound(cid, ++sounds) };
      const address = await pictureAddress(notebook, cid);
      return address === null
        ? { kind: "other", part: html`<p class="hint">${sealedSaid(speaker, file)}</p>` }
        : { kind: "picture", part: picture(cid, address, ++pictures) };
    }),
  );
  return html`<section><h2>${speaker.say("record.mine.files")}</h2><ul class="pictures">${shown.map(({ kind, part }) => (kind === "picture" ? part : null))}</ul>${shown.map(({ kind, part }) => (kind === "other" ? part : null))}</section>`;

  function picture(cid: string, address: string, n: number): Html {
    return html`<li><a href="#/mine/${row.id}/picture/${cid}"><img src="${address}" alt="${speaker.say("record.ask.picture.n", { n })}"></a></li>`;
  }

  async function sound(cid: string, n: number): Promise<Html> {
    const address = await soundAddress(notebook, cid);
    const name = speaker.say("record.ask.voice.n", { n });
    if (address === null) return html`<p class="hint">${speaker.say("record.mine.sound.gone")}</p>`;
    return html`<div class="listen"><b>${name}</b><audio controls preload="metadata" src="${address}" aria-label="${name}"></audio><p class="hint">${speaker.say("record.ask.voice.more")}</p></div>`;
  }
}

function sealedSaid(speaker: Speaker, { sealed }: FileRow): string {
  return sealed === null ? speaker.say("record.mine.file.gone") : speaker.say("record.mine.file.sealed");
}

/** The record that this one changed, and the one that changed it. */
async function changes({ notebook, speaker }: Context, { changes: old, changedBy }: RecordRow): Promise<Html | null> {
  const [before, after] = await Promise.all([
    old === null ? null : notebook.record(old),
    changedBy === null ? null : notebook.record(changedBy),
  ]);
  return html`${before === null ? null : html`<p><a class="to" href="#/mine/${before.id}">${speaker.say("record.mine.before")}</a></p>`}${
    after === null ? null : html`<p><a class="to" href="#/mine/${after.id}">${speaker.say("record.mine.after")}</a></p>`
  }`;
}

function deeds(speaker: Speaker, row: RecordRow): Html | null {
  if (row.state === "needs-you") return null;
  return html`<div class="ways">${
    row.work === "labelling" && !row.withdrawn
      ? html`<a class="button first" href="#/label/${row.id}">${speaker.say("record.mine.labels")}</a>`
      : null
  }${
    isChangeable(row)
      ? html`<button type="button" class="button" data-do="change">${speaker.say("record.state.way.change")}</button>${row.state === "final" ? html`<p class="hint">${speaker.say("record.mine.change.final")}</p>` : null}`
      : null
  }${isUnsigned(row) ? html`<button type="button" class="button" data-do="undo">${speaker.say("record.mine.undo")}</button>` : null}${
    row.state === "final" || row.withdrawn
      ? null
      : html`<a class="button stop" href="#/mine/${row.id}/withdraw">${speaker.say("record.state.way.withdraw")}</a>`
  }</div>`;
}

const withdrawing: Screen = {
  path: "/mine/:id/withdraw",
  async show({ notebook, speaker, params }) {
    const row = await notebook.record(params.id ?? "");
    if (row === null) return GONE;
    const here = `/mine/${row.id}`;
    if (row.withdrawn || row.state === "final") return { ...GONE, elsewhere: here };
    const field = await notebook.field();
    const place = placeSaid(speaker, row, field);
    const day = speaker.write({ day: row.occurredAtS });
    return {
      title: speaker.say("record.mine.withdraw"),
      body: html`<p><b>${recordName(speaker, row)}</b> · ${place === null ? day : `${place} · ${day}`}</p><p>${
        row.document === null ? speaker.say("record.mine.withdraw.here") : speaker.say("record.state.way.withdraw.more")
      }</p>${
        row.makes.length === 0
          ? null
          : html`<p class="warn">${speaker.say("record.mine.withdraw.leans", { name: row.makes[0]?.name ?? "" })}</p>`
      }<p><button type="button" class="button stop" data-do="withdraw">${speaker.say("record.mine.withdraw.yes")}</button></p><p><a class="button first" href="#${here}">${speaker.say("record.mine.withdraw.no")}</a></p>`,
      back: here,
    };
  },
  acts: {
    async withdraw({ notebook, params }) {
      const id = params.id ?? "";
      await notebook.withdraw(id);
      return `/mine/${id}`;
    },
  },
};

/** A picture of a record, large. */
const recordPicture: Screen = {
  path: "/mine/:id/picture/:cid",
  async show({ notebook, speaker, params }) {
    const row = await notebook.record(params.id ?? "");
    const at = row?.files.indexOf(params.cid ?? "") ?? -1;
    if (row === null || at === -1) return GONE;
    const address = await pictureAddress(notebook, params.cid ?? "", "whole");
    const name = speaker.say("record.ask.picture.n", { n: at + 1 });
    return {
      title: name,
      body: html`${address === null ? html`<p class="hint">${speaker.say("record.mine.file.gone")}</p>` : html`<img class="whole" src="${address}" alt="${name}">`}`,
      back: `/mine/${row.id}`,
    };
  },
};
