/**
 * Work beside the follower: documents that the index reads of what it has booked, one after another. What cannot be done yet is tried
 * again, more and more seldom, and told once.
 */
export type { Rounds };
export { startRounds };

interface Rounds {
  /** Says that there may be more to do. */
  wake(): void;
  /** Resolves when everything that is due was tried. */
  idle(): Promise<void>;
  /** Resolves when nothing is done any more. */
  close(): Promise<void>;
}

interface Work<Item> {
  /** In the log, where they cannot be listed: "lists of codes". */
  readonly name: string;
  awaited(): Promise<readonly Item[]>;
  /** By which it is known again. */
  keyOf(item: Item): string;
  /** Null when all went well; else what to say in the log, and whether it is to be tried again. */
  attempt(item: Item): Promise<{ readonly said: string; readonly again: boolean } | null>;
  readonly log: (line: string) => void;
  /** Before something is tried for a second time; each further wait is twice as long. */
  readonly firstRetryMs?: number | undefined;
}

interface Tried {
  readonly times: number;
  readonly nextMs: number;
  readonly said: string;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 300_000;

function startRounds<Item>({ firstRetryMs = FIRST_RETRY_MS, ...work }: Work<Item>): Rounds {
  const { log } = work;
  const tried = new Map<string, Tried>();
  let closed = false;
  let isQueued = false;
  let timer: NodeJS.Timeout | undefined;
  let job: Promise<void> = Promise.resolve();

  function wake(): void {
    if (closed || isQueued) return;
    isQueued = true;
    job = job.then(async () => {
      isQueued = false;
      try {
        await round();
      } catch (cause) {
        log(`index: ${work.name} wait. ${cause instanceof Error ? cause.message : String(cause)}`);
        wakeIn(FIRST_RETRY_MS);
      }
    });
  }

  async function round(): Promise<void> {
    let next = Number.POSITIVE_INFINITY;
    for (const item of await work.awaited()) {
      if (closed) return;
      const key = work.keyOf(item);
      if ((tried.get(key)?.nextMs ?? 0) <= Date.now()) await tryOne(item, key);
      next = Math.min(next, tried.get(key)?.nextMs ?? next);
    }
    if (next < Number.POSITIVE_INFINITY) wakeIn(next - Date.now());
  }

  async function tryOne(item: Item, key: string): Promise<void> {
    const failed = await work.attempt(item);
    const { times, said: before } = tried.get(key) ?? { times: 0, said: "" };
    if (failed !== null && failed.said !== before) log(failed.said);
    if (failed === null || !failed.again) {
      tried.delete(key);
      return;
    }
    const waitMs = Math.min(LAST_RETRY_MS, firstRetryMs * 2 ** times);
    tried.set(key, { times: times + 1, nextMs: Date.now() + waitMs, said: failed.said });
  }

  function wakeIn(milliseconds: number): void {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(wake, Math.max(0, milliseconds));
  }

  return {
    wake,
    idle: () => job,
    async close() {
      closed = true;
      clearTimeout(timer);
      await job;
    },
  };
}
