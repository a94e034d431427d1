/** The weights of a lot: what went in, what was made of it, where that is now, and what was put right since. Pure. */
import { hexOf } from "../../protocol/bytes.ts";
import type { Hex } from "../../protocol/history.ts";
import { freshInput, harvestsOf, lotsOf } from "./ancestry.ts";
import { bookedOf } from "./fates.ts";
import { type Graph, madeOf } from "./graph.ts";
import { unitOf } from "./sentences.ts";
import type { Weights } from "./story.ts";

export { weightsOf };

/** @param numbers by entry, under which number the page tells it. Null for what is no lot. */
function weightsOf(graph: Graph, lot: Hex, numbers: ReadonlyMap<string, number>): Weights | null {
  const made = madeOf(graph, lot);
  if (made === null) return null;
  const product = made.product === null ? null : graph.product(made.product);
  const input = freshInput(graph, lot);
  const entries = graph.subjects.get(lot)?.entries ?? [];
  const net = product?.net ?? 0n;
  let labels = 0n;
  let used = 0n;
  for (const { open, subject } of entries) {
    if (open.name === "LABEL") labels += open.args.count;
    if (open.name === "TRANSFORM" && subject !== lot)
      used += open.args.inputs.find(({ id }) => hexOf(id) === lot)?.amount ?? 0n;
    if (open.name === "CORRECT" && hexOf(open.args.other) === lot) used += open.args.others;
  }
  const [harvest] = harvestsOf(graph, lot);
  const fresh = harvest === undefined ? null : (madeOf(graph, harvest)?.product ?? null);
  return {
    unit: unitOf(product?.uom ?? null),
    input,
    made: made.amount,
    loss: input - made.amount,
    labels: Number(labels),
    net,
    labelled: labels * net,
    used,
    left: made.amount - labels * net - used,
    booked: bookedOf(graph, lotsOf(graph, lot)).map(({ id, difference }) => ({
      difference,
      number: numbers.get(id) ?? 0,
    })),
    inputName: fresh === null ? null : (graph.product(fresh)?.name ?? null),
    madeName: product?.name ?? null,
  };
}
