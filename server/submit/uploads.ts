/**
 * Files that come in parts, until they are whole: each lies in `<data>/uploads` under its CID, beside a note of its length and media type
 * (@tus/file-store). A part that was acknowledged is the file's length, so it outlives the process; after a power cut the file may be
 * shorter, and the sender is told. A whole one is put where all files are, checked, and only then counts as sent.
 */
import { mkdirSync } from "node:fs";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FileStore } from "@tus/file-store";
import { Problem } from "../../protocol/problem.ts";

export type { Begun, Uploads, UploadsParts };
export { keepUploads };

interface UploadsParts {
  /** Made here. */
  readonly folder: string;
  /** Checks the file and stores it for good. @throws Problem */
  readonly put: (cid: string, bytes: Uint8Array, mediaType: string | null) => Promise<unknown>;
  /** Bytes of the file that is stored under this CID; null: none is. */
  readonly sizeOf: (cid: string) => Promise<number | null>;
  readonly log: (line: string, cause: unknown) => void;
  readonly nowMs?: () => number;
}

/** An upload that is not whole yet. */
interface Begun {
  readonly size: number;
  readonly offset: number;
  readonly mediaType: string | null;
}

interface Uploads {
  readonly store: FileStore;
  readonly sizeOf: UploadsParts["sizeOf"];
  /** Null: none was begun, or it is too old. */
  begun(cid: string): Promise<Begun | null>;
  /**
   * Resolves when the whole file is stored for good. What is no file that is stored here is dropped; where storing failed for now, it
   * stays for the next attempt.
   * @throws Problem
   */
  finish(cid: string): Promise<void>;
  /** Drops an upload, whole or not. */
  drop(cid: string): Promise<void>;
  /** Drops those to which nobody has sent anything for two days. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

const KEPT_MS = 2 * 24 * 3_600_000;
const SWEEP_MS = 3_600_000;
/** What a browser says of bytes of which it knows nothing. */
const ANY_TYPE = "application/octet-stream";
/** Of these a second attempt with the same bytes may succeed. */
const PASSING = ["storage-full", "storage-unavailable", "store-unavailable", "not-yet-open", "internal"];

function keepUploads({ folder, put, sizeOf, log, nowMs = Date.now }: UploadsParts): Uploads {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const store = new FileStore({ directory: folder, expirationPeriodInMilliseconds: KEPT_MS });
  // Whoever knows a CID could else remove what another sends; and a length that comes later could not be checked at first.
  store.extensions = ["creation", "creation-with-upload", "expiration"];
  const finishing = new Map<string, Promise<void>>();

  async function begun(cid: string): Promise<Begun | null> {
    const note = await store.configstore.get(cid);
    if (note?.size === undefined) return null;
    const made = note.creation_date === undefined ? Number.NaN : Date.parse(note.creation_date);
    const offset = await lengthOf(join(folder, cid));
    if (offset === null || !(nowMs() - made < KEPT_MS)) return null;
    return { size: note.size, offset, mediaType: note.metadata?.type ?? null };
  }

  async function drop(cid: string): Promise<void> {
    await rm(join(folder, `${cid}.json`), { force: true });
    await rm(join(folder, cid), { force: true });
  }

  async function storeWhole(cid: string): Promise<void> {
    const found = await begun(cid);
    if (found === null || found.offset !== found.size) {
      // Somebody else finished it: stored it, or found out that it cannot be; or its sender began it anew.
      if ((await sizeOf(cid)) === null)
        throw new Problem("upload-missing", "/cid", `${cid} was dropped, or begun anew`);
      return;
    }
    try {
      await put(
        cid,
        new Uint8Array(await readFile(join(folder, cid))),
        found.mediaType === ANY_TYPE ? null : found.mediaType,
      );
    } catch (cause) {
      if (cause instanceof Problem && !PASSING.includes(cause.type)) await drop(cid);
      throw cause;
    }
  }

  async function sweep(): Promise<void> {
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const changedMs = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      );
      // A note is as old as its upload; its file counts.
      const isOld = changedMs !== null && nowMs() - changedMs > KEPT_MS;
      if (isOld && !name.endsWith(".json")) await drop(name);
      else if (isOld && (await lengthOf(path.slice(0, -".json".length))) === null) await rm(path, { force: true });
    }
  }

  const failed = (cause: unknown) => log("old uploads could not be dropped", cause);
  const timer = setInterval(() => void sweep().catch(failed), SWEEP_MS);
  timer.unref();
  const first = sweep().catch(failed);

  return {
    store,
    sizeOf,
    begun,
    drop,
    sweep,
    finish(cid) {
      const before = finishing.get(cid);
      if (before !== undefined) return before;
      const now = storeWhole(cid).finally(() => finishing.delete(cid));
      finishing.set(cid, now);
      return now;
    },
    async close() {
      clearInterval(timer);
      await first;
      await Promise.allSettled(finishing.values());
    },
  };
}

async function lengthOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ size }) => size,
    () => null,
  );
}
