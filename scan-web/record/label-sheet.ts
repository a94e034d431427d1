/** Labels on paper, drawn by the server of serials that this phone alone keeps (docs/labels.md). Asks the network; keeps for the page's life what was answered. */
import type { Lang } from "../ui/i18n.ts";

export type { Checked, SheetAsk };
export { checkSheet, checkedOf, FORMATS, MAX_SERIALS, sheetJson };

/** Paper, in millimetres; a4: forty labels a sheet. */
const FORMATS = ["a4", "60x40", "40x30"] as const;
/** Of one sheet: what the server takes at once. */
const MAX_SERIALS = 1000;
const TIME_MS = 20_000;

interface SheetAsk {
  readonly base: string;
  readonly run: string;
  readonly format: (typeof FORMATS)[number];
  /** Of all numbers of the run: from which on, up to which, counted from 1. */
  readonly from: number;
  readonly to: number;
  readonly lang: Lang;
  readonly serials: readonly string[];
}

type Checked = { readonly state: "ready"; readonly asked: SheetAsk } | { readonly state: "no"; readonly type: string };

const checked = new Map<string, Checked>();

/** What was answered last about a run on this page; null: nothing was asked. */
function checkedOf(run: string): Checked | null {
  return checked.get(run) ?? null;
}

/** As `POST /api/label-sheets` takes it. */
function sheetJson({ serials, from, to, format, lang }: SheetAsk, as: "html" | "check"): string {
  return JSON.stringify({ serials: serials.slice(from - 1, to), format, as, lang });
}

/** Whether every label can be drawn, before a page is opened for it. Never throws. */
async function checkSheet(asked: SheetAsk): Promise<void> {
  checked.set(asked.run, await answerTo(asked));
}

async function answerTo(asked: SheetAsk): Promise<Checked> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIME_MS);
  try {
    const response = await fetch(`${asked.base}/api/label-sheets`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: sheetJson(asked, "check"),
      signal: stop.signal,
    });
    if (response.ok) return { state: "ready", asked };
    const { type } = (await response.json()) as { readonly type?: unknown };
    return { state: "no", type: typeof type === "string" ? type.replace(/^urn:furrow:problem:/, "") : "internal" };
  } catch {
    return { state: "no", type: "offline" };
  } finally {
    clearTimeout(timer);
  }
}
