/**
 * From the fields to the package, step by step: what came in, what was made of it, what was lost, went elsewhere or is left. Lots of one
 * kind, product and holder that lie equally deep are one step, so that a bag of one garden and a blend of a hundred read alike. Pure.
 */
import type { Hex } from "../../protocol/history.ts";
import { type Key, type Said, said, type Unit, type Value } from "../ui/i18n.ts";
import { lotsOf } from "./ancestry.ts";
import { bookedOf } from "./fates.ts";
import { discardsOf, labelledOf, leftOf, netOf, outgoingOf, sum, takenOf } from "./flow-books.ts";
import { lossesOf } from "./flow-loss.ts";
import { type Graph, holderOf, inputsOf, madeOf, organisationOf } from "./graph.ts";
import type { GraphEntry } from "./open.ts";
import { sourcesOf } from "./sources.ts";
import type { Flow, FlowExit, FlowStep } from "./story.ts";
import { unitOf } from "./units.ts";

export { flowOf };

/** @param numbers by entry, under which number the page tells it. Null for what is no lot. */
function flowOf(graph: Graph, lot: Hex, numbers: ReadonlyMap<string, number>): Flow | null {
  const made = madeOf(graph, lot);
  if (made === null) return null;
  const unit = unitOf((made.product === null ? null : graph.product(made.product)?.uom) ?? null);
  const story = lotsOf(graph, lot);
  return {
    unit,
    steps: new Steps(graph, lot, { story, unit }).all(),
    booked: bookedOf(graph, story).map(({ id, difference }) => ({ difference, number: numbers.get(id) ?? 0 })),
  };
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

class Steps {
  readonly #graph: Graph;
  readonly #lot: Hex;
  readonly #story: ReadonlySet<Hex>;
  readonly #unit: Unit;
  readonly #depths = new Map<Hex, number>();
  /** Lots of the story by the entry that made them. */
  readonly #outputs = new Map<string, Hex[]>();
  /** Entries whose inputs and losses are told; more of their outputs may follow in later steps. */
  readonly #told = new Set<string>();

  constructor(graph: Graph, lot: Hex, { story, unit }: { readonly story: ReadonlySet<Hex>; readonly unit: Unit }) {
    this.#graph = graph;
    this.#lot = lot;
    this.#story = story;
    this.#unit = unit;
    for (const id of story) {
      const maker = graph.subjects.get(id)?.maker?.id;
      if (maker !== undefined) this.#outputs.set(maker, [...(this.#outputs.get(maker) ?? []), id]);
    }
  }

  all(): readonly FlowStep[] {
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
    const fresh = makers.filter(({ id }) => !this.#told.has(id));
    for (const { id } of fresh) this.#told.add(id);
    const isGround = makers.every(({ open }) => open.name !== "TRANSFORM" && open.name !== "SHIP");
    const made = this.#madeOf(ids);
    const isLast = ids.includes(this.#lot);
    return {
      said: this.#title(ids, makers, made),
      isPassing: makers.every(({ open }) => open.name === "SHIP" || (open.name === "TRANSFORM" && open.args.step > 2)),
      sources: isGround ? sourcesOf(this.#graph, ids, made) : [],
      made,
      before,
      came: isGround ? made : 0n,
      after: before - (isGround ? 0n : this.#turned(ids, fresh)) + this.#goesOn(ids) + (isLast ? this.#end() : 0n),
      exits: [...lossesOf(this.#graph, fresh, { story: this.#story, unit: this.#unit }), ...this.#exits(ids, isLast)],
      end: isLast ? this.#endSaid() : null,
    };
  }

  #madeOf(ids: readonly Hex[]): bigint {
    return sum(ids.map((id) => madeOf(this.#graph, id)?.amount ?? 0n));
  }

  /**
   * How much of what is on its way becomes these lots, or is lost by it. Of several outputs of one entry the first step that tells of any
   * takes all that went in, and hands on what the later ones tell.
   */
  #turned(ids: readonly Hex[], fresh: readonly GraphEntry[]): bigint {
    const isFresh = new Set(fresh.map(({ id }) => id));
    const known = ids.filter((id) => !isFresh.has(this.#graph.subjects.get(id)?.maker?.id ?? ""));
    const taken = fresh.map(({ subject }) => takenOf(this.#graph, subject, this.#story));
    const later = fresh.flatMap(({ id }) => this.#outputs.get(id) ?? []).filter((id) => !ids.includes(id));
    return sum(taken) - this.#madeOf(later) + this.#madeOf(known);
  }

  /** What of these lots went on towards the one in hand. */
  #goesOn(ids: readonly Hex[]): bigint {
    const seen = new Set<string>();
    let amount = 0n;
    for (const consumer of this.#story) {
      const subject = this.#graph.subjects.get(consumer);
      const maker = subject?.maker;
      if (maker == null || seen.has(maker.id)) continue;
      seen.add(maker.id);
      amount += sum(inputsOf(this.#graph, subject).flatMap((input) => (ids.includes(input.id) ? input.amount : [])));
    }
    return amount;
  }

  /** What ends in the lot in hand: its labels that count; without any, all that is left. */
  #end(): bigint {
    const { issued, voided } = labelledOf(this.#graph, this.#lot);
    return issued === 0n
      ? leftOf(this.#graph, this.#lot, this.#story)
      : (issued - voided) * netOf(this.#graph, this.#lot);
  }

  #endSaid(): Said {
    const { issued, voided } = labelledOf(this.#graph, this.#lot);
    const all = { amount: this.#amount(this.#end()) };
    if (issued === 0n) return said("flow.left", all);
    const net = { amount: netOf(this.#graph, this.#lot), unit: this.#unit, form: "small" } as const;
    const words = { ...all, labels: Number(issued - voided), net };
    return voided === 0n
      ? said("flow.labelled", words)
      : said("flow.labelled.voided", { ...words, issued: Number(issued), voided: Number(voided) });
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
    if (maker?.open.name === "TRANSFORM" && this.#isAgain(maker, product)) {
      const steps = (maker.event?.steps ?? []).map(({ words }) => words);
      return steps.length === 0
        ? said("flow.process.again", { name, amount })
        : said("flow.process.steps", { steps: { list: steps }, name, amount });
    }
    if (maker?.open.name === "TRANSFORM") return said(STEPS[maker.open.args.step] ?? "flow.process", { name, amount });
    return said("flow.harvest", { name, amount });
  }

  /** Worked on once more, its name stays: two steps that read alike would be taken for one that was drawn twice. */
  #isAgain({ open, subject }: GraphEntry, product: Hex | null): boolean {
    if (open.name !== "TRANSFORM" || STEPS[open.args.step] !== "flow.process") return false;
    const inputs = inputsOf(this.#graph, this.#graph.subjects.get(subject));
    return inputs.some(({ id }) => madeOf(this.#graph, id)?.product === product);
  }

  /** What of these lots does not go on to the one in hand, the same told together. */
  #exits(ids: readonly Hex[], isLast: boolean): readonly FlowExit[] {
    const exits: FlowExit[] = [];
    const add = (kind: FlowExit["kind"], amount: bigint, key: Key) => {
      if (amount > 0n) exits.push({ kind, amount, said: said(key, { amount: this.#amount(amount) }) });
    };
    const outs = ids.map((id) => outgoingOf(this.#graph, id, this.#story));
    add("elsewhere", sum(outs.map(({ used, sent }) => used + sent)) - this.#goesOn(ids), "flow.elsewhere");
    if (!isLast) add("elsewhere", sum(outs.map(({ labelled }) => labelled)), "flow.labelled-elsewhere");
    for (const [reason, amount] of discardsOf(this.#graph, ids)) add("lost", amount, DISCARDS[reason] ?? "flow.loss");
    add("lost", sum(outs.map(({ missing }) => missing)), "flow.missing");
    const { issued } = labelledOf(this.#graph, this.#lot);
    if (!isLast || issued > 0n) add("left", sum(ids.map((id) => leftOf(this.#graph, id, this.#story))), "flow.left");
    return exits;
  }

  #amount(amount: bigint): Value {
    return { amount, unit: this.#unit, form: "short" };
  }
}

function unique(entries: readonly GraphEntry[]): readonly GraphEntry[] {
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}
