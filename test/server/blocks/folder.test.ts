import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { FsBlockstore } from "blockstore-fs";
import { expect } from "chai";
import type { Blocks } from "../../../server/blocks/blocks.ts";
import { parseCid, rawCid } from "../../../server/blocks/digest.ts";
import { blockPath, openFolderBlocks } from "../../../server/blocks/folder.ts";
import { behavesAsBlocks } from "./behaviour.ts";

const text = (words: string) => new TextEncoder().encode(words);

describe("A folder of blocks", () => {
  let folder: string;
  let blocks: Blocks;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "furrow-blocks-"));
    blocks = await openFolderBlocks(folder);
  });

  afterEach(async () => {
    await blocks.close();
    await rm(folder, { recursive: true });
  });

  describe("as every store of blocks", () => {
    behavesAsBlocks(async () => ({
      blockFolder: folder,
      pathOf: (cid) => blockPath(folder, cid),
      open: () => openFolderBlocks(folder),
    }));
  });

  const filesOf = async () =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  it("is laid out as blockstore-fs reads it", async () => {
    const bytes = text("another program on the same folder");
    await blocks.put(rawCid(bytes), bytes);

    const other = new FsBlockstore(folder);
    await other.open();
    const pieces: Uint8Array[] = [];
    for await (const piece of other.get(rawCid(bytes))) pieces.push(piece);

    expect(Buffer.concat(pieces)).to.deep.equal(Buffer.from(bytes));
  });

  it("does not take an error of the disk for a block that is not here", async () => {
    const bytes = text("behind a folder");
    await blocks.put(rawCid(bytes), bytes);
    const [path = ""] = await filesOf();
    await rm(path);
    await mkdir(path);

    let code: unknown;
    try {
      await blocks.get(rawCid(bytes));
    } catch (error) {
      code = (error as NodeJS.ErrnoException).code;
    }

    expect(code).to.equal("EISDIR");
  });

  it("clears away what an earlier process was about to write", async () => {
    await writeFile(join(folder, ".new", "7"), "half a blo");

    await blocks.close();
    blocks = await openFolderBlocks(folder);

    expect(await filesOf()).to.deep.equal([]);
  });

  it("has every block that it acknowledged before kill -9", async function () {
    this.timeout(60_000);
    const script = fileURLToPath(new URL("./put-forever.ts", import.meta.url));
    const acknowledged: string[] = [];

    for (let round = 0; round < 5; round++) {
      const child = spawn(process.execPath, [script, folder, String(round)], { stdio: ["ignore", "pipe", "inherit"] });
      const gone = once(child, "exit");
      const enough = acknowledged.length + 20 + round * 13;
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged.push(line);
        if (acknowledged.length === enough) child.kill("SIGKILL");
      }
      const [, signal] = await gone;
      expect(signal).to.equal("SIGKILL");
    }

    const opened = await openFolderBlocks(folder);
    for (const cid of acknowledged) expect(await opened.get(parseCid(cid)), cid).to.be.instanceOf(Uint8Array);
    await opened.close();
  });
});
