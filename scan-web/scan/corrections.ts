/**
 * Corrections (docs/ledger.md §6): which entry each CORRECT speaks of, by whom, which entry has the right data, and by how much books
 * changed. By the same rules as `verify`, whose findings say where one of them does not hold. Pure.
 */
import { hexOf } from "../../protocol/bytes.ts";
import { readCorrection } from "../../protocol/document/correction.ts";
import { eventsOf } from "../../protocol/document/read.ts";
import { reading } from "../../protocol/document/reading.ts";
import type { Words } from "../../protocol/document/text.ts";
import type { Hex } from "../../protocol/history.ts";
import { REASONS_TO_CORRECT } from "../../protocol/kinds/correct.ts";
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
  readonly taken: ReadonlyMap<string, bigint>;
}

interface Opened {
  readonly subjects: ReadonlyMap<Hex, GraphSubject>;
  readonly entries: readonly GraphEntry[];
}

/** What has no effect on chain is said again by the same kind; what has one, by a NOTE. */
const SAID_AGAIN: ReadonlySet<string> = new Set(["GROW", "NOTE", "TEST", "INSPECT", "ATTEST", "CORRECT"]);

function correctionsIn({ subjects, entries }: Opened): Corrections {
  const byEntry = new Map<string, Correction>();
  const right = new Map<string, Correction>();
  for (const at of entries) {
    const found = readOne(at, { subjects, entries }, right);
    if (found === null) continue;
    byEntry.set(at.id, found);
    if (found.right !== null) right.set(found.right.id, found);
  }
  const struck = new Map<string, Correction>();
  const contradicted = new Map<string, Correction[]>();
  // Newest first: a correction that its author struck through strikes nothing any more.
  for (const one of [...byEntry.values()].reverse()) {
    if (struck.has(one.at.id)) continue;
    const { id } = one.target;
    if (one.byAuthor) struck.set(id, struck.get(id) ?? one);
    else contradicted.set(id, [one, ...(contradicted.get(id) ?? [])]);
  }
  return { byEntry, struck, contradicted, right, ...bookings(entries) };
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
  return open.name === "CORRECT" && (open.args.own !== 0n || open.args.others !== 0n);
}

/** Names what a making entry took of one input. `consumer`: the subject of the entry's group. */
function takenKey(consumer: Hex, input: Hex): string {
  return `${consumer} ${input}`;
}

/** Null for what is no CORRECT, and for one that fits no entry: `verify` says so. */
function readOne(at: GraphEntry, opened: Opened, taken: ReadonlyMap<string, unknown>): Correction | null {
  const { open, subject, document } = at;
  if (open.name !== "CORRECT") return null;
  const { seq, entry, reason, own } = open.args;
  const moves = opened.subjects.get(subject)?.moves;
  const target = moves?.get(seq)?.find((candidate) => candidate.entry === entry);
  if (target === undefined || target.id === at.id || !isEarlier(moves, seq, at)) return null;
  const said = readCorrection(document, subject);
  const isOther = said === null || said.seq !== seq || said.entry !== entry || said.reason !== reason;
  if (document !== null && isOther) return null;
  const byAuthor = target.organisation === at.organisation;
  const named = said?.correctiveEventIds ?? [];
  const hasRight = byAuthor && reason !== REASONS_TO_CORRECT["did-not-occur"];
  const right = hasRight ? rightData({ at, target, named }, opened.entries, taken) : null;
  return { at, reason, own, target, byAuthor, right, notes: said?.notes ?? null };
}

function isEarlier(moves: GraphSubject["moves"] | undefined, seq: number, at: GraphEntry): boolean {
  for (const [number, carried] of moves ?? []) if (carried.some(({ id }) => id === at.id)) return seq < number;
  return false;
}

/** After the CORRECT in its batch, of the kind that is due, and named by its document. */
function rightData(
  { at, target, named }: { at: GraphEntry; target: GraphEntry; named: readonly string[] },
  entries: readonly GraphEntry[],
  taken: ReadonlyMap<string, unknown>,
): GraphEntry | null {
  const wanted = SAID_AGAIN.has(target.open.name) ? target.open.name : "NOTE";
  const after = entries.filter(
    ({ batch, group, entry, open, id }) =>
      batch === at.batch &&
      (group > at.group || (group === at.group && entry > at.entry)) &&
      open.name === wanted &&
      !taken.has(id),
  );
  const fits = after.filter(({ document }) => {
    const ids = eventIds(document);
    return named.length === 0 || ids.length === 0 || ids.some((id) => named.includes(id));
  });
  return fits.sort((one, other) => one.group - other.group || one.entry - other.entry)[0] ?? null;
}

function eventIds(document: unknown): readonly string[] {
  return eventsOf(document).flatMap((event) => {
    const id = reading(event)?.plain("eventID");
    return typeof id === "string" ? [id] : [];
  });
}

/** Whatever became of the words: what was booked is booked. */
function bookings(entries: readonly GraphEntry[]): Pick<Corrections, "made" | "taken"> {
  const made = new Map<Hex, bigint>();
  const taken = new Map<string, bigint>();
  for (const { open, subject } of entries) {
    if (open.name !== "CORRECT") continue;
    const { own, other, others } = open.args;
    made.set(subject, (made.get(subject) ?? 0n) + own);
    const key = takenKey(subject, hexOf(other));
    taken.set(key, (taken.get(key) ?? 0n) + others);
  }
  return { made, taken };
}
