import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { StoredRecord } from "../../../scan-web/record/db.ts";
import { lotAddress } from "../../../scan-web/record/lot-code.ts";
import type { Field, FieldLot } from "../../../scan-web/record/model.ts";
import { launchBrowser } from "../../support/chromium.ts";
import { amount, field, idOf, IDS } from "../../support/notebook.ts";
import { readQr } from "../../support/qr.ts";
import { keepRecords, keepSerials, rowOf, uuidOf } from "../../support/recorder-records.ts";
import { HILL, openRecorder, type Phone } from "../../support/recorder-screens.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const VIEW = { width: 360, height: 780 };
const PHONE = "0571-0000 0000";
const [lot] = field.lots;
if (lot === undefined || field.organisation === null) throw new Error("the example field has a lot");
const cooperative = field.organisation;
const known: Field = { ...field, organisation: { ...cooperative, phone: PHONE } };
/** A lot that another phone has just named, and nobody has sent. */
const TOLD: FieldLot = { ...lot, id: idOf(0x777), lotNumber: "260402-TTTT" };

const refused = rowOf(4, {
  ...{ state: "needs-you", work: "plucking", document: "baf" },
  why: { type: "over-cap", values: [IDS.planting, "800", "9000"] },
  answers: { standard: { type: "choice", id: "bud" }, amount: amount("9000", "kg") },
  makes: [{ index: 0, id: IDS.made, sort: "lot", name: "260402-ABCD" }],
});
/** One in each state. */
const each: readonly StoredRecord[] = [
  rowOf(1),
  rowOf(2, { state: "saved", document: null, note: "示例：水很小" }),
  rowOf(3, { state: "going", why: { type: "subject-unknown", values: [IDS.lot] } }),
  refused,
  rowOf(5, { withdrawn: true }),
];
const run = rowOf(6, {
  ...{ work: "labelling", target: { sort: "lot", id: IDS.packedLot }, answers: { labels: amount("3", "piece") } },
  as: { kind: "LABEL", zh: "贴标签", en: "labels", bizStep: "cbv:packing" },
});
const SERIALS = ["0123456789ABCD", "0123456789ABCE", "0123456789ABCF"];
const SCREENS = [
  ...["/mine", "/mine/only/saved", `/mine/${uuidOf(2)}`, `/mine/${uuidOf(4)}`, `/mine/${uuidOf(4)}/withdraw`],
  ...["/needs-you", "/goods", `/lot/${IDS.lot}`, `/lot/${IDS.packedLot}`, `/lot/${IDS.coming}`, `/lot/${IDS.lot}/code`],
  ...[lotAddress(TOLD), `/label/${run.id}`, "/season", `/product/${IDS.bag}`, `/plot/${IDS.plot}`],
  `/planting/${IDS.planting}`,
];

