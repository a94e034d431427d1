/** What went into entries and did not come out, as their holder explains it; and what came out beside. In words and amounts. Pure. */
import { hexOf } from "../../protocol/bytes.ts";
import type { Hex } from "../../protocol/history.ts";
import { type Key, type Said, said, type Unit, type Value } from "../ui/i18n.ts";
import { believed } from "./corrections.ts";
import { sum } from "./flow-books.ts";
import { type Graph, inputsOf } from "./graph.ts";
import type { GraphEntry } from "./open.ts";
import type { FlowExit } from "./story.ts";

export { lossesOf };

/** So many causes are named. */
const NAMED = 5;

interface Cause {
  readonly cause: Value;
  readonly amount: bigint;
}

interface Beside {
  readonly key: Key;
  readonly name: Value;
  readonly amount: bigint;
}

/** @param makers each told once, however many of their outputs go on */
function lossesOf(
  graph: Graph,
  makers: readonly GraphEntry[],
  { story, unit }: { readonly story: ReadonlySet<Hex>; readonly unit: Unit },
): readonly FlowExit[] {
  const beside = new Map<string, Beside>();
  const causes = new Map<string, Cause>();
  let [ins, made, step] = [0n, 0n, 0];
  for (const maker of makers) {
    const { open, event, subject } = maker;
    if (open.name !== "TRANSFORM") continue;
    step = open.args.step;
    ins += sum(inputsOf(graph, graph.subjects.get(subject)).map(({ amount }) => amount));
    const firstBeside = open.args.outputs.length - (event?.byProducts ?? 0);
    for (const [n, output] of open.args.outputs.entries()) {
      const id = n === 0 ? subject : (event?.outputs[n]?.subject ?? null);
      const amount = output.amount + (id === null ? 0n : (graph.corrections.made.get(id) ?? 0n));
      made += amount;
      if (id !== null && story.has(id)) continue;
      const key = n >= firstBeside ? "flow.by-product" : "flow.other-lot";
      const product = hexOf(output.id);
      const name = graph.product(product)?.name ?? event?.outputs[n]?.product?.name ?? said("flow.no-name");
      const same = beside.get(`${key} ${product}`)?.amount ?? 0n;
      beside.set(`${key} ${product}`, { key, name, amount: amount + same });
    }
    const now = believed(graph.corrections, maker)?.event ?? event;
    for (const { cause, amount } of now?.losses ?? []) {
      const key = JSON.stringify(cause);
      causes.set(key, { cause, amount: amount + (causes.get(key)?.amount ?? 0n) });
    }
  }
  const loss = ins - made;
  const words = [...causes.values()];
  return [
    ...[...beside.values()]
      .filter(({ amount }) => amount > 0n)
      .map(({ key, name, amount }): FlowExit => {
        return { kind: "side", amount, said: said(key, { name, amount: shown(amount, unit) }) };
      }),
    ...(loss <= 0n
      ? []
      : [{ kind: "lost" as const, amount: loss, said: lossSaid({ loss, ins, made, step, unit }, words) }]),
  ];
}

function lossSaid(
  of: { loss: bigint; ins: bigint; made: bigint; step: number; unit: Unit },
  causes: readonly Cause[],
): Said {
  const { loss, ins, made, step, unit } = of;
  const amount = shown(loss, unit);
  const [only] = causes;
  if (causes.length === 1 && only?.amount === loss) return said("flow.cause", { cause: only.cause, amount });
  if (causes.length > 0) return said("flow.loss.causes", { amount, list: { list: causesSaid(causes, unit) } });
  if (step !== PROCESS || made === 0n) return said("flow.loss", { amount });
  return said("weights.loss", { amount, ratio: Math.round((Number(ins) / Number(made)) * 10) / 10 });
}

/** As `step` of TRANSFORM says it (docs/ledger.md, kind 57): drying alone makes so much less that its ratio says something. */
const PROCESS = 1;

/** The largest by name, the others together. */
function causesSaid(causes: readonly Cause[], unit: Unit): readonly Said[] {
  const sorted = [...causes].sort((one, other) => (one.amount < other.amount ? 1 : one.amount > other.amount ? -1 : 0));
  const named = sorted.length > NAMED + 1 ? sorted.slice(0, NAMED) : sorted;
  const rest = sorted.slice(named.length);
  const amount = shown(sum(rest.map((one) => one.amount)), unit);
  return [
    ...named.map((one) => said("flow.cause", { cause: one.cause, amount: shown(one.amount, unit) })),
    ...(rest.length === 0 ? [] : [said("flow.cause.more", { count: rest.length, amount })]),
  ];
}

function shown(amount: bigint, unit: Unit): Value {
  return { amount, unit, form: "short" };
}
