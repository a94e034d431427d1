/** Files of records: kept when they are taken, before any record names them, and read again with how much of each a server has. */
import type { Db } from "./db.ts";
import type { FileRow } from "./model.ts";

export { getFile, isSound, keepFile, putTransfer };

/** The file with its transfer. */
async function getFile({ idb }: Db, cid: string): Promise<FileRow | null> {
  const all = idb.transaction(["files", "transfers"]);
  const [file, transfer] = await Promise.all([
    all.objectStore("files").get(cid),
    all.objectStore("transfers").get(cid),
  ]);
  if (file === undefined) return null;
  return { ...file, offset: transfer?.offset ?? 0, stored: transfer?.stored ?? false };
}

/** Sealed or not. */
function isSound({ sealed, mediaType }: FileRow): boolean {
  return (sealed?.mediaType ?? mediaType).startsWith("audio/");
}

/** On disk when it resolves. The same file again changes nothing. */
async function keepFile(db: Db, { offset: _offset, stored: _stored, ...file }: FileRow): Promise<void> {
  await db.idb.put("files", file);
}

/** Notes how much of a file the server has; one small write. */
async function putTransfer({ idb }: Db, cid: string, offset: number, stored: boolean): Promise<void> {
  await idb.put("transfers", { cid, offset, stored });
}
