/**
 * The self-test in words: each thing that was looked at, what is wrong with it and what to do. It also stands alone, before there is a notebook: where
 * recording is pointless (another app's window, plain http) the page shows it instead of everything else.
 */
import { type Html, html } from "../../ui/html.ts";
import { type Finding, judge } from "../checks.ts";
import { menuDrawing } from "../drawings.ts";
import { findFacts } from "../facts.ts";
import type { Context, Screen, View } from "../screen.ts";
import type { Speaker } from "../words.ts";

export { barrier, findingItem, selfTest };

/** What stands in the way, before anything else is opened; `here` is the page's own address. */
function barrier(
  speaker: Speaker,
  { wrong, here }: { readonly wrong: readonly Finding[]; readonly here: string },
): View {
  return {
    title: speaker.say("record.join.test.stop"),
    body: html`${list(speaker, wrong)}${wrong[0]?.id === "app" || wrong[0]?.id === "database" ? addressBox(speaker, here) : null}`,
    back: null,
  };
}

/** For copying by hand as well: inside another app a script may not be allowed to. */
function addressBox(speaker: Speaker, here: string): Html {
  return html`<label for="here">${speaker.say("record.join.test.address")}</label><input id="here" class="address" readonly value="${here}"><button type="button" class="button first" data-do="copy-address">${speaker.say("record.join.test.copy")}</button><p id="copied" role="status"></p>`;
}

const selfTest: Screen = {
  path: "/self-test",
  async show({ notebook, speaker }) {
    const [self, told] = await Promise.all([notebook.self(), notebook.lastSync()]);
    const isAnswered = told.state === "never" || told.state === "running" ? null : told.state !== "offline";
    const found = judge(await findFacts({ offsetMs: self?.offsetMs ?? null, isAnswered }));
    return {
      title: speaker.say("record.join.test"),
      body: html`${summary(speaker, found)}${list(speaker, found)}<p>${
        self?.organisation == null
          ? null
          : html`<a class="button first" href="#/">${speaker.say("record.join.test.go")}</a>`
      }<button type="button" class="button" data-do="again">${speaker.say("record.join.test.again")}</button></p>`,
      back: "/me",
      place: "me",
    };
  },
  acts: {
    async again({ notebook }: Context): Promise<void> {
      await notebook.sync();
    },
  },
};

function summary(speaker: Speaker, found: readonly Finding[]): Html {
  const isStopped = found.some(({ verdict }) => verdict === "stop");
  const count = found.filter(({ verdict }) => verdict === "care").length;
  if (isStopped) return html`<p class="verdict stop">${speaker.say("record.join.test.stop")}</p>`;
  if (count === 0) return html`<p class="verdict fine">${speaker.say("record.join.test.all-fine")}</p>`;
  return html`<p class="verdict care">${speaker.say("record.join.test.care", { count })}</p>`;
}

/** What is wrong stands first, within that the order of the checks; what is fine is folded away, so that the way on is in sight. */
function list(speaker: Speaker, found: readonly Finding[]): Html {
  const rank = { stop: 0, care: 1, fine: 2 } as const;
  const sorted = [...found].sort((one, other) => rank[one.verdict] - rank[other.verdict]);
  const wrong = sorted.filter(({ verdict }) => verdict !== "fine");
  const fine = sorted.filter(({ verdict }) => verdict === "fine");
  const items = (of: readonly Finding[]): Html =>
    html`<ol class="checks">${of.map((one) => findingItem(speaker, one))}</ol>`;
  return html`${wrong.length === 0 ? null : items(wrong)}${
    fine.length === 0
      ? null
      : html`<details><summary>${speaker.say("record.join.test.fine-ones", { count: fine.length })}</summary>${items(fine)}</details>`
  }`;
}

const SIGNS = {
  fine: "M5 12.5l4.500 4.500L19 7.5",
  care: "M12 6v8M12 17.500v.2",
  stop: "M7 7l10 10M17 7L7 17",
} as const;
const STANDING = {
  fine: "record.join.test.fine",
  care: "record.join.test.look",
  stop: "record.join.test.bad",
} as const;

/** One check: told by sign and word, never by colour alone. */
function findingItem(speaker: Speaker, finding: Finding): Html {
  const { id, verdict } = finding;
  const name = speaker.say(`record.join.check.${id}`);
  const sign = html`<span class="sign"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${SIGNS[verdict]}"/></svg>${speaker.say(STANDING[verdict])}</span>`;
  if (verdict === "fine")
    return html`<li class="fine">${sign}<h2>${name}</h2><p>${speaker.say(`record.join.check.${id}.fine`, valuesOf(speaker, finding))}</p></li>`;
  return html`<li class="${verdict}">${sign}<h2>${name}</h2><p>${speaker.say(`record.join.check.${id}.cause`, valuesOf(speaker, finding))}</p><p><b>${speaker.say(`record.join.check.${id}.mend`, valuesOf(speaker, finding))}</b></p>${drawingOf(speaker, finding)}</li>`;
}

function valuesOf(speaker: Speaker, finding: Finding) {
  if (finding.id === "app") return { app: finding.app === null ? "" : speaker.say(`record.join.app.${finding.app}`) };
  if (finding.id === "clock") return { phone: { moment: finding.phoneS }, server: { moment: finding.serverS } };
  if (finding.id === "room") return { room: { bytes: finding.bytes } };
  return {};
}

function drawingOf(speaker: Speaker, { id }: Finding): Html | null {
  if (id === "app") return menuDrawing(speaker, "browser");
  return id === "lasting" ? menuDrawing(speaker, "home") : null;
}
