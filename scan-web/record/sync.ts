/**
 * The engine: one look at the server, everything that is due both ways. Runs in a page and in the service worker, one at a time among
 * all of them (Web Lock). A kill at any moment loses nothing: what was sent and not answered is asked for before it is sent again.
 *
 * Records without files go first, since they are small; then each file in parts, and its record as soon as the file is there.
 */
import type { Hex } from "../../protocol/bytes.ts";
import { Problem } from "../../protocol/problem.ts";
import { type DueBatch, dueBatches, filesOf, signOpen } from "./batches.ts";
import { type Db, getKept, putKept } from "./db.ts";
import { chooseBatches, exchange, type Exchanged, MAX_ASKED } from "./exchange.ts";
import { getFile } from "./files.ts";
import { tryAlone } from "./lock.ts";
import { countBytes } from "./meter.ts";
import { isCostly } from "./network.ts";
import type { SyncTold } from "./notebook.ts";
import { takeReceipts } from "./states.ts";
import { uploadFile } from "./uploads.ts";
import { Away, openWire, type Refusal, type Wire } from "./wire.ts";

export type { SyncHow };
export { syncNow };

interface SyncHow {
  /** Pictures go whatever the setting and the network: somebody said so. */
  readonly pictures?: "now";
}

/** How the clock stood when this tab last measured it; null: not yet, or not since it was opened. */
let measured: { readonly apartMs: number } | null = null;
/** Hashes that this tab has sent and had no answer for, real and practice. Not there: it has not asked yet what a tab before it may have sent. */
const doubted = new Map<boolean, ReadonlySet<Hex>>();

/** A clock that was set anew, or a phone that slept, moves by more against the browser's own count. */
const MAX_DRIFT_MS = 30_000;
/** Looks for the ledger's answer within one run, so many milliseconds after the last sending; after that the watch asks (watch.ts). */
const MAX_LOOKS = 1;
const LOOK_MS = 1_500;
/** Sent so often in one run without being taken or refused, a batch is left for the next. */
const MAX_SENT = 2;
/** Records with files wait for each other so long, so that one request carries many. */
const MAX_GATHERED = 8;
const GATHER_MS = 15_000;
/** A run ends at last, whatever a server answers. */
const MAX_ROUNDS = 400;

/** Never throws: what went wrong is told, and kept for whoever asks later. Where another tab or the worker is at it, that is told. */
async function syncNow(db: Db, how: SyncHow = {}): Promise<SyncTold> {
  const told = await tryAlone("sync", db.isPractice, () => runAndKeep(db, how));
  return told ?? { state: "running", atMs: Date.now(), detail: null };
}

async function runAndKeep(db: Db, how: SyncHow): Promise<SyncTold> {
  const keep = async (told: SyncTold): Promise<SyncTold> => {
    await putKept(db, "synced", told);
    db.changed();
    return told;
  };
  try {
    await keep({ state: "running", atMs: Date.now(), detail: null });
    return await keep(await run(db, how));
  } catch (cause) {
    if (cause instanceof Away) return await keep({ state: "offline", atMs: Date.now(), detail: null });
    if (cause instanceof Problem) return await keep({ state: "refused", atMs: Date.now(), detail: cause.type });
    // What nobody foresaw must not stop the next try, nor be silent.
    console.error(cause);
    return await keep({ state: "refused", atMs: Date.now(), detail: "internal" });
  }
}

async function run(db: Db, how: SyncHow): Promise<SyncTold> {
  const counting: Promise<void>[] = [];
  const wire = openWire({ count: (bytes) => void counting.push(countBytes(db, bytes)) });
  try {
    return await rounds(db, wire, how);
  } finally {
    await Promise.all(counting);
  }
}

async function rounds(db: Db, wire: Wire, how: SyncHow): Promise<SyncTold> {
  const held = new Set<Hex>();
  const heldFiles = await filesOnHold(db, how);
  let looks = 0;
  let isFirst = true;
  let isWaiting = false;
  const timesSent = new Map<Hex, number>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    // With a clock that may be wrong nothing is signed: the first answer measures it.
    if (isMeasured()) await signOpen(db);
    const due = (await dueBatches(db)).filter(({ hash }) => !held.has(hash));
    const asking = doubtsOf(db, due);
    const ready = isMeasured() ? due.filter(({ hash, files }) => files.length === 0 && !asking.includes(hash)) : [];
    const batches = chooseBatches(ready);
    if (isFirst || batches.length > 0 || asking.length > 0) {
      const went = await ask(db, wire, { batches, doubted: asking, field: isFirst });
      if (went.state === "refused") return stopped(went.refusal);
      isFirst = false;
      for (const hash of went.later) held.add(hash);
      for (const hash of went.lacking) await sendFilesAgain(db, hash, due);
      for (const { hash } of batches) {
        const times = (timesSent.get(hash) ?? 0) + 1;
        timesSent.set(hash, times);
        if (times === MAX_SENT) held.add(hash);
      }
      if (batches.length > 0) looks = 0;
      continue;
    }
    const sent = await sendFiles(db, wire, due, heldFiles);
    if (sent.state === "stopped") return sent.told;
    if (sent.isAny) continue;
    isWaiting = due.some(({ files }) => files.length > 0);
    if (looks === MAX_LOOKS || (await db.idb.countFromIndex("batches", "byState", "sent")) === 0) break;
    looks++;
    await pause(LOOK_MS);
    const went = await ask(db, wire, { batches: [], doubted: [], field: true });
    if (went.state === "refused") return stopped(went.refusal);
  }
  return { state: isWaiting ? "waiting" : "done", atMs: Date.now(), detail: held.size > 0 ? "too-many-waiting" : null };
}

