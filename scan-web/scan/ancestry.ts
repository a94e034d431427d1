/**
 * Where a lot came from, computed from the amounts on the ledger: which plots, and how much of it any of them can be at most.
 * Pure. A claim follows custody: once blended, nothing is said to come from one plot.
 */
import { hexOf } from "../../protocol/bytes.ts";
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

const OUTSIDE = "0x" as Hex;

/**
 * Bounds, not estimates: of a blended lot that was used only in part, all that one plot gave may have gone into that part.
 * What is lost in a process is lost evenly, for it dries as one heap.
 */
function sharesOf(graph: Graph, lot: Hex): Shares {
  const bounds = boundsOf(graph, lot, new Map());
  const plots = new Map([...bounds].filter(([root]) => root !== OUTSIDE));
  return { plots, outside: bounds.get(OUTSIDE) ?? 0 };
}

function boundsOf(graph: Graph, lot: Hex, known: Map<Hex, ReadonlyMap<Hex, number>>): ReadonlyMap<Hex, number> {
  const found = known.get(lot);
  if (found !== undefined) return found;
  known.set(lot, new Map()); // a circle cannot be on the ledger; a forged one must not hang the page
  const subject = graph.subjects.get(lot);
  const bounds = new Map<Hex, number>();
  const add = (root: Hex, part: number) => bounds.set(root, Math.min(1, (bounds.get(root) ?? 0) + part));
  const inputs = inputsOf(graph, subject);
  const total = inputs.reduce((sum, { amount }) => sum + Number(amount), 0);
  for (const { id, amount } of inputs) {
    const weight = Number(amount) / total;
    const planting = graph.subjects.get(id)?.maker?.open;
    if (planting?.name === "PLANT") {
      add(hexOf(planting.args.plot), weight);
      continue;
    }
    const made = Number(madeOf(graph, id)?.amount ?? amount);
    for (const [root, part] of boundsOf(graph, id, known)) {
      add(root, weight * Math.min(1, (part * made) / Number(amount)));
    }
  }
  if (inputs.length === 0) add(OUTSIDE, 1);
  known.set(lot, bounds);
  return bounds;
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
