/**
 * Corrections among a history's checked entries (docs/ledger.md §6, §10.7): the rule is match.ts's, what does not fit is told here.
 * Nothing is hidden: a struck entry stays among the statements. Pure.
 */
import { type Hex, hexOf, isZero } from "../bytes.ts";
import { cidOf } from "../cid.ts";
import type { CheckedBatch, CheckedGroup } from "./batches.ts";
import type { CheckedDocuments } from "./documents.ts";
import { type EntryRef, entryKey, keyOf } from "./ref.ts";
import type { Maker } from "./graph.ts";
import type { CheckedLog } from "./logs.ts";
import { believed, type Match, matchCorrections, type SaidLog } from "./match.ts";
import type { Findings, Where } from "./findings.ts";
import type { CorrectionCheck } from "./report.ts";
import type { Said } from "./said.ts";
import { type Strangers, tellFault } from "./standing.ts";
import { checkRightData } from "./stated.ts";

export type { CheckedCorrections, Struck };
export { checkCorrections };

interface CheckedCorrections {
  readonly list: readonly CorrectionCheck[];
  /** By `entryKey` of the CORRECT's entry. */
  readonly byEntry: ReadonlyMap<string, CorrectionCheck>;
  /** By `entryKey` of what is struck through, or contradicted: the corrections that do so. */
  readonly struck: ReadonlyMap<string, Struck>;
  readonly contradicted: ReadonlyMap<string, readonly EntryRef[]>;
  /** By `entryKey` of the right data that follows a correction. */
  readonly right: ReadonlyMap<string, Match<Said>>;
  /** `entryKey`s of CORRECTs that fit no entry, and of right data with other amounts than were booked. */
  readonly faulty: ReadonlySet<string>;
}

interface Struck {
  readonly by: EntryRef;
  /** What says now what it said; null where nothing does. */
  readonly now: EntryRef | null;
}

interface Parts {
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly batches: ReadonlyMap<Hex, CheckedBatch>;
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly documents: CheckedDocuments;
  readonly findings: Findings;
  readonly strangers: Strangers;
}

function checkCorrections(parts: Parts): CheckedCorrections {
  const { findings, logs, batches, makers, strangers } = parts;
  const entries = new Entries(parts);
  const matched = matchCorrections({ logs: logsWithCorrections(parts, entries), inBatch: (hash) => entries.of(hash) });
  const faulty = new Set<string>();
  for (const { at, seq, args, fault, lacks } of matched.list) {
    const where = { subject: at.subject, seq, ...refOf(at) };
    // What a log lacks is told of the log.
    if (fault !== null && fault !== "log-broken") {
      const detail = { reason: fault, seq: args.seq, entry: args.entry };
      const stranger = strangers(at.subject, { seq, entry: at.entry }, at.organisation) ? at.organisation : null;
      tellFault(findings, { key: keyOf(at), code: "correction-unmatched", where, detail, stranger });
      faulty.add(keyOf(at));
    }
    // Of another subject, it may stand in a group of the batch that this history has not.
    const batch = batches.get(at.batch);
    const isElsewhere = args.reason === MISPLACED && (batch?.checked.size ?? 0) < (batch?.size ?? 0);
    if (lacks !== null && !isElsewhere) findings.add("correction-without-right-data", where, { wanted: lacks });
  }
  const { right, list: matches } = matched;
  const rights = { logs, batches, makers, findings, list: matches, right, strangers };
  for (const said of checkRightData(rights)) faulty.add(keyOf(said));
  const list = matches.map(checkOf);
  for (const others of matched.contradicted.values()) {
    for (const { at, args, target } of others) {
      if (target === null) continue;
      const where: Where = { subject: at.subject, seq: args.seq, ...refOf(target) };
      // Once for an organisation, however much of a log it contradicts: all of it stands in the list.
      const { organisation } = at;
      findings.once(`${at.subject} ${organisation}`, "contradicted", where, { organisation, reason: args.reason });
    }
  }
  return {
    list,
    byEntry: new Map(list.map((one) => [keyOf(one.at), one])),
    struck: new Map(
      [...matched.struck].map(([entry, { at }]) => {
        const now = believed(matched, entry);
        return [keyOf(entry), { by: refOf(at), now: now === null ? null : refOf(now) }];
      }),
    ),
    contradicted: new Map(
      [...matched.contradicted].map(([entry, others]) => [keyOf(entry), others.map(({ at }) => refOf(at))]),
    ),
    right: new Map([...matched.right].map(([entry, match]) => [keyOf(entry), match])),
    faulty,
  };
}

const MISPLACED = 2;

/** Entries in match.ts's terms, each once; those only whose bytes are the signed ones. */
class Entries {
  readonly #parts: Parts;
  readonly #groups = new Map<CheckedGroup, readonly Said[]>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  of(hash: Hex): readonly Said[] {
    const batch = this.#parts.batches.get(hash);
    if (batch === undefined) return [];
    const groups = [...batch.checked].sort(([one], [other]) => one - other);
    return groups.flatMap(([place, group]) => this.group(batch, place, group));
  }

  group(batch: CheckedBatch, place: number, { inBatch, group, entries, subject }: CheckedGroup): readonly Said[] {
    const found = batch.checked.get(place);
    if (!inBatch || group === null || subject === null || found === undefined) return [];
    const known = this.#groups.get(found);
    if (known !== undefined) return known;
    const { organisation, recordedAtS } = batch.stamp;
    const said = group.entries.flatMap(({ content, occurredAtS }, entry): Said[] => {
      const open = entries[entry];
      if (open === undefined) return [];
      const document = this.#parts.documents.byEntry.get(entryKey(batch.hash, place, entry));
      const at = { batch: batch.hash, group: place, entry, subject };
      return [{ ...at, open, organisation, occurredAtS, recordedAtS, cid: cidOf(content, "json"), document }];
    });
    this.#groups.set(found, said);
    return said;
  }
}

/** Only those that have a CORRECT of their own: others need not be gone through. */
function logsWithCorrections({ logs, makers }: Parts, entries: Entries): SaidLog<Said>[] {
  return [...logs.values()].flatMap((log) => {
    const isCorrected = log.moves.some(
      ({ entry, found }) => entry === null && found?.entries.some(({ name }) => name === "CORRECT") === true,
    );
    if (!isCorrected) return [];
    const moves = new Map<number, readonly Said[]>();
    for (const { seq, proof, found, group, entry } of log.moves) {
      if (proof === null || found === null || moves.has(seq)) continue;
      const carried = entries.group(proof, group, found);
      moves.set(seq, entry === null ? carried : carried.filter((one) => one.entry === entry));
    }
    // Of an entry that was not read it cannot be told what it is.
    const isWhole = log.ok && log.moves.every(({ bare }) => bare === null);
    return [{ id: log.id, moves, maker: makers.get(log.id)?.entry ?? null, isWhole }];
  });
}

function checkOf({ at, seq, args, target, byAuthor, right }: Match<Said>): CorrectionCheck {
  const { reason, own, others } = args;
  return {
    at: refOf(at),
    ...{ subject: at.subject, seq, organisation: at.organisation },
    ...{ reason, own, others, other: isZero(args.other) ? null : hexOf(args.other) },
    corrects: target === null ? null : refOf(target),
    correctsSeq: target === null ? null : args.seq,
    byAuthor,
    right: right === null ? null : refOf(right),
  };
}

function refOf({ batch, group, entry }: Said): EntryRef {
  return { batch, group, entry };
}
