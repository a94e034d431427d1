import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CarBufferReader } from "@ipld/car/buffer-reader";
import { createLink, createNode, encode } from "@ipld/dag-pb";
import { expect } from "chai";
import fc from "fast-check";
import { UnixFS } from "ipfs-unixfs";
import { CID } from "multiformats/cid";
import { create } from "multiformats/hashes/digest";
import { sha512 } from "multiformats/hashes/sha2";
import { Problem } from "../../../protocol/problem.ts";
import { MAX_BLOCK_READ, MAX_DEPTH } from "../../../server/blocks/blocks.ts";
import { type Car, carAllowance, readCar, writeCar } from "../../../server/blocks/car.ts";
import { planDag } from "../../../server/blocks/dag.ts";
import { DAG_PB, parseCid, RAW, rawCid } from "../../../server/blocks/digest.ts";
import { openFolderBlocks } from "../../../server/blocks/folder.ts";
import { problemOf } from "./problem-of.ts";

const fixture = (name: string) => readFileSync(new URL(`../../vectors/ipfs/${name}`, import.meta.url));
const rootOf = (car: Uint8Array) => CarBufferReader.fromBytes(car).getRoots()[0] ?? parseCid("bafkqaaa");
const ROOMY = { maxBytes: 64 * 1024 * 1024 };

const SHA512 = CID.createV1(RAW, await sha512.digest(Buffer.from("leaf")));

type Block = { readonly cid: CID; readonly bytes: Uint8Array };

const raw = (text: string): Block => ({ cid: rawCid(Buffer.from(text)), bytes: Buffer.from(text) });

