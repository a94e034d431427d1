/** The place with its picture: as the head of the first screen, and as a row to choose from. */
import { type Html, html } from "../ui/html.ts";
import type { Field, Place } from "./model.ts";
import type { Notebook } from "./notebook.ts";
import { pictureAddress } from "./picture-address.ts";
import { placeAbout, placeName } from "./placename.ts";
import type { Context } from "./screen.ts";

export { placeCard, placeParts };

interface Card {
  readonly place: Place;
  readonly field: Field;
  /** What was done there last, as a sentence. */
  readonly last: string | null;
}

async function placeCard(context: Context, card: Card): Promise<Html> {
  const { speaker } = context;
  return html`<a class="place" href="#/places">${await placeParts(context, card)}<u>${speaker.say("record.work.change-place")}</u></a>`;
}

/** Picture, name, what grows there. */
async function placeParts(
  { speaker, notebook }: Pick<Context, "speaker" | "notebook">,
  { place, field, last }: Card,
): Promise<Html> {
  return html`${await picture(notebook, place)}<span class="words"><b>${placeName(speaker, place, field)}</b><small>${placeAbout(speaker, place, field)}</small>${last === null ? null : html`<small>${last}</small>`}</span>`;
}

/** From this phone, else from its server's files; without either the field's lines, which are drawn under it by the style sheet. */
async function picture(notebook: Notebook, place: Place): Promise<Html> {
  const cid = place.sort === "plot" ? place.plot.picture : null;
  if (cid === null) return html`<i class="picture ${place.sort}"></i>`;
  const address =
    (await pictureAddress(notebook, cid)) ?? (/^[a-z0-9]{20,100}$/.test(cid) ? `${notebook.base}/ipfs/${cid}` : null);
  return html`<i class="picture ${place.sort}">${address === null ? null : html`<img src="${address}" alt="" loading="lazy">`}</i>`;
}
