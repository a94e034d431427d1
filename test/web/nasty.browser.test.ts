import { expect } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser } from "../support/chromium.ts";
import { nastyStrings, reworded } from "../support/nasty.ts";
import { openPages, type PageServer } from "../support/pages.ts";
import { makeTea, type Tea } from "../support/tea.ts";

type JsonObject = Parameters<typeof reworded>[0];

/** Without halves of surrogate pairs, for which there is no UTF-8: no document and no address can hold them. */
const strings = nastyStrings.filter(({ text }) => text.isWellFormed());

const PHONE = { width: 360, height: 780 };

describe("200 nasty strings in a real browser", function () {
  this.timeout(240_000);

  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let tea: Tea;
  let server: PageServer;
  const told: string[] = [];
  /** What stands in another order by the layout itself. */
  let usual: ReadonlySet<string> = new Set();

  before(async () => {
    tea = await makeTea();
    server = await openPages(tea);
    browser = await launchBrowser();
    const plain = await browser.newPage({ viewport: PHONE, locale: "zh-CN" });
    await plain.goto(`${server.origin}${tea.codes[0]}`, { waitUntil: "domcontentloaded" });
    usual = new Set((await plain.evaluate(lookAtOrder)).turned);
    expect([...usual].filter((one) => !one.startsWith("DL "))).to.deep.equal([]);
    await plain.close();
  });

  after(async () => {
    await browser.close();
    await server.close();
  });

  beforeEach(async () => {
    told.length = 0;
    context = await browser.newContext({ viewport: PHONE, locale: "zh-CN" });
    page = await context.newPage();
    page.on("dialog", (dialog) => {
      told.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("pageerror", (error) => told.push(error.message));
    page.on("console", (message) => told.push(message.text()));
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== server.origin && protocol !== "data:") told.push(`request ${request.url()}`);
    });
  });

  afterEach(() => context.close());

  it("run nothing and turn nothing on the scan page, each in every text of every document", async () => {
    const documents = Object.entries(tea.history.documents).map(
      ([cid, text]) => [cid, JSON.parse(text) as JsonObject] as const,
    );
    // The check of the documents is the next test's: here their bytes are not those that were signed.
    await page.route("**/assets/*.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
    for (const { kind, text } of strings) {
      const nasty = documents.map(([cid, document]) => [cid, JSON.stringify(reworded(document, () => text))]);
      server.state.history = () => ({ ...tea.history, documents: Object.fromEntries(nasty) as Record<string, string> });
      await page.goto(`${server.origin}${tea.codes[0]}`, { waitUntil: "domcontentloaded" });
      await expectUnmoved(`${kind} ${JSON.stringify(text)}`);
    }
  });

  it("leave a page whose documents are signed with them as checked as any other", async () => {
    let n = 0;
    const other = await makeTea({
      reworded: (document) => reworded(document, () => strings[n++ % strings.length]?.text ?? ""),
    });
    expect(n).to.be.greaterThan(60);
    const shown = await openPages(other);
    try {
      for (const lang of ["zh-CN", "en"]) {
        await page.goto(`${shown.origin}${other.codes[0]}?lang=${lang}`);
        await page.locator(".entry .check.ok").first().waitFor({ state: "attached" });

        await expectUnmoved(lang, shown.origin);
        expect(await page.locator(".entry .check.bad").count()).to.equal(0);
        expect(await page.locator('[data-finding="page-differs"]').count()).to.equal(0);
      }
    } finally {
      await shown.close();
    }
  });

  it("run nothing and turn nothing on home, and where they are typed as a number", async () => {
    const { example } = server.state;
    for (const { kind, text } of strings) {
      server.state.example =
        example === null || "making" in example ? null : { ...example, product: { zh: text, en: text } };
      await page.goto(server.origin, { waitUntil: "domcontentloaded" });
      await expectUnmoved(`home ${kind} ${JSON.stringify(text)}`);
      await page.goto(`${server.origin}/find?code=${encodeURIComponent(text)}`, { waitUntil: "domcontentloaded" });
      // What cannot be a number is answered 400, which the console tells.
      told.splice(0, told.length, ...told.filter((line) => !/status of 400/.test(line)));
      await expectUnmoved(`find ${kind} ${JSON.stringify(text)}`);
    }
  });

  async function expectUnmoved(says: string, origin = server.origin): Promise<void> {
    const { turned, ran, wide } = await page.evaluate(lookAtOrder);
    expect(
      turned.filter((one) => !usual.has(one)),
      says,
    ).to.deep.equal([]);
    expect(ran, says).to.equal(false);
    expect(wide, says).to.equal(0);
    expect(new URL(page.url()).origin, says).to.equal(origin);
    expect(
      told.filter((line) => !line.startsWith(`request ${origin}`)),
      says,
    ).to.deep.equal([]);
  }
});

/**
 * Runs in the page. In each block, letters outside isolates stand in a line from left to right, in the order of the text; blocks
 * of a column stand one below the other; nothing is wider than the window.
 */
function lookAtOrder(): { turned: string[]; ran: boolean; wide: number } {
  const turned: string[] = [];
  const range = document.createRange();
  const isInline = (element: Element) => getComputedStyle(element).display.startsWith("inline");
  const look = (block: Element): void => {
    let depth = 0;
    let last: { left: number; top: number; bottom: number; letter: string } | null = null;
    const walk = (node: Node): void => {
      if (node instanceof Text) {
        let at = 0;
        for (const letter of node.data) {
          const from = at;
          at += letter.length;
          if (letter === "\u2068") depth++;
          else if (letter === "\u2069") depth--;
          else if (depth === 0 && !/[\s\p{M}\p{Cf}\p{Emoji_Modifier}]/u.test(letter)) {
            range.setStart(node, from);
            range.setEnd(node, at);
            const box = range.getClientRects()[0];
            if (box === undefined || box.width === 0) continue;
            const isSameLine =
              last !== null && Math.abs(box.top - last.top) < 4 && Math.abs(box.bottom - last.bottom) < 4;
            if (last !== null && isSameLine && box.left < last.left - 1)
              turned.push(`"${letter}" left of "${last.letter}" in ${(block.textContent ?? "").slice(0, 60)}`);
            last = { left: box.left, top: box.top, bottom: box.bottom, letter };
          }
        }
        return;
      }
      if (!(node instanceof Element) || /^(?:STYLE|SCRIPT|svg)$/.test(node.tagName)) return;
      if (node !== block && !isInline(node)) {
        look(node);
        last = null;
        return;
      }
      for (const child of node.childNodes) walk(child);
    };
    for (const child of block.childNodes) walk(child);
  };
  look(document.body);
  let bottom = Number.NEGATIVE_INFINITY;
  for (const part of document.querySelectorAll("main > *, body > header, body > footer")) {
    const box = part.getBoundingClientRect();
    if (box.height === 0) continue;
    if (box.top < bottom - 1) turned.push(`${part.tagName} above what comes before it`);
    bottom = box.top;
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  return { turned, ran: "ran" in window, wide: Math.max(0, scrollWidth - clientWidth) };
}
