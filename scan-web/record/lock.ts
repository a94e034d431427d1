/** Web Locks: they are let go when their tab is killed, and hold among all tabs and the worker. Practice has locks of its own. */

export { lockName, tryAlone, withLock };

type Lock = "write" | "sync";

/** `write`: who changes the database. `sync`: who looks at the server. */
function lockName(what: Lock, isPractice: boolean): string {
  return `furrow-${what}${isPractice ? "-practice" : ""}`;
}

/** Waits for its turn. Never call it for the same lock inside itself. */
async function withLock<Result>(what: Lock, isPractice: boolean, work: () => Promise<Result>): Promise<Result> {
  return await navigator.locks.request(lockName(what, isPractice), work);
}

/** Null: somebody else is at it. */
async function tryAlone<Result>(what: Lock, isPractice: boolean, work: () => Promise<Result>): Promise<Result | null> {
  const held = (lock: Held) => (lock === null ? Promise.resolve(null) : work());
  return await navigator.locks.request(lockName(what, isPractice), { ifAvailable: true }, held);
}

type Held = Parameters<LockGrantedCallback<unknown>>[0];
