/** A file of unsent records from another phone is sent from this one, whoever's it is. */
import { type Html, html } from "../../ui/html.ts";
import { readCopy } from "../copy.ts";
import { deliverCopy, type Delivered } from "../deliver.ts";
import type { Screen } from "../screen.ts";
import { problemWords } from "../told.ts";
import type { Speaker } from "../words.ts";

export { deliver };

/** How the last file went; gone with the page, and may be asked again at no cost. */
let last: Delivered | "unreadable" | null = null;

const deliver: Screen = {
  path: "/me/deliver",
  async show({ speaker }) {
    return {
      title: speaker.say("record.me.deliver"),
      body: html`<p>${speaker.say("record.me.deliver.body")}</p>${last === null ? null : told(speaker, last)}<form data-do="deliver"><label class="button first file"><span>${speaker.say("record.me.deliver.choose")}</span><input type="file" name="copy" data-submit></label></form>`,
      back: "/me/unsent",
      place: "me",
    };
  },
  acts: {
    async deliver({ notebook }, { form }) {
      const file = form.get("copy");
      if (!(file instanceof File) || file.size === 0) return;
      last = null;
      const copy = await readCopy(file);
      last = copy === null ? "unreadable" : await deliverCopy(notebook, copy);
      void notebook.sync();
    },
  },
};

function told(speaker: Speaker, how: Delivered | "unreadable"): Html {
  if (how === "unreadable")
    return wrong(speaker.say("record.me.deliver.unreadable.cause"), speaker.say("record.me.deliver.unreadable.mend"));
  if (how.state === "other-ledger") {
    const { cause, mend } = problemWords(speaker, "wrong-ledger");
    return wrong(cause, mend);
  }
  const { arrived, refused, count } = how;
  const sums = html`<p role="status"><b>${arrived === count ? speaker.say("record.state.copy.delivered.all", { count }) : speaker.say("record.state.copy.delivered", { arrived, count })}</b>${refused === 0 ? null : html` ${speaker.say("record.state.copy.refused", { count: refused })}`}</p>`;
  if (how.state === "offline")
    return html`${sums}${wrong(speaker.say("record.me.deliver.away.cause"), speaker.say("record.me.deliver.away.mend"))}`;
  if (how.state === "refused") {
    const { cause, mend } = problemWords(speaker, how.detail ?? "");
    return html`${sums}${wrong(cause, mend)}`;
  }
  return sums;
}

function wrong(cause: string, mend: string): Html {
  return html`<div class="wrong" role="alert"><p>${cause}</p><p><b>${mend}</b></p></div>`;
}
