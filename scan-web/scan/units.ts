/** Amounts as people read them: in which unit a subject's own amount is counted, and shares of a whole. Pure. */
import { hexOf } from "../../protocol/bytes.ts";
import type { OpenEntry } from "../../protocol/entry.ts";
import type { Hex } from "../../protocol/history.ts";
import type { Unit } from "../ui/i18n.ts";
import { type Graph, madeOf } from "./graph.ts";

export { percent, unitIn, unitNumbered, unitOf };

/** Areas of plots and plantings; else as the product of the lot is, and what was sent from one as the lot. */
function unitIn(graph: Graph, id: Hex): Unit {
  const seen = new Set<Hex>();
  let lot = id;
  let open = makerOf(graph, lot);
  // A circle cannot be on the ledger; a forged one must not hang the page.
  while (open?.name === "SHIP" && !seen.has(lot)) {
    seen.add(lot);
    lot = hexOf(open.args.lot);
    open = makerOf(graph, lot);
  }
  if (open?.name === "PLOT" || open?.name === "PLANT") return "MTK";
  if (open?.name === "SHIP") return "KGM";
  const product = madeOf(graph, lot)?.product ?? null;
  return unitOf(product === null ? null : (graph.product(product)?.uom ?? null));
}

/** Of what went elsewhere there is no log here, but what it was taken of moved with it. */
function makerOf(graph: Graph, id: Hex): OpenEntry | null {
  const own = graph.subjects.get(id)?.maker;
  return (own ?? graph.entries.find(({ open, subject }) => subject === id && open.name === "SHIP"))?.open ?? null;
}

function unitOf(uom: string | null): Unit {
  return uom === "MTK" || uom === "H87" || uom === "LTR" ? uom : "KGM";
}

/** Numbers of docs/ledger.md §2; null for none. */
function unitNumbered(number: number): Unit | null {
  return UNITS[number] ?? null;
}

const UNITS: Readonly<Record<number, Unit>> = { 1: "KGM", 2: "MTK", 3: "H87", 4: "LTR" };

/** Of a share from 0 to 1. Rounded up: "at most 31 %" stays true. */
function percent(share: number): number {
  return Math.ceil(share * 100 - 1e-9);
}
