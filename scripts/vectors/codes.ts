/** docs/ledger/serial.json: serials as they are typed, a run of them, and fingerprints. */
import { concat, hexOf, uint } from "../../protocol/bytes.ts";
import { fingerprint, makeSerial, printSerial, serialLeaf, serialLeaves } from "../../protocol/label.ts";
import { treeRoot } from "../../protocol/merkle.ts";
import type { Case, VectorFile } from "./world.ts";
import { digestOf, vectorPrimitives } from "./world.ts";

export { serialVectors };

async function serialVectors(): Promise<VectorFile> {
  const random = (name: string) => digestOf(`furrow vectors: serial ${name}`).slice(0, 13);
  const serial = makeSerial(random("one"));
  const read = async (name: string, text: string, means = serial): Promise<Case> => ({
    name,
    in: text,
    serial: means,
    printed: printSerial(means),
    bytes: hexOf(await serialLeaf(vectorPrimitives, means)),
  });
  const lowest = "0".repeat(14);
  const ones = makeSerial(new Uint8Array(13).fill(1));
  const run = Array.from({ length: 40 }, (_, n) => makeSerial(random(`of the run, ${n}`)));
  const word = concat(digestOf("furrow vectors: word").slice(0, 28), uint(7, 4));
  const accepted: Case[] = [
    await read("as it is kept", serial),
    await read("as it is printed", printSerial(serial)),
    await read("in lower case with spaces", ` ${printSerial(serial).toLowerCase().replaceAll("-", " ")} `),
    await read("all zeros", lowest, lowest),
    await read("all zeros, read as letters", "OoOo-OoOo-OoOoOo", lowest),
    await read("ones, read as letters", ones.replace("1111", "IiLl"), ones),
    {
      name: "a run of forty",
      in: { serials: run },
      bytes: hexOf(await treeRoot(vectorPrimitives, await serialLeaves(vectorPrimitives, run))),
    },
    {
      name: "a fingerprint",
      in: { word: hexOf(word) },
      fingerprint: fingerprint(word),
      bytes: hexOf(word.slice(0, 5)),
    },
    {
      name: "the last fingerprint",
      in: { word: hexOf(new Uint8Array(32).fill(255)) },
      fingerprint: "ZZZZ-ZZZZ",
      bytes: "0xffffffffff",
    },
  ];
  return { rule: "docs/ledger.md §12", cases: [...accepted, ...refusedSerials(serial)] };
}

function refusedSerials(serial: string): Case[] {
  const refuse = (name: string, text: string, problem: string): Case => ({ name, in: text, problem });
  const [c0 = "", c1 = ""] = serial;
  const last = serial.at(-1) === "0" ? "1" : "0";
  return [
    refuse("nothing", "", "serial-malformed"),
    refuse("one character too few", serial.slice(1), "serial-malformed"),
    refuse("one character too many", `${serial}0`, "serial-malformed"),
    refuse("a U", `U${serial.slice(1)}`, "serial-malformed"),
    refuse("a character of another script", `Ｏ${serial.slice(1)}`, "serial-malformed"),
    refuse("an underscore", `${serial.slice(0, 13)}_`, "serial-malformed"),
    refuse("another check character", serial.slice(0, -1) + last, "serial-wrong-check"),
    refuse("another first character", (c0 === "7" ? "8" : "7") + serial.slice(1), "serial-wrong-check"),
    refuse("the first two characters swapped", c1 + c0 + serial.slice(2), "serial-wrong-check"),
    refuse("all ones", "1".repeat(14), "serial-wrong-check"),
    { name: "a fingerprint of seven", in: { fingerprint: "ABCD-EFG" }, problem: "fingerprint-malformed" },
    { name: "a fingerprint of nine", in: { fingerprint: "ABCD-EFGHJ" }, problem: "fingerprint-malformed" },
    { name: "a fingerprint with a U", in: { fingerprint: "ABCU-EFGH" }, problem: "fingerprint-malformed" },
  ];
}
