/** One product: how it is counted, and where it grows. */
import { type Html, html } from "../../ui/html.ts";
import { leftSaid } from "../answers.ts";
import { choiceOf } from "../asks.ts";
import type { Screen } from "../screen.ts";

export { product };

const product: Screen = {
  path: "/product/:id",
  async show({ notebook, speaker, params }) {
    const { products, plantings, plots } = await notebook.field();
    const found = products.find(({ id }) => id === params.id);
    if (found === undefined) return { title: "", body: html``, back: "/season", elsewhere: "/season" };
    const grown = plantings.filter(({ product: of }) => of === found.id);
    const nameOf = (id: string) => {
      const plot = plots.find((one) => one.id === id);
      return plot?.name == null ? (plot?.code ?? "") : speaker.write(plot.name);
    };
    return {
      title: speaker.write(found.name),
      body: html`<dl>${found.crop === null ? null : fact(speaker.say("record.goods.crop"), speaker.write(choiceOf(found.crop)))}${fact(speaker.say("record.goods.unit"), speaker.write(choiceOf(found.unit)))}${fact(
        speaker.say("record.goods.net"),
        found.net === "0" ? speaker.say("record.goods.loose") : leftSaid(speaker, found.net, found.unit),
      )}${found.gtin === null ? null : fact(speaker.say("record.goods.gtin"), found.gtin)}</dl>${
        found.net === "0" ? html`<p class="hint">${speaker.say("record.goods.loose.more")}</p>` : null
      }<h2>${speaker.say("record.goods.plantings")}</h2>${
        grown.length === 0
          ? html`<p class="hint">${speaker.say("record.goods.plantings.none")}</p>`
          : html`<ul class="plain">${grown.map(
              ({ id, plot, area }) =>
                html`<li><a class="to" href="#/planting/${id}"><b>${nameOf(plot)}</b> <small>${leftSaid(speaker, area, "MTK")}</small></a></li>`,
            )}</ul>`
      }`,
      back: "/season",
    };
  },
};

function fact(name: string, said: string): Html {
  return html`<div><dt>${name}</dt><dd>${said}</dd></div>`;
}
