import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Hex, hexOf } from "../../../protocol/bytes.ts";
import { leafHash, treePath, treeRows } from "../../../protocol/merkle.ts";
import { keepTree, pathOf } from "../../../server/store/label-tree.ts";
import { openStore, type Store } from "../../../server/store/store.ts";
import { primitives } from "../../support/primitives.ts";

const RUN: Hex = `0x${"11".repeat(32)}`;

describe("Trees of label runs in SQL", () => {
  let folder: string;
  let store: Store;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "furrow-tree-"));
    store = await openStore({ folder });
  });

  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("give every path that the tree has, across the parts in which rows are kept", async () => {
    for (const count of [1, 2, 3, 7, 1_024, 1_025, 3_001]) {
      const leaves = await Promise.all(
        Array.from({ length: count }, (_, n) => leafHash(primitives, Uint8Array.of(n >> 8, n & 255))),
      );
      await keepTree(store.index, RUN, await treeRows(primitives, leaves));

      for (const idx of new Set([0, 1, count >> 1, 1_023, 1_024, count - 2, count - 1])) {
        if (idx < 0 || idx >= count) continue;
        const path = (await treePath(primitives, leaves, idx)).map(hexOf);
        expect(await pathOf(store.index, RUN, { idx, count }), `${idx} of ${count}`).to.deep.equal(path);
      }
    }
  });
});
