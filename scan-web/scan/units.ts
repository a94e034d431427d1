/** In which unit a subject's own amount is counted. Pure. */
import type { Hex } from "../../protocol/history.ts";
import type { Unit } from "../ui/i18n.ts";
import { type Graph, madeOf } from "./graph.ts";

export { unitIn, unitOf };

/** Areas of plots and plantings, else as its product is. */
function unitIn(graph: Graph, id: Hex): Unit {
  const made = madeOf(graph, id);
  if (made === null) return "MTK";
  return unitOf(made.product === null ? null : (graph.product(made.product)?.uom ?? null));
}

function unitOf(uom: string | null): Unit {
  return uom === "MTK" || uom === "H87" || uom === "LTR" ? uom : "KGM";
}
