/** Areas of plots, and what may be and was harvested of plantings, corrections and ended seasons included (docs/ledger.md §6). Pure. */
import { type Hex, hexOf } from "../bytes.ts";
import type { OpenEntry } from "../entry.ts";
import type { Share } from "../kinds/kind.ts";
import { eventsOf } from "./events.ts";
import type { Findings } from "./findings.ts";
import type { CheckedLog } from "./logs.ts";
import { over } from "./over.ts";
import type { PlantingBooks, PlotBooks } from "./report-books.ts";

export { plantingBooks, plotBooks, shareOf };

/** Square-metre thousandths × thousandths a hectare → thousandths of the unit. */
const CAP_DIVISOR = 10_000_000n;

/** Areas of a plot, with every correction of its own and of its plantings. */
function plotBooks(findings: Findings, log: CheckedLog, made: bigint): PlotBooks {
  let [area, planted] = [made, 0n];
  for (const event of eventsOf(log)) {
    const { entry, isTouch } = event;
    if (entry.name === "PLANT" && isTouch) planted += entry.args.area;
    // An ended season gives its area back; that it is all of it, the planting's own log tells.
    if (entry.name === "DISCARD" && isTouch) planted -= entry.args.amount;
    if (entry.name === "CORRECT" && isTouch) planted += entry.args.others;
    if (entry.name === "CORRECT" && !isTouch) area += entry.args.own;
    if (planted > area) over(findings, event, "planted", planted, area);
    if (planted < 0n) over(findings, event, "planted", planted, 0n);
  }
  return { id: log.id, area, planted, free: area - planted };
}

function plantingBooks(findings: Findings, log: CheckedLog, made: OpenEntry & { name: "PLANT" }): PlantingBooks {
  const { cap, plot, product } = made.args;
  let [area, harvested] = [made.args.area, 0n];
  let endedAtS: number | null = null;
  const allowed = (): bigint => (area * cap) / CAP_DIVISOR;
  for (const event of eventsOf(log)) {
    const { entry, isTouch } = event;
    if (entry.name === "HARVEST" && isTouch) harvested += shareOf(entry.args.inputs, log.id);
    if (entry.name === "CORRECT" && isTouch) harvested += entry.args.others;
    if (entry.name === "CORRECT" && !isTouch) {
      area += entry.args.own;
      if (entry.args.own !== entry.args.others) {
        over(findings, event, "area of planting and plot", entry.args.own, entry.args.others);
      }
    }
    if (entry.name === "DISCARD" && !isTouch) {
      endedAtS ??= event.atS;
      if (entry.args.amount !== area) over(findings, event, "area given back", entry.args.amount, area);
    }
    if (harvested > allowed()) over(findings, event, "harvested", harvested, allowed());
    if (harvested < 0n || area < 0n) over(findings, event, "harvested", harvested, 0n);
  }
  return { id: log.id, plot: hexOf(plot), product: hexOf(product), area, allowed: allowed(), harvested, endedAtS };
}

function shareOf(shares: readonly Share[], id: Hex): bigint {
  return shares.find((share) => hexOf(share.id) === id)?.amount ?? 0n;
}
