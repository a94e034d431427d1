/** Bytes that went over the line, by day: farmers pay for them. Kept in the phone's own database; what a browser adds is estimated (wire.ts). */
import { type Db, getKept } from "./db.ts";
import type { Counted } from "./wire.ts";

export type { DayBytes };
export { bytesByDay, bytesToday, countBytes };

interface DayBytes {
  /** `2026-04-12`, by the phone's own calendar. */
  readonly day: string;
  readonly up: number;
  readonly down: number;
  readonly requests: number;
}

/** Days that are kept. */
const MAX_DAYS = 62;

/** Adds one request to its day. Reading and writing are one transaction: a tab and the worker may count at once. */
async function countBytes({ idb }: Db, { up, down }: Counted, now: Date = new Date()): Promise<void> {
  const all = idb.transaction("kept", "readwrite");
  const days = daysIn(await all.store.get("meter"));
  const day = dayOf(now);
  const before = days.find((one) => one.day === day) ?? { day, up: 0, down: 0, requests: 0 };
  const after = { day, up: before.up + up, down: before.down + down, requests: before.requests + 1 };
  const kept = [...days.filter((one) => one.day !== day), after].slice(-MAX_DAYS);
  await Promise.all([all.store.put(kept, "meter"), all.done]);
}

async function bytesToday(db: Db, now: Date = new Date()): Promise<DayBytes> {
  const day = dayOf(now);
  return (await bytesByDay(db)).find((one) => one.day === day) ?? { day, up: 0, down: 0, requests: 0 };
}

/** Oldest first. */
async function bytesByDay(db: Db): Promise<readonly DayBytes[]> {
  return daysIn(await getKept(db, "meter"));
}

function daysIn(kept: unknown): readonly DayBytes[] {
  return Array.isArray(kept) ? (kept as DayBytes[]) : [];
}

function dayOf(time: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}
