import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { FORMAT_NAMES, FORMATS, type FormatName, NO_SHIFT } from "../../scan-web/label/formats.ts";
import { type Drawing, drawLabel } from "../../scan-web/label/label.ts";
import { printPages } from "../../scan-web/label/sheet.ts";
import { LANGS, type Lang } from "../../scan-web/ui/i18n.ts";
import { launchBrowser } from "../support/chromium.ts";
import { aBag, aPrinted, NAMES, ORIGIN } from "../support/printed.ts";
import { readQr } from "../support/qr.ts";

const PICTURES = join(import.meta.dirname, "../artefacts/web");
/** CSS has 96 dots an inch; so many for each of them are 216 an inch, the nearest above a label printer's 203. */
const DENSITY = 2.25;
/** The fonts that pages are really printed in. */
const FONTS = { sans: "sans-serif", serif: "serif" };

describe("Pages of labels in a browser", function () {
  this.timeout(120_000);
  let browser: Browser;

  before(async () => {
    await mkdir(PICTURES, { recursive: true });
    browser = await launchBrowser();
  });

  after(() => browser?.close());

  /** As a printer sees it. */
  async function open(format: FormatName, lang: Lang, name: keyof typeof NAMES, count: number) {
    const bags = Array.from({ length: count }, () => aBag());
    const printed = aPrinted({ product: NAMES[name], net: lang === "en" ? "250 g" : "250 克" });
    const drawing = drawLabel(printed, { format: FORMATS[format], lang, modules: 33, fonts: FONTS });
    const job = { drawing, lang, product: "", notes: [], warning: null, shift: NO_SHIFT, skip: 0 };
    const page = await browser.newPage({ viewport: { width: 900, height: 1200 }, deviceScaleFactor: DENSITY });
    await page.emulateMedia({ media: "print" });
    await page.setContent([...printPages(job, bags)].join(""));
    return { page, bags, drawing };
  }

  it("hold 40 codes on a sheet of A4, all read by another reader from what was drawn", async () => {
    const { page, bags } = await open("a4", "zh-CN", "usual", 40);
    const sheet = await page.locator("svg.page").screenshot({ path: join(PICTURES, "labels-a4.png") });
    await page.close();

    const read = await readQr(sheet);

    expect(new Set(read)).to.deep.equal(new Set(bags.map(({ path }) => ORIGIN + path)));
    expect(read).to.have.length(40);
  });

  for (const format of FORMAT_NAMES) {
    for (const lang of LANGS) {
      it(`keep all ink inside of the label on ${format} in ${lang}, names short and long`, async () => {
        for (const name of ["short", "usual", "long"] as const) {
          const { page, drawing } = await open(format, lang, name, 1);
          const path = join(PICTURES, `label-${format}-${lang}-${name}.png`);
          const whole = await page.locator("svg.page").boundingBox();
          const [perMm, { width, height }] = [96 / 25.4, FORMATS[format]];
          const clip = { x: whole?.x ?? 0, y: whole?.y ?? 0, width: width * perMm, height: height * perMm };
          const png = await page.screenshot({ path, clip });

          expect(await strayInk(page, png, drawing), name).to.deep.equal([]);
          await page.close();
        }
      });
    }
  }

  it("come out as pages of the paper's own size", async () => {
    for (const [format, count, pages] of [
      ["a4", 41, 2],
      ["60x40", 3, 3],
      ["40x30", 2, 2],
    ] as const) {
      const { page } = await open(format, "zh-CN", "usual", count);
      const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: false })).toString("latin1");
      await page.close();
      const [width, height] = format === "a4" ? [210, 297] : [FORMATS[format].width, FORMATS[format].height];
      const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, wide, tall]) =>
        [wide, tall].map((points) => Math.round((Number(points) / 72) * 25.4)),
      );

      expect(boxes, format).to.deep.equal(Array.from({ length: pages }, () => [width, height]));
    }
  });
});

/** Where the picture of one label has ink that belongs to none of its boxes, in mm; at most three places. */
async function strayInk(page: Page, png: Buffer, { layout, format }: Drawing): Promise<readonly string[]> {
  const { column, band, rule, code } = layout;
  const own = { x: code.x, y: code.y, width: code.side, height: code.side };
  const boxes = [column, own, band, rule].filter((box) => box !== null);
  return page.evaluate(
    async ({ picture, width, allowed, slack }) => {
      const image = new Image();
      image.src = `data:image/png;base64,${picture}`;
      await image.decode();
      const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
      const context = canvas.getContext("2d");
      context?.drawImage(image, 0, 0);
      const { data } = context?.getImageData(0, 0, image.width, image.height) ?? { data: [] };
      const dotsPerMm = image.width / width;
      const stray: string[] = [];
      for (let at = 0; at < image.width * image.height && stray.length < 3; at++) {
        if ((data[4 * at] ?? 255) > 128) continue;
        const [x, y] = [(at % image.width) / dotsPerMm, Math.floor(at / image.width) / dotsPerMm];
        const isIn = allowed.some(
          (box) =>
            x >= box.x - slack &&
            x <= box.x + box.width + slack &&
            y >= box.y - slack &&
            y <= box.y + box.height + slack,
        );
        if (!isIn) stray.push(`${x.toFixed(1)} ${y.toFixed(1)}`);
      }
      return stray;
    },
    // A dot is 0.12 mm.
    { picture: png.toString("base64"), width: format.width, allowed: boxes, slack: 0.25 },
  );
}
