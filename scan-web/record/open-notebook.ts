/** The notebook on the phone's own database. */
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { Problem } from "../../protocol/problem.ts";
import { recorderId } from "../../protocol/sign.ts";
import { enrolAnswers } from "./capture-party.ts";
import { type Db, getKept, openDb, putKept, type StoredRecord } from "./db.ts";
import { readField, tellLot } from "./field.ts";
import { getFile, keepFile } from "./files.ts";
import { hashing, makeSelf } from "./key.ts";
import type { Answers, Counts, Draft, Field, RecordRow, RecordState, Work } from "./model.ts";
import type { Notebook, Settings, SyncTold } from "./notebook.ts";
import { newId } from "./new-id.ts";
import { draftOf, withdraw } from "./repair.ts";
import { lastKey, saveDraft, undoSave } from "./saving.ts";

export type { NotebookParts };
export { openNotebook };

interface NotebookParts {
  readonly isPractice: boolean;
  /** By its id (works.ts); null: this version knows none of that name. */
  readonly workOf: (id: string) => Work | null;
  /** Passed in by whoever opens it (sync.ts). */
  readonly sync: (db: Db, how?: Parameters<Notebook["sync"]>[0]) => Promise<SyncTold>;
}

const SETTINGS: Settings = {
  ...{ lang: null, picturesOnWifiOnly: false, noticeRead: false, weight: "jin", lastTarget: null },
};
const NEVER: SyncTold = { state: "never", atMs: 0, detail: null };

async function openNotebook({ isPractice, workOf, sync }: NotebookParts): Promise<Notebook> {
  const db = await openDb(isPractice);
  const { idb } = db;
  let field: Promise<Field> | null = null;
  db.onChange(() => {
    field = null;
  });

  const asOf = (id: string): StoredRecord["as"] => {
    const work = workOf(id);
    if (work === null) throw new Problem("not-found", "", `there is no work "${id}" in this version`);
    const { kind, zh, en, bizStep } = work;
    return { kind, zh, en, bizStep };
  };
  const setting = async () => ({ ...SETTINGS, ...(await getKept(db, "settings")) });
  const set = (change: Partial<Settings>) =>
    db.write(async () => {
      await putKept(db, "settings", { ...(await setting()), ...change });
      db.changed();
    });
  /** About the own organisation, without a screen of questions. */
  const party = async (kind: "ENROL" | "EXPEL", answers: Answers): Promise<RecordRow> => {
    const organisation = (await getKept(db, "self"))?.organisation ?? null;
    if (organisation === null) throw new Problem("recorder-unknown", "", "this phone belongs to no organisation yet");
    const draft: Draft = {
      ...{ id: newId(), work: kind.toLowerCase(), answers, files: [], note: "", changes: null },
      target: { sort: "organisation", id: hexOf(organisationId(organisation)) },
      ...{ occurredAtS: null, changedAtMs: Date.now() },
    };
    return saveDraft(db, draft, { kind });
  };

  return {
    isPractice,
    base: isPractice ? "/practice" : "",
    self: () => getKept(db, "self"),
    makeSelf: () => makeSelf(db),
    field: () => (field ??= readField(db)),
    settings: setting,
    set,

    drafts: async () => (await idb.getAll("drafts")).sort((one, other) => other.changedAtMs - one.changedAtMs),
    draft: async (id) => (await idb.get("drafts", id)) ?? null,
    async keepDraft(draft) {
      await idb.put("drafts", draft);
      db.changed();
    },
    async dropDraft(id) {
      await idb.delete("drafts", id);
      db.changed();
    },
    async lastAnswers(work, target) {
      const own = await idb.get("last", lastKey(work, target?.id ?? ""));
      return (own ?? (await idb.get("last", lastKey(work, ""))))?.answers ?? null;
    },

    async save(draft) {
      const row = await saveDraft(db, draft, asOf(draft.work));
      if (draft.target !== null) await set({ lastTarget: draft.target });
      return row;
    },
    undo: (id) => undoSave(db, id),
    records: ({ before, limit, state }) => newestFirst(db, { before: before ?? Infinity, limit, state: state ?? null }),
    record: async (id) => (await idb.get("records", id)) ?? null,
    change: (id) => draftOf(db, id),
    withdraw: (id) => withdraw(db, id),
    counts: () => countsOf(db),
    serials: async (id) => (await idb.get("serials", id))?.serials ?? null,
    file: (cid) => getFile(db, cid),
    keepFile: (file) => keepFile(db, file),

    async enrol({ x, y, ...rest }) {
      const recorder = hexOf(await recorderId(hashing, { x: bytesOf(x), y: bytesOf(y) }));
      return party("ENROL", enrolAnswers({ recorder, x, y, ...rest }));
    },
    expel: (recorder: Hex, reason: string) =>
      party("EXPEL", { recorder: { type: "text", text: recorder }, reason: { type: "text", text: reason } }),
    tell: (lot) => tellLot(db, lot),

    sync: (how) => sync(db, how),
    lastSync: async () => (await getKept(db, "synced")) ?? NEVER,
    onChange: (listener) => db.onChange(listener),
  };
}

async function newestFirst(
  { idb }: Db,
  { before, limit, state }: { readonly before: number; readonly limit: number; readonly state: RecordState | null },
): Promise<readonly RecordRow[]> {
  const all = idb.transaction("records");
  const rows: RecordRow[] = [];
  const range =
    state === null
      ? IDBKeyRange.upperBound(before, true)
      : IDBKeyRange.bound([state, -Infinity], [state, before], false, true);
  const index = state === null ? all.store.index("byOrder") : all.store.index("byState");
  for (
    let cursor = await index.openCursor(range, "prev");
    cursor !== null && rows.length < limit;
    cursor = await cursor.continue()
  )
    rows.push(cursor.value);
  return rows;
}

async function countsOf({ idb }: Db): Promise<Counts> {
  const all = idb.transaction(["drafts", "records"]);
  const byState = all.objectStore("records").index("byState");
  const of = (state: RecordState) => byState.count(IDBKeyRange.bound([state], [state, []]));
  const [drafts, saved, going, needsYou, final] = await Promise.all([
    all.objectStore("drafts").count(),
    ...([of("saved"), of("going"), of("needs-you"), of("final")] as const),
  ]);
  return { drafts, saved, going, needsYou, final };
}
