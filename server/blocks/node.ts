/**
 * One block read as a node: plain bytes, a piece of a UnixFS file, a folder.
 * Strict: whatever does not add up is `dag-unreadable`, so that sizes can be believed further up.
 */
import { decode, type PBNode } from "@ipld/dag-pb";
import { UnixFS } from "ipfs-unixfs";
import type { CID } from "multiformats/cid";
import { Problem } from "../../protocol/problem.ts";
import { DAG_PB, JSON_DOCUMENT, RAW } from "./digest.ts";

export type { Child, Link, Node };
export { readNode };

/** `size`: bytes of the file below this child. */
type Child = { readonly cid: CID; readonly size: number };
type Link = { readonly cid: CID; readonly name: string };
type Node =
  | { readonly kind: "bytes"; readonly data: Uint8Array; readonly size: number; readonly children: readonly Child[] }
  | { readonly kind: "folder"; readonly links: readonly Link[] }
  /** A large folder is spread over shards; a link whose name is only `prefix` characters long leads to a further shard. */
  | { readonly kind: "shard"; readonly prefix: number; readonly links: readonly Link[] }
  | { readonly kind: "other"; readonly links: readonly Link[] };

/** @throws Problem `dag-unreadable`, `codec-refused` */
function readNode(cid: CID, bytes: Uint8Array): Node {
  if (cid.code === RAW || cid.code === JSON_DOCUMENT)
    return { kind: "bytes", data: bytes, size: bytes.length, children: [] };
  if (cid.code !== DAG_PB) throw new Problem("codec-refused", "/cid", `codec 0x${cid.code.toString(16)} of ${cid}`);
  const { node, unixfs } = parse(cid, bytes);
  const links = node.Links.map((link) => ({ cid: link.Hash, name: link.Name ?? "" }));
  switch (unixfs.type) {
    case "file":
    case "raw":
      return fileNode(cid, unixfs, links);
    case "directory":
      return { kind: "folder", links };
    case "hamt-sharded-directory":
      return { kind: "shard", prefix: shardPrefix(cid, unixfs), links };
    default:
      return { kind: "other", links };
  }
}

function parse(cid: CID, bytes: Uint8Array): { readonly node: PBNode; readonly unixfs: UnixFS } {
  try {
    const node = decode(bytes);
    if (node.Data === undefined) throw new Error("a node without UnixFS data");
    return { node, unixfs: UnixFS.unmarshal(node.Data) };
  } catch (error) {
    throw unreadable(cid, error instanceof Error ? error.message : String(error));
  }
}

function fileNode(cid: CID, unixfs: UnixFS, links: readonly Link[]): Node {
  if (unixfs.blockSizes.length !== links.length)
    throw unreadable(cid, `${links.length} links, ${unixfs.blockSizes.length} sizes`);
  const children = links.map((link, index) => ({ cid: link.cid, size: Number(unixfs.blockSizes[index]) }));
  const data = unixfs.data ?? new Uint8Array(0);
  const size = children.reduce((sum, child) => sum + child.size, data.length);
  if (!Number.isSafeInteger(size)) throw unreadable(cid, "a size beyond all measure");
  return { kind: "bytes", data, size, children };
}

function shardPrefix(cid: CID, unixfs: UnixFS): number {
  const fanout = Number(unixfs.fanout ?? 0n);
  if (!(fanout >= 2 && fanout <= 1024)) throw unreadable(cid, `a shard of ${fanout}`);
  return (fanout - 1).toString(16).length;
}

function unreadable(cid: CID, why: string): Problem {
  return new Problem("dag-unreadable", "", `${cid}: ${why}`);
}
