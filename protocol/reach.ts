/**
 * How far a recall reaches, provably (docs/ledger.md §5, §6): every use of a subject touches it, so its head commits to where it went. Given
 * the logs of a subject and of all that was made from it, this says what there is, and names what was left out: a consumer without a log,
 * a log that is short of its head.
 *
 * The word that a subject was born with is claimed, for it rests on inputs that a recall has nothing to do with. A false one cannot be
 * found: it has seq 0, and a chain of digests leads from it to the head. Who signed what is `verify`'s to check. Pure.
 */
import { bytesOf, equalBytes, type Hex, isZero } from "./bytes.ts";
import { birthWord, moveWord, wordSeq } from "./fold.ts";
import type { BatchProof, Deployment, KnownBlock, SubjectLog } from "./history.ts";
import { kindByName, type KindName } from "./kinds/all.ts";
import type { Primitives } from "./sign.ts";
import { type CheckedBatch, checkBatches } from "./verify/batches.ts";
import { type Maker, makersOf, touchesOf } from "./verify/graph.ts";
import { fieldsOf, hexText, type OpenedHistory, type OpenLog, openHeads, openHistory } from "./verify/open.ts";
import { Findings } from "./verify/findings.ts";
import { runBooks } from "./verify/label-books.ts";
import type { CheckedLog } from "./verify/logs.ts";
import { type Keeping, lotBooks, takenIn } from "./verify/lot-books.ts";
import type { Heads } from "./verify/report.ts";
import type { LotBooks, RunBooks } from "./verify/report-books.ts";
import { type Tenures, tenuresOf } from "./verify/tenure.ts";

export type { Gap, Reach, Reached, ReachHistory, RecallAnswered };
export { proveReach };

/** As a server or the auditor's command hands it out; nothing here is to be believed until `proveReach` has looked at it. */
interface ReachHistory {
  readonly furrow: 1;
  readonly deployment: Deployment;
  readonly asOf: KnownBlock;
  /** The subject that is recalled, or may be. */
  readonly subject: Hex;
  /** Its log, and those of all that was made from it; and how the products of these began, by which amounts have units. */
  readonly subjects: readonly SubjectLog[];
  /** By subject: the word before its first move. */
  readonly births: Readonly<Record<Hex, Hex>>;
  readonly batches: Readonly<Record<Hex, BatchProof>>;
}

/** Something made from the subject, the subject itself first; nearest first. */
interface Reached {
  readonly id: Hex;
  /** What made it; null where its first entry is not there. */
  readonly kind: KindName | null;
  /** Of what it was made, as far as that is reached itself. */
  readonly from: readonly Hex[];
  readonly holder: number | null;
  readonly atS: number | null;
  /** Of a label run: how many. */
  readonly labels: bigint | null;
  /** Of a lot or consignment: how much there was and what became of it. */
  readonly books: LotBooks | null;
  /** Of a label run: which of its labels are void, and what one of them holds. */
  readonly run: RunBooks | null;
  /** Its log is whole and folds to its head: all that was made from it is here, or named as missing. */
  readonly ok: boolean;
}

/**
 * `not-shown`: something was made from `by`, and its log is not there · `short`: the head has `missing` more moves · `altered`: the log does
 * not lead to the head · `no-head`: none was read.
 */
interface Gap {
  readonly reason: "not-shown" | "short" | "altered" | "no-head";
  readonly subject: Hex;
  readonly by: Hex | null;
  readonly missing: number | null;
}

interface Reach {
  readonly subject: Hex | null;
  readonly reached: readonly Reached[];
  readonly gaps: readonly Gap[];
  /** Nothing was left out: `reached` is all of it. */
  readonly whole: boolean;
  /** Recalls of the subject, lifted ones and drills included, in the order of its log. */
  readonly recalls: readonly RecallAnswered[];
}

interface RecallAnswered {
  /** The move of the subject that carries it. */
  readonly seq: number;
  readonly organisation: number;
  readonly capacity: number;
  readonly drill: boolean;
  readonly atS: number;
  /** The first answer (ACKNOWLEDGE) for each subject that it reached. Whoever has none of it may answer as well, and is not among them. */
  readonly acknowledged: readonly { readonly organisation: number; readonly subject: Hex; readonly atS: number }[];
}

