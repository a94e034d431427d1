/**
 * Where a picture of the phone's store can be shown from. An address is made once a file and kept for as long as the page is, the oldest given back when
 * there are many: a list of a season's pictures would else hold them all in memory.
 */
import type { FileRow } from "./model.ts";
import type { Notebook } from "./notebook.ts";

export { pictureAddress };

const MANY = 60;
const made = new Map<string, string>();

/** `small`: for a list. Null: it is not here, and (a plot's own, from its server) may be asked for at the address of the ledger's files. */
async function pictureAddress(
  notebook: Notebook,
  cid: string,
  size: "small" | "whole" = "small",
): Promise<string | null> {
  const key = `${size} ${cid}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const blob = blobOf(await notebook.file(cid), size);
  if (blob === null) return null;
  for (const [old, address] of made) {
    if (made.size < MANY) break;
    URL.revokeObjectURL(address);
    made.delete(old);
  }
  const address = URL.createObjectURL(blob);
  made.set(key, address);
  return address;
}

/** Only a picture of our own writing is ever shown: no drawing, no page. */
function blobOf(file: FileRow | null, size: "small" | "whole"): Blob | null {
  if (file === null) return null;
  const plain = file.sealed?.plain ?? file.blob;
  const chosen = size === "small" ? (file.preview ?? plain) : plain.size > 0 ? plain : (file.preview ?? plain);
  return /^image\/(jpeg|png|webp)$/.test(chosen.type) ? chosen : null;
}
