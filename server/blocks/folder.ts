/**
 * Blocks in a folder, laid out as `blockstore-fs` lays them out, so that Helia can be attached to the same folder.
 * Only its naming is used: its own write renames without fsync (a power cut then leaves an empty block under a
 * good name), and its read calls every I/O error "not found".
 *
 *   {folder}/{last two characters}/{multihash in BASE32}.data
 *   {folder}/.new/                    blocks being written; emptied at the next start
 */
import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { NextToLast } from "blockstore-fs/sharding";
import type { CID } from "multiformats/cid";
import { Problem } from "../../protocol/problem.ts";
import { type Blocks, MAX_BLOCK_READ } from "./blocks.ts";
import { identityBytes, isGenuine, requireGenuine, requireSha256 } from "./digest.ts";
import { addFile, openFile } from "./file.ts";

export { blockPath, openFolderBlocks };

const layout = new NextToLast();

/** Where a block lies on disk, or would lie. */
function blockPath(folder: string, cid: CID): string {
  const { dir, file } = layout.encode(cid);
  return join(resolve(folder), dir, file);
}

/** Opens (and makes, where missing) the folder. One process at a time: the data folder's lock sees to that. */
async function openFolderBlocks(folder: string): Promise<Blocks> {
  const root = resolve(folder);
  const fresh = join(root, ".new");
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await syncFolder(root);
  const writing = new Map<string, Promise<void>>();
  let written = 0;

  const placeOf = (cid: CID) => {
    const { dir, file } = layout.encode(cid);
    return { folder: join(root, dir), path: join(root, dir, file) };
  };

  async function put(cid: CID, bytes: Uint8Array): Promise<void> {
    if (!requireGenuine(cid, bytes)) return;
    const place = placeOf(cid);
    // Who puts a block that is just being written waits for that write: acknowledging earlier would be a lie.
    const under = writing.get(place.path) ?? store(place, cid, bytes).finally(() => writing.delete(place.path));
    writing.set(place.path, under);
    await under;
  }

  async function store(place: { folder: string; path: string }, cid: CID, bytes: Uint8Array): Promise<void> {
    await mkdir(place.folder, { recursive: true });
    const found = await readBounded(place.path);
    if (found === undefined || found === "too large" || !isGenuine(cid, found)) {
      const temporary = join(fresh, String(written++));
      try {
        await writeSynced(temporary, bytes);
        await rename(temporary, place.path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    }
    // Also for a block that was found: whoever wrote it may have died between rename and sync.
    await syncFolder(place.folder);
    await syncFolder(root);
  }

  async function get(cid: CID): Promise<Uint8Array | undefined> {
    const carried = identityBytes(cid);
    if (carried !== undefined) return carried;
    requireSha256(cid);
    const bytes = await readBounded(placeOf(cid).path);
    if (bytes === undefined) return undefined;
    if (bytes === "too large" || !isGenuine(cid, bytes)) {
      throw new Problem("block-damaged", "", `the bytes kept for ${cid} have another digest`);
    }
    return bytes;
  }

  async function has(cid: CID): Promise<boolean> {
    if (identityBytes(cid) !== undefined) return true;
    requireSha256(cid);
    return (await unlessAbsent(stat(placeOf(cid).path)))?.isFile() ?? false;
  }

  return {
    put,
    get,
    has,
    addFile: (bytes) => addFile(put, bytes),
    readFile: (cid) => openFile(get, cid),
    close: async () => {
      await Promise.allSettled(writing.values());
    },
  };
}

/** Looks at the size first, so that a file of gigabytes under a block's name is not read into memory. */
async function readBounded(path: string): Promise<Uint8Array | "too large" | undefined> {
  const file = await unlessAbsent(open(path, "r"));
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    return size > MAX_BLOCK_READ ? "too large" : await file.readFile();
  } finally {
    await file.close();
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  await withFile(await open(path, "w", 0o644), async (file) => {
    await file.writeFile(bytes);
    await file.sync();
  });
}

/** Makes new names in a folder durable. Windows cannot open a folder; there the rename is as good as it gets. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  await withFile(await open(path, "r"), (file) => file.sync());
}

async function withFile(file: FileHandle, use: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await use(file);
  } finally {
    await file.close();
  }
}

async function unlessAbsent<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
