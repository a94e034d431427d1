import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Hex, hexOf } from "../../../protocol/bytes.ts";
import { leafHash, treePath, treeRows } from "../../../protocol/merkle.ts";
import { keepTree, pathOf } from "../../../server/store/label-tree.ts";
import { openSqlite } from "../../../server/store/sqlite.ts";
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

  it("come with tables that an index file of an earlier version has not: it is made anew", async () => {
    await store.close();
    const older = openSqlite<{ kysely_migration: { name: string } }>(join(folder, "index.sqlite"), "normal");
    await older.updateTable("kysely_migration").set({ name: "001-first" }).execute();
    await older.destroy();
    const lines: string[] = [];

    store = await openStore({ folder, log: (line) => lines.push(line) });

    expect(lines.join("\n")).to.include("001-first").and.to.include("made anew from the chain");
    expect(await store.index.selectFrom("label_tree").selectAll().execute()).to.deep.equal([]);
  });
});
