/**
 * Room on the phone: whether the browser promised to keep what lies here (Storage Standard §3, persist), how much is left, and what to say
 * of it in words. Browsers that are short of room throw away what they did not promise to keep, keys and unsent records with it.
 */
import { type Db, putKept } from "./db.ts";

export type { Room, RoomSaid };
export { askToKeep, judgeRoom, lookAtRoom };

interface Room {
  /** Null: the browser does not tell. */
  readonly isKept: boolean | null;
  /** Bytes. */
  readonly used: number | null;
  readonly quota: number | null;
}

/**
 * kept: promised and with room · not-kept: not promised · small: as little as private tabs and full phones have · low: room for some
 * fifty pictures · full: the next picture may find none · unknown: the browser tells nothing. Keys are `state.room.<said>`.
 */
type RoomSaid = "kept" | "not-kept" | "small" | "low" | "full" | "unknown";

/** A picture has at most 200 kB, and is written twice while it is sealed or copied. */
const FULL = 2 * 1024 ** 2;
const LOW = 20 * 1024 ** 2;
/** Chrome gives a page some half of what is free; in a private tab it gives a part of the memory. A phone with less than that is no safe place. */
const SMALL = 300 * 1024 ** 2;

/**
 * Asks the browser to keep what lies here; Chrome decides by itself (an app on the home screen, often used), others ask the person. The
 * answer is kept, so that a promise that was taken back is seen.
 */
async function askToKeep(db: Db): Promise<Room> {
  const { storage } = navigator as Partial<Navigator>;
  const granted = await storage?.persist?.().catch(() => false);
  const room = await lookAtRoom();
  await putKept(db, "space", { ...room, isKept: granted ?? room.isKept, askedAtMs: Date.now() });
  db.changed();
  return { ...room, isKept: granted ?? room.isKept };
}

async function lookAtRoom(): Promise<Room> {
  const { storage } = navigator as Partial<Navigator>;
  const [isKept, estimate] = await Promise.all([
    storage?.persisted?.().catch(() => null),
    storage?.estimate?.().catch(() => null),
  ]);
  return { isKept: isKept ?? null, used: estimate?.usage ?? null, quota: estimate?.quota ?? null };
}

/** The worst first. Pure. */
function judgeRoom({ isKept, used, quota }: Room): RoomSaid {
  if (used !== null && quota !== null) {
    const left = quota - used;
    if (left < FULL) return "full";
    if (left < LOW) return "low";
    if (quota < SMALL && isKept !== true) return "small";
  }
  if (isKept === null) return "unknown";
  return isKept ? "kept" : "not-kept";
}
