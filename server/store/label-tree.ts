/**
 * Merkle trees of label runs as rows of the index: a code's path is a few look-ups, and nothing is hashed when a page is opened.
 * Each row of a tree is cut into parts, so that a look-up reads 32 KiB however long the run is.
 */
import type { Kysely } from "kysely";
import { type Hex, hexOf } from "../../protocol/bytes.ts";
import type { IndexTables } from "./index-tables.ts";

export { keepTree, pathOf };

const HASH = 32;
const HASHES_A_PART = 1_024;

/** Keeps a tree's rows, leaves first (protocol/merkle.ts, `treeRows`). What was kept of the run before is replaced. */
async function keepTree(index: Kysely<IndexTables>, run: Hex, rows: readonly (readonly Uint8Array[])[]): Promise<void> {
  await index.deleteFrom("label_tree").where("run", "=", run).execute();
  // The last row is the root, which is nobody's sibling.
  for (const [level, row] of rows.slice(0, -1).entries()) {
    for (let at = 0; at < row.length; at += HASHES_A_PART) {
      const hashes = Buffer.concat(row.slice(at, at + HASHES_A_PART));
      await index
        .insertInto("label_tree")
        .values({ run, level, part: at / HASHES_A_PART, hashes })
        .execute();
    }
  }
}

/** The siblings from leaf `idx` of `count` up to below the root, as `treePath` gives them. */
async function pathOf(
  index: Kysely<IndexTables>,
  run: Hex,
  { idx, count }: { readonly idx: number; readonly count: number },
): Promise<Hex[]> {
  const path: Hex[] = [];
  let width = count;
  for (let level = 0, place = idx; width > 1; level++, place >>= 1, width = Math.ceil(width / 2)) {
    const sibling = place ^ 1;
    // The last of an odd row has no sibling and is carried up as it is.
    if (sibling >= width) continue;
    const { hashes } = await index
      .selectFrom("label_tree")
      .select("hashes")
      .where("run", "=", run)
      .where("level", "=", level)
      .where("part", "=", Math.floor(sibling / HASHES_A_PART))
      .executeTakeFirstOrThrow();
    const from = (sibling % HASHES_A_PART) * HASH;
    path.push(hexOf(hashes.subarray(from, from + HASH)));
  }
  return path;
}
