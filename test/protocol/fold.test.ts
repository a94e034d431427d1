import { expect } from "chai";
import fc from "fast-check";
import type { Batch } from "../../protocol/batch.ts";
import { newSubjectId } from "../../protocol/batch.ts";
import { concat, hexOf, uint, utf8 } from "../../protocol/bytes.ts";
import { makeEntry } from "../../protocol/entry.ts";
import {
  foldBatch,
  isBorn,
  moveWord,
  NO_WORD,
  placeOf,
  readPlace,
  readSeqPlace,
  readStamp,
  seqPlaceOf,
  stampOf,
  wordSeq,
} from "../../protocol/fold.ts";
import { leafHash } from "../../protocol/merkle.ts";
import { anyBytes } from "../support/arbitrary.ts";
import { primitives } from "../support/primitives.ts";

const CONTENT = uint(9, 32);
const BY = { organisation: 3, recordedAtS: 1_775_000_000 };
const header = {
  version: 1,
  chainId: 7n,
  ledger: uint(1, 20),
  recorder: uint(2, 20),
  nonce: 5n,
  seen: new Uint8Array(32),
};
const wordOf = (id: Uint8Array, seq: number) => concat(id.slice(0, 28).fill(0xaa), uint(seq, 4));
const said = { occurredAtS: 1, content: CONTENT };
const note = makeEntry("NOTE", { ...said, args: {} });
const [inOne, inTwo] = [uint(101, 32), uint(102, 32)];
const known = (subject: Uint8Array) => (hexOf(subject) < hexOf(uint(1 << 16, 32)) ? wordOf(subject, 4) : null);
const sha = async (...parts: Uint8Array[]) => primitives.sha256(concat(...parts));

/** One lot split into two, and a note on one of its inputs afterwards. */
async function split(): Promise<Pick<Batch, "header" | "groups">> {
  const share = (id: Uint8Array) => ({ id, amount: 2n });
  const args = { index: 0, step: 4, inputs: [share(inOne), share(inTwo)], outputs: [share(CONTENT), share(CONTENT)] };
  return {
    header,
    groups: [
      {
        subject: await newSubjectId(primitives, header.recorder, 5n, 0),
        entries: [makeEntry("TRANSFORM", { ...said, args }), note],
      },
      { subject: inTwo, entries: [note] },
    ],
  };
}

describe("The fold of a batch", () => {
  it("moves inputs first, bears outputs from their words after that, and moves each group's own subject last", async () => {
    const batch = await split();
    const [first, second] = await Promise.all(
      [0, 1].map((index) => newSubjectId(primitives, header.recorder, 5n, index)),
    );

    const { births, moves } = await foldBatch(primitives, batch, BY, known);

    const short = moves.map(({ subject, group, entry, seq }) => [hexOf(subject), group, entry, seq]);
    expect(short).to.deep.equal([
      [hexOf(inOne), 0, 0, 5],
      [hexOf(inTwo), 0, 0, 5],
      [hexOf(second ?? NO_WORD), 0, 0, 1],
      [hexOf(first ?? NO_WORD), 0, null, 1],
      [hexOf(inTwo), 1, null, 6],
    ]);
    expect(births.map(({ subject }) => hexOf(subject))).to.deep.equal(
      [first, second].map((id) => hexOf(id ?? NO_WORD)),
    );
  });

  it("hashes exactly the bytes of docs/ledger.md §5", async () => {
    const batch = await split();
    const [group] = batch.groups;
    const { hash, leaves, births, moves } = await foldBatch(primitives, batch, BY, known);
    const stamp = concat(header.recorder, uint(3, 4), uint(BY.recordedAtS, 8));
    const [one, two] = moves;

    const leaf = leaves[0] ?? NO_WORD;
    const touched = await sha(wordOf(inOne, 4), hash, stamp, leaf, uint(0, 2), uint(0, 2));
    const born = await sha(group?.subject ?? NO_WORD, inOne, one?.word ?? NO_WORD, inTwo, two?.word ?? NO_WORD);
    const moved = await sha(births[0]?.word ?? NO_WORD, hash, stamp, leaf, uint(0, 2), uint(0xffff, 2));
    expect(hexOf(one?.word ?? NO_WORD)).to.equal(hexOf(concat(touched.slice(0, 28), uint(5, 4))));
    expect(hexOf(births[0]?.word ?? NO_WORD)).to.equal(hexOf(concat(born.slice(0, 28), uint(0, 4))));
    expect(hexOf(moves[3]?.word ?? NO_WORD)).to.equal(hexOf(concat(moved.slice(0, 28), uint(1, 4))));
  });

  it("bears what comes from nothing by chain, ledger and id", async () => {
    const subject = await newSubjectId(primitives, header.recorder, 5n, 0);
    const plot = makeEntry("PLOT", { ...said, args: { index: 0, level: 0, area: 1n } });

    const { births } = await foldBatch(primitives, { header, groups: [{ subject, entries: [plot] }] }, BY, known);

    const digest = await sha(utf8("furrow/1"), uint(7, 8), header.ledger, subject);
    expect(hexOf(births[0]?.word ?? NO_WORD)).to.equal(hexOf(concat(digest.slice(0, 28), uint(0, 4))));
  });

  it("moves a subject once a group, however many entries the group has", async () => {
    const groups = [{ subject: inOne, entries: [note, note, note] }];

    const { moves } = await foldBatch(primitives, { header, groups }, BY, known);

    expect(moves.length).to.equal(1);
  });

  it("gives other words when entries are dropped, doubled or swapped, or time and organisation differ", async () => {
    const other = makeEntry("GROW", { ...said, args: {} });
    const wordAfter = async (entries: readonly (typeof note)[], by = BY) => {
      const { moves } = await foldBatch(primitives, { header, groups: [{ subject: inOne, entries }] }, by, known);
      return hexOf(moves.at(-1)?.word ?? NO_WORD);
    };

    const words = await Promise.all([
      wordAfter([note, other]),
      wordAfter([other, note]),
      wordAfter([note]),
      wordAfter([note, note, other]),
      wordAfter([note, other], { ...BY, recordedAtS: BY.recordedAtS + 1 }),
      wordAfter([note, other], { ...BY, organisation: 4 }),
    ]);

    expect(new Set(words).size).to.equal(words.length);
  });
});

