/**
 * Turns: so many pieces of work run at once, the others wait in the order in which they came.
 * What has waited too long is never begun: whoever asked has had an answer by then.
 */
export { Turns };

class Turns {
  readonly #atOnce: number;
  readonly #waitMs: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param waitMs how long one may wait for its turn */
  constructor(atOnce: number, waitMs: number) {
    this.#atOnce = atOnce;
    this.#waitMs = waitMs;
  }

  /** How many wait for theirs. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves with what `work` gives; rejects with what `late` makes when its turn comes too late (null: it never does). */
  async take<T>(work: () => Promise<T>, late: (() => Error) | null): Promise<T> {
    const cameMs = performance.now();
    if (this.#running >= this.#atOnce) await new Promise<void>((go) => this.#waiting.push(go));
    else this.#running++;
    try {
      if (late !== null && performance.now() - cameMs > this.#waitMs) throw late();
      return await work();
    } finally {
      // The place goes to the next one, so nobody who comes in between takes it.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
