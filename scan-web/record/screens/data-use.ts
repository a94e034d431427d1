/** What went over the line, and whether pictures wait for Wi-Fi. */
import { html } from "../../ui/html.ts";
import { bytesByDay, bytesToday } from "../meter.ts";
import { networkNow } from "../network.ts";
import { withDb } from "../borrow.ts";
import type { Screen } from "../screen.ts";

export { dataUse };

const WEEK = 7;

const dataUse: Screen = {
  path: "/me/data",
  async show({ notebook, speaker }) {
    const [[today, days], { picturesOnWifiOnly }] = await Promise.all([
      withDb(notebook.isPractice, (db) => Promise.all([bytesToday(db), bytesByDay(db)])),
      notebook.settings(),
    ]);
    const since = new Date(Date.now() - (WEEK - 1) * 86_400_000).toISOString().slice(0, 10);
    const week = days.filter(({ day }) => day >= since).reduce((sum, { up, down }) => sum + up + down, 0);
    return {
      title: speaker.say("record.me.data"),
      body: html`<dl class="card"><div><dt>${speaker.say("record.me.data.day")}</dt><dd>${speaker.write({ bytes: today.up + today.down })}</dd></div><div><dt>${speaker.say("record.me.data.week")}</dt><dd>${speaker.write({ bytes: week })}</dd></div></dl><p class="soft">${speaker.say("record.state.meter.more", { up: { bytes: today.up }, down: { bytes: today.down }, count: today.requests })}</p><p class="soft">${speaker.say("record.me.data.more")}</p>
<form data-do="wifi"><label class="tick"><input type="checkbox" name="wifi" data-submit${picturesOnWifiOnly ? html` checked` : null}> ${speaker.say("record.me.data.wifi")}</label></form><p class="soft">${speaker.say("record.me.data.wifi.more")}</p>${networkNow() === "unknown" ? html`<p class="soft">${speaker.say("record.me.data.unknown")}</p>` : null}<button type="button" class="button" data-do="now">${speaker.say("record.me.data.now")}</button>`,
      back: "/me",
      place: "me",
    };
  },
  acts: {
    async wifi({ notebook }, { form }) {
      await notebook.set({ picturesOnWifiOnly: form.get("wifi") !== null });
    },
    async now({ notebook }) {
      await notebook.sync({ pictures: "now" });
    },
  },
};
