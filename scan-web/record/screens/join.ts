/** Joining by one scan: the address carries the code, the phone asks, both phones show one number, and the manager's tap lets it in. */
import { printInvitation, readInvitation } from "../../../protocol/invitation.ts";
import { type Html, html } from "../../ui/html.ts";
import { judge } from "../checks.ts";
import { lookFor } from "../elements/look-again.ts";
import { findFacts } from "../facts.ts";
import { again, goOn, isOther, joiningOf, type No } from "../joining.ts";
import type { Act, Context, Screen, View } from "../screen.ts";
import type { Speaker } from "../words.ts";

export { codeForm, join, noBox, typed };

/** Tabs that look private, where somebody said that this one is none. */
const allowed = new Set<string>();

/** The code was typed, from paper or over the telephone. */
async function typed(_context: Context, { form }: Act): Promise<string> {
  return `/join/${encodeURIComponent(String(form.get("code") ?? ""))}`;
}

const join: Screen = {
  path: "/join/:code",
  async show(context) {
    const { notebook, speaker, params } = context;
    const code = readInvitation(params.code ?? "");
    if (code === null) return unreadable(speaker, params.code ?? "");
    const self = await notebook.self();
    if (self !== null && !self.active) return ended(speaker);
    if (self?.organisation != null && joiningOf(notebook, code).step === "begun") return await already(context);
    const isPrivate = self === null && judge(await findFacts()).some(({ id }) => id === "private");
    if (isPrivate && !allowed.has(code)) return privateTab(speaker, code);
    const drawn = joiningOf(notebook, code);
    // The element that waited may have been drawn anew just when it was in, and then says nothing.
    if (drawn.step === "in") return { title: "", body: html``, back: "/join", elsewhere: "/self-test" };
    lookFor("join", async () => isOther(drawn, await goOn(notebook, code)));
    return shown(context, code);
  },
  acts: {
    type: typed,
    /** Sent by the element that waits; it only says that something is other than it was. */
    async join({ notebook, params }) {
      const code = readInvitation(params.code ?? "") ?? "";
      if (joiningOf(notebook, code).step !== "in") return undefined;
      again(notebook, code);
      return "/self-test";
    },
    async again({ notebook, params }) {
      const code = readInvitation(params.code ?? "") ?? "";
      again(notebook, code);
    },
    async allow(_context, { data }) {
      allowed.add(data.code ?? "");
    },
  },
};

function codeForm(speaker: Speaker, value: string): Html {
  return html`<form data-do="type"><label for="code">${speaker.say("record.join.type.label")}</label>
<input id="code" name="code" class="letters" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" required value="${value}" aria-describedby="code-hint" placeholder="0000-0000-0000-0000"><p id="code-hint" class="soft">${speaker.say("record.join.type.hint")}</p>
<button class="button first">${speaker.say("record.join.type.go")}</button></form>`;
}

/** Cause and next step of a refusal. */
function noBox(speaker: Speaker, no: No | "code-unreadable"): Html {
  return html`<div class="wrong" role="alert"><p>${speaker.say(`record.join.no.${no}.cause`)}</p><p><b>${speaker.say(`record.join.no.${no}.mend`)}</b></p></div>`;
}

function shown({ notebook, speaker }: Context, code: string): View {
  const at = joiningOf(notebook, code);
  const wait = html`<look-again data-name="join" data-seconds="2"></look-again>`;
  const back = "/join";
  switch (at.step) {
    case "begun":
      return {
        title: speaker.say("record.join.asking"),
        body: html`<p role="status">${speaker.say("record.join.asking.body")}</p>${wait}`,
        back,
      };
    case "asking":
      if (at.number === null)
        return {
          title: speaker.say("record.join.admitting", { name: at.name }),
          body: html`<p role="status">${speaker.say("record.join.admitting.body")}</p>${wait}`,
          back,
        };
      return {
        title: speaker.say("record.join.compare"),
        body: html`<p><b>${speaker.write(at.name)}</b></p><p class="number"><small>${speaker.say("record.join.compare.number")}</small> ${at.number}</p>
<p>${speaker.say("record.join.compare.body")}</p><p class="soft">${speaker.say("record.join.compare.other")}</p><p role="status">${speaker.say("record.join.compare.waiting")}</p>${wait}`,
        back,
      };
    case "joined":
    case "in":
      return {
        title: speaker.say("record.join.joined", { name: at.step === "joined" ? at.name : "" }),
        body: html`<p role="status">${speaker.say("record.join.joined.body")}</p>${wait}`,
        back: null,
      };
    case "no":
      return {
        title: speaker.say("record.join.title"),
        body: html`${noBox(speaker, at.no)}<p class="soft">${printInvitation(code)}</p><button type="button" class="button first" data-do="again">${speaker.say("record.join.again")}</button><a class="button" href="#/join">${speaker.say("record.join.other-code")}</a>${at.no === "away" ? wait : null}`,
        back,
      };
  }
}

function unreadable(speaker: Speaker, typed: string): View {
  return {
    title: speaker.say("record.join.type"),
    body: html`${noBox(speaker, "code-unreadable")}${codeForm(speaker, typed.slice(0, 40))}`,
    back: "/join",
  };
}

function ended(speaker: Speaker): View {
  return {
    title: speaker.say("record.join.ended"),
    body: html`<p>${speaker.say("record.join.ended.body")}</p><a class="button first" href="#/me/unsent">${speaker.say("record.join.ended.copy")}</a>`,
    back: "/",
  };
}

async function already({ notebook, speaker }: Context): Promise<View> {
  const { organisation } = await notebook.field();
  return {
    title: speaker.say("record.join.already", { name: organisation?.name ?? "" }),
    body: html`<p>${speaker.say("record.join.already.body")}</p><a class="button first" href="#/">${speaker.say("record.join.already.go")}</a>`,
    back: null,
  };
}

function privateTab(speaker: Speaker, code: string): View {
  return {
    title: speaker.say("record.join.check.private"),
    body: html`<div class="wrong" role="alert"><p>${speaker.say("record.join.private")}</p></div><button type="button" class="button" data-do="allow" data-code="${code}">${speaker.say("record.join.private.go")}</button>`,
    back: "/join",
  };
}
