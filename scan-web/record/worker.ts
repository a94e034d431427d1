/**
 * The recorder's service worker, `/record/worker.js`: keeps the shell (keep-shell.ts), and sends what waits when the browser says that there
 * is a network again, with the very engine that the page has. It is a module, so it takes the engine from the very file that the page
 * loads; a phone fetches no line of it twice. Where workers cannot be modules, worker-classic.ts stands in.
 */
import { openDb } from "./db.ts";
import { keepShell, type Lasting } from "./keep-shell.ts";
import type { Kept } from "./page.ts";
import { syncNow } from "./sync.ts";
import { SYNC_TAG } from "./watch.ts";

interface SyncLike extends Lasting {
  readonly tag: string;
}

declare const self: {
  readonly __WB_MANIFEST: readonly Kept[];
  addEventListener(type: "sync", listener: (event: SyncLike) => void): void;
};

const AGAIN_MS = 1_500;

keepShell(self.__WB_MANIFEST);

self.addEventListener("sync", (event) => {
  if (event.tag === SYNC_TAG) event.waitUntil(sendAll());
});

/** Rejects where there was no answer: the browser then tries again by itself, later. */
async function sendAll(): Promise<void> {
  const db = await openDb(false);
  try {
    let told = await syncNow(db);
    // A page that is just being closed may still have had its turn.
    for (let n = 0; n < 3 && told.state === "running"; n++) {
      await new Promise((done) => setTimeout(done, AGAIN_MS));
      told = await syncNow(db);
    }
    if (told.state === "offline") throw new Error("no answer");
  } finally {
    db.close();
  }
}
