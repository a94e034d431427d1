/**
 * What every worker of the recorder does (worker.ts, worker-classic.ts): Workbox keeps the shell, so that the app opens without a link.
 *
 * A new version waits until the app is closed, or until somebody taps "update" (updates.ts): a page never runs with the files of another
 * version. What people wrote lies in IndexedDB, which no version of these files removes.
 */
import { cleanupOutdatedCaches, createHandlerBoundToURL, matchPrecache, precacheAndRoute } from "workbox-precaching";
import type { Kept } from "./page.ts";

export type { Lasting };
export { keepShell };

/** As much of the worker's own scope as is used here: the pages' types and a worker's cannot stand in one project. */
interface WorkerScope {
  addEventListener(type: "fetch", listener: (event: FetchLike) => void): void;
  addEventListener(type: "message", listener: (event: MessageLike) => void): void;
  addEventListener(type: "activate", listener: (event: Lasting) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
}

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchLike extends Lasting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface MessageLike extends Lasting {
  readonly data: unknown;
}

declare const self: WorkerScope;

const SHELL = "/record/";

/** Call it once, while the worker's script runs for the first time: browsers take listeners at no other moment. */
function keepShell(kept: readonly Kept[]): void {
  // A navigation is answered before Workbox looks: `/record/?practice` is the same file, and a phone that is offline gets it too.
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.mode !== "navigate" || new URL(request.url).pathname !== SHELL) return;
    event.respondWith(shell(event));
  });
  cleanupOutdatedCaches();
  precacheAndRoute([...kept]);
  const shellFromCache = createHandlerBoundToURL(SHELL);

  // The first visit is served by the network; from here on this worker opens what is open, too.
  self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

  self.addEventListener("message", (event) => {
    if (event.data === "update") event.waitUntil(self.skipWaiting());
  });

  async function shell(event: FetchLike): Promise<Response> {
    // Some browsers clear a cache and leave its worker: then the network has to do.
    if ((await matchPrecache(SHELL)) === undefined) return fetch(event.request);
    return shellFromCache({ event, request: event.request, url: new URL(event.request.url) });
  }
}
