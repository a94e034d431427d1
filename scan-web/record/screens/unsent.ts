/** What lies on this phone alone: whether the phone promised to keep it, how much room there is, and a copy of it for another place. */
import { type Html, html } from "../../ui/html.ts";
import { copyUnsent, handOver } from "../copy.ts";
import type { Context, Screen } from "../screen.ts";
import { askToKeep, judgeRoom, lookAtRoom } from "../space.ts";
import { withDb } from "../borrow.ts";
import type { Speaker } from "../words.ts";

export { unsent };

/** What the last tap on "save" came to; gone with the page, as the file is not. */
type Copying = null | "none" | "failed" | { readonly records: number; readonly drafts: number };
let copied: Copying = null;

const unsent: Screen = {
  path: "/me/unsent",
  async show({ notebook, speaker }) {
    const [counts, room] = await Promise.all([notebook.counts(), lookAtRoom()]);
    const count = counts.saved + counts.going + counts.needsYou;
    const said = judgeRoom(room);
    return {
      title: speaker.say("record.me.unsent"),
      body: html`<p>${speaker.say("record.me.unsent.body")}</p><p><b>${count === 0 ? speaker.say("record.me.unsent.none") : speaker.say("record.me.unsent.count", { count })}</b></p>
${count === 0 ? null : html`<button type="button" class="button first" data-do="copy">${speaker.say("record.me.unsent.make")}</button>`}${told(speaker)}
<section class="card"><h2>${speaker.say(`record.state.room.${said}`)}</h2><p>${speaker.say(`record.state.room.${said}.more`, { count: picturesIn(room) })}</p>${
        room.used === null || room.quota === null
          ? null
          : html`<p class="soft">${speaker.say("record.me.unsent.room", { used: { bytes: room.used }, quota: { bytes: room.quota } })}</p>`
      }${room.isKept === true ? null : html`<button type="button" class="button" data-do="keep">${speaker.say("record.me.unsent.keep")}</button>`}</section>
<a class="button" href="#/me/deliver">${speaker.say("record.me.deliver")}</a><p class="soft">${speaker.say("record.me.deliver.more")}</p>`,
      back: "/me",
      place: "me",
    };
  },
  acts: {
    async copy({ notebook }: Context) {
      try {
        const made = await copyUnsent(notebook);
        if (made === null) copied = "none";
        else if ((await handOver(made.file)) !== "cancelled") copied = { records: made.records, drafts: made.drafts };
      } catch (failure) {
        console.error(failure);
        copied = "failed";
      }
    },
    async keep({ notebook }) {
      await withDb(notebook.isPractice, askToKeep);
    },
  },
};

/** Pictures have at most 200 kB. */
const PICTURE = 200_000;

function picturesIn({ used, quota }: { readonly used: number | null; readonly quota: number | null }): number {
  return used === null || quota === null ? 0 : Math.floor(Math.max(0, quota - used) / PICTURE);
}

function told(speaker: Speaker): Html | null {
  if (copied === null) return null;
  if (copied === "none") return html`<p role="status">${speaker.say("record.state.copy.none")}</p>`;
  if (copied === "failed")
    return html`<div class="wrong" role="alert"><p>${speaker.say("record.me.unsent.failed.cause")}</p><p><b>${speaker.say("record.me.unsent.failed.mend")}</b></p></div>`;
  const { records, drafts } = copied;
  return html`<p role="status"><b>${speaker.say("record.state.copy.made", { count: records })}</b> ${speaker.say("record.state.copy.made.more")} ${drafts === 0 ? null : speaker.say("record.state.copy.drafts", { count: drafts })}</p>`;
}
