/** Another plot or lot, by picture. */
import { type Html, html } from "../../ui/html.ts";
import { searchList } from "../elements/search-list.ts";
import type { Field, Place, Target } from "../model.ts";
import { placesOf, targetOf } from "../place.ts";
import { placeParts } from "../placecard.ts";
import { placeAbout, placeName } from "../placename.ts";
import type { Context, Screen } from "../screen.ts";

export { places };

/** From so many on, there is something to search. */
const MANY = 8;

const places: Screen = {
  path: "/places",
  async show(context) {
    const { notebook, speaker } = context;
    const field = await notebook.field();
    const all = placesOf(field);
    const [plots, lots] = [all.filter(({ sort }) => sort === "plot"), all.filter(({ sort }) => sort === "lot")];
    const list = html`${await part(context, field, { title: speaker.say("record.work.places.plots"), of: plots })}${await part(context, field, { title: speaker.say("record.work.places.lots"), of: lots })}`;
    return {
      title: speaker.say("record.work.places"),
      body:
        all.length === 0
          ? html`<p>${speaker.say("record.work.nowhere")}</p><p class="hint">${speaker.say("record.work.nowhere.body")}</p>`
          : all.length < MANY
            ? list
            : searchList(speaker, list),
      back: "/",
    };
  },
  acts: {
    async stand({ notebook }, { data }) {
      const lastTarget: Target = { sort: data.sort as Target["sort"], id: data.id as Target["id"] };
      await notebook.set({ lastTarget });
      return "/";
    },
  },
};

async function part(
  context: Context,
  field: Field,
  { title, of }: { readonly title: string; readonly of: readonly Place[] },
): Promise<Html | null> {
  if (of.length === 0) return null;
  const rows = await Promise.all(of.map((place) => row(context, field, place)));
  return html`<h2>${title}</h2><ul class="places">${rows}</ul>`;
}

async function row({ speaker, notebook }: Context, field: Field, place: Place): Promise<Html> {
  const target = targetOf({ kind: "NOTE", on: "plot" }, place, field);
  const find = `${placeName(speaker, place, field)} ${place.sort === "plot" ? place.plot.code : ""} ${placeAbout(speaker, place, field)}`;
  return html`<li data-find="${find}"><button type="button" class="place" data-do="stand" data-sort="${target?.sort}" data-id="${target?.id}">${await placeParts({ speaker, notebook }, { place, field, last: null })}</button></li>`;
}
