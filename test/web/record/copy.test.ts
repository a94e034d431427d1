import { expect } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Hex } from "../../../protocol/bytes.ts";
import { type BadLink, openBadLink } from "../../support/bad-link.ts";
import { launchBrowser } from "../../support/chromium.ts";
import { type Engine, joined, openEngine } from "../../support/engine.ts";
import { startServer, type TestServer } from "../../support/server.ts";

declare const furrow: Engine;

/** A copy on its way from phone to phone: base64 of the file. */
type Carried = { readonly name: string; readonly records: number; readonly base64: string };

describe("A copy of unsent records", function () {
  this.timeout(120_000);
  let browser: Browser;
  let server: TestServer;
  let link: BadLink;
  let context: BrowserContext;
  let phone: Page;
  let plot: Hex;

  before(async () => {
    [browser, server] = await Promise.all([launchBrowser(), startServer()]);
    link = await openBadLink({ to: server.address.replace("localhost", "127.0.0.1"), seed: 9 });
  });
  after(async () => {
    await browser?.close();
    await link?.close();
    await server?.close();
  });
  beforeEach(async () => {
    link.become({ lost: 0, resets: 0 });
    context = await browser.newContext();
    phone = await openEngine(context, server.address);
    ({ plot } = await joined(phone, server));
  });
  afterEach(() => context.close());

  /** A day without a network: 20 walks, and 3 with a file each. */
  async function aDay(): Promise<void> {
    await phone.evaluate(async (id) => {
      const notebook = await furrow.open();
      const target = { sort: "plot", id } as const;
      for (let n = 0; n < 23; n++) {
        const files = n % 8 === 7 ? [await furrow.keepTable(notebook, 90_000, `day ${id} ${n}`)] : [];
        if (n === 22) files.push(await furrow.keepTable(notebook, 2_000, `day ${id} small`));
        await notebook.save(furrow.draft({ work: "inspection-walk", target, note: `walk ${n}`, files }));
      }
    }, plot);
  }

  async function copied(from: Page): Promise<Carried | null> {
    return from.evaluate(async () => {
      const made = await furrow.copyUnsent({ isPractice: false });
      if (made === null) return null;
      const bytes = new Uint8Array(await made.file.arrayBuffer());
      let text = "";
      for (let n = 0; n < bytes.length; n += 8_192) text += String.fromCharCode(...bytes.subarray(n, n + 8_192));
      return { name: made.file.name, records: made.records, base64: btoa(text) };
    });
  }

  const delivered = (by: Page, { base64 }: Carried) =>
    by.evaluate(async (text) => {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const copy = await furrow.readCopy(new Blob([bytes]));
      return copy === null ? null : furrow.deliverCopy({ isPractice: false }, copy);
    }, base64);

  async function carried(): Promise<Carried> {
    const made = await copied(phone);
    if (made === null) throw new Error("there was nothing to copy");
    return made;
  }

  const counts = () => phone.evaluate(async () => (await furrow.open()).counts());

  it("is nothing where all is on record", async () => {
    expect(await copied(phone)).to.equal(null);
  });

  it("is delivered by a phone that never joined, and the first phone finds it on record without doubling it", async () => {
    await aDay();
    const made = await carried();
    expect(made.records).to.equal(23);
    expect(made.name).to.match(/^furrow-unsent-\d{12}-[0-9a-f]{6}\.car$/);

    const other = await browser.newContext();
    const stranger = await openEngine(other, link.address);
    const told = await delivered(stranger, made);

    expect(told).to.include({ state: "done", refused: 0 });
    expect(told?.arrived).to.equal(told?.count);
    link.restart();
    expect(await delivered(stranger, made)).to.include({ state: "done", arrived: told?.count });
    expect(link.counts().up).to.be.below(4_000);
    await other.close();

    await phone.evaluate(async () => furrow.settle(await furrow.open()));
    expect(await counts()).to.include({ saved: 0, going: 0, needsYou: 0, final: 24 });
  });

  it("arrives whole over a bad line", async () => {
    await aDay();
    const made = await carried();
    const other = await browser.newContext();
    const stranger = await openEngine(other, link.address);
    link.become({ lost: 0.2, resets: 0.1 });

    let told = await delivered(stranger, made);
    for (let n = 0; n < 10 && told?.state === "offline"; n++) told = await delivered(stranger, made);

    expect(told).to.include({ state: "done", arrived: told?.count });
    await other.close();
  });

  it("brings all of it where the first phone's storage was cleared", async () => {
    await aDay();
    const made = await carried();
    await context.close();

    context = await browser.newContext();
    const other = await openEngine(context, server.address);
    const told = await delivered(other, made);

    expect(told).to.include({ state: "done", arrived: told?.count, refused: 0 });
  });

  it("of which one bit was changed on its way is not taken", async () => {
    await aDay();
    const made = await carried();
    const bytes = Buffer.from(made.base64, "base64");
    for (const at of [bytes.length - 5, Math.floor(bytes.length / 2), 20]) {
      const spoiled = Buffer.from(bytes);
      spoiled.writeUInt8(spoiled.readUInt8(at) ^ 1, at);

      expect(await delivered(phone, { ...made, base64: spoiled.toString("base64") }), String(at)).to.equal(null);
    }
    expect(await delivered(phone, { ...made, base64: Buffer.from("a picture").toString("base64") })).to.equal(null);
  });

  it("for another ledger is not sent", async () => {
    await aDay();
    const made = await carried();
    const elsewhere = await startServer();
    try {
      const other = await browser.newContext();
      const stranger = await openEngine(other, elsewhere.address);

      expect(await delivered(stranger, made)).to.include({ state: "other-ledger", arrived: 0 });
      await other.close();
    } finally {
      await elsewhere.close();
    }
  });
});
