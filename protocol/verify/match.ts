/**
 * One rule for corrections, for `verify` and the page alike (docs/ledger.md §6): which entry each CORRECT names, whether it fits it,
 * which entry has the right data (right-data.ts), and what is struck through or contradicted in the end. Pure.
 */
import { type Hex, hexOf, isZero } from "../bytes.ts";
import { type CorrectionReading, readCorrection } from "../document/correction.ts";
import type { OpenEntry } from "../entry.ts";
import type { ArgsOf, KindName } from "../kinds/all.ts";
import { REASONS_TO_CORRECT } from "../kinds/correct.ts";
import { dueFor, RightData } from "./right-data.ts";
import { Documents, NO_DOCUMENT, placeKey, type Said } from "./said.ts";

export type { Match, Matched, MatchFault, SaidLog };
export { believed, isBooked, madeFrom, matchCorrections };

interface SaidLog<Entry extends Said> {
  readonly id: Hex;
  /** What each move carried, by its number: a group's entries, or the one that touched. In order. */
  readonly moves: ReadonlyMap<number, readonly Entry[]>;
  /** What made the subject. */
  readonly maker: OpenEntry | null;
  /** Nothing is missing in it. */
  readonly isWhole: boolean;
}

/**
 * Why a CORRECT is of no entry: none has that number · entries are missing, so that it cannot be told · a difference for what is not
 * an entry with an amount, has none, or took nothing of `other` · no document, or one that says another thing or repeats another event.
 */
type MatchFault =
  | "no-entry"
  | "log-broken"
  | "not-the-making"
  | "no-amount"
  | "not-an-input"
  | "no-document"
  | "document"
  | "other-event";

interface Match<Entry extends Said> {
  /** The CORRECT, and the move of its log that carries it. */
  readonly at: Entry;
  readonly seq: number;
  readonly args: ArgsOf<"CORRECT">;
  /** The entry that it names, where it fits it. */
  readonly target: Entry | null;
  readonly fault: MatchFault | null;
  /** By the organisation that wrote the entry: it strikes it through. Else a contradiction. */
  readonly byAuthor: boolean;
  readonly right: Entry | null;
  /** Kind of the right data that is due and not there. */
  readonly lacks: KindName | null;
  readonly said: CorrectionReading | null;
}

interface Matched<Entry extends Said> {
  readonly list: readonly Match<Entry>[];
  /** By what is struck through, contradicted, or the right data. */
  readonly struck: ReadonlyMap<Entry, Match<Entry>>;
  readonly contradicted: ReadonlyMap<Entry, readonly Match<Entry>[]>;
  readonly right: ReadonlyMap<Entry, Match<Entry>>;
}

interface Given<Entry extends Said> {
  readonly logs: Iterable<SaidLog<Entry>>;
  /** All entries of a batch that the history has, in order. */
  readonly inBatch: (batch: Hex) => readonly Entry[];
}

/** Sorts whose making entry has amounts that a correction can change. */
const WITH_AMOUNTS: readonly (KindName | undefined)[] = ["ORIGIN", "HARVEST", "TRANSFORM", "SHIP", "PLOT", "PLANT"];
const LOTS: readonly (KindName | undefined)[] = ["ORIGIN", "HARVEST", "TRANSFORM", "SHIP"];
/** What books an amount of a lot after it was made. */
const LATER_AMOUNTS: readonly KindName[] = ["DISCARD", "RECEIVE"];

/** It changes books; without a difference it is text. */
function isBooked({ own, others }: Pick<ArgsOf<"CORRECT">, "own" | "others">): boolean {
  return own !== 0n || others !== 0n;
}

function matchCorrections<Entry extends Said>(given: Given<Entry>): Matched<Entry> {
  const matching = new Matching(given.inBatch);
  const list = [...given.logs].flatMap((log) => correctsIn(log).map((one) => matching.match(log, one)));
  const struck = new Map<Entry, Match<Entry>>();
  const contradicted = new Map<Entry, Match<Entry>[]>();
  // Newest first: when one is looked at, all that may have struck it through have been.
  for (const one of [...list].reverse().sort((a, b) => b.at.recordedAtS - a.at.recordedAtS)) {
    // What was struck through strikes nothing any more. What it booked stays booked, whatever is said of its words.
    if (one.target === null || (struck.has(one.at) && !isBooked(one.args))) continue;
    if (one.byAuthor) struck.set(one.target, struck.get(one.target) ?? one);
    else {
      const others = contradicted.get(one.target) ?? [];
      others.push(one);
      contradicted.set(one.target, others);
    }
  }
  for (const others of contradicted.values()) others.reverse();
  return { list, struck, contradicted, right: matching.taken };
}

