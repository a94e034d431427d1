/** The way of a lot: entries by stage, gaps in their place, and under each entry its proof. Pure. */
import { SEALED_WHAT } from "../../protocol/document/sealed.ts";
import type { Hex } from "../../protocol/history.ts";
import { type Html, html } from "../ui/html.ts";
import { type Speaker, ZONE } from "../ui/i18n.ts";
import { grade } from "../ui/icons.ts";
import type { FileLink, Gap, Organisation, Picture, Proof, Story, StoryEntry, Table } from "./story.ts";

export { ends, pictureStrip, timeOf, way };

function way(story: Story, speaker: Speaker): Html {
  return html`<ol class="way">${story.stages.map(({ stage, rows, silent, folded }) => {
    const pieces = html`<ol>${rows.map((row) =>
      "fromS" in row ? gap(row, speaker) : entry(row, story.holder, speaker),
    )}${silent === null ? null : html`<li class="silent">${grade("none")}${speaker.say(silent)}</li>`}</ol>`;
    return html`<li class="stage"><h3>${speaker.say(`stage.${stage}`)}</h3>${
      folded === null
        ? pieces
        : html`<details class="fold"><summary><span>${speaker.say(folded.said)}${
            folded.gaps === null ? null : html` <b class="late">${grade("none")} ${speaker.say(folded.gaps)}</b>`
          }</span></summary>${pieces}</details>`
    }</li>`;
  })}</ol>`;
}

function gap(row: Gap, speaker: Speaker): Html {
  return html`<li class="gap">${grade("none")}${speaker.say(row.said)} <small>${speaker.say("gap.note")}</small></li>`;
}

function entry(row: StoryEntry, holder: Organisation, speaker: Speaker): Html {
  const late =
    row.lateDays === 0
      ? html`${speaker.say("entry.same-day")}`
      : row.isLate
        ? html`<b class="late">${speaker.say("entry.late", { count: row.lateDays })}</b>`
        : html`${speaker.say("entry.late", { count: row.lateDays })}`;
  const { say } = speaker;
  // A wrong entry stays as readable as it was; that it is struck out is said in words too, for those who hear the page.
  const old = (text: string): Html => (row.struck === null ? html`${text}` : html`<s>${text}</s>`);
  const papers =
    row.role === null ? [] : row.files.filter(({ mediaType, sealed }) => !mediaType.startsWith("image/") && !sealed);
  return html`<li class="entry"><article id="e${row.from}" data-entries="${row.ids.join(" ")}">${grade(row.grade, say(row.grade === "stated" ? row.stated : `grade.${row.grade}`))}
<h4>${row.struck === null ? null : html`<span class="unseen">${say("entry.struck.heard")}</span>`}${old(say(row.title))}</h4>${row.lines.map((line) => html`<p>${old(say(line))}</p>`)}${fate(row, speaker)}${
    row.table === null ? null : table(row.table, speaker)
  }${row.about === null ? null : html`<p class="soft">${say(row.about)}</p>`}${
    papers.length === 0 ? null : html`<p class="file">${papers.map((file) => fileLink(file, speaker))}</p>`
  }${sealedLines(row, speaker)}
<p class="found" hidden></p>
${proof(row, html`<span class="by">${byWords(row, holder, speaker)} · ${timeOf(row.occurredAtS, speaker, "day")} · ${late}</span>`, speaker)}</article></li>`;
}

/** The page's own producer needs no name at every entry. */
function byWords({ organisation, role }: StoryEntry, holder: Organisation, { say }: Speaker): string {
  if (role !== null) return say("entry.by.third", { organisation: organisation.names, role });
  return organisation.number === holder.number
    ? say("entry.by.holder")
    : say("entry.by", { organisation: organisation.names });
}

