/**
 * Where a lot came from, computed from the amounts on the ledger: which plots, and how much of it any of them can be at most.
 * Pure. A claim follows custody: once blended, nothing is said to come from one plot.
 */
import { hexOf } from "../../protocol/bytes.ts";
import { boundsOf, type CustodyLot } from "../../protocol/custody.ts";
import type { OpenEntry } from "../../protocol/entry.ts";
import type { Hex } from "../../protocol/history.ts";
import { kindByName, kindByNumber } from "../../protocol/kinds/all.ts";
import { type Graph, inputsOf, madeOf } from "./graph.ts";

export type { Shares };
export { cameFrom, freshInput, harvestsOf, lotsOf, plantingsOf, sharesOf, storyOf };

interface Shares {
  /** By plot: at most this part of the lot, 0 … 1. */
  readonly plots: ReadonlyMap<Hex, number>;
  /** What came from outside this ledger, at most; 0 where nothing did. */
  readonly outside: number;
}

/** By the bound that `verify` has too (protocol/custody.ts). What is not told came from outside, as far as this page knows. */
function sharesOf(graph: Graph, lot: Hex): Shares {
  const find = (id: Hex): CustodyLot => lotIn(graph, id);
  const bounds = boundsOf(lot, find) ?? { plots: [], outside: 1000 };
  return {
    plots: new Map(bounds.plots.map(({ plot, most }) => [plot, most / 1000])),
    outside: bounds.outside / 1000,
  };
}

function lotIn(graph: Graph, id: Hex): CustodyLot {
  const subject = graph.subjects.get(id);
  const made = madeOf(graph, id)?.amount ?? 0n;
  const inputs = inputsOf(graph, subject).map((input) => {
    const planting = graph.subjects.get(input.id)?.maker?.open;
    return { ...input, plot: planting?.name === "PLANT" ? hexOf(planting.args.plot) : null };
  });
  // Something of it is there, however little is known of it.
  return { made: made > 0n ? made : 1n, together: togetherOf(graph, id, made), inputs };
}

/** Of all that one entry made: of outputs that this history has as corrected, of others as written. */
function togetherOf(graph: Graph, id: Hex, made: bigint): bigint {
  const maker = graph.subjects.get(id)?.maker;
  if (maker?.open.name !== "TRANSFORM") return made > 0n ? made : 1n;
  const { outputs } = maker.open.args;
  return outputs.reduce((sum, { amount }, n) => {
    const named = n === 0 ? maker.subject : (maker.event?.outputs[n]?.subject ?? null);
    return sum + amount + (named === null ? 0n : (graph.corrections.made.get(named) ?? 0n));
  }, 0n);
}

/**
 * The run in hand, its lot and all that they came from, as the ledger derives them (docs/ledger.md §5.3): a claimed certificate with
 * its application, consignments, lots, plantings, plots.
 */
function storyOf(graph: Graph): ReadonlySet<Hex> {
  const { code, lot } = graph.history;
  return ancestorsOf(graph, code === null ? [lot] : [code.run, lot]);
}

/** Whether this history shows that it was made of that. */
function cameFrom(graph: Graph, id: Hex, from: Hex): boolean {
  return ancestorsOf(graph, [id]).has(from);
}

function ancestorsOf({ subjects }: Graph, ids: readonly Hex[]): ReadonlySet<Hex> {
  const found = new Set(ids);
  // A set is walked to its end, what is added on the way included.
  for (const id of found) {
    const open = subjects.get(id)?.maker?.open;
    for (const touched of open === undefined || !kindByName(open.name).making ? [] : touchedBy(open))
      found.add(touched);
  }
  return found;
}

function touchedBy(open: OpenEntry): readonly Hex[] {
  return kindByNumber(kindByName(open.name).number)
    .touches(open.args)
    .map(({ id }) => hexOf(id));
}

/** The lot and every lot that it came from. */
function lotsOf(graph: Graph, lot: Hex): ReadonlySet<Hex> {
  const found = new Set<Hex>();
  const visit = (id: Hex): void => {
    if (found.has(id) || madeOf(graph, id) === null) return;
    found.add(id);
    for (const input of inputsOf(graph, graph.subjects.get(id))) visit(input.id);
  };
  visit(lot);
  return found;
}

/** The lots among them that are harvests. */
function harvestsOf(graph: Graph, lot: Hex): readonly Hex[] {
  return [...lotsOf(graph, lot)].filter((id) => graph.subjects.get(id)?.maker?.open.name === "HARVEST");
}

/** The plantings that they were harvested from. */
function plantingsOf(graph: Graph, lot: Hex): ReadonlySet<Hex> {
  return new Set(
    harvestsOf(graph, lot).flatMap((id) => inputsOf(graph, graph.subjects.get(id)).map((input) => input.id)),
  );
}

/** How much was weighed in for this lot before anything was made of it, thousandths; losses follow the amounts. */
function freshInput(graph: Graph, lot: Hex, known: Map<Hex, bigint> = new Map()): bigint {
  const found = known.get(lot);
  if (found !== undefined) return found;
  known.set(lot, 0n); // as above: a forged circle ends here
  const made = madeOf(graph, lot);
  const subject = graph.subjects.get(lot);
  const open = subject?.maker?.open;
  let fresh = made?.amount ?? 0n;
  const [sent] = open?.name === "SHIP" ? inputsOf(graph, subject) : [];
  if (sent !== undefined) {
    const whole = madeOf(graph, sent.id)?.amount ?? sent.amount;
    fresh = whole === 0n ? 0n : (freshInput(graph, sent.id, known) * sent.amount) / whole;
  }
  if (made !== null && open?.name === "TRANSFORM") {
    fresh = inputsOf(graph, subject).reduce((sum, { id, amount }) => {
      const whole = madeOf(graph, id)?.amount ?? amount;
      return whole === 0n ? sum : sum + (freshInput(graph, id, known) * amount) / whole;
    }, 0n);
    const first = graph.corrections.made.get(subject?.maker?.subject ?? lot) ?? 0n;
    const out = open.args.outputs.reduce((sum, { amount }) => sum + amount, first);
    if (out !== 0n) fresh = (fresh * made.amount) / out;
  }
  known.set(lot, fresh);
  return fresh;
}
