/** Words of subjects as the chain's log gives them: folded from their birth, which rests on the words of what they were made from. */
import { decodeGroup } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { birthWord, derivedWord, moveWord } from "../../protocol/fold.ts";
import type { Deployment, Hex } from "../../protocol/history.ts";
import { kindByNumber } from "../../protocol/kinds/all.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Primitives } from "../../protocol/sign.ts";
import type { ChainLog } from "./chain-log.ts";

export { Words };

class Words {
  readonly #primitives: Primitives;
  readonly #log: ChainLog;
  readonly #deployment: Deployment;
  readonly #births = new Map<Hex, Uint8Array | null>();
  readonly #words = new Map<Hex, readonly Uint8Array[]>();

  constructor(primitives: Primitives, log: ChainLog, deployment: Deployment) {
    this.#primitives = primitives;
    this.#log = log;
    this.#deployment = deployment;
  }

  /** The word before the first move. Null where the log has not what it rests on, or makes no sense. */
  async birthOf(id: Hex): Promise<Uint8Array | null> {
    const known = this.#births.get(id);
    if (known !== undefined) return known;
    // On the way down to the inputs: what comes from itself was never born.
    this.#births.set(id, null);
    const found = await this.#birth(id);
    this.#births.set(id, found);
    return found;
  }

  async #birth(id: Hex): Promise<Uint8Array | null> {
    const [first] = this.#log.movesOf(id);
    const place = first === undefined ? null : await this.#log.placeOf(first);
    const inputs = place === null ? null : inputsOf(place.bytes);
    if (first === undefined || inputs === null) return null;
    const { chainId, ledger } = this.#deployment;
    if (inputs.length === 0) {
      const of = { chainId: BigInt(chainId), ledger: bytesOf(ledger), subject: bytesOf(id) };
      return birthWord(this.#primitives, of);
    }
    const words: { id: Uint8Array; word: Uint8Array }[] = [];
    for (const input of inputs) {
      const at = this.#log
        .movesOf(input)
        .findIndex(({ batch, group, entry }) => batch === first.batch && group === first.group && entry === 0);
      const word = (await this.#wordsOf(input))[at];
      if (word === undefined) return null;
      words.push({ id: bytesOf(input), word });
    }
    return derivedWord(this.#primitives, bytesOf(id), words);
  }

  /** After each move; as many as can be folded. */
  async #wordsOf(id: Hex): Promise<readonly Uint8Array[]> {
    const known = this.#words.get(id);
    if (known !== undefined) return known;
    const words: Uint8Array[] = [];
    let word = await this.birthOf(id);
    for (const move of this.#log.movesOf(id)) {
      const place = word === null ? null : await this.#log.placeOf(move);
      if (word === null || place === null) break;
      const { group, entry } = move;
      const of = { batch: bytesOf(move.batch), stamp: bytesOf(place.stamp), leaf: place.leaf, group, entry };
      word = await moveWord(this.#primitives, word, of);
      words.push(word);
    }
    this.#words.set(id, words);
    return words;
  }
}

/** From what the first entry of a group makes its subject; null of bytes that are no group. */
function inputsOf(bytes: Hex): readonly Hex[] | null {
  try {
    const [entry] = decodeGroup(bytesOf(bytes)).entries;
    if (entry === undefined) return null;
    const kind = kindByNumber(entry.kind);
    return kind.touches(kind.decodeArgs(entry.args)).map(({ id }) => hexOf(id));
  } catch (cause) {
    if (cause instanceof Problem) return null;
    throw cause;
  }
}
