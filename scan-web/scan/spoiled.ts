/**
 * What the visitor spoiled, shown in its place: the entry as the page told it, struck out, and beside it what the spoiled copy says.
 * Text only, as in marks.ts.
 */
import type { Key, Speaker } from "../ui/i18n.ts";
import type { Altered } from "./alter.ts";
import { element } from "./marks.ts";
import { tellStory } from "./tell.ts";

export { showSpoiled };

/** Gives the way to the entry; undefined where the page does not show it. */
function showSpoiled({ history, id }: Altered, speaker: Speaker): { href: string; says: Key } | undefined {
  const { say } = speaker;
  for (const row of tellStory(history).stages.flatMap(({ rows }) => rows)) {
    if (!("ids" in row) || id === null || !row.ids.includes(id)) continue;
    const article = document.getElementById(`e${row.from}`);
    if (article === null) return undefined;
    strike(article.querySelector("h4"), say(row.title));
    const told = article.querySelectorAll<HTMLElement>(":scope > p:not(.by, .found, .fate, .file, .soft)");
    for (const [n, line] of row.lines.entries()) strike(told[n] ?? null, say(line));
    strike(article.querySelector(".by time"), speaker.write({ day: row.occurredAtS, form: "short" }));
    article.querySelector(".proof")?.before(element("p", say("verdict.tampered.entry"), "spoiled"));
    return { href: `#${article.id}`, says: "verdict.tampered.see" };
  }
  return undefined;
}

function strike(shown: Element | null, now: string): void {
  const before = shown?.textContent ?? "";
  if (shown === null || before === now) return;
  shown.replaceChildren(element("del", before), " ", element("ins", now));
}