describe("The recorder's records and goods", function () {
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

  interface Opening {
    readonly lang?: "zh-CN" | "en";
    readonly told?: Field;
    readonly scheme?: "light" | "dark";
  }

  async function open(records: readonly StoredRecord[], { lang = "zh-CN", told = known, scheme }: Opening = {}) {
    context = await browser.newContext({ viewport: VIEW, colorScheme: scheme ?? "light" });
    phone = await openRecorder(context, told, lang);
    page = phone.page;
    await keepRecords(page, records);
    await page.reload();
    await page.locator("main h1").waitFor();
  }

  /** Drawn under its own address: the mark on the page before is gone. */
  async function at(address: string): Promise<void> {
    await page.evaluate((to) => {
      document.querySelector("main h1")?.setAttribute("data-before", "");
      location.hash = to;
    }, address);
    await page.locator("main h1:not([data-before])").waitFor();
  }

  const says = (words: string | RegExp) => page.locator("main h1").filter({ hasText: words }).waitFor();
  const main = async () => (await page.locator("main").textContent()) ?? "";
  const rows = () => page.locator("main .records > li");
  const stored = (id: string) =>
    page.evaluate(
      (one) =>
        new Promise<{ state: string; withdrawn: boolean; answers: Record<string, unknown> } | undefined>((give) => {
          const opening = indexedDB.open("furrow");
          opening.onsuccess = () => {
            const asked = opening.result.transaction("records").objectStore("records").get(one);
            asked.onsuccess = () => {
              opening.result.close();
              give(asked.result as undefined);
            };
          };
        }),
      id,
    );

  describe("own records", () => {
    it("stand with work, place, day and state in words, those that need somebody first and with the reason", async () => {
      await open(each);
      await at("/mine");

      expect(await page.locator(".needs li").allTextContents()).to.have.length(1);
      expect(await page.locator(".needs li").textContent()).to.match(/采茶.*东坡.*这一季最多能采 800 千克/);
      expect(await rows().allTextContents()).to.have.length(4);
      const states = await rows().locator(".state").allTextContents();
      expect(states).to.deep.equal(["已撤回", "等着前面的记录", "存在手机上", "已上账"]);
    });

    it("are shown by state, thirty a page", async () => {
      await open([...each, ...Array.from({ length: 65 }, (_, n) => rowOf(n + 10))]);
      await at("/mine/only/final");
      const counts: number[] = [];

      for (;;) {
        counts.push(await rows().count());
        const older = page.locator("main a.button", { hasText: "再往前看" });
        if ((await older.count()) === 0) break;
        await at(((await older.getAttribute("href")) ?? "").slice(1));
      }

      expect(counts).to.deep.equal([30, 30, 7]);
      await at("/mine/only/saved");
      expect(await rows().count()).to.equal(1);
    });

    it("draw no more than a page of a thousand", async () => {
      await open(Array.from({ length: 1000 }, (_, n) => rowOf(n + 1)));
      await at("/mine");

      expect(await rows().count()).to.equal(30);
      expect(await page.locator("main *").count()).to.be.below(600);
    });

    it("tell all that was written, and every clock where they differ", async () => {
      const row = rowOf(2, { state: "saved", document: null, note: "示例：水很小", offsetMs: -7_200_000 });
      await open([row]);
      await at(`/mine/${row.id}`);

      expect(await main()).to.match(/滴灌/);
      expect(await main()).to.match(/示例：水很小/);
      expect(await main()).to.match(/哪天做的/);
      expect(await main()).to.match(/哪天记的/);
      expect(await main()).to.match(/手机的钟当时是/);
    });

    it("are changed in two taps", async () => {
      await open([]);
      await at("/begin/irrigation");
      await page.locator("label", { hasText: "滴灌" }).click();
      await page.locator(".bar .first").click();
      await says("已存在这部手机上");
      await page.locator("main a[href^='#/mine/']").click();
      await says("浇水");

      await page.locator("[data-do='change']").click();
      await page.locator(".bar .first").click();
      await says("已存在这部手机上");

      await at("/mine");
      expect(await rows().count()).to.equal(1);
    });

    it("are taken back as drafts while nothing of them is signed", async () => {
      await open([]);
      await at("/begin/weeding");
      await page.locator("label", { hasText: "锄头" }).click();
      await page.locator(".bar .first").click();
      await says("已存在这部手机上");
      await page.locator("main a[href^='#/mine/']").click();
      await says("除草");

      await page.locator("[data-do='undo']").click();
      await says(/怎么做的/);

      await at("/mine");
      expect(await rows().count()).to.equal(0);
    });

    it("are withdrawn after a plain question, and stay to be read", async () => {
      await open([refused]);
      await at("/needs-you");
      await page.locator("main a", { hasText: /^撤回$/ }).click();
      await says("撤回这一条吗");
      expect((await stored(refused.id))?.withdrawn).to.equal(false);

      await page.locator("[data-do='withdraw']").click();
      await says("采茶");

      expect((await stored(refused.id))?.withdrawn).to.equal(true);
      expect(await main()).to.match(/已撤回/);
    });

    it("that need somebody have a next step: call the office, change, withdraw", async () => {
      await open([refused]);
      await at("/needs-you");

      expect(await page.locator(".ways a[href^='tel:']").getAttribute("href")).to.equal("tel:057100000000");
      await page.locator(".ways [data-do='change']").click();
      await says(/一共多少/);
      expect(await page.locator("#amount").inputValue()).to.equal("9000");
    });
  });

  describe("a lot", () => {
    it("has what is left in kilograms and 斤, its works, and opens a work about itself", async () => {
      await open([]);
      await at("/goods");
      await page.locator(".row", { hasText: "260401-AAAA" }).click();
      await says("260401-AAAA");

      expect(await page.locator(".stock").textContent()).to.equal("还有 80 千克（160 斤）");
      await page.locator("[data-work='discarding']").click();
      await says("为什么");
      expect(await page.locator(".about").textContent()).to.match(/报损.*260401-AAAA/);
    });

    it("has no labels while it is loose, and neither labels nor a way out once it is recalled", async () => {
      await open([], { told: { ...known, lots: [{ ...lot, isRecalled: true }, ...known.lots.slice(1)] } });
      const works = () =>
        page.locator("main [data-work]").evaluateAll((all) => all.map((one) => one.getAttribute("data-work")));

      await at(`/lot/${IDS.otherLot}`);
      expect(await works())
        .to.include("loading")
        .and.not.to.include("labelling");
      await at(`/lot/${IDS.packedLot}`);
      expect(await works()).to.include.members(["labelling", "sending-packages"]);
      await at(`/lot/${IDS.lot}`);
      expect(await works())
        .to.include("discarding")
        .and.not.to.include("loading");
    });

    it("is received by what was found, or refused: nothing was", async () => {
      await open([]);
      await at(`/lot/${IDS.coming}`);

      await page.locator("[data-do='refuse']").click();
      await says(/多少/);
      expect(await page.locator("#amount").inputValue()).to.equal("0");
      await page.locator(".bar .first").click();
      await says("已存在这部手机上");

      await at("/goods");
      expect(await main()).not.to.match(/正在来的/);
    });

    it("is split into one of its own, and the books of the phone count it at once", async () => {
      await open([]);
      await at(`/lot/${IDS.lot}`);
      await page.locator("[data-work='splitting']").click();
      await page.locator("input[value='kg']").check({ force: true });
      await page.locator("#out").fill("30");
      await page.locator(".bar .first").click();
      await says("已存在这部手机上");

      await at(`/lot/${IDS.lot}`);
      expect(await page.locator(".stock").textContent()).to.match(/还有 50 千克/);
    });

    it("is told to another phone by a code, which records about it before it is on record", async () => {
      await open([], { told: { ...known, lots: [...known.lots, TOLD] } });
      await at(`/lot/${TOLD.id}/code`);
      const code = page.locator("svg.code");
      const [said = ""] = await readQr(await code.screenshot());
      expect(said).to.equal(`${HILL}/record/#${lotAddress(TOLD)}`);
      await context.close();

      await open([]);
      await at(new URL(said).hash.slice(1));
      await says("接着记这一批");
      await page.locator("[data-do='tell']").click();
      await says("260402-TTTT");
      await page.locator("[data-work='packing']").click();
      await page.locator(`[name='part.${TOLD.id}']`).fill("5");
      await page.locator(".bar .first").click();
      await page.locator("button", { hasText: "示例袋茶" }).click();
      await page.locator("#out").fill("5");
      await page.locator(".bar .first").click();
      await says("已存在这部手机上");
      expect(phone.complaints).to.deep.equal([]);
    });

    it("is not taken from a code whose product this phone does not know, nor from half a code", async () => {
      await open([]);

      await at(lotAddress({ ...TOLD, product: idOf(0x888) }));
      await says("还不认得这个产品");
      await at(lotAddress(TOLD).replace("KGM", "LBS"));
      await says("这个码不完整");
      await at("/goods");
      expect(await main()).not.to.include("TTTT");
    });
  });

  describe("a run of labels", () => {
    it("waits to be printed until it is on record, and says where its numbers are", async () => {
      await open([{ ...run, state: "saved", document: null }]);
      await keepSerials(page, run.id, SERIALS);
      await at(`/label/${run.id}`);

      expect(await main()).to.match(/做了 3 张标签/);
      expect(await main()).to.match(/这些号只存在这部手机上/);
      expect(await main()).to.match(/上账以后才能印/);
      expect(await page.locator("[data-do='check']").count()).to.equal(0);
    });

    it("is checked before a page is opened, and opens as the form of its numbers", async () => {
      await open([run]);
      await keepSerials(page, run.id, SERIALS);
      const asked: unknown[] = [];
      await page.route("**/api/label-sheets", async (route) => {
        asked.push(route.request().postData());
        await route.fulfill({ json: { run: run.id, lot: IDS.packedLot, labels: 2 } });
      });
      await context.route("**/api/label-sheets", async (route) => {
        asked.push(route.request().postData());
        await route.fulfill({ contentType: "text/html", body: "<h1>labels</h1>" });
      });
      await at(`/label/${run.id}`);

      await page.locator("label", { hasText: "60 × 40" }).click();
      await page.locator("#to").fill("2");
      await page.locator("main form button").click();
      const opened = context.waitForEvent("page");
      await page.locator("[data-do='print']").click();
      await (await opened).locator("h1", { hasText: "labels" }).waitFor();

      const wanted = { serials: SERIALS.slice(0, 2), format: "60x40", lang: "zh-CN" };
      expect(JSON.parse(String(asked[0]))).to.deep.equal({ ...wanted, as: "check" });
      expect(JSON.parse(new URLSearchParams(String(asked[1])).get("sheet") ?? "")).to.deep.equal({
        ...wanted,
        as: "html",
      });
      expect(phone.complaints).to.deep.equal([]);
    });

    it("says what to do where there is no network", async () => {
      await open([run]);
      await keepSerials(page, run.id, SERIALS);
      await at(`/label/${run.id}`);

      await page.locator("main form button").click();

      expect(await page.locator(".wrong").textContent()).to.match(/没有网/);
    });
  });

  describe("the season", () => {
    it("begins with what is grown and where: a manager of an empty cooperative plants in three steps", async () => {
      const empty: Field = { ...known, plots: [], products: [], plantings: [], lots: [] };
      await open([], { told: empty });
      await page.evaluate(makeManager);
      await page.reload();
      await page.locator(".first-steps").waitFor();

      await page.locator(".first-steps [data-work='new-product']").click();
      await page.locator("#name").fill("示例鲜叶");
      await page.locator(".bar .first").click();
      await page.locator("button", { hasText: /^茶$/ }).click();
      await page.locator("label", { hasText: "按重量" }).click();
      await page.locator(".bar .first").click();
      await says("已存在这部手机上");
      await at("/");
      await page.locator(".first-steps [data-work='new-plot']").click();
      await page.locator("#code").fill("P-09");
      await page.locator(".bar .first").click();
      await page.locator("#area").fill("3");
      await page.locator(".bar .first").click();
      await says("已存在这部手机上");
      await at("/");
      await page.locator(".first-steps a.first").click();
      await says("P-09");
      await page.locator("[data-work='planting']").click();
      await page.locator("button", { hasText: "示例鲜叶" }).click();
      await page.locator("#area").fill("3");
      await page.locator(".bar .first").click();
      await says("一亩最多能收多少");
      expect(await main()).to.match(/收的比这个多，就记不上账/);
      await page.locator("#cap").fill("400");
      await page.locator(".bar .first").click();
      await says("已存在这部手机上");

      await at("/");
      expect(await page.locator(".first-steps").count()).to.equal(0);
      await at("/works");
      expect(await page.locator("[data-work='plucking']").count()).to.equal(1);
    });

    it("tells of a planting what it may bear, and ends it", async () => {
      await open([]);
      await at(`/planting/${IDS.planting}`);
      expect(await main()).to.match(/每亩 200 斤（100 千克）/);

      await page.locator("[data-do='end']").click();
      await page.locator("label", { hasText: "这一季收完了" }).click();
      await page.locator(".bar .first").click();
      await says("已存在这部手机上");

      await at(`/plot/${IDS.plot}`);
      expect(await main()).to.match(/空着的10 亩/);
    });
  });

  for (const lang of ["zh-CN", "en"] as const)
    for (const scheme of ["light", "dark"] as const)
      it(`can be used by everybody: ${lang}, ${scheme}`, async () => {
        await open([...each, run], { lang, scheme });
        await keepSerials(page, run.id, SERIALS);

        for (const address of SCREENS) {
          await at(address);
          await page.evaluate(AXE);
          expect(await page.evaluate(wrongHere), address).to.deep.equal([]);
        }
        expect(phone.complaints).to.deep.equal([]);
      });
});