describe("A move", () => {
  it("is another one for any other word, batch, stamp, leaf or place", async () => {
    const [word, batch, stamp, leaf] = await Promise.all(
      ["word", "batch", "stamp", "leaf"].map((text) => leafHash(primitives, utf8(text))),
    );
    if (!word || !batch || !stamp || !leaf) throw new Error("four digests");
    const place = { group: 0, entry: null };
    const by = { batch, stamp, leaf, ...place };
    const flip = (bytes: Uint8Array) => Uint8Array.from(bytes, (byte, n) => (n === 3 ? byte ^ 1 : byte));

    const words = await Promise.all([
      moveWord(primitives, word, by),
      moveWord(primitives, flip(word), by),
      moveWord(primitives, word, { ...by, batch: flip(batch) }),
      moveWord(primitives, word, { ...by, stamp: flip(stamp) }),
      moveWord(primitives, word, { ...by, leaf: flip(leaf) }),
      moveWord(primitives, word, { ...by, group: 1 }),
      moveWord(primitives, word, { ...by, entry: 0 }),
    ]);

    expect(new Set(words.map(hexOf)).size).to.equal(7);
    expect(wordSeq(words[0] ?? NO_WORD)).to.equal((wordSeq(word) + 1) % 2 ** 32);
  });

  it("does not run past the last seq", async () => {
    const last = concat(uint(1, 28), uint(0xffff_ffff, 4));
    const by = { batch: NO_WORD, stamp: NO_WORD, leaf: NO_WORD, group: 0, entry: null };

    const error = await moveWord(primitives, last, by).catch((thrown: unknown) => thrown);

    expect(error).to.be.instanceOf(RangeError);
  });
});

describe("Stamps and places", () => {
  it("come back from their bytes", () => {
    const organisation = fc.nat(0xff_ffff);
    const time = fc.nat(0xffff_ffff);
    fc.assert(
      fc.property(
        anyBytes(20),
        organisation,
        time,
        fc.nat(0xffff),
        fc.nat(0xfffe),
        (recorder, number, timeS, group, entry) => {
          const stamp = { recorder, organisation: number, recordedAtS: timeS };
          expect(readStamp(stampOf(stamp))).to.deep.equal(stamp);
          for (const place of [
            { group, entry },
            { group, entry: null },
          ]) {
            expect(readPlace(placeOf(place))).to.deep.equal(place);
            expect(readSeqPlace(seqPlaceOf({ seq: timeS, ...place }))).to.deep.equal({ seq: timeS, ...place });
          }
        },
      ),
    );
    expect(() => placeOf({ group: 0, entry: 0xffff })).to.throw(RangeError);
  });

  it("tell whether a subject was born", () => {
    expect(isBorn(NO_WORD)).to.equal(false);
    expect(isBorn(uint(1, 32))).to.equal(true);
  });
});
