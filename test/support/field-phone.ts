/**
 * A farmer's phone, as far as a browser can be one: the recorder as it is served, in a context of its own (360 × 780, touched, a processor six times slower), over
 * whatever line its address leads through. It counts taps, its clock can be set wrong, its tab can be killed at any moment, and its storage cleared by force.
 */
import type { Browser, BrowserContext, CDPSession, Locator, Page } from "playwright-core";
import type { Draft, FileRow, RecordRow, Self } from "../../scan-web/record/model.ts";
import { callControl } from "../../server/control.ts";
import { PHONE } from "./journey.ts";

export type { FieldPhoneOptions, Lang, Told };
export { COOPERATIVE, FieldPhone, invite };

type Lang = "zh-CN" | "en";

interface FieldPhoneOptions {
  readonly lang?: Lang;
  /** How many times slower than this machine's its processor is. */
  readonly throttle?: number;
  /** Without its service worker nothing runs but the page; a clock that is set wrong is set in pages alone. */
  readonly worker?: "allow" | "block";
  /** Pixels of its screen for one of the page's. */
  readonly density?: number;
}

/** What the phone's database says of its records. */
interface Told {
  readonly self: Self | null;
  readonly drafts: readonly Draft[];
  readonly records: readonly RecordRow[];
}

/** What an operator says of an organisation that is to come. Example data. */
const COOPERATIVE = {
  name: { zh: "青山示例合作社", en: "Green Hill example cooperative" },
  ...{ roles: ["producer", "processor", "trader"], registration: null, checked: { en: "made for a test" } },
  ...{ phone: "0571-00000000", example: true },
} as const;

type Given = string | { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };

const SLOWER = 6;
const WAIT_MS = 30_000;
const EMPTY_MS = 12_000;
const MAX_TRIES = 5;
const DOUBLE_TAP_MS = 520;

/** The code of an operator's invitation, as `npm run admit` prints it. @param folder the server's data */
async function invite(folder: string, said: object = COOPERATIVE): Promise<string> {
  const { code } = (await callControl(folder, "invite", { said })) as { readonly code: string };
  return code;
}

class FieldPhone {
  readonly context: BrowserContext;
  readonly address: string;
  readonly lang: Lang;
  /** What its consoles said as errors, and what its policy refused; failed requests are a farmer's daily life. */
  readonly complaints: string[] = [];
  taps = 0;
  #page: Page;
  #session: CDPSession;
  #shiftMs = 0;
  #tappedMs = Number.NEGATIVE_INFINITY;
  #throttle: number;

  private constructor(context: BrowserContext, address: string, options: Required<FieldPhoneOptions>) {
    this.context = context;
    this.address = address;
    this.lang = options.lang;
    this.#throttle = options.throttle;
    // Set by the first opening, before anybody has the phone in hand.
    this.#page = undefined as unknown as Page;
    this.#session = undefined as unknown as CDPSession;
  }

  /** Opens the recorder on a new phone. @param address of the server, or of a line to it */
  static async open(browser: Browser, address: string, options: FieldPhoneOptions = {}): Promise<FieldPhone> {
    const whole = { lang: "zh-CN", throttle: SLOWER, worker: "allow", density: 2, ...options } as const;
    const context = await browser.newContext({
      ...{ viewport: PHONE, deviceScaleFactor: whole.density, locale: whole.lang, timezoneId: "Asia/Shanghai" },
      ...{ hasTouch: true, isMobile: true, serviceWorkers: whole.worker, acceptDownloads: true },
    });
    context.setDefaultTimeout(WAIT_MS);
    const phone = new FieldPhone(context, address, whole);
    await phone.promiseToKeep(browser);
    await phone.wake();
    return phone;
  }

