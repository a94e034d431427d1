/**
 * A season with the recorder, from the first tap to the scan of a bag: two phones on a poor line. The pictures of docs/record.md are made here; one that
 * is there already is left as it is, so that they change when somebody removes them, and not with every run.
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { ROOT } from "../../scripts/house/root.ts";
import { type BadLink, openBadLink } from "../support/bad-link.ts";
import { launchBrowser } from "../support/chromium.ts";
import { answer, begin, letIn, made, PHOTOS, record, save, setUp, takePicture } from "../support/field-acts.ts";
import { FieldPhone, invite } from "../support/field-phone.ts";
import { PHONE, verdictOn } from "../support/journey.ts";
import { readQr } from "../support/qr.ts";
import { seasonClock, startServer, type TestServer } from "../support/server.ts";

/** 2026-03-20, seven in the morning in China. */
const SPRING_S = Date.UTC(2026, 2, 19, 23) / 1000;
const DAY_S = 86_400;
/** The days of a season are set in pages alone, so their worker rests. */
const PHONES = { throttle: 1, density: 1, worker: "block" } as const;

describe("A season with the recorder", function () {
  this.timeout(240_000);
  let browser: Browser;
  let server: TestServer;
  let link: BadLink;
  let manager: FieldPhone;
  let picker: FieldPhone;
  const season = seasonClock(SPRING_S);
  let lot: string;
  let tea: string;
  let run: string;
  let code: string;

  before(async () => {
    [browser, server] = await Promise.all([launchBrowser(), startServer({ pages: true, clock: season.clock })]);
    link = await openBadLink({
      to: server.address.replace("localhost", "127.0.0.1"),
      delayMs: 60,
      seed: 7,
    });
  });
  after(async () => {
    await browser?.close();
    await link?.close();
    await server?.close();
  });

  afterEach(async function () {
    if (this.currentTest?.state !== "failed") return;
    for (const phone of [manager, picker]) console.log(await phone?.text().catch(String));
  });

  /** Both phones go by the same days as everybody else. */
  async function daysLater(days: number): Promise<void> {
    season.goOn(days * DAY_S);
    for (const phone of [manager, picker]) await phone?.setClock(season.nowMs() - Date.now());
  }

  it("begins with the operator's invitation, opened on the manager's phone, and a look at the phone itself", async () => {
    manager = await FieldPhone.open(browser, link.address, PHONES);
    await manager.setClock(season.nowMs() - Date.now());
    await shot(manager, "welcome");

    await manager.join(await invite(server.folder));

    expect(await manager.text()).to.include("这部手机可以记");
    await shot(manager, "self-test");
    await manager.go("/");
    await shot(manager, "first");
  });

  it("goes on with what is grown and where, said on the phone", async () => {
    const { planting } = await setUp(manager);
    await manager.settled();

    expect((await manager.told()).records.map(({ state }) => state)).to.deep.equal([
      "final",
      "final",
      "final",
      "final",
    ]);
    await manager.go(`/planting/${planting}`);
    expect(await manager.text()).to.include("示例鲜叶");
  });

  it("lets a second phone in by one scan and one tap, with one number on both", async () => {
    picker = await FieldPhone.open(browser, link.address, PHONES);
    await picker.setClock(season.nowMs() - Date.now());

    await letIn(manager, picker, "二组的手机", async () => {
      await shot(picker, "number");
      await shot(manager, "let-in");
    });

    await picker.go("/");
    expect(await picker.text()).to.include("东坡");
    // From here on, out in the field.
    link.become({ lost: 0.05 });
  });

  it("sees watering in three taps, with a picture of it", async () => {
    await daysLater(1);
    await picker.go("/");
    await shot(picker, "home");
    await begin(picker, "irrigation");
    await answer(picker, { method: "drip" });
    await takePicture(picker, PHOTOS.pears);
    await shot(picker, "picture");

    await save(picker);

    await shot(picker, "saved");
  });

  it("sees spraying, and is warned of a harvest before the days on the label are over", async () => {
    await daysLater(4);
    await begin(picker, "spraying");
    await shot(picker, "inputs");
    await answer(picker, { input: "=啶虫脒", interval: "7", dose: "250" });
    await save(picker);
    await daysLater(4);
    await begin(picker, "plucking");
    await answer(picker, { standard: "bud", amount: "120 jin" });
    await picker.tap("main .bar .first");
    await picker.at(/^#\/warn\//);

    expect(await picker.text()).to.match(/啶虫脒.*7 天/s);
    await shot(picker, "warned");
    await picker.tap('main [data-do="drop"]');
  });

  it("is harvested when they are, made into tea on the manager's phone, and nothing is lost between", async () => {
    await daysLater(5);
    const harvest = await record(picker, "plucking", { standard: "bud", amount: "120 jin" });
    lot = await made(picker, harvest);
    await picker.settled();
    await manager.page.evaluate(() => dispatchEvent(new Event("online")));
    await manager.go("/goods");
    await manager.page.locator(`main a[href="#/lot/${lot}"]`).waitFor();

    await manager.go(`/lot/${lot}`);
    await manager.tap('main [data-work="processing"]');
    await answer(manager, { steps: "fixation rolling drying", product: "=示例绿茶", out: "14 kg" });
    tea = await made(manager, await save(manager));

    await manager.go("/mine");
    await shot(manager, "mine");
    await manager.settled();
    await manager.go(`/lot/${tea}`);
    await shot(manager, "lot");
  });

  it("is labelled, and the sheet has a code for every bag", async () => {
    await manager.go(`/lot/${tea}`);
    await manager.tap('main [data-work="labelling"]');
    await answer(manager, { labels: "40" });
    run = await save(manager);
    await manager.settled();
    await manager.go(`/label/${run}`);
    // Where the answer is lost, the page says so, and whoever prints taps again.
    while ((await manager.page.locator("main .ready").count()) === 0)
      await manager.tap('main form[data-do="check"] button');
    await shot(manager, "labels");

    const opening = manager.context.waitForEvent("page");
    await manager.press("main .ready button");
    const sheet = await opening;
    await sheet.waitForLoadState();
    const codes = await readQr(await sheet.screenshot({ fullPage: true, scale: "device" }));
    await sheet.close();

    expect(codes.length).to.be.above(0);
    code = codes[0] ?? "";
  });

  it("ends in a shop, where the scan of a bag says that all of it holds", async () => {
    const { pathname } = new URL(code);
    for (const lang of ["zh-CN", "en"] as const) {
      const context = await browser.newContext({ viewport: PHONE, locale: lang });
      const page = await context.newPage();
      await page.goto(`${server.address}${pathname}?lang=${lang}`);
      const verdict = await verdictOn(page);
      const text = (await page.locator("main").textContent()) ?? "";

      expect(verdict.whole, verdict.findings.join(", ")).to.equal(verdict.total);
      expect(verdict.state).to.be.oneOf(["whole", "notices"]);
      expect(text).to.include(lang === "en" ? "Acetamiprid" : "啶虫脒");
      await keep(page, "scan", lang);
      await context.close();
    }
    expect(manager.complaints.concat(picker.complaints)).to.deep.equal([]);
  });

  /** In both languages, and back to the phone's own. */
  async function shot(phone: FieldPhone, name: string): Promise<void> {
    for (const lang of ["en", "zh-CN"] as const) {
      await phone.speak(lang);
      await keep(phone.page, name, lang);
    }
  }
});

async function keep(page: Page, name: string, lang: "zh-CN" | "en"): Promise<void> {
  const file = `record-${name}-${lang === "en" ? "en" : "zh"}.png`;
  const path = join(ROOT, "docs/pictures", file);
  const spare = join(ROOT, "test/artefacts/journeys");
  await mkdir(spare, { recursive: true });
  await page.screenshot({ path: existsSync(path) ? join(spare, file) : path });
}
