/**
 * Corrections (docs/ledger.md §6, §10.7): which entry each CORRECT speaks of, whether it strikes it through (its author's own
 * organisation) or contradicts it (a stranger), and whether the right data follows in its batch. Nothing is hidden: a struck entry
 * stays among the statements. Pure.
 */
import { type Hex, hexOf, isZero } from "../bytes.ts";
import { type CorrectionReading, readCorrection } from "../document/correction.ts";
import { eventsOf } from "../document/read.ts";
import { reading } from "../document/reading.ts";
import type { ArgsOf, KindName } from "../kinds/all.ts";
import { REASONS_TO_CORRECT } from "../kinds/correct.ts";
import type { CheckedBatch } from "./batches.ts";
import { type CheckedDocuments, entryKey } from "./documents.ts";
import type { Maker } from "./graph.ts";
import type { CheckedLog, CheckedMove } from "./logs.ts";
import type { CorrectionCheck, EntryRef, Findings, Where } from "./report.ts";

export type { CheckedCorrections };
export { checkCorrections, isBooked };

interface CheckedCorrections {
  readonly list: readonly CorrectionCheck[];
  /** By `entryKey` of the CORRECT's entry. */
  readonly byEntry: ReadonlyMap<string, CorrectionCheck>;
  /** By `entryKey` of what is struck through, or contradicted: the corrections that do so. */
  readonly struck: ReadonlyMap<string, EntryRef>;
  readonly contradicted: ReadonlyMap<string, readonly EntryRef[]>;
  /** `entryKey`s of the right data that follows a correction. */
  readonly right: ReadonlySet<string>;
  /** `entryKey`s of CORRECTs that fit no entry. */
  readonly faulty: ReadonlySet<string>;
}

interface Parts {
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly batches: ReadonlyMap<Hex, CheckedBatch>;
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly documents: CheckedDocuments;
  readonly findings: Findings;
}

interface Found {
  readonly log: CheckedLog;
  readonly move: CheckedMove;
  readonly entry: number;
  readonly args: ArgsOf<"CORRECT">;
  readonly ref: EntryRef;
  readonly where: Where & { readonly seq: number };
}

/** What has no effect on chain is said again by the same kind; what has one, by a NOTE. */
const SAID_AGAIN: readonly KindName[] = ["GROW", "NOTE", "TEST", "INSPECT", "ATTEST", "CORRECT"];
/** Sorts whose making entry has amounts that a correction can change. */
const WITH_AMOUNTS: readonly (KindName | undefined)[] = ["ORIGIN", "HARVEST", "TRANSFORM", "PLOT", "PLANT"];

/** It changes books; without a difference it is text. */
function isBooked({ own, others }: Pick<ArgsOf<"CORRECT">, "own" | "others">): boolean {
  return own !== 0n || others !== 0n;
}

function checkCorrections(parts: Parts): CheckedCorrections {
  const list: CorrectionCheck[] = [];
  const faulty = new Set<string>();
  const right = new Map<string, EntryRef>();
  for (const found of correctionsIn(parts.logs)) {
    const target = targetOf(found);
    const reason = unmatched(parts, found, target);
    // What a log lacks is told of the log.
    if (reason !== null && reason !== "log-broken") {
      parts.findings.add("correction-unmatched", found.where, { reason, seq: found.args.seq, entry: found.args.entry });
      faulty.add(keyOf(found.ref));
    }
    const follows = reason === null && target !== null ? rightData(parts, found, target, right) : null;
    list.push(checkOf(found, reason === null ? target : null, follows));
  }
  const byEntry = new Map(list.map((one) => [keyOf(one.at), one]));
  const struck = new Map<string, EntryRef>();
  const contradicted = new Map<string, EntryRef[]>();
  for (const one of newestFirst(parts.logs, list)) {
    // A correction that its author struck through strikes nothing any more.
    if (one.corrects === null || struck.has(keyOf(one.at))) continue;
    const key = keyOf(one.corrects);
    if (one.byAuthor) struck.set(key, struck.get(key) ?? one.at);
    else {
      contradicted.set(key, [one.at, ...(contradicted.get(key) ?? [])]);
      const detail = { organisation: one.organisation ?? 0, reason: one.reason };
      parts.findings.add("contradicted", whereOf(one, one.corrects), detail);
    }
  }
  return { list, byEntry, struck, contradicted, right: new Set(right.keys()), faulty };
}

/** In the order of each log; those only whose bytes are the signed ones. */
function correctionsIn(logs: ReadonlyMap<Hex, CheckedLog>): Found[] {
  const found: Found[] = [];
  for (const log of logs.values()) {
    for (const [n, move] of log.moves.entries()) {
      if (move.entry !== null || move.found?.inBatch !== true || move.found.subject !== log.id) continue;
      for (const [entry, { name, args }] of move.found.entries.entries()) {
        if (name !== "CORRECT") continue;
        const ref = { batch: move.batch, group: move.group, entry };
        found.push({ log, move, entry, args, ref, where: { subject: log.id, seq: n + 1, ...ref } });
      }
    }
  }
  return found;
}

interface Target {
  readonly move: CheckedMove;
  readonly ref: EntryRef;
  /** Null where the group's bytes cannot be read, which is told there. */
  readonly kind: KindName | null;
}

