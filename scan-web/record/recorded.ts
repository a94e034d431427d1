/** A record as whoever wrote it reads it: what was done, where, and how far it has come, in words and by a shape of its own. Pure. */
import { type Html, html } from "../ui/html.ts";
import type { Known, StoredRecord } from "./db.ts";
import type { Draft, Field, RecordRow } from "./model.ts";
import { placeOf } from "./place.ts";
import { placeName } from "./placename.ts";
import { stateWords } from "./states.ts";
import { subjectWords } from "./whys.ts";
import { workName } from "./workname.ts";
import { type Speaker, sayKey } from "./words.ts";

export type { StateSaid };
export { isChangeable, isUnsigned, placeSaid, recordName, stateMark, stateSaid };

interface StateSaid {
  /** Last part of the state's key: draft, saved, held, going, waits, final, changed, withdrawn, needs-you. */
  readonly which: string;
  readonly state: string;
  readonly more: string;
}

const MARKS: Readonly<Record<string, string>> = {
  draft: "M5 19l1-4.5L16 4.5 19.5 8 9 18z",
  saved: "M12 17V5m-5 5l5-5 5 5M5 20.5h14",
  held: "M12 17V5m-5 5l5-5 5 5M5 20.5h14",
  going: "M12 20.5a8.5 8.5 0 1 0-8.5-8.5M3.5 16.5v-4.5h4.5M12 7.5v5l3 2",
  waits: "M7 3.5h10M7 20.5h10M8 3.5c0 5 8 6 8 8.5s-8 3.5-8 8.5M16 3.5c0 5-8 6-8 8.5s8 3.5 8 8.5",
  final: "M4 12.5l5.200 5.200L20.5 6.5",
  changed: "M4 12.5l5.200 5.200L20.5 6.5",
  withdrawn: "M5.5 5.5l13 13M18.5 5.5l-13 13",
  "needs-you": "M12 3.5l9 16H3zM12 9.5v4.5M12 16.800v.2",
};

/** `isHeld`: the last look at the server left pictures for Wi-Fi. */
function stateSaid(speaker: Speaker, record: RecordRow, field: Field, isHeld: boolean): StateSaid {
  const { state, values } = stateWords(record);
  const key = isHeld && state === "record.state.saved" && record.files.length > 0 ? "record.state.held" : state;
  const named = values[0] === undefined ? null : subjectWords(speaker, values[0] as `0x${string}`, field);
  const more =
    key === "record.state.waits" && named === null
      ? sayKey(speaker, `${key}.more.unnamed`)
      : sayKey(speaker, `${key}.more`, { name: named ?? "" });
  return { which: key.slice("record.state.".length), state: sayKey(speaker, key) ?? "", more: more ?? "" };
}

function stateMark(which: string, words: string): Html {
  return html`<span class="state ${which}"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${MARKS[which] ?? ""}"/></svg>${words}</span>`;
}

/** Of phones let in and ended, too: those are no works of the list. */
function recordName(speaker: Speaker, { work }: Pick<RecordRow, "work">): string {
  return sayKey(speaker, `record.mine.work.${work}`) ?? workName(speaker, work);
}

/** Where it was, by what the field tells now; of what the field has no more, by what was known when it was written. Null: it is about no place. */
function placeSaid(speaker: Speaker, { target, ...record }: RecordRow | Draft, field: Field): string | null {
  if (target === null) return null;
  if (target.sort === "organisation")
    return field.organisation === null ? null : speaker.write(field.organisation.name);
  const now = placeOf(field, target);
  if (now !== null) return placeName(speaker, now, field);
  const then = thenKnown(field, record);
  const place = then === null ? null : placeOf(then, target);
  return place === null || then === null ? subjectWords(speaker, target.id, field) : placeName(speaker, place, then);
}

/** Rows carry what their documents need (db.ts); drafts do not. */
function thenKnown(field: Field, record: object): Field | null {
  const { known } = record as { readonly known?: Known };
  if (known === undefined) return null;
  const plots = [...known.plots, ...field.plots];
  return {
    ...field,
    plots,
    products: [...known.products, ...field.products],
    plantings: known.plantings,
    lots: known.lots,
  };
}

/** It can be taken back without a trace. */
function isUnsigned({ state, document, withdrawn }: Pick<StoredRecord, "state" | "document" | "withdrawn">): boolean {
  return state === "saved" && document === null && !withdrawn;
}

/** A work of the list, not taken back, and not changed already. */
function isChangeable(record: RecordRow): boolean {
  return !record.withdrawn && record.changedBy === null && record.work !== "enrol" && record.work !== "expel";
}
