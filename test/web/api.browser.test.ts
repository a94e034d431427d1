import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { ROOT } from "../../scripts/house/root.ts";
import { launchBrowser } from "../support/chromium.ts";
import { startServer, type TestServer } from "../support/server.ts";

describe("The page to try the API", function () {
  this.timeout(60_000);

  let server: TestServer;
  let browser: Browser;

  before(async () => {
    server = await startServer({ pages: true });
    browser = await launchBrowser();
  });

  after(async () => {
    await browser.close();
    await server.close();
  });

  it("makes a form of each call, sends it, and breaks no rule of its own", async () => {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    const told: string[] = [];
    page.on("console", (message) => told.push(message.text()));
    page.on("pageerror", (error) => told.push(error.message));
    const foreign: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(server.address) && !request.url().startsWith("data:")) foreign.push(request.url());
    });
    try {
      await page.goto(`${server.address}/api?lang=en`);
      await page.locator("#api[data-ready=true]").waitFor();
      await page.locator("#operations-recording-getHead .opblock-summary-control").click();
      await page.locator("#operations-recording-getHead .try-out__btn").click();
      await page.locator("#operations-recording-getHead .execute").click();
      const answer = page.locator(
        "#operations-recording-getHead .live-responses-table td.response-col_description >> nth=-1",
      );
      await answer.waitFor();

      expect(await answer.textContent()).to.include(server.furrow.deployment.ledger);
      expect(await page.locator(".opblock").count()).to.be.at.least(18);
      expect(told).to.deep.equal([]);
      expect(foreign).to.deep.equal([]);
      const folder = join(ROOT, "test/artefacts/web");
      await mkdir(folder, { recursive: true });
      await page.screenshot({ path: join(folder, "api.png") });
    } finally {
      await page.close();
    }
  });

  it("is a list of the calls without script, in both languages", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, locale: "zh-CN" });
    try {
      const page = await context.newPage();
      await page.goto(`${server.address}/api`);

      expect(await page.locator("h1").textContent()).to.equal("试一试接口");
      expect(await page.locator(".calls li").allTextContents()).to.include("GET /api/lots Lots, newest first, by page");
    } finally {
      await context.close();
    }
  });

  it("is found from home, allows no inline script, and serves no other file of the package", async () => {
    const home = await (await fetch(server.address, { headers: { accept: "text/html" } })).text();
    const { headers } = await fetch(`${server.address}/api`);
    const policy = headers.get("content-security-policy") ?? "";

    expect(home).to.include('href="/api"');
    expect(policy).not.to.match(/unsafe-|'strict-dynamic'|\*/);
    expect(/script-src ([^;]*)/.exec(policy)?.[1]).to.equal(`${server.address}/api/ui/ ${server.address}/assets/`);
    for (const file of ["index.html", "swagger-ui.js", "..%2fpackage.json"]) {
      expect((await fetch(`${server.address}/api/ui/${file}`)).status, file).to.equal(404);
    }
  });
});