  /** A test's browser is a private one, and would be told so; a farmer's promises to keep what it stores. */
  private async promiseToKeep(browser: Browser): Promise<void> {
    const page = await this.context.newPage();
    const session = await this.context.newCDPSession(page);
    const { targetInfo } = await session.send("Target.getTargetInfo");
    const whole = await browser.newBrowserCDPSession();
    await whole.send("Browser.grantPermissions", {
      permissions: ["durableStorage", "videoCapture", "audioCapture", "clipboardSanitizedWrite"],
      ...{ origin: new URL(this.address).origin, browserContextId: targetInfo.browserContextId ?? "" },
    });
    // The promise lasts as long as this session, which the browser's end ends.
    await page.close();
  }

  get page(): Page {
    return this.#page;
  }

  /** A new tab on the same storage, at an address of the recorder (`#/mine`). */
  async wake(at = "", prepare: (page: Page) => Promise<void> = async () => {}): Promise<void> {
    const page = await this.context.newPage();
    this.#page = page;
    page.on("console", (said) => {
      if (said.type() !== "error" || said.text().includes("Failed to load resource")) return;
      this.complaints.push(said.text());
    });
    page.on("pageerror", (failure) => this.complaints.push(String(failure)));
    this.#session = await this.context.newCDPSession(page);
    await this.#session.send("Emulation.setCPUThrottlingRate", { rate: this.#throttle });
    await page.addInitScript(shiftClock, this.#shiftMs);
    await page.addInitScript(watchDrawing);
    await prepare(page);
    for (let tries = 1; ; tries++) {
      try {
        await page.goto(`${this.address}/record/${at}`, { timeout: EMPTY_MS });
        return void (await page.waitForFunction(isStill, 0, { timeout: EMPTY_MS }));
      } catch (failure) {
        // A line that loses a file of the very first opening leaves an empty page, and whoever sees that loads it again.
        if (tries === MAX_TRIES) throw failure;
      }
    }
  }

  /** How many times slower than this machine's its processor is from now on. */
  async slowDown(times: number): Promise<void> {
    this.#throttle = times;
    await this.#session.send("Emulation.setCPUThrottlingRate", { rate: times });
  }

  /** The tab's process is ended at once, as a phone that needs its memory does it. */
  async kill(): Promise<void> {
    const page = this.#page;
    await this.killOf(page);
  }

  /** Of a page beside the app's. */
  async killOf(page: Page): Promise<void> {
    const session = page === this.#page ? this.#session : await this.context.newCDPSession(page);
    const crashed = new Promise((done) => page.once("crash", done));
    // It answers to nobody any more, to this command neither.
    void session.send("Page.crash").catch(() => {});
    await crashed;
    await page.close();
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  /** The worker has the whole app on the phone, and opens it from now on. */
  async settledIn(): Promise<void> {
    await this.#page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await this.#page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  }

  /** A finger on what is to be seen; resolves when the page has been drawn again. */
  async tap(what: string | Locator): Promise<void> {
    // Two taps within half a second are a double tap, which the app takes for one; nobody reads a page faster.
    const restMs = this.#tappedMs + DOUBLE_TAP_MS - performance.now();
    if (restMs > 0) await new Promise((done) => setTimeout(done, restMs));
    await this.#drawn(() => this.press(what));
  }

  /** A finger on what changes nothing but itself: a key of the pad. */
  async press(what: string | Locator): Promise<void> {
    await this.found(what).tap();
    this.taps++;
    this.#tappedMs = performance.now();
  }

  /** A number on the pad of the question. */
  async digits(text: string): Promise<void> {
    for (const digit of text) await this.press(`quantity-pad button[data-key="${digit}"]`);
  }

  /** Typed on the phone's own keyboard; not counted as taps. */
  async type(what: string | Locator, text: string): Promise<void> {
    await this.found(what).fill(text);
  }

  /** Taken with the phone's own camera, or chosen from its files: one tap on the field. */
  async give(what: string, file: Given): Promise<void> {
    await this.#drawn(() => this.#page.locator(what).setInputFiles(file));
    this.taps++;
  }

  async #drawn(act: () => Promise<void>): Promise<void> {
    const before = await this.#page.evaluate(drawings);
    await act();
    await this.#page.waitForFunction(isStill, before);
  }

  found(what: string | Locator): Locator {
    return typeof what === "string" ? this.#page.locator(what).first() : what;
  }

  /** Waits until an address of the app is shown. */
  async at(address: RegExp): Promise<void> {
    await this.#page.waitForFunction((pattern) => new RegExp(pattern).test(location.hash), address.source);
    await this.#page.waitForFunction(isStill, 0);
  }

  /** As a link in a message, or a code before the camera, opens it. */
  async go(address: string): Promise<void> {
    await this.#page.evaluate((to) => {
      location.hash = to;
    }, address);
    await this.#page.waitForFunction(isStill, 0);
  }

