/**
 * The recorder over this machine's own https, in a real browser. A browser in tests has no store to which an authority could be added, so it is told to take the
 * server's key as if its certificate were trusted; that the chain is right by the authority is shown with Node's own TLS.
 */
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { request as askPlain, type IncomingMessage } from "node:http";
import { request as askSecure } from "node:https";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../support/chromium.ts";
import { startServer, type TestServer } from "../support/server.ts";

describe("A server with HTTPS=on", function () {
  this.timeout(90_000);

  let server: TestServer;
  let authority: string;

  before(async () => {
    server = await startServer({ pages: true, env: { HTTPS: "on" } });
    authority = readFileSync(join(server.folder, "tls/ca.crt"), "utf8");
  });

  after(() => server.close());

  const get = (ask: typeof askPlain, path: string, options: object = {}): Promise<IncomingMessage & { body: Buffer }> =>
    new Promise((done, fail) => {
      const place = { host: "127.0.0.1", port: server.furrow.port, path, agent: false, servername: "localhost" };
      const asked = ask({ ...place, ...options }, (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("end", () => done(Object.assign(response, { body: Buffer.concat(pieces) })));
      });
      asked.on("error", fail).end();
    });

  it("answers whoever trusts its authority, and leads plain http there", async () => {
    const secure = await get(askSecure, "/api/head", { ca: authority });
    const plain = await get(askPlain, "/record/?practice=1", { headers: { host: "192.168.1.4:8550" } });
    const untrusting = await get(askSecure, "/api/head").catch((cause: Error & { code?: string }) => cause.code);

    expect(server.address).to.equal(`https://localhost:${server.furrow.port}`);
    expect(secure.statusCode).to.equal(200);
    expect(plain.statusCode).to.equal(307);
    expect(plain.headers.location).to.equal("https://192.168.1.4:8550/record/?practice=1");
    expect(untrusting).to.match(/UNABLE_TO_VERIFY|SELF_SIGNED/);
  });

  it("gives a phone that trusts nobody here its certificate, and says in both languages how to install it", async () => {
    const file = await get(askPlain, "/ca.crt");
    const pages = await Promise.all(
      ["zh-CN", "en"].map((lang) => get(askPlain, `/ca?lang=${lang}`, { headers: { host: "192.168.1.4:8550" } })),
    );

    expect(file.headers["content-type"]).to.equal("application/x-x509-ca-cert");
    expect(new X509Certificate(file.body).fingerprint256).to.equal(new X509Certificate(authority).fingerprint256);
    const [zh = "", en = ""] = pages.map(({ body }) => body.toString());
    expect(zh).to.include("证书信任设置").and.to.include("仍然安装");
    expect(en).to.include("Certificate Trust Settings").and.to.include("Install anyway");
    for (const page of [zh, en]) {
      const shown = page.replace(/<\/?span>| /g, "");
      expect(shown).to.include(server.furrow.authority?.fingerprint ?? "no fingerprint");
      expect(page).to.include('href="https://192.168.1.4:8550/record/"');
      expect(page).not.to.include("<script");
    }
  });

  describe("in a browser", () => {
    let browser: Browser;

    before(async () => {
      const certificate = new X509Certificate(readFileSync(join(server.folder, "tls/server.crt")));
      const key = certificate.publicKey.export({ type: "spki", format: "der" });
      const taken = createHash("sha256").update(key).digest("base64");
      browser = await launchBrowser(`--ignore-certificate-errors-spki-list=${taken}`);
    });

    after(() => browser?.close());

    it("opens the recorder with its worker, which opens it again without the server", async () => {
      const page = await browser.newPage();
      await page.goto(`${server.address}/record/`);
      const worker = await page.evaluate(async () => {
        const { active } = await navigator.serviceWorker.ready;
        return { isSecure: isSecureContext, at: active?.scriptURL };
      });
      await page.context().setOffline(true);
      await page.reload();

      expect(worker).to.deep.equal({ isSecure: true, at: `${server.address}/record/worker.js` });
      expect(await page.locator("#main").count()).to.equal(1);
      await page.context().close();
    });

    it("is not opened by one that takes no such key", async () => {
      const strict = await launchBrowser();
      try {
        const page = await strict.newPage();
        const refusal = await page.goto(`${server.address}/record/`).catch((cause: Error) => cause.message);

        expect(String(refusal)).to.include("ERR_CERT_AUTHORITY_INVALID");
      } finally {
        await strict.close();
      }
    });
  });
});
