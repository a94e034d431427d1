/**
 * Logs against heads (docs/ledger.md §10.2–5): every move in order and explained by a signed group, the words folded again from
 * birth, the last one equal to the head on chain. A bare move, which certificates' logs may have for touches, is folded and not read. Pure.
 */
import { bytesOf, equalBytes, type Hex } from "../bytes.ts";
import { birthWord, derivedWord, moveWord, wordSeq } from "../fold.ts";
import type { Primitives } from "../sign.ts";
import type { CheckedBatch, CheckedGroup } from "./batches.ts";
import { type Maker, organisationOf, type Touched, touchesOf } from "./graph.ts";
import type { AuthorFault, Organisations } from "./keys.ts";
import type { OpenedHistory, OpenHeads, OpenLog, OpenMove } from "./open.ts";
import type { Findings } from "./findings.ts";
import { parts } from "./together.ts";

export type { CheckedLog, CheckedMove };
export { checkLogs };

/** `bare` only where it may be so: then `proof` and `found` are null, and it is ok as far as the log folds to its head. */
interface CheckedMove extends OpenMove {
  readonly proof: CheckedBatch | null;
  readonly found: CheckedGroup | null;
  /** In order, explained by bytes of a signed batch of the ledger. */
  ok: boolean;
}

interface CheckedLog {
  readonly id: Hex;
  readonly moves: readonly CheckedMove[];
  /** After each move; empty where the birth cannot be recomputed. */
  readonly words: readonly Uint8Array[];
  /** Its words end in the head: nothing in it was altered. */
  readonly folds: boolean;
  /** Whole, in order, signed, and folded to the head. */
  readonly ok: boolean;
  /** Moves that the head has beyond the log. */
  readonly missing: number;
}

interface Parts {
  readonly primitives: Primitives;
  readonly history: OpenedHistory;
  readonly heads: OpenHeads;
  readonly batches: ReadonlyMap<Hex, CheckedBatch>;
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly organisations: Organisations;
  readonly findings: Findings;
  readonly onMove: (log: Hex, move: CheckedMove) => void;
}

async function checkLogs(parts: Parts): Promise<Map<Hex, CheckedLog>> {
  const checking = new Checking(parts);
  for (const id of parts.history.logs.keys()) await checking.log(id);
  return checking.done;
}

interface Asked {
  /** By the entry that the move names; none where it names none. */
  readonly touched: readonly Touched[];
  readonly fault: AuthorFault | null;
}

/** The word before the first move, as far as it can be recomputed. */
interface BirthFound {
  readonly word?: Uint8Array;
  /** It rests on nothing that does not hold itself. */
  readonly sure: boolean;
  /** What is wrong with it was told here. */
  readonly told: boolean;
}

const NO_BIRTH: BirthFound = { sure: false, told: false };

class Checking {
  readonly done = new Map<Hex, CheckedLog>();
  readonly #parts: Parts;
  /** On the way down to the inputs: a log that comes back to itself is no history. */
  readonly #open = new Set<Hex>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async log(id: Hex): Promise<CheckedLog | null> {
    const known = this.done.get(id);
    const log = this.#parts.history.logs.get(id);
    if (known !== undefined || log === undefined || this.#open.has(id)) return known ?? null;
    this.#open.add(id);
    const checked = await this.#check(log);
    this.#open.delete(id);
    this.done.set(id, checked);
    return checked;
  }

  async #check(log: OpenLog): Promise<CheckedLog> {
    const { findings, heads, onMove } = this.#parts;
    const birth = await this.#birth(log);
    const words: Uint8Array[] = [];
    const moves: CheckedMove[] = [];
    // Told by its place already: then a head that differs is the same fact once more.
    let located = !birth.sure;
    let inOrder = true;
    const order = new Order();
    for (const part of parts(log.moves)) {
      const resolved = part.map((move) => this.#resolve(log.id, move));
      // The words are a chain; what else takes time is done beside it, and told afterwards in the order of the moves.
      const [asked] = await Promise.all([
        Promise.all(resolved.map((move) => this.#ask(move))),
        this.#fold(words, birth.word, resolved, moves.length),
      ]);
      for (const [n, checked] of resolved.entries()) {
        moves.push(checked);
        const seq = moves.length;
        const fault = order.fault(checked);
        if (fault !== null) {
          findings.once(log.id, "move-out-of-order", at(log.id, checked, seq), {
            expected: fault.expected,
            found: checked.seq,
          });
          inOrder = false;
        }
        const allowed = this.#allowed(log.id, part[n], checked, seq);
        const explained = allowed && this.#explained(log.id, checked, seq, asked[n]?.touched ?? []);
        const authored = this.#authored(log.id, checked, seq, asked[n]?.fault ?? null);
        const born = seq > 1 || !birth.told;
        checked.ok = explained && authored && born && (fault === null || fault.gap);
        if (fault !== null || !explained) located = true;
        onMove(log.id, checked);
      }
    }
    // An organisation's log may be empty: its word is that of its birth.
    const [head, last] = [heads.words.get(log.id), words.at(-1) ?? birth.word];
    const missing = this.#againstHead(log, {
      moves,
      last: words.length === moves.length ? last : undefined,
      located,
      inOrder,
    });
    // A word that folds to the head proves all that it was folded from, the inputs' words at birth included.
    const folds = head !== undefined && last !== undefined && words.length === moves.length && equalBytes(last, head);
    // Nothing but the head speaks for what was not read.
    if (!folds) for (const move of moves) if (move.bare !== null) move.ok = false;
    return { id: log.id, moves, words, folds, ok: folds && moves.every(({ ok }) => ok), missing };
  }

