/**
 * One request at a time on an upload. Whoever comes second asks the first to end (a phone that comes back may find its own cut-off part
 * still there, for nobody told the server that the line is dead) and waits its turn, without a busy loop.
 */
import type { Lock, Locker, RequestRelease } from "@tus/server";

export { LOCKED, UploadLocks };

/** As tus errors are: status and text. */
const LOCKED = { status_code: 423, body: "another request works on this upload" } as const;

interface Held {
  readonly release: RequestRelease;
  readonly waiting: (() => void)[];
}

class UploadLocks implements Locker {
  readonly #held = new Map<string, Held>();
  readonly #waitMs: number;

  /** @param waitMs after so long it is refused */
  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  newLock(id: string): Lock {
    return {
      lock: (signal, release) => this.#take(id, signal, release),
      unlock: async () => this.#leave(id),
    };
  }

  async #take(id: string, signal: AbortSignal, release: RequestRelease): Promise<void> {
    const deadline = performance.now() + this.#waitMs;
    for (let held = this.#held.get(id); held !== undefined; held = this.#held.get(id)) {
      await held.release();
      if (this.#held.get(id) !== held) continue;
      if (!(await freed(held, signal, deadline - performance.now()))) throw LOCKED;
    }
    this.#held.set(id, { release, waiting: [] });
  }

  #leave(id: string): void {
    const held = this.#held.get(id);
    this.#held.delete(id);
    for (const go of held?.waiting ?? []) go();
  }
}

/** False: it took too long, or whoever waits has left. */
function freed(held: Held, signal: AbortSignal, ms: number): Promise<boolean> {
  if (signal.aborted || ms <= 0) return Promise.resolve(false);
  return new Promise((done) => {
    const end = (isFree: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", left);
      done(isFree);
    };
    const left = () => end(false);
    const timer = setTimeout(left, ms);
    signal.addEventListener("abort", left);
    held.waiting.push(() => end(true));
  });
}
