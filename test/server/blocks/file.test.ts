import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { CID } from "multiformats/cid";
import type { Blocks, FileBytes } from "../../../server/blocks/blocks.ts";
import { DAG_PB, parseCid, rawCid } from "../../../server/blocks/digest.ts";
import { openFolderBlocks } from "../../../server/blocks/folder.ts";
import { problemOf } from "./problem-of.ts";

const MIB = 1024 * 1024;

/** Bytes that anyone can make again: byte i is i mod 251. */
const counted = (length: number) => Uint8Array.from({ length }, (_, i) => i % 251);

async function whole(file: FileBytes | undefined, range?: { from: number; to: number }): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file?.bytes(range) ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe("A file in blocks", () => {
  let folder: string;
  let blocks: Blocks;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "furrow-file-"));
    blocks = await openFolderBlocks(folder);
  });

  afterEach(async () => {
    await blocks.close();
    await rm(folder, { recursive: true });
  });

  it("of at most 1 MiB is one raw block, so its CID is its SHA-256", async () => {
    const bytes = counted(MIB);

    const { cid, size } = await blocks.addFile(bytes);

    expect(cid.toString()).to.equal(rawCid(bytes).toString());
    expect(size).to.equal(MIB);
    expect((await whole(await blocks.readFile(cid))).equals(bytes)).to.equal(true);
  });

  it("of nothing is the CID of no bytes", async () => {
    const { cid } = await blocks.addFile(new Uint8Array(0));

    expect(cid.toString()).to.equal("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
    expect((await blocks.readFile(cid))?.size).to.equal(0);
  });

  it("of 3 MiB + 5 has the CID that it always had", async () => {
    const { cid } = await blocks.addFile(counted(3 * MIB + 5));

    expect(cid.toString()).to.equal("bafybeidjdzyb7cjtwabgkg3psrr6d53vcxhxfxrt44ind74gq6coscbj74");
  });

  it("of more than 1 MiB is a root over its chunks, and reads as what was put", async () => {
    const bytes = counted(3 * MIB + 5);

    const { cid } = await blocks.addFile(bytes);
    const file = await blocks.readFile(cid);

    expect(cid.code).to.equal(DAG_PB);
    expect(file?.size).to.equal(bytes.length);
    expect((await whole(file)).equals(bytes)).to.equal(true);
  });

  it("gives any range of itself", async () => {
    const bytes = counted(3 * MIB + 5);
    const { cid } = await blocks.addFile(bytes);
    const file = await blocks.readFile(cid);

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

  it("is undefined when its root is not here", async () => {
    expect(await blocks.readFile(rawCid(counted(9)))).to.equal(undefined);
  });

  it("says which piece is missing, instead of ending short", async () => {
    const { cid } = await blocks.addFile(counted(2 * MIB));
    const other = await mkdtemp(join(tmpdir(), "furrow-file-"));
    const partial = await openFolderBlocks(other);
    const root = await blocks.get(cid);
    await partial.put(cid, root ?? new Uint8Array(0));

    const reading = whole(await partial.readFile(cid));

    expect(await problemOf(reading)).to.equal("block-missing");
    await partial.close();
    await rm(other, { recursive: true });
  });

  it("is not read from bytes that are no UnixFS node", async () => {
    const bytes = counted(40);
    const cid = CID.createV1(DAG_PB, rawCid(bytes).multihash);
    await blocks.put(cid, bytes);

    expect(await problemOf(blocks.readFile(cid))).to.equal("dag-unreadable");
  });

  it("is not read from a CID with another hash than sha2-256", async () => {
    const sha512 =
      "bafkrgqhhyivzstcz3hhswshfjgy6ertgmnqeleynhwt4dlfsthi4hn7zgh4uvlsb5xncykzapi3ocd4lzogukir6ksdy6wzrnz6ohnv4aglcs";

    expect(await problemOf(blocks.readFile(parseCid(sha512)))).to.equal("hash-refused");
  });
});
