/**
 * A history's entries opened: groups decoded, documents read, each entry once, however many subjects it moves. Tolerant: what cannot
 * be read is left out here and named by `verify`, so that a spoiled history still gives a page on which the spoiling can be said. Pure.
 */
import { decodeGroup } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { type EventReading, readEvent } from "../../protocol/document/read.ts";
import { type Entry, type OpenEntry, openEntry } from "../../protocol/entry.ts";
import { readStamp } from "../../protocol/fold.ts";
import type { BatchProof, Hex, History } from "../../protocol/history.ts";

export type { GraphEntry, GraphSubject };
export { entryId, openEntries, Reader };

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
  /** All that it moved with, in order. */
  readonly entries: readonly GraphEntry[];
  /** By the number of the move: what it carried. */
  readonly moves: ReadonlyMap<number, readonly GraphEntry[]>;
  /** Moves that are folded and not read (docs/ledger.md §10): each counts as one statement. */
  readonly unread: number;
}

/** Name of an entry within a page: batch, group, number in the group. */
function entryId(batch: Hex, group: number, entry: number): string {
  return `${batch.slice(2)}-${group}-${entry}`;
}

interface Entries {
  /** By subject id: the label run, the lot, all it came from, products, certificates and organisations. */
  readonly subjects: ReadonlyMap<Hex, GraphSubject>;
  /** Each entry once, in the order of the blocks. */
  readonly entries: readonly GraphEntry[];
}

function openEntries(history: History, read: Reader): Entries {
  const entries = new Map<string, Opening>();
  const subjects = new Map<Hex, GraphSubject>();
  for (const { id, moves } of history.subjects) {
    const own: Opening[] = [];
    let unread = 0;
    const byMove = new Map<number, readonly GraphEntry[]>();
    for (const move of moves) {
      const carried = read.entries(move.batch, move.group, move.entry).map((entry) => entries.get(entry.id) ?? entry);
      for (const entry of carried) {
        entries.set(entry.id, entry);
        if (!entry.moves.includes(id)) entry.moves.push(id);
        own.push(entry);
      }
      byMove.set(move.seq, carried);
      if (carried.length === 0 && move.bare !== undefined) unread += 1;
    }
    subjects.set(id, {
      id,
      maker:
        own.find(({ open, subject }) => MAKERS.has(open.name) && (subject === id || open.name === "TRANSFORM")) ?? null,
      entries: own,
      moves: byMove,
      unread,
    });
  }
  return { subjects, entries: [...entries.values()].sort((one, other) => one.proof.block - other.proof.block) };
}

type Opening = GraphEntry & { readonly moves: Hex[] };

const MAKERS: ReadonlySet<string> = new Set([
  "PRODUCT",
  "MEMBER",
  "PLOT",
  "SITE",
  "ORIGIN",
  "PLANT",
  "HARVEST",
  "TRANSFORM",
  "SHIP",
  "APPLY",
  "CERTIFY",
  "LABEL",
]);

/** Decodes what the history holds; what cannot be read is left out. */
class Reader {
  readonly #history: History;
  readonly #groups = new Map<string, readonly Opening[]>();
  readonly #documents = new Map<string, unknown>();

  constructor(history: History) {
    this.#history = history;
  }

  /** The entries of a move: all of the group (`entry` null), or the one that touched. */
  entries(batch: Hex, group: number, entry: number | null): readonly Opening[] {
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

  #open(batch: Hex, index: number): readonly Opening[] {
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
  ): Opening {
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

function parsed(text: string | undefined): unknown {
  if (text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null; // spoiled on the way: `verify` names it
  }
}
