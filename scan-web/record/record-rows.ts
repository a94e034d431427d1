/** Rows of lists: records with picture, work, place, day and state. Reads pictures from the notebook, small ones alone. */
import { type Html, html } from "../ui/html.ts";
import type { Draft, Field, RecordRow } from "./model.ts";
import type { Notebook } from "./notebook.ts";
import { pictogram } from "./pictograms.ts";
import { pictureAddress } from "./picture-address.ts";
import { placeSaid, recordName, stateMark, stateSaid } from "./recorded.ts";
import type { Context } from "./screen.ts";
import { findWork } from "./works.ts";
import { type Speaker, sayKey } from "./words.ts";

export type { Listing };
export { draftRow, listingOf, recordRow, recordRows };

/** What every row of a list needs. */
interface Listing {
  readonly field: Field;
  /** Pictures wait for Wi-Fi. */
  readonly isHeld: boolean;
}

async function listingOf(notebook: Notebook): Promise<Listing> {
  const [field, told] = await Promise.all([notebook.field(), notebook.lastSync()]);
  return { field, isHeld: told.state === "waiting" };
}

async function recordRows(context: Context, listing: Listing, records: readonly RecordRow[]): Promise<Html> {
  const rows = await Promise.all(records.map((record) => recordRow(context, listing, record)));
  return html`<ul class="records">${rows}</ul>`;
}

async function recordRow(context: Context, { field, isHeld }: Listing, record: RecordRow): Promise<Html> {
  const { speaker } = context;
  const { which, state } = stateSaid(speaker, record, field, isHeld);
  const about = aboutLine(speaker, placeSaid(speaker, record, field), record.occurredAtS);
  return html`<li><a class="row" href="#/mine/${record.id}">${await picture(context, record)}<span class="words"><b>${recordName(speaker, record)}</b><small>${about}</small>${stateMark(which, state)}</span></a></li>`;
}

async function draftRow(context: Context, { field }: Listing, draft: Draft): Promise<Html> {
  const { speaker } = context;
  const about = aboutLine(speaker, placeSaid(speaker, draft, field), Math.floor(draft.changedAtMs / 1000));
  return html`<li><a class="row" href="#/draft/${draft.id}">${await picture(context, draft)}<span class="words"><b>${recordName(speaker, draft)}</b><small>${about}</small>${stateMark("draft", sayKey(speaker, "record.state.draft") ?? "")}</span></a></li>`;
}

function aboutLine(speaker: Speaker, place: string | null, atS: number): string {
  const day = speaker.write({ day: atS, form: "short" });
  return place === null ? day : `${place} · ${day}`;
}

/** Its first picture; without one what was done, drawn. */
async function picture({ notebook }: Context, { files, work }: RecordRow | Draft): Promise<Html> {
  for (const cid of files) {
    const address = await pictureAddress(notebook, cid);
    if (address !== null) return html`<i class="picture"><img src="${address}" alt="" loading="lazy"></i>`;
  }
  return html`<i class="picture drawn">${pictogram(findWork(work) === null ? "" : work)}</i>`;
}
