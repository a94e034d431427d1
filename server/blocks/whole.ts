/** A whole document or file in memory, for those who must read it at once. */
import type { CID } from "multiformats/cid";
import { Problem } from "../../protocol/problem.ts";
import type { Blocks } from "./blocks.ts";

export { readWhole };

/**
 * The bytes behind a raw, json or UnixFS file CID; undefined when its root is not here.
 * @throws Problem `file-too-large` above `maxBytes`, before anything of it is read; those of `Blocks.readFile` and of reading
 */
async function readWhole(blocks: Blocks, cid: CID, maxBytes: number): Promise<Uint8Array | undefined> {
  const file = await blocks.readFile(cid);
  if (file === undefined) return undefined;
  if (file.size > maxBytes) throw new Problem("file-too-large", "", `${file.size} bytes where ${maxBytes} are allowed`);
  const pieces: Uint8Array[] = [];
  for await (const piece of file.bytes()) pieces.push(piece);
  return Buffer.concat(pieces);
}
