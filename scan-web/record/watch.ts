/**
 * When an open recorder looks at the server: on opening, when the network or the person comes back, after a saving, and again after a
 * failure or while something is on its way. The worker does the same when the browser wakes it (worker.ts); a lock keeps them apart.
 */
import type { Notebook, SyncTold } from "./notebook.ts";
import { waitMs } from "./pace.ts";

export { SYNC_TAG, watchSync };

/** Background Sync: the browser wakes the worker for it when there is a network again. */
const SYNC_TAG = "furrow-sync";
/** After a saving, for the next record of a row of them. */
const AFTER_SAVING_MS = 3_000;
/** While somebody has it open and nothing is due: what others recorded. */
const IDLE_MS = 10 * 60_000;

/** Looks at once and goes on until the function given back is called. */
function watchSync(notebook: Notebook): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueMs = Number.POSITIVE_INFINITY;
  let isLooking = false;
  let isAskedAgain = false;
  let isStopped = false;
  let failures = 0;
  /** Counts at the end of the last look: a new saving makes one of them larger. */
  let saved = 0;

  async function look(): Promise<void> {
    // Also where another look goes on: what is due was asked for, and a time that is past would hold up every later one.
    dueMs = Number.POSITIVE_INFINITY;
    if (isLooking) {
      isAskedAgain = true;
      return;
    }
    isLooking = true;
    isAskedAgain = false;
    clearTimeout(timer);
    const told = await notebook.sync();
    const counts = await notebook.counts();
    isLooking = false;
    saved = counts.saved;
    failures = told.state === "offline" || counts.going > 0 ? failures + 1 : 0;
    if (counts.saved > 0) await askToBeWoken();
    if (isAskedAgain) atMost(0);
    else atMost(nextMs(told, failures));
  }

  /** Looks after so long, unless it is to look sooner anyway. */
  function atMost(ms: number): void {
    if (isStopped || performance.now() + ms >= dueMs) return;
    dueMs = performance.now() + ms;
    clearTimeout(timer);
    timer = setTimeout(() => void look(), ms);
  }

  async function noticed(): Promise<void> {
    const counts = await notebook.counts();
    if (counts.saved > saved) {
      failures = 0;
      atMost(AFTER_SAVING_MS);
    }
    saved = counts.saved;
  }

  const back = () => {
    failures = 0;
    atMost(0);
  };
  const seen = () => {
    if (document.visibilityState === "visible") back();
  };
  const unlisten = notebook.onChange(() => void noticed());
  addEventListener("online", back);
  document.addEventListener("visibilitychange", seen);
  atMost(0);
  return () => {
    isStopped = true;
    clearTimeout(timer);
    unlisten();
    removeEventListener("online", back);
    document.removeEventListener("visibilitychange", seen);
  };
}

function nextMs({ state }: SyncTold, failures: number): number {
  if (state === "running") return waitMs(0, Math.random);
  return failures > 0 ? waitMs(failures, Math.random) : IDLE_MS;
}

/** Where the browser has Background Sync (Chrome and its kin); elsewhere the next opening does it. */
async function askToBeWoken(): Promise<void> {
  const registration = (await navigator.serviceWorker?.getRegistration()) as Wakeable | undefined;
  await registration?.sync?.register(SYNC_TAG).catch(() => {});
}

interface Wakeable {
  readonly sync?: { register(tag: string): Promise<void> };
}
