/** Shapes of plots as plain SVG, each with a text alternative that says the same. Pure. */
import { type Html, html } from "../ui/html.ts";
import type { Speaker } from "../ui/i18n.ts";
import type { PlotStory } from "./story.ts";

export { plotShape };

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