/** The entry that says now what this one said: itself, or the right data that followed; null where it was struck through and left so. */
function believed<Entry extends Said>({ struck }: Pick<Matched<Entry>, "struck">, entry: Entry): Entry | null {
  const seen = new Set<Entry>();
  let now: Entry | null = entry;
  while (now !== null) {
    const by = struck.get(now);
    if (by === undefined || seen.has(now)) return now;
    seen.add(now);
    now = by.right;
  }
  return null;
}

interface Correct<Entry extends Said> {
  readonly at: Entry;
  readonly seq: number;
  readonly args: ArgsOf<"CORRECT">;
}

function correctsIn<Entry extends Said>({ id, moves }: SaidLog<Entry>): Correct<Entry>[] {
  return [...moves].flatMap(([seq, carried]) =>
    carried.flatMap((at) => (at.open.name === "CORRECT" && at.subject === id ? [{ at, seq, args: at.open.args }] : [])),
  );
}

class Matching<Entry extends Said> {
  /** Right data, and what it belongs to. */
  readonly taken = new Map<Entry, Match<Entry>>();
  readonly #documents = new Documents();
  readonly #rightData: RightData<Entry>;

  constructor(inBatch: Given<Entry>["inBatch"]) {
    this.#rightData = new RightData(inBatch, this.#documents);
  }

  match(log: SaidLog<Entry>, { at, seq, args }: Correct<Entry>): Match<Entry> {
    const named = seq > args.seq ? log.moves.get(args.seq)?.find(({ entry }) => entry === args.entry) : undefined;
    const said = this.#said(at, log.id, args);
    const fault = named === undefined ? (log.isWhole ? "no-entry" : "log-broken") : this.#fault(log, at, named, said);
    const target = fault === null ? (named ?? null) : null;
    const byAuthor = target !== null && target.organisation === at.organisation;
    const none = { at, seq, args, target, fault, byAuthor, said, right: null, lacks: null };
    if (target === null || !byAuthor || args.reason === REASONS_TO_CORRECT["did-not-occur"]) return none;
    const right = this.#rightData.find({ at, target, args, said }, this.taken);
    const found: Match<Entry> = { ...none, right, lacks: right === null ? dueFor(target) : null };
    if (right !== null) this.taken.set(right, found);
    return found;
  }

  /** Null where the document is not there, or declares nothing about that entry. */
  #said(at: Entry, log: Hex, { seq, entry }: ArgsOf<"CORRECT">): CorrectionReading | null {
    const part = this.#documents.of(at).declared.get(placeKey(log, seq, entry));
    return part === undefined ? null : readCorrection(part, log);
  }

  #fault(log: SaidLog<Entry>, at: Entry, target: Entry, said: CorrectionReading | null): MatchFault | null {
    if (at.open.name !== "CORRECT") return "no-entry";
    const { args } = at.open;
    if (isBooked(args)) {
      const isMaking = args.seq === 1 && args.entry === 0;
      if (!isMaking && !LATER_AMOUNTS.includes(target.open.name)) return "not-the-making";
      const sorts = isMaking ? WITH_AMOUNTS : LOTS;
      if (!sorts.includes(log.maker?.name) || (!isMaking && target.subject !== log.id)) return "no-amount";
      // A further output of an entry has no links, and what was lost came from nowhere else.
      const inputs = isMaking && target.subject === log.id ? madeFrom(log.maker) : [];
      if (!isZero(args.other) && !inputs.includes(hexOf(args.other))) return "not-an-input";
    }
    if (at.cid === NO_DOCUMENT) return "no-document";
    if (at.document == null) return null;
    if (said === null || said.reason !== args.reason || !statesDifference(said, args)) return "document";
    const repeated = said.erroneous?.eventId ?? null;
    if (target.document == null || repeated === null) return null;
    return this.#eventsOf(target).includes(repeated) ? null : "other-event";
  }

  /** Ids of the events that may be this entry's own: of several about one subject, those of its time. */
  #eventsOf(target: Entry): readonly string[] {
    const own = this.#documents.of(target).events.get(target.subject) ?? [];
    const ofTime = own.filter(({ timeS }) => timeS === target.occurredAtS);
    return (own.length > 1 && ofTime.length > 0 ? ofTime : own).map(({ id }) => id);
  }
}

/** What the subject of a making entry came from: of these alone a correction may say that more or less was taken. */
function madeFrom(maker: OpenEntry | null): readonly Hex[] {
  if (maker?.name === "LABEL" || maker?.name === "SHIP") return [hexOf(maker.args.lot)];
  if (maker?.name === "PLANT") return [hexOf(maker.args.plot)];
  if (maker?.name === "HARVEST" || maker?.name === "TRANSFORM") return maker.args.inputs.map(({ id }) => hexOf(id));
  return [];
}

function statesDifference({ own, other }: CorrectionReading, args: ArgsOf<"CORRECT">): boolean {
  if (own !== args.own) return false;
  if (isZero(args.other)) return other === null;
  return other?.subject === hexOf(args.other) && other.difference === args.others;
}
