/**
 * A history opened: entries decoded, documents read, subjects joined to what they came from. Tolerant: what cannot be read is
 * left out here and named by `verify`, so that a spoiled history still gives a page on which the spoiling can be said. Pure.
 */
import { decodeGroup } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { type EventReading, readEvent } from "../../protocol/document/read.ts";
import {
  type PlotMaster,
  type ProductMaster,
  readOrganisation,
  readPlot,
  readProduct,
} from "../../protocol/document/read-master.ts";
import { type Entry, type OpenEntry, openEntry } from "../../protocol/entry.ts";
import { readStamp } from "../../protocol/fold.ts";
import type { BatchProof, Hex, History } from "../../protocol/history.ts";
import type { Organisation } from "./story.ts";

export type { Graph, GraphEntry, GraphSubject, Input };
export { entryId, inputsOf, madeOf, openHistory };

interface GraphEntry {
  readonly id: string;
  readonly batch: Hex;
  readonly group: number;
  readonly entry: number;
  /** The group's subject: whom the entry speaks of. */
  readonly subject: Hex;
  readonly open: OpenEntry;
  readonly occurredAtS: number;
  readonly recordedAtS: number;
  readonly organisation: number;
  readonly cid: string;
  /** The event of the document that speaks of the subject; null for master data, or where the document is missing. */
  readonly event: EventReading | null;
  readonly document: unknown;
  readonly proof: BatchProof;
  /** Subjects of this history that the entry moves: its own and those it touches. Each counts as one statement. */
  readonly moves: readonly Hex[];
}

interface GraphSubject {
  readonly id: Hex;
  /** The entry that made it; null for organisations. */
  readonly maker: GraphEntry | null;
  /** All that it moved with, its maker first. */
  readonly entries: readonly GraphEntry[];
}

interface Graph {
  readonly history: History;
  /** By subject id: the label run, the lot, all it came from, products and organisations. */
  readonly subjects: ReadonlyMap<Hex, GraphSubject>;
  /** Each entry once, in the order of the blocks. */
  readonly entries: readonly GraphEntry[];
  readonly organisations: ReadonlyMap<number, Organisation>;
  readonly product: (id: Hex) => ProductMaster | null;
  readonly plot: (id: Hex) => PlotMaster | null;
}

interface Input {
  readonly id: Hex;
  readonly amount: bigint;
}

/** Name of an entry within a page: batch, group, number in the group. */
function entryId(batch: Hex, group: number, entry: number): string {
  return `${batch.slice(2)}-${group}-${entry}`;
}

function openHistory(history: History): Graph {
  const entries = new Map<string, Open>();
  const subjects = new Map<Hex, GraphSubject>();
  const read = new Reader(history);
  const order: { id: Hex; entries: Open[] }[] = [];
  for (const { id, moves } of history.subjects) {
    const own: Open[] = [];
    for (const move of moves) {
      for (const entry of read.entries(move.batch, move.group, move.entry)) {
        const known = entries.get(entry.id) ?? entry;
        entries.set(entry.id, known);
        if (!known.moves.includes(id)) known.moves.push(id);
        own.push(known);
      }
    }
    order.push({ id, entries: own });
  }
  for (const { id, entries: own } of order) {
    subjects.set(id, { id, maker: own.find(({ open }) => MAKERS.has(open.name)) ?? null, entries: own });
  }
  return {
    history,
    subjects,
    entries: [...entries.values()].sort((one, other) => one.proof.block - other.proof.block),
    organisations: organisationsOf(history, read),
    product: remembered((id) => master(subjects.get(id), readProduct)),
    plot: remembered((id) => master(subjects.get(id), readPlot)),
  };
}

/** What a lot or planting was made of; nothing for what comes from outside or is a plot. */
function inputsOf(subject: GraphSubject | undefined): readonly Input[] {
  const open = subject?.maker?.open;
  if (open === undefined) return [];
  if (open.name === "HARVEST" || open.name === "TRANSFORM") {
    return open.args.inputs.map(({ id, amount }) => ({ id: hexOf(id), amount }));
  }
  return [];
}

/** How much was made of a lot and of which product, in thousandths of its unit; null for what is no lot. */
function madeOf(graph: Graph, id: Hex): { readonly amount: bigint; readonly product: Hex | null } | null {
  const maker = graph.subjects.get(id)?.maker;
  if (maker === null || maker === undefined) return null;
  const { open, event, subject } = maker;
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

type Open = GraphEntry & { readonly moves: Hex[] };

const MAKERS: ReadonlySet<string> = new Set([
  "PRODUCT",
  "MEMBER",
  "PLOT",
  "ORIGIN",
  "PLANT",
  "CERTIFY",
  "HARVEST",
  "TRANSFORM",
  "LABEL",
]);

class Reader {
  readonly #history: History;
  readonly #groups = new Map<string, readonly Open[]>();
  readonly #documents = new Map<string, unknown>();

  constructor(history: History) {
    this.#history = history;
  }

  /** The entries of a move: all of the group (`entry` null), or the one that touched. */
  entries(batch: Hex, group: number, entry: number | null): readonly Open[] {
    const key = `${batch}-${group}`;
    const known = this.#groups.get(key) ?? this.#open(batch, group);
    this.#groups.set(key, known);
    return entry === null ? known : known.slice(entry, entry + 1);
  }

  document(content: Uint8Array): { readonly cid: string; readonly document: unknown } {
    const cid = cidOf(content, "json");
    if (!this.#documents.has(cid)) this.#documents.set(cid, parsed(this.#history.documents[cid]));
    return { cid, document: this.#documents.get(cid) };
  }

  #open(batch: Hex, index: number): readonly Open[] {
    const proof = this.#history.batches[batch];
    const group = proof?.groups.find((candidate) => candidate.index === index);
    if (proof === undefined || group === undefined) return [];
    try {
      const stamp = readStamp(bytesOf(proof.stamp));
      const { subject, entries } = decodeGroup(bytesOf(group.bytes));
      return entries.map((entry, number) => this.#entry(entry, number, { batch, index, proof, stamp, subject }));
    } catch {
      return []; // not in the ledger's form: `verify` says so
    }
  }

  #entry(
    entry: Entry,
    number: number,
    of: { batch: Hex; index: number; proof: BatchProof; stamp: ReturnType<typeof readStamp>; subject: Uint8Array },
  ): Open {
    const subject = hexOf(of.subject);
    const { cid, document } = this.document(entry.content);
    return {
      id: entryId(of.batch, of.index, number),
      batch: of.batch,
      group: of.index,
      entry: number,
      subject,
      open: openEntry(entry),
      occurredAtS: entry.occurredAtS,
      recordedAtS: of.stamp.recordedAtS,
      organisation: of.stamp.organisation,
      cid,
      event: readEvent(document, subject),
      document,
      proof: of.proof,
      moves: [],
    };
  }
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

function master<Read>(
  subject: GraphSubject | undefined,
  read: (document: unknown, id: Hex) => Read | null,
): Read | null {
  return subject?.maker == null ? null : read(subject.maker.document, subject.id);
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

function parsed(text: string | undefined): unknown {
  if (text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null; // spoiled on the way: `verify` names it
  }
}
