/** The cooperative's phones: since when, and until when. A manager ends one here; what it wrote before stays. */
import { html } from "../../ui/html.ts";
import { drop, leave } from "../inviting.ts";
import type { FieldRecorder, Self } from "../model.ts";
import type { Context, Screen, View } from "../screen.ts";
import type { Speaker } from "../words.ts";

export { phone, phones, reasons, stopping };

/** What may have happened to a phone; `record.me.reason.<id>`, written into the record in the words of the manager's own language. */
const reasons = ["lost", "broken", "left", "changed", "other"] as const;

const phones: Screen = {
  path: "/me/phones",
  async show({ notebook, speaker }) {
    leave(notebook);
    const [self, { recorders }] = await Promise.all([notebook.self(), notebook.field()]);
    const isManager = self?.manager === true;
    return {
      title: speaker.say("record.me.phones"),
      body: html`<p>${speaker.say("record.me.phones.count", { count: recorders.filter(({ active }) => active).length })}</p><ul class="list">${sorted(
        recorders,
      ).map((one) => {
        const lines = html`<span><b>${nameOf(speaker, one)}</b><small>${standing(speaker, one, self)}</small></span>`;
        const canEnd = isManager && one.active && one.recorder !== self.recorder;
        return html`<li class="${one.active ? "on" : "off"}">${canEnd ? html`<a href="#/me/phones/${one.recorder}">${lines}<span class="go">${speaker.say("record.me.phones.end")}</span></a>` : lines}</li>`;
      })}</ul>${
        isManager
          ? html`<a class="button first" href="#/me/invite">${speaker.say("record.me.invite")}</a><p class="soft">${speaker.say("record.me.phones.lost")}</p>`
          : html`<p class="soft">${speaker.say("record.me.phones.not-manager")}</p>`
      }`,
      back: "/me",
      place: "me",
    };
  },
};

const phone: Screen = {
  path: "/me/phones/:recorder",
  async show(context): Promise<View> {
    const { notebook, speaker } = context;
    const [self, found] = await Promise.all([notebook.self(), phoneOf(context)]);
    if (found === null || !found.active || self?.manager !== true || found.recorder === self.recorder)
      return { title: "", body: html``, back: "/me/phones", elsewhere: "/me/phones" };
    return {
      title: speaker.say("record.me.end", { device: nameOf(speaker, found) }),
      body: html`<p>${standing(speaker, found, self)}</p><p>${speaker.say("record.me.end.body")}</p>
<form data-do="end"><fieldset><legend>${speaker.say("record.me.end.why")}</legend>${reasons.map((reason, at) => html`<label class="tick"><input type="radio" name="reason" value="${reason}"${at === 0 ? html` checked` : null}> ${speaker.say(`record.me.reason.${reason}`)}</label>`)}</fieldset>
<button class="button stop" name="then" value="invite">${speaker.say("record.me.end.and-invite")}</button><button class="button stop" name="then" value="stay">${speaker.say("record.me.end.go")}</button></form><a class="button" href="#/me/phones">${speaker.say("record.me.end.not")}</a>`,
      back: "/me/phones",
    };
  },
  acts: {
    async end(context, { form }) {
      const { notebook, speaker } = context;
      const found = await phoneOf(context);
      if (found === null) return "/me/phones";
      const chosen = reasons.find((reason) => reason === form.get("reason")) ?? "other";
      drop(notebook);
      await notebook.expel(found.recorder, speaker.say(`record.me.reason.${chosen}`));
      void notebook.sync();
      return form.get("then") === "invite" ? "/me/invite" : "/me/phones/stopping";
    },
  },
};

/** After the tap: it is signed here, and goes by itself. */
const stopping: Screen = {
  path: "/me/phones/stopping",
  async show({ speaker }) {
    return {
      title: speaker.say("record.me.phones.stopping"),
      body: html`<p>${speaker.say("record.me.phones.stopping.body")}</p><a class="button first" href="#/me/phones">${speaker.say("record.me.phones.back")}</a><a class="button" href="#/me/invite">${speaker.say("record.me.invite")}</a>`,
      back: "/me/phones",
      place: "me",
    };
  },
};

async function phoneOf({ notebook, params }: Context): Promise<FieldRecorder | null> {
  const { recorders } = await notebook.field();
  return recorders.find(({ recorder }) => recorder === params.recorder) ?? null;
}

/** Those that write first, the newest of them first. */
function sorted(recorders: readonly FieldRecorder[]): readonly FieldRecorder[] {
  return [...recorders].sort(
    (one, other) => Number(other.active) - Number(one.active) || other.enrolledAtS - one.enrolledAtS,
  );
}

function nameOf(speaker: Speaker, { device }: FieldRecorder): string {
  return device === null ? speaker.say("record.me.phones.unnamed") : speaker.write(device);
}

function standing(
  speaker: Speaker,
  { active, manager, enrolledAtS, recorder }: FieldRecorder,
  self: Self | null,
): string {
  const since = { since: { day: enrolledAtS, form: "short" } } as const;
  if (!active) return speaker.say("record.me.phones.ended", since);
  const parts = [
    speaker.say(manager ? "record.me.phones.manager" : "record.me.phones.writer", since),
    ...(recorder === self?.recorder ? [speaker.say("record.me.phones.this")] : []),
  ];
  return parts.join(speaker.gap);
}
