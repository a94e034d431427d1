/**
 * The recorder's service worker: opens the app without a link (Workbox keeps the shell), and sends what waits when the browser says that
 * there is a network again, with the very engine that the page has. One classic script, `/record/worker.js`.
 *
 * A new version waits until the app is closed, or until somebody taps "update" (updates.ts): a page never runs with the files of another
 * version. What people wrote lies in IndexedDB, which no version of this file removes.
 */
import { cleanupOutdatedCaches, createHandlerBoundToURL, matchPrecache, precacheAndRoute } from "workbox-precaching";
import { openDb } from "./db.ts";
import { syncNow } from "./sync.ts";
import { SYNC_TAG } from "./watch.ts";

/** As much of the worker's own scope as is used here: the pages' types and a worker's cannot stand in one project. */
interface WorkerScope {
  readonly __WB_MANIFEST: readonly { readonly url: string; readonly revision: string | null }[];
  readonly location: Location;
  addEventListener(type: "fetch", listener: (event: FetchLike) => void): void;
  addEventListener(type: "sync", listener: (event: SyncLike) => void): void;
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

interface SyncLike extends Lasting {
  readonly tag: string;
}

interface MessageLike extends Lasting {
  readonly data: unknown;
}

declare const self: WorkerScope;

const SHELL = "/record/";

// A navigation is answered before Workbox looks: `/record/?practice` is the same file, and a phone that is offline gets it too.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode !== "navigate" || new URL(request.url).pathname !== SHELL) return;
  event.respondWith(shell(event));
});
cleanupOutdatedCaches();
precacheAndRoute([...self.__WB_MANIFEST]);
const shellFromCache = createHandlerBoundToURL(SHELL);

async function shell(event: FetchLike): Promise<Response> {
  // Some browsers clear a cache and leave its worker: then the network has to do.
  if ((await matchPrecache(SHELL)) === undefined) return fetch(event.request);
  return shellFromCache({ event, request: event.request, url: new URL(event.request.url) });
}

// The first visit is served by the network; from here on this worker opens what is open, too.
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data === "update") event.waitUntil(self.skipWaiting());
});

self.addEventListener("sync", (event) => {
  if (event.tag === SYNC_TAG) event.waitUntil(sendAll());
});

/** Rejects where there was no answer: the browser then tries again by itself, later. */
async function sendAll(): Promise<void> {
  const db = await openDb(false);
  try {
    const told = await syncNow(db);
    if (told.state === "offline") throw new Error("no answer");
  } finally {
    db.close();
  }
}