  /** Nothing is drawn any more, wherever an address led in the end. */
  async still(): Promise<void> {
    await this.#page.waitForFunction(isStill, 0);
  }

  /** What can be read on it now. */
  async text(what = "main"): Promise<string> {
    return await this.found(what).innerText();
  }

  /** Joins with a code: its link is opened, as the camera opens it. Resolves on the self-test. */
  async join(code: string): Promise<void> {
    await this.go(`/join/${code}`);
    await this.at(/^#\/self-test$/);
  }

  /** From now on, and when it is opened again: in its pages, not in its worker. Block that where it matters. */
  async setClock(shiftMs: number): Promise<void> {
    this.#shiftMs = shiftMs;
    await this.#page.evaluate(shiftClock, shiftMs);
  }

  /** The same clock in a page beside the app's. */
  async setClockOf(page: Page): Promise<void> {
    await page.evaluate(shiftClock, this.#shiftMs);
  }

  /** Another language from now on, as in "Me"; the page stays where it is. */
  async speak(lang: Lang): Promise<void> {
    if ((await this.#page.evaluate(() => document.documentElement.lang)) === lang) return;
    await this.#drawn(async () => {
      await this.#page.evaluate(writeLanguage, lang);
      await this.#page.waitForFunction((wanted) => document.documentElement.lang === wanted, lang);
    });
  }

  /** Somebody clears the browser's data, or the browser does. */
  async clearStorage(): Promise<void> {
    const origin = new URL(this.address).origin;
    await this.#session.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
  }

  /** As a phone without a signal knows it: pages and worker alike. */
  async offline(isOffline = true): Promise<void> {
    await this.context.setOffline(isOffline);
  }

  /** Drafts and records as they lie in its database. */
  async told(): Promise<Told> {
    return await this.#page.evaluate(readDatabase);
  }

  async file(cid: string): Promise<Pick<FileRow, "cid" | "mediaType" | "size"> | null> {
    return await this.#page.evaluate(async (name) => {
      const db = await new Promise<IDBDatabase>((done, fail) => {
        const opening = indexedDB.open("furrow");
        opening.onsuccess = () => done(opening.result);
        opening.onerror = () => fail(opening.error ?? new Error("no database"));
      });
      const asked = db.transaction("files").objectStore("files").get(name);
      const found = await new Promise<FileRow | undefined>((done) => {
        asked.onsuccess = () => done(asked.result as FileRow | undefined);
      });
      db.close();
      return found === undefined ? null : { cid: found.cid, mediaType: found.mediaType, size: found.size };
    }, cid);
  }

