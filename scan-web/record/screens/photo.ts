/** A picture of a draft, large: to see whether it shows what it should, and to leave it out. */
import { html } from "../../ui/html.ts";
import { openDraft } from "../flow.ts";
import { pictureAddress } from "../picture-address.ts";
import type { Screen } from "../screen.ts";

export { photo };

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