/** An exchange whose batches are in doubt until they are answered for. */
async function ask(db: Db, wire: Wire, asked: Parameters<typeof exchange>[2]): Promise<Exchanged> {
  const doubts = doubted.get(db.isPractice) ?? new Set<Hex>();
  const before = new Set([...doubts, ...asked.doubted]);
  doubted.set(db.isPractice, new Set([...before, ...asked.batches.map(({ hash }) => hash)]));
  const went = await exchange(db, wire, asked);
  if (went.state === "done" && went.apartMs !== null) measured = { apartMs: went.apartMs };
  doubted.set(db.isPractice, new Set());
  return went;
}

/** What is asked for before it may be sent: all of it at this tab's first look, for a tab before it may have been killed while sending. */
function doubtsOf(db: Db, due: readonly DueBatch[]): readonly Hex[] {
  const doubts = doubted.get(db.isPractice);
  const hashes = due.map(({ hash }) => hash);
  return (doubts === undefined ? hashes : hashes.filter((hash) => doubts.has(hash))).slice(0, MAX_ASKED);
}

function isMeasured(): boolean {
  return measured !== null && Math.abs(Date.now() - performance.now() - measured.apartMs) < MAX_DRIFT_MS;
}

type FilesSent =
  { readonly state: "sent"; readonly isAny: boolean } | { readonly state: "stopped"; readonly told: SyncTold };

/** Files of the next records, until so many of these have all of theirs that a request is worth its head. */
async function sendFiles(db: Db, wire: Wire, due: readonly DueBatch[], isHeld: FileHold): Promise<FilesSent> {
  const began = performance.now();
  let whole = 0;
  let isAny = false;
  for (const batch of due) {
    if (batch.files.length === 0) continue;
    if (whole === MAX_GATHERED || (whole > 0 && performance.now() - began > GATHER_MS)) break;
    let isWhole = true;
    for (const cid of batch.files) {
      const file = await getFile(db, cid);
      // Gone from the phone: the server says of the record that it is missing, and its person is told.
      if (file === null) {
        await db.idb.put("transfers", { cid, offset: 0, stored: true });
        continue;
      }
      if (isHeld(file.mediaType)) {
        isWhole = false;
        continue;
      }
      const { inDoubt = false } = (await db.idb.get("transfers", cid)) ?? {};
      const went = await uploadFile(
        {
          ...{ wire, base: db.isPractice ? "/practice" : "", nowMs: Date.now },
          keep: async (kept) =>
            void (await db.idb.put("transfers", { cid, stored: file.size <= kept.offset, ...kept })),
        },
        { cid, mediaType: file.mediaType, blob: file.blob, offset: file.offset, inDoubt },
      );
      if (went.state === "away") throw new Away("an upload");
      if (went.state === "later") return { state: "stopped", told: stopped(went.refusal) };
      if (went.state === "refused") await refuse(db, batch.hash, went.refusal);
      isAny = true;
      if (went.state === "refused") isWhole = false;
    }
    if (isWhole) {
      whole++;
      isAny = true;
    }
  }
  return { state: "sent", isAny };
}

/** A file that no server will take stops its record as a refusal of the record itself does. */
async function refuse(db: Db, batch: Hex, { type, detail }: Refusal): Promise<void> {
  await takeReceipts(db, [{ batch, state: "refused", reason: { type, detail } }]);
}

/** The server says that it lacks a file that it once had whole: it is sent anew. One that is not here any more is its person's. */
async function sendFilesAgain(db: Db, hash: Hex, due: readonly DueBatch[]): Promise<void> {
  const records = await Promise.all(
    due.filter((batch) => batch.hash === hash).map(({ nonce }) => db.idb.getAllFromIndex("records", "byNonce", nonce)),
  );
  let isHere = false;
  for (const cid of records.flat().flatMap(filesOf)) {
    if ((await db.idb.getKey("files", cid)) === undefined) continue;
    await db.idb.put("transfers", { cid, offset: 0, stored: false, inDoubt: true });
    isHere = true;
  }
  if (!isHere) await refuse(db, hash, { type: "file-gone", detail: "", pointer: "", retryAfterMs: null });
}

type FileHold = (mediaType: string) => boolean;

/** Pictures, sound and what is sealed wait for Wi-Fi where that is set; lists that labels need do not. */
async function filesOnHold(db: Db, { pictures }: SyncHow): Promise<FileHold> {
  const settings = await getKept(db, "settings");
  const isHeld = pictures !== "now" && settings?.picturesOnWifiOnly === true && isCostly();
  return (mediaType) => isHeld && mediaType !== "text/csv";
}

/** What passes by itself is told as a line that is away. */
function stopped({ type, retryAfterMs }: Refusal): SyncTold {
  const passes = retryAfterMs !== null || /^http-(5|408|429)/.test(type);
  return { state: passes ? "offline" : "refused", atMs: Date.now(), detail: type };
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, ms);
  });
}
