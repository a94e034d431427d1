/**
 * Our own vectors, through every way of reading (docs/ledger/*.json). What a phone made must come out, what is out of form must be
 * refused as the file says. test/contracts runs the same files in Solidity, test/second in Python.
 */
import { expect } from "chai";
import batchFile from "../../docs/ledger/batch.json" with { type: "json" };
import entryFile from "../../docs/ledger/entry.json" with { type: "json" };
import foldFile from "../../docs/ledger/fold.json" with { type: "json" };
import merkleFile from "../../docs/ledger/merkle.json" with { type: "json" };
import sequenceFile from "../../docs/ledger/sequence.json" with { type: "json" };
import serialFile from "../../docs/ledger/serial.json" with { type: "json" };
import subjectFile from "../../docs/ledger/subject.json" with { type: "json" };
import type { Header } from "../../protocol/batch.ts";
import {
  batchHash,
  batchRoot,
  checkNewSubjects,
  decodeBatch,
  encodeBatch,
  groupLeaves,
  newSubjectId,
  organisationId,
  organisationNumber,
  signedBytes,
} from "../../protocol/batch.ts";
import { bytesOf, equalBytes, hexOf } from "../../protocol/bytes.ts";
import { decodeEntry, encodeEntry, openEntry } from "../../protocol/entry.ts";
import type { Place } from "../../protocol/fold.ts";
import {
  birthWord,
  derivedWord,
  foldBatch,
  moveWord,
  placeOf,
  readPlace,
  readStamp,
  stampOf,
} from "../../protocol/fold.ts";
import {
  fingerprint,
  printSerial,
  readFingerprint,
  readSerial,
  serialLeaf,
  serialLeaves,
} from "../../protocol/label.ts";
import { rootFromPath, treePath, treeRoot } from "../../protocol/merkle.ts";
import { Problem } from "../../protocol/problem.ts";
import { recorderId } from "../../protocol/sign.ts";
import { primitives } from "../support/primitives.ts";
import { refusal } from "../support/refusal.ts";
import type { EntryIn, GroupIn, HeaderIn, VectorCase } from "../support/vectors.ts";
import { argsOf, entryOf, groupOf, headerOf } from "../support/vectors.ts";

const split = (cases: readonly VectorCase[]) => ({
  accepted: cases.filter(({ problem }) => problem === undefined),
  refused: cases.filter(({ problem }) => problem !== undefined),
});
const typeOf = async (act: () => unknown) => (await refusal(act)).replace(/ at .*/, "");

describe("Every vector file", () => {
  const files = { batchFile, entryFile, foldFile, merkleFile, serialFile, sequenceFile, subjectFile };
  for (const [name, file] of Object.entries(files)) {
    it(`${name} names its rule, refuses more than it accepts, and no case twice`, () => {
      const { accepted, refused } = split(file.cases);

      expect(file.rule).to.match(/^docs\/ledger\.md §/);
      expect(refused.length).to.be.greaterThan(accepted.length);
      expect(new Set(file.cases.map((one) => one.name)).size).to.equal(file.cases.length);
    });
  }
});

describe("Entries (docs/ledger/entry.json)", () => {
  const { accepted, refused } = split(entryFile.cases);

  for (const { name, in: said, bytes = "" } of accepted) {
    it(`has one encoding: ${name}`, () => {
      const entry = entryOf(said as EntryIn);

      expect(hexOf(encodeEntry(entry))).to.equal(bytes);
      expect(hexOf(encodeEntry(decodeEntry(bytesOf(bytes))))).to.equal(bytes);
      expect(openEntry(decodeEntry(bytesOf(bytes))).args).to.deep.equal(argsOf((said as EntryIn).args));
    });
  }
  for (const { name, in: bytes, problem } of refused) {
    it(`refuses ${name}`, async () => {
      expect(await typeOf(() => decodeEntry(bytesOf(bytes as string)))).to.equal(problem);
    });
  }
});

describe("Batches (docs/ledger/batch.json)", () => {
  const { picker } = batchFile.keys;
  const key = { x: bytesOf(picker.x), y: bytesOf(picker.y) };

  async function read(bytes: Uint8Array): Promise<Header> {
    const { header, groups, signature } = decodeBatch(bytes);
    await checkNewSubjects(primitives, header, groups);
    const message = signedBytes(header, await batchRoot(primitives, groups));
    if (!(await primitives.verifyP256(key, message, signature))) {
      throw new Problem("signature-wrong", "/signature", "not by the picker");
    }
    return header;
  }

  for (const one of batchFile.cases) {
    if (one.problem !== undefined) continue;
    it(`holds: ${one.name}`, async () => {
      const { header, groups } = one.in as unknown as { header: HeaderIn; groups: readonly GroupIn[] };
      const made = {
        header: headerOf(header),
        groups: groups.map(groupOf),
        signature: bytesOf(one.bytes ?? "").slice(-64),
      };
      const root = await batchRoot(primitives, made.groups);

      expect((await groupLeaves(primitives, made.groups)).map(hexOf)).to.deep.equal(one.leaves);
      expect(hexOf(root)).to.equal(one.root);
      expect(hexOf(signedBytes(made.header, root))).to.equal(one.signed);
      expect(hexOf(await batchHash(primitives, made.header, root))).to.equal(one.batch);
      expect(hexOf(encodeBatch(made))).to.equal(one.bytes);
      expect(hexOf(encodeBatch(decodeBatch(bytesOf(one.bytes ?? ""))))).to.equal(one.bytes);
      expect(await read(bytesOf(one.bytes ?? ""))).to.deep.equal(made.header);
    });
  }
  for (const one of batchFile.cases) {
    if (one.problem === undefined) continue;
    it(`refuses ${one.name}`, async () => {
      expect(await typeOf(() => read(bytesOf(one.in)))).to.equal(one.problem);
    });
  }
});

