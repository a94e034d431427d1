/**
 * The example's own pages on the smallest phone, in both languages, by day and by night: nothing that axe finds, nothing wider than
 * the screen, and a picture of each in test/artefacts for somebody to look at. (All pages by themselves: test/web.)
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import { expect } from "chai";
import type { Page } from "playwright-core";
import type { ExampleResult } from "../../scripts/example/kept.ts";
import { exampleServer, keepPicture, LANGS, open, PHONE, SCHEMES, verdictOn } from "../support/journey.ts";
import type { Running } from "../support/start.ts";

describe("The example on a small phone", function () {
  this.timeout(120_000);
  let server: Running;
  let address: string;
  let example: ExampleResult;
  let axe: string;

  before(async () => {
    ({ server, address, example } = await exampleServer());
    axe = await readFile(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
  });
  after(() => server?.stop());

  for (const lang of LANGS) {
    for (const scheme of SCHEMES) {
      it(`has nothing that axe finds and fits the screen (${lang}, ${scheme})`, async () => {
        const home = await open(`${address}/?lang=${lang}`, { lang, scheme });
        const found = await faultsOf(home.page);
        await keepPicture(home.page, `home-${lang}-${scheme}`);
        await home.context.close();

        // A picture of the whole record at two dots a pixel would be thirty megabytes in memory.
        const scan = await open(`${address}${example.bag.code}?lang=${lang}`, { lang, scheme, deviceScaleFactor: 1 });
        await verdictOn(scan.page);
        await showPictures(scan.page);
        found.push(...(await faultsOf(scan.page)));
        await keepPicture(scan.page, `scan-${lang}-${scheme}`);
        await keepPicture(scan.page, `scan-first-${lang}-${scheme}`, false);
        await scan.context.close();

        expect(found).to.deep.equal([]);
      });
    }
  }

  async function faultsOf(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    return [
      ...violations.map(({ id, help, nodes }) => `${page.url()}: ${id} (${help}): ${nodes[0]?.html.slice(0, 160)}`),
      ...(width > PHONE.width ? [`${page.url()}: ${width} px wide`] : []),
    ];
  }

  /** They are loaded when somebody comes to them. */
  async function showPictures(page: Page): Promise<void> {
    for (const image of await page.locator("img").all()) await image.scrollIntoViewIfNeeded();
    await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
    await page.evaluate(() => scrollTo(0, 0));
  }
});
