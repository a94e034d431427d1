/**
 * Drawings made of numbers: the weights that add up, and the shapes of plots. Plain SVG, coloured by the style sheet, each with
 * a text alternative that says the same. Pure.
 */
import { type Html, html } from "../ui/html.ts";
import type { Said, Speaker } from "../ui/i18n.ts";
import { said } from "../ui/i18n.ts";
import type { PlotStory, Weights } from "./story.ts";

export { plotShape, weightsDrawing, weightsText };

const WIDE = 320;
const TALL = 194;
/** Height of the band of all that went in; thinner bands are drawn at least so thick that they can be seen. */
const BAND = 84;
const THINNEST = 3;

/** One band in, which parts into what was made (labelled, left) and what was lost. */
function weightsDrawing(weights: Weights, speaker: Speaker): Html {
  const words = weightWords(weights);
  const share = (part: bigint) => (weights.input === 0n ? 0 : Number(part) / Number(weights.input));
  const thick = (part: bigint) => (part === 0n ? 0 : Math.max(THINNEST, BAND * share(part)));
  const top = 42;
  const made = thick(weights.made);
  const lost = thick(weights.loss);
  const labelled = thick(weights.labelled);
  const lossTop = Math.max(top + made + 40, top + 64);
  const band = (from: number, fromTall: number, to: number, toTall: number) =>
    `M0 ${n(from)}h96c42 0 42 ${n(to - from)} 84 ${n(to - from)}h140v${n(toTall)}H180c-42 0-42 ${n(from + fromTall - to - toTall)}-84 ${n(from + fromTall - to - toTall)}H0z`;
  const say = (what: Said) => speaker.say(what);
  return html`<svg class="weights" viewBox="0 0 ${WIDE} ${TALL}" role="img" aria-label="${weightsText(weights, speaker)}">
<path class="made" d="${band(top, made, top, made)}"/>${
    lost === 0 ? null : html`<path class="lost" d="${band(top + made, lost, lossTop, lost * 0.55)}"/>`
  }<path class="labelled" d="M180 ${top}h140v${n(labelled)}H180z"/>${
    weights.left === 0n
      ? null
      : html`<path class="left" d="M180 ${n(top + labelled)}h140v${n(Math.max(THINNEST, made - labelled))}H180z"/>`
  }
${
  weights.booked.length === 0
    ? null
    : html`<path class="booked" d="M1 ${top}v${n(made + lost)}" stroke-dasharray="3 2"/>`
}<text x="2" y="16">${say(words.input)}</text><text x="${WIDE - 2}" y="34" text-anchor="end">${say(words.made)}</text>
<text class="small" x="184" y="${n(top + made + 15)}">${say(words.left)}</text>${
    lost === 0
      ? null
      : html`<text class="small" x="${WIDE - 2}" y="${n(lossTop + lost * 0.55 + 16)}" text-anchor="end">${say(words.loss)}</text>`
  }</svg>
<p class="soft">${say(words.labelled)}</p>${weights.used === 0n ? null : html`<p class="soft">${say(words.used)}</p>`}${weights.booked.map(
    (one) =>
      html`<p class="booked">${say(bookedWords(one, weights.unit))} <a href="#e${one.number}">${speaker.say("entry.of", { number: one.number })}</a></p>`,
  )}`;
}

/** By how much a figure was put right since. */
function bookedWords({ difference }: Weights["booked"][number], unit: Weights["unit"]): Said {
  const amount = { amount: difference < 0n ? -difference : difference, unit, form: "short" as const };
  return said(difference < 0n ? "weights.booked.less" : "weights.booked.more", { amount });
}

/** The drawing in one sentence. */
function weightsText(weights: Weights, speaker: Speaker): string {
  const words = weightWords(weights);
  return (
    speaker.say("weights.alt", {
      in: speaker.say(words.input),
      made: speaker.say(words.made),
      loss: speaker.say(words.loss),
      labelled: speaker.say(words.labelled),
      left: speaker.say(words.left),
    }) + weights.booked.map((one) => speaker.gap + speaker.say(bookedWords(one, weights.unit))).join("")
  );
}

function weightWords(weights: Weights): Record<"input" | "made" | "loss" | "labelled" | "used" | "left", Said> {
  const { unit } = weights;
  const short = (amount: bigint) => ({ amount, unit, form: "short" as const });
  const ratio = weights.made === 0n ? 0 : Math.round((Number(weights.input) / Number(weights.made)) * 10) / 10;
  return {
    input: said("weights.in", { name: weights.inputName ?? "", amount: short(weights.input) }),
    made: said("weights.made", { name: weights.madeName ?? "", amount: short(weights.made) }),
    loss: said("weights.loss", { amount: short(weights.loss), ratio }),
    labelled: said("weights.labelled", {
      labels: weights.labels,
      net: { amount: weights.net, unit, form: "small" },
      amount: short(weights.labelled),
    }),
    used: said("weights.used", { amount: short(weights.used) }),
    left: said("weights.left", { amount: short(weights.left) }),
  };
}

/** A plot's outline fitted into a square. North is not said and no place can be read from it. */
function plotShape(plot: PlotStory, speaker: Speaker): Html | null {
  if (plot.outline.length < 3) return null;
  const xs = plot.outline.map(([x]) => x);
  const ys = plot.outline.map(([, y]) => y);
  const [left, bottom] = [Math.min(...xs), Math.min(...ys)];
  const span = Math.max(Math.max(...xs) - left, Math.max(...ys) - bottom) || 1;
  const points = plot.outline
    .map(([x, y]) => `${n(2 + ((x - left) / span) * 56)},${n(58 - ((y - bottom) / span) * 56)}`)
    .join(" ");
  return html`<svg class="plot" viewBox="0 0 60 60" role="img" aria-label="${speaker.say("plots.outline", { name: plot.names, area: plot.area })}"><polygon points="${points}"/></svg>`;
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
