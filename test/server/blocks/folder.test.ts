import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { FsBlockstore } from "blockstore-fs";
import { expect } from "chai";
import { CID } from "multiformats/cid";
import { create } from "multiformats/hashes/digest";
import { identity } from "multiformats/hashes/identity";
import { sha512 } from "multiformats/hashes/sha2";
import { type Blocks, MAX_BLOCK_READ, MAX_BLOCK_WRITE } from "../../../server/blocks/blocks.ts";
import { DAG_PB, jsonCid, parseCid, RAW, rawCid } from "../../../server/blocks/digest.ts";
import { openFolderBlocks } from "../../../server/blocks/folder.ts";
import { problemOf } from "./problem-of.ts";

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

  const filesOf = async () =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  it("gives back what was put, also after it was opened again", async () => {
    const bytes = text("picked in the morning");
    await blocks.put(rawCid(bytes), bytes);

    await blocks.close();
    blocks = await openFolderBlocks(folder);

    expect(await blocks.get(rawCid(bytes))).to.deep.equal(Buffer.from(bytes));
    expect(await blocks.has(rawCid(bytes))).to.equal(true);
  });

  it("keeps one file for one digest, whatever the codec of its CID", async () => {
    const bytes = text('{"type":"ObjectEvent"}');
    const raw = rawCid(bytes);
    const pb = CID.createV1(DAG_PB, raw.multihash);

    await blocks.put(jsonCid(bytes), bytes);
    await blocks.put(raw, bytes);

    expect(jsonCid(bytes).toString()).to.match(/^bagaaiera/);
    expect(raw.toString()).to.match(/^bafkrei/);
    for (const cid of [raw, jsonCid(bytes), pb, pb.toV0()]) {
      expect(await blocks.get(cid)).to.deep.equal(Buffer.from(bytes));
    }
    expect(await filesOf()).to.have.lengthOf(1);
  });

  it("is laid out as blockstore-fs reads it", async () => {
    const bytes = text("another program on the same folder");
    await blocks.put(rawCid(bytes), bytes);

    const other = new FsBlockstore(folder);
    await other.open();
    const pieces: Uint8Array[] = [];
    for await (const piece of other.get(rawCid(bytes))) pieces.push(piece);

    expect(Buffer.concat(pieces)).to.deep.equal(Buffer.from(bytes));
  });

  it("knows nothing of a block that was never put", async () => {
    expect(await blocks.get(rawCid(text("never")))).to.equal(undefined);
    expect(await blocks.has(rawCid(text("never")))).to.equal(false);
  });

  it("refuses bytes that do not have the CID, and keeps nothing of them", async () => {
    expect(await problemOf(blocks.put(rawCid(text("one thing")), text("another")))).to.equal("block-mismatch");
    expect(await filesOf()).to.deep.equal([]);
  });

  it("refuses every hash but sha2-256, cut ones included", async () => {
    const bytes = text("x");
    const long = CID.createV1(RAW, await sha512.digest(bytes));
    const cut = CID.createV1(RAW, create(0x12, rawCid(bytes).multihash.digest.subarray(0, 20)));

    for (const cid of [long, cut]) {
      expect(await problemOf(blocks.put(cid, bytes))).to.equal("hash-refused");
      expect(await problemOf(blocks.get(cid))).to.equal("hash-refused");
      expect(await problemOf(blocks.has(cid))).to.equal("hash-refused");
    }
  });

  it("takes a block of 1 MiB and refuses one byte more", async () => {
    const most = Buffer.alloc(MAX_BLOCK_WRITE, "m");
    const more = Buffer.alloc(MAX_BLOCK_WRITE + 1, "m");

    await blocks.put(rawCid(most), most);

    expect(await problemOf(blocks.put(rawCid(more), more))).to.equal("block-too-large");
  });

  it("answers identity CIDs without storing them, up to 128 bytes", async () => {
    const most = CID.createV1(RAW, identity.digest(new Uint8Array(128)));
    const more = CID.createV1(RAW, identity.digest(new Uint8Array(129)));

    expect(await blocks.get(parseCid("bafkqaaa"))).to.deep.equal(new Uint8Array(0));
    expect(await blocks.has(parseCid("bafkqaaa"))).to.equal(true);
    expect(await blocks.get(most)).to.deep.equal(new Uint8Array(128));
    expect(await problemOf(blocks.get(more))).to.equal("identity-too-long");
    await blocks.put(most, new Uint8Array(128));
    expect(await problemOf(blocks.put(most, new Uint8Array(127)))).to.equal("block-mismatch");
    expect(await filesOf()).to.deep.equal([]);
  });

  it("says that a block is damaged when any one bit of it has flipped, and never gives it", async () => {
    const bytes = text("weighed in: 12.5 kg");
    const cid = rawCid(bytes);
    await blocks.put(cid, bytes);
    const [path = ""] = await filesOf();
    const stored = await readFile(path);

    for (let bit = 0; bit < stored.length * 8; bit++) {
      const flipped = Buffer.from(stored);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      await writeFile(path, flipped);
      expect(await problemOf(blocks.get(cid)), `bit ${bit}`).to.equal("block-damaged");
    }
  });

  it("says the same of a block that was cut, emptied or blown up", async () => {
    const bytes = text("weighed in: 12.5 kg");
    await blocks.put(rawCid(bytes), bytes);
    const [path = ""] = await filesOf();

    for (const now of [bytes.subarray(0, 5), new Uint8Array(0), Buffer.alloc(MAX_BLOCK_READ + 1)]) {
      await writeFile(path, now);
      expect(await problemOf(blocks.get(rawCid(bytes)))).to.equal("block-damaged");
    }
  });

  it("mends a damaged block when it is put again", async () => {
    const bytes = text("weighed in: 12.5 kg");
    await blocks.put(rawCid(bytes), bytes);
    const [path = ""] = await filesOf();
    await writeFile(path, "something else");

    await blocks.put(rawCid(bytes), bytes);

    expect(await blocks.get(rawCid(bytes))).to.deep.equal(Buffer.from(bytes));
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

  it("takes the same block from many at once", async () => {
    const bytes = Buffer.alloc(300_000, "together");

    await Promise.all(Array.from({ length: 20 }, () => blocks.put(rawCid(bytes), bytes)));

    expect(await blocks.get(rawCid(bytes))).to.deep.equal(bytes);
    expect(await filesOf()).to.have.lengthOf(1);
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
