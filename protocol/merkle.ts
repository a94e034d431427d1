/**
 * Merkle trees of RFC 6962 §2.1 (RFC 9162 §2.1): over the groups of a batch, and over the serials of a label run.
 * Pure: the digest is passed in.
 */
import { concat } from "./bytes.ts";

export type { Hashing };
export { leafHash, nodeHash, rootFromPath, treePath, treeRoot, treeRows };

/** SHA-256, from WebCrypto, Node or a package. A plain value is as good as a promise, and for long runs much faster. */
interface Hashing {
  sha256(bytes: Uint8Array): Promise<Uint8Array> | Uint8Array;
}

/** How many digests may be under way at once: enough to keep WebCrypto busy, few enough for a phone's memory. */
const CHUNK = 4096;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** `sha256(00 ‖ bytes)`. */
async function leafHash(hashing: Hashing, bytes: Uint8Array): Promise<Uint8Array> {
  return hashing.sha256(concat(LEAF, bytes));
}

/** `sha256(01 ‖ left ‖ right)`. */
async function nodeHash(hashing: Hashing, left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  return hashing.sha256(concat(NODE, left, right));
}

/** Root over leaf hashes in order. There is no tree without leaves here: RangeError. */
async function treeRoot(hashing: Hashing, leaves: readonly Uint8Array[]): Promise<Uint8Array> {
  let row = leaves;
  while (row.length > 1) row = await rowAbove(hashing, row);
  const [root] = row;
  if (root === undefined) throw new RangeError("a tree has at least one leaf");
  return root;
}

/** Every row of the tree, the leaves first and the root last: paths can then be read off without hashing again. */
async function treeRows(hashing: Hashing, leaves: readonly Uint8Array[]): Promise<(readonly Uint8Array[])[]> {
  const rows = [leaves];
  for (let row = leaves; row.length > 1; rows.push(row)) row = await rowAbove(hashing, row);
  return rows;
}

/** The siblings from leaf `index` up to below the root (RFC 9162 §2.1.3.1). */
async function treePath(hashing: Hashing, leaves: readonly Uint8Array[], index: number): Promise<Uint8Array[]> {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length)
    throw new RangeError(`no leaf ${index} of ${leaves.length}`);
  const path: Uint8Array[] = [];
  let row = leaves;
  for (let place = index; row.length > 1; place >>= 1) {
    const sibling = row[place ^ 1];
    if (sibling !== undefined) path.push(sibling);
    row = await rowAbove(hashing, row);
  }
  return path;
}

/**
 * The root to which a path leads from its leaf (RFC 9162 §2.1.3.2), or null when index, size and length of the path cannot be
 * those of one tree. The caller compares the root.
 */
async function rootFromPath(
  hashing: Hashing,
  proof: { leaf: Uint8Array; index: number; size: number; path: readonly Uint8Array[] },
): Promise<Uint8Array | null> {
  const { index, size, path } = proof;
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) return null;
  let node = proof.leaf;
  let used = 0;
  // `place` among the `width` nodes of a row; the last of an odd row has no sibling and is carried up as it is.
  for (let place = index, width = size; width > 1; place = Math.floor(place / 2), width = Math.ceil(width / 2)) {
    if (place % 2 === 0 && place === width - 1) continue;
    const sibling = path[used++];
    if (sibling === undefined || sibling.length !== 32) return null;
    node = place % 2 === 1 ? await nodeHash(hashing, sibling, node) : await nodeHash(hashing, node, sibling);
  }
  return used === path.length ? node : null;
}

/** Pairs joined; an odd last node is carried up. This gives the tree of RFC 6962, whose left half is the largest power of two. */
async function rowAbove(hashing: Hashing, row: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const above: Uint8Array[] = [];
  for (let start = 0; start < row.length; start += CHUNK) {
    const joined: (Promise<Uint8Array> | Uint8Array)[] = [];
    for (let n = start; n < Math.min(start + CHUNK, row.length); n += 2) {
      const [left, right] = [row[n], row[n + 1]];
      if (left !== undefined) joined.push(right === undefined ? left : hashing.sha256(concat(NODE, left, right)));
    }
    above.push(...(await Promise.all(joined)));
  }
  return above;
}
