/** What servers answer about batches becomes the states of records, and those are told in words. */
import { decodeBatch } from "../../protocol/batch.ts";
import { type Hex, hexOf } from "../../protocol/bytes.ts";
import { batchKey, filesOf, recordsOf, setAside } from "./batches.ts";
import { isFarOff, rebased } from "./clock.ts";
import { type Db, getKept, type SaidThen, type StoredBatch, type StoredRecord, type Version } from "./db.ts";
import type { Draft, RecordRow, Why } from "./model.ts";
import { newId } from "./new-id.ts";
import { Placer } from "./placing.ts";
import { type Receipt, whyOf } from "./receipt.ts";

export type { StateWords };
export { concerned, stateWords, takeReceipts };

/** Keys of messages; `name`: what it waits for, or is short of. */
interface StateWords {
  readonly state: string;
  /** Cause and next step stand under `<why>.cause` and `<why>.mend`. */
  readonly why: string | null;
  readonly values: readonly string[];
}

/** Of a record, as keys of the part `state`; a reason is a key of the part `problem`. Pure. */
function stateWords({ state, why, withdrawn, changedBy }: RecordRow): StateWords {
  const values = why?.values ?? [];
  if (withdrawn) return { state: "record.state.withdrawn", why: null, values };
  if (state === "final" && changedBy !== null) return { state: "record.state.changed", why: null, values };
  if (state === "going" && why?.type === "subject-unknown") return { state: "record.state.waits", why: null, values };
  return { state: `record.state.${state}`, why: why === null ? null : `record.problem.${why.type}`, values };
}

/**
 * Takes receipts, each in one transaction (batch and its records together); one that names no batch of this phone is passed over.
 * final: records are final, with seq where it is told · waiting, sent: going · unknown: the batch is due again · refused: those whom the
 * reason names need their person, the others are open again under the same nonce. Gives how many batches are open or due again because
 * of it, so that the engine signs and sends once more.
 */
async function takeReceipts(db: Db, receipts: readonly Receipt[]): Promise<number> {
  // What is final settles what else was signed under its nonce.
  const ordered = [...receipts].sort((one, other) => Number(other.state === "final") - Number(one.state === "final"));
  let again = 0;
  for (const receipt of ordered) if (await db.write(() => takeOne(db, receipt))) again++;
  if (receipts.length > 0) db.changed();
  return again;
}

/** True: there is something to sign or to send because of it. */
async function takeOne(db: Db, receipt: Receipt): Promise<boolean> {
  const batch = await db.idb.getFromIndex("batches", "byHash", receipt.batch);
  if (batch === undefined || batch.state === "final") return false;
  if (receipt.state === "final") return settle(db, batch, receipt);
  // It counts, and only its place is not told yet: a server that lost it changes nothing about that.
  if ((await recordsOf(db, batch)).some(({ state }) => state === "final")) return false;
  // Of an older signature only that it counts would matter.
  if (receipt.batch !== batch.hash || (batch.state !== "signed" && batch.state !== "sent")) return false;
  switch (receipt.state) {
    case "waiting":
    case "sent":
      await goes(db, batch, receipt.state === "waiting" ? whyOf(receipt) : null);
      return false;
    case "unknown":
      await put(db, { ...batch, state: "signed" }, (row) => ({ ...row, state: "saved", why: null }));
      return true;
    case "refused":
      return refuse(db, batch, receipt);
  }
}

async function goes(db: Db, batch: StoredBatch, why: Why | null): Promise<void> {
  await put(db, { ...batch, state: "sent", why, sentAtMs: batch.sentAtMs ?? Date.now() }, (row) =>
    row.state === "needs-you" ? row : { ...row, state: "going", why },
  );
}

/** The nonce is spent by one of its signatures. Records that this one does not carry are free, and go into another batch. */
async function settle(db: Db, batch: StoredBatch, { batch: hash, groups }: Receipt): Promise<boolean> {
  const version = batch.versions.find((one) => one.hash === hash);
  if (version === undefined) return false;
  const rows = await db.idb.getAllFromIndex("records", "byNonce", batch.nonce);
  const seqs = new Map((groups ?? []).map(({ subject, seq }) => [subject, seq]));
  const settled = rows.map((row) => {
    const counted = version.records.find(({ id }) => id === row.id);
    return counted === undefined ? row : finalRow(row, counted, seqs);
  });
  // Asked about again until its places are told, for a correction names them.
  const state = groups === undefined ? "sent" : "final";
  const carried = version.records.map(({ id }) => id);
  const done: StoredBatch = {
    ...batch,
    hash,
    state,
    why: null,
    records: carried,
    bytes: state === "final" ? null : batch.bytes,
  };
  const self = await getKept(db, "self");
  if (self === null) return false;
  const placer = await Placer.open(db, self);
  const free = settled
    .filter((row) => row.state === "saved" && !carried.includes(row.id))
    .map((row) => freed(row, placer));
  const late = rows.flatMap((row) => lateChange(row, version) ?? []);
  const all = db.idb.transaction(["batches", "records", "kept", "drafts"], "readwrite");
  await Promise.all([
    ...late.map((draft) => all.objectStore("drafts").put(draft)),
    ...placer.changed().map(([key, changed]) => all.objectStore("batches").put(changed, key)),
    all.objectStore("batches").put(done, batchKey(batch.nonce)),
    ...[...settled, ...free].map((row) => all.objectStore("records").put(row)),
    all.objectStore("kept").put(placer.self, "self"),
    all.done,
  ]);
  return free.some(({ state: is }) => is === "saved");
}

