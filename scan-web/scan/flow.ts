/**
 * From the fields to the package, step by step: what came in, what was made of it, what was lost, went elsewhere or is left. Lots of one
 * kind, product and holder that lie equally deep are one step, so that a bag of one garden and a blend of a hundred read alike. Pure.
 */
import { hexOf } from "../../protocol/bytes.ts";
import type { Hex } from "../../protocol/history.ts";
import { type Key, type Said, said, type Unit, type Value } from "../ui/i18n.ts";
import { lotsOf } from "./ancestry.ts";
import { believed, takenKey } from "./corrections.ts";
import { bookedOf } from "./fates.ts";
import { type Graph, holderOf, inputsOf, madeOf, organisationOf } from "./graph.ts";
import type { GraphEntry } from "./open.ts";
import { sourcesOf } from "./sources.ts";
import type { Flow, FlowExit, FlowStep } from "./story.ts";
import { unitOf } from "./units.ts";

export { flowOf, labelledOf };

/** @param numbers by entry, under which number the page tells it. Null for what is no lot. */
function flowOf(graph: Graph, lot: Hex, numbers: ReadonlyMap<string, number>): Flow | null {
  const made = madeOf(graph, lot);
  if (made === null) return null;
  const drawing = new Drawing(
    graph,
    lot,
    unitOf((made.product === null ? null : graph.product(made.product))?.uom ?? null),
  );
  return {
    unit: drawing.unit,
    steps: drawing.steps(),
    booked: bookedOf(graph, lotsOf(graph, lot)).map(({ id, difference }) => ({
      difference,
      number: numbers.get(id) ?? 0,
    })),
  };
}

/** How many labels of a lot count: issued less what was voided, of all its runs. */
function labelledOf(graph: Graph, lot: Hex): { readonly issued: bigint; readonly voided: bigint } {
  let issued = 0n;
  let voided = 0n;
  for (const { open } of graph.subjects.get(lot)?.entries ?? []) {
    if (open.name === "LABEL") issued += open.args.count;
    if (open.name === "VOID") voided += open.args.ranges.reduce((sum, { number }) => sum + number, 0n);
  }
  return { issued, voided };
}

/** As `step` of TRANSFORM says it (docs/ledger.md, kind 57). */
const STEPS: Readonly<Record<number, Key>> = {
  1: "flow.process",
  2: "flow.pack",
  3: "flow.split",
  4: "flow.merge",
};

/** Reasons of a DISCARD of a lot. */
const DISCARDS: Readonly<Record<number, Key>> = {
  1: "flow.discard.1",
  2: "flow.discard.2",
  3: "flow.discard.3",
  4: "flow.discard.4",
};

class Drawing {
  readonly unit: Unit;
  readonly #graph: Graph;
  readonly #lot: Hex;
  readonly #story: ReadonlySet<Hex>;
  readonly #depths = new Map<Hex, number>();

  constructor(graph: Graph, lot: Hex, unit: Unit) {
    this.#graph = graph;
    this.#lot = lot;
    this.unit = unit;
    this.#story = lotsOf(graph, lot);
  }

