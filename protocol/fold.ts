/**
 * The fold: how entries move the words of subjects (docs/ledger.md §5). The ledger, the indexer and every reader do exactly this.
 * Pure: the digest and the words before are passed in. Knows nothing of stocks, holders and roles.
 */
import type { Batch, Group, Header } from "./batch.ts";
import { batchHash, checkNewSubjects, groupLeaves, newIndexes, newSubjectId } from "./batch.ts";
import type { Bytes, Hex } from "./bytes.ts";
import { concat, hexOf, isZero, Reader, uint, utf8 } from "./bytes.ts";
import { kindByNumber } from "./kinds/all.ts";
import { fixed } from "./kinds/kind.ts";
import type { Hashing } from "./merkle.ts";
import { treeRoot } from "./merkle.ts";
import { Problem } from "./problem.ts";

export type { Birth, FoldedBatch, FoldMove, Place, Stamp };
export {
  birthWord,
  derivedWord,
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
};

interface Stamp {
  readonly recorder: Uint8Array;
  readonly organisation: number;
  /** The block's time. */
  readonly recordedAtS: number;
}

/** `entry` is null for the group's own move. */
interface Place {
  readonly group: number;
  readonly entry: number | null;
}

interface FoldMove extends Place {
  readonly subject: Uint8Array;
  /** After the move; the first is 1. */
  readonly seq: number;
  /** After the move. */
  readonly word: Uint8Array;
}

interface Birth {
  readonly subject: Uint8Array;
  readonly word: Uint8Array;
  readonly group: number;
  /** Of which subjects it was derived, in order; none for a plain birth. */
  readonly from: readonly Uint8Array[];
}

interface FoldedBatch {
  readonly hash: Uint8Array;
  readonly leaves: readonly Uint8Array[];
  readonly births: readonly Birth[];
  /** In the order in which the ledger logs them. */
  readonly moves: readonly FoldMove[];
}

const NO_WORD: Uint8Array = new Uint8Array(32);
const OWN_MOVE = 0xffff;
const HEAD_BYTES = 28;
const SEQ_BYTES = 4;

function isBorn(word: Uint8Array): boolean {
  return !isZero(word);
}

function wordSeq(word: Uint8Array): number {
  return new Reader(fixed(word, 32).subarray(HEAD_BYTES)).u32();
}

/** The word of a subject that comes from nothing on this ledger. */
async function birthWord(
  hashing: Hashing,
  { chainId, ledger, subject }: { chainId: bigint; ledger: Uint8Array; subject: Uint8Array },
): Promise<Uint8Array> {
  return wordOf(hashing, concat(utf8("furrow/1"), uint(chainId, 8), fixed(ledger, 20), fixed(subject, 32)), 0);
}

/** The word of a subject made of others: it commits to their words after this entry, and by them to all ancestry. */
async function derivedWord(
  hashing: Hashing,
  subject: Uint8Array,
  inputs: readonly { readonly id: Uint8Array; readonly word: Uint8Array }[],
): Promise<Uint8Array> {
  if (inputs.length === 0) throw new RangeError("a derived subject has at least one input");
  const parts = inputs.flatMap(({ id, word }) => [fixed(id, 32), fixed(word, 32)]);
  return wordOf(hashing, concat(fixed(subject, 32), ...parts), 0);
}

/** One step. `stamp` and `batch` as in the `Accepted` log, `leaf` of the group that moves. */
async function moveWord(
  hashing: Hashing,
  word: Uint8Array,
  by: Place & { readonly batch: Uint8Array; readonly stamp: Uint8Array; readonly leaf: Uint8Array },
): Promise<Uint8Array> {
  const hashed = concat(fixed(word, 32), fixed(by.batch, 32), fixed(by.stamp, 32), fixed(by.leaf, 32), placeOf(by));
  return wordOf(hashing, hashed, wordSeq(word) + 1);
}

async function wordOf(hashing: Hashing, hashed: Uint8Array, seq: number): Promise<Uint8Array> {
  const digest = await hashing.sha256(hashed);
  return concat(digest.subarray(0, HEAD_BYTES), uint(seq, SEQ_BYTES));
}

function stampOf({ recorder, organisation, recordedAtS }: Stamp): Bytes {
  return concat(fixed(recorder, 20), uint(organisation, 4), uint(recordedAtS, 8));
}

function readStamp(bytes: Uint8Array): Stamp {
  const reader = new Reader(bytes, "/stamp");
  const stamp = { recorder: reader.take(20), organisation: reader.u32(), recordedAtS: Number(reader.u64()) };
  reader.done();
  return stamp;
}

function placeOf({ group, entry }: Place): Bytes {
  if (entry === OWN_MOVE) throw new RangeError(`no entry has the number ${OWN_MOVE}`);
  return concat(uint(group, 2), uint(entry ?? OWN_MOVE, 2));
}

function readPlace(bytes: Uint8Array): Place {
  const reader = new Reader(bytes, "/place");
  const [group, entry] = [reader.u16(), reader.u16()];
  reader.done();
  return { group, entry: entry === OWN_MOVE ? null : entry };
}

