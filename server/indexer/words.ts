/**
 * The newest words of subjects, kept from one transaction of the index to the next: a rebuild would otherwise read thousands of them
 * back that it has just written.
 */
import type { Hex } from "../../protocol/history.ts";

export { Words };

/** So many are kept: some 20 MB. */
const MOST = 100_000;

class Words {
  readonly #words = new Map<Hex, Uint8Array>();
  #areAll: boolean;

  /** @param isEmpty nothing has moved yet in the index that they belong to */
  constructor(isEmpty: boolean) {
    this.#areAll = isEmpty;
  }

  /** Whoever is not among them has not moved yet. */
  get areAll(): boolean {
    return this.#areAll;
  }

  get(subject: Hex): Uint8Array | undefined {
    return this.#words.get(subject);
  }

  /** After a transaction that moved them has ended well. */
  keep(moved: ReadonlyMap<Hex, Uint8Array>): void {
    for (const [subject, word] of moved) {
      // Whoever moved last is kept longest.
      this.#words.delete(subject);
      this.#words.set(subject, word);
    }
    for (const subject of this.#words.keys()) {
      if (this.#words.size <= MOST) break;
      this.#words.delete(subject);
      this.#areAll = false;
    }
  }
}
