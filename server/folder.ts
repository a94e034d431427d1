/**
 * The data folder: made at the first start, marked with its format, held by one process, keys readable by its owner alone.
 *
 *   furrow.json        format, chain id, first block's time, whether the example is being made
 *   lock               an empty SQLite file, locked while a server runs: the system drops the lock however the server ends,
 *                      where a file with a process number would have to be guessed at (numbers come again, in containers always)
 *   keys/              relay.json, operator.json, escrow.json (server/escrow.ts)
 *   deployment.json    where the ledger lives · example.json: what home shows of the example
 *   lie.json           while a lie of `npm run tamper` is planted: what takes it back
 *   tls/               with HTTPS=on: this machine's own certificate authority, and the server's certificate by it
 *   uploads/           files that come in parts and are not whole yet
 *   chain/ blocks/ index.sqlite kept.sqlite control.sock
 */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";

export type { DataFolder, Key, Marker };
export { FolderError, openFolder, readJsonFile, writeJsonFile };

/** The folder cannot be used; the message is one sentence for the operator. */
class FolderError extends Error {
  override readonly name = "FolderError";
}

/** The folder's format; raised when an older Furrow could not read what a newer one writes, or the other way round. */
const FORMAT = 1;

/** making: the example is not whole yet, and nobody else could have put anything into this folder. */
const Marker = z.strictObject({
  furrow: z.literal("data folder"),
  format: z.int(),
  chainId: z.int().positive(),
  genesisTimeS: z.int().positive(),
  example: z.enum(["none", "making", "complete"]),
});
type Marker = z.infer<typeof Marker>;

interface Key {
  /** 32 bytes of secp256k1, `0x` and hex. */
  readonly privateKey: string;
}

interface DataFolder {
  readonly path: string;
  readonly marker: Marker;
  /** True when this start made it. */
  readonly isNew: boolean;
  readonly relayKey: Key;
  readonly operatorKey: Key;
  mark(change: Partial<Pick<Marker, "example">>): Promise<void>;
  /** Lets the next process in. */
  release(): void;
}

interface Birth {
  readonly genesisTimeS: number;
  readonly example: "none" | "making";
}

const FILES = [
  "chain",
  "blocks",
  "deployment.json",
  "example.json",
  "index.sqlite",
  "kept.sqlite",
  "keys",
  "control.sock",
];
const SIDE_FILES = ["index.sqlite-wal", "index.sqlite-shm", "kept.sqlite-wal", "kept.sqlite-shm"];

/**
 * Opens the folder, or makes it as `birth` says when it is empty or not there. A folder in which an example was left half
 * made is emptied first: nothing else can be in it, for submissions are refused until the example is whole.
 * @throws FolderError when another process holds it, when it belongs to something else, or when its format is another's
 */
async function openFolder(path: string, birth: () => Birth, log: (line: string) => void): Promise<DataFolder> {
  makeFolder(path);
  const markerPath = join(path, "furrow.json");
  const isForeign =
    !existsSync(markerPath) &&
    readdirSync(path).some((name) => !["lock", "lock-journal", "keys", "tls", "furrow.json.new"].includes(name));
  if (isForeign)
    throw new FolderError(`${path} is not empty and not a Furrow data folder: choose another with --data.`);
  const release = lock(path);
  try {
    let marker = existsSync(markerPath) ? readMarker(path, markerPath) : null;
    if (marker?.example === "making") {
      log("the example was left half made: making it again from an empty folder");
      for (const name of [...FILES, ...SIDE_FILES]) rmSync(join(path, name), { recursive: true, force: true });
      marker = null;
    }
    const isNew = marker === null;
    const keys = join(path, "keys");
    mkdirSync(keys, { recursive: true, mode: 0o700 });
    const relayKey = await keyAt(join(keys, "relay.json"));
    const operatorKey = await keyAt(join(keys, "operator.json"));
    let current = marker ?? { furrow: "data folder", format: FORMAT, chainId: newChainId(), ...birth() };
    if (isNew) await writeJsonFile(markerPath, current);
    return {
      path,
      isNew,
      relayKey,
      operatorKey,
      release,
      get marker() {
        return current;
      },
      async mark(change) {
        const next = { ...current, ...change };
        await writeJsonFile(markerPath, next);
        current = next;
      },
    };
  } catch (cause) {
    release();
    throw cause;
  }
}

/** What a JSON file of the folder holds, or null when there is none. */
function readJsonFile(path: string): unknown {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
}

/** Replaces the file as a whole: after a crash it is the old one or the new one. Durable when it resolves. */
async function writeJsonFile(path: string, value: unknown): Promise<void> {
  const file = await open(`${path}.new`, "w", 0o600);
  await file.writeFile(`${JSON.stringify(value, null, 2)}\n`);
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
  // Windows opens no folders; there the rename is durable by itself.
  if (process.platform === "win32") return;
  const folder = await open(dirname(path), "r");
  await folder.sync();
  await folder.close();
}

function makeFolder(path: string): void {
  try {
    if (existsSync(path)) {
      readdirSync(path);
      return;
    }
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
  } catch (cause) {
    throw new FolderError(`The data folder ${path} cannot be used (${reasonOf(cause)}): choose another with --data.`, {
      cause,
    });
  }
}

function lock(path: string): () => void {
  try {
    const holder = new DatabaseSync(join(path, "lock"));
    try {
      // Whoever may open it may hold it, and so keep its owner out.
      chmodSync(join(path, "lock"), 0o600);
      holder.exec("pragma locking_mode = exclusive; begin exclusive;");
    } catch (cause) {
      holder.close();
      throw cause;
    }
    let isHeld = true;
    return () => {
      if (isHeld) holder.close();
      isHeld = false;
    };
  } catch (cause) {
    const message = /locked|busy/i.test(String(cause))
      ? `The data folder ${path} is in use by another Furrow server: stop that one, or choose another folder with --data.`
      : `The data folder ${path} cannot be written (${reasonOf(cause)}): choose another with --data.`;
    throw new FolderError(message, { cause });
  }
}

function readMarker(path: string, markerPath: string): Marker {
  const value = parse(markerPath);
  const format = z.object({ format: z.int() }).safeParse(value);
  if (format.success && format.data.format !== FORMAT) {
    const age = format.data.format < FORMAT ? "an older" : "a newer";
    throw new FolderError(
      `${path} was made by ${age} Furrow (format ${format.data.format}, this one writes ${FORMAT}) and cannot be read by this one: choose another folder with --data.`,
    );
  }
  const marker = Marker.safeParse(value);
  if (!marker.success) throw new FolderError(`${markerPath} is damaged: restore it from a backup.`);
  return marker.data;
}

function parse(path: string): unknown {
  try {
    return readJsonFile(path);
  } catch {
    return null;
  }
}

/** Random, so that two installations never share a ledger address and a batch for one is never taken by the other. */
function newChainId(): number {
  return Math.max(1, randomBytes(6).readUIntBE(0, 6));
}

async function keyAt(path: string): Promise<Key> {
  const Stored = z.strictObject({ privateKey: z.string().regex(/^0x[0-9a-f]{64}$/) });
  if (!existsSync(path)) {
    // A random 32-byte number is outside the curve's order once in 2^128.
    await writeJsonFile(path, { privateKey: `0x${randomBytes(32).toString("hex")}` });
  }
  const key = Stored.safeParse(parse(path));
  if (!key.success) throw new FolderError(`${path} is damaged: restore it from a backup.`);
  return key.data;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
}
