/** What stands around every screen: whose phone this is, the way back, the one number about sending, and the four places. Pure. */
import { type Html, html } from "../ui/html.ts";
import { sendBar } from "./elements/send-bar.ts";
import type { Counts, FieldOrganisation } from "./model.ts";
import type { SyncTold } from "./notebook.ts";
import type { View } from "./screen.ts";
import type { Speaker } from "./words.ts";

export type { Top };
export { frameBottom, frameTop };

interface Top {
  readonly speaker: Speaker;
  readonly view: View;
  readonly counts: Counts;
  readonly told: SyncTold;
  readonly organisation: FieldOrganisation | null;
  /** In practice: the step to do now; null: this is the real book. */
  readonly lesson: string | null;
}

type PlaceName = NonNullable<View["place"]>;

/** In the order of the bar at the bottom. */
const PLACES: readonly { readonly name: PlaceName; readonly address: string; readonly drawing: string }[] = [
  { name: "home", address: "/", drawing: "M4.5 19.5l1-4L16 5l3 3L8.5 18.5zM13.5 7.5l3 3M12.5 19.5h7" },
  { name: "mine", address: "/mine", drawing: "M6 3.5h12v17H6zM9 8h6M9 12h6M9 16h4" },
  { name: "goods", address: "/goods", drawing: "M4 11.5V4.5h7l9 9-7 7zM8.3 8.3v.1" },
  { name: "me", address: "/me", drawing: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.6-4 3.5-6 7.5-6s6.9 2 7.5 6" },
];

function frameTop({ speaker, view, counts, told, organisation, lesson }: Top): Html {
  const name = organisation === null ? null : speaker.write(organisation.name);
  return html`<a class="skip" href="#main">${speaker.say("record.shell.skip")}</a>${
    lesson === null
      ? null
      : html`<nav aria-label="${speaker.say("record.practice.title")}"><a class="practice" href="#/lesson"><b>${speaker.say("record.shell.practice")}</b> <span>${lesson}</span></a></nav>`
  }<header>${
    view.back === null
      ? html`<b>${speaker.say(`record.shell.place.${view.place ?? "home"}`)}</b>`
      : html`<a class="back" href="#${view.back}"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M14.5 5l-7 7 7 7"/></svg>${speaker.say("record.shell.back")}</a>`
  }${name === null ? null : html`<span>${name}</span>`}</header><div class="sending${view.place === undefined ? " brief" : null}" role="status">${sendBar(speaker, counts, told)}</div>`;
}

/** Not while a question is asked: its place is that of "save". */
function frameBottom(speaker: Speaker, current: PlaceName | null): Html {
  if (current === null) return html``;
  return html`<nav aria-label="${speaker.say("record.shell.places")}">${PLACES.map(
    ({ name, address, drawing }) =>
      html`<a href="#${address}" aria-current="${name === current ? "page" : "false"}"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${drawing}"/></svg>${speaker.say(`record.shell.place.${name}`)}</a>`,
  )}</nav>`;
}
