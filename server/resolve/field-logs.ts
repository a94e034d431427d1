/**
 * Entries of subjects' logs that a field is told of, opened from their bytes once: a log only grows, so of one that moved what is new is
 * read alone. Emptied when the index was made anew.
 */
import type { Kysely } from "kysely";
import { decodeGroup } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { readStamp } from "../../protocol/fold.ts";
import { type KindName, kindByName } from "../../protocol/kinds/all.ts";
import { Problem } from "../../protocol/problem.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { chunks } from "./chunks.ts";

export type { LoggedEntry };
export { FieldLogs };

interface LoggedEntry {
  readonly kind: Told;
  /** Whose log it stands in; the group's own subject is another's where it only touched this one (HARVEST). */
  readonly subject: string;
  readonly group: string;
  readonly seq: number;
  readonly entry: number;
  readonly content: string;
  readonly args: Uint8Array;
  readonly occurredAtS: number;
  readonly recordedAtS: number;
  readonly organisation: number;
}

type Told = Extract<KindName, "GROW" | "NOTE" | "HARVEST" | "CORRECT" | "ENROL">;

const TOLD = new Map(
  (["GROW", "NOTE", "HARVEST", "CORRECT", "ENROL"] as const).map((name) => [kindByName(name).number, name] as const),
);
/** Entries kept, some 300 bytes each. */
const MOST = 100_000;

interface Log {
  /** Read up to this move. */
  readonly seq: number;
  readonly entries: readonly LoggedEntry[];
}

class FieldLogs {
  readonly #index: Kysely<IndexTables>;
  readonly #logs = new Map<string, Log>();
  #kept = 0;
  #generation: number | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(index: Kysely<IndexTables>) {
    this.#index = index;
  }

  /** Of each subject its entries in their order. @param generation of the index (store/generation.ts) */
  of(subjects: readonly string[], generation: number): Promise<ReadonlyMap<string, readonly LoggedEntry[]>> {
    // One after the other: two at once would both add what is new.
    const found = this.#last.then(() => this.#of(subjects, generation));
    this.#last = found.catch(() => {});
    return found;
  }

  async #of(subjects: readonly string[], generation: number): Promise<ReadonlyMap<string, readonly LoggedEntry[]>> {
    if (this.#generation !== generation) this.#forget(generation);
    const found = new Map<string, readonly LoggedEntry[]>();
    for (const part of chunks(subjects)) {
      const newest = await this.#newest(part);
      const grown = part.filter((subject) => (newest.get(subject) ?? 0) > (this.#logs.get(subject)?.seq ?? 0));
      const fresh = await this.#read(grown);
      for (const subject of part) {
        const known = this.#logs.get(subject);
        const more = fresh.get(subject) ?? [];
        const entries = [...(known?.entries ?? []), ...more];
        found.set(subject, entries);
        // A block may have come between the two looks.
        const seq = Math.max(newest.get(subject) ?? 0, more.at(-1)?.seq ?? 0);
        this.#keep(subject, { seq, entries }, known);
      }
    }
    return found;
  }

  #forget(generation: number): void {
    this.#logs.clear();
    this.#kept = 0;
    this.#generation = generation;
  }

  /** The one used last goes last. */
  #keep(subject: string, log: Log, known: Log | undefined): void {
    this.#logs.delete(subject);
    this.#logs.set(subject, log);
    this.#kept += 1 + log.entries.length - (known === undefined ? 0 : 1 + known.entries.length);
    for (const [oldest, { entries }] of this.#logs) {
      if (this.#kept <= MOST) break;
      this.#logs.delete(oldest);
      this.#kept -= 1 + entries.length;
    }
  }

  async #newest(subjects: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#index
      .selectFrom("move")
      .select((row) => ["subject", row.fn.max<number>("seq").as("seq")])
      .where("subject", "in", subjects)
      .groupBy("subject")
      .execute();
    return new Map(rows.map(({ subject, seq }) => [subject, Number(seq)]));
  }

  /** What these logs have beyond what is known of them. */
  async #read(subjects: readonly string[]): Promise<ReadonlyMap<string, LoggedEntry[]>> {
    const fresh = new Map<string, LoggedEntry[]>();
    if (subjects.length === 0) return fresh;
    const rows = await this.#index
      .selectFrom("move")
      .innerJoin("record_group", (join) =>
        join.onRef("record_group.batch", "=", "move.batch").onRef("record_group.idx", "=", "move.group_idx"),
      )
      .innerJoin("batch", "batch.hash", "move.batch")
      .select(["move.subject", "move.seq", "move.entry_idx", "move.batch", "move.group_idx"])
      .select(["record_group.subject as group", "record_group.bytes", "batch.stamp"])
      .where((row) =>
        row.or(
          subjects.map((subject) =>
            row.and([row("move.subject", "=", subject), row("move.seq", ">", this.#logs.get(subject)?.seq ?? 0)]),
          ),
        ),
      )
      .orderBy("move.subject")
      .orderBy("move.seq")
      .execute();
    const opened = new Map<string, ReturnType<typeof entriesIn>>();
    for (const { subject, seq, entry_idx, batch, group_idx, group, bytes, stamp } of rows) {
      const place = `${batch} ${group_idx}`;
      const entries = opened.get(place) ?? entriesIn(new Uint8Array(bytes));
      opened.set(place, entries);
      const { organisation, recordedAtS } = readStamp(bytesOf(stamp));
      for (const one of entries) {
        const isOwn = entry_idx < 0 && group === subject;
        if (isOwn ? one.kind === "HARVEST" : one.entry !== entry_idx || one.kind !== "HARVEST") continue;
        const own = fresh.get(subject) ?? [];
        own.push({ ...one, subject, group, seq, organisation, recordedAtS });
        fresh.set(subject, own);
      }
    }
    return fresh;
  }
}

/** Those of the kinds above. Bytes that are no group say nothing here: readers find that out. */
function entriesIn(bytes: Uint8Array) {
  try {
    return decodeGroup(bytes).entries.flatMap(({ kind: number, content, args, occurredAtS }, entry) => {
      const kind = TOLD.get(number);
      return kind === undefined ? [] : [{ kind, entry, content: hexOf(content), args, occurredAtS }];
    });
  } catch (cause) {
    if (cause instanceof Problem) return [];
    throw cause;
  }
}
