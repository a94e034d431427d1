/** What goes wrong on the way is mended here: a record is changed, or taken back. Its nonce stays, so that at most one version counts. */
import { Problem } from "../../protocol/problem.ts";
import { batchKey, setAside } from "./batches.ts";
import type { Db, StoredBatch, StoredRecord } from "./db.ts";
import type { Draft } from "./model.ts";
import { newId } from "./new-id.ts";
import { rejoined } from "./placing.ts";
import { leaning } from "./saving.ts";

export { draftOf, withdraw };

/** A draft with the answers of a record. @throws Problem `not-found` */
async function draftOf({ idb }: Db, id: string): Promise<Draft> {
  const row = await idb.get("records", id);
  if (row === undefined) throw new Problem("not-found", "", "there is no such record on this phone");
  if (row.changedBy !== null) return draftOf({ idb } as Db, row.changedBy);
  const { work, target, answers, files, note, state, isDated } = row;
  // What is on record keeps its day; what is not is asked for it only where somebody named one.
  const occurredAtS = state === "final" || isDated ? row.occurredAtS : null;
  const draft: Draft = {
    ...{ id: newId(), work, target, answers, files, note, occurredAtS },
    ...{ changedAtMs: Date.now(), changes: id },
  };
  if (state === "final" && row.withdrawn) throw new Problem("nothing-to-correct", "", "it was taken back");
  return draft;
}

/**
 * What was never signed is simply left out; else a NOTE on the own organisation is signed under its nonce, unless other records are left
 * to be signed under it. What leans on what it made needs its person too.
 * @throws Problem `not-found`, `nothing-to-correct`: it is on record, and is changed instead
 */
async function withdraw(db: Db, id: string): Promise<void> {
  await db.write(async () => {
    const row = await db.idb.get("records", id);
    if (row === undefined) throw new Problem("not-found", "", "there is no such record on this phone");
    if (row.state === "final") throw new Problem("nothing-to-correct", "", "it is on record: change it instead");
    const batch = await db.idb.get("batches", batchKey(row.nonce));
    const why = { type: "leans", values: row.makes.map((made) => made.id) };
    await takeBack(db, row, batch);
    for (const other of await leaning(db, row)) {
      const its = await db.idb.get("batches", batchKey(other.nonce));
      if (its?.state === "open") await setAside(db, its, [other], why);
      else await db.idb.put("records", { ...other, state: "needs-you", why });
    }
  });
  db.changed();
}

async function takeBack(db: Db, row: StoredRecord, batch: StoredBatch | undefined): Promise<void> {
  const others = batch?.records.filter((id) => id !== row.id) ?? [];
  const wasSigned = batch !== undefined && batch.hashes.length > 0 && batch.state !== "final";
  const gone: StoredRecord = { ...row, withdrawn: true, why: null, state: wasSigned ? "saved" : "final" };
  const after = batch === undefined ? null : batchWithout(batch, row.id, others);
  const changed = row.changes === null ? undefined : await db.idb.get("records", row.changes);
  const all = db.idb.transaction(["records", "batches"], "readwrite");
  const [key, batches] = [batchKey(row.nonce), all.objectStore("batches")];
  await Promise.all([
    all.objectStore("records").put(gone),
    ...(changed === undefined ? [] : [all.objectStore("records").put({ ...changed, changedBy: null })]),
    ...(after === null ? [] : [after === "none" ? batches.delete(key) : batches.put(after, key)]),
    all.done,
  ]);
}

/** Null: as it is. */
function batchWithout(batch: StoredBatch, id: string, others: readonly string[]): StoredBatch | "none" | null {
  if (batch.state === "final") return null;
  if (batch.hashes.length === 0) return others.length === 0 ? "none" : { ...batch, records: others };
  if (others.length > 0)
    return batch.records.includes(id) ? { ...batch, records: others, state: "open", why: null } : null;
  return rejoined(batch, id);
}
