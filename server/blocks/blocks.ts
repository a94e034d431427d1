/**
 * What the rest of the server knows of the IPFS engine: blocks by CID, files made of them.
 * Limits are those of docs/decisions.md: a hostile block, CAR or DAG meets one of them before it costs anything.
 */
import type { CID } from "multiformats/cid";

export type { Blocks, ByteRange, FileBytes, GetBlock, PutBlock };
export { BlocksError, MAX_BLOCK_READ, MAX_BLOCK_WRITE, MAX_DEPTH, MAX_IDENTITY };

/** Where blocks are to be kept cannot be used; the message is one sentence for the operator. */
class BlocksError extends Error {
  override readonly name = "BlocksError";
}

/** A block that we write is at most 1 MiB: other nodes take no larger ones for sure. */
const MAX_BLOCK_WRITE = 1024 * 1024;
/** A block that we read is at most 2 MiB (what Bitswap and other makers of blocks allow). */
const MAX_BLOCK_READ = 2 * 1024 * 1024;
/** Levels of a DAG, its root included. 1,024 children a node make three levels enough for a tebibyte. */
const MAX_DEPTH = 8;
/** An identity CID carries its bytes in itself; more than 128 of them are refused (IPIP-0512). */
const MAX_IDENTITY = 128;

/** Bytes `from` (included) to `to` (excluded), both within the file. */
type ByteRange = { readonly from: number; readonly to: number };

/** A file: its size in bytes, and its bytes as often as they are asked for. */
type FileBytes = { readonly size: number; readonly bytes: (range?: ByteRange) => AsyncIterable<Uint8Array> };

type GetBlock = (cid: CID) => Promise<Uint8Array | undefined>;
type PutBlock = (cid: CID, bytes: Uint8Array) => Promise<void>;

/** One digest is one block: CIDs of codec json, raw and dag-pb with the same multihash read the same bytes. */
interface Blocks {
  /**
   * Resolves once the block is on disk for good (file and folders synced; on Kubo nodes: `kubo.ts`), never before.
   * @throws Problem `block-mismatch`, `block-too-large`, `hash-refused`, `identity-too-long`, `storage-unavailable`
   */
  put(cid: CID, bytes: Uint8Array): Promise<void>;
  /**
   * The bytes, their digest checked again; undefined when the block is not here.
   * @throws Problem `block-damaged` when what lies on disk is not what was put, `hash-refused`, `identity-too-long`,
   *   `storage-unavailable` when those who may have it do not answer: that is never "not here"
   */
  get(cid: CID): Promise<Uint8Array | undefined>;
  /** Whether the block is here. Does not read it, so a damaged block is "here" as well. */
  has(cid: CID): Promise<boolean>;
  /**
   * Up to 1 MiB: one raw block, so that the CID is the file's SHA-256. Larger: UnixFS, see `file.ts`.
   * Resolves once every block is on disk.
   */
  addFile(bytes: Uint8Array): Promise<{ readonly cid: CID; readonly size: number }>;
  /**
   * The file behind a raw, json or UnixFS file CID; undefined when its root is not here. Reading the bytes
   * throws Problem `block-missing` or `block-damaged` at the place where they end.
   * @throws Problem `not-a-file` for folders and other nodes, `dag-unreadable`
   */
  readFile(cid: CID): Promise<FileBytes | undefined>;
  /** Resolves when every write that was begun is done. */
  close(): Promise<void>;
}
