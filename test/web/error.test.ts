import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import express from "express";
import { makeSerial, printSerial } from "../../protocol/label.ts";
import { type Lookup, pageRoutes } from "../../server/http/pages.ts";

const SERIAL = makeSerial(new Uint8Array(13).fill(5));

describe("The page of a code that was not found", () => {
  let server: Server;
  let origin: string;
  let found: Lookup;
  let counted: number;

  before(async () => {
    const app = express();
    app.use(
      pageRoutes({
        lookup: async () => found,
        countScan: async () => {
          counted++;
          return null;
        },
        countMore: () => {
          counted++;
        },
        version: () => "",
        example: async () => null,
        assets: { css: { scan: "", home: "" }, mark: "/assets/mark.js" },
        ...{ assetFolder: import.meta.dirname, publicOrigin: null, lanOrigin: () => null },
      }),
    );
    server = createServer(app);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  beforeEach(() => {
    counted = 0;
  });

  after(() => new Promise((done) => server.close(done)));

  const open = (lang: string) => fetch(`${origin}/T/${SERIAL}?lang=${lang}`, { headers: { accept: "text/html" } });

  it("says, while the ledger is still being read, that nothing is known yet and to try again, in both languages", async () => {
    found = { state: "behind" };

    for (const [lang, title, denial] of [
      ["zh-CN", "账本还没有读完", "假标签"],
      ["en", "The ledger is still being read", "never issued"],
    ] as const) {
      const response = await open(lang);
      const page = await response.text();

      expect(response.status).to.equal(503);
      expect(Number(response.headers.get("retry-after"))).to.be.above(0);
      expect(page).to.contain(`<h1>${title}</h1>`).and.to.contain(printSerial(SERIAL));
      expect(page).not.to.contain(denial);
    }
    expect(counted).to.equal(0);
  });

  it("says that a number was never issued only when it is so", async () => {
    found = { state: "unknown" };

    const response = await open("en");

    expect(response.status).to.equal(404);
    expect(response.headers.get("retry-after")).to.equal(null);
    expect(await response.text()).to.contain("never issued");
  });
});