function makeManager(): Promise<void> {
  return new Promise((done) => {
    const opening = indexedDB.open("furrow");
    opening.onsuccess = () => {
      const all = opening.result.transaction("kept", "readwrite");
      const asked = all.objectStore("kept").get("self");
      asked.onsuccess = () => all.objectStore("kept").put({ ...(asked.result as object), manager: true }, "self");
      all.oncomplete = () => {
        opening.result.close();
        done();
      };
    };
  });
}

/** Axe with 7:1, targets of 48 px, and nothing wider than the screen. */
async function wrongHere(): Promise<string[]> {
  const { axe } = globalThis as unknown as {
    axe: { run(of: Document, how: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
  };
  const { violations } = await axe.run(document, {
    rules: { "color-contrast-enhanced": { enabled: true }, "target-size": { enabled: true } },
  });
  const targets = "main a, main button, main summary, main input:not([type=hidden], [type=radio]), nav a";
  const small = [...document.querySelectorAll(targets)].filter((one) => {
    const { width, height } = one.getBoundingClientRect();
    return width > 0 && (height < 47.5 || width < 47.5);
  });
  return [
    ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`),
    ...small.map((one) => `small: ${one.outerHTML.slice(0, 120)}`),
    ...(document.documentElement.scrollWidth > innerWidth ? ["wider than the screen"] : []),
  ];
}