/** What somebody said after the version that counts was signed: not lost, it waits to be looked at and saved as a change. */
function lateChange(row: StoredRecord, { records }: Version): Draft | null {
  const counted = records.find(({ id }) => id === row.id);
  if (counted === undefined || counted.withdrawn || row.withdrawn || row.state === "final") return null;
  const { work, target, answers, files, note, occurredAtS } = row;
  const isSame = sameSaid({ target, answers, files, note }, counted.said);
  if (isSame && (!row.isDated || occurredAtS === counted.said.occurredAtS)) return null;
  return {
    ...{ id: newId(), work, target, answers, files, note, occurredAtS },
    ...{ changedAtMs: Date.now(), changes: row.id },
  };
}

function sameSaid(said: Omit<SaidThen, "occurredAtS">, { target, answers, files, note }: SaidThen): boolean {
  return JSON.stringify(said) === JSON.stringify({ target, answers, files, note });
}

/** An observation that was mended, or taken back, while the rest of its batch was under way. */
function freed(row: StoredRecord, placer: Placer): StoredRecord {
  if (row.withdrawn) return { ...row, state: "final" };
  const nonce = placer.nonceFor(row);
  placer.add(nonce, row);
  return { ...row, nonce };
}

function finalRow(
  row: StoredRecord,
  counted: Version["records"][number],
  seqs: ReadonlyMap<Hex, number>,
): StoredRecord {
  const { document, group, entry, withdrawn, said } = counted;
  const seq = seqs.get(group) ?? row.seq;
  return { ...row, ...said, ...{ state: "final", why: null, document, group, entry, withdrawn, seq } };
}

/** Those whom the reason names need their person; a time that was written down by a wrong clock is put right instead. */
async function refuse(db: Db, batch: StoredBatch, receipt: Receipt): Promise<boolean> {
  const told = whyOf(receipt) ?? { type: "refused-by-ledger", values: [] };
  // Not here either: it is never sent again by itself, else it would go round for ever.
  const why = told.type === "file-gone" ? { ...told, type: "file-unknown" } : told;
  const [rows, self] = [await recordsOf(db, batch), await getKept(db, "self")];
  if (told.type === "file-unknown" || told.type === "document-unknown") return sendAgain(db, batch, rows);
  const offsetMs = self?.offsetMs ?? null;
  if (why.type === "date-impossible" && offsetMs !== null && rows.some((row) => isFarOff(row, offsetMs))) {
    await put(db, { ...batch, state: "open", why: null }, (row) =>
      isFarOff(row, offsetMs) ? rebased(row, offsetMs) : row,
    );
    return true;
  }
  const place = placeIn(batch, receipt.reason?.pointer ?? "");
  const isNamed = (row: StoredRecord): boolean =>
    place === null ? concerned(row, why) : row.group === place.subject && (place.entry ?? row.entry) === row.entry;
  const named = rows.filter(isNamed);
  await setAside(db, batch, named.length === 0 ? rows : named, why);
  return named.length > 0 && named.length < rows.length;
}

/** The server has not what it needs: it is told of none of it any more. */
async function sendAgain(db: Db, batch: StoredBatch, rows: readonly StoredRecord[]): Promise<boolean> {
  const all = db.idb.transaction("transfers", "readwrite");
  await Promise.all([...rows.flatMap(filesOf).map((cid) => all.store.delete(cid)), all.done]);
  await put(db, { ...batch, state: "signed", why: null }, (row) => ({ ...row, state: "saved", why: null }));
  return true;
}

/** Of which group and entry of the signed bytes a pointer speaks. */
function placeIn({ bytes }: StoredBatch, pointer: string): { subject: Hex; entry: number | null } | null {
  const [, group, entry] = /^\/groups\/(\d+)(?:\/entries\/(\d+))?/.exec(pointer) ?? [];
  if (group === undefined || bytes === null) return null;
  const subject = decodeBatch(bytes).groups[Number(group)]?.subject;
  return subject === undefined ? null : { subject: hexOf(subject), entry: entry === undefined ? null : Number(entry) };
}

/** Whether a reason names a subject that the record is about, takes from, or makes. Pure. */
function concerned({ targetId, effect, makes, group }: StoredRecord, { values }: Why): boolean {
  const ids = [targetId, group, ...effect.takes.map(({ id }) => id), ...makes.map(({ id }) => id)];
  return values.some((value) => ids.includes(value as Hex));
}

/** The batch and its records, in one transaction. */
async function put(db: Db, batch: StoredBatch, change: (row: StoredRecord) => StoredRecord): Promise<void> {
  const rows = await recordsOf(db, batch);
  const all = db.idb.transaction(["batches", "records"], "readwrite");
  await Promise.all([
    all.objectStore("batches").put(batch, batchKey(batch.nonce)),
    ...rows.map((row) => all.objectStore("records").put(change(row))),
    all.done,
  ]);
}
