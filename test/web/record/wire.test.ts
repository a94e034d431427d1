import { createServer, type Server } from "node:http";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type * as parts from "../../../scan-web/record/wire.ts";
import { type BadLink, openBadLink } from "../../support/bad-link.ts";
import { launchBrowser } from "../../support/chromium.ts";
import { openParts } from "../../support/in-browser.ts";

declare const furrow: typeof parts;

interface Heard {
  readonly method: string;
  readonly encoding: string | undefined;
  readonly body: Buffer;
}

describe("The recorder's door to the network", function () {
  this.timeout(60_000);
  let browser: Browser;
  let server: Server;
  let link: BadLink;
  let page: Page;
  const heard: Heard[] = [];
  let answers = (_heard: Heard): { status: number; headers: Record<string, string>; body: string } => ({
    status: 200,
    headers: {},
    body: "{}",
  });

  before(async () => {
    browser = await launchBrowser();
    server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        const one = {
          method: request.method ?? "",
          encoding: request.headers["content-encoding"],
          body: Buffer.concat(pieces),
        };
        heard.push(one);
        const { status, headers, body } = answers(one);
        response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers }).end(body);
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    link = await openBadLink({ to: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}` });
    page = await openParts(await browser.newContext(), link.address, `export * from "./scan-web/record/wire.ts";`);
  });
  after(async () => {
    await browser?.close();
    await link?.close();
    server?.closeAllConnections();
    server?.close();
  });
  beforeEach(() => {
    heard.length = 0;
    answers = () => ({ status: 200, headers: {}, body: "{}" });
    link.become({ lost: 0, resets: 0, silent: false });
  });

  it("sends JSON compressed, and small or other things as they are", async () => {
    const text = JSON.stringify({ documents: Array.from({ length: 40 }, (_, n) => `{"event":"watering ${n}"}`) });

    await page.evaluate(async (body) => {
      const wire = furrow.openWire({ count: () => {} });
      await wire.ask({ method: "POST", path: "/api/sync", body });
      await wire.ask({ method: "POST", path: "/api/sync", body: '{"ask":[]}' });
      await wire.ask({ method: "PATCH", path: "/api/uploads/one", body: new Blob([new Uint8Array(1_000)]) });
    }, text);

    expect(heard.map(({ encoding }) => encoding)).to.deep.equal(["gzip", undefined, undefined]);
    expect(gunzipSync(heard[0]?.body ?? "").toString()).to.equal(text);
    expect(heard[0]?.body.length).to.be.below(text.length / 4);
    expect(heard[2]?.body.length).to.equal(1_000);
  });

  it("counts about what goes over the line, heads included", async () => {
    answers = () => ({ status: 200, headers: {}, body: "x".repeat(5_000) });
    await page.evaluate(() => fetch("/"));
    link.restart();

    const counted = await page.evaluate(async () => {
      const sum = { up: 0, down: 0 };
      const count = ({ up, down }: { up: number; down: number }) => {
        sum.up += up;
        sum.down += down;
      };
      const wire = furrow.openWire({ count });
      for (let n = 0; n < 10; n++) {
        await wire.ask({
          method: "POST",
          path: "/api/sync",
          body: '{"ask":[]}',
          headers: { "Tus-Resumable": "1.0.0" },
        });
        await wire.ask({ method: "GET", path: "/api/head" });
      }
      return sum;
    });

    const { up, down, requests } = link.counts();
    expect(requests).to.equal(20);
    expect(counted.up / up).to.be.within(0.8, 1.25);
    expect(counted.down / down).to.be.within(0.9, 1.1);
  });

  it("gives up on a line that stays silent, and on one that is cut", async () => {
    const tried = (patienceMs: number) =>
      page.evaluate(async (patience) => {
        const wire = furrow.openWire({ count: () => {}, patienceMs: patience });
        const sent = wire.ask({ method: "POST", path: "/api/sync", body: "{}" });
        return sent.then(
          () => "an answer",
          (cause: Error) => cause.name,
        );
      }, patienceMs);
    link.become({ lost: 1, silent: true });
    expect(await tried(300)).to.equal("Away");

    link.become({ lost: 1, silent: false });
    expect(await tried(20_000)).to.equal("Away");

    link.become({ lost: 0 });
    expect(await tried(20_000)).to.equal("an answer");
  });

  it("reads why something is refused, and for how long to wait", async () => {
    const body = JSON.stringify({
      type: "urn:furrow:problem:too-many-waiting",
      detail: "1,000 wait",
      pointer: "/batches/0",
    });
    answers = () => ({ status: 429, headers: { "retry-after": "7" }, body });

    const said = await page.evaluate(async () => {
      const wire = furrow.openWire({ count: () => {} });
      return furrow.refusalOf(await wire.ask({ method: "GET", path: "/api/head" }), 0);
    });
    answers = () => ({ status: 502, headers: {}, body: "<html>a proxy's own page</html>" });
    const foreign = await page.evaluate(async () => {
      const wire = furrow.openWire({ count: () => {} });
      return furrow.refusalOf(await wire.ask({ method: "GET", path: "/api/head" }), 0);
    });

    expect(said).to.deep.equal({
      ...{ type: "too-many-waiting", detail: "1,000 wait", pointer: "/batches/0", retryAfterMs: 7_000 },
    });
    expect(foreign).to.include({ type: "http-502", retryAfterMs: null });
  });
});

describe("A bad line, for tests", () => {
  it("resets and loses as often as it is told, in the same order for the same seed", async () => {
    const server = createServer((_request, response) => response.end("x".repeat(2_000)));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    const to = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    const seen: string[] = [];
    for (const seed of [7, 7, 8]) {
      const link = await openBadLink({ to, seed, lost: 0.2, resets: 0.3 });
      let got = "";
      for (let n = 0; n < 100; n++) {
        const one = fetch(link.address, { headers: { connection: "close" } }).then((answer) => answer.text());
        got += await one.then(
          () => ".",
          () => "x",
        );
      }
      const { connections, requests, lost } = link.counts();
      expect(connections).to.equal(100);
      expect(requests).to.be.within(90, 100);
      expect(lost).to.be.within(8, 32);
      seen.push(got);
      await link.close();
    }
    server.closeAllConnections();
    server.close();

    expect(seen[0]).to.equal(seen[1]);
    expect(seen[0]).not.to.equal(seen[2]);
  });
});
