/**
 * What has to be ended when a server ends, the newest first. One that fails keeps none of the others from ending.
 */
export { Closers };

class Closers {
  readonly #all: (() => unknown)[] = [];

  push(closer: () => unknown): void {
    this.#all.push(closer);
  }

  /** Ends everything once. @throws what the first one threw that failed, after all have had their turn */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let closer = this.#all.pop(); closer !== undefined; closer = this.#all.pop()) {
      try {
        await closer();
      } catch (cause) {
        failures.push(cause);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
