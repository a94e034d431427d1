/**
 * Saving: a draft becomes a record in one transaction, with its place in a batch. The document is built once before, in memory, to find
 * what is wrong with the answers; it is built again when it is signed.
 */
import { newSubjectId } from "../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { Problem } from "../../protocol/problem.ts";
import { batchKey } from "./batches.ts";
import { attachmentsOf, rootOf } from "./building.ts";
import { capture, isMaking, NO_NEW_ID } from "./capture.ts";
import { captureChange } from "./capture-change.ts";
import { labelCount } from "./capture-goods.ts";
import { type Db, getKept, type StoredBatch, type StoredRecord } from "./db.ts";
import { readField } from "./field.ts";
import { hashing } from "./key.ts";
import { Finder, NOTHING } from "./known.ts";
import { makeRun, type Run } from "./labels.ts";
import type { Draft, Self } from "./model.ts";
import { newId } from "./new-id.ts";
import { isSpent, Placer, rejoined } from "./placing.ts";
import { NO_EFFECT, type Said, Told } from "./said.ts";

export { lastKey, leaning, saveDraft, undoSave };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @throws Problem that names the answer; nothing was changed then */
async function saveDraft(db: Db, draft: Draft, as: StoredRecord["as"]): Promise<StoredRecord> {
  const row = await db.write(async () => {
    const self = await getKept(db, "self");
    if (self === null) throw new Problem("recorder-unknown", "", "this phone has no key yet");
    const changed = draft.changes === null ? undefined : await db.idb.get("records", draft.changes);
    const isAgain = changed !== undefined && changed.state !== "final";
    return isAgain
      ? saveAgain(db, self, { draft, before: changed })
      : saveNew(db, self, { draft, as, changed: changed ?? null });
  });
  db.changed();
  return row;
}

async function saveNew(
  db: Db,
  self: Self,
  of: { readonly draft: Draft; readonly as: StoredRecord["as"]; readonly changed: StoredRecord | null },
): Promise<StoredRecord> {
  const { draft, as, changed } = of;
  const id = UUID.test(draft.id) ? draft.id : newId();
  if ((await db.idb.get("records", id)) !== undefined) throw new Problem("subject-exists", "", "it is saved already");
  const placer = await Placer.open(db, self);
  const frame = { ...draft, id, as: changed?.as ?? as, changes: changed?.id ?? null };
  const nonce = placer.nonceFor(frame);
  const row = await rowOf(db, self, { frame, nonce, before: null });
  placer.add(nonce, row.row);
  await put(db, { ...row, placer, draft: draft.id, changed });
  return row.row;
}

/** What is not on record yet is written anew under its own id, and signed again under its own nonce where that is not spent. */
async function saveAgain(
  db: Db,
  self: Self,
  { draft, before }: { readonly draft: Draft; readonly before: StoredRecord },
): Promise<StoredRecord> {
  const batch = await db.idb.get("batches", batchKey(before.nonce));
  const placer = await Placer.open(db, self);
  const isAnew = batch === undefined || isSpent(batch);
  const frame = { ...draft, id: before.id, as: before.as, changes: before.changes };
  const nonce = isAnew ? placer.nonceFor(frame) : before.nonce;
  const row = await rowOf(db, self, { frame, nonce, before });
  if (isAnew) placer.add(nonce, row.row);
  const again = isAnew ? null : rejoined(batch, before.id);
  const all = { ...row, placer, draft: draft.id, changed: null };
  await put(db, again === null ? all : { ...all, again });
  return row.row;
}

interface Frame extends Pick<Draft, "work" | "target" | "answers" | "files" | "note" | "occurredAtS"> {
  readonly id: string;
  readonly as: StoredRecord["as"];
  readonly changes: string | null;
}

interface Made {
  readonly row: StoredRecord;
  readonly run: Run | null;
}

