/**
 * The page's side of the worker: registers it, and tells when a newer version of the app lies ready. Nothing is changed under somebody's
 * hands: the newer one comes with the next opening, or when it is asked for.
 */
export type { Updates, WorkerScripts };
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

/** What the page's policy takes as scripts' addresses. `classic` is for browsers whose workers cannot be modules. */
interface WorkerScripts {
  readonly module: string;
  readonly classic: string;
}

/** Null where the browser has no workers: plain http, some private tabs. */
async function openUpdates(scripts: WorkerScripts): Promise<Updates | null> {
  const workers = (navigator as Partial<Navigator>).serviceWorker;
  if (workers === undefined) return null;
  const listeners = new Set<() => void>();
  // The first worker of all takes charge too; that is no reason to load the page again.
  let hadOne = workers.controller !== null;
  workers.addEventListener("controllerchange", () => {
    if (hadOne) location.reload();
    hadOne = true;
  });
  const registration = await registered(workers, scripts);
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
      registration.waiting?.postMessage("update");
    },
    async look() {
      // Without a network there is nothing newer.
      await registration.update().catch(() => {});
    },
  };
}

/**
 * A browser that knows no modules in workers refuses that one, and so does one without a network that has none yet: the other is then refused, too.
 * `imports`: the engine is named by its content, so the copy that the page has fetched will do; the worker itself is always asked for.
 */
async function registered(workers: ServiceWorkerContainer, scripts: WorkerScripts): Promise<ServiceWorkerRegistration> {
  const options = { scope: "/record/", updateViaCache: "imports" } as const;
  return await workers
    .register(scripts.module, { ...options, type: "module" })
    .catch(() => workers.register(scripts.classic, options));
}
