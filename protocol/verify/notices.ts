/**
 * What is true and yet worth a look, and where a record is lacking: late and future dates, many records at once, blocks that nobody
 * knows, gaps in the field. Pure.
 */
import { type Hex, hexOf } from "../bytes.ts";
import type { CheckedBatch } from "./batches.ts";
import { entryKey } from "./ref.ts";
import type { Maker } from "./graph.ts";
import type { CheckedLog } from "./logs.ts";
import type { OpenedHistory } from "./open.ts";
import type { Findings, Where } from "./findings.ts";
import type { StatementCheck } from "./report.ts";

export { DAY_S, findGaps, noticeBatches, noticeDates };

const DAY_S = 86_400;
/** Phones' clocks differ by minutes; a later date than this cannot be that. */
const CLOCK_SLACK_S = 600;
const MANY = 10;
const GAP_DAYS = 14;
/** What is noted in the field, day by day. */
const FIELD_KINDS: readonly (string | null)[] = ["GROW", "NOTE", "PLANT", "HARVEST"];

/** Dates of the counted statements. Touches carry their entry's date; it is told once, in the entry's own log where that counts. */
function noticeDates(statements: readonly StatementCheck[], findings: Findings): void {
  for (const statement of statements) {
    const { recordedAtS, occurredAtS, subject, seq, batch, group, entry } = statement;
    if (recordedAtS === null || occurredAtS === null || statement.touch) continue;
    const where = { subject, seq, batch, group, entry };
    const lateS = recordedAtS - occurredAtS;
    // That the right data comes late is what a correction says already.
    if (lateS > DAY_S && !statement.isRightData)
      findings.add("late-record", where, { days: Math.floor(lateS / DAY_S) });
    if (lateS < -CLOCK_SLACK_S) findings.add("future-date", where, { occurredAtS, recordedAtS });
  }
}

/** Batches behind the counted statements: the block that they say they had seen, and how many days they hold. */
function noticeBatches(
  statements: readonly StatementCheck[],
  batches: ReadonlyMap<Hex, CheckedBatch>,
  history: OpenedHistory,
  findings: Findings,
): void {
  const dates = new Map<Hex, { where: Where; occurredAtS: number[] }>();
  for (const { kind, touch, subject, seq, batch, group, entry, occurredAtS } of statements) {
    const known = dates.get(batch) ?? { where: { subject, seq, batch, group, entry }, occurredAtS: [] };
    dates.set(batch, known);
    if (!touch && occurredAtS !== null && FIELD_KINDS.includes(kind)) known.occurredAtS.push(occurredAtS);
  }
  for (const [hash, { where, occurredAtS }] of dates) {
    const batch = batches.get(hash);
    if (batch === undefined) continue;
    const seen = history.blocks.get(batch.seenHex);
    if (seen === undefined) findings.add("seen-unknown", where, { seen: batch.seenHex });
    else if (batch.stamp.recordedAtS < seen.timeS) {
      findings.add("before-seen", where, { recordedAtS: batch.stamp.recordedAtS, seenAtS: seen.timeS });
    }
    const [first, last] = [Math.min(...occurredAtS), Math.max(...occurredAtS)];
    if (occurredAtS.length >= MANY && last - first > DAY_S) {
      findings.add("many-at-once", where, { count: occurredAtS.length, days: Math.ceil((last - first) / DAY_S) });
    }
  }
}

interface Field {
  readonly counted: ReadonlySet<Hex>;
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly makers: ReadonlyMap<Hex, Maker>;
  /** `entryKey`s of what was struck through: work that did not happen fills no gap. */
  readonly struck: ReadonlyMap<string, unknown>;
}

/**
 * For each planting that fed the lot: from its first record to the last harvest that fed it. Work on its plot counts for it. A
 * planting without any GROW is told as that alone: all of its time is a gap.
 */
function findGaps({ counted, logs, makers, struck }: Field, findings: Findings): void {
  for (const planting of counted) {
    const entry = makers.get(planting)?.entry;
    const log = logs.get(planting);
    if (entry?.name !== "PLANT" || log === undefined) continue;
    const plot = hexOf(entry.args.plot);
    const own = fieldRecords(log, struck);
    const harvestsS = own.filter(({ kind, by }) => kind === "HARVEST" && counted.has(by)).map(({ atS }) => atS);
    const plantedS = own.find(({ kind }) => kind === "PLANT")?.atS;
    if (harvestsS.length === 0 || plantedS === undefined) continue;
    const untilS = Math.max(...harvestsS);
    const work = [...own, ...fieldRecords(logs.get(plot), struck).filter(({ kind }) => kind !== "PLANT")];
    const records = work.filter(({ atS }) => atS >= plantedS && atS <= untilS);
    if (!records.some(({ kind }) => kind === "GROW")) {
      findings.add("no-field-record", { subject: planting }, { plot, fromS: plantedS, untilS });
      continue;
    }
    const times = [...new Set(records.map(({ atS }) => atS))].sort((a, b) => a - b);
    for (const [n, fromS] of times.entries()) {
      const nextS = times[n + 1];
      if (nextS === undefined || nextS - fromS <= GAP_DAYS * DAY_S) continue;
      const days = Math.floor((nextS - fromS) / DAY_S);
      findings.add("field-gap", { subject: planting }, { plot, fromS, untilS: nextS, days });
    }
  }
}

interface FieldRecord {
  readonly kind: string;
  readonly atS: number;
  /** The group's subject. */
  readonly by: Hex;
}

function fieldRecords(log: CheckedLog | undefined, struck: Field["struck"]): readonly FieldRecord[] {
  return (log?.moves ?? []).flatMap(({ found, entry, ok, batch, group: place }) => {
    if (found?.group == null || found.subject === null || !ok) return [];
    const [group, by] = [found.group, found.subject];
    return found.entries.flatMap(({ name }, n) => {
      const atS = group.entries[n]?.occurredAtS;
      const isObserved = name === "GROW" || name === "NOTE";
      const counts = (entry === null || entry === n) && !(isObserved && struck.has(entryKey(batch, place, n)));
      return counts && atS !== undefined && FIELD_KINDS.includes(name) ? [{ kind: name, atS, by }] : [];
    });
  });
}
