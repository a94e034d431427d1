/** A record as it lies in the database → the entries that are signed for it. What it needs is gathered first, then all is pure. */
import type { Attachment } from "../../protocol/document/attachment.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { Problem } from "../../protocol/problem.ts";
import { capture, NO_NEW_ID } from "./capture.ts";
import { captureChange } from "./capture-change.ts";
import { spentNote } from "./capture-work.ts";
import type { Db, StoredFile, StoredRecord } from "./db.ts";
import { Finder } from "./known.ts";
import type { Said, Stated } from "./said.ts";

export { attachmentsOf, build, rootOf, saidOf };

/** In the order of the batch; the record's own statement is the last. @throws Problem as capture and captureChange */
async function build(db: Db, row: StoredRecord): Promise<readonly Stated[]> {
  const find = new Finder(row.known);
  if (row.withdrawn) return [spentNote(saidOf(row, [], null), find)];
  const files = await attachmentsOf(db, row.files);
  if (row.changes === null) return [capture(saidOf(row, files, null), find).stated];
  const wrong = await finalRecord(db, row.changes);
  const root = await rootOf(db, wrong);
  const isObserved = row.as.kind === "GROW" || row.as.kind === "NOTE";
  const corrected = isObserved ? wrong : root;
  return captureChange(saidOf(row, files, root), find, {
    ...placeOf(corrected),
    document: await documentOf(db, corrected),
    now: saidOf(wrong, await attachmentsOf(db, wrong.files), root),
    find: new Finder(wrong.known),
  });
}

/** @param root the record that made what this one changes */
function saidOf(row: StoredRecord, files: readonly Attachment[], root: StoredRecord | null): Said {
  const [made] = (root ?? row).makes;
  return {
    ...{ id: row.id, work: row.work, as: row.as, target: row.target, answers: row.answers, note: row.note, files },
    ...{ occurredAtS: row.occurredAtS, labels: (root ?? row).labels, isChecked: false },
    newId: made?.id ?? NO_NEW_ID,
    name: made?.name ?? null,
  };
}

/** The record at the beginning of a row of changes. */
async function rootOf(db: Db, row: StoredRecord): Promise<StoredRecord> {
  let root = row;
  while (root.changes !== null) root = await finalRecord(db, root.changes);
  return root;
}

/** @throws Problem `file-unknown` */
async function attachmentsOf({ idb }: Db, cids: readonly string[]): Promise<readonly Attachment[]> {
  const all = idb.transaction("files");
  const files = await Promise.all(cids.map((cid) => all.store.get(cid)));
  return files.map((file, n) => {
    if (file === undefined) throw new Problem("file-unknown", `/files/${n}`, "the file is not on this phone any more");
    return attachmentOf(file);
  });
}

function attachmentOf({ cid, mediaType, size, name, sealed }: StoredFile): Attachment {
  const inside = sealed === null ? {} : { sealed: { mediaType: sealed.mediaType, what: sealed.what } };
  return { cid, mediaType, size, name, ...inside };
}

async function finalRecord({ idb }: Db, id: string): Promise<StoredRecord> {
  const row = await idb.get("records", id);
  if (row?.state === "final") return row;
  throw new Problem("seq-unknown", "", "what is changed is not on record");
}

function placeOf({ group, seq, entry }: StoredRecord): { subject: Hex; seq: number; entry: number } {
  if (group !== null && seq !== null) return { subject: group, seq, entry };
  throw new Problem("seq-unknown", "", "where it stands on record is not told yet: look at the server once");
}

async function documentOf({ idb }: Db, { document }: StoredRecord): Promise<JsonObject> {
  const stored = document === null ? undefined : await idb.get("documents", document);
  if (stored === undefined) throw new Problem("document-unknown", "", "its document is not on this phone");
  return JSON.parse(stored.text) as JsonObject;
}
