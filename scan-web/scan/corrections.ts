/**
 * Corrections (docs/ledger.md §6) among a page's entries: what is struck through, contradicted or right by the rule that `verify` has
 * too, and by how much books changed. Pure.
 */
import { hexOf } from "../../protocol/bytes.ts";
import type { Words } from "../../protocol/document/text.ts";
import type { Hex } from "../../protocol/history.ts";
import { isBooked as booksSomething, type Match, matchCorrections } from "../../protocol/verify/match.ts";
import type { GraphEntry, GraphSubject } from "./open.ts";

export type { Correction, Corrections };
export { believed, correctionsIn, isBooked, takenKey };

interface Correction {
  /** The CORRECT. */
  readonly at: GraphEntry;
  readonly reason: number;
  /** Thousandths, right less wrong. */
  readonly own: bigint;
  /** The entry that it speaks of. */
  readonly target: GraphEntry;
  /** By the organisation that wrote the entry: it is struck through. Else it is a contradiction. */
  readonly byAuthor: boolean;
  readonly right: GraphEntry | null;
  readonly notes: Words | null;
}

interface Corrections {
  /** By id of the CORRECT's entry. */
  readonly byEntry: ReadonlyMap<string, Correction>;
  /** By id of what is struck through, contradicted, or the right data. */
  readonly struck: ReadonlyMap<string, Correction>;
  readonly contradicted: ReadonlyMap<string, readonly Correction[]>;
  readonly right: ReadonlyMap<string, Correction>;
  /** What is to be added to what was made of a subject, and to what was taken of an input (by `takenKey`). Thousandths. */
  readonly made: ReadonlyMap<Hex, bigint>;
  /** Likewise to what a DISCARD or a RECEIVE says was lost, by the id of that entry. */
  readonly lostBy: ReadonlyMap<string, bigint>;
  readonly taken: ReadonlyMap<string, bigint>;
}

interface Opened {
  readonly subjects: ReadonlyMap<Hex, GraphSubject>;
  readonly entries: readonly GraphEntry[];
}

function correctionsIn({ subjects, entries }: Opened): Corrections {
  const batches = new Map<Hex, GraphEntry[]>();
  const corrected = [...subjects.values()].filter((one) => one.entries.some(({ open }) => open.name === "CORRECT"));
  for (const entry of corrected.length === 0 ? [] : entries) {
    const same = batches.get(entry.batch);
    if (same === undefined) batches.set(entry.batch, [entry]);
    else same.push(entry);
  }
  const matched = matchCorrections({
    logs: corrected.map(({ id, moves, maker }) => ({ id, moves, maker: maker?.open ?? null, isWhole: true })),
    inBatch: (batch) =>
      (batches.get(batch) ?? []).sort((one, other) => one.group - other.group || one.entry - other.entry),
  });
  const known = new Map(matched.list.map((match) => [match.at, correctionOf(match)]));
  const told = ({ at }: Match<GraphEntry>): readonly Correction[] => {
    const found = known.get(at);
    return found == null ? [] : [found];
  };
  const byId = (found: ReadonlyMap<GraphEntry, Match<GraphEntry>>): ReadonlyMap<string, Correction> =>
    new Map([...found].flatMap(([{ id }, match]) => told(match).map((one) => [id, one] as const)));
  return {
    byEntry: new Map(matched.list.flatMap(told).map((one) => [one.at.id, one])),
    struck: byId(matched.struck),
    contradicted: new Map([...matched.contradicted].map(([{ id }, others]) => [id, others.flatMap(told)])),
    right: byId(matched.right),
    ...bookings({ subjects, entries }),
  };
}

/** The entry that says now what this one said: itself, or the right data that followed; null where it was struck through and left so. */
function believed({ struck }: Corrections, entry: GraphEntry): GraphEntry | null {
  const seen = new Set<string>();
  let now: GraphEntry | null = entry;
  while (now !== null) {
    const by = struck.get(now.id);
    if (by === undefined || seen.has(now.id)) return now;
    seen.add(now.id);
    now = by.right;
  }
  return null;
}

function isBooked({ at: { open } }: Correction): boolean {
  return open.name === "CORRECT" && booksSomething(open.args);
}

/** Names what a making entry took of one input. `consumer`: the subject of the entry's group. */
function takenKey(consumer: Hex, input: Hex): string {
  return `${consumer} ${input}`;
}

/** Null for one that fits no entry: `verify` says so. */
function correctionOf({ at, args, target, byAuthor, right, said }: Match<GraphEntry>): Correction | null {
  if (target === null) return null;
  const { reason, own } = args;
  return { at, reason, own, target, byAuthor, right, notes: said?.notes ?? null };
}

/** Whatever became of the words: what was booked is booked. */
function bookings({ subjects, entries }: Opened): Pick<Corrections, "made" | "lostBy" | "taken"> {
  const made = new Map<Hex, bigint>();
  const lostBy = new Map<string, bigint>();
  const taken = new Map<string, bigint>();
  for (const { open, subject } of entries) {
    if (open.name !== "CORRECT") continue;
    const { seq, entry, own, other, others } = open.args;
    // Of any other entry than the making one it is what was lost: more found is less lost (docs/ledger.md §6).
    if (seq === 1 && entry === 0) made.set(subject, (made.get(subject) ?? 0n) + own);
    else {
      const target = subjects
        .get(subject)
        ?.moves.get(seq)
        ?.find((one) => one.entry === entry);
      if (target !== undefined) lostBy.set(target.id, (lostBy.get(target.id) ?? 0n) - own);
    }
    const key = takenKey(subject, hexOf(other));
    taken.set(key, (taken.get(key) ?? 0n) + others);
  }
  return { made, lostBy, taken };
}
