/** The way into practice, and back: what it is, one tap, and a field to practise on. */
import { html } from "../../ui/html.ts";
import { lookFor } from "../elements/look-again.ts";
import { practiceAddress, realAddress } from "../practice.ts";
import { begin, goOn, type Practising, practisingOf } from "../practising.ts";
import type { Screen, View } from "../screen.ts";
import type { Speaker } from "../words.ts";
import { noBox } from "./join.ts";

export { practice };

const practice: Screen = {
  path: "/practice",
  async show({ notebook, speaker }): Promise<View> {
    if (!notebook.isPractice)
      return {
        title: speaker.say("record.practice.title"),
        body: html`<p>${speaker.say("record.practice.body")}</p><a class="button first" href="${practiceAddress()}">${speaker.say("record.practice.enter")}</a>`,
        back: "/me",
      };
    const drawn = await practisingOf(notebook);
    if (drawn.step === "ready") return { title: "", body: html``, back: null, elsewhere: "/lesson" };
    lookFor("practice", async () => (await goOn(notebook)).step !== drawn.step);
    return shown(speaker, drawn);
  },
  acts: {
    async start() {
      begin();
    },
    /** Sent by the element that waits. */
    async practice({ notebook }) {
      return (await practisingOf(notebook)).step === "ready" ? "/lesson" : undefined;
    },
  },
};

function shown(speaker: Speaker, at: Practising): View {
  const wait = html`<look-again data-name="practice" data-seconds="2"></look-again>`;
  const leave = html`<a class="button" href="${realAddress()}">${speaker.say("record.practice.leave")}</a>`;
  const start = html`<button type="button" class="button first" data-do="start">${speaker.say("record.practice.start")}</button>`;
  const title = speaker.say("record.practice.title");
  if (at.step === "joining")
    return {
      title: speaker.say("record.practice.making"),
      body: html`<p role="status">${speaker.say("record.practice.making.body")}</p>${wait}${leave}`,
      back: null,
    };
  if (at.step === "no")
    return { title, body: html`${noBox(speaker, at.no)}${start}${leave}${at.no === "away" ? wait : null}`, back: null };
  return {
    title,
    body: html`<p>${speaker.say("record.practice.body")}</p><p>${speaker.say("record.practice.body.field")}</p>${start}${leave}`,
    back: null,
  };
}
