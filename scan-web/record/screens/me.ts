/** Whose phone this is, and everything about people and the phone, one line each. */
import { type Html, html } from "../../ui/html.ts";
import { leave } from "../inviting.ts";
import { bytesToday } from "../meter.ts";
import { withDb } from "../borrow.ts";
import { practiceAddress, realAddress } from "../practice.ts";
import type { Context, Screen } from "../screen.ts";
import { judgeRoom, lookAtRoom } from "../space.ts";
import type { Speaker } from "../words.ts";

export { about, language, me };

const me: Screen = {
  path: "/me",
  async show(context) {
    const { notebook, speaker } = context;
    leave(notebook);
    const [self, field, today] = await Promise.all([
      notebook.self(),
      notebook.field(),
      withDb(notebook.isPractice, (db) => bytesToday(db)),
    ]);
    const room = judgeRoom(await lookAtRoom());
    const { organisation, recorders } = field;
    const own = recorders.find(({ recorder }) => recorder === self?.recorder);
    const role = self?.manager === true ? "record.me.this.manager" : "record.me.this.writer";
    return {
      title: organisation === null ? speaker.say("record.me.none") : speaker.write(organisation.name),
      body: html`${self?.organisation == null ? html`<a class="button first" href="#/join">${speaker.say("record.join.title")}</a>` : html`<p class="soft">${speaker.say("record.me.number", { number: String(self.organisation) })} ${organisation?.phone == null ? null : html`<a href="tel:${organisation.phone}">${organisation.phone}</a>`}</p><p>${own?.device == null ? null : html`<b>${speaker.write(own.device)}</b> `}${speaker.say(role)}</p>`}
<ul class="list">
${line("#/me/phones", speaker.say("record.me.phones"), speaker.say("record.me.phones.count", { count: recorders.filter(({ active }) => active).length }))}
${self?.manager === true ? line("#/me/invite", speaker.say("record.me.invite"), speaker.say("record.me.invite.more")) : null}
${line("#/me/unsent", speaker.say("record.me.unsent"), speaker.say(`record.state.room.${room}`))}
${line("#/me/data", speaker.say("record.me.data"), speaker.say("record.me.data.today", { size: { bytes: today.up + today.down } }))}
${line("#/self-test", speaker.say("record.join.test"), speaker.say("record.me.test.more"))}
${line("#/me/public", speaker.say("record.me.public"), speaker.say("record.me.public.more"))}
${line("#/me/language", speaker.say("record.me.language"), speaker.say("record.me.language.now"))}
${practiceLine(context)}
${line("#/me/about", speaker.say("record.me.about"), null)}</ul>`,
      back: null,
      place: "me",
    };
  },
};

function practiceLine({ notebook, speaker }: Context): Html {
  if (notebook.isPractice) return line("#/lesson", speaker.say("record.practice.lesson"), null, realLink(speaker));
  return line(practiceAddress(), speaker.say("record.practice.title"), speaker.say("record.practice.more"));
}

function realLink(speaker: Speaker): Html {
  return html`<a class="button" href="${realAddress()}">${speaker.say("record.practice.leave")}</a>`;
}

function line(to: string, name: string, more: string | null, also: Html | null = null): Html {
  return html`<li><a href="${to}"><span><b>${name}</b>${more === null ? null : html`<small>${more}</small>`}</span><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9.500 5l7 7-7 7"/></svg></a>${also}</li>`;
}

const language: Screen = {
  path: "/me/language",
  async show({ notebook, speaker }) {
    const { lang } = await notebook.settings();
    const choices = [
      ["", speaker.say("record.me.language.phone"), null],
      ["zh-CN", "中文", "zh-CN"],
      ["en", "English", "en"],
    ] as const;
    return {
      title: speaker.say("record.me.language"),
      body: html`<form data-do="choose"><fieldset><legend class="unseen">${speaker.say("record.me.language")}</legend>${choices.map(
        ([value, name, of]) =>
          html`<label class="tick"${of === null ? null : html` lang="${of}"`}><input type="radio" name="lang" value="${value}" data-submit${value === (lang ?? "") ? html` checked` : null}> ${name}</label>`,
      )}</fieldset></form><p class="soft">${speaker.say("record.me.language.more")}</p>`,
      back: "/me",
      place: "me",
    };
  },
  acts: {
    async choose({ notebook }, { form }) {
      const lang = form.get("lang");
      await notebook.set({ lang: lang === "zh-CN" || lang === "en" ? lang : null });
    },
  },
};

const about: Screen = {
  path: "/me/about",
  async show({ notebook, speaker }) {
    const self = await notebook.self();
    return {
      title: speaker.say("record.me.about"),
      body: html`<p>${speaker.say("record.me.about.body")}</p><p>${speaker.say("record.me.about.trust")}</p><dl class="card">${
        self === null
          ? null
          : html`<div><dt>${speaker.say("record.me.about.phone")}</dt><dd>${self.recorder.slice(2, 6)} … ${self.recorder.slice(-4)}</dd></div>`
      }${self?.syncedAtS == null ? null : html`<div><dt>${speaker.say("record.me.about.seen")}</dt><dd>${speaker.write({ moment: self.syncedAtS })}</dd></div>`}</dl><p class="soft">${speaker.say("record.me.about.office")}</p>`,
      back: "/me",
      place: "me",
    };
  },
};
