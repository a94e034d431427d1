/** What buyers will see of what is recorded, and what stays sealed (DESIGN: public by default are field and goods; people are not). */
import { html } from "../../ui/html.ts";
import type { Screen } from "../screen.ts";

export { isPublic };

const OPEN = ["works", "amounts", "plot", "pictures", "notes"] as const;
const SEALED = ["voice", "sheets", "names", "outline"] as const;

const isPublic: Screen = {
  path: "/me/public",
  async show({ speaker }) {
    return {
      title: speaker.say("record.me.public"),
      body: html`<p>${speaker.say("record.me.public.body")}</p><h2>${speaker.say("record.me.public.open")}</h2><ul class="dots">${OPEN.map((one) => html`<li>${speaker.say(`record.me.public.open.${one}`)}</li>`)}</ul><p class="notice">${speaker.say("record.me.public.pictures")}</p><h2>${speaker.say("record.me.public.sealed")}</h2><ul class="dots">${SEALED.map((one) => html`<li>${speaker.say(`record.me.public.sealed.${one}`)}</li>`)}</ul><p>${speaker.say("record.me.public.sealed.who")}</p><p>${speaker.say("record.me.public.ever")}</p>`,
      back: "/me",
      place: "me",
    };
  },
};
