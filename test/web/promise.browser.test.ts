import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launchBrowser } from "../support/chromium.ts";
import { violations } from "../support/page-reading.ts";
import { HANDS } from "../support/passage.ts";
import { openPromisePages, type PromiseServer } from "../support/promise-pages.ts";
import { readQr } from "../support/qr.ts";

const PICTURES = join(import.meta.dirname, "../artefacts/web");
const PHONE = { width: 360, height: 780 };
/** CSS pixels of what margins of 12 mm leave of A4, 96 an inch. */
const A4 = { width: 703, height: 1031 };

describe("Pages of 承诺达标合格证 in a browser", function () {
  this.timeout(60_000);
  let server: PromiseServer;
  let browser: Browser;

  before(async () => {
    await mkdir(PICTURES, { recursive: true });
    server = await openPromisePages();
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  afterEach(() => {
    server.state.recall = null;
  });

  async function on<T>(
    path: string,
    look: (page: Page) => Promise<T>,
    options: BrowserContextOptions = {},
  ): Promise<T> {
    const context = await browser.newContext({ viewport: PHONE, locale: "zh-CN", bypassCSP: true, ...options });
    try {
      const page = await context.newPage();
      await page.goto(server.origin + path);
      return await look(page);
    } finally {
      await context.close();
    }
  }

  const codeOf = (cid: string) => `https://trace.example.org/PROMISE/${cid.toUpperCase()}`;

  for (const lang of ["zh-CN", "en"] as const) {
    it(`can be read on a phone, whole and by everybody, in ${lang}`, async () => {
      for (const name of ["producer", "purchaser"] as const) {
        await on(`/promise/${server[name]}?lang=${lang}`, async (page) => {
          await page.screenshot({ path: join(PICTURES, `promise-${name}-${lang}-phone.png`), fullPage: true });

          expect(await page.locator("h1").innerText()).to.equal("承诺达标合格证");
          expect(await overflow(page)).to.be.at.most(0);
          expect(await violations(page)).to.deep.equal([]);
        });
      }
      await on(
        `/promise/${server.producer}?lang=${lang}`,
        async (page) => {
          expect(await violations(page)).to.deep.equal([]);
        },
        { colorScheme: "dark" },
      );
    });

    it(`is one sheet of A4 in ${lang}, and its code is read by another reader`, async () => {
      for (const name of ["producer", "purchaser"] as const) {
        await on(
          `/promise/${server[name]}?lang=${lang}`,
          async (page) => {
            await page.emulateMedia({ media: "print" });
            const picture = await page.screenshot({
              path: join(PICTURES, `promise-${name}-${lang}-a4.png`),
              fullPage: true,
            });

            expect(await pagesOf(page)).to.deep.equal([[210, 297]]);
            expect(await readQr(picture)).to.deep.equal([codeOf(server[name])]);
            expect(await page.locator("#records").isVisible()).to.equal(false);
          },
          { viewport: A4 },
        );
      }
    });

    it(`has a register that reads on a phone and prints on A4, in ${lang}`, async () => {
      for (const hand of ["grower", "shop"] as const) {
        await on(`/promises/${HANDS[hand]}?lang=${lang}`, async (page) => {
          await page.screenshot({ path: join(PICTURES, `promises-${hand}-${lang}-phone.png`), fullPage: true });

          expect(await overflow(page)).to.be.at.most(0);
          expect(await violations(page)).to.deep.equal([]);
        });
      }
      await on(
        `/promises/${HANDS.grower}?lang=${lang}`,
        async (page) => {
          await page.emulateMedia({ media: "print" });
          await page.screenshot({ path: join(PICTURES, `promises-${lang}-a4.png`), fullPage: true });

          expect(await pagesOf(page)).to.deep.equal([[210, 297]]);
        },
        { viewport: A4 },
      );
    });
  }

  it("is a label of 60 × 40 mm, and its code is read by another reader", async () => {
    for (const name of ["producer", "purchaser"] as const) {
      await on(
        `/promise/${server[name]}?as=slip`,
        async (page) => {
          await page.emulateMedia({ media: "print" });
          const path = join(PICTURES, `promise-${name}-60x40.png`);
          const picture = await page.locator("svg.page").screenshot({ path });

          expect(await pagesOf(page)).to.deep.equal([[60, 40]]);
          expect(await readQr(picture)).to.deep.equal([codeOf(server[name])]);
          expect(await stray(page)).to.deep.equal([]);
        },
        { deviceScaleFactor: 2.25 },
      );
    }
  });

  it("leads to the records that it rests on", async () => {
    await on(`/promise/${server.producer}`, async (page) => {
      for (const link of await page.locator(".basis .see a").all()) {
        const target = await link.getAttribute("href");

        expect(await page.locator(target ?? "").count(), target ?? "").to.equal(1);
      }
    });
  });

  it("says in words why it is not printed", async () => {
    server.state.recall = { organisation: HANDS.regulator, atS: server.it.world.latest.timeS };
    await on(`/promise/${server.producer}`, async (page) => {
      await page.screenshot({ path: join(PICTURES, "promise-refused.png") });

      expect(await page.locator(".refused").innerText()).to.match(/召回了这批货或它的来源，合格证不能打印/);
      expect(await page.locator(".certificate").count()).to.equal(0);
      expect(await violations(page)).to.deep.equal([]);
    });
  });
});

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Sizes of the pages that come out of the printer, mm. */
async function pagesOf(page: Page): Promise<readonly (readonly number[])[]> {
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  return [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, wide, tall]) =>
    [wide, tall].map((points) => Math.round((Number(points) / 72) * 25.4)),
  );
}

/** Texts of a label that leave it, or run into its code. */
async function stray(page: Page): Promise<readonly string[]> {
  return page.locator("svg.page").evaluate((svg) => {
    const whole = svg.getBoundingClientRect();
    const code = svg.querySelector("path")?.getBoundingClientRect();
    return [...svg.querySelectorAll("text")]
      .filter((text) => {
        const box = text.getBoundingClientRect();
        const isOff =
          box.left < whole.left || box.right > whole.right || box.top < whole.top - 1 || box.bottom > whole.bottom + 1;
        const isOver = code !== undefined && box.right > code.left && box.left < code.right && box.top < code.bottom;
        return isOff || isOver;
      })
      .map((text) => text.textContent ?? "");
  });
}
