import { createServer, request as ask, type Server } from "node:http";
import { expect } from "chai";
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import { SYNC_TAG } from "../../../scan-web/record/watch.ts";
import { launchBrowser } from "../../support/chromium.ts";
import { type Engine, ENGINE_PARTS, joined } from "../../support/engine.ts";
import { bundled } from "../../support/in-browser.ts";
import { startServer, type TestServer } from "../../support/server.ts";

declare const furrow: Engine;

/** A server in front of the real one, that can be away, and can have a newer worker. */
interface Front {
  readonly address: string;
  isAway: boolean;
  /** Appended to the worker: another version for the browser. */
  version: string;
  readonly asked: string[];
  close(): void;
}

async function openFront(target: string): Promise<Front> {
  const server: Server = createServer((request, response) => {
    front.asked.push(`${request.method} ${request.url}`);
    if (front.isAway) {
      request.socket.destroy();
      return;
    }
    const { "if-none-match": _known, ...headers } = { ...request.headers, "accept-encoding": "identity" };
    const passed = ask(target + request.url, { method: request.method ?? "GET", headers }, (answer) => {
      const { "content-length": _length, ...kept } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, kept);
      answer.on("end", () => response.end(request.url === "/record/worker.js" ? front.version : ""));
      answer.pipe(response, { end: false });
    });
    passed.on("error", () => request.socket.destroy());
    request.pipe(passed);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const front: Front = {
    address: `http://localhost:${typeof address === "object" ? address?.port : 0}`,
    ...{ isAway: false, version: "", asked: [] },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return front;
}

describe("The recorder's worker", function () {
  this.timeout(40_000);
  let browser: Browser;
  let server: TestServer;
  let front: Front;
  let parts: string;
  let context: BrowserContext;
  let page: Page;

  before(async () => {
    [browser, server, parts] = await Promise.all([
      launchBrowser(),
      startServer({ pages: true }),
      bundled(ENGINE_PARTS),
    ]);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  beforeEach(async () => {
    front = await openFront(server.address);
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(`${front.address}/record/`);
    await until(() => page.evaluate(() => navigator.serviceWorker.controller !== null));
  });
  afterEach(async () => {
    await context.close();
    front.close();
  });

  const heading = async (of: Page) => {
    await of.waitForSelector("h1");
    return of.locator("h1").first().textContent();
  };

  it("opens the app without a link, by any address of it, with its policy", async () => {
    front.isAway = true;

    for (const address of ["/record/", "/record/?practice", "/record/#/mine"]) {
      const other = await context.newPage();
      const answer = await other.goto(front.address + address);
      expect(await heading(other), address).not.to.equal("");
      expect(answer?.fromServiceWorker() ?? true, address).to.equal(true);
      if (answer !== null)
        expect(await answer.headerValue("content-security-policy")).to.contain("trusted-types furrow");
      await other.close();
    }
  });

  it("opens without a link what the page had not loaded yet, in either language", async () => {
    front.isAway = true;

    for (const [lang, words] of [
      ["zh-CN", ["我的记录", "手机检查"]],
      ["en", ["My records", "Check of this phone"]],
    ] as const) {
      const other = await context.newPage();
      await other.addInitScript((own) => Object.defineProperty(navigator, "languages", { value: [own] }), lang);
      for (const [n, address] of ["/mine", "/self-test"].entries()) {
        await other.goto(`${front.address}/record/#${address}`);
        expect(await heading(other), `${lang} ${address}`).to.equal(words[n]);
        await other.goto("about:blank");
      }
      await other.close();
    }
  });

  it("opens without a link in a browser whose workers cannot be modules", async () => {
    const old = await browser.newContext();
    await old.addInitScript(() => {
      const register = ServiceWorkerContainer.prototype.register;
      ServiceWorkerContainer.prototype.register = function (script, options) {
        if (options?.type === "module") return Promise.reject(new TypeError("type 'module' is not implemented yet"));
        return register.call(this, script, options);
      };
    });
    const phone = await old.newPage();
    await phone.goto(`${front.address}/record/`);
    await until(() => phone.evaluate(() => navigator.serviceWorker.controller !== null));
    front.isAway = true;

    await phone.goto(`${front.address}/record/#/mine`);
    await phone.reload();

    expect(await heading(phone)).not.to.equal("");
    expect(await phone.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).to.match(/worker-classic\.js$/);
    await old.close();
  });

  it("keeps every file of the app, and asks the server for none of them again", async () => {
    front.asked.length = 0;

    await page.reload();
    await heading(page);

    expect(front.asked.filter((one) => one.includes("/assets/"))).to.deep.equal([]);
  });

  it("sends what waits when the browser wakes it, with no page open", async () => {
    await page.evaluate(parts);
    const { plot } = await joined(page, server);
    await page.goto("about:blank");
    await page.goto(`${front.address}/record/`);
    await page.evaluate(parts);
    front.isAway = true;
    await page.evaluate(async (id) => {
      const notebook = await furrow.open();
      await notebook.save(furrow.draft({ work: "inspection-walk", target: { sort: "plot", id }, note: "a walk" }));
    }, plot);
    const wake = await waker(context, page, front.address);
    await page.goto("about:blank");
    front.isAway = false;
    front.asked.length = 0;

    await wake(SYNC_TAG);

    // The worker alone can have asked.
    await until(async () => front.asked.includes("POST /api/sync"));
    await page.goto(`${front.address}/record/`);
    await page.evaluate(parts);
    await page.evaluate(async () => furrow.settle(await furrow.open()));
    expect(await page.evaluate(async () => (await furrow.open()).counts())).to.include({ saved: 0, final: 2 });
  });

  it("of a newer version waits until somebody asks for it, and what was written is there after it", async () => {
    await page.evaluate(parts);
    await page.evaluate(async () => (await furrow.open()).keepDraft(furrow.draft({ note: "half a sentence" })));
    front.version = "\n// newer\n";

    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await until(() => page.evaluate(async () => (await navigator.serviceWorker.ready).waiting?.state === "installed"));
    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting?.state)).to.equal("installed");

    const again = page.waitForEvent("load");
    await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting?.postMessage("update"));
    await again;

    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting)).to.equal(null);
    await page.evaluate(parts);
    const [draft] = await page.evaluate(async () => (await furrow.open()).drafts());
    expect(draft?.note).to.equal("half a sentence");
  });
});

/** The page's policy allows no eval, by which Playwright's own waiting works. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((done) => setTimeout(done, 50));
}

/** Lets the browser wake the worker for a tag, as it does when there is a network again. */
async function waker(context: BrowserContext, page: Page, origin: string): Promise<(tag: string) => Promise<void>> {
  const session: CDPSession = await context.newCDPSession(page);
  const found = new Promise<string>((done) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [registration] = registrations.filter(({ scopeURL }) => scopeURL.startsWith(origin));
      if (registration !== undefined) done(registration.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  const registrationId = await found;
  return async (tag) => {
    await session.send("ServiceWorker.dispatchSyncEvent", { origin, registrationId, tag, lastChance: true });
  };
}
