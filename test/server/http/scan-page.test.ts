import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import express from "express";
import { parseCodePath } from "../../../protocol/label.ts";
import { pageRoutes } from "../../../server/http/pages.ts";
import { makeTea, type Tea } from "../../support/tea.ts";

describe("The page of a code that many open", function () {
  this.timeout(60_000);

  let tea: Tea;
  let server: Server;
  let origin: string;
  let looked: number;
  let counted: number;

  before(async () => {
    tea = await makeTea();
    const app = express();
    app.use(
      pageRoutes({
        async lookup() {
          looked++;
          return { state: "issued", leaf: `0x${"1f".repeat(32)}`, lot: tea.history.lot, history: tea.history };
        },
        async countScan() {
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
    [looked, counted] = [0, 0];
  });

  after(() => new Promise((done) => server.close(done)));

  it("is one page, whatever else its address carries, and each opening of it counts", async () => {
    const [path = ""] = tea.codes;
    const pages = await Promise.all(
      ["lang=en", "lang=en&q=1", "q=2&lang=en", "lang=en&17=270405"].map(async (query) =>
        (await fetch(`${origin}${path}?${query}`)).text(),
      ),
    );

    expect(new Set(pages).size).to.equal(1);
    expect(pages[0]).to.include(parseCodePath(path).serial);
    expect([looked, counted]).to.deep.equal([1, 4]);
  });
});
