/** One lot: how much there is of it, what can be recorded about it, its labels, and the code that tells it to another phone. */
import { type Html, html } from "../../ui/html.ts";
import { leftSaid } from "../answers.ts";
import { drawCode } from "../code-drawing.ts";
import { beginDraft } from "../flow.ts";
import { goneOf, isAbout, lotWorks, stockSaid } from "../goods.ts";
import { lotAddress, readToldLot } from "../lot-code.ts";
import type { Field, FieldLot, RecordRow } from "../model.ts";
import { productOf } from "../place.ts";
import { placeName } from "../placename.ts";
import { listingOf, recordRows } from "../record-rows.ts";
import type { Context, Screen, View } from "../screen.ts";
import { workTile } from "../workname.ts";
import { type Speaker, sayKey } from "../words.ts";
import { draftAddress } from "./begin.ts";

export { lot, lotCode, toldLot };

/** Newest records that are looked through, and how many of them are shown. */
const LATELY = 300;
const SHOWN = 12;
const GONE: View = { title: "", body: html``, back: "/goods", elsewhere: "/goods" };

const lot: Screen = {
  path: "/lot/:id",
  async show(context) {
    const { notebook, speaker, params } = context;
    const field = await notebook.field();
    const found = field.lots.find(({ id }) => id === params.id);
    if (found === undefined) return lost(speaker);
    const records = (await notebook.records({ limit: LATELY })).filter((record) => isAbout(record, found));
    return {
      title: placeName(speaker, { sort: "lot", lot: found }, field),
      body: html`${found.isRecalled ? html`<p class="wrong" role="note"><b>${speaker.say("record.goods.recalled")}</b> ${speaker.say("record.goods.recalled.more")}</p>` : null}${
        found.state === "here" ? here(speaker, field, found) : underWay(speaker, found)
      }${facts(speaker, field, found)}${labels(speaker, field, found, records)}${
        found.state === "here" ? code(speaker, found) : null
      }${await told(context, records)}`,
      back: "/goods",
    };
  },
  acts: {
    begin: async (context, { data }) => await begun(context, data.work ?? "", null),
    receive: async (context) => await begun(context, "receiving", null),
    /** Nothing of it was taken: looked over once more where it is saved. */
    refuse: async (context) => await begun(context, "receiving", "0"),
  },
};

async function begun({ notebook, params }: Context, work: string, amount: string | null): Promise<string> {
  const { lots } = await notebook.field();
  const found = lots.find(({ id }) => id === params.id);
  if (found === undefined) return "/goods";
  const draft = await beginDraft(notebook, work, { sort: "lot", id: found.id });
  if (draft === null) return `/lot/${found.id}`;
  if (amount !== null) {
    const shown = found.unit === "H87" ? "piece" : found.unit === "LTR" ? "l" : "kg";
    const answer = { type: "amount", amount: { text: amount, shown } } as const;
    await notebook.keepDraft({ ...draft, answers: { ...draft.answers, amount: answer }, changedAtMs: Date.now() });
  }
  return await draftAddress(notebook, draft.id);
}

function here(speaker: Speaker, field: Field, found: FieldLot): Html {
  const product = productOf(field, { sort: "lot", lot: found });
  return html`<p class="stock">${stockSaid(speaker, found, product)}</p>${
    found.isTold === undefined ? null : html`<p class="hint">${speaker.say("record.goods.told.more")}</p>`
  }<h2>${speaker.say("record.goods.works")}</h2><div class="works">${lotWorks(found, product).map(
    (work) =>
      html`<button type="button" class="work" data-do="begin" data-work="${work.id}">${workTile(speaker, work)}</button>`,
  )}</div>`;
}

function underWay(speaker: Speaker, found: FieldLot): Html {
  const amount = leftSaid(speaker, found.left === "0" ? found.packed : found.left, found.unit);
  const name = found.other?.name ?? "";
  if (found.state === "going")
    return html`<p class="stock">${speaker.say("record.goods.to", { name, amount })}</p><p class="hint">${speaker.say("record.goods.going.more")}</p>`;
  return html`<p class="stock">${speaker.say("record.goods.from", { name, amount })}</p><p class="hint">${speaker.say("record.goods.coming.more")}</p><p><button type="button" class="button first" data-do="receive">${speaker.say("record.goods.receive")}</button></p><p><button type="button" class="button stop" data-do="refuse">${speaker.say("record.goods.refuse")}</button></p><p class="hint">${speaker.say("record.goods.refuse.more")}</p>`;
}

function facts(speaker: Speaker, field: Field, found: FieldLot): Html | null {
  if (found.isTold !== undefined) return null;
  const say = (text: string) => leftSaid(speaker, text, found.unit);
  const source = field.lots.find(({ id }) => id === found.source);
  const gone = goneOf(found);
  return html`<section><h2>${speaker.say("record.goods.books")}</h2><dl>${fact(speaker.say("record.goods.sort"), sayKey(speaker, `record.goods.sort.${found.sort}`) ?? found.sort)}${fact(speaker.say("record.goods.since"), speaker.write({ day: found.madeAtS }))}${fact(speaker.say("record.goods.in"), say(found.made))}${
    gone === "0" || found.state !== "here" ? null : fact(speaker.say("record.goods.out"), say(gone))
  }${found.packed === "0" ? null : fact(speaker.say("record.goods.in-packs"), say(found.packed))}${found.state === "here" ? fact(speaker.say("record.goods.rest"), say(found.left)) : null}${
    source === undefined
      ? null
      : fact(speaker.say("record.goods.source"), html`<a class="to" href="#/lot/${source.id}">${source.lotNumber}</a>`)
  }</dl>${found.isOurs === undefined ? null : html`<p class="hint">${speaker.say("record.goods.ours")}</p>`}</section>`;
}

