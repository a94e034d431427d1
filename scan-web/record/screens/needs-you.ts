/** What did not go on record: why, in one sentence, and the ways out of it. */
import { type Html, html } from "../../ui/html.ts";
import type { Field, RecordRow } from "../model.ts";
import type { Notebook } from "../notebook.ts";
import { isChangeable, placeSaid, recordName, stateMark } from "../recorded.ts";
import type { Context, Screen, View } from "../screen.ts";
import { type Way, whyWords } from "../whys.ts";
import type { Speaker } from "../words.ts";
import { draftAddress } from "./begin.ts";

export { changeRecord, needCards, needsYou, needsYouPage, waysOut };

const PAGE = 30;

const acts: Screen["acts"] = {
  change: async ({ notebook }, { data }) => await changeRecord(notebook, data.id ?? ""),
};

const needsYou: Screen = { path: "/needs-you", show: (context) => shown(context, null), acts };

const needsYouPage: Screen = {
  path: "/needs-you/:before",
  show: ({ params, ...context }) => shown({ ...context, params }, Number(params.before) || null),
  acts,
};

async function shown({ notebook, speaker }: Context, before: number | null): Promise<View> {
  const [field, records] = await Promise.all([
    notebook.field(),
    notebook.records({ limit: PAGE, state: "needs-you", ...(before === null ? {} : { before }) }),
  ]);
  const last = records[records.length - 1];
  return {
    title: speaker.say("record.mine.needs.title"),
    body:
      records.length === 0
        ? html`<p>${speaker.say("record.mine.needs.none")}</p><p><a class="button first" href="#/mine">${speaker.say("record.mine.title")}</a></p>`
        : html`<p class="hint">${speaker.say("record.mine.needs.body")}</p>${needCards(speaker, field, records, "whole")}${
            last === undefined || records.length < PAGE
              ? null
              : html`<p><a class="button" href="#/needs-you/${last.order}">${speaker.say("record.mine.older")}</a></p>`
          }`,
    back: "/mine",
    place: "mine",
  };
}

/** `brief`: why, and the way to the record; `whole`: with the next step and its buttons. */
function needCards(speaker: Speaker, field: Field, records: readonly RecordRow[], how: "brief" | "whole"): Html {
  return html`<ul class="needs">${records.map((record) => {
    const place = placeSaid(speaker, record, field);
    const day = speaker.write({ day: record.occurredAtS, form: "short" });
    const words = whyWords(speaker, record.why ?? { type: "refused-by-ledger", values: [] }, field);
    return html`<li><a class="to" href="#/mine/${record.id}"><b>${recordName(speaker, record)}</b> <small>${place === null ? day : `${place} · ${day}`}</small></a>${stateMark("needs-you", words.cause)}${
      how === "brief" ? null : html`<p>${words.mend}</p>${waysOut(speaker, field, record)}`
    }</li>`;
  })}</ul>`;
}

/** Buttons for the ways out of a reason, the first one as the usual one. */
function waysOut(speaker: Speaker, field: Field, record: RecordRow): Html {
  const { ways, smallPrint } = whyWords(speaker, record.why ?? { type: "refused-by-ledger", values: [] }, field);
  const open = ways.filter((way) => way !== "change" || isChangeable(record));
  const buttons = open.flatMap((way, at) => wayButton({ speaker, field, record, way, isFirst: at === 0 }) ?? []);
  return html`<div class="ways">${buttons}</div>${smallPrint === null ? null : html`<p class="hint">${smallPrint}</p>`}`;
}

interface WayOut {
  readonly speaker: Speaker;
  readonly field: Field;
  readonly record: RecordRow;
  readonly way: Way;
  readonly isFirst: boolean;
}

function wayButton({ speaker, field, record, way, isFirst }: WayOut): Html | null {
  const look = isFirst ? "button first" : "button";
  const about = recordName(speaker, record);
  if (way === "change") {
    const words = speaker.say(
      record.why?.type === "date-impossible" ? "record.state.way.day" : "record.state.way.change",
    );
    return html`<button type="button" class="${look}" data-do="change" data-id="${record.id}" aria-label="${words}: ${about}">${words}</button>`;
  }
  if (way === "withdraw")
    return html`<a class="button stop" href="#/mine/${record.id}/withdraw">${speaker.say("record.state.way.withdraw")}</a>`;
  if (way === "wait") return null;
  const phone = field.organisation?.phone ?? null;
  if (phone === null) return html`<p class="hint">${speaker.say("record.mine.office.none")}</p>`;
  return html`<a class="${look}" href="tel:${phone.replace(/[^+\d]/g, "")}">${speaker.say("record.state.way.office")} <small>${phone}</small></a>`;
}

/** Where a record's change is written: the draft that was begun already, else a new one with its answers. */
async function changeRecord(notebook: Notebook, id: string): Promise<string> {
  const begun = (await notebook.drafts()).find(({ changes }) => changes === id);
  if (begun !== undefined) return await draftAddress(notebook, begun.id);
  const draft = await notebook.change(id);
  await notebook.keepDraft(draft);
  return await draftAddress(notebook, draft.id);
}
