/** A manager lets another phone in: its code to scan, then the number to compare, then one tap. */
import { printInvitation } from "../../../protocol/invitation.ts";
import { type Html, html } from "../../ui/html.ts";
import { drawCode } from "../code-drawing.ts";
import { lookFor } from "../elements/look-again.ts";
import { drop, type Inviting, invitingOf, letIn, look, open } from "../inviting.ts";
import type { Context, Screen, View } from "../screen.ts";
import type { Speaker } from "../words.ts";
import { noBox } from "./join.ts";

export { invite };

const invite: Screen = {
  path: "/me/invite",
  async show(context) {
    const { notebook, speaker } = context;
    const self = await notebook.self();
    if (self?.manager !== true)
      return {
        title: speaker.say("record.me.invite"),
        body: html`<p>${speaker.say("record.me.phones.not-manager")}</p>`,
        back: "/me",
      };
    const drawn = invitingOf(notebook);
    lookFor("invite", async () => {
      if (invitingOf(notebook).step === "none") await open(notebook);
      return (await look(notebook)) !== drawn;
    });
    return await shown(context, drawn);
  },
  acts: {
    /** Sent by the element that waits; it only says that something is other than it was. */
    async invite() {},
    async again({ notebook }) {
      drop(notebook);
    },
    async enrol({ notebook }, { form }) {
      await letIn(notebook, { device: String(form.get("device") ?? ""), manager: form.get("manager") !== null });
    },
    async finish({ notebook }) {
      drop(notebook);
      return "/me/phones";
    },
    async copy({ notebook }) {
      const at = invitingOf(notebook);
      if (at.step === "open") await navigator.clipboard.writeText(linkOf(at.code));
    },
  },
};

/** Read by the other phone's camera: the page's own address, its book included. */
function linkOf(code: string): string {
  return `${location.origin}${location.pathname}${location.search}#/join/${code}`;
}

async function shown({ speaker }: Context, at: Inviting): Promise<View> {
  const wait = html`<look-again data-name="invite" data-seconds="2"></look-again>`;
  const title = speaker.say("record.me.invite");
  const back = "/me/phones";
  switch (at.step) {
    case "none":
      return { title, body: html`<p role="status">${speaker.say("record.me.invite.making")}</p>${wait}`, back };
    case "open":
      return { title, body: html`${await codeParts(speaker, at.code)}${wait}`, back };
    case "asking":
      return { title: speaker.say("record.me.invite.compare"), body: html`${compareParts(speaker, at)}${wait}`, back };
    case "signed":
      return {
        title: speaker.say("record.me.invite.signed", { device: at.device }),
        body: html`<p role="status">${speaker.say("record.me.invite.signed.body")}</p>${wait}`,
        back,
      };
    case "joined":
      return {
        title: speaker.say("record.me.invite.joined", { device: at.device }),
        body: html`<p>${speaker.say("record.me.invite.joined.body")}</p><button type="button" class="button first" data-do="finish">${speaker.say("record.me.invite.finish")}</button><button type="button" class="button" data-do="again">${speaker.say("record.me.invite.another")}</button>`,
        back,
      };
    case "no":
      return {
        title,
        body: html`${noBox(speaker, at.no)}<button type="button" class="button first" data-do="again">${speaker.say("record.me.invite.again")}</button>`,
        back,
      };
  }
}

async function codeParts(speaker: Speaker, code: string): Promise<Html> {
  return html`<p>${speaker.say("record.me.invite.scan")}</p><div class="qr">${await drawCode(linkOf(code), speaker.say("record.me.invite.code"))}</div>
<p>${speaker.say("record.me.invite.type")}</p><p class="number letters">${printInvitation(code)}</p><p class="soft">${speaker.say("record.me.invite.until")}</p><p role="status">${speaker.say("record.me.invite.waiting")}</p>
<details><summary>${speaker.say("record.me.invite.link")}</summary><p class="link">${linkOf(code)}</p><button type="button" class="button" data-do="copy">${speaker.say("record.me.invite.copy")}</button></details>`;
}

function compareParts(speaker: Speaker, { number, key }: Extract<Inviting, { step: "asking" }>): Html {
  return html`<p>${speaker.say("record.me.invite.compare.body")}</p><p class="number"><small>${speaker.say("record.me.invite.compare.number")}</small> ${number}</p>
<form data-do="enrol"><label for="device">${speaker.say("record.me.invite.device")}</label><input id="device" name="device" maxlength="60" autocomplete="off" value="${key.device}" aria-describedby="device-hint"><p id="device-hint" class="soft">${speaker.say("record.me.invite.device.hint")}</p>
<label class="tick"><input type="checkbox" name="manager"> ${speaker.say("record.me.invite.manager")}</label>
<button class="button first">${speaker.say("record.me.invite.enrol")}</button></form><button type="button" class="button stop" data-do="again">${speaker.say("record.me.invite.not-this")}</button>`;
}
