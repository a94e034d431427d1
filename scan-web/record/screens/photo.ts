/** A picture of a draft, large: to see whether it shows what it should, and to leave it out. Before the very first one: who will see it. */
import { html } from "../../ui/html.ts";
import { openDraft } from "../flow.ts";
import { pictureAddress } from "../picture-address.ts";
import type { Screen } from "../screen.ts";
import { takeFiles } from "../take-files.ts";

export { notice, photo };

const photo: Screen = {
  path: "/draft/:id/picture/:cid",
  async show({ notebook, speaker, params }) {
    const open = await openDraft(notebook, params.id ?? "");
    const cid = params.cid ?? "";
    const at = open?.draft.files.indexOf(cid) ?? -1;
    if (open === null || at === -1)
      return { title: "", body: html``, back: "/", elsewhere: open === null ? "/" : `/draft/${open.draft.id}/save` };
    const address = await pictureAddress(notebook, cid, "whole");
    const name = speaker.say("record.ask.picture.n", { n: at + 1 });
    return {
      title: name,
      body: html`${address === null ? null : html`<img class="whole" src="${address}" alt="${name}">`}<p class="hint">${speaker.say("record.ask.picture.notice")}</p><p><button type="button" class="button stop" data-do="leave">${speaker.say("record.ask.picture.drop")}</button></p>`,
      back: `/draft/${open.draft.id}/save`,
    };
  },
  acts: {
    async leave({ notebook, params }) {
      const open = await openDraft(notebook, params.id ?? "");
      if (open === null) return "/";
      const files = open.draft.files.filter((one) => one !== params.cid);
      await notebook.keepDraft({ ...open.draft, files, changedAtMs: Date.now() });
      return `/draft/${open.draft.id}/save`;
    },
  },
};

/** Once a phone: what is public is said before the first picture is taken. */
const notice: Screen = {
  path: "/draft/:id/notice",
  async show({ notebook, speaker, params }) {
    const open = await openDraft(notebook, params.id ?? "");
    if (open === null) return { title: "", body: html``, back: "/", elsewhere: "/" };
    return {
      title: speaker.say("record.ask.notice"),
      body: html`<p class="notice">${speaker.say("record.ask.picture.notice")}</p><p>${speaker.say("record.ask.notice.more")}</p><form data-do="take" autocomplete="off"><label class="button first file">${speaker.say("record.ask.picture.notice.take")}<input type="file" name="picture" accept="image/*" capture="environment" data-submit></label></form>`,
      back: `/draft/${open.draft.id}/save`,
    };
  },
  acts: {
    async take({ notebook, params }, { form }) {
      const open = await openDraft(notebook, params.id ?? "");
      if (open === null) return "/";
      await notebook.set({ noticeRead: true });
      const files = [...new Set([...open.draft.files, ...(await takeFiles(notebook, form))])];
      await notebook.keepDraft({ ...open.draft, files, changedAtMs: Date.now() });
      return `/draft/${open.draft.id}/save`;
    },
  },
};