/** A UnixFS node: a file over its children, or a folder that names them. */
function pb(
  type: "file" | "directory",
  children: readonly Block[],
  sizes = children.map(({ bytes }) => bytes.length),
): Block {
  const data = new UnixFS({ type });
  if (type === "file") for (const size of sizes) data.addBlockSize(BigInt(size));
  const links = children.map(({ cid, bytes }, n) => createLink(type === "file" ? "" : `name-${n}`, bytes.length, cid));
  const bytes = encode(createNode(data.marshal(), links));
  return { bytes, cid: CID.createV1(DAG_PB, rawCid(bytes).multihash) };
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

/** A CAR by hand, so that it can be wrong: blocks are written as they are given. */
function car(root: CID, ...blocks: readonly Block[]): Buffer {
  // dag-cbor of {roots: [root], version: 1}
  const length = root.bytes.length + 1;
  const head = length < 24 ? [0x40 + length] : [0x58, length];
  const link = Buffer.concat([Buffer.from([0xd8, 0x2a, ...head, 0]), root.bytes]);
  const header = Buffer.concat([
    Buffer.from("a265726f6f747381", "hex"),
    link,
    Buffer.from("6776657273696f6e01", "hex"),
  ]);
  const sections = [header, ...blocks.map(({ cid, bytes }) => Buffer.concat([cid.bytes, bytes]))];
  return Buffer.concat(sections.flatMap((section) => [varint(section.length), section]));
}

async function fileOf(read: Car): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await read.file())?.bytes() ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe("A CAR that is read", () => {
  for (const [name, count] of [
    ["gateway-raw-block.car", 3],
    ["plain-json.car", 1],
    ["dir-with-files.car", 9],
    ["dir-with-percent-encoded-filename.car", 2],
    ["single-layer-hamt-with-multi-block-files.car", 243],
    ["subdir-with-mixed-block-files.car", 10],
    ["symlink.car", 3],
  ] as const) {
    it(`is complete: ${name}`, async () => {
      const bytes = fixture(name);

      const read = await readCar(bytes, rootOf(bytes), ROOMY);

      expect(read.missing).to.deep.equal([]);
      for (const block of CarBufferReader.fromBytes(bytes).blocks()) {
        expect(await read.get(block.cid)).to.deep.equal(block.bytes);
      }
      expect(CarBufferReader.fromBytes(bytes).blocks()).to.have.lengthOf(count);
    });
  }

  it("is incomplete when a block in its middle is missing, and says which", async () => {
    const bytes = fixture("file-3k-and-3-blocks-missing-block.car");

    const read = await readCar(bytes, rootOf(bytes), ROOMY);

    expect(read.missing.map(String)).to.deep.equal(["QmSNLTo6Wv9dfroVaw7MFYjLqf9ho7PKrgsjdzYDtv8h1W"]);
    expect((await read.file())?.size).to.equal(3072);
    expect(await problemOf(fileOf(read))).to.equal("block-missing");
  });

  it("is incomplete when its root is missing", async () => {
    const a = raw("a");
    const read = await readCar(car(a.cid, raw("b")), a.cid, ROOMY);

    expect(read.missing.map(String)).to.deep.equal([a.cid.toString()]);
    expect(await read.file()).to.equal(undefined);
    expect(await read.get(raw("b").cid)).to.equal(undefined);
  });

  it("may come in any order, with duplicates, in pieces, and with other roots in its header", async () => {
    const leaves = [raw("one "), raw("two "), raw("three")];
    const file = pb("file", leaves);
    const bytes = car(raw("?").cid, ...leaves.toReversed(), file, ...leaves, file);
    async function* bytewise() {
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
    }

    const read = await readCar(bytewise(), file.cid, ROOMY);

    expect(read.missing).to.deep.equal([]);
    expect((await fileOf(read)).toString()).to.equal("one two three");
    expect(read.size).to.equal(13 + file.bytes.length);
  });

  it("of the empty identity CID needs no block", async () => {
    const read = await readCar(car(parseCid("bafkqaaa")), parseCid("bafkqaaa"), ROOMY);

    expect(read.missing).to.deep.equal([]);
    expect((await fileOf(read)).length).to.equal(0);
  });

  describe("is refused", () => {
    const leaf = raw("leaf");
    const file = pb("file", [leaf]);
    const chain: Block[] = [leaf];
    for (let n = 0; n < MAX_DEPTH; n++) chain.unshift(pb("file", [chain[0] ?? leaf], [4]));
    const large = Buffer.alloc(MAX_BLOCK_READ + 1);
    const cut = CID.createV1(RAW, create(0x12, leaf.cid.multihash.digest.subarray(0, 16)));
    const long = CID.createV1(RAW, create(0x00, new Uint8Array(129)));
    const cbor = CID.createV1(0x71, rawCid(Buffer.from([0xa0])).multihash);
    const other = raw("nobody asked");
    const broken: Block = {
      bytes: Buffer.from("ffff", "hex"),
      cid: CID.createV1(DAG_PB, rawCid(Buffer.from("ffff", "hex")).multihash),
    };
    const unequal = pb("file", [leaf], [4, 5]);
    const whole = car(file.cid, file, leaf);
    const v2 = Buffer.from("0aa16776657273696f6e02", "hex");

    const refused: readonly (readonly [string, string, Uint8Array, CID])[] = [
      [
        "one byte of a block changed",
        "block-mismatch",
        car(file.cid, file, { cid: leaf.cid, bytes: Buffer.from("leaF") }),
        file.cid,
      ],
      [
        "a block cut short",
        "block-mismatch",
        car(file.cid, file, { cid: leaf.cid, bytes: Buffer.from("lea") }),
        file.cid,
      ],
      [
        "an empty block under another CID",
        "block-mismatch",
        car(file.cid, file, { cid: leaf.cid, bytes: Buffer.alloc(0) }),
        file.cid,
      ],
      ["a block that nobody asked for", "car-unasked-block", car(file.cid, file, leaf, other), file.cid],
      ["a whole file that nobody asked for", "car-unasked-block", car(leaf.cid, leaf, file), leaf.cid],
      [
        "more levels than are read",
        "dag-too-deep",
        car(chain[0]?.cid ?? leaf.cid, ...chain),
        chain[0]?.cid ?? leaf.cid,
      ],
      ["a deeper way to a block that was seen before", "dag-too-deep", carOfTwoWays().bytes, carOfTwoWays().root],
      ["sha-512", "hash-refused", car(file.cid, file, { cid: SHA512, bytes: leaf.bytes }), file.cid],
      ["a shortened sha2-256", "hash-refused", car(file.cid, file, { cid: cut, bytes: leaf.bytes }), file.cid],
      [
        "sha-1",
        "hash-refused",
        car(file.cid, file, { cid: CID.createV1(RAW, create(0x11, new Uint8Array(20))), bytes: leaf.bytes }),
        file.cid,
      ],
      [
        "an identity CID of 129 bytes",
        "identity-too-long",
        car(file.cid, file, { cid: long, bytes: new Uint8Array(129) }),
        file.cid,
      ],
      [
        "a link to an identity CID of 129 bytes",
        "identity-too-long",
        car(...rooted(pb("file", [{ cid: long, bytes: new Uint8Array(129) }]))),
        pb("file", [{ cid: long, bytes: new Uint8Array(129) }]).cid,
      ],
      [
        "an identity block with other bytes",
        "block-mismatch",
        car(file.cid, { cid: parseCid("bafkqaaa"), bytes: leaf.bytes }, file, leaf),
        file.cid,
      ],
      [
        "a block of more than 2 MiB",
        "block-too-large",
        car(rawCid(large), { cid: rawCid(large), bytes: large }),
        rawCid(large),
      ],
      ["a root of another codec", "codec-refused", car(cbor, { cid: cbor, bytes: Buffer.from([0xa0]) }), cbor],
      ["a node that is no protobuf", "dag-unreadable", car(broken.cid, broken), broken.cid],
      ["more sizes than links", "dag-unreadable", car(unequal.cid, unequal, leaf), unequal.cid],
      ["nothing", "car-unreadable", new Uint8Array(0), file.cid],
      ["HTML", "car-unreadable", Buffer.from("<!doctype html><p>502 Bad Gateway"), file.cid],
      ["version 2", "car-unreadable", Buffer.concat([v2, Buffer.alloc(40), whole]), file.cid],
      ["a header alone that is cut", "car-unreadable", whole.subarray(0, 20), file.cid],
      ["a header that claims a petabyte", "car-unreadable", Buffer.concat([varint(2 ** 50), whole]), file.cid],
      [
        "a begun block after the last",
        "car-unreadable",
        Buffer.concat([whole, varint(100), other.cid.bytes]),
        file.cid,
      ],
      ["a section of length nought", "car-unreadable", Buffer.concat([whole, Buffer.from([0]), whole]), file.cid],
      [
        "a section shorter than its CID",
        "block-mismatch",
        Buffer.concat([car(file.cid, file), varint(1), leaf.cid.bytes]),
        file.cid,
      ],
    ];
    for (const [name, type, bytes, root] of refused) {
      it(name, async () => {
        expect(await problemOf(readCar(bytes, root, ROOMY))).to.equal(type);
      });
    }

    it("more bytes than were asked for, before they are kept", async () => {
      let given = 0;
      async function* endless() {
        for (;;) {
          given += 1000;
          yield Buffer.alloc(1000);
        }
      }

      expect(await problemOf(readCar(endless(), file.cid, { maxBytes: 10_000 }))).to.equal("car-too-large");
      expect(given).to.be.at.most(11_000);
    });
  });

  it("gives no more bytes than its root states, and none beside them", async () => {
    const leaf = raw("four");
    const lying = pb("file", [leaf, leaf], [4, 2]);

    const read = await readCar(car(lying.cid, lying, leaf), lying.cid, ROOMY);

    expect(await problemOf(fileOf(read))).to.equal("dag-unreadable");
  });

  it("is walked once a block, also where each level names the one below a thousand times", async () => {
    const leaf = raw("x");
    const levels = [leaf];
    for (let n = 1; n < MAX_DEPTH; n++) {
      const below = levels[0] ?? leaf;
      levels.unshift(
        pb(
          "directory",
          Array.from({ length: 1000 }, () => below),
        ),
      );
    }

    const read = await readCar(car(levels[0]?.cid ?? leaf.cid, ...levels), levels[0]?.cid ?? leaf.cid, ROOMY);

    expect(read.missing).to.deep.equal([]);
  });

  it("with any one bit flipped is refused or incomplete, or gives the same file", async () => {
    const leaves = [raw("weighed in: 12.5 kg\n"), raw("dried to: 2.9 kg\n")];
    const file = pb("file", leaves);
    const bytes = car(file.cid, file, ...leaves);
    const honest = Buffer.concat(leaves.map((leaf) => leaf.bytes));
    let kept = 0;

    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      try {
        const read = await readCar(flipped, file.cid, ROOMY);
        if (read.missing.length > 0) continue;
        expect((await fileOf(read)).equals(honest), `bit ${bit}`).to.equal(true);
        kept++;
      } catch (error) {
        expect(error, `bit ${bit}`).to.be.instanceOf(Problem);
      }
    }

    // The roots of the header are ignored, and a codec in a CAR's CID decides nothing: the link's does.
    expect(kept).to.be.below(bytes.length * 3);
  });

  it("of random bytes ends in a Problem, whatever they are", async () => {
    const head = car(raw("a").cid);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, withHead) => {
        const type = await problemOf(readCar(withHead ? Buffer.concat([head, bytes]) : bytes, raw("a").cid, ROOMY));
        if (type === "none") expect(withHead).to.equal(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("A CAR that is written", () => {
  it("holds a stored file in depth-first order, fits its allowance, and is read back", async () => {
    const folder = await mkdtemp(join(tmpdir(), "furrow-car-"));
    const blocks = await openFolderBlocks(folder);
    const bytes = Uint8Array.from({ length: 3 * 1024 * 1024 + 5 }, (_, i) => i % 251);
    const { cid } = await blocks.addFile(bytes);

    const plan = await planDag(blocks, cid, "all");
    const written = writeCar(
      cid,
      plan.steps.map((step) => step.cid),
      blocks.get,
    );
    const read = await readCar(written, cid, { maxBytes: carAllowance(bytes.length) });

    expect(plan.steps).to.have.lengthOf(5);
    expect(plan.steps[0]?.cid.toString()).to.equal(cid.toString());
    expect(read.missing).to.deep.equal([]);
    expect((await fileOf(read)).equals(bytes)).to.equal(true);
    await blocks.close();
    await rm(folder, { recursive: true });
  });
});

function rooted(block: Block): [CID, Block] {
  return [block.cid, block];
}

/** The root names a chain twice: short and via further levels, of which only the second is too deep. */
function carOfTwoWays(): { readonly root: CID; readonly bytes: Buffer } {
  const chain = [raw("end")];
  for (let n = 0; n < 5; n++) chain.unshift(pb("directory", chain.slice(0, 1)));
  const around: Block[] = chain.slice(0, 1);
  for (let n = 0; n < 3; n++) around.unshift(pb("directory", around.slice(0, 1)));
  const root = pb("directory", [...chain.slice(0, 1), ...around.slice(0, 1)]);
  return { root: root.cid, bytes: car(root.cid, root, ...chain, ...around) };
}
