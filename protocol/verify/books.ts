/**
 * The books, recomputed from the entries alone (docs/ledger.md §6, §7): areas of plots, caps of plantings, what became of each lot, label
 * runs and certificates, corrections included. The ledger checked all this when it accepted them; a reader need not believe that. Pure.
 */
import type { Hex } from "../bytes.ts";
import type { Findings } from "./findings.ts";
import type { Maker } from "./graph.ts";
import { certificateBooks, runBooks } from "./label-books.ts";
import { plantingBooks, plotBooks } from "./land-books.ts";
import type { CheckedLog } from "./logs.ts";
import { type Keeping, lotBooks, takenIn } from "./lot-books.ts";
import type { Report } from "./report.ts";
import type { Tenures } from "./tenure.ts";

export { recompute };

interface Parts {
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly tenures: Tenures;
  readonly findings: Findings;
}

function recompute({ logs, makers, tenures, findings }: Parts): Report["books"] {
  const parts: Keeping = { makers, tenures, findings, taken: takenIn(logs) };
  const books: { -readonly [Name in keyof Report["books"]]: Report["books"][Name][number][] } = {
    ...{ lots: [], plantings: [], plots: [], runs: [], certificates: [] },
  };
  for (const log of logs.values()) {
    const entry = makers.get(log.id)?.entry;
    switch (entry?.name) {
      case "PLOT":
        books.plots.push(plotBooks(findings, log, entry.args.area));
        break;
      case "PLANT":
        books.plantings.push(plantingBooks(findings, log, entry));
        break;
      case "ORIGIN":
      case "HARVEST":
      case "TRANSFORM":
      case "SHIP":
        books.lots.push(lotBooks(parts, log, entry));
        break;
      case "LABEL":
        books.runs.push(runBooks(parts, log, entry));
        break;
      case "CERTIFY":
        books.certificates.push(certificateBooks(parts, log, entry));
        break;
      default:
    }
  }
  return books;
}
