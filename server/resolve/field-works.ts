/** Work on plantings and their plots: what was brought out and makes a harvest wait, and what was done last. */
import type { Kysely } from "kysely";
import { eventsOf, readEvent } from "../../protocol/document/read.ts";
import type { Words } from "../../protocol/document/text.ts";
import type { Hex } from "../../protocol/history.ts";
import type { IndexTables } from "../store/index-tables.ts";
import type { Sayings } from "./field-documents.ts";
import type { FieldLogs, LoggedEntry } from "./field-logs.ts";
import type { FieldPlanting, FieldUse } from "./field-rows.ts";
import { placeOfEntry, struckAmong } from "./struck.ts";

export type { Worked };
export { workedOn };

interface Worked {
  /** On the planting or its plot, oldest first. */
  readonly usesOf: (planting: string, plot: string) => readonly FieldUse[];
  readonly lastOf: (planting: string) => FieldPlanting["last"];
}

interface WorkParts {
  readonly index: Kysely<IndexTables>;
  readonly sayings: Sayings;
  readonly logs: FieldLogs;
  readonly documentOf: (cid: string) => Promise<string | undefined>;
}

/** What a document says of one entry. */
interface Said {
  readonly work: string | null;
  readonly brought: readonly Omit<FieldUse, "atS">[];
}

/** No label asks for a longer wait than some weeks. */
const WINDOW_S = 120 * 86_400;
const LONGEST_WAIT_DAYS = 3_650;
/** Entries without a work of their own (a remark) that are passed over in search of the last one. */
const MOST_PASSED = 10;

async function workedOn(
  parts: WorkParts,
  plantings: readonly { readonly id: string; readonly plot: string }[],
  { generation, nowS }: { readonly generation: number; readonly nowS: number },
): Promise<Worked> {
  const subjects = [...new Set(plantings.flatMap(({ id, plot }) => [id, plot]))];
  const logs = await standing(parts, await parts.logs.of(subjects, generation));
  const uses = new Map<string, readonly FieldUse[]>();
  const last = new Map<string, FieldPlanting["last"]>();
  await Promise.all(subjects.map(async (id) => uses.set(id, await usesIn(parts, logs.get(id) ?? [], nowS - WINDOW_S))));
  await Promise.all(plantings.map(async ({ id }) => last.set(id, await lastIn(parts, logs.get(id) ?? []))));
  return {
    usesOf: (planting, plot) =>
      [...(uses.get(planting) ?? []), ...(uses.get(plot) ?? [])].sort((one, other) => one.atS - other.atS),
    lastOf: (planting) => last.get(planting) ?? null,
  };
}

/** Without what its authors have struck through. */
async function standing(
  { index, documentOf }: WorkParts,
  logs: ReadonlyMap<string, readonly LoggedEntry[]>,
): Promise<ReadonlyMap<string, readonly LoggedEntry[]>> {
  const corrected = [...logs.values()].filter((entries) => entries.some(({ kind }) => kind === "CORRECT"));
  if (corrected.length === 0) return logs;
  const own = corrected.flat().filter(({ kind }) => kind === "GROW" || kind === "NOTE");
  const struck = await struckAmong({ index, documentOf }, own);
  return new Map(
    [...logs].map(([id, entries]) => [id, entries.filter((entry) => !struck.has(placeOfEntry(entry)))] as const),
  );
}

async function usesIn(parts: WorkParts, log: readonly LoggedEntry[], sinceS: number): Promise<readonly FieldUse[]> {
  const found: FieldUse[] = [];
  for (const entry of log) {
    if (entry.kind !== "GROW" || entry.occurredAtS < sinceS) continue;
    for (const one of (await saidIn(parts, entry))?.brought ?? []) found.push({ ...one, atS: entry.occurredAtS });
  }
  return found;
}

async function lastIn(parts: WorkParts, log: readonly LoggedEntry[]): Promise<FieldPlanting["last"]> {
  const works = log.filter(({ kind }) => kind === "GROW" || kind === "NOTE" || kind === "HARVEST");
  const newest = works.toSorted((one, other) => other.occurredAtS - one.occurredAtS || other.seq - one.seq);
  for (const entry of newest.slice(0, MOST_PASSED)) {
    const work = (await saidIn(parts, entry))?.work ?? (entry.kind === "NOTE" ? null : entry.kind.toLowerCase());
    if (work !== null) return { work, atS: entry.occurredAtS };
  }
  return null;
}

function saidIn({ sayings }: WorkParts, { content, group, occurredAtS }: LoggedEntry): Promise<Said | null> {
  return sayings.of(content, group, `work ${occurredAtS}`, (document, subject) => read(document, subject, occurredAtS));
}

/** Of a document's events about the subject the one of the entry's time, else the first. */
function read(document: unknown, subject: Hex, occurredAtS: number): Said {
  const events = eventsOf(document).flatMap((event) => readEvent(event, subject) ?? []);
  const event = events.find(({ timeS }) => timeS === occurredAtS) ?? events[0];
  const brought = (event?.applied ?? []).flatMap(({ name, preHarvestIntervalDays: days }) =>
    days !== null && isWait(days) ? [{ name: plain(name), preHarvestIntervalDays: days }] : [],
  );
  return { work: event?.work?.id ?? null, brought };
}

/** Whoever wrote it may have written anything. */
function isWait(days: number): boolean {
  return Number.isSafeInteger(days) && days > 0 && days <= LONGEST_WAIT_DAYS;
}

function plain({ zh, en }: Words): Words {
  return { ...(zh === undefined ? {} : { zh }), ...(en === undefined ? {} : { en }) };
}
