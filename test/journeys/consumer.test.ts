/** Somebody with a bag of tea in hand scans its code: in either language, on any kind of link, with or without script. */
import { expect } from "chai";
import type { Page } from "playwright-core";
import { codePath, makeSerial, parseCodePath } from "../../protocol/label.ts";
import { speaker } from "../../scan-web/ui/words.ts";
import type { ExampleResult } from "../../scripts/example/kept.ts";
import { exampleServer, keepPicture, LANGS, lanAddress, open, seenOn, verdictOn } from "../support/journey.ts";
import { readQr } from "../support/qr.ts";
import { type Running, runScript } from "../support/start.ts";

describe("A consumer scans the bag", function () {
  this.timeout(120_000);
  let server: Running;
  let address: string;
  /** One that other devices reach. */
  let everywhere: { readonly server: Running; readonly address: string };
  let example: ExampleResult;
  /** N, by somebody who asks the chain and the gateway alone. */
  let total: number;

  before(async () => {
    ({ server, address, example } = await exampleServer());
    everywhere = await exampleServer({ host: "::" });
    const { output } = await runScript("scripts/verify.ts", address + example.bag.code, "--json");
    total = (JSON.parse(output) as { total: number }).total;
  });
  after(() => Promise.all([server?.stop(), everywhere?.server.stop()]));

  for (const lang of LANGS) {
    const { say } = speaker(lang);

    it(`on home, and reads N of N (${lang})`, async () => {
      const home = await open(`${address}/?lang=${lang}`, { lang });
      const code = await scanned(home.page);
      expect(code).to.equal(address + example.bag.code);

      const { page, context, requests } = await open(code, { lang });
      const verdict = await verdictOn(page);

      expect(verdict.counted).to.include(say("verdict.counted", { whole: total, total }));
      expect([verdict.whole, verdict.total]).to.deep.equal([total, total]);
      expect(total).to.equal(example.records);
      expect(verdict.state).to.be.oneOf(["whole", "notices"]);
      expect(await page.locator("html").getAttribute("lang")).to.equal(lang);
      expect([...home.requests, ...requests].filter((url) => !isOwn(url, address))).to.deep.equal([]);
      await context.close();
      await home.context.close();
    });

    it(`without script, and reads that nothing was checked yet (${lang})`, async () => {
      const { page, context } = await open(address + example.bag.code, { lang, javaScriptEnabled: false });

      const text = await seenOn(page);

      expect(text).to.include(say("verdict.unchecked")).and.to.include(example.lotNumber);
      expect(text).not.to.include(say("verdict.counted", { whole: total, total }));
      expect(await page.locator("#verdict").getAttribute("data-total")).to.equal(null);
      await context.close();
    });

    it(`over plain http from another device, and reads N of N and what http means (${lang})`, async () => {
      const home = await open(`${everywhere.address}/?lang=${lang}`, { lang });
      const code = await scanned(home.page);
      expect(new URL(code).hostname, "the code is for a phone in this network").to.equal(lanAddress());

      const { page, context, requests } = await open(code, { lang });
      expect(await page.evaluate(() => [isSecureContext, typeof crypto.subtle])).to.deep.equal([false, "undefined"]);
      const verdict = await verdictOn(page);

      expect([verdict.whole, verdict.total]).to.deep.equal([total, total]);
      expect(await seenOn(page, "#more-verdict")).to.include(say("verdict.insecure"));
      expect(requests.filter((url) => !isOwn(url, new URL(code).origin))).to.deep.equal([]);
      await keepPicture(page, `scan-over-http-${lang}`, false);
      await context.close();
      await home.context.close();
    });
  }

  it("by typing the number on the pack, however it is written", async () => {
    const { page, context } = await open(`${address}/?lang=en`, { lang: "en" });
    await page.getByLabel(speaker("en").say("home.buyers.label")).fill(` ${example.bag.printed.toLowerCase()} `);
    await page.getByRole("button", { name: speaker("en").say("home.buyers.do") }).click();

    await page.waitForURL(`**/T/${example.bag.serial}?lang=en`);
    expect(await verdictOn(page)).to.include({ whole: total, total });
    await context.close();
  });

  it("and types the printed fingerprint: the right one says of which k of n, a wrong one that it does not match", async () => {
    const { page, context } = await open(`${address}${example.bag.code}?lang=en`, { lang: "en" });
    const { say } = speaker("en");
    await verdictOn(page);
    const typed = async (mark: string): Promise<string> => {
      await page.getByLabel(say("print.label")).fill(mark);
      await page.getByRole("button", { name: say("print.do") }).click();
      return await seenOn(page, "#print-answer:not(:empty)");
    };

    expect(await typed(example.fingerprint)).to.match(/own log had (\d+) of its (\d+) entries/);
    const other = `${example.fingerprint.startsWith("0") ? "1" : "0"}${example.fingerprint.slice(1)}`;
    expect(await typed(other)).to.include(say("print.mismatch", { mark: other }));
    expect(await seenOn(page, "#print-verdict")).to.include(say("print.mismatch", { mark: other }));
    expect(await typed("tea")).to.equal(say("print.malformed"));
    await context.close();
  });

  it("of the second bag, and reads that its code may have been copied", async () => {
    const { page, context } = await open(`${address}${example.copied.code}?lang=en`, { lang: "en" });

    await verdictOn(page);

    const { openings, regions } = example.copied.planted;
    const text = await seenOn(page, "#copied");
    expect(text)
      .to.include(`${openings + 1} times in ${regions} regions`)
      .and.to.include("may have been copied");
    await keepPicture(page, "copied-en", false);
    await context.close();
  });

  it("the first time, and again, and reads how often it was opened", async () => {
    const serial = example.serials.find((one) => one !== example.bag.serial && one !== example.copied.serial) ?? "";
    const code = `${address}${codePath({ ...parseCodePath(example.bag.code), serial })}?lang=en`;
    const opened = async (): Promise<string> => {
      const { page, context } = await open(code, { lang: "en" });
      const text = await seenOn(page, "#read .opened");
      // A page that many open at once is put together four times a second: nobody opens it again before it has been checked.
      await verdictOn(page);
      await context.close();
      return text;
    };

    expect(await opened()).to.equal(speaker("en").say("opened.first"));
    expect(await opened()).to.match(/2 times so far/);
  });

  describe("that is not what it should be, and reads what that means and what to do:", () => {
    const { say } = speaker("en");
    const bag = () => parseCodePath(example.bag.code);

    it("a number that was never issued", async () => {
      const serial = makeSerial(crypto.getRandomValues(new Uint8Array(13)));
      await expectPage(codePath({ ...bag(), serial }), 404, "error.unknown.title", "error.unknown.do.1");
    });

    it("an address whose lot was altered, with the way to the right one", async () => {
      const page = await expectPage(
        codePath({ ...bag(), lotNumber: "260405-XXXX" }),
        404,
        "error.altered.title",
        "error.altered.do.1",
      );
      expect(page).to.include(say("error.altered.reason.lot", { given: "260405-XXXX", expected: example.lotNumber }));
    });

    it("a number with one wrong character", async () => {
      const last = example.bag.serial.endsWith("0") ? "1" : "0";
      const code = `${example.bag.code.slice(0, -1)}${last}`;
      await expectPage(code, 400, "error.malformed.title", "error.malformed.reason.serial-wrong-check");
    });

    it("an address that is no code at all", async () => {
      await expectPage("/no/such/page", 404, "error.missing.title", "error.missing.do.1");
    });

    async function expectPage(path: string, status: number, ...said: readonly Parameters<typeof say>[0][]) {
      const { page, context } = await open("about:blank", { lang: "en" });
      const response = await page.goto(address + path);
      const text = await seenOn(page);
      await context.close();
      expect(response?.status()).to.equal(status);
      for (const key of said) expect(text).to.include(say(key));
      return text;
    }
  });
});

/** Holds the phone's camera before the screen: the one code that an independent reader finds on it. */
async function scanned(page: Page): Promise<string> {
  await page.locator("svg.qr").scrollIntoViewIfNeeded();
  const codes = await readQr(await page.screenshot());
  expect(codes).to.have.length(1);
  return codes[0] ?? "";
}

function isOwn(url: string, origin: string): boolean {
  return url.startsWith(`${origin}/`) || url.startsWith("data:") || url === "about:blank";
}
