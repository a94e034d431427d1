/**
 * Room on the disk: what anybody may send, documents and files, leaves some free, so that what was acknowledged can still be
 * brought to the chain and its journal.
 */
import { statfs } from "node:fs/promises";
import { Problem } from "../../protocol/problem.ts";

export { roomChecker };

/**
 * @param folder on the disk in question
 * @param keepFree bytes that stay free
 * @returns throws Problem `storage-full` when so many bytes would leave less
 */
function roomChecker(folder: string, keepFree: number): (bytes: number) => Promise<void> {
  return async (bytes) => {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize - bytes >= keepFree) return;
    throw new Problem("storage-full", "", "the rest of this server's disk is kept for records that were taken already");
  };
}