/** The entry that a CORRECT names; null where its log has none such before it. */
function targetOf({ log, move, args }: Found): Target | null {
  const counted = log.moves[args.seq - 1];
  const target = counted?.seq === args.seq ? counted : log.moves.find(({ seq }) => seq === args.seq);
  if (target === undefined || move.seq <= args.seq) return null;
  // A touch is by one entry of its group.
  if (target.entry !== null && target.entry !== args.entry) return null;
  const kind = target.found?.entries[args.entry]?.name ?? null;
  if (kind === null && target.found?.group != null) return null;
  return { move: target, ref: { batch: target.batch, group: target.group, entry: args.entry }, kind };
}

/** Why it is of no entry of this log, or its document not of this correction; null when all fits. */
function unmatched({ makers, documents }: Parts, found: Found, target: Target | null): string | null {
  const { args, log, ref } = found;
  if (target === null) return log.folds ? "no-entry" : "log-broken";
  if (isBooked(args)) {
    if (args.seq !== 1 || args.entry !== 0) return "not-the-making";
    if (!WITH_AMOUNTS.includes(makers.get(log.id)?.entry.name)) return "no-amount";
  }
  const document = documents.byEntry.get(keyOf(ref));
  if (document === undefined) return null;
  const said = readCorrection(document, log.id);
  if (said === null) return "document";
  const same = said.seq === args.seq && said.entry === args.entry && said.reason === args.reason;
  if (!same || !statesDifference(said, args)) return "document";
  const wrong = documents.byEntry.get(keyOf(target.ref));
  const repeated = said.erroneous?.eventId ?? null;
  return wrong === undefined || repeated === null || eventIds(wrong).includes(repeated) ? null : "other-event";
}

function statesDifference({ own, other }: CorrectionReading, args: ArgsOf<"CORRECT">): boolean {
  if (own !== args.own) return false;
  if (isZero(args.other)) return other === null;
  return other?.subject === hexOf(args.other) && other.difference === args.others;
}

/**
 * The entry with the right data: after the CORRECT in its batch, of the kind that is due, and named by its document. What did not
 * happen has none. Where groups of the batch are not in this history, it may stand in one of those.
 */
function rightData(parts: Parts, found: Found, target: Target, taken: Map<string, EntryRef>): EntryRef | null {
  const { args, move, ref, where, log } = found;
  if (args.reason === REASONS_TO_CORRECT["did-not-occur"] || target.kind === null || !isAuthor(found, target))
    return null;
  const wanted: KindName = SAID_AGAIN.includes(target.kind) ? target.kind : "NOTE";
  const batch = parts.batches.get(move.batch);
  const named = readCorrection(parts.documents.byEntry.get(keyOf(ref)), log.id)?.correctiveEventIds ?? [];
  for (const [group, { entries, inBatch }] of [...(batch?.checked ?? [])].sort(([one], [other]) => one - other)) {
    if (!inBatch) continue;
    for (const [entry, { name }] of entries.entries()) {
      const here = { batch: ref.batch, group, entry };
      const after = group > ref.group || (group === ref.group && entry > ref.entry);
      if (!after || name !== wanted || taken.has(keyOf(here))) continue;
      const ids = eventIds(parts.documents.byEntry.get(keyOf(here)));
      if (named.length > 0 && ids.length > 0 && !ids.some((id) => named.includes(id))) continue;
      taken.set(keyOf(here), ref);
      return here;
    }
  }
  const elsewhere = args.reason === REASONS_TO_CORRECT.misplaced && (batch?.checked.size ?? 0) < (batch?.size ?? 0);
  if (!elsewhere) parts.findings.add("correction-without-right-data", where, { wanted });
  return null;
}

function checkOf(found: Found, target: Target | null, right: EntryRef | null): CorrectionCheck {
  const { log, move, args, ref, where } = found;
  const { reason, own, others } = args;
  return {
    at: ref,
    ...{ subject: log.id, seq: where.seq },
    organisation: move.proof?.stamp.organisation ?? null,
    ...{ reason, own, others, other: isZero(args.other) ? null : hexOf(args.other) },
    corrects: target?.ref ?? null,
    correctsSeq: target === null ? null : args.seq,
    byAuthor: target !== null && isAuthor(found, target),
    right,
  };
}

function isAuthor({ move }: Found, target: Target): boolean {
  const [own, others] = [move.proof?.stamp.organisation, target.move.proof?.stamp.organisation];
  return own !== undefined && own === others;
}

/** Newest first: when one is looked at, all that may have struck it through have been. */
function newestFirst(logs: ReadonlyMap<Hex, CheckedLog>, list: readonly CorrectionCheck[]): CorrectionCheck[] {
  const timeOf = ({ subject, seq }: CorrectionCheck) =>
    logs.get(subject)?.moves[seq - 1]?.proof?.stamp.recordedAtS ?? 0;
  return [...list].reverse().sort((one, other) => timeOf(other) - timeOf(one));
}

function whereOf({ subject, correctsSeq }: CorrectionCheck, ref: EntryRef): Where {
  return { subject, seq: correctsSeq, ...ref };
}

function keyOf({ batch, group, entry }: EntryRef): string {
  return entryKey(batch, group, entry);
}

function eventIds(document: unknown): readonly string[] {
  return eventsOf(document).flatMap((event) => {
    const id = reading(event)?.plain("eventID");
    return typeof id === "string" ? [id] : [];
  });
}