describe("Trees (docs/ledger/merkle.json)", () => {
  for (const one of merkleFile.cases) {
    if (one.problem === undefined) {
      it(`has ${one.name} with its paths`, async () => {
        const leaves = (one.leaves ?? []).map((leaf) => bytesOf(leaf));

        expect(hexOf(await treeRoot(primitives, leaves))).to.equal(one.bytes);
        for (const [index, path] of (one.paths ?? []).entries()) {
          expect((await treePath(primitives, leaves, index)).map(hexOf)).to.deep.equal(path);
        }
      });
      continue;
    }
    it(`refuses ${one.name}`, async () => {
      const { leaf, index, size, path, root } = one.in as unknown as {
        leaf: string;
        index: number;
        size: number;
        path: string[];
        root: string;
      };
      const proof = { leaf: bytesOf(leaf), index, size, path: path.map((node) => bytesOf(node)) };

      const found = await rootFromPath(primitives, proof);

      expect(found !== null && equalBytes(found, bytesOf(root))).to.equal(false);
    });
  }
});

describe("Names (docs/ledger/subject.json)", () => {
  for (const one of subjectFile.cases as readonly VectorCase[]) {
    it(`${one.problem === undefined ? "has" : "refuses"} ${one.name}`, async () => {
      const said = one.in as Record<string, string> & { index: number; organisation: number };
      if (said.organisationId !== undefined) {
        expect(organisationNumber(bytesOf(said.organisationId))).to.equal(null);
      } else if (said.x !== undefined && said.y !== undefined) {
        expect(hexOf(await recorderId(primitives, { x: bytesOf(said.x), y: bytesOf(said.y) }))).to.equal(one.bytes);
      } else if (said.recorder !== undefined && said.nonce !== undefined) {
        const id = await newSubjectId(primitives, bytesOf(said.recorder), BigInt(said.nonce), said.index);
        expect(hexOf(id)).to.equal(one.bytes);
      } else {
        expect(hexOf(organisationId(said.organisation))).to.equal(one.bytes);
        expect(organisationNumber(bytesOf(one.bytes ?? ""))).to.equal(said.organisation);
      }
    });
  }
});

describe("Codes (docs/ledger/serial.json)", () => {
  interface SerialCase extends VectorCase {
    readonly serial?: string;
    readonly printed?: string;
    readonly fingerprint?: string;
  }
  for (const one of serialFile.cases as readonly SerialCase[]) {
    it(`${one.problem === undefined ? "reads" : "refuses"} ${one.name}`, async () => {
      const { in: said, bytes, problem } = one;
      if (typeof said === "string" && problem === undefined) {
        expect(readSerial(said)).to.equal(one.serial);
        expect(printSerial(readSerial(said))).to.equal(one.printed);
        expect(hexOf(await serialLeaf(primitives, readSerial(said)))).to.equal(bytes);
      } else if (typeof said === "string") {
        expect(await typeOf(() => readSerial(said))).to.equal(problem);
      } else {
        const {
          serials,
          word,
          fingerprint: typed,
        } = said as { serials?: string[]; word?: string; fingerprint?: string };
        if (serials !== undefined) {
          expect(hexOf(await treeRoot(primitives, await serialLeaves(primitives, serials)))).to.equal(bytes);
        }
        if (word !== undefined) expect(fingerprint(bytesOf(word))).to.equal(one.fingerprint);
        if (typed !== undefined) expect(await typeOf(() => readFingerprint(typed))).to.equal(problem);
      }
    });
  }
});

