import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { cidOf } from "../../protocol/cid.ts";
import { openFolderBlocks } from "../../server/blocks/folder.ts";
import { openExampleLiar } from "../../server/shown.ts";
import { openStore } from "../../server/store/store.ts";
import { primitives, sha256, World } from "../support/world.ts";

describe("A lie that an earlier server wrote down", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "furrow-shown-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("counts as taken back where the block it changed is gone", async () => {
    const cid = cidOf(sha256(new Uint8Array(9)), "raw");
    const overwrites = [{ kind: "block", cid, at: 3, honest: 4, planted: 5 }];
    await writeFile(join(folder, "lie.json"), JSON.stringify({ name: "picture-bit", overwrites }));
    const said: string[] = [];
    const store = await openStore({ folder, log: () => {} });
    const blockFolder = join(folder, "blocks");
    const blocks = await openFolderBlocks(blockFolder);

    try {
      const liar = await openExampleLiar({
        ...{ folder, store, blocks, blockFolder, primitives, shown: () => null, history: async () => null },
        ...{ record: { current: new World(0).deployment }, indexed: async () => {} },
        ...{ log: (line) => said.push(line), logError: (line) => said.push(line) },
      });

      expect(said).to.deep.equal(['the lie "picture-bit", planted before the server ended, is taken back']);
      expect(existsSync(join(folder, "lie.json"))).to.equal(false);
      expect(await liar.undo()).to.equal(null);
    } finally {
      await blocks.close();
      await store.close();
    }
  });
});
