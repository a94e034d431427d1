/**
 * The server's clock, in seconds since 1970: the machine's, or, while the example is being made, the example's own days.
 */

export type { Clock };
export { ExampleClock, machineClock };

type Clock = () => number;

const machineClock: Clock = () => Date.now() / 1000;

/** Goes where its maker sets it, never back, and a second on at each look, so that no block waits for a real second to pass. */
class ExampleClock {
  #nowS: number;
  #isReal = false;

  constructor(fromS: number) {
    this.#nowS = fromS;
  }

  readonly now: Clock = () => {
    if (this.#isReal) return machineClock();
    this.#nowS += 1;
    return this.#nowS;
  };

  /** The time without going on. */
  readonly look: Clock = () => (this.#isReal ? machineClock() : this.#nowS);

  /** A time that is past is let go by: blocks never go back. */
  set(timeS: number): void {
    if (timeS > this.#nowS) this.#nowS = timeS;
  }

  /** From here on the machine's. */
  useMachine(): void {
    this.#isReal = true;
  }
}