async function rowOf(
  db: Db,
  self: Self,
  { frame, nonce, before }: { frame: Frame; nonce: string; before: StoredRecord | null },
): Promise<Made> {
  const { id, work, as, target, answers, files, note, changes } = frame;
  const wrong = changes === null ? null : await db.idb.get("records", changes);
  const root = wrong === undefined || wrong === null ? null : await rootOf(db, wrong);
  const deviceMs = before?.deviceMs ?? Date.now();
  const offsetMs = frame.occurredAtS === null && before !== null ? before.offsetMs : (self.offsetMs ?? 0);
  const occurredAtS = frame.occurredAtS ?? before?.occurredAtS ?? Math.max(0, Math.floor((deviceMs + offsetMs) / 1000));
  checkDay(frame, before, Date.now() + (self.offsetMs ?? 0));
  const isSameNonce = before?.nonce === nonce;
  const newId = isMaking(as.kind) ? await newIdOf(self, nonce) : NO_NEW_ID;
  const run = as.kind === "LABEL" && root === null ? await runOf(db, frame) : null;
  const said: Said = {
    ...{ id, work, as, target, answers, note, occurredAtS, isChecked: root === null },
    files: await attachmentsOf(db, files),
    newId: root?.makes[0]?.id ?? newId,
    name: root?.makes[0]?.name ?? (isSameNonce ? (before.makes[0]?.name ?? null) : null),
    labels: root?.labels ?? run?.labels ?? null,
  };
  const find = new Finder(await readField(db, id), before?.known ?? wrong?.known ?? NOTHING);
  const captured = root === null || !wrong ? capture(said, find) : { ...changed(said, find, wrong, root), makes: null };
  const order = before?.order ?? (await getKept(db, "order")) ?? 1;
  const row: StoredRecord = {
    ...{ id, order, work, as, target, answers, files, note, nonce, deviceMs, offsetMs, occurredAtS, changes },
    makes: captured.makes === null ? [] : [{ index: 0, id: newId, ...captured.makes }],
    ...{
      state: "saved",
      why: null,
      changedBy: null,
      seq: null,
      entry: 0,
      group: null,
      document: null,
      withdrawn: false,
    },
    ...{ known: find.found(), effect: captured.effect, labels: said.labels, targetId: target?.id ?? "" },
    isDated: frame.occurredAtS !== null || (before?.isDated ?? false),
  };
  return { row, run };
}

const EARLIEST_S = Date.UTC(2000, 0, 1) / 1000;
const AHEAD_S = 86_400;

/** A day that somebody named. What the phone's clock says by itself is put right later, if need be. */
function checkDay({ occurredAtS }: Frame, before: StoredRecord | null, nowMs: number): void {
  const isAsked = before?.why?.type === "date-impossible";
  if (occurredAtS === null && !isAsked) return;
  if (occurredAtS !== null && occurredAtS >= EARLIEST_S && occurredAtS <= nowMs / 1000 + AHEAD_S) return;
  throw new Problem("date-impossible", "/occurredAt", "which day was it?");
}

/** Looked over only: its place on record stands in for itself where it is not told yet. */
function changed(said: Said, find: Finder, wrong: StoredRecord, root: StoredRecord) {
  const now: Said = { ...said, id: wrong.id, answers: wrong.answers, target: wrong.target, note: "", files: [] };
  const place = { subject: wrong.group ?? root.makes[0]?.id ?? NO_NEW_ID, seq: 1, entry: 0, document: {} };
  captureChange(said, find, { ...place, now, find: new Finder(wrong.known) });
  return { effect: NO_EFFECT };
}

async function newIdOf({ recorder }: Self, nonce: string): Promise<Hex> {
  return hexOf(await newSubjectId(hashing, bytesOf(recorder), BigInt(nonce), 0));
}

async function runOf(db: Db, { id, answers }: Frame): Promise<Run> {
  const count = labelCount(new Told(answers).amount("labels"));
  return makeRun(count, (await db.idb.get("serials", id))?.serials ?? []);
}