  steps(): readonly FlowStep[] {
    const groups = new Map<string, Hex[]>();
    const deep = [...this.#story].sort((one, other) => this.#depth(one) - this.#depth(other));
    for (const id of deep) {
      const subject = this.#graph.subjects.get(id);
      const open = subject?.maker?.open;
      const step = open?.name === "TRANSFORM" ? open.args.step : 0;
      const key = [this.#depth(id), open?.name, step, madeOf(this.#graph, id)?.product, holderOf(subject)].join(" ");
      groups.set(key, [...(groups.get(key) ?? []), id]);
    }
    let before = 0n;
    return [...groups.values()].map((ids) => {
      const step = this.#step(ids, before);
      before = step.after;
      return step;
    });
  }

  /** How many lots lie between a lot and the fields, by the longest way. */
  #depth(id: Hex): number {
    const found = this.#depths.get(id);
    if (found !== undefined) return found;
    this.#depths.set(id, 0); // a circle cannot be on the ledger; a forged one must not hang the page
    const inputs = inputsOf(this.#graph, this.#graph.subjects.get(id)).filter((input) => this.#story.has(input.id));
    const depth = inputs.length === 0 ? 0 : 1 + Math.max(...inputs.map((input) => this.#depth(input.id)));
    this.#depths.set(id, depth);
    return depth;
  }

  /** @param before on its way to the lot in hand when this step begins */
  #step(ids: readonly Hex[], before: bigint): FlowStep {
    const makers = unique(ids.flatMap((id) => this.#graph.subjects.get(id)?.maker ?? []));
    const isGround = makers.every(({ open }) => open.name !== "TRANSFORM" && open.name !== "SHIP");
    const ins = isGround ? 0n : sum(ids.flatMap((id) => this.#taken(id)));
    const made = sum(ids.map((id) => madeOf(this.#graph, id)?.amount ?? 0n));
    const goesOn = sum(ids.map((id) => this.#goesOn(id)));
    const isLast = ids.includes(this.#lot);
    const { issued, voided } = isLast ? labelledOf(this.#graph, this.#lot) : { issued: 0n, voided: 0n };
    return {
      said: this.#title(ids, makers, made),
      isPassing: makers.every(({ open }) => open.name === "SHIP" || (open.name === "TRANSFORM" && open.args.step > 2)),
      sources: isGround ? sourcesOf(this.#graph, ids, made) : [],
      made,
      before,
      came: isGround ? made : 0n,
      after: before - ins + goesOn + (isLast ? this.#end() : 0n),
      exits: [...this.#lostIn(makers), ...this.#elsewhere(ids, isLast)],
      end: isLast ? this.#endSaid(issued - voided) : null,
    };
  }

  /** What it took of lots of the story. Of several outputs of one entry, the first stands for it. */
  #taken(id: Hex): readonly bigint[] {
    const subject = this.#graph.subjects.get(id);
    const first = subject?.maker?.subject ?? id;
    if (first !== id && this.#story.has(first)) return [];
    return inputsOf(this.#graph, subject)
      .filter((input) => this.#story.has(input.id))
      .map(({ amount }) => amount);
  }

  /** What of a lot went on towards the one in hand. */
  #goesOn(id: Hex): bigint {
    const seen = new Set<string>();
    let amount = 0n;
    for (const consumer of this.#story) {
      const subject = this.#graph.subjects.get(consumer);
      const maker = subject?.maker;
      if (maker == null || seen.has(maker.id)) continue;
      seen.add(maker.id);
      amount += sum(inputsOf(this.#graph, subject).flatMap((input) => (input.id === id ? input.amount : [])));
    }
    return amount;
  }

  /** What ends in the lot in hand: its labels that count; without any, all that is left. */
  #end(): bigint {
    const { issued, voided } = labelledOf(this.#graph, this.#lot);
    return issued === 0n ? this.#left(this.#lot) : (issued - voided) * this.#net();
  }

  #endSaid(labels: bigint): Said {
    const amount = this.#end();
    const all = { amount: this.#amount(amount) };
    const { issued, voided } = labelledOf(this.#graph, this.#lot);
    if (issued === 0n) return said("flow.left", all);
    const words = {
      ...all,
      labels: Number(labels),
      net: { amount: this.#net(), unit: this.unit, form: "small" } as const,
    };
    return voided === 0n
      ? said("flow.labelled", words)
      : said("flow.labelled.voided", { ...words, issued: Number(issued), voided: Number(voided) });
  }

  #net(): bigint {
    const product = madeOf(this.#graph, this.#lot)?.product ?? null;
    return (product === null ? null : this.#graph.product(product)?.net) ?? 0n;
  }

  #left(id: Hex): bigint {
    const out = this.#outOf(id);
    return (madeOf(this.#graph, id)?.amount ?? 0n) - sum(Object.values(out));
  }

  /** Where what was made of one lot is now, by what the ledger booked; what is not named here is left. */
  #outOf(id: Hex): Readonly<Record<"used" | "sent" | "labelled" | "discarded" | "missing", bigint>> {
    const out = { used: 0n, sent: 0n, labelled: 0n, discarded: 0n, missing: 0n };
    const { corrections, subjects } = this.#graph;
    const subject = subjects.get(id);
    const product = madeOf(this.#graph, id)?.product ?? null;
    const net = (product === null ? null : this.#graph.product(product)?.net) ?? 0n;
    const entries = subject?.entries ?? [];
    const back = new Set(entries.flatMap((entry) => (RETURNS.has(entry.open.name) ? [entry.subject] : [])));
    for (const { id: entry, open, subject: by } of entries) {
      const more = corrections.taken.get(takenKey(by, id)) ?? 0n;
      if (open.name === "TRANSFORM" && by !== id) {
        const taken = open.args.inputs.find((input) => hexOf(input.id) === id)?.amount;
        if (taken !== undefined) out.used += taken + more;
      }
      // Packed goods that were sent are counted with the labels on them.
      if (open.name === "SHIP" && by !== id && !open.args.packed && !back.has(by)) out.sent += open.args.amount + more;
      if (open.name === "LABEL") out.labelled += open.args.count * net;
      if (open.name === "VOID") out.labelled -= sum(open.args.ranges.map(({ number }) => number)) * net;
      if (by !== id) continue;
      const later = corrections.lostBy.get(entry) ?? 0n;
      if (open.name === "DISCARD") out.discarded += open.args.amount + later;
      if (open.name === "RECEIVE") out.missing += this.#offered(id) - open.args.amount + later;
    }
    return out;
  }

  #offered(id: Hex): bigint {
    return madeOf(this.#graph, id)?.amount ?? 0n;
  }

  #title(ids: readonly Hex[], makers: readonly GraphEntry[], made: bigint): Said {
    const [first] = ids;
    const maker = makers[0];
    const product = first === undefined ? null : (madeOf(this.#graph, first)?.product ?? null);
    const name: Value = (product === null ? null : this.#graph.product(product)?.name) ?? "";
    const amount = this.#amount(made);
    if (maker?.open.name === "SHIP") {
      const { to } = maker.open.args;
      if (to === maker.organisation) return said("flow.moved", { amount });
      return said("flow.ship", { to: organisationOf(this.#graph, to).names, amount });
    }
    if (maker?.open.name === "ORIGIN") return said("flow.origin", { name, amount });
    if (maker?.open.name === "TRANSFORM") return said(STEPS[maker.open.args.step] ?? "flow.process", { name, amount });
    return said("flow.harvest", { name, amount });
  }

  /** What went into entries and did not come out, as their holder explains it; and what came out beside. */
  #lostIn(makers: readonly GraphEntry[]): readonly FlowExit[] {
    const beside = new Map<string, { key: Key; name: Value; amount: bigint }>();
    const causes = new Map<string, { cause: Value; amount: bigint }>();
    let [ins, made, step] = [0n, 0n, 0];
    for (const maker of makers) {
      const { open, event, subject } = maker;
      if (open.name !== "TRANSFORM") continue;
      step = open.args.step;
      ins += sum(inputsOf(this.#graph, this.#graph.subjects.get(subject)).map(({ amount }) => amount));
      const firstBeside = open.args.outputs.length - (event?.byProducts ?? 0);
      for (const [n, output] of open.args.outputs.entries()) {
        const id = n === 0 ? subject : (event?.outputs[n]?.subject ?? null);
        const amount = output.amount + (id === null ? 0n : (this.#graph.corrections.made.get(id) ?? 0n));
        made += amount;
        if (n === 0 || (id !== null && this.#story.has(id))) continue;
        const key = n >= firstBeside ? "flow.by-product" : "flow.other-lot";
        const name: Value =
          this.#graph.product(hexOf(output.id))?.name ?? event?.outputs[n]?.product?.name ?? said("flow.no-name");
        const same = beside.get(`${key} ${hexOf(output.id)}`);
        beside.set(`${key} ${hexOf(output.id)}`, { key, name, amount: amount + (same?.amount ?? 0n) });
      }
      const now = believed(this.#graph.corrections, maker)?.event ?? event;
      for (const { cause, amount } of now?.losses ?? []) {
        const key = JSON.stringify(cause);
        causes.set(key, { cause, amount: amount + (causes.get(key)?.amount ?? 0n) });
      }
    }
    const loss = ins - made;
    return [
      ...[...beside.values()].map(({ key, name, amount }): FlowExit => {
        return { kind: "side", amount, said: said(key, { name, amount: this.#amount(amount) }) };
      }),
      ...(loss <= 0n
        ? []
        : [
            {
              kind: "lost" as const,
              amount: loss,
              said: this.#lossSaid({ loss, ins, made, step }, [...causes.values()]),
            },
          ]),
    ];
  }

  #lossSaid(
    { loss, ins, made, step }: { loss: bigint; ins: bigint; made: bigint; step: number },
    causes: readonly { readonly cause: Value; readonly amount: bigint }[],
  ): Said {
    const amount = this.#amount(loss);
    const [only] = causes;
    if (causes.length === 1 && only?.amount === loss) return said("flow.cause", { cause: only.cause, amount });
    if (causes.length > 0) {
      const list = causes.map((one) => said("flow.cause", { cause: one.cause, amount: this.#amount(one.amount) }));
      return said("flow.loss.causes", { amount, list: { list } });
    }
    if (step !== 1 || made === 0n) return said("flow.loss", { amount });
    return said("weights.loss", { amount, ratio: Math.round((Number(ins) / Number(made)) * 10) / 10 });
  }

  /** What of these lots does not go on to the one in hand, the same told together. */
  #elsewhere(ids: readonly Hex[], isLast: boolean): readonly FlowExit[] {
    const exits: FlowExit[] = [];
    const add = (kind: FlowExit["kind"], amount: bigint, key: Key) => {
      if (amount > 0n) exits.push({ kind, amount, said: said(key, { amount: this.#amount(amount) }) });
    };
    const outs = ids.map((id) => ({ id, ...this.#outOf(id) }));
    const usedHere = sum(ids.map((id) => this.#goesOn(id)));
    const away = sum(outs.map(({ used, sent }) => used + sent)) - usedHere;
    add("elsewhere", away, "flow.elsewhere");
    if (!isLast) add("elsewhere", sum(outs.map(({ labelled }) => labelled)), "flow.labelled-elsewhere");
    for (const [reason, amount] of this.#discards(ids)) add("lost", amount, DISCARDS[reason] ?? "flow.loss");
    add("lost", sum(outs.map(({ missing }) => missing)), "flow.missing");
    const { issued } = labelledOf(this.#graph, this.#lot);
    if (!isLast || issued > 0n) add("left", sum(ids.map((id) => this.#left(id))), "flow.left");
    return exits;
  }

  #discards(ids: readonly Hex[]): ReadonlyMap<number, bigint> {
    const found = new Map<number, bigint>();
    for (const id of ids) {
      for (const { id: entry, open, subject } of this.#graph.subjects.get(id)?.entries ?? []) {
        if (open.name !== "DISCARD" || subject !== id) continue;
        const amount = open.args.amount + (this.#graph.corrections.lostBy.get(entry) ?? 0n);
        found.set(open.args.reason, (found.get(open.args.reason) ?? 0n) + amount);
      }
    }
    return found;
  }

  #amount(amount: bigint): Value {
    return { amount, unit: this.unit, form: "short" };
  }
}

const RETURNS: ReadonlySet<string> = new Set(["REFUSE", "WITHDRAW"]);

function unique(entries: readonly GraphEntry[]): readonly GraphEntry[] {
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((all, amount) => all + amount, 0n);
}
