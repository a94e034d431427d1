import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "chai";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { Field } from "../../../scan-web/record/model.ts";
import { launchBrowser } from "../../support/chromium.ts";
import { nastyStrings } from "../../support/nasty.ts";
import { field, idOf, IDS } from "../../support/notebook.ts";
import { openRecorder, type Phone } from "../../support/recorder-screens.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const VIEW = { width: 360, height: 780 };
/** Screens of a record, each from anywhere; the address that it is opened by. */
const SCREENS = [
  "/",
  "/places",
  "/works",
  "/begin/irrigation",
  "/begin/spraying",
  "/begin/plucking",
  "/begin/photo",
  `/begin/processing/lot/${IDS.lot}`,
  `/begin/packing/lot/${IDS.lot}`,
  "/begin/nothing-of-the-kind",
];

describe("The recorder's screens", function () {
  this.timeout(240_000);
  let browser: Browser;
  let context: BrowserContext;
  let phone: Phone;
  let page: Page;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser?.close());
  afterEach(() => context.close());

  async function open(
    known: Field = field,
    lang: "zh-CN" | "en" = "zh-CN",
    options: BrowserContextOptions = {},
  ): Promise<void> {
    context = await browser.newContext({ viewport: VIEW, ...options });
    phone = await openRecorder(context, known, lang);
    page = phone.page;
  }

  async function at(address: string): Promise<void> {
    await page.evaluate((to) => {
      location.hash = to;
    }, address);
    await settled();
  }

  /** Nothing is drawn any more. */
  async function settled(): Promise<void> {
    let [before, now] = ["", await page.content()];
    while (before !== now) {
      await page.waitForTimeout(120);
      [before, now] = [now, await page.content()];
    }
  }

  const title = () => page.locator("main h1");
  const save = () => page.locator(".bar .first");
  const work = (id: string) => page.locator(`[data-work="${id}"]`);
  const key = (digit: string) => page.locator(`[data-key="${digit}"]`);

  /** Clicks one after the other, each as soon as it is to be seen. */
  async function taps(...on: readonly { click(): Promise<void> }[]): Promise<number> {
    for (const one of on) await one.click();
    return on.length;
  }

  async function says(words: string): Promise<void> {
    await title().filter({ hasText: words }).waitFor();
  }

  const records = () =>
    page.evaluate(
      () =>
        new Promise<{ work: string; answers: Record<string, unknown>; note: string; files: string[] }[]>(
          (give, fail) => {
            const opening = indexedDB.open("furrow");
            opening.onerror = () => fail(opening.error);
            opening.onsuccess = () => {
              const asked = opening.result.transaction("records").objectStore("records").getAll();
              asked.onsuccess = () => {
                opening.result.close();
                give(asked.result as []);
              };
            };
          },
        ),
    );

  it("save a watering in three taps, and the next one in two", async () => {
    await open();

    const first = await taps(work("irrigation"), page.locator("label", { hasText: "滴灌" }), save());
    await says("已存在这部手机上");
    await at("/");
    const second = await taps(work("irrigation"), save());
    await says("已存在这部手机上");

    expect([first, second]).to.deep.equal([3, 2]);
    expect((await records()).map(({ work: id }) => id)).to.deep.equal(["irrigation", "irrigation"]);
    expect(phone.complaints).to.deep.equal([]);
  });

  it("save a spraying with input, interval and dose in six taps", async () => {
    await open();

    const count = await taps(
      work("spraying"),
      page.locator("ul#input button", { hasText: "啶虫脒" }),
      page.locator(".chips button", { hasText: /^7$/ }),
      key("2"),
      key("5"),
      save(),
    );
    await says("已存在这部手机上");

    expect(count).to.equal(6);
    const [record] = await records();
    expect(record?.answers).to.deep.include({ dose: { type: "amount", amount: { text: "25", shown: "ml" } } });
    expect(record?.answers).to.deep.include({ interval: { type: "amount", amount: { text: "7", shown: "day" } } });
  });

  it("find an input by its first letters, and take one that is in no list", async () => {
    await open();
    await at("/begin/spraying");

    await page.locator(".search").fill("bcl");
    expect(await page.locator("ul#input li:visible").allTextContents()).to.deep.equal(["吡虫啉"]);

    await page.locator("[id='input.own']").fill("示例药剂");
    await page.locator(".own button").click();
    await says("安全间隔期");
    expect(await page.locator(".about").textContent()).to.include("示例药剂");
  });

  it("warn by name and day before a harvest within an interval, and save it all the same if it was picked", async () => {
    const atS = Math.floor(Date.now() / 1000) - 2 * 86_400;
    const use = { name: { zh: "啶虫脒", en: "Acetamiprid" }, atS, preHarvestIntervalDays: 7 };
    await open({ ...field, plantings: field.plantings.map((one) => ({ ...one, uses: [use] })) });
    await at("/begin/plucking");

    await taps(page.locator(".choice", { hasText: "一芽一叶" }), key("9"), save());
    await says("还没到能采的日子");
    expect(await page.locator(".warn").textContent()).to.match(/啶虫脒.*7 天/);
    expect(await records()).to.deep.equal([]);

    await page.locator("button", { hasText: "照实记下" }).click();
    await says("已存在这部手机上");
    expect(await records()).to.have.length(1);
  });

  it("ask for what goes in in 斤 or kilograms; what was filled in follows the unit", async () => {
    await open();
    await at(`/begin/packing/lot/${IDS.lot}`);
    const about = page.locator(`[name="part.${IDS.lot}"]`);
    expect(await about.inputValue()).to.equal("160");

    await page.locator("#parts .units label", { hasText: "公斤" }).click();

    expect(await about.inputValue()).to.equal("80");
    await about.fill("12.5");
    await page.locator("#parts .units label", { hasText: /^斤$/ }).click();
    expect(await about.inputValue()).to.equal("12.5");
  });

  it("offer the names that the phone has met, and take a number for anybody else", async () => {
    await open();
    await at(`/begin/loading/lot/${IDS.lot}`);
    await taps(page.locator(".choice", { hasText: "示例茶商" }), page.locator(".bar .first"), key("9"), save());
    await says("已存在这部手机上");
    expect((await records())[0]?.answers).to.deep.include({
      to: { type: "party", number: 9, name: { zh: "示例茶商" } },
    });

    await at(`/begin/loading/lot/${IDS.otherLot}`);
    await page.locator("[data-go='to']").click();
    await page.locator("[name='to.own']").fill("12");
    await taps(page.locator(".bar .first"), key("1"), save());
    await says("已存在这部手机上");
    expect(
      (await records()).some(({ answers }) => JSON.stringify(answers.to) === `{"type":"party","number":12}`),
    ).to.equal(true);
  });

  it("save once for a double tap", async () => {
    await open();
    await taps(work("irrigation"), page.locator("label", { hasText: "喷灌" }));

    await save().dblclick();
    await says("已存在这部手机上");

    expect(await records()).to.have.length(1);
  });

  it("give a record back that was saved by mistake, with all that was written", async () => {
    await open();
    await taps(work("irrigation"), page.locator("label", { hasText: "沟灌" }));
    await page.locator("#note").fill("示例：水很小");
    await save().click();
    await says("已存在这部手机上");

    await page.locator("[data-do='undo']").click();
    await says("怎么做的");

    expect(await records()).to.deep.equal([]);
    expect(await page.locator("#note").inputValue()).to.equal("示例：水很小");
    expect(await page.locator("input[value='furrows']").isChecked()).to.equal(true);
  });

  it("keep what is typed when another question is looked at, and after the tab is gone", async () => {
    await open();
    await taps(
      work("spraying"),
      page.locator("ul#input button", { hasText: "啶虫脒" }),
      page.locator(".chips button", { hasText: /^7$/ }),
      key("4"),
    );
    await page.locator("#note").fill("示例：东边一半");
    await page.locator("[data-go='reason']").click();
    await says("为什么");
    await page.reload();
    await says("为什么");
    await page.locator(".choice", { hasText: "虫害" }).click();
    await says("一共用了多少");

    expect(await page.locator("#dose").inputValue()).to.equal("4");
    expect(await page.locator("#note").inputValue()).to.equal("示例：东边一半");

    await at("/");
    await page.locator(".unfinished a").click();
    await says("一共用了多少");
  });

  it("go where a tap leads on a slow phone, while other tabs change the notebook all the time", async () => {
    await open();
    const slow = await context.newCDPSession(page);
    await slow.send("Emulation.setCPUThrottlingRate", { rate: 6 });
    await page.evaluate(() => {
      const channel = new BroadcastChannel("furrow-changed");
      setInterval(() => channel.postMessage(null), 15);
    });

    await taps(work("irrigation"), page.locator("label", { hasText: "滴灌" }));
    for (const _ of [1, 2, 3, 4, 5, 6]) {
      await page.locator("#note").fill("示例");
      await page.locator("[data-go='source']").click();
      await says("水从哪里来");
      await page.locator(".choice", { hasText: "井水" }).click();
      await says("怎么做的");
    }
  });

  it("tell above the form what lacks, with its cause and the next step, and take the focus there", async () => {
    await open();
    await at("/begin/photo");

    await save().click();

    const box = page.locator(".wrong");
    await box.waitFor();
    expect(await box.textContent()).to.match(/没有写.*再点/);
    expect(await box.evaluate((one) => one === document.activeElement)).to.equal(true);
    expect(await records()).to.deep.equal([]);
  });

  it("refuse an amount that is none, beside what was typed", async () => {
    await open();
    await at("/begin/plucking");
    await page.locator(".choice", { hasText: "单芽" }).click();
    await says("一共多少");
    await page.locator("#amount").fill("九十");

    await save().click();

    await page.locator(".wrong [data-focus='amount']").click();
    expect(await page.locator("#amount").evaluate((one) => one === document.activeElement)).to.equal(true);
    expect(await page.locator("#amount").inputValue()).to.equal("九十");
  });

  it("take a picture and a line as a whole record, after saying once who will see it", async () => {
    await open();
    const jpeg = await page.evaluate(async () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
      const drawing = canvas.getContext("2d");
      if (drawing === null) throw new Error("no canvas");
      drawing.fillStyle = "#3f7d43";
      drawing.fillRect(0, 0, 640, 300);
      const blob = await new Promise<Blob | null>((give) => canvas.toBlob(give, "image/jpeg"));
      return [...new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0))];
    });
    const file = { name: "IMG_1.jpg", mimeType: "image/jpeg", buffer: Buffer.from(jpeg) };
    await work("photo").click();

    await page.locator("[data-go='notice']").click();
    await says("拍之前");
    expect(await page.locator(".notice").textContent()).to.include("买的人会看到");
    await page.locator("input[name='picture']").setInputFiles(file);
    await page.locator(".pictures img").waitFor();
    await page.locator("#note").fill("示例：新芽");
    await save().click();
    await says("已存在这部手机上");

    const [record] = await records();
    expect(record).to.deep.include({ work: "photo", note: "示例：新芽" });
    expect(record?.files).to.have.length(1);
    expect(phone.complaints).to.deep.equal([]);
  });

  it("let 200 nasty strings be nothing but text, as names and as what is typed", async () => {
    const [plot, planting, lot] = [field.plots[0], field.plantings[0], field.lots[0]];
    if (plot === undefined || planting === undefined || lot === undefined) throw new Error("the field has one of each");
    await open({
      ...field,
      organisation: field.organisation && { ...field.organisation, name: { zh: nastyStrings[0]?.text ?? "" } },
      plots: nastyStrings.map(({ text }, n) => ({ ...plot, id: idOf(0x9000 + n), code: text, name: { zh: text } })),
      plantings: [],
      products: nastyStrings.map(({ text }, n) => ({
        ...(field.products[0] as Field["products"][number]),
        id: idOf(0xa000 + n),
        name: { zh: text },
      })),
      lots: nastyStrings.map(({ text }, n) => ({
        ...lot,
        id: idOf(0xb000 + n),
        product: idOf(0xa000 + n),
        lotNumber: text,
      })),
    });
    const made = () =>
      page.evaluate(
        () =>
          document.querySelectorAll(
            "script:not([src^='/assets/']), iframe, object, embed, main [onerror], main [onclick], main style, main link",
          ).length,
      );

    await at("/places");
    expect(await page.locator(".places .place").count()).to.equal(400);
    expect(await made()).to.equal(0);
    await at(`/begin/processing/lot/${idOf(0xb000)}`);
    expect(await made()).to.equal(0);

    await at(`/begin/irrigation/plot/${idOf(0x9000)}`);
    for (const { text } of nastyStrings.slice(0, 40)) {
      await page.locator("#note").fill(text);
      await page.locator("[data-day='1']").click();
      await settled();
      expect(await made(), text).to.equal(0);
    }
    expect(phone.complaints).to.deep.equal([]);
  });

  for (const lang of ["zh-CN", "en"] as const) {
    for (const colorScheme of ["light", "dark"] as const) {
      it(`have contrast of 7:1, targets of 48 px and nothing that axe finds, in ${lang}, ${colorScheme}`, async () => {
        await open(field, lang, { colorScheme });
        await page.evaluate(AXE);
        for (const address of SCREENS) {
          await at(address);
          expect(await axeFindings(page), address).to.deep.equal([]);
          expect(await small(page), address).to.deep.equal([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth), address).to.be.at.most(VIEW.width);
        }
      });
    }

    it(`do not scroll sideways with letters of twice the size, in ${lang}`, async () => {
      await open(field, lang);
      for (const address of SCREENS) {
        await at(address);
        await page.evaluate(() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync("html { font-size: 40px !important; }");
          document.adoptedStyleSheets = [sheet];
        });
        expect(await page.evaluate(() => document.documentElement.scrollWidth), address).to.be.at.most(VIEW.width);
      }
    });
  }
});

function axeFindings(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run({ rules: { "color-contrast-enhanced": { enabled: true } } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
  });
}

/** What can be tapped and is smaller than a finger. What lies unseen over a larger label is that label. */
function small(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        "a[href], button, input, select, textarea, summary, label.choice, label.take",
      ),
    ].flatMap((one) => {
      const { width, height } = one.getBoundingClientRect();
      const isLabelled = one.matches("label input");
      if (width === 0 || height === 0 || isLabelled || one.matches(".skip")) return [];
      return width >= 47.5 && height >= 47.5
        ? []
        : [`${Math.round(width)} × ${Math.round(height)} ${one.outerHTML.slice(0, 120)}`];
    }),
  );
}