  #resolve(id: Hex, move: OpenMove): CheckedMove {
    const proof = this.#parts.batches.get(move.batch) ?? null;
    const found = proof?.checked.get(move.group) ?? null;
    const isCertificate = this.#parts.makers.get(id)?.entry.name === "CERTIFY";
    // What others wrote of it may be left unread, and nothing that this history shows itself.
    if (move.bare !== null && isCertificate && move.entry !== null && found === null)
      return { ...move, proof: null, found: null, ok: true };
    return { ...move, bare: null, proof, found, ok: true };
  }

  /** Bare only where it may be. */
  #allowed(id: Hex, given: OpenMove | undefined, checked: CheckedMove, seq: number): boolean {
    if (given === undefined || given.bare === null || checked.bare !== null) return true;
    this.#parts.findings.add("malformed-entry", at(id, checked, seq), { reason: "bare" });
    return false;
  }

  /** What must be computed before a move can be judged. */
  async #ask({ proof, found, entry }: CheckedMove): Promise<Asked> {
    const { organisations, primitives } = this.#parts;
    if (proof === null) return { touched: [], fault: null };
    const [touched, fault] = await Promise.all([
      found === null || entry === null ? [] : touchesOf(primitives, proof, found, entry),
      organisations.authorFault(proof),
    ]);
    return { touched, fault };
  }

  /** Adds the words after `moves`, up to the first that cannot be recomputed. */
  async #fold(
    words: Uint8Array[],
    birth: Uint8Array | undefined,
    moves: readonly CheckedMove[],
    before: number,
  ): Promise<void> {
    if (words.length < before) return;
    for (const { bare, proof, found, batch, group, entry } of moves) {
      const word = words.at(-1) ?? birth;
      const stamp = (bare ?? proof)?.stampBytes;
      const leaf = (bare ?? found)?.leaf;
      if (word === undefined || stamp === undefined || leaf === undefined) return;
      const by = { batch: bytesOf(batch), stamp, leaf, group, entry };
      words.push(await moveWord(this.#parts.primitives, word, by));
    }
  }

  /** A group that lies in its batch, and an entry of it that moves this subject. */
  #explained(id: Hex, move: CheckedMove, seq: number, touched: readonly Touched[]): boolean {
    const { findings } = this.#parts;
    const where = at(id, move, seq);
    const key = `${move.batch} ${move.group}`;
    const { bare, proof, found } = move;
    if (bare !== null) return true;
    if (proof === null || found === null) {
      findings.once(key, "group-not-in-batch", where, { reason: "not-there" });
      return false;
    }
    if (!found.inBatch) {
      findings.once(key, "group-not-in-batch", where, { reason: "other-bytes" });
      return false;
    }
    if (found.group === null) {
      findings.once(key, "malformed-entry", where);
      return false;
    }
    const named = move.entry === null ? found.subject === id : touched.some((touch) => touch.id === id);
    if (!named) findings.add("touch-unexplained", where, { by: found.subject ?? "" });
    return named;
  }

  /** Emitted by the ledger, and signed by a key that could. */
  #authored(id: Hex, { proof, ...move }: CheckedMove, seq: number, fault: AuthorFault | null): boolean {
    if (proof === null) return move.bare !== null;
    const { findings } = this.#parts;
    const where = at(id, move, seq);
    if (proof.foreign) findings.once(proof.hash, "log-foreign", where, { emitter: proof.emitter ?? "" });
    if (fault !== null) findings.once(proof.hash, fault.code, where, fault.detail);
    return !proof.foreign && fault === null;
  }

  async #birth(log: OpenLog): Promise<BirthFound> {
    const { findings, history, makers, primitives } = this.#parts;
    if (history.deployment === null) return NO_BIRTH;
    const { chainId, ledger } = history.deployment;
    const first = log.moves[0];
    const where = first === undefined ? { subject: log.id } : at(log.id, first, 1);

    const maker = makers.get(log.id);
    if (organisationOf(log.id) !== null || maker?.inputs.length === 0) {
      const word = await birthWord(primitives, { chainId, ledger, subject: log.bytes });
      return { word, sure: true, told: false };
    }
    if (maker === undefined) {
      // Without bytes there is nothing to look at: told as group-not-in-batch, malformed-entry or entry-missing.
      const found = first === undefined ? null : this.#resolve(log.id, first).found;
      const readable = found !== null && found.inBatch && found.group !== null;
      if (readable) findings.add("birth-mismatch", where, { reason: "no-making-entry" });
      return { ...NO_BIRTH, told: readable };
    }
    const inputs: { id: Uint8Array; word: Uint8Array }[] = [];
    let sure = true;
    for (const id of maker.inputs) {
      const input = await this.log(id);
      const word = input?.words[input.moves.findIndex((move) => madeBy(maker, move))];
      if (input === null || word === undefined) {
        // Where the input's own log is at fault, that is told there.
        const absent = input === null || input.moves.length === 0;
        const told = absent || input.folds;
        const reason = absent ? "input-without-log" : "input-not-touched";
        if (told) findings.add("birth-mismatch", where, { input: id, reason });
        return { ...NO_BIRTH, told };
      }
      if (!input.folds) sure = false;
      inputs.push({ id: bytesOf(id), word });
    }
    return { word: await derivedWord(primitives, log.bytes, inputs), sure, told: false };
  }

  /** How many moves the head has beyond the log. */
  #againstHead(
    log: OpenLog,
    found: {
      readonly moves: readonly CheckedMove[];
      /** The word after all of them, where it could be folded. */
      readonly last: Uint8Array | undefined;
      readonly located: boolean;
      readonly inOrder: boolean;
    },
  ): number {
    const { findings, heads, history } = this.#parts;
    const { moves, last, located, inOrder } = found;
    const where = { subject: log.id };
    const head = heads.words.get(log.id);
    if (head === undefined) {
      findings.add("head-mismatch", where, { reason: "no-head" });
      for (const move of moves) move.ok = false;
      return 0;
    }
    const [headSeq, claimed] = [wordSeq(head), Math.max(moves.length, moves.at(-1)?.seq ?? 0)];
    const detail = { head: headSeq, log: moves.length, headBlock: heads.block, asOfBlock: history.asOfBlock ?? 0 };
    if (headSeq === 0 && organisationOf(log.id) === null)
      findings.add("birth-mismatch", where, { reason: "not-on-chain" });
    if (headSeq > claimed) findings.add("entry-missing", { ...where, seq: moves.length + 1 }, detail);
    if (headSeq < moves.length && inOrder) {
      const surplus = moves[headSeq];
      findings.add("entry-surplus", surplus === undefined ? where : at(log.id, surplus, headSeq + 1), detail);
      for (const move of moves.slice(headSeq)) move.ok = false;
    }
    const differs = last !== undefined && moves.length === headSeq && !equalBytes(last, head);
    if (differs && !located) {
      findings.add("head-mismatch", { ...where, seq: moves.length }, detail);
      // Which of them was altered cannot be told, so none can count.
      for (const move of moves) move.ok = false;
    }
    return Math.max(0, headSeq - moves.length);
  }
}

