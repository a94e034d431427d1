import { expect } from "chai";
import fc from "fast-check";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { leafHash, nodeHash, rootFromPath, treePath, treeRoot, treeRows } from "../../protocol/merkle.ts";
import { primitives } from "../support/primitives.ts";

/** The eight inputs with which implementations of RFC 6962 are commonly compared, and the root after each. */
const INPUTS = [
  "0x",
  "0x00",
  "0x10",
  "0x2021",
  "0x3031",
  "0x40414243",
  "0x5051525354555657",
  "0x606162636465666768696a6b6c6d6e6f",
];
const ROOTS = [
  "0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "0xfac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "0xaeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "0xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "0x4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "0x76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "0xddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "0x5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const leavesOf = (size: number) =>
  Promise.all(Array.from({ length: size }, (_, n) => leafHash(primitives, bytesOf(INPUTS[n % 8] ?? "0x"))));

/** RFC 6962 §2.1 word for word: split at the largest power of two below the size. */
async function plainRoot(leaves: readonly Uint8Array[]): Promise<Uint8Array> {
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return only;
  const half = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return nodeHash(primitives, await plainRoot(leaves.slice(0, half)), await plainRoot(leaves.slice(half)));
}

describe("A Merkle tree (RFC 6962)", () => {
  for (const [n, root] of ROOTS.entries()) {
    it(`has the known root with ${n + 1} leaves`, async () => {
      expect(hexOf(await treeRoot(primitives, await leavesOf(n + 1)))).to.equal(root);
    });
  }

  it("has the root of the RFC's own recursion at every size up to 33", async () => {
    for (let size = 1; size <= 33; size++) {
      const leaves = await leavesOf(size);
      expect(hexOf(await treeRoot(primitives, leaves))).to.equal(hexOf(await plainRoot(leaves)));
    }
  });

  it("leads from every leaf by its path to the root", async () => {
    for (let size = 1; size <= 20; size++) {
      const leaves = await leavesOf(size);
      const root = hexOf(await treeRoot(primitives, leaves));
      for (const [index, leaf] of leaves.entries()) {
        const path = await treePath(primitives, leaves, index);
        const found = await rootFromPath(primitives, { leaf, index, size, path });
        expect(found && hexOf(found)).to.equal(root);
      }
    }
  });

  it("does not lead to the root with any other index, size, length or bit", async () => {
    const size = 11;
    const leaves = await Promise.all(Array.from({ length: size }, (_, n) => leafHash(primitives, Uint8Array.of(n))));
    const root = hexOf(await treeRoot(primitives, leaves));
    await fc.assert(
      fc.asyncProperty(fc.nat(size - 1), fc.nat(15), fc.nat(40), fc.nat(), async (index, other, otherSize, bit) => {
        const leaf = leaves[index] ?? new Uint8Array();
        const path = await treePath(primitives, leaves, index);
        const lead = async (proof: Parameters<typeof rootFromPath>[1]) => {
          const found = await rootFromPath(primitives, proof);
          return found !== null && hexOf(found) === root;
        };
        const flipped = path.map((node) => Uint8Array.from(node));
        const node = flipped[bit % path.length];
        if (node !== undefined) node[bit % 32] = (node[bit % 32] ?? 0) ^ 1;

        expect(await lead({ leaf, index, size, path })).to.equal(true);
        if (other !== index) expect(await lead({ leaf, index: other, size, path })).to.equal(false);
        if (otherSize <= index) expect(await lead({ leaf, index, size: otherSize, path })).to.equal(false);
        expect(await lead({ leaf, index, size, path: path.slice(1) })).to.equal(false);
        expect(await lead({ leaf, index, size, path: [...path, leaf] })).to.equal(false);
        expect(await lead({ leaf, index, size, path: flipped })).to.equal(false);
      }),
    );
  });

  it("can be read off the rows of its tree", async () => {
    for (let size = 1; size <= 9; size++) {
      const leaves = await leavesOf(size);
      const rows = await treeRows(primitives, leaves);

      expect(rows.at(-1)).to.deep.equal([await treeRoot(primitives, leaves)]);
      for (let index = 0; index < size; index++) {
        const siblings = rows.slice(0, -1).flatMap((row, level) => row[(index >> level) ^ 1] ?? []);
        expect(siblings).to.deep.equal(await treePath(primitives, leaves, index));
      }
    }
  });

  it("refuses places that no tree has", async () => {
    const [leaf = new Uint8Array(32)] = await leavesOf(1);
    for (const [index, size] of [
      [0, 0],
      [1, 1],
      [-1, 1],
      [0.5, 1],
      [0, Number.NaN],
      [0, 2 ** 60],
    ] as const) {
      expect(await rootFromPath(primitives, { leaf, index, size, path: [] })).to.equal(null);
    }
  });

  it("is not made without leaves", async () => {
    const error = await treeRoot(primitives, []).catch((thrown: unknown) => thrown);

    expect(error).to.be.instanceOf(RangeError);
  });

  it("takes a digest that answers at once as well as one that promises", async () => {
    const leaves = await leavesOf(5);
    const table = new Map<string, Uint8Array>();
    const kept = {
      sha256: async (bytes: Uint8Array) => {
        const digest = await primitives.sha256(bytes);
        table.set(hexOf(bytes), digest);
        return digest;
      },
    };
    const promised = await treeRoot(kept, leaves);

    const atOnce = await treeRoot({ sha256: (bytes) => table.get(hexOf(bytes)) ?? new Uint8Array() }, leaves);

    expect(hexOf(atOnce)).to.equal(hexOf(promised));
  });
});