describe("The fold's parts (docs/ledger/fold.json)", () => {
  interface FoldIn {
    readonly birth?: { chainId: string; ledger: string; subject: string };
    readonly derived?: { subject: string; from: readonly { id: string; word: string }[] };
    readonly move?: { word: string; batch: string; stamp: string; leaf: string; place: string };
    readonly stamp?: string | { recorder: string; organisation: number; recordedAtS: number };
    readonly place?: string | Place;
    readonly batch?: { header: HeaderIn; groups: readonly GroupIn[] };
    readonly words?: Readonly<Record<string, string>>;
  }

  async function made({ birth, derived, move, stamp, place, batch, words = {} }: FoldIn): Promise<Uint8Array> {
    if (birth !== undefined) {
      const { chainId, ledger, subject } = birth;
      return birthWord(primitives, { chainId: BigInt(chainId), ledger: bytesOf(ledger), subject: bytesOf(subject) });
    }
    if (derived !== undefined) {
      const from = derived.from.map(({ id, word }) => ({ id: bytesOf(id), word: bytesOf(word) }));
      return derivedWord(primitives, bytesOf(derived.subject), from);
    }
    if (move !== undefined) {
      const by = { batch: bytesOf(move.batch), stamp: bytesOf(move.stamp), leaf: bytesOf(move.leaf) };
      return moveWord(primitives, bytesOf(move.word), { ...by, ...readPlace(bytesOf(move.place)) });
    }
    if (typeof stamp === "string") return stampOf(readStamp(bytesOf(stamp)));
    if (stamp !== undefined) return stampOf({ ...stamp, recorder: bytesOf(stamp.recorder) });
    if (typeof place === "string") return placeOf(readPlace(bytesOf(place)));
    if (place !== undefined) return placeOf(place);
    if (batch === undefined) throw new Error("a case of no known sort");
    const whole = { header: headerOf(batch.header), groups: batch.groups.map(groupOf) };
    const wordBefore = (subject: Uint8Array) => {
      const word = words[hexOf(subject)];
      return word === undefined ? null : bytesOf(word);
    };
    return (await foldBatch(primitives, whole, { organisation: 1, recordedAtS: 0 }, wordBefore)).hash;
  }

  for (const { name, in: said, bytes, problem } of foldFile.cases as readonly VectorCase[]) {
    if (problem === undefined) {
      it(`makes ${name}`, async () => {
        const word = await made(said as FoldIn);

        expect(hexOf(word)).to.equal(bytes);
        const { stamp, place } = said as FoldIn;
        if (stamp !== undefined) expect(hexOf(stampOf(readStamp(word)))).to.equal(bytes);
        if (place !== undefined) expect(readPlace(word)).to.deep.equal(place);
      });
    } else {
      it(`refuses ${name}`, async () => {
        expect(await typeOf(() => made(said as FoldIn))).to.equal(problem);
      });
    }
  }
});

describe("A season (docs/ledger/sequence.json)", () => {
  interface Said {
    readonly by: keyof typeof sequenceFile.keys;
    readonly organisation: number;
    readonly nonce: string;
    readonly seen: string;
    readonly recordedAtS: number;
    readonly groups: readonly GroupIn[];
  }
  const keyOf = (by: Said["by"]) => ({ x: bytesOf(sequenceFile.keys[by].x), y: bytesOf(sequenceFile.keys[by].y) });
  const wholeOf = ({ by, nonce, seen, groups }: Said) => ({
    header: {
      version: 1,
      chainId: BigInt(sequenceFile.chainId),
      ledger: bytesOf(sequenceFile.ledger),
      recorder: bytesOf(sequenceFile.keys[by].recorder),
      nonce: BigInt(nonce),
      seen: bytesOf(seen),
    },
    groups: groups.map(groupOf),
  });

  it("folds to the words of the file, batch after batch", async () => {
    const words = new Map<string, Uint8Array>();
    for (const [subject, word] of Object.entries(sequenceFile.words)) words.set(subject, bytesOf(word));

    for (const one of sequenceFile.cases) {
      if (one.problem !== undefined) continue;
      const said = one.in as unknown as Said;
      const whole = wholeOf(said);
      const folded = await foldBatch(primitives, whole, said, (subject) => words.get(hexOf(subject)) ?? null);
      const { header, groups, signature } = decodeBatch(bytesOf(one.bytes ?? ""));
      const message = signedBytes(header, await batchRoot(primitives, groups));

      expect(hexOf(encodeBatch({ ...whole, signature })), one.name).to.equal(one.bytes);
      expect(await primitives.verifyP256(keyOf(said.by), message, signature), one.name).to.equal(true);
      expect(hexOf(folded.hash)).to.equal(one.batch);
      expect(folded.births.map(({ subject, word }) => [hexOf(subject), hexOf(word)])).to.deep.equal(
        one.births?.map(({ subject, word }) => [subject, word]),
      );
      expect(
        folded.moves.map((move) => ({ ...move, subject: hexOf(move.subject), word: hexOf(move.word) })),
      ).to.deep.equal(one.moves);
      for (const { subject, word } of [...folded.births, ...folded.moves]) words.set(hexOf(subject), word);
    }
  });

  it("has refused batches of the right form, but for one", async () => {
    const refused: string[] = [];
    for (const { in: said, problem } of sequenceFile.cases as readonly VectorCase[]) {
      if (problem === undefined) continue;
      const { header, groups } = wholeOf(said as Said);
      const found = await typeOf(() => checkNewSubjects(primitives, header, groups));
      if (found !== "nothing") refused.push(found);
    }

    expect(refused).to.deep.equal(["wrong-subject-id"]);
  });
});