const LOTS: readonly KindName[] = ["ORIGIN", "HARVEST", "TRANSFORM", "SHIP"];

/** Throws nothing for bad data: whatever is wrong is a gap. */
async function proveReach(history: ReachHistory, heads: Heads, primitives: Primitives): Promise<Reach> {
  const given = openHistory(history);
  const subject = hexText(fieldsOf(history)?.subject, 32);
  const { words } = openHeads(heads);
  const batches = await checkBatches(primitives, given);
  const { makers } = await makersOf(primitives, given, batches);
  const births = birthsOf(fieldsOf(history)?.births);
  const walk = new Walk({ primitives, given, batches, makers, births, words });
  await walk.from(subject);
  const log = subject === null ? undefined : given.logs.get(subject);
  return {
    subject,
    reached: walk.reached,
    gaps: walk.gaps,
    whole: subject !== null && walk.gaps.length === 0,
    recalls: log === undefined ? [] : recallsIn(log, batches, new Set(walk.reached.map(({ id }) => id))),
  };
}

interface Parts {
  readonly primitives: Primitives;
  readonly given: OpenedHistory;
  readonly batches: ReadonlyMap<Hex, CheckedBatch>;
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly births: ReadonlyMap<Hex, Uint8Array>;
  readonly words: ReadonlyMap<Hex, Uint8Array>;
}

class Walk {
  readonly reached: Reached[] = [];
  readonly gaps: Gap[] = [];
  readonly #parts: Parts;
  readonly #tenures: Tenures;
  readonly #logs: ReadonlyMap<Hex, CheckedLog>;
  readonly #keeping: Keeping;

  constructor(parts: Parts) {
    const { given, batches, makers } = parts;
    this.#parts = parts;
    this.#tenures = tenuresOf(given.logs, batches, makers);
    this.#logs = new Map([...given.logs.values()].map((log) => [log.id, asRead(log, batches)]));
    // What the ledger's rules would have refused is `verify`'s to name.
    this.#keeping = { makers, tenures: this.#tenures, findings: new Findings(), taken: takenIn(this.#logs) };
  }

  async from(subject: Hex | null): Promise<void> {
    const found = new Map<Hex, Hex | null>();
    if (subject !== null) found.set(subject, null);
    // A map is walked to its end, what is added on the way included.
    for (const [id, by] of found) {
      const log = this.#parts.given.logs.get(id);
      if (log === undefined || log.moves.length === 0) {
        this.gaps.push({ reason: "not-shown", subject: id, by, missing: null });
        continue;
      }
      const ok = await this.#folds(log);
      const { makers } = this.#parts;
      const maker = makers.get(id);
      this.reached.push({
        ...{ id, kind: maker?.entry.name ?? null, holder: this.#tenures.now(id).holder },
        from: (maker?.inputs ?? []).filter((input) => found.has(input)),
        atS: maker?.batch.stamp.recordedAtS ?? null,
        labels: maker?.entry.name === "LABEL" ? maker.entry.args.count : null,
        ...this.#booksOf(id, maker),
        ok,
      });
      for (const consumer of await this.#consumersOf(log)) if (!found.has(consumer)) found.set(consumer, id);
    }
  }

  #booksOf(id: Hex, maker: Maker | undefined): Pick<Reached, "books" | "run"> {
    const log = this.#logs.get(id);
    const entry = maker?.entry;
    if (log === undefined || entry === undefined) return { books: null, run: null };
    return {
      books: LOTS.includes(entry.name) ? lotBooks(this.#keeping, log, entry) : null,
      run: entry.name === "LABEL" ? runBooks(this.#keeping, log, entry) : null,
    };
  }

  async #folds({ id, moves, bytes }: OpenLog): Promise<boolean> {
    const { given, births, batches, primitives, words, makers } = this.#parts;
    const head = words.get(id);
    if (head === undefined) return this.#gap("no-head", id, null);
    const short = wordSeq(head) - moves.length;
    if (short > 0) return this.#gap("short", id, short);
    let word = births.get(id);
    if (word === undefined && makers.get(id)?.inputs.length === 0 && given.deployment !== null) {
      const { chainId, ledger } = given.deployment;
      word = await birthWord(primitives, { chainId, ledger, subject: bytes });
    }
    if (word === undefined || wordSeq(word) !== 0) return this.#gap("altered", id, null);
    for (const { batch: hash, group, entry } of moves) {
      const batch = batches.get(hash);
      const found = batch?.checked.get(group);
      if (batch === undefined || found?.inBatch !== true) return this.#gap("altered", id, null);
      const { stampBytes: stamp, hashBytes } = batch;
      word = await moveWord(primitives, word, { batch: hashBytes, stamp, leaf: found.leaf, group, entry });
    }
    return equalBytes(word, head) || this.#gap("altered", id, null);
  }

  #gap(reason: Gap["reason"], subject: Hex, missing: number | null): false {
    this.gaps.push({ reason, subject, by: null, missing });
    return false;
  }

  /** What was made from a subject, in the order of its log. Bytes that are not the signed ones name nothing. */
  async #consumersOf({ id, moves }: OpenLog): Promise<readonly Hex[]> {
    const { batches, primitives } = this.#parts;
    const found: Hex[] = [];
    for (const { batch: hash, group, entry } of moves) {
      const batch = batches.get(hash);
      const by = batch?.checked.get(group);
      const name = entry === null ? undefined : by?.entries[entry]?.name;
      if (batch === undefined || by?.inBatch !== true || by.subject === null || entry === null) continue;
      if (name === undefined || !kindByName(name).making) continue;
      const touched = await touchesOf(primitives, batch, by, entry);
      // A further output is touched by what made it, and is no input of it.
      if (touched.some((touch) => touch.id === id && touch.born)) continue;
      found.push(by.subject, ...touched.flatMap((touch) => (touch.born ? touch.id : [])));
    }
    return found;
  }
}

