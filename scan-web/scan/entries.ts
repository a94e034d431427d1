/** The way of a lot: entries by stage, gaps in their place, and under each entry its proof. Pure. */
import type { Hex } from "../../protocol/history.ts";
import { type Html, html } from "../ui/html.ts";
import { type Key, type Speaker, ZONE } from "../ui/i18n.ts";
import { grade } from "../ui/icons.ts";
import type { FileLink, Gap, Picture, Proof, Stage, Story, StoryEntry } from "./story.ts";

export { ends, pictureStrip, timeOf, way };

/** Stages of which nothing can be recorded yet say so themselves: nothing stands there that could be taken for "fine". */
const SILENT: Readonly<Partial<Record<Stage, Key>>> = { test: "stage.test.none", move: "stage.move.none" };

function way(story: Story, speaker: Speaker): Html {
  return html`<ol class="way">${story.stages.map(({ stage, rows }) => {
    const silent = SILENT[stage];
    return html`<li class="stage"><h3>${speaker.say(`stage.${stage}`)}</h3><ol>${rows.map((row) =>
      "fromS" in row ? gap(row, speaker) : entry(row, speaker),
    )}${silent === undefined ? null : html`<li class="gap">${grade("none")}${speaker.say(silent)}</li>`}</ol></li>`;
  })}</ol>`;
}

function gap(row: Gap, speaker: Speaker): Html {
  return html`<li class="gap">${grade("none")}${speaker.say(row.said)} <small>${speaker.say("gap.note")}</small></li>`;
}

function entry(row: StoryEntry, speaker: Speaker): Html {
  const late =
    row.lateDays === 0
      ? html`${speaker.say("entry.same-day")}`
      : html`<b class="late">${speaker.say("entry.late", { count: row.lateDays })}</b>`;
  return html`<li class="entry"><article id="e${row.from}" data-entries="${row.ids.join(" ")}">${grade(row.grade, speaker.say(`grade.${row.grade}`))}
<h4>${speaker.say(row.title)}</h4>${row.lines.map((line) => html`<p>${speaker.say(line)}</p>`)}
<p class="by">${speaker.say("entry.by", { organisation: row.organisation.names, moment: "" })}${timeOf(row.occurredAtS, speaker)} · ${late}</p>
<p class="found" hidden></p>
${proof(row, speaker)}</article></li>`;
}

/** Every value of an entry's proof, its ends shown; the whole values are in the history that the script checks. */
function proof(row: StoryEntry, speaker: Speaker): Html {
  const { say } = speaker;
  const part: Proof = row.proof;
  return html`<details class="proof"><summary>${
    row.from === row.to
      ? say("proof.heading", { number: row.from })
      : say("proof.heading.several", { from: row.from, to: row.to })
  }<span class="check">${say("entry.check.wait")}</span></summary><p class="means" hidden></p><dl>
<dt>${say("proof.organisation")}</dt><dd>${speaker.write(row.organisation.names)} · ${row.organisation.number}</dd>
<dt>${say("proof.recorder")}</dt><dd>${hex(part.recorder)}</dd>
<dt>${say("proof.occurred")}</dt><dd>${timeOf(row.occurredAtS, speaker)}</dd>
<dt>${say("proof.recorded")}</dt><dd>${timeOf(row.recordedAtS, speaker)}</dd>
<dt>${say("proof.seen")}</dt><dd>${part.seenS === null ? say("proof.unknown") : timeOf(part.seenS, speaker)} · ${hex(part.seen)}</dd>
<dt>${say("proof.block")}</dt><dd>${part.block}</dd>
<dt>${say("proof.batch")}</dt><dd>${hex(part.batch)}</dd>
<dt>${say("proof.signature")}</dt><dd>${hex(part.signature)}</dd>
<dt>${say("proof.document")}</dt><dd>${part.documents.map((cid) => html`<a href="/ipfs/${cid}">${ends(cid)}</a> `)}</dd>${
    row.files.length === 0
      ? null
      : html`<dt>${say("proof.files")}</dt><dd>${row.files.map((file) => fileLink(file, speaker))}</dd>`
  }</dl></details>`;
}

function fileLink(file: FileLink, speaker: Speaker): Html {
  return html`<a href="/ipfs/${file.cid}" data-file="${file.cid}">${file.name}</a> <small>${speaker.write({ bytes: file.bytes })}</small> <small class="file-check" data-file="${file.cid}" hidden></small> `;
}

function pictureStrip(pictures: readonly Picture[], speaker: Speaker): Html | null {
  if (pictures.length === 0) return null;
  return html`<ul class="strip" tabindex="0" aria-label="${speaker.say("story.pictures")}">${pictures.map((picture) => {
    const caption = speaker.write(picture.caption ?? picture.name);
    const { author, licence, changes } = picture.credit;
    const credit = [author, licence, speaker.write(changes)].filter((word) => word !== "").join(" · ");
    return html`<li><figure><a href="/ipfs/${picture.cid}"><img src="/ipfs/${picture.cid}" data-file="${picture.cid}" alt="${caption}" loading="lazy" decoding="async" width="320" height="240"></a><figcaption>${caption} · ${speaker.write({ day: picture.day })}${
      credit === "" ? null : html`<small>${credit}</small>`
    }<small class="file-check" data-file="${picture.cid}" hidden></small></figcaption></figure></li>`;
  })}</ul>`;
}

function timeOf(seconds: number, speaker: Speaker): Html {
  return html`<time datetime="${new Date(seconds * 1000).toISOString().slice(0, 19)}Z" data-zone="${ZONE}">${speaker.write({ moment: seconds })}</time>`;
}

function hex(value: Hex): Html {
  return html`<code>${ends(value.slice(2))}</code>`;
}

/** `7f3ac9…01c91e` is too long for a thumb: first four and last four. */
function ends(value: string): string {
  return value.length <= 10 ? value : `${value.slice(0, 4)}…${value.slice(-4)}`;
}
