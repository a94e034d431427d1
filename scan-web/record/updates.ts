/**
 * The page's side of the worker: registers it, and tells when a newer version of the app lies ready. Nothing is changed under somebody's
 * hands: the newer one comes with the next opening, or when it is asked for.
 */
export type { Updates };
export { openUpdates };

interface Updates {
  /** Whether a newer version waits. */
  isReady(): boolean;
  /** Called when one does. */
  onReady(listener: () => void): void;
  /** Takes the newer version: this and every other page of the recorder is loaded again. Drafts are on disk at every step. */
  take(): void;
  /** Asks the server for a newer version. */
  look(): Promise<void>;
}

/** Null where the browser has no workers: plain http, some private tabs. @param script what the page's policy takes as a script's address */
async function openUpdates(script: string): Promise<Updates | null> {
  const workers = (navigator as Partial<Navigator>).serviceWorker;
  if (workers === undefined) return null;
  let isAsked = false;
  const listeners = new Set<() => void>();
  // The first worker of all takes charge too; that is no reason to load the page again.
  const hadOne = workers.controller !== null;
  workers.addEventListener("controllerchange", () => {
    if (hadOne || isAsked) location.reload();
  });
  const registration = await workers.register(script, { scope: "/record/", updateViaCache: "none" });
  const isReady = () => registration.waiting !== null && registration.active !== null;
  const tell = () => {
    if (isReady()) for (const listener of listeners) listener();
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", tell);
  });
  return {
    isReady,
    onReady(listener) {
      listeners.add(listener);
      if (isReady()) listener();
    },
    take() {
      isAsked = true;
      registration.waiting?.postMessage("update");
    },
    async look() {
      // Without a network there is nothing newer.
      await registration.update().catch(() => {});
    },
  };
}