function at(subject: Hex, move: OpenMove, seq: number) {
  return { subject, seq, batch: move.batch, group: move.group, entry: move.entry };
}

/** The order of one log's moves. */
class Order {
  #before: CheckedMove | null = null;
  /** Of all moves until now. */
  readonly #batches = new Set<Hex>();

  /**
   * Whether the next move follows those before it: by number, by time, and by its place within its batch. A `gap` says that
   * something is missing before it, not that it is wrong itself.
   */
  fault(move: CheckedMove): { readonly expected: number; readonly gap: boolean } | null {
    const before = this.#before;
    const returns = this.#batches.has(move.batch);
    this.#before = move;
    this.#batches.add(move.batch);
    const expected = (before?.seq ?? 0) + 1;
    if (move.seq > expected) return { expected, gap: true };
    if (move.seq < expected) return { expected, gap: false };
    if (before === null) return null;
    if (move.batch === before.batch) return placed(move) > placed(before) ? null : { expected, gap: false };
    // The rest of a batch cannot come after another batch, and blocks' times and numbers never fall.
    return returns || earlier(move, before) ? { expected, gap: false } : null;
  }
}

/** Order within a batch: groups in order, in each its entries, then its own move. */
function placed({ group, entry }: OpenMove): number {
  return group * 0x10000 + (entry ?? 0xffff);
}

/** By the blocks' times and, where both are known, their numbers. */
function earlier(move: CheckedMove, before: CheckedMove): boolean {
  const [now, then] = [move.bare ?? move.proof, before.bare ?? before.proof];
  if (now === null || then === null) return false;
  if (now.stamp.recordedAtS < then.stamp.recordedAtS) return true;
  return move.proof !== null && before.proof !== null && move.proof.block < before.proof.block;
}

/** Whether this move of an input is the touch by the entry that made the subject. */
function madeBy(maker: Maker, move: OpenMove): boolean {
  return move.batch === maker.batch.hash && move.group === maker.groupIndex && move.entry === 0;
}
