/**
 * Whether the page says what the checked history says. The words on it came from the server ready made: a record that holds proves
 * nothing about a page that tells another one. Reads the page, changes nothing.
 */
import { inert } from "../ui/html.ts";
import type { Speaker } from "../ui/i18n.ts";
import { shownText } from "./entries.ts";
import { alertText } from "./alerts.ts";
import { flowText } from "./flow-drawing.ts";
import { handText, promiseText } from "./passing.ts";
import { nameOf, underName } from "./names.ts";
import type { PageFinding } from "./points.ts";
import type { Story } from "./story.ts";

export { pageFindings };

const NOWHERE = { subject: null, seq: null, batch: null, entry: null, detail: {} } as const;

function pageFindings(story: Story, shownTotal: number, speaker: Speaker): readonly PageFinding[] {
  // The record may have grown since the page was made: then there is nothing to compare.
  if (story.statements !== shownTotal) return [{ ...NOWHERE, code: "page-older", grade: "notice" }];
  const { say } = speaker;
  const findings: PageFinding[] = [];
  const whole =
    isSame("h1", nameOf(story, speaker)) &&
    isSame(".product p", underName(story, speaker)) &&
    isSame(
      ".facts dd:not(.who)",
      story.facts.map(({ said, note }) => say(said) + (note === null ? "" : say(note))).join(""),
    ) &&
    isLabelled(
      ".facts .who .grade",
      story.facts.map(({ grade }) => say(`grade.${grade}`)),
    ) &&
    isSame(".facts .who", story.facts.map(({ grade }) => say(`grade.${grade}.short`)).join(""));
  if (!whole) findings.push({ ...NOWHERE, code: "page-differs", grade: "mismatch" });
  const list = (selector: string, texts: readonly string[]) => isSame(selector, texts.join(""));
  const isToldToo =
    isSame("#alarm", alertText(story, speaker)) &&
    list(
      ".hands li",
      story.hands.map((hand) => handText(hand, speaker)),
    ) &&
    list(
      ".promise :is(dt, dd, li a)",
      story.promises.map((promise) => promiseText(promise, speaker)),
    ) &&
    isLabelled(".flow", story.flow === null ? [] : [flowText(story.flow, speaker)]);
  if (!isToldToo && whole) findings.push({ ...NOWHERE, code: "page-differs", grade: "mismatch" });
  for (const row of story.stages.flatMap(({ rows }) => rows)) {
    if (!("ids" in row)) continue;
    const at = `#e${row.from} >`;
    const shown = `${at} h4, ${at} p:not(.by, .found, .file), ${at} .table`;
    if (isSame(shown, shownText(row, speaker)) && isLabelled(`${at} .grade`, [say(`grade.${row.grade}`)])) continue;
    const [, batch = "", group = "0", entry = "0"] = /^(.+)-(\d+)-(\d+)$/.exec(row.ids[0] ?? "") ?? [];
    const place = { batch: `0x${batch}` as const, entry: { group: Number(group), entry: Number(entry) } };
    findings.push({ ...NOWHERE, ...place, code: "page-differs", grade: "mismatch" });
  }
  return findings;
}

function isSame(selector: string, text: string): boolean {
  const shown = [...document.querySelectorAll(selector)].map((part) => part.textContent ?? "").join("");
  return bare(shown) === bare(inert(text));
}

/** Who stands behind it is drawn, and said in full by the drawing's label. */
function isLabelled(selector: string, labels: readonly string[]): boolean {
  const shown = [...document.querySelectorAll(selector)].map((part) => part.getAttribute("aria-label"));
  return (
    shown.length === labels.length && shown.every((label, n) => bare(label ?? "") === bare(inert(labels[n] ?? "")))
  );
}

/** Spaces are the layout's, isolates those of how it is shown. */
function bare(text: string): string {
  return text.replace(/[\s\u2068\u2069]+/g, "");
}
