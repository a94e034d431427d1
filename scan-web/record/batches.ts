/**
 * What waits to be sent: batches that are open are closed, their documents built and signed when a sync begins, and not before. So undo
 * and change cost nothing until then, and a clock found wrong can still be put right.
 */
import { type Group, signBatch } from "../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf, textOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { documentBytes } from "../../protocol/document/epcis.ts";
import { type Entry, makeEntry } from "../../protocol/entry.ts";
import { Problem } from "../../protocol/problem.ts";
import { build } from "./building.ts";
import { type Db, getKept, type StoredBatch, type StoredDocument, type StoredRecord, type Version } from "./db.ts";
import { hashing, signerOf } from "./key.ts";
import type { Why } from "./model.ts";
import type { Stated } from "./said.ts";

export type { DueBatch };
export { asksOf, batchKey, dueBatches, dueFiles, filesOf, recordsOf, setAside, signOpen };

/** A signed batch that no server has on its disk yet. */
interface DueBatch {
  readonly nonce: string;
  readonly hash: Hex;
  readonly bytes: Uint8Array;
  readonly documents: readonly { readonly cid: string; readonly text: string }[];
  /** CIDs of files that its documents list and that no server has whole: the server refuses the batch before them. */
  readonly files: readonly string[];
}

/** Keys of batches are in the order of nonces. */
function batchKey(nonce: string): string {
  return nonce.padStart(20, "0");
}

/**
 * Closes and signs every open batch, each in one transaction of its own (batch, documents and records together); nothing is done where
 * the phone is not enrolled. What cannot be built any more needs its person. Gives how many were signed.
 */
async function signOpen(db: Db): Promise<number> {
  let signed = 0;
  for (const key of await db.idb.getAllKeysFromIndex("batches", "byState", "open")) {
    // One at a time: whoever saves meanwhile waits for one batch, not for all.
    const isSigned = await db.write(() => signOne(db, key));
    if (isSigned) signed++;
  }
  if (signed > 0) db.changed();
  return signed;
}

async function signOne(db: Db, key: string): Promise<boolean> {
  const [batch, self] = [await db.idb.get("batches", key), await getKept(db, "self")];
  if (batch?.state !== "open" || self === null || self.organisation === null || self.chainId === "") return false;
  const rows = await recordsOf(db, batch);
  const built: Built[] = [];
  for (const row of rows) {
    try {
      built.push({ row, stated: await build(db, row) });
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      // Where the record stands that it changes is told by one of the next answers.
      if (failure.type === "seq-unknown") return false;
      await setAside(db, batch, [row], { type: failure.type, values: [] });
      return signOne(db, key);
    }
  }
  if (built.length === 0) return false;
  const { groups, documents, records } = await grouped(built);
  const { bytes, hash } = await signBatch(hashing, await signerOf(db), {
    ...{ chainId: BigInt(self.chainId), ledger: bytesOf(self.ledger), nonce: BigInt(batch.nonce) },
    ...{ seen: bytesOf(batch.seen), groups },
  });
  const version: Version = { hash: hexOf(hash), records };
  const signed: StoredBatch = {
    ...{ ...batch, state: "signed", hash: version.hash, bytes, documents: documents.map(({ cid }) => cid), why: null },
    hashes: [...batch.hashes.filter((other) => other !== version.hash), version.hash],
    versions: [...batch.versions.filter((other) => other.hash !== version.hash), version],
    signedAtMs: Date.now(),
  };
  const all = db.idb.transaction(["batches", "documents", "records"], "readwrite");
  await Promise.all([
    all.objectStore("batches").put(signed, key),
    ...documents.map((document) => all.objectStore("documents").put(document)),
    ...rows.map((row, n) => {
      const { document = null, group = null, entry = 0 } = records[n] ?? {};
      return all.objectStore("records").put({ ...row, document, group, entry, why: null });
    }),
    all.done,
  ]);
  return true;
}

interface Built {
  readonly row: StoredRecord;
  /** Its own statement is the last. */
  readonly stated: readonly Stated[];
}

