/** Lots: those that come and wait for an answer, those that are here, those on their way to others. */
import { type Html, html } from "../../ui/html.ts";
import { leftSaid } from "../answers.ts";
import { searchList } from "../elements/search-list.ts";
import { stockSaid } from "../goods.ts";
import type { Field, FieldLot } from "../model.ts";
import { placeName } from "../placename.ts";
import { productOf } from "../place.ts";
import type { Context, Screen } from "../screen.ts";
import type { Speaker } from "../words.ts";

export { goods };

/** From so many on, there is something to search. */
const MANY = 8;

const goods: Screen = {
  path: "/goods",
  async show({ notebook, speaker }: Context) {
    const field = await notebook.field();
    const of = (state: FieldLot["state"]) => field.lots.filter((lot) => lot.state === state);
    const here = of("here").filter(({ left, packed, isTold }) => isTold === true || left !== "0" || packed !== "0");
    const parts = [
      part(speaker, field, { title: speaker.say("record.goods.coming"), of: of("coming") }),
      part(speaker, field, { title: speaker.say("record.goods.here"), of: here }),
      part(speaker, field, { title: speaker.say("record.goods.going"), of: of("going") }),
    ];
    return {
      title: speaker.say("record.goods.title"),
      body: html`${
        field.lots.length === 0
          ? html`<p class="hint">${speaker.say("record.goods.none")}</p>`
          : field.lots.length < MANY
            ? html`${parts}`
            : searchList(speaker, html`${parts}`)
      }<p class="hint">${speaker.say("record.goods.scan")}</p><section><h2>${speaker.say("record.goods.season")}</h2><p class="hint">${speaker.say("record.goods.season.more")}</p><p><a class="button" href="#/season">${speaker.say("record.goods.season.go")}</a></p></section>`,
      back: null,
      place: "goods",
    };
  },
};

function part(
  speaker: Speaker,
  field: Field,
  { title, of }: { readonly title: string; readonly of: readonly FieldLot[] },
): Html | null {
  if (of.length === 0) return null;
  const newest = [...of].sort((one, other) => other.madeAtS - one.madeAtS);
  return html`<section><h2>${title}</h2><ul class="records">${newest.map((lot) => row(speaker, field, lot))}</ul></section>`;
}

function row(speaker: Speaker, field: Field, lot: FieldLot): Html {
  const place = { sort: "lot", lot } as const;
  const name = placeName(speaker, place, field);
  return html`<li data-find="${name} ${lot.lotNumber}"><a class="row" href="#/lot/${lot.id}"><i class="picture lot"></i><span class="words"><b>${name}</b><small>${about(speaker, field, lot)}</small>${
    lot.isRecalled ? html`<span class="state needs-you">${speaker.say("record.goods.recalled")}</span>` : null
  }</span></a></li>`;
}

function about(speaker: Speaker, field: Field, lot: FieldLot): string {
  if (lot.state === "here") return stockSaid(speaker, lot, productOf(field, { sort: "lot", lot }));
  const amount = leftSaid(speaker, lot.left === "0" ? lot.packed : lot.left, lot.unit);
  const name = lot.other?.name ?? "";
  return lot.state === "coming"
    ? speaker.say("record.goods.from", { name, amount })
    : speaker.say("record.goods.to", { name, amount });
}
