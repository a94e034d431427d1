import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { whereBatchIs } from "../../../server/resolve/batches.ts";
import { openStore, type Store } from "../../../server/store/store.ts";

describe("Where a batch is on the chain", () => {
  let folder: string;
  let store: Store;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "furrow-where-"));
    store = await openStore({ folder });
  });

  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is one block when the index has read it", async () => {
    await followedTo(90);
    await keep("0xaa", 41);

    expect(await whereBatchIs(store.index, "0xaa", 5)).to.deep.equal({ from: 41, to: 41 });
  });

  it("can only be in what the index has not read yet when it does not hold it", async () => {
    await followedTo(90);

    expect(await whereBatchIs(store.index, "0xbb", 5)).to.deep.equal({ from: 91, to: null });
  });

  it("can be anywhere in the ledger while the index has read nothing", async () => {
    expect(await whereBatchIs(store.index, "0xbb", 5)).to.deep.equal({ from: 5, to: null });
  });

  it("is found where the index comes to it between two looks", async () => {
    await followedTo(90);
    const index = afterFirstLook(async () => {
      await keep("0xcc", 91);
      await store.index.updateTable("cursor").set({ block: 91 }).execute();
    });

    const { from } = await whereBatchIs(index, "0xcc", 5);

    expect(from).to.equal(91);
  });

  it("is not said to be unread where a rebuild empties the index between two looks", async () => {
    await followedTo(90);
    await keep("0xcc", 41);

    const { from } = await whereBatchIs(
      afterFirstLook(() => store.dropIndex()),
      "0xcc",
      5,
    );

    expect(from).to.be.at.most(41);
  });

  /** The index, in which `change` comes about when it was asked for the first time. */
  function afterFirstLook(change: () => Promise<void>): Store["index"] {
    let isChanged = false;
    return store.index.withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        if (!isChanged) {
          isChanged = true;
          await change();
        }
        return result;
      },
    });
  }

  async function keep(hash: string, block: number): Promise<void> {
    const text = { emitter: "0x", recorder: "0x", stamp: "0x", nonce: "0", seen: "0x", r: "0x", s: "0x" };
    await store.index
      .insertInto("batch")
      .values({ hash, ...text, block, size: 1 })
      .execute();
  }

  async function followedTo(block: number): Promise<void> {
    await store.index.insertInto("cursor").values({ name: "followed", block, hash: "0x" }).execute();
  }
});
