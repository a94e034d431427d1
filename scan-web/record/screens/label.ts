/** A run of labels: how many, whether they may be printed yet, and the sheet. The numbers are on this phone and nowhere else. */
import { printSerial } from "../../../protocol/label.ts";
import { type Html, html } from "../../ui/html.ts";
import { checkedOf, checkSheet, FORMATS, MAX_SERIALS, type SheetAsk, sheetJson } from "../label-sheet.ts";
import type { RecordRow } from "../model.ts";
import { listingOf } from "../record-rows.ts";
import { placeSaid, stateMark, stateSaid } from "../recorded.ts";
import type { Act, Context, Screen } from "../screen.ts";
import { problemWords } from "../told.ts";
import type { Speaker } from "../words.ts";

export { label };

const SHEET = "sheet";

const label: Screen = {
  path: "/label/:id",
  async show(context) {
    const { notebook, speaker, params } = context;
    const id = params.id ?? "";
    const [row, serials, listing] = await Promise.all([notebook.record(id), notebook.serials(id), listingOf(notebook)]);
    if (row === null) return { title: "", body: html``, back: "/goods", elsewhere: "/goods" };
    const said = stateSaid(speaker, row, listing.field, listing.isHeld);
    const place = placeSaid(speaker, row, listing.field);
    return {
      title: speaker.say("record.goods.labels"),
      body: html`${place === null ? null : html`<p class="stock">${place}</p>`}${
        serials === null
          ? html`<p>${speaker.say("record.goods.labels.elsewhere")}</p>`
          : html`<p>${speaker.say("record.goods.labels.made", { count: serials.length })}</p><p class="notice">${speaker.say("record.goods.labels.here")}</p>`
      }<section class="fate ${said.which}">${stateMark(said.which, said.state)}</section>${
        serials === null ? null : row.state === "final" ? sheet(context, row, serials) : notYet(speaker, row)
      }${serials === null ? null : numbers(speaker, serials)}`,
      back: row.target?.sort === "lot" ? `/lot/${row.target.id}` : "/goods",
    };
  },
  acts: {
    check,
    /** In the tap itself: a browser opens a page for nothing that comes later. */
    async print() {
      const form = document.getElementById(SHEET);
      if (form instanceof HTMLFormElement) form.submit();
    },
  },
};

function notYet(speaker: Speaker, { withdrawn }: RecordRow): Html {
  if (withdrawn) return html`<p>${speaker.say("record.goods.print.withdrawn")}</p>`;
  return html`<section><h2>${speaker.say("record.goods.print")}</h2><p>${speaker.say("record.goods.print.not-yet")}</p><p class="hint">${speaker.say("record.goods.print.offline")}</p></section>`;
}

function sheet({ notebook, speaker, params }: Context, row: RecordRow, serials: readonly string[]): Html {
  const told = checkedOf(params.id ?? "");
  const asked = told?.state === "ready" ? told.asked : null;
  const most = Math.min(serials.length, MAX_SERIALS);
  const [from, to] = [asked?.from ?? 1, asked?.to ?? most];
  const wrong = told?.state === "no" ? problemWords(speaker, told.type) : null;
  return html`<section><h2>${speaker.say("record.goods.print")}</h2>${
    wrong === null ? null : html`<div class="wrong" role="alert"><p>${wrong.cause} ${wrong.mend}</p></div>`
  }${asked === null ? null : ready(speaker, notebook.base, asked)}<form data-do="check" autocomplete="off"><fieldset class="choices"><legend>${speaker.say("record.goods.print.paper")}</legend>${FORMATS.map(
    (format) =>
      html`<label class="choice"><input type="radio" name="format" value="${format}"${format === (asked?.format ?? "a4") ? CHECKED : null}><span>${speaker.say(`record.goods.print.paper.${format}`)}</span></label>`,
  )}</fieldset>${
    serials.length === 1
      ? null
      : html`<div class="two"><div><label for="from">${speaker.say("record.goods.print.from")}</label><input id="from" name="from" inputmode="numeric" value="${from}" maxlength="5"></div><div><label for="to">${speaker.say("record.goods.print.to")}</label><input id="to" name="to" inputmode="numeric" value="${to}" maxlength="5"></div></div>`
  }${serials.length > MAX_SERIALS ? html`<p class="hint">${speaker.say("record.goods.print.most", { count: MAX_SERIALS })}</p>` : null}<p><button class="button${asked === null ? " first" : ""}">${speaker.say("record.goods.print.check")}</button></p></form><p class="hint">${speaker.say("record.goods.print.offline")}</p></section>`;
}

const CHECKED = html` checked`;

/** A form of its own, so that the sheet opens as a page with styles of its own. */
function ready(speaker: Speaker, base: string, asked: SheetAsk): Html {
  const count = asked.to - asked.from + 1;
  return html`<div class="ready" role="status"><p>${speaker.say("record.goods.print.ready", { count })}</p><form id="${SHEET}" method="post" action="${base}/api/label-sheets" target="_blank"><input type="hidden" name="sheet" value="${sheetJson(asked, "html")}"></form><p><button type="button" class="button first" data-do="print">${speaker.say("record.goods.print.open")}</button></p></div>`;
}

async function check({ notebook, speaker, params }: Context, { form }: Act): Promise<void> {
  const run = params.id ?? "";
  const serials = await notebook.serials(run);
  if (serials === null) return;
  const from = numberIn(form, "from", 1, serials.length);
  const last = Math.min(serials.length, from + MAX_SERIALS - 1);
  const to = Math.max(from, numberIn(form, "to", last, last));
  const format = FORMATS.find((one) => one === form.get("format")) ?? "a4";
  await checkSheet({ base: notebook.base, run, format, from, to, lang: speaker.lang, serials });
}

/** A whole number within 1 and `most`; what cannot be read is `otherwise`. */
function numberIn(form: FormData, name: string, otherwise: number, most: number): number {
  const text = form.get(name);
  const number = typeof text === "string" ? Number(text.normalize("NFKC").trim()) : NaN;
  return Number.isInteger(number) && number >= 1 ? Math.min(number, most) : otherwise;
}

/** Enough to find a label again; a list of thousands helps nobody. */
const SHOWN = 40;

function numbers(speaker: Speaker, serials: readonly string[]): Html {
  const more = serials.length - SHOWN;
  return html`<details><summary>${speaker.say("record.goods.labels.numbers")}</summary><ol class="serials">${serials
    .slice(0, SHOWN)
    .map(
      (serial) => html`<li>${printSerial(serial)}</li>`,
    )}</ol>${more > 0 ? html`<p class="hint">${speaker.say("record.goods.labels.numbers.more", { count: more })}</p>` : null}</details>`;
}
