/** One plot: how large, what stands on it, and what can be planted on the land that is free. */
import { type Html, html } from "../../ui/html.ts";
import { leftSaid } from "../answers.ts";
import type { Field, FieldPlot } from "../model.ts";
import { placeParts } from "../placecard.ts";
import type { Screen } from "../screen.ts";
import { workTile } from "../workname.ts";
import type { Speaker } from "../words.ts";
import { works } from "../works.ts";
import { begunWork } from "./season.ts";

export { plot };

const plot: Screen = {
  path: "/plot/:id",
  async show(context) {
    const { notebook, speaker, params } = context;
    const field = await notebook.field();
    const found = field.plots.find(({ id }) => id === params.id);
    if (found === undefined) return { title: "", body: html``, back: "/season", elsewhere: "/season" };
    const growing = field.plantings.filter((one) => one.plot === found.id);
    const place = { sort: "plot", plot: found, planting: growing[0] ?? null } as const;
    return {
      title: found.name === null ? found.code : speaker.write(found.name),
      above: html`<div class="place">${await placeParts(context, { place, field, last: null })}</div>`,
      body: html`<dl>${fact(speaker.say("record.goods.plot.code"), found.code)}${
        found.village === null ? null : fact(speaker.say("record.goods.plot.village"), speaker.write(found.village))
      }${fact(speaker.say("record.goods.plot.area"), leftSaid(speaker, found.area, "MTK"))}${fact(speaker.say("record.goods.plot.free"), leftSaid(speaker, found.free, "MTK"))}</dl><h2>${speaker.say("record.goods.plantings")}</h2>${
        growing.length === 0
          ? html`<p class="hint">${speaker.say("record.goods.plantings.none")}</p>`
          : html`<ul class="plain">${growing.map(
              (one) =>
                html`<li><a class="to" href="#/planting/${one.id}"><b>${productName(speaker, field, one.product)}</b> <small>${leftSaid(speaker, one.area, "MTK")}</small></a></li>`,
            )}</ul>`
      }${planting(speaker, field, found)}`,
      back: "/season",
    };
  },
  acts: {
    begin: async ({ notebook, params }, { data }) =>
      await begunWork(notebook, data.work ?? "", { sort: "plot", id: params.id as FieldPlot["id"] }),
    product: async ({ notebook }) => await begunWork(notebook, "new-product", null),
  },
};

/** Something has to be grown before it can be planted, and there has to be land. */
function planting(speaker: Speaker, field: Field, { free }: FieldPlot): Html {
  const title = html`<h2>${speaker.say("record.goods.plant")}</h2>`;
  if (free === "0") return html`${title}<p class="hint">${speaker.say("record.goods.plant.full")}</p>`;
  if (field.products.length === 0)
    return html`${title}<p>${speaker.say("record.goods.plant.no-products")}</p><p><button type="button" class="button first" data-do="product">${speaker.say("record.goods.products.add")}</button></p>`;
  return html`${title}<p class="hint">${speaker.say("record.goods.plant.more")}</p><div class="works">${works
    .filter(({ kind }) => kind === "PLANT")
    .map(
      (work) =>
        html`<button type="button" class="work" data-do="begin" data-work="${work.id}">${workTile(speaker, work)}</button>`,
    )}</div>`;
}

function productName(speaker: Speaker, { products }: Field, id: string): string {
  const found = products.find((one) => one.id === id);
  return found === undefined ? "" : speaker.write(found.name);
}

function fact(name: string, said: string): Html {
  return html`<div><dt>${name}</dt><dd>${said}</dd></div>`;
}
