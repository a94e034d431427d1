/** docs/ledger/merkle.json and subject.json: trees and names. */
import { organisationId } from "../../protocol/batch.ts";
import { concat, hexOf, uint, utf8 } from "../../protocol/bytes.ts";
import { leafHash, treePath, treeRoot } from "../../protocol/merkle.ts";
import type { Case, VectorFile } from "./world.ts";
import { digestOf, idOf, keyIn, signerOf, vectorPrimitives } from "./world.ts";

export { merkleVectors, subjectVectors };

async function merkleVectors(): Promise<VectorFile> {
  const inputs = Array.from({ length: 7 }, (_, n) => utf8(`group ${n}`));
  const leaves = await Promise.all(inputs.map((input) => leafHash(vectorPrimitives, input)));
  const tree = async (size: number): Promise<Case> => {
    const some = leaves.slice(0, size);
    const paths = await Promise.all(some.map((_, index) => treePath(vectorPrimitives, some, index)));
    return {
      name: `a tree of ${size}`,
      in: { inputs: inputs.slice(0, size).map(hexOf) },
      leaves: some.map(hexOf),
      paths: paths.map((path) => path.map(hexOf)),
      bytes: hexOf(await treeRoot(vectorPrimitives, some)),
    };
  };
  const root: string = hexOf(await treeRoot(vectorPrimitives, leaves));
  const path: string[] = (await treePath(vectorPrimitives, leaves, 4)).map(hexOf);
  const [a = "", b = "", ...rest] = path;
  const leaf: string = hexOf(leaves[4] ?? new Uint8Array());
  const proof = { leaf, index: 4, size: 7, path, root };
  const refuse = (name: string, changed: Partial<typeof proof>): Case => ({
    name,
    in: { ...proof, ...changed },
    problem: "group-not-in-batch",
  });
  const refused = [
    refuse("another index", { index: 5 }),
    refuse("an index outside", { index: 7 }),
    refuse("a size that has no such place", { size: 4 }),
    refuse("a larger tree", { size: 9 }),
    refuse("a path without its first step", { path: path.slice(1) }),
    refuse("a path without its last step", { path: path.slice(0, -1) }),
    refuse("a step too many", { path: [...path, a] }),
    refuse("two steps swapped", { path: [b, a, ...rest] }),
    refuse("an inner node given out as a leaf", { leaf: path[1] ?? "" }),
    refuse("another leaf", { leaf: hexOf(leaves[3] ?? new Uint8Array()) }),
    refuse("a step of 31 bytes", { path: [a.slice(0, -2), b, ...rest] }),
    refuse("the root of another tree", { root: hexOf(digestOf("another root")) }),
  ];
  return {
    rule: "docs/ledger.md §4; RFC 6962 §2.1",
    cases: [...(await Promise.all([1, 2, 3, 6, 7].map(tree))), ...refused],
  };
}

async function subjectVectors(): Promise<VectorFile> {
  const manager = signerOf("manager");
  const subject = async (name: string, nonce: bigint, index: number): Promise<Case> => ({
    name,
    in: { recorder: hexOf(manager.recorder), nonce: nonce.toString(), index },
    bytes: hexOf(await idOf(manager, nonce, index)),
  });
  const organisation = (number: number): Case => ({
    name: `organisation ${number}`,
    in: { organisation: number },
    bytes: hexOf(organisationId(number)),
  });
  const { x, y, recorder } = keyIn("manager");
  const foreign = (name: string, id: Uint8Array): Case => ({
    name,
    in: { organisationId: hexOf(id) },
    problem: "subject-unknown",
  });
  return {
    rule: "docs/ledger.md §3",
    cases: [
      { name: "a recorder", in: { x, y }, bytes: recorder },
      await subject("the first subject of a recorder", 0n, 0),
      await subject("the last index of the last nonce", 2n ** 64n - 1n, 65_535),
      organisation(1),
      organisation(0xff_ffff),
      foreign("no organisation has the number 0", uint(0, 32)),
      foreign("no organisation has a number of 25 bits", uint(1 << 24, 32)),
      foreign("an organisation's number stands at the end", concat(uint(1, 3), new Uint8Array(29))),
      foreign("a bit before the number", uint((1n << 255n) + 1n, 32)),
      foreign("a lot is no organisation", await idOf(manager, 0n, 0)),
      foreign("all bits set", new Uint8Array(32).fill(0xff)),
    ],
  };
}
