/** One season of one plot: how much may still be harvested, what it has to wait for, and its end. */
import { type Html, html } from "../../ui/html.ts";
import { parseAmount } from "../../../protocol/amount.ts";
import { leftSaid } from "../answers.ts";
import type { FieldPlanting, FieldProduct } from "../model.ts";
import type { Screen } from "../screen.ts";
import { workName } from "../workname.ts";
import type { Speaker } from "../words.ts";
import { begunWork } from "./season.ts";

export { capSaid, planting };

const MU_PER_HECTARE = 15n;
/** 斤 of a kilogram. */
const JIN = 2;

const planting: Screen = {
  path: "/planting/:id",
  async show({ notebook, speaker, params }) {
    const { products, plots, plantings } = await notebook.field();
    const found = plantings.find(({ id }) => id === params.id);
    if (found === undefined) return { title: "", body: html``, back: "/season", elsewhere: "/season" };
    const grown = products.find(({ id }) => id === found.product) ?? null;
    const where = plots.find(({ id }) => id === found.plot);
    const unit = grown?.unit ?? "KGM";
    const plotName = where?.name == null ? (where?.code ?? "") : speaker.write(where.name);
    return {
      title: grown === null ? found.lotNumber : speaker.write(grown.name),
      body: html`<dl>${fact(speaker.say("record.goods.planting.number"), found.lotNumber)}${fact(
        speaker.say("record.goods.planting.plot"),
        html`<a class="to" href="#/plot/${found.plot}">${plotName}</a>`,
      )}${fact(speaker.say("record.goods.plot.area"), leftSaid(speaker, found.area, "MTK"))}${fact(speaker.say("record.goods.planting.cap"), capSaid(speaker, found, grown))}${fact(speaker.say("record.goods.planting.harvested"), leftSaid(speaker, found.harvested, unit))}${fact(speaker.say("record.goods.planting.may"), leftSaid(speaker, found.mayBear, unit))}${
        found.last === null
          ? null
          : fact(
              speaker.say("record.goods.planting.last"),
              speaker.write({
                list: [workName(speaker, found.last.work), speaker.write({ day: found.last.atS, form: "short" })],
              }),
            )
      }</dl><p class="notice">${speaker.say("record.goods.planting.cap.more", { amount: leftSaid(speaker, found.mayBear, unit) })}</p>${uses(speaker, found)}<section><h2>${speaker.say("record.goods.planting.end")}</h2><p class="hint">${speaker.say("record.goods.planting.end.more")}</p><p><button type="button" class="button stop" data-do="end">${speaker.say("record.goods.planting.end.go")}</button></p></section>`,
      back: "/season",
    };
  },
  acts: {
    end: async ({ notebook, params }) =>
      await begunWork(notebook, "season-end", { sort: "planting", id: params.id as FieldPlanting["id"] }),
  },
};

/** Told a hectare, said a mu; of weights in 斤. */
function capSaid(speaker: Speaker, { cap }: FieldPlanting, product: FieldProduct | null): string {
  const perMu = Number(parseAmount(cap) / MU_PER_HECTARE) / 1000;
  const unit = product?.unit ?? "KGM";
  if (unit !== "KGM") return speaker.say("record.goods.planting.cap.units", { count: Math.round(perMu) });
  return speaker.say("record.goods.planting.cap.jin", { jin: Math.round(perMu * JIN), kg: Math.round(perMu) });
}

function uses(speaker: Speaker, { uses: used }: FieldPlanting): Html | null {
  if (used.length === 0) return null;
  return html`<section><h2>${speaker.say("record.goods.planting.uses")}</h2><ul class="plain">${used.map(
    ({ name, atS, preHarvestIntervalDays: days }) =>
      html`<li>${speaker.say("record.goods.planting.use", { name, day: { day: atS, form: "short" }, count: days })}</li>`,
  )}</ul></section>`;
}

function fact(name: string, said: string | Html): Html {
  return html`<div><dt>${name}</dt><dd>${said}</dd></div>`;
}