/** `seqPlace` of the logs: seq u32 ‖ place u32. */
function seqPlaceOf(move: Place & { readonly seq: number }): bigint {
  const [group, entry] = [BigInt(move.group), BigInt(move.entry ?? OWN_MOVE)];
  return (BigInt(move.seq) << 32n) | (group << 16n) | entry;
}

function readSeqPlace(seqPlace: bigint): Place & { readonly seq: number } {
  const bytes = uint(seqPlace, 8);
  return { seq: new Reader(bytes.subarray(0, 4)).u32(), ...readPlace(bytes.subarray(4)) };
}

/**
 * All births and moves that a batch makes, in order. Who has the groups' bytes at hand, as `encodeGroup` writes them, gives their
 * leaves: then they are not written again. `wordBefore` gives a subject's word before the batch (null or zero: it does
 * not exist). Refuses what breaks the fold's own rules: `wrong-subject-id`, `subject-exists`, `subject-unknown`; stocks, holders
 * and roles are the ledger's.
 */
async function foldBatch(
  hashing: Hashing,
  batch: Pick<Batch, "header" | "groups"> & { readonly leaves?: readonly Uint8Array[] },
  by: { readonly organisation: number; readonly recordedAtS: number },
  wordBefore: (subject: Uint8Array) => Promise<Uint8Array | null> | Uint8Array | null,
): Promise<FoldedBatch> {
  const { header, groups } = batch;
  await checkNewSubjects(hashing, header, groups);
  const leaves = batch.leaves ?? (await groupLeaves(hashing, groups));
  const hash = await batchHash(hashing, header, await treeRoot(hashing, leaves));
  const folding = new Folding(
    hashing,
    header,
    { hash, stamp: stampOf({ recorder: header.recorder, ...by }) },
    wordBefore,
  );
  for (const [n, group] of groups.entries()) await folding.group(group, n, leaves[n] ?? NO_WORD);
  return { hash, leaves, births: folding.births, moves: folding.moves };
}

/** The state of one fold: the words as they are by now. */
class Folding {
  readonly births: Birth[] = [];
  readonly moves: FoldMove[] = [];
  readonly #words = new Map<Hex, Uint8Array>();
  readonly #hashing: Hashing;
  readonly #header: Header;
  readonly #by: { readonly hash: Uint8Array; readonly stamp: Uint8Array };
  readonly #wordBefore: Parameters<typeof foldBatch>[3];

  constructor(
    hashing: Hashing,
    header: Header,
    by: { readonly hash: Uint8Array; readonly stamp: Uint8Array },
    wordBefore: Parameters<typeof foldBatch>[3],
  ) {
    this.#hashing = hashing;
    this.#header = header;
    this.#by = by;
    this.#wordBefore = wordBefore;
  }

  async group(group: Group, number: number, leaf: Uint8Array): Promise<void> {
    for (const [n, entry] of group.entries.entries()) {
      const kind = kindByNumber(entry.kind);
      const place = { group: number, entry: n, leaf, at: `/groups/${number}/entries/${n}` };
      const inputs = kind.touches(kind.decodeArgs(entry.args)).map(({ id }) => id);
      for (const id of inputs) await this.#move(id, place);
      if (kind.making) await this.#make(group, inputs, place);
    }
    await this.#move(group.subject, { group: number, entry: null, leaf, at: `/groups/${number}` });
  }

  async #make(group: Group, inputs: readonly Uint8Array[], place: Where): Promise<void> {
    await this.#bear(group.subject, inputs, place);
    for (const index of newIndexes(group).slice(1)) {
      const further = await newSubjectId(this.#hashing, this.#header.recorder, this.#header.nonce, index);
      await this.#bear(further, inputs, place);
      await this.#move(further, place);
    }
  }

  async #bear(subject: Uint8Array, inputs: readonly Uint8Array[], { group, at }: Where): Promise<void> {
    if (isBorn(await this.#word(subject))) throw new Problem("subject-exists", at, `${hexOf(subject)} exists already`);
    const { chainId, ledger } = this.#header;
    const from = await Promise.all(inputs.map(async (id) => ({ id, word: await this.#word(id) })));
    const plain = from.length === 0;
    const word = plain
      ? await birthWord(this.#hashing, { chainId, ledger, subject })
      : await derivedWord(this.#hashing, subject, from);
    this.#words.set(hexOf(subject), word);
    this.births.push({ subject, word, group, from: inputs });
  }

  async #move(subject: Uint8Array, { group, entry, leaf, at }: Where): Promise<void> {
    const before = await this.#word(subject);
    if (!isBorn(before)) throw new Problem("subject-unknown", at, `${hexOf(subject)} does not exist`);
    const { hash: batch, stamp } = this.#by;
    const word = await moveWord(this.#hashing, before, { batch, stamp, leaf, group, entry });
    this.#words.set(hexOf(subject), word);
    this.moves.push({ subject, seq: wordSeq(word), group, entry, word });
  }

  async #word(subject: Uint8Array): Promise<Uint8Array> {
    const hex = hexOf(subject);
    const known = this.#words.get(hex) ?? (await this.#wordBefore(subject)) ?? NO_WORD;
    this.#words.set(hex, known);
    return known;
  }
}

interface Where extends Place {
  readonly leaf: Uint8Array;
  readonly at: string;
}
