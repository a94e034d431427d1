/**
 * Where harvests come from, few enough to be read: plots while they are few, else their villages, the largest first and the rest as one
 * number. Pure.
 */
import { hexOf } from "../../protocol/bytes.ts";
import type { Hex } from "../../protocol/history.ts";
import { type Names, said, type Value } from "../ui/i18n.ts";
import { type Graph, inputsOf } from "./graph.ts";
import type { FlowSource } from "./story.ts";

export { sourcesOf };

/** So many are told by name. */
const NAMED = 4;

/** @param ids harvests, or lots from outside (which have one source that nobody knows) */
function sourcesOf(graph: Graph, ids: readonly Hex[], made: bigint): readonly FlowSource[] {
  const plots = new Map<Hex, bigint>();
  for (const id of ids) {
    for (const { id: planting, amount } of inputsOf(graph, graph.subjects.get(id))) {
      const open = graph.subjects.get(planting)?.maker?.open;
      const plot = open?.name === "PLANT" ? hexOf(open.args.plot) : planting;
      plots.set(plot, (plots.get(plot) ?? 0n) + amount);
    }
  }
  if (plots.size === 0) return [{ amount: made, said: null }];
  const all = [...plots].sort((one, other) => Number(other[1] - one[1]));
  if (all.length <= NAMED)
    return all.map(([plot, amount]) => ({ amount, said: said("flow.plot", { name: nameOf(graph, plot) }) }));
  const villages = new Map<string, { name: Names | null; amount: bigint; count: number }>();
  for (const [plot, amount] of all) {
    const name = graph.plot(plot)?.village ?? null;
    const key = JSON.stringify(name);
    const known = villages.get(key) ?? { name, amount: 0n, count: 0 };
    villages.set(key, { ...known, amount: known.amount + amount, count: known.count + 1 });
  }
  const largest = [...villages.values()].sort((one, other) => Number(other.amount - one.amount));
  const shown = largest.length <= NAMED ? largest : largest.slice(0, NAMED - 1);
  const rest = largest.slice(shown.length);
  return [
    ...shown.map(({ name, amount, count }) => ({
      amount,
      said: name === null ? said("flow.plots", { count }) : said("flow.village", { name, count }),
    })),
    ...(rest.length === 0
      ? []
      : [
          {
            amount: rest.reduce((sum, { amount }) => sum + amount, 0n),
            said: said("flow.more", { count: rest.reduce((sum, { count }) => sum + count, 0) }),
          },
        ]),
  ];
}

function nameOf(graph: Graph, plot: Hex): Value {
  return graph.plot(plot)?.name ?? graph.plot(plot)?.code ?? said("plot.unnamed", { id: plot.slice(2, 6) });
}
