/**
 * Shapes, drawn by hand. Who stands behind a statement is told by shape and word, never by colour alone: a filled disc with a
 * tick, a diamond, a ring, a broken ring. A page defines them once (`shapes`) and uses them by name.
 */
import { type Html, html } from "./html.ts";

export type { Grade };
export { furrows, GRADES, grade, seal, shapes };

type Grade = "ledger" | "third" | "stated" | "none";
const GRADES: readonly Grade[] = ["ledger", "third", "stated", "none"];

/** Once a page, before any `grade`. */
function shapes(): Html {
  return html`<svg class="shapes" width="0" height="0" aria-hidden="true" focusable="false"><defs>
<symbol id="g-ledger" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="currentColor"/><path d="M4.6 8.2l2.3 2.3 4.4-5" fill="none" stroke="var(--card)" stroke-width="1.8"/></symbol>
<symbol id="g-third" viewBox="0 0 16 16"><path d="M8 .6L15.4 8 8 15.4.6 8z" fill="currentColor"/></symbol>
<symbol id="g-stated" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.3" fill="none" stroke="currentColor" stroke-width="2"/></symbol>
<symbol id="g-none" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.3" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="3 2.4"/></symbol>
</defs></svg>`;
}

/** One of the shapes. With `label` it speaks for itself; without, a word stands beside it. */
function grade(which: Grade, label?: string): Html {
  if (label === undefined) return html`<svg class="grade ${which}" aria-hidden="true"><use href="#g-${which}"/></svg>`;
  return html`<svg class="grade ${which}" role="img" aria-label="${label}"><use href="#g-${which}"/></svg>`;
}

/** The verdict's seal: a shield; the script changes what is in it (`.tick`, `.cross`, `.dots`). */
function seal(): Html {
  return html`<svg class="seal" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="M12 2l8 4v6c0 5-3.4 8.6-8 10-4.6-1.4-8-5-8-10V6z" fill="currentColor" fill-opacity=".12"/><path class="dots" d="M8 12h.1M12 12h.1M16 12h.1" stroke-linecap="round"/><path class="tick" d="M8 12l3 3 5-6"/><path class="look" d="M12 7.5v5M12 16v.1" stroke-linecap="round"/><path class="cross" d="M9 9l6 6M15 9l-6 6"/></svg>`;
}

/** The one ornament: a field's lines. */
function furrows(className = "furrows"): Html {
  return html`<svg class="${className}" viewBox="0 0 360 84" preserveAspectRatio="none" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2"><path vector-effect="non-scaling-stroke" d="${LINES.join("")}"/></svg>`;
}

const LINES = [12, 24, 36, 48, 60].map((down) => `M-9 ${down}c70-34 150 30 232 1s108-16 146-4`);
