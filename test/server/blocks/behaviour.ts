/** What every store of blocks does, whichever engine keeps them: run by folder.test.ts and kubo.interop.ts. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { CID } from "multiformats/cid";
import { create } from "multiformats/hashes/digest";
import { identity } from "multiformats/hashes/identity";
import { sha512 } from "multiformats/hashes/sha2";
import { type Blocks, type FileBytes, MAX_BLOCK_READ, MAX_BLOCK_WRITE } from "../../../server/blocks/blocks.ts";
import { DAG_PB, jsonCid, parseCid, RAW, rawCid } from "../../../server/blocks/digest.ts";
import { openFolderBlocks } from "../../../server/blocks/folder.ts";
import { problemOf } from "./problem-of.ts";

export { behavesAsBlocks, counted, type Engine, whole };

/** One place where blocks are kept; it may hold some from before. */
interface Engine {
  /** Where they lie as files. */
  readonly blockFolder: string;
  readonly pathOf: (cid: CID) => string;
  open(): Promise<Blocks>;
}

const MIB = 1024 * 1024;

/** Bytes that anyone can make again: byte i is (i + seed) mod 251. */
const counted = (length: number, seed = 0) => Uint8Array.from({ length }, (_, i) => (i + seed) % 251);

async function whole(file: FileBytes | undefined, range?: { from: number; to: number }): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file?.bytes(range) ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** @param engineOf asked before each test, within a `describe` of the caller's */
function behavesAsBlocks(engineOf: () => Promise<Engine>): void {
  let engine: Engine;
  let blocks: Blocks;
  let words = 0;

  beforeEach(async () => {
    engine = await engineOf();
    blocks = await engine.open();
  });

  afterEach(() => blocks.close());

  /** Words that no other test has put. */
  const fresh = (text: string) => new TextEncoder().encode(`${text} (${process.pid}.${words++})`);
  const filesOf = async () =>
    (await readdir(engine.blockFolder, { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile() && entry.name.endsWith(".data"),
    ).length;

  it("gives back what was put, also after it was opened again", async () => {
    const bytes = fresh("picked in the morning");
    await blocks.put(rawCid(bytes), bytes);

    await blocks.close();
    blocks = await engine.open();

    expect(equal(await blocks.get(rawCid(bytes)), bytes)).to.equal(true);
    expect(await blocks.has(rawCid(bytes))).to.equal(true);
  });

  it("keeps one block for one digest, whatever the codec of its CID", async () => {
    const bytes = fresh('{"type":"ObjectEvent"}');
    const raw = rawCid(bytes);
    const pb = CID.createV1(DAG_PB, raw.multihash);
    const before = await filesOf();

    await blocks.put(jsonCid(bytes), bytes);
    await blocks.put(raw, bytes);

    expect(jsonCid(bytes).toString()).to.match(/^bagaaiera/);
    expect(raw.toString()).to.match(/^bafkrei/);
    for (const cid of [raw, jsonCid(bytes), pb, pb.toV0()]) {
      expect(equal(await blocks.get(cid), bytes)).to.equal(true);
      expect(await blocks.has(cid)).to.equal(true);
    }
    expect((await filesOf()) - before).to.equal(1);
  });

  it("takes a node of a tree whose children are not here", async () => {
    const bytes = fresh("no UnixFS node, and none has to be");
    const pb = CID.createV1(DAG_PB, rawCid(bytes).multihash);

    await blocks.put(pb, bytes);

    expect(equal(await blocks.get(pb), bytes)).to.equal(true);
    expect(await problemOf(blocks.readFile(pb))).to.equal("dag-unreadable");
  });

  it("knows nothing of a block that was never put", async () => {
    const never = rawCid(fresh("never"));

    expect(await blocks.get(never)).to.equal(undefined);
    expect(await blocks.has(never)).to.equal(false);
    expect(await blocks.readFile(never)).to.equal(undefined);
  });

  it("refuses bytes that do not have the CID, and keeps nothing of them", async () => {
    const before = await filesOf();

    expect(await problemOf(blocks.put(rawCid(fresh("one thing")), fresh("another")))).to.equal("block-mismatch");
    expect(await filesOf()).to.equal(before);
  });

  it("refuses every hash but sha2-256, cut ones included", async () => {
    const bytes = fresh("x");
    const long = CID.createV1(RAW, await sha512.digest(bytes));
    const cut = CID.createV1(RAW, create(0x12, rawCid(bytes).multihash.digest.subarray(0, 20)));

    for (const cid of [long, cut]) {
      expect(await problemOf(blocks.put(cid, bytes))).to.equal("hash-refused");
      expect(await problemOf(blocks.get(cid))).to.equal("hash-refused");
      expect(await problemOf(blocks.has(cid))).to.equal("hash-refused");
      expect(await problemOf(blocks.readFile(cid))).to.equal("hash-refused");
    }
  });

  it("takes a block of 1 MiB and refuses one byte more", async () => {
    const most = Buffer.alloc(MAX_BLOCK_WRITE, fresh("m"));
    const more = Buffer.alloc(MAX_BLOCK_WRITE + 1, fresh("m"));

    await blocks.put(rawCid(most), most);

    expect(equal(await blocks.get(rawCid(most)), most)).to.equal(true);
    expect(await problemOf(blocks.put(rawCid(more), more))).to.equal("block-too-large");
  });

  it("answers identity CIDs without storing them, up to 128 bytes", async () => {
    const most = CID.createV1(RAW, identity.digest(new Uint8Array(128)));
    const more = CID.createV1(RAW, identity.digest(new Uint8Array(129)));
    const before = await filesOf();

    expect(await blocks.get(parseCid("bafkqaaa"))).to.deep.equal(new Uint8Array(0));
    expect(await blocks.has(parseCid("bafkqaaa"))).to.equal(true);
    expect(await blocks.get(most)).to.deep.equal(new Uint8Array(128));
    expect(await problemOf(blocks.get(more))).to.equal("identity-too-long");
    await blocks.put(most, new Uint8Array(128));
    expect(await problemOf(blocks.put(most, new Uint8Array(127)))).to.equal("block-mismatch");
    expect(await filesOf()).to.equal(before);
  });

  it("says that a block is damaged when any one bit of it has flipped, and never gives it", async () => {
    const bytes = fresh("12.5 kg");
    const cid = rawCid(bytes);
    await blocks.put(cid, bytes);
    const path = engine.pathOf(cid);
    const stored = await readFile(path);

    for (let bit = 0; bit < stored.length * 8; bit++) {
      const flipped = Buffer.from(stored);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      await writeFile(path, flipped);
      expect(await problemOf(blocks.get(cid)), `bit ${bit}`).to.equal("block-damaged");
    }
  });

  it("says the same of a block that was cut, emptied or blown up", async () => {
    const bytes = fresh("weighed in: 12.5 kg");
    await blocks.put(rawCid(bytes), bytes);

    for (const now of [bytes.subarray(0, 5), new Uint8Array(0), Buffer.alloc(MAX_BLOCK_READ + 1)]) {
      await writeFile(engine.pathOf(rawCid(bytes)), now);
      expect(await problemOf(blocks.get(rawCid(bytes)))).to.equal("block-damaged");
    }
  });

  it("mends a damaged block when it is put again", async () => {
    const bytes = fresh("weighed in: 12.5 kg");
    await blocks.put(rawCid(bytes), bytes);
    await writeFile(engine.pathOf(rawCid(bytes)), "something else");

    await blocks.put(rawCid(bytes), bytes);

    expect(equal(await blocks.get(rawCid(bytes)), bytes)).to.equal(true);
  });

  it("takes the same block from many at once", async () => {
    const bytes = Buffer.alloc(300_000, fresh("together"));
    const before = await filesOf();

    await Promise.all(Array.from({ length: 20 }, () => blocks.put(rawCid(bytes), bytes)));

    expect(equal(await blocks.get(rawCid(bytes)), bytes)).to.equal(true);
    expect((await filesOf()) - before).to.equal(1);
  });

  it("stores a file of at most 1 MiB as one raw block, so its CID is its SHA-256", async () => {
    const bytes = counted(MIB, 3);

    const { cid, size } = await blocks.addFile(bytes);

    expect(cid.toString()).to.equal(rawCid(bytes).toString());
    expect(size).to.equal(MIB);
    expect((await whole(await blocks.readFile(cid))).equals(bytes)).to.equal(true);
  });

  it("stores a file of nothing under the CID of no bytes", async () => {
    const { cid } = await blocks.addFile(new Uint8Array(0));

    expect(cid.toString()).to.equal("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
    expect((await blocks.readFile(cid))?.size).to.equal(0);
  });

  it("stores a file of 3 MiB + 5 under the CID that it always had, and gives any range of it", async () => {
    const bytes = counted(3 * MIB + 5);

    const { cid } = await blocks.addFile(bytes);
    const file = await blocks.readFile(cid);

    expect(cid.toString()).to.equal("bafybeidjdzyb7cjtwabgkg3psrr6d53vcxhxfxrt44ind74gq6coscbj74");
    expect(file?.size).to.equal(bytes.length);
    expect((await whole(file)).equals(bytes)).to.equal(true);
    for (const [from, to] of [
      [0, 1],
      [MIB - 1, MIB + 1],
      [MIB, 2 * MIB],
      [10, 3 * MIB + 4],
      [3 * MIB + 4, 3 * MIB + 5],
      [7, 7],
    ] as const) {
      expect((await whole(file, { from, to })).equals(bytes.subarray(from, to)), `${from}–${to}`).to.equal(true);
    }
  });

  it("says which piece of a file is missing, instead of ending short", async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), "furrow-file-"));
    const other = await openFolderBlocks(elsewhere);
    const { cid } = await other.addFile(counted(2 * MIB, 17));
    await blocks.put(cid, (await other.get(cid)) ?? new Uint8Array(0));

    expect(await problemOf(whole(await blocks.readFile(cid)))).to.equal("block-missing");
    await other.close();
    await rm(elsewhere, { recursive: true });
  });
}

function equal(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && Buffer.from(one).equals(other);
}
