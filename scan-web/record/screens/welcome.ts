/** What a phone shows that belongs to nobody yet: how to join, and that one may practise first. */
import { html } from "../../ui/html.ts";
import { practiceAddress } from "../practice.ts";
import type { Screen } from "../screen.ts";
import { codeForm, typed } from "./join.ts";

export { welcome };

const welcome: Screen = {
  path: "/join",
  async show({ notebook, speaker }) {
    const self = await notebook.self();
    if (self?.organisation != null) return { title: "", body: html``, back: null, elsewhere: "/" };
    if (notebook.isPractice) return { title: "", body: html``, back: null, elsewhere: "/practice" };
    return {
      title: speaker.say("record.join.welcome"),
      body: html`<p>${speaker.say("record.join.welcome.body")}</p><p class="card">${speaker.say("record.join.welcome.scan")}</p>
<details><summary>${speaker.say("record.join.welcome.type")}</summary>${codeForm(speaker, "")}</details>
<p><a class="button" href="${practiceAddress()}">${speaker.say("record.join.welcome.practice")}</a></p>
<p><button type="button" class="button plain" data-do="language" lang="${speaker.lang === "en" ? "zh-CN" : "en"}">${speaker.say("record.join.language")}</button></p>`,
      back: null,
      place: "home",
    };
  },
  acts: {
    async language({ notebook, speaker }) {
      await notebook.set({ lang: speaker.lang === "en" ? "zh-CN" : "en" });
    },
    type: typed,
  },
};