/** What became of it, with links to the entries that say so. */
function fate({ struck, contradictions, disputes, of }: StoryEntry, { say, write, gap }: Speaker): Html {
  const link = (number: number, key: "entry.struck.by" | "entry.struck.right" | "entry.of"): Html =>
    html` <a href="#e${number}">${say(key, { number })}</a>`;
  return html`${
    struck === null
      ? null
      : html`<p class="fate"><b>${say(struck.said)}</b>${link(struck.by, "entry.struck.by")}${struck.right === null ? null : link(struck.right, "entry.struck.right")}</p>`
  }${contradictions.map(({ said, by }) => html`<p class="fate"><b>${say(said)}</b>${link(by, "entry.struck.by")}</p>`)}${disputes.map(
    ({ said, denied, by, isNamed, answer }) =>
      html`<p class="${isNamed ? "fate denied" : "fate muted"}"><b>${say(said)}</b>${denied === null ? null : html`${gap}${write(denied)}`}${link(by, "entry.struck.by")}${
        answer === null
          ? null
          : html`<br><span class="answer">${say("entry.answered")}</span>${answer.text === null ? null : html`${gap}${write(answer.text)}`}${link(answer.by, "entry.struck.by")}`
      }</p>`,
  )}${of === null ? null : html`<p class="fate">${say(of.said)}${link(of.number, "entry.of")}</p>`}`;
}

/** May be wider than a phone: then it scrolls by itself, with a keyboard too. */
function table({ caption, heads, rows }: Table, { say }: Speaker): Html {
  return html`<div class="table" role="group" tabindex="0" aria-label="${say(caption)}"><table><thead><tr>${heads.map((head) => html`<th scope="col">${say(head)}</th>`)}</tr></thead><tbody>${rows.map(
    ({ isBad, cells: [first, ...cells] }) =>
      html`<tr${isBad ? html` class="bad"` : null}><th scope="row">${first === undefined ? null : say(first)}</th>${cells.map((cell) => html`<td>${say(cell)}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

/** Every value of an entry's proof, its ends shown; the whole values are in the history that the script checks. */
function proof(row: StoryEntry, by: Html, speaker: Speaker): Html {
  const { say } = speaker;
  const part: Proof = row.proof;
  return html`<details class="proof"><summary><span>${by} <span class="nth">${
    row.from === row.to
      ? say("proof.heading", { number: row.from })
      : say("proof.heading.several", { from: row.from, to: row.to })
  } · <span class="check">${say("entry.check.wait")}</span></span></span></summary><p class="means" hidden></p><dl>
${row.places === null ? null : html`<dt>${say("proof.places")}</dt><dd>${speaker.write(row.places)}</dd>`}
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

/** How many of each sort are sealed: nobody here could open them, so nothing is offered to be opened. */
function sealedLines({ files }: StoryEntry, { say }: Speaker): readonly Html[] {
  return SEALED_WHAT.flatMap((what) => {
    const count = files.filter(({ sealed }) => sealed === what).length;
    return count === 0 ? [] : [html`<p class="soft">${say(`sealed.${what}`, { count })}</p>`];
  });
}

function fileLink(file: FileLink, speaker: Speaker): Html {
  if (file.sealed !== null) {
    // Its digest is what the record names, so it can be checked as it lies there; what is in it cannot.
    return html`<span data-file="${file.cid}">${speaker.say(`sealed.${file.sealed}`, { count: 1 })}</span> <small>${speaker.write({ bytes: file.bytes })}</small> <small class="file-check" data-file="${file.cid}" hidden></small> `;
  }
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

/** To the day where a reader runs over it, to the minute in the proof. */
function timeOf(seconds: number, speaker: Speaker, form: "day" | "moment" = "moment"): Html {
  const text = speaker.write(form === "day" ? { day: seconds, form: "short" } : { moment: seconds });
  return html`<time datetime="${new Date(seconds * 1000).toISOString().slice(0, 19)}Z" data-zone="${ZONE}">${text}</time>`;
}

function hex(value: Hex): Html {
  return html`<code>${ends(value.slice(2))}</code>`;
}

/** `7f3ac9…01c91e` is too long for a thumb: first four and last four. */
function ends(value: string): string {
  return value.length <= 10 ? value : `${value.slice(0, 4)}…${value.slice(-4)}`;
}