/** What a log's signed bytes say; whether it leads to its head is told beside it. */
function asRead({ id, moves }: OpenLog, batches: ReadonlyMap<Hex, CheckedBatch>): CheckedLog {
  const read = moves.map((move) => {
    const proof = batches.get(move.batch) ?? null;
    const found = proof?.checked.get(move.group) ?? null;
    return { ...move, proof, found, ok: found?.inBatch === true };
  });
  return { id, moves: read, words: [], folds: false, ok: false, missing: 0 };
}

function recallsIn(
  { moves }: OpenLog,
  batches: ReadonlyMap<Hex, CheckedBatch>,
  reached: ReadonlySet<Hex>,
): readonly RecallAnswered[] {
  const found: (RecallAnswered & { readonly acknowledged: { organisation: number; subject: Hex; atS: number }[] })[] =
    [];
  for (const [n, { batch: hash, group, entry: touching }] of moves.entries()) {
    const batch = batches.get(hash);
    const by = batch?.checked.get(group);
    if (batch === undefined || by?.inBatch !== true || by.subject === null) continue;
    const { organisation, recordedAtS: atS } = batch.stamp;
    const { subject } = by;
    for (const [place, entry] of by.entries.entries()) {
      if (touching === null && entry.name === "RECALL") {
        const { capacity, drill } = entry.args;
        found.push({ seq: n + 1, organisation, capacity, drill, atS, acknowledged: [] });
      }
      if (entry.name !== "ACKNOWLEDGE" || !reached.has(subject)) continue;
      if (touching === null ? !isZero(entry.args.recalled) : touching !== place) continue;
      for (const { seq, acknowledged } of found) {
        const isNew = !acknowledged.some((one) => one.subject === subject);
        if (seq === entry.args.seq && isNew) acknowledged.push({ organisation, subject, atS });
      }
    }
  }
  return found;
}

function birthsOf(value: unknown): ReadonlyMap<Hex, Uint8Array> {
  const births = new Map<Hex, Uint8Array>();
  for (const [id, word] of Object.entries(fieldsOf(value) ?? {})) {
    const [subject, read] = [hexText(id, 32), hexText(word, 32)];
    if (subject !== null && read !== null) births.set(subject, bytesOf(read));
  }
  return births;
}
