import { expect } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Hex } from "../../../protocol/bytes.ts";
import { type BadLink, openBadLink } from "../../support/bad-link.ts";
import { launchBrowser } from "../../support/chromium.ts";
import { type Engine, joined, openEngine } from "../../support/engine.ts";
import { startServer, type TestServer } from "../../support/server.ts";

declare const furrow: Engine;

describe("A look at the server", function () {
  this.timeout(120_000);
  let browser: Browser;
  let server: TestServer;
  let link: BadLink;
  let context: BrowserContext;
  let page: Page;
  let plot: Hex;

  before(async () => {
    [browser, server] = await Promise.all([launchBrowser(), startServer()]);
    link = await openBadLink({ to: server.address.replace("localhost", "127.0.0.1"), seed: 5 });
  });
  after(async () => {
    await browser?.close();
    await link?.close();
    await server?.close();
  });
  beforeEach(async () => {
    link.become({ lost: 0, resets: 0, silent: false, delayMs: 0 });
    context = await browser.newContext();
    page = await openEngine(context, link.address);
    page.on("pageerror", (error) => console.error(error));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().startsWith("Failed to load")) console.error(message.text());
    });
    ({ plot } = await joined(page, server));
    link.restart();
  });
  afterEach(() => context.close());

  const water = (count: number, files: readonly string[] = []) =>
    page.evaluate(
      async ({ count: n, files: cids, plot: id }) => {
        const notebook = await furrow.open();
        const ids: string[] = [];
        for (let k = 0; k < n; k++) {
          const target = { sort: "plot", id } as const;
          const row = await notebook.save(
            furrow.draft({ work: "inspection-walk", target, note: `round ${k}`, files: [...cids] }),
          );
          ids.push(row.id);
        }
        return ids;
      },
      { count, files, plot },
    );
  const look = (how?: { readonly pictures?: "now" }) =>
    page.evaluate(async (said) => (await (await furrow.open()).sync(said)).state, how);
  const counts = () => page.evaluate(async () => (await furrow.open()).counts());
  const settle = () => page.evaluate(async () => furrow.settle(await furrow.open()));

  it("is one round trip when there is nothing new", async () => {
    expect(await look()).to.equal("done");

    expect(link.counts().requests).to.equal(1);
    expect(link.counts().up + link.counts().down).to.be.below(3_000);
  });

  it("brings what was saved on record, each once, and the seq of each with it", async () => {
    const ids = await water(90);
    expect(await counts()).to.include({ saved: 90 });

    await settle();

    expect(await counts()).to.include({ saved: 0, going: 0, needsYou: 0, final: 91 });
    const rows = await page.evaluate(async (all) => {
      const notebook = await furrow.open();
      return Promise.all(all.map((id) => notebook.record(id)));
    }, ids);
    for (const row of rows) expect(row?.seq).to.be.a("number");
  });

  it("says that there is no answer, keeps everything, and sends it later", async () => {
    await water(3);
    link.cut();
    expect(await look()).to.equal("offline");
    expect(await counts()).to.include({ saved: 3 });

    link.mend();
    await settle();

    expect(await counts()).to.include({ saved: 0, final: 4 });
  });

  it("asks after a lost answer before it sends again", async () => {
    await look();
    await water(40);
    await page.evaluate(async () => (await furrow.open()).sync());
    await settle();
    const { up: whole } = link.counts();
    await water(40);
    link.restart();
    link.become({ lost: 1 });
    expect(await look()).to.equal("offline");
    const { up: lost } = link.counts();

    link.become({ lost: 0 });
    link.restart();
    await settle();

    const { up } = link.counts();
    expect(up, `${whole} ${lost} ${up}`).to.be.below(lost / 2);
    expect(await counts()).to.include({ saved: 0, final: 81 });
  });

  it("sends files first, in parts, and holds what they belong to on mobile data where that is set", async () => {
    await page.evaluate(async () => {
      await (await furrow.open()).set({ picturesOnWifiOnly: true });
      Object.defineProperty(navigator, "connection", { value: { type: "cellular" }, configurable: true });
    });
    const cid = await page.evaluate(async () => furrow.keepTable(await furrow.open(), 150_000, "held"));
    // A table stands for a picture here: the rule goes by what the file is said to be.
    await page.evaluate(async (name) => {
      const { idb } = await furrow.openDb(false);
      const file = await idb.get("files", name);
      if (file !== undefined) await idb.put("files", { ...file, mediaType: "application/json" });
    }, cid);
    await water(1);
    await water(1, [cid]);

    expect(await look()).to.equal("waiting");
    expect(await counts()).to.include({ saved: 1 });
    expect(link.counts().up).to.be.below(20_000);

    await page.evaluate(async (name) => {
      const { idb } = await furrow.openDb(false);
      const file = await idb.get("files", name);
      if (file !== undefined) await idb.put("files", { ...file, mediaType: "text/csv" });
    }, cid);
    await look({ pictures: "now" });
    await settle();

    expect(await counts()).to.include({ saved: 0, going: 0, final: 3 });
    const stored = await page.evaluate(async (name) => (await furrow.open()).file(name), cid);
    expect(stored?.stored).to.equal(true);
  });

  it("survives a tab that is killed while it sends, a file half sent included", async () => {
    const cid = await page.evaluate(async () => furrow.keepTable(await furrow.open(), 300_000, "killed"));
    await water(30);
    await water(1, [cid]);
    link.become({ delayMs: 30 });
    for (let n = 0; n < 6; n++) {
      await page.evaluate(() => void furrow.open().then((notebook) => notebook.sync()));
      await new Promise((done) => setTimeout(done, 120 + n * 90));
      await page.reload();
    }
    link.become({ delayMs: 0 });

    await settle();

    expect(await counts()).to.include({ saved: 0, going: 0, needsYou: 0, final: 32 });
  });

  it("is made by one tab at a time", async () => {
    await water(5);
    const other = await openEngine(context, link.address);
    link.become({ delayMs: 100 });

    const states = await Promise.all(
      [page, other, page].map((one) => one.evaluate(async () => (await (await furrow.open()).sync()).state)),
    );

    expect(states.filter((state) => state === "running")).to.have.lengthOf(2);
    link.become({ delayMs: 0 });
    await settle();
    expect(await counts()).to.include({ final: 6 });
  });

  it("counts what went over the line on its day", async () => {
    link.restart();
    const before = await page.evaluate(async () => furrow.bytesToday(await furrow.openDb(false)));
    await water(20);
    await settle();

    const today = await page.evaluate(async () => furrow.bytesToday(await furrow.openDb(false)));

    const { up, down } = link.counts();
    expect((today.up - before.up) / up).to.be.within(0.75, 1.3);
    expect((today.down - before.down) / down).to.be.within(0.75, 1.5);
  });

  it("tells a record that is refused, and sends the others", async () => {
    const [lost = ""] = await page.evaluate(async () => [await furrow.keepTable(await furrow.open(), 5_000, "gone")]);
    await water(1, [lost]);
    await water(2);
    await page.evaluate(async (cid) => (await furrow.openDb(false)).idb.delete("files", cid), lost);

    await settle();

    expect(await counts()).to.include({ saved: 0, going: 0, needsYou: 1, final: 3 });
    const [row] = await page.evaluate(async () => (await furrow.open()).records({ limit: 9, state: "needs-you" }));
    expect(row?.why?.type).to.equal("file-unknown");
  });

  it("brings 300 records with 12 files over a bad line, each once, for at most 1.2 times their bare bytes", async () => {
    link.become({ lost: 0.1, resets: 0.05, delayMs: 5 });
    let bare = 0;
    for (let n = 0; n < 12; n++) {
      const cid = await page.evaluate(
        async (seed) => furrow.keepTable(await furrow.open(), 120_000, seed),
        `over ${n}`,
      );
      bare += 120_000;
      await water(24);
      await water(1, [cid]);
    }
    link.restart();

    await settle();

    bare += await page.evaluate(async () => {
      const { idb } = await furrow.openDb(false);
      const documents = await idb.getAll("documents");
      return documents.reduce((sum, { text }) => sum + text.length, 0);
    });
    const { up, down, requests, connections, lost, resets } = link.counts();
    const said = `${up + down} bytes for ${bare} (${((up + down) / bare).toFixed(3)}), ${requests} requests on ${connections} connections, ${lost} lost, ${resets} resets`;
    console.log(`      ${said}`);
    expect((up + down) / bare, said).to.be.below(1.2);
    expect(await counts()).to.include({ saved: 0, going: 0, needsYou: 0, final: 301 });
  });
});
