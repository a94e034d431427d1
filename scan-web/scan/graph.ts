/**
 * A history opened: subjects joined to what they came from, amounts and names as they are after all corrections, and who had which
 * role when. Pure.
 */
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import {
  type PlotMaster,
  type ProductMaster,
  readOrganisation,
  readPlot,
  readProduct,
} from "../../protocol/document/read-master.ts";
import type { Hex, History } from "../../protocol/history.ts";
import { believed, type Corrections, correctionsIn, takenKey } from "./corrections.ts";
import type { OpenEntry } from "../../protocol/entry.ts";
import { type GraphEntry, type GraphSubject, openEntries, Reader } from "./open.ts";
import type { Organisation } from "./story.ts";

export type { Graph, Input };
export { holderOf, inputsOf, isReturned, madeOf, openHistory, organisationOf, RETURNS, rolesAt };

interface Graph {
  readonly history: History;
  /** By subject id: the label run, the lot, all it came from, products, certificates and organisations. */
  readonly subjects: ReadonlyMap<Hex, GraphSubject>;
  /** Each entry once, in the order of the blocks. */
  readonly entries: readonly GraphEntry[];
  readonly corrections: Corrections;
  readonly organisations: ReadonlyMap<number, Organisation>;
  /** By the newest right data. */
  readonly product: (id: Hex) => ProductMaster | null;
  readonly plot: (id: Hex) => PlotMaster | null;
}

interface Input {
  readonly id: Hex;
  readonly amount: bigint;
}

function openHistory(history: History): Graph {
  const read = new Reader(history);
  const opened = openEntries(history, read);
  const corrections = correctionsIn(opened);
  const document = (id: Hex): unknown => {
    const maker = opened.subjects.get(id)?.maker;
    return maker == null ? null : (believed(corrections, maker) ?? maker).document;
  };
  return {
    history,
    ...opened,
    corrections,
    organisations: organisationsOf(history, read),
    product: remembered((id) => readProduct(document(id), id)),
    plot: remembered((id) => readPlot(document(id), id)),
  };
}

/** What a lot was made of, as corrected; nothing for what comes from outside or is a plot. What came down to nothing is gone. */
function inputsOf({ corrections }: Pick<Graph, "corrections">, subject: GraphSubject | undefined): readonly Input[] {
  const maker = subject?.maker;
  if (subject === undefined || maker == null) return [];
  return writtenInputs(maker.open)
    .map(({ id, amount }) => {
      const input = hexOf(id);
      return { id: input, amount: amount + (corrections.taken.get(takenKey(maker.subject, input)) ?? 0n) };
    })
    .filter(({ amount }) => amount > 0n);
}

function writtenInputs(open: OpenEntry): readonly { readonly id: Uint8Array; readonly amount: bigint }[] {
  if (open.name === "HARVEST" || open.name === "TRANSFORM") return open.args.inputs;
  return open.name === "SHIP" ? [{ id: open.args.lot, amount: open.args.amount }] : [];
}

/** A consignment that was refused or withdrawn: all of it went back. */
function isReturned(subject: GraphSubject | undefined): boolean {
  return (
    subject?.maker?.open.name === "SHIP" &&
    subject.entries.some((entry) => entry.subject === subject.id && RETURNS.has(entry.open.name))
  );
}

const RETURNS: ReadonlySet<string> = new Set(["REFUSE", "WITHDRAW"]);

/** Who holds a subject: who made it, and of a consignment whoever received it; null where nobody is known. */
function holderOf(subject: GraphSubject | undefined): number | null {
  const taken = subject?.entries.find((entry) => entry.subject === subject.id && entry.open.name === "RECEIVE");
  return (subject?.maker?.open.name === "SHIP" ? taken : null)?.organisation ?? subject?.maker?.organisation ?? null;
}

/** How much was made of a lot, as corrected, and of which product, in thousandths of its unit; null for what is no lot. */
function madeOf(graph: Graph, id: Hex): { readonly amount: bigint; readonly product: Hex | null } | null {
  const written = writtenOf(graph, id);
  return written === null ? null : { ...written, amount: written.amount + (graph.corrections.made.get(id) ?? 0n) };
}

function writtenOf(graph: Graph, id: Hex): ReturnType<typeof madeOf> {
  const maker = graph.subjects.get(id)?.maker;
  if (maker === null || maker === undefined) return null;
  const { open, event, subject } = maker;
  if (open.name === "SHIP") {
    if (isReturned(graph.subjects.get(id))) return null;
    const product = madeOf(graph, hexOf(open.args.lot))?.product ?? null;
    return { amount: open.args.amount, product };
  }
  if (open.name === "ORIGIN") return { amount: open.args.amount, product: hexOf(open.args.product) };
  if (open.name === "HARVEST") {
    const [first] = open.args.inputs;
    const planting = first === undefined ? undefined : graph.subjects.get(hexOf(first.id))?.maker?.open;
    return {
      amount: open.args.inputs.reduce((sum, { amount }) => sum + amount, 0n),
      product: planting?.name === "PLANT" ? hexOf(planting.args.product) : null,
    };
  }
  if (open.name !== "TRANSFORM") return null;
  // Ids of further outputs are digests; their document names them in the order of the args, and `verify` compares the two.
  const place = subject === id ? 0 : (event?.outputs.findIndex((output) => output.subject === id) ?? -1);
  const output = open.args.outputs[place];
  return output === undefined ? null : { amount: output.amount, product: hexOf(output.id) };
}

/** Bits of docs/ledger.md §6. Of acts in that very second it cannot be told whether they came before: their roles count as well. */
function rolesAt({ history }: Pick<Graph, "history">, organisation: number, atS: number): number {
  let roles = 0;
  for (const act of [...history.acts].sort((one, other) => one.block - other.block)) {
    if (act.organisation !== organisation) continue;
    if (act.timeS < atS) roles = act.roles;
    else if (act.timeS === atS) roles |= act.roles;
  }
  return roles;
}

/** One that nobody admitted has its number alone. */
function organisationOf(graph: Graph, number: number): Organisation {
  return graph.organisations.get(number) ?? { number, names: { zh: `№ ${number}` }, checked: null, phone: null };
}

function organisationsOf(history: History, read: Reader): ReadonlyMap<number, Organisation> {
  const found = new Map<number, Organisation>();
  for (const act of history.acts) {
    const { document } = read.document(bytesOf(act.content));
    const master = readOrganisation(document, `0x${act.organisation.toString(16).padStart(64, "0")}`);
    const before = found.get(act.organisation);
    if (master === null && before !== undefined) continue;
    found.set(act.organisation, {
      number: act.organisation,
      names: master?.name ?? { zh: `№ ${act.organisation}` },
      checked: master?.checked ?? null,
      phone: master?.phone ?? null,
    });
  }
  return found;
}

function remembered<Value>(make: (id: Hex) => Value): (id: Hex) => Value {
  const known = new Map<Hex, Value>();
  return (id) => {
    const found = known.get(id);
    if (found !== undefined || known.has(id)) return found as Value;
    const made = make(id);
    known.set(id, made);
    return made;
  };
}
