/** What is grown and where, and what stands on the fields this season: for whoever sets the cooperative up, and at the beginning of each year. */
import { type Html, html } from "../../ui/html.ts";
import type { Words } from "../../../protocol/document/text.ts";
import { leftSaid } from "../answers.ts";
import { beginDraft } from "../flow.ts";
import type { Field, FieldPlanting, FieldPlot, FieldProduct } from "../model.ts";
import { choiceOf } from "../asks.ts";
import { searchList } from "../elements/search-list.ts";
import type { Notebook } from "../notebook.ts";
import type { Screen } from "../screen.ts";
import type { Speaker } from "../words.ts";
import { draftAddress } from "./begin.ts";

export { begunWork, firstSteps, isBare, season };

const season: Screen = {
  path: "/season",
  async show({ notebook, speaker }) {
    const field = await notebook.field();
    const { products, plots, plantings } = field;
    return {
      title: speaker.say("record.goods.season"),
      body: html`${isBare(field) ? firstSteps(speaker, field) : null}<section><h2>${speaker.say("record.goods.products")}</h2>${
        products.length === 0
          ? html`<p class="hint">${speaker.say("record.goods.products.none")}</p>`
          : list(
              speaker,
              products.map((one) => productRow(speaker, one)),
            )
      }<p><button type="button" class="button" data-do="begin" data-work="new-product">${speaker.say("record.goods.products.add")}</button></p></section><section><h2>${speaker.say("record.goods.plots")}</h2>${
        plots.length === 0
          ? html`<p class="hint">${speaker.say("record.goods.plots.none")}</p>`
          : list(
              speaker,
              plots.map((one) => plotRow(speaker, field, one)),
            )
      }<p><button type="button" class="button" data-do="begin" data-work="new-plot">${speaker.say("record.goods.plots.add")}</button></p></section><section><h2>${speaker.say("record.goods.plantings")}</h2>${
        plantings.length === 0
          ? html`<p class="hint">${speaker.say("record.goods.plantings.none")}</p>`
          : list(
              speaker,
              plantings.map((one) => plantingRow(speaker, field, one)),
            )
      }</section>`,
      back: "/goods",
      place: "goods",
    };
  },
  acts: { begin: async ({ notebook }, { data }) => await begunWork(notebook, data.work ?? "", null) },
};

/** From so many rows on, there is something to search. */
const MANY = 8;

function list(speaker: Speaker, rows: readonly Html[]): Html {
  const all = html`<ul class="plain">${rows}</ul>`;
  return rows.length < MANY ? all : searchList(speaker, all);
}

/** The address of a work's draft, about a plot or planting, or about nothing. */
async function begunWork(notebook: Notebook, work: string, target: Parameters<typeof beginDraft>[2]): Promise<string> {
  const draft = await beginDraft(notebook, work, target);
  return draft === null ? "/season" : await draftAddress(notebook, draft.id);
}

/** It grows things, and has not said yet what and where. */
function isBare({ organisation, products, plots, plantings, lots }: Field): boolean {
  if (organisation?.roles.includes("producer") !== true || lots.length > 0) return false;
  return products.length === 0 || plots.length === 0 || plantings.length === 0;
}

/** Of a cooperative that has recorded nothing: what comes first, and how far it has come. Its page has an act `begin`. */
function firstSteps(speaker: Speaker, { products, plots, plantings }: Field): Html {
  const plot = plots[0];
  return html`<section class="first-steps"><h2>${speaker.say("record.goods.first")}</h2><p>${speaker.say("record.goods.first.body")}</p><ol class="steps">${step(
    products.length > 0,
    speaker.say("record.goods.first.product"),
    html`<button type="button" class="button first" data-do="begin" data-work="new-product">${speaker.say("record.goods.products.add")}</button>`,
    products.length === 0,
  )}${step(
    plots.length > 0,
    speaker.say("record.goods.first.plot"),
    html`<button type="button" class="button first" data-do="begin" data-work="new-plot">${speaker.say("record.goods.plots.add")}</button>`,
    products.length > 0 && plots.length === 0,
  )}${step(
    plantings.length > 0,
    speaker.say("record.goods.first.planting"),
    html`<a class="button first" href="#/plot/${plot?.id}">${speaker.say("record.goods.first.planting.go")}</a>`,
    products.length > 0 && plot !== undefined && plantings.length === 0,
  )}</ol></section>`;

  function step(isDone: boolean, words: string, button: Html, isNow: boolean): Html {
    return html`<li${isNow ? html` aria-current="step"` : null}>${words}${isDone ? html` <b>${speaker.say("record.goods.first.done")}</b>` : null}${isNow ? html`<p>${button}</p>` : null}</li>`;
  }
}

/** What a row is found by: its names, as they are said, and its codes. */
function findable(speaker: Speaker, ...by: readonly (Words | string | null | undefined)[]): string {
  return by.flatMap((one) => (one == null ? [] : [typeof one === "string" ? one : speaker.write(one)])).join(" ");
}

function productRow(speaker: Speaker, { id, name, net, unit, crop, isOurs }: FieldProduct): Html {
  const parts = [
    ...(crop === null ? [] : [speaker.write(choiceOf(crop))]),
    net === "0" ? speaker.say("record.goods.loose") : leftSaid(speaker, net, unit),
  ];
  return html`<li data-find="${findable(speaker, name)}"><a class="to" href="#/product/${id}"><b>${speaker.write(name)}</b> <small>${speaker.write({ list: parts })}${isOurs === true ? html` · ${speaker.say("record.goods.new")}` : null}</small></a></li>`;
}

function plotRow(speaker: Speaker, field: Field, { id, name, code, village, area, isOurs }: FieldPlot): Html {
  const growing = field.plantings.filter(({ plot }) => plot === id).length;
  const about = [
    ...(village === null ? [] : [speaker.write(village)]),
    leftSaid(speaker, area, "MTK"),
    ...(growing === 0 ? [speaker.say("record.work.unplanted")] : []),
  ];
  return html`<li data-find="${findable(speaker, name, code, village)}"><a class="to" href="#/plot/${id}"><b>${name === null ? code : speaker.write(name)}</b> <small>${speaker.write({ list: about })}${isOurs === true ? html` · ${speaker.say("record.goods.new")}` : null}</small></a></li>`;
}

function plantingRow(speaker: Speaker, field: Field, { id, plot, product, lotNumber, area }: FieldPlanting): Html {
  const grown = field.products.find((one) => one.id === product);
  const where = field.plots.find((one) => one.id === plot);
  const about = [
    ...(where === undefined ? [] : [where.name === null ? where.code : speaker.write(where.name)]),
    leftSaid(speaker, area, "MTK"),
  ];
  const find = findable(speaker, grown?.name, where?.name, where?.code, where?.village, lotNumber);
  return html`<li data-find="${find}"><a class="to" href="#/planting/${id}"><b>${grown === undefined ? lotNumber : speaker.write(grown.name)}</b> <small>${speaker.write({ list: about })}</small></a></li>`;
}