/** All that a save changes, in one transaction: it is there whole after a killed tab, or not at all. */
async function put(
  { idb }: Db,
  of: Made & {
    readonly placer: Placer;
    readonly draft: string;
    readonly changed: StoredRecord | null;
    readonly again?: StoredBatch;
  },
): Promise<void> {
  const { row, run, placer, changed } = of;
  const stores = ["kept", "records", "batches", "drafts", "serials", "files", "last"] as const;
  const all = idb.transaction(stores, "readwrite");
  const [kept, records, batches] = [all.objectStore("kept"), all.objectStore("records"), all.objectStore("batches")];
  await Promise.all([
    records.put(row),
    kept.put(placer.self, "self"),
    ...(run === null ? [] : [all.objectStore("serials").put({ id: row.id, serials: run.serials })]),
    ...(run === null ? [] : [all.objectStore("files").put(run.file)]),
    ...placer.changed().map(([key, batch]) => batches.put(batch, key)),
    ...(of.again === undefined ? [] : [batches.put(of.again, batchKey(of.again.nonce))]),
    ...(changed === null ? [] : [records.put({ ...changed, changedBy: row.id })]),
    all.objectStore("drafts").delete(of.draft),
    all.objectStore("last").put({ key: lastKey(row.work, row.targetId), answers: row.answers }),
    all.objectStore("last").put({ key: lastKey(row.work, ""), answers: row.answers }),
    kept.get("order").then((order) => kept.put(Math.max(row.order + 1, (order as number | undefined) ?? 1), "order")),
    all.done,
  ]);
}

/** Of the answers given last; without a target those of the work anywhere. */
function lastKey(work: string, targetId: string): string {
  return `${work} ${targetId}`;
}

/** False: it is signed, or something that was saved since leans on what it names. */
async function undoSave(db: Db, id: string): Promise<boolean> {
  const isUndone = await db.write(async () => {
    const row = await db.idb.get("records", id);
    const batch = row === undefined ? undefined : await db.idb.get("batches", batchKey(row.nonce));
    if (row === undefined || batch?.state !== "open" || batch.hashes.length > 0 || !batch.records.includes(id))
      return false;
    if ((await leaning(db, row)).length > 0) return false;
    const { work, target, answers, files, note, occurredAtS, changes, isDated } = row;
    const draft: Draft = {
      ...{ id, work, target, answers, files, note, changes, changedAtMs: Date.now() },
      occurredAtS: isDated ? occurredAtS : null,
    };
    const changed = changes === null ? undefined : await db.idb.get("records", changes);
    const records = batch.records.filter((other) => other !== id);
    const all = db.idb.transaction(["records", "batches", "drafts"], "readwrite");
    const [key, batches] = [batchKey(batch.nonce), all.objectStore("batches")];
    await Promise.all([
      all.objectStore("records").delete(id),
      // A nonce that nothing is written under does no harm.
      records.length === 0 ? batches.delete(key) : batches.put({ ...batch, records }, key),
      all.objectStore("drafts").put(draft),
      ...(changed === undefined ? [] : [all.objectStore("records").put({ ...changed, changedBy: null })]),
      all.done,
    ]);
    return true;
  });
  if (isUndone) db.changed();
  return isUndone;
}

/** Records that are not final and name what this one makes, or change it. */
async function leaning({ idb }: Db, row: StoredRecord): Promise<readonly StoredRecord[]> {
  const made = new Set(row.makes.map(({ id }) => id));
  const others: StoredRecord[] = [];
  for (const state of ["saved", "going", "needs-you"])
    others.push(...(await idb.getAllFromIndex("records", "byState", IDBKeyRange.bound([state], [state, []]))));
  return others.filter(
    ({ id, known, changes, withdrawn }) =>
      id !== row.id &&
      !withdrawn &&
      (changes === row.id ||
        [known.plots, known.products, known.plantings, known.lots].some((rows) =>
          rows.some((one) => made.has(one.id)),
        )),
  );
}
