/** A harvest within a pre-harvest interval, before it is saved: who, when, how long, from when on. It can be saved all the same, for a record says what happened. */
import { html } from "../../ui/html.ts";
import { openDraft } from "../flow.ts";
import { intervalOf } from "../interval.ts";
import type { Screen } from "../screen.ts";
import { nowS, saveDraft } from "./ask.ts";

export { warn };

const warn: Screen = {
  path: "/warn/:id",
  async show({ notebook, speaker, params }) {
    const open = await openDraft(notebook, params.id ?? "");
    if (open === null) return { title: "", body: html``, back: "/", elsewhere: "/" };
    const { draft, field } = open;
    const atS = draft.occurredAtS ?? (await nowS(notebook));
    const waits = draft.target === null ? [] : intervalOf(field, [draft.target.id], atS);
    return {
      title: speaker.say("record.ask.warn"),
      body: html`<div class="warn"><ul>${waits.map(
        ({ use, untilS }) =>
          html`<li>${speaker.say("record.ask.warn.use", {
            name: use.name,
            day: { day: use.atS },
            count: use.preHarvestIntervalDays,
            until: { day: untilS },
          })}</li>`,
      )}</ul><p>${speaker.say("record.ask.warn.day", { day: { day: atS } })}</p></div><p>${speaker.say("record.ask.warn.body")}</p><p><a class="button first" href="#/draft/${draft.id}/save">${speaker.say("record.ask.warn.change")}</a></p><p><button type="button" class="button" data-do="drop">${speaker.say("record.ask.warn.drop")}</button></p><p><button type="button" class="button stop" data-do="save">${speaker.say("record.ask.warn.save")}</button></p>`,
      back: `/draft/${draft.id}/save`,
    };
  },
  acts: {
    async save(context) {
      const open = await openDraft(context.notebook, context.params.id ?? "");
      return open === null ? "/" : await saveDraft(context, open, "sure");
    },
    async drop({ notebook, params }) {
      await notebook.dropDraft(params.id ?? "");
      return "/";
    },
  },
};
