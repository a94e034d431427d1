/** A code drawn on the phone itself, without a network. What draws it is loaded when somebody wants to see one. */
import { type Html, html } from "../ui/html.ts";
import { outlineOf } from "../ui/outline.ts";

export { drawCode };

/** Modules of white around it (ISO/IEC 18004). */
const QUIET = 4;

/** `label`: for whoever does not see it. */
async function drawCode(text: string, label: string): Promise<Html> {
  const { default: QRCode } = await import("qrcode");
  const { modules } = QRCode.create(text, { errorCorrectionLevel: "M" });
  const { size } = modules;
  const whole = size + 2 * QUIET;
  const path = outlineOf(size, (x, y) => modules.get(y, x) === 1);
  return html`<svg class="code" viewBox="${-QUIET} ${-QUIET} ${whole} ${whole}" role="img" aria-label="${label}"><path d="${path}"/></svg>`;
}
