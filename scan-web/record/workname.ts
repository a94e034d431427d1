/** A work as people read it. Pure. */
import { type Html, html } from "../ui/html.ts";
import type { Work } from "./model.ts";
import { pictogram } from "./pictograms.ts";
import { findWork } from "./works.ts";
import type { Speaker } from "./words.ts";

export { workName, workTile };

/** Of a work that this version does not know, its id. */
function workName(speaker: Speaker, work: Work | string): string {
  const found = typeof work === "string" ? findWork(work) : work;
  if (found === null) return speaker.write(String(work));
  if (speaker.lang === "zh-CN") return found.zh;
  return found.en.charAt(0).toUpperCase() + found.en.slice(1);
}

/** What stands in a button or a row: picture and name. */
function workTile(speaker: Speaker, work: Work, more: string | null = null): Html {
  return html`${pictogram(work.id)}<span>${workName(speaker, work)}</span>${more === null ? null : html`<small>${more}</small>`}`;
}
