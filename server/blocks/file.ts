/**
 * Files made of blocks, both ways. The constants below decide which CID a file gets: changing one gives every large
 * file another address, so test/server/blocks/behaviour.ts pins them with a vector, and cutting is done here for every store alike.
 */
import { importBytes } from "ipfs-unixfs-importer";
import { fixedSize } from "ipfs-unixfs-importer/chunker";
import { balanced } from "ipfs-unixfs-importer/layout";
import type { CID } from "multiformats/cid";
import { Problem } from "../../protocol/problem.ts";
import { type ByteRange, type FileBytes, type GetBlock, MAX_BLOCK_WRITE, MAX_DEPTH, type PutBlock } from "./blocks.ts";
import { rawCid } from "./digest.ts";
import { type Node, readNode } from "./node.ts";

export { addFile, CHUNK, MAX_CHILDREN, openFile };

const CHUNK = MAX_BLOCK_WRITE;
const MAX_CHILDREN = 1024;

/** Stores a file through `put`: one raw block up to 1 MiB, else UnixFS with raw leaves of 1 MiB, CIDv1. */
async function addFile(put: PutBlock, bytes: Uint8Array): Promise<{ readonly cid: CID; readonly size: number }> {
  if (bytes.length <= CHUNK) {
    const cid = rawCid(bytes);
    await put(cid, bytes);
    return { cid, size: bytes.length };
  }
  const store = {
    put: async (cid: CID, block: unknown) => {
      if (!(block instanceof Uint8Array)) throw new Error("the importer handed over something else than one block");
      await put(cid, block);
      return cid;
    },
  };
  const { cid } = await importBytes(bytes, store, {
    cidVersion: 1,
    rawLeaves: true,
    fieldOrder: "links-first",
    reduceSingleLeafToSelf: true,
    chunker: fixedSize({ chunkSize: CHUNK }),
    layout: balanced({ maxChildrenPerNode: MAX_CHILDREN }),
  });
  return { cid, size: bytes.length };
}

/**
 * The file whose root is `cid`; undefined when the root is not there. Every piece must have exactly the size that its
 * parent states, so no more than `size` bytes ever come out.
 * @throws Problem `not-a-file`, `dag-unreadable`, `codec-refused`; while reading also `block-missing`, `dag-too-deep`
 */
async function openFile(get: GetBlock, cid: CID): Promise<FileBytes | undefined> {
  const block = await get(cid);
  if (block === undefined) return undefined;
  const root = asFile(cid, readNode(cid, block));
  return {
    size: root.size,
    bytes: (range = { from: 0, to: root.size }) => pieces(get, root, range, 1),
  };
}

type FileNode = Extract<Node, { kind: "bytes" }>;

async function* pieces(
  get: GetBlock,
  node: FileNode,
  { from, to }: ByteRange,
  depth: number,
): AsyncGenerator<Uint8Array> {
  if (from < node.data.length) {
    const piece = node.data.subarray(from, Math.min(to, node.data.length));
    if (piece.length > 0) yield piece;
  }
  let start = node.data.length;
  for (const child of node.children) {
    const end = start + child.size;
    if (child.size > 0 && start < to && end > from) {
      if (depth >= MAX_DEPTH) throw new Problem("dag-too-deep", "", `more than ${MAX_DEPTH} levels`);
      const block = await get(child.cid);
      if (block === undefined)
        throw new Problem("block-missing", "", `${child.cid} is part of the file and is not here`);
      const below = asFile(child.cid, readNode(child.cid, block));
      if (below.size !== child.size) {
        throw new Problem(
          "dag-unreadable",
          "",
          `${child.cid} holds ${below.size} bytes, its parent says ${child.size}`,
        );
      }
      yield* pieces(get, below, { from: Math.max(0, from - start), to: Math.min(to, end) - start }, depth + 1);
    }
    start = end;
  }
}

function asFile(cid: CID, node: Node): FileNode {
  if (node.kind !== "bytes") throw new Problem("not-a-file", "/cid", `${cid} is no file`);
  return node;
}