function fact(name: string, said: string | Html): Html {
  return html`<div><dt>${name}</dt><dd>${said}</dd></div>`;
}

/** Runs of labels that were made on this phone: their serials are nowhere else. */
function labels(speaker: Speaker, field: Field, found: FieldLot, records: readonly RecordRow[]): Html | null {
  if (found.state !== "here" || found.isTold !== undefined) return null;
  const runs = records.filter(({ work, target }) => work === "labelling" && target?.id === found.id);
  const isLoose = (productOf(field, { sort: "lot", lot: found })?.net ?? "0") === "0";
  if (runs.length === 0)
    return isLoose
      ? html`<section><h2>${speaker.say("record.goods.labels")}</h2><p class="hint">${speaker.say("record.goods.labels.loose")}</p></section>`
      : null;
  return html`<section><h2>${speaker.say("record.goods.labels")}</h2><ul class="plain">${runs.map((run) => {
    const count = run.answers.labels?.type === "amount" ? Number(run.answers.labels.amount.text) : 0;
    const day = { day: run.occurredAtS, form: "short" } as const;
    return html`<li><a class="to" href="#/label/${run.id}">${speaker.say("record.goods.labels.run", { count, day })}</a></li>`;
  })}</ul></section>`;
}

function code(speaker: Speaker, { id, isOurs }: FieldLot): Html {
  return html`<section><h2>${speaker.say("record.goods.code")}</h2><p class="hint">${isOurs === undefined ? speaker.say("record.goods.code.more") : speaker.say("record.goods.code.ours")}</p><p><a class="button" href="#/lot/${id}/code">${speaker.say("record.goods.code.show")}</a></p></section>`;
}

async function told(context: Context, records: readonly RecordRow[]): Promise<Html | null> {
  if (records.length === 0) return null;
  const rows = await recordRows(context, await listingOf(context.notebook), records.slice(0, SHOWN));
  return html`<section><h2>${context.speaker.say("record.goods.records")}</h2>${rows}</section>`;
}

function lost(speaker: Speaker): View {
  return {
    title: speaker.say("record.goods.lost"),
    body: html`<p>${speaker.say("record.goods.lost.body")}</p><p><a class="button first" href="#/goods">${speaker.say("record.goods.title")}</a></p>`,
    back: "/goods",
  };
}

const lotCode: Screen = {
  path: "/lot/:id/code",
  async show({ notebook, speaker, params }) {
    const field = await notebook.field();
    const found = field.lots.find(({ id }) => id === params.id);
    if (found === undefined) return GONE;
    const name = placeName(speaker, { sort: "lot", lot: found }, field);
    const address = `${location.origin}${location.pathname}${location.search}#${lotAddress(found)}`;
    return {
      title: name,
      body: html`${await drawCode(address, speaker.say("record.goods.code.label", { name }))}<ol class="steps"><li>${speaker.say("record.goods.code.step.scan")}</li><li>${speaker.say("record.goods.code.step.tap")}</li><li>${speaker.say("record.goods.code.step.record")}</li></ol>${found.isOurs === true ? html`<p class="hint">${speaker.say("record.goods.code.wait")}</p>` : null}`,
      back: `/lot/${found.id}`,
    };
  },
};

/** What another phone's code says: taken with a tap, for anybody can write such an address. */
const toldLot: Screen = {
  path: "/lot/:id/told/:product/:unit/:lotNumber/:gtin",
  async show({ notebook, speaker, params }) {
    const read = readToldLot(params);
    if (read === null) return { ...lost(speaker), title: speaker.say("record.goods.tell.unreadable") };
    const field = await notebook.field();
    if (field.lots.some(({ id }) => id === read.id)) return { ...GONE, elsewhere: `/lot/${read.id}` };
    const product = field.products.find(({ id }) => id === read.product);
    if (product === undefined)
      return {
        title: speaker.say("record.goods.tell.unknown"),
        body: html`<p>${speaker.say("record.goods.tell.unknown.body", { name: read.lotNumber })}</p><p><button type="button" class="button first" data-do="look">${speaker.say("record.goods.tell.look")}</button></p>`,
        back: "/goods",
      };
    return {
      title: speaker.say("record.goods.tell"),
      body: html`<p class="stock">${speaker.write(product.name)} ${speaker.say("record.work.lot", { lot: read.lotNumber })}</p><p>${speaker.say("record.goods.tell.body")}</p><p><button type="button" class="button first" data-do="tell">${speaker.say("record.goods.tell.yes")}</button></p><p><a class="button" href="#/goods">${speaker.say("record.goods.tell.no")}</a></p>`,
      back: "/goods",
    };
  },
  acts: {
    async tell({ notebook, params }) {
      const read = readToldLot(params);
      if (read === null) return "/goods";
      await notebook.tell(read);
      return `/lot/${read.id}`;
    },
    /** The product may have come to the server since. */
    async look({ notebook }) {
      await notebook.sync();
    },
  },
};