  /** Until nothing waits to be sent or answered for any more. @param everyMs  the person looks at the phone again so often */
  async settled(withinMs = 120_000, everyMs = 300): Promise<Told> {
    const untilMs = performance.now() + withinMs;
    for (;;) {
      const told = await this.told();
      const open = told.records.filter(({ state }) => state === "saved" || state === "going");
      if (open.length === 0) return told;
      if (performance.now() > untilMs) {
        const states = open.map(({ order, work, state, why }) => `${order} ${work} ${state} ${why?.type ?? ""}`);
        throw new Error(
          `${open.length} of ${told.records.length} records are not settled: ${states.slice(0, 5).join("; ")}`,
        );
      }
      // A farmer who waits for it does not wait for a back-off of minutes.
      await this.#page.evaluate(() => dispatchEvent(new Event("online")));
      await new Promise((done) => setTimeout(done, everyMs));
    }
  }
}

interface Drawing {
  /** How often the page was drawn, and for which address last. */
  drawing?: { count: number; address: string };
}

/** In the page, from its beginning. */
function watchDrawing(): void {
  const drawing = { count: 0, address: "" };
  (globalThis as Drawing).drawing = drawing;
  new MutationObserver((changes) => {
    if (!changes.some(({ target }) => target instanceof Element && target.id === "main")) return;
    if (document.querySelector("main h1") === null) return;
    drawing.count++;
    drawing.address = location.hash;
  }).observe(document, { childList: true, subtree: true });
}

/** In the page. */
function drawings(): number {
  return (globalThis as Drawing).drawing?.count ?? 0;
}

/** In the page: it was drawn since, for the address that stands there, and no act goes on. */
function isStill(before: number): boolean {
  const { drawing } = globalThis as Drawing;
  return (
    drawing !== undefined &&
    drawing.count > before &&
    drawing.address === location.hash &&
    document.querySelector("main[aria-busy]") === null
  );
}

/** In the page: its clock is another one's from now on. */
function shiftClock(shiftMs: number): void {
  const place = globalThis as { shownClock?: { shiftMs: number } };
  if (place.shownClock !== undefined) {
    place.shownClock.shiftMs = shiftMs;
    return;
  }
  const clock = { shiftMs };
  place.shownClock = clock;
  const Real = Date;
  const now = (): number => Real.now() + clock.shiftMs;
  globalThis.Date = new Proxy(Real, {
    construct: (target, args: [], made: typeof Date) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, made === globalThis.Date ? target : made) as Date,
    apply: () => new Real(now()).toString(),
    get: (target, name) => (name === "now" ? now : (Reflect.get(target, name) as unknown)),
  });
}

/** In the page. */
async function writeLanguage(lang: string): Promise<void> {
  const db = await new Promise<IDBDatabase>((done, fail) => {
    const opening = indexedDB.open("furrow");
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => fail(opening.error ?? new Error("no database"));
  });
  const all = db.transaction("kept", "readwrite");
  const asked = all.objectStore("kept").get("settings");
  await new Promise((done) => {
    asked.onsuccess = () => {
      all.objectStore("kept").put({ ...(asked.result as object), lang }, "settings");
    };
    all.oncomplete = done;
  });
  db.close();
  const channel = new BroadcastChannel("furrow-changed");
  channel.postMessage(null);
  channel.close();
}

/** In the page: nothing of the product stands between the test and what is on disk. */
async function readDatabase(): Promise<Told> {
  const db = await new Promise<IDBDatabase>((done, fail) => {
    const opening = indexedDB.open("furrow");
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => fail(opening.error ?? new Error("no database"));
  });
  try {
    if (db.objectStoreNames.length === 0) return { self: null, drafts: [], records: [] };
    const all = db.transaction(["kept", "drafts", "records"]);
    const got = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((done, fail) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => fail(request.error ?? new Error("not read"));
      });
    const [self, drafts, records] = await Promise.all([
      got(all.objectStore("kept").get("self") as IDBRequest<Self | undefined>),
      got(all.objectStore("drafts").getAll() as IDBRequest<Draft[]>),
      got(all.objectStore("records").getAll() as IDBRequest<RecordRow[]>),
    ]);
    return { self: self ?? null, drafts, records: records.sort((one, other) => one.order - other.order) };
  } finally {
    db.close();
  }
}
