/**
 * The way of the weights as one drawing: a stream as wide as what flows, from the fields down to the package. What is lost, left or goes
 * elsewhere turns off to the right, where words say what it is and how much. Plain SVG without script, its text alternative says the
 * same. Pure.
 */
import { type Html, html } from "../ui/html.ts";
import { type Said, type Speaker, said } from "../ui/i18n.ts";
import { grade } from "../ui/icons.ts";
import type { Flow, FlowStep } from "./story.ts";
import { wrapped } from "./wrap.ts";

export { flowSection, flowText };

/** In units of the drawing, which is as wide as a phone's card. */
const WIDE = 320;
const LEFT = 6;
const BAND = 90;
/** Words begin here. */
const WORDS = 114;
const LINE = 18;
/** Of the letters, as scan.css has them: a phone draws the whole a little smaller. */
const SIZES = { step: 14.5, small: 13.5 };
/** Thinner streams are drawn so thick that they can be seen. */
const THINNEST = 2.5;

function flowSection(flow: Flow, speaker: Speaker): Html {
  const { say } = speaker;
  return html`<h2 id="weights">${say("flow.heading")} <span class="check" data-check="weights" hidden><span></span>${grade("ledger")}</span></h2><div class="card">${flowDrawing(flow, speaker)}${flow.booked.map(
    ({ difference, number }) =>
      html`<p class="booked">${say(bookedWords(difference, flow.unit))} <a href="#e${number}">${say("entry.of", { number })}</a></p>`,
  )}<p class="soft">${say("weights.note")}</p></div>`;
}

/** By how much a figure was put right since. */
function bookedWords(difference: bigint, unit: Flow["unit"]): Said {
  const amount = { amount: difference < 0n ? -difference : difference, unit, form: "short" as const };
  return said(difference < 0n ? "weights.booked.less" : "weights.booked.more", { amount });
}

function flowDrawing(flow: Flow, speaker: Speaker): Html {
  const most = flow.steps.reduce((all, { before, came }) => (before + came > all ? before + came : all), 1n);
  const width = (amount: bigint) => (amount <= 0n ? 0 : Math.max(THINNEST, (Number(amount) / Number(most)) * BAND));
  let top = 4;
  const steps = shownIn(flow).map((step) => {
    const drawn = drawStep(step, top, width, speaker);
    top = drawn.bottom;
    return drawn.markup;
  });
  return html`<svg class="flow" viewBox="0 0 ${WIDE} ${n(top + 4)}" role="img" aria-label="${flowText(flow, speaker)}">${steps}</svg>`;
}

/** The drawing in words, step by step. */
function flowText(flow: Flow, { say }: Speaker): string {
  const steps = shownIn(flow).map((step) => {
    const parts = partsOf(step);
    return parts.length === 0 ? step.said : said("flow.step.alt", { what: step.said, list: { list: parts } });
  });
  return steps.map((step) => say("flow.alt", { list: step })).join(" ");
}

/** Where all that came in goes on, there is nothing to see: the hands and the way tell that it was handed on or put together. */
function shownIn({ steps }: Flow): readonly FlowStep[] {
  return steps.filter(
    ({ isPassing, sources, exits, end }) => !isPassing || sources.length + exits.length > 0 || end !== null,
  );
}

function partsOf({ sources, exits, end }: FlowStep): readonly Said[] {
  return [
    ...sources.map((source) => source.said ?? said("flow.unknown")),
    ...exits.map((exit) => exit.said),
    ...(end === null ? [] : [end]),
  ];
}

function drawStep(
  step: FlowStep,
  top: number,
  width: (amount: bigint) => number,
  { say }: Speaker,
): { readonly markup: Html; readonly bottom: number } {
  let y = top + 14;
  const words: Html[] = [];
  const write = (text: string, className: string, indent = 0): number => {
    const first = y;
    for (const line of wrapped(text, (WIDE - WORDS - indent) / (className === "step" ? SIZES.step : SIZES.small))) {
      words.push(html`<text class="${className}" x="${WORDS + indent}" y="${n(y)}">${line}</text>`);
      y += LINE;
    }
    return first - 4;
  };
  write(say(step.said), "step");
  const { before, came, after, sources, exits, end } = step;
  const [inside, outside] = [width(before), width(before + came)];
  for (const source of sources) write(say(source.said ?? said("flow.unknown")), "small");
  // What turns off is taken from the right side of the stream, the last of it nearest to what goes on.
  let right = outside;
  const turns = exits.map(({ kind, amount, said: what }) => {
    const from = right;
    right = Math.max(width(after), right - width(amount));
    const at = write(say(what), "small", 12);
    const thick = Math.min(10, Math.max(THINNEST, from - right));
    const [a, b, start] = [LEFT + right, LEFT + Math.max(from, right + THINNEST), top + 6];
    const [over, under] = [n(at - thick / 2), n(at + thick / 2)];
    return html`<path class="${kind}" d="M${n(b)} ${n(start)}C${n(b)} ${over} ${n(b)} ${over} ${WORDS + 6} ${over}V${under}C${n(a)} ${under} ${n(a)} ${under} ${n(a)} ${n(start)}z"/>`;
  });
  if (end !== null) write(say(end), "small");
  const bottom = Math.max(y, top + 40) + 6;
  const [goes, all] = [n(width(after)), n(outside)];
  const shape = `M${LEFT} ${n(top)}h${all}v6H${n(LEFT + width(after))}V${n(bottom)}h-${goes}z`;
  const stream = html`<path class="${end === null ? "stream" : "stream end"}" d="${shape}"/>`;
  return { markup: html`${stream}${turns}${furrowsOf(sources, inside, top, width)}${words}`, bottom };
}

/** Each source a furrow of its own at the head of the stream. */
function furrowsOf(sources: FlowStep["sources"], from: number, top: number, width: (amount: bigint) => number): Html[] {
  let left = LEFT + from;
  return sources.map(({ amount, said: what }) => {
    const wide = width(amount);
    const furrow = html`<path class="${what === null ? "source unknown" : "source"}" d="M${n(left + 0.7)} ${n(top)}h${n(Math.max(1, wide - 1.4))}v9h-${n(Math.max(1, wide - 1.4))}z"/>`;
    left += wide;
    return furrow;
  });
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