/** One group a subject, in the order in which they come up. */
async function grouped(built: readonly Built[]) {
  const entries = new Map<Hex, Entry[]>();
  const documents = new Map<string, StoredDocument>();
  const records: Version["records"][number][] = [];
  for (const { row, stated } of built) {
    for (const [n, one] of stated.entries()) {
      const bytes = documentBytes(one.document);
      const content = await hashing.sha256(bytes);
      const cid = cidOf(content, "json");
      documents.set(cid, { cid, text: textOf(bytes) });
      const group = entries.get(one.subject) ?? [];
      entries.set(one.subject, group);
      if (n === stated.length - 1) {
        const { id, withdrawn, target, answers, files, note, occurredAtS } = row;
        const said = { target, answers, files, note, occurredAtS };
        records.push({ id, document: cid, group: one.subject, entry: group.length, withdrawn, said });
      }
      group.push(makeEntry<typeof one.name>(one.name, { occurredAtS: row.occurredAtS, content, args: one.args }));
    }
  }
  const groups: Group[] = [...entries].map(([subject, list]) => ({ subject: bytesOf(subject), entries: list }));
  return { groups, documents: [...documents.values()], records };
}

/** Rows of a batch, in its order. */
async function recordsOf({ idb }: Db, batch: StoredBatch): Promise<readonly StoredRecord[]> {
  const all = idb.transaction("records");
  const rows = await Promise.all(batch.records.map((id) => all.store.get(id)));
  return rows.filter((row) => row !== undefined);
}

/**
 * Takes records out of their batch, for their person to look at; what is left is open, to be signed again under the same nonce. Call it
 * under the write lock. One transaction.
 */
async function setAside(db: Db, batch: StoredBatch, rows: readonly StoredRecord[], why: Why): Promise<void> {
  const ids = new Set(rows.map(({ id }) => id));
  const records = batch.records.filter((id) => !ids.has(id));
  const all = db.idb.transaction(["batches", "records"], "readwrite");
  await Promise.all([
    all
      .objectStore("batches")
      .put({ ...batch, records, state: records.length === 0 ? "refused" : "open", why }, batchKey(batch.nonce)),
    ...rows.map((row) => all.objectStore("records").put({ ...row, state: "needs-you", why })),
    all.done,
  ]);
}

/** Signed and not yet taken by a server, in the order of nonces. Reads only. */
async function dueBatches(db: Db): Promise<readonly DueBatch[]> {
  const due: DueBatch[] = [];
  for (const batch of await db.idb.getAllFromIndex("batches", "byState", "signed")) {
    const { nonce, hash, bytes } = batch;
    if (hash === null || bytes === null) continue;
    const documents = await Promise.all(batch.documents.map((cid) => db.idb.get("documents", cid)));
    const files = await missing(db, (await recordsOf(db, batch)).flatMap(filesOf));
    due.push({ nonce, hash, bytes, documents: documents.filter((document) => document !== undefined), files });
  }
  return due.sort((one, other) => (BigInt(one.nonce) < BigInt(other.nonce) ? -1 : 1));
}

/** Hashes to ask about: what servers have and is not final yet, older signatures under the same nonce included; oldest first. */
async function asksOf({ idb }: Db, limit: number): Promise<readonly Hex[]> {
  const sent = await idb.getAllFromIndex("batches", "byState", "sent");
  // Of what was refused or is signed again, an older signature may have come to count after all.
  const other = [];
  for (const state of ["refused", "signed", "open"])
    other.push(...(await idb.getAllFromIndex("batches", "byState", state)));
  const asked = [...sent.flatMap(({ hashes }) => hashes), ...other.flatMap((batch) => older(batch))];
  return asked.slice(0, limit);
}

function older({ state, hash, hashes }: StoredBatch): readonly Hex[] {
  return state === "signed" ? hashes.filter((one) => one !== hash) : hashes;
}

/** CIDs of files of records that are not final and that no server has whole, oldest record first; those of open batches included. */
async function dueFiles(db: Db): Promise<readonly string[]> {
  const rows: StoredRecord[] = [];
  for (const state of ["saved", "going"])
    rows.push(...(await db.idb.getAllFromIndex("records", "byState", IDBKeyRange.bound([state], [state, []]))));
  rows.sort((one, other) => one.order - other.order);
  return missing(db, rows.flatMap(filesOf));
}

/** All that its documents list. */
function filesOf({ files, labels, withdrawn }: StoredRecord): readonly string[] {
  if (withdrawn) return [];
  return labels === null ? files : [...files, labels.leaves.cid];
}

async function missing({ idb }: Db, cids: readonly string[]): Promise<readonly string[]> {
  const all = idb.transaction("transfers");
  const unique = [...new Set(cids)];
  const transfers = await Promise.all(unique.map((cid) => all.store.get(cid)));
  return unique.filter((_, n) => transfers[n]?.stored !== true);
}
