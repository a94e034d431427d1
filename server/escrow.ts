/**
 * The operator's escrow key in the data folder: `keys/escrow.json`, mode 0600, made at the first start that has SEAL_ESCROW on. Switched off, phones
 * are told of none from then on; the file stays, for it opens what was sealed while it was on.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SealingKey } from "../protocol/document/sealing-key.ts";
import { type EscrowKey, makeEscrowKey, publicPart, readEscrowKey } from "./blocks/seal.ts";
import { FolderError, readJsonFile, writeJsonFile } from "./folder.ts";

export { escrowKeyOf, openEscrow };

/**
 * What phones are told to seal to besides their own people; null: nobody. On disk when it resolves.
 * @param folder the data folder, held by this process
 * @throws FolderError
 */
async function openEscrow(folder: string, isOn: boolean): Promise<SealingKey | null> {
  if (!isOn) return null;
  const path = pathIn(folder);
  if (!existsSync(path)) await writeJsonFile(path, await makeEscrowKey());
  const key = await escrowKeyOf(folder);
  return key === null ? null : publicPart(key);
}

/** Null where no key was ever made here. @throws FolderError */
async function escrowKeyOf(folder: string): Promise<EscrowKey | null> {
  const path = pathIn(folder);
  if (!existsSync(path)) return null;
  const key = await readEscrowKey(parse(path));
  if (key === null) throw new FolderError(`${path} is damaged: restore it from a backup.`);
  return key;
}

function pathIn(folder: string): string {
  return join(folder, "keys", "escrow.json");
}

function parse(path: string): unknown {
  try {
    return readJsonFile(path);
  } catch {
    return null;
  }
}
