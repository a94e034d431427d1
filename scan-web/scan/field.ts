/**
 * What was done in the fields that fed a lot: works, what was brought out, and where nothing was written down. Pure.
 */
import { hexOf } from "../../protocol/bytes.ts";
import type { InputReading } from "../../protocol/document/read-parts.ts";
import type { Hex } from "../../protocol/history.ts";
import { harvestsOf, plantingsOf } from "./ancestry.ts";
import { believed } from "./corrections.ts";
import type { Graph } from "./graph.ts";
import type { GraphEntry } from "./open.ts";

export type { Field, FieldGap, Use };
export { DAY_S, dayFrom, dayOf, fieldGaps, fieldsOf, GAP_DAYS, usesOf };

const DAY_S = 86_400;

/** Longer than this between two field records is drawn as a gap, as `verify` names it. */
const GAP_DAYS = 14;

/** A planting that fed the lot, with its plot. */
interface Field {
  readonly planting: Hex;
  readonly plot: Hex;
  /** Works on the planting and on its plot, in time order; what was struck through is none. */
  readonly works: readonly GraphEntry[];
  /** Times of the harvests of this planting that went into the lot, as corrected, in time order. */
  readonly harvestsS: readonly number[];
}

/** `untilS` null: no work was ever written down. */
interface FieldGap {
  readonly plot: Hex;
  readonly fromS: number;
  readonly untilS: number | null;
}

interface Use {
  readonly plot: Hex;
  readonly timeS: number;
  readonly input: InputReading;
  /** Whole days, of the calendar in China, to the next harvest of that planting that went into the lot. */
  readonly daysToHarvest: number;
}

function fieldsOf(graph: Graph, lot: Hex): readonly Field[] {
  const harvests = new Set(harvestsOf(graph, lot));
  return [...plantingsOf(graph, lot)].flatMap((planting) => {
    const subject = graph.subjects.get(planting);
    const open = subject?.maker?.open;
    if (subject === undefined || open?.name !== "PLANT") return [];
    const plot = hexOf(open.args.plot);
    const entries = [...subject.entries, ...(graph.subjects.get(plot)?.entries ?? [])];
    const byTime = (one: GraphEntry, other: GraphEntry) => one.occurredAtS - other.occurredAtS;
    const works = entries
      .filter(({ open: { name }, subject: of }) => name === "GROW" && (of === planting || of === plot))
      .filter(({ id }) => !graph.corrections.struck.has(id))
      .sort(byTime);
    const harvestsS = subject.entries
      .filter((entry) => entry.open.name === "HARVEST" && harvests.has(entry.subject))
      .map((entry) => dayFrom(believed(graph.corrections, entry) ?? entry));
    return [{ planting, plot, works, harvestsS: harvestsS.sort((one, other) => one - other) }];
  });
}

/**
 * From a planting to its last harvest that went into the lot: more than `GAP_DAYS` without any record, and plantings without any
 * field work at all. The same rule as `verify` uses for its findings.
 */
function fieldGaps(graph: Graph, fields: readonly Field[]): readonly FieldGap[] {
  return fields.flatMap(({ planting, plot, works }): FieldGap[] => {
    const own = graph.subjects.get(planting);
    const plantedS = own?.maker?.occurredAtS;
    const untilS = (own?.entries ?? [])
      .filter(({ open, subject }) => open.name === "HARVEST" && graph.subjects.has(subject))
      .reduce<number | undefined>((last, { occurredAtS }) => Math.max(last ?? 0, occurredAtS), undefined);
    if (own === undefined || plantedS === undefined || untilS === undefined) return [];
    const isInTime = (timeS: number) => timeS >= plantedS && timeS <= untilS;
    if (!works.some((work) => isInTime(work.occurredAtS))) return [{ plot, fromS: plantedS, untilS: null }];
    const all = [...own.entries, ...(graph.subjects.get(plot)?.entries ?? [])];
    const records = all.filter(({ open: { name }, id, moves }) => {
      if (name === "GROW" || name === "NOTE") return !graph.corrections.struck.has(id);
      return (name === "PLANT" || name === "HARVEST") && moves.includes(planting);
    });
    const times = records.map((entry) => entry.occurredAtS).filter(isInTime);
    const days = [...new Set(times)].sort((one, other) => one - other);
    return days.flatMap((fromS, n) => {
      const nextS = days[n + 1];
      return nextS !== undefined && nextS - fromS > GAP_DAYS * DAY_S ? [{ plot, fromS, untilS: nextS }] : [];
    });
  });
}

/** Uses of a pesticide or fertiliser before a harvest of the lot, as records of these fields name them. */
function usesOf(fields: readonly Field[], kind: "pesticide" | "fertiliser"): readonly Use[] {
  return fields.flatMap(({ plot, works, harvestsS }) =>
    works.flatMap(({ occurredAtS, event }) => {
      const next = harvestsS.find((timeS) => timeS >= occurredAtS);
      if (next === undefined) return [];
      const daysToHarvest = dayOf(next) - dayOf(occurredAtS);
      const inputs = (event?.applied ?? []).filter((input) => input.kind === kind);
      return inputs.map((input): Use => ({ plot, timeS: occurredAtS, input, daysToHarvest }));
    }),
  );
}

/** When it happened: of the right data that follows as a note, what its document says. */
function dayFrom({ open, event, occurredAtS }: Pick<GraphEntry, "open" | "event" | "occurredAtS">): number {
  return open.name === "NOTE" ? (event?.timeS ?? occurredAtS) : occurredAtS;
}

/** Number of the day in China. */
function dayOf(timeS: number): number {
  return Math.floor((timeS + 8 * 3600) / DAY_S);
}
