/** The phone's clock against the server's: measured at each sync, and times that are not signed yet put right by it. */
import { type Db, getKept, type StoredRecord } from "./db.ts";

export { isFarOff, offsetOf, rebased, takeClock };

interface Measured {
  /** The server's. */
  readonly nowMs: number;
  /** The phone's, by `Date.now()`. */
  readonly sentAtMs: number;
  readonly gotAtMs: number;
}

const FAR_MS = 3_600_000;

/** Server less phone, milliseconds, taking the answer to have been written in the middle of the round trip. */
function offsetOf({ nowMs, sentAtMs, gotAtMs }: Measured): number {
  return Math.round(nowMs - (sentAtMs + gotAtMs) / 2);
}

/** A clock that is an hour or less away from what was added is not worth another time. */
function isFarOff({ offsetMs }: Pick<StoredRecord, "offsetMs">, measuredMs: number): boolean {
  return Math.abs(measuredMs - offsetMs) > FAR_MS;
}

/** The same record under another offset; a time that somebody named moves by as much, for it was named by the same clock. */
function rebased(row: StoredRecord, offsetMs: number): StoredRecord {
  const occurredAtS = Math.max(0, row.occurredAtS + Math.round((offsetMs - row.offsetMs) / 1000));
  return { ...row, offsetMs, occurredAtS };
}

/**
 * Keeps the offset, and rebases what is not signed and was written down under another one, more than an hour apart. (What was refused as
 * `date-impossible` is put right when its receipt is taken, states.ts.) One transaction. Gives how many records have another time now.
 */
async function takeClock(db: Db, measured: Measured): Promise<number> {
  const offsetMs = offsetOf(measured);
  return db.write(async () => {
    const self = await getKept(db, "self");
    if (self === null) return 0;
    const open = await db.idb.getAllFromIndex("batches", "byState", "open");
    const ids = open.flatMap(({ records }) => records);
    const all = db.idb.transaction(["kept", "records"], "readwrite");
    const rows = await Promise.all(ids.map((id) => all.objectStore("records").get(id)));
    const far = rows.filter((row) => row !== undefined).filter((row) => isFarOff(row, offsetMs));
    await Promise.all([
      all.objectStore("kept").put({ ...self, offsetMs }, "self"),
      ...far.map((row) => all.objectStore("records").put(rebased(row, offsetMs))),
      all.done,
    ]);
    if (far.length > 0) db.changed();
    return far.length;
  });
}
