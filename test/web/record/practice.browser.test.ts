import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../../support/chromium.ts";
import { picture, violations } from "../../support/page-reading.ts";
import { startServer, type TestServer } from "../../support/server.ts";

describe("Practising on a phone", function () {
  this.timeout(180_000);

  let server: TestServer;
  let browser: Browser;
  let page: Page;
  const asked: string[] = [];

  before(async () => {
    [server, browser] = await Promise.all([
      startServer({ pages: true, practice: true, clock: "machine" }),
      launchBrowser(),
    ]);
    const context = await browser.newContext({ viewport: { width: 360, height: 780 }, locale: "zh-CN" });
    context.setDefaultTimeout(20_000);
    page = await context.newPage();
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await picture(page, "record-failed");
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  const heading = (text: string | RegExp) => page.locator("h1", { hasText: text }).waitFor();
  const seen = async (name: string): Promise<void> => {
    await picture(page, `record-${name}`);
    expect(await violations(page), name).to.deep.equal([]);
  };

  it("gives a field to practise on by one tap, plainly marked", async () => {
    await page.goto(`${server.address}/record/`);
    await page.getByRole("link", { name: "先练习一下" }).click();
    await heading("练习");
    await seen("practice-zh-CN");
    await page.getByRole("button", { name: "开始练习" }).click();

    await heading("三步学会");
    await page.locator("a.practice", { hasText: "第 1 步：浇水" }).waitFor();
    await seen("lesson-1-zh-CN");
  });

  it("leads through watering, and notices that it is done", async () => {
    await page.getByRole("link", { name: "去点“浇水”" }).click();
    await page.getByRole("button", { name: /^浇水/ }).click();
    await page.getByText("滴灌").click();
    await page.getByRole("button", { name: "记下" }).click();

    await page.locator("a.practice", { hasText: "第 2 步" }).waitFor();
    await page.locator("a.practice").click();
    await page.locator(".lesson .done").waitFor();
    await seen("lesson-2-zh-CN");
  });

  it("leads through a picture with a note", async () => {
    await page.getByRole("link", { name: "去点“拍一张”" }).click();
    await page.getByRole("button", { name: /^拍一张/ }).click();
    await takePicture(page);
    await page.locator(".pictures img").waitFor();
    await page.locator("#note").fill("练习：长势好");
    await page.getByRole("button", { name: "记下" }).click();

    await page.locator("a.practice", { hasText: "第 3 步：采收" }).waitFor();
  });

  it("leads through a harvest to its being on record, and says what was recorded", async () => {
    await page.goto(`${server.address}/record/?practice#/`);
    const harvest = page.getByRole("button", { name: /^采收叶菜/ });
    await page.getByRole("button", { name: /^浇水/ }).waitFor();
    if (!(await harvest.isVisible())) await page.getByRole("link", { name: "更多" }).click();
    await harvest.click();
    await page.getByRole("button", { name: "2", exact: true }).click();
    await page.getByRole("button", { name: "0", exact: true }).click();
    await page.getByRole("button", { name: "记下" }).click();

    await page.locator("a.practice", { hasText: /看它上账|三步都会了/ }).waitFor();
    await page.locator("a.practice").click();
    await heading("您会记了");
    await seen("lesson-done-zh-CN");
    await page.evaluate(() => (location.hash = "#/me/language"));
    await page.getByLabel("English").check();
    await page.evaluate(() => (location.hash = "#/lesson"));
    await heading("You can do it");
    await seen("lesson-done-en");
  });

  it("copies what is not sent to a file, and another phone that never joined delivers it", async () => {
    await page.context().setOffline(true);
    await page.evaluate(() => (location.hash = "#/"));
    await page.getByRole("button", { name: /^irrigation/i }).click();
    await page.getByText("drip", { exact: true }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await heading("Saved on this phone");
    await page.evaluate(() => (location.hash = "#/me/unsent"));
    await page.getByText("1 record is not sent yet.").waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as a file" }).click(),
    ]);
    await page.getByText("1 unsent record").waitFor();
    await seen("unsent-copied-en");

    const other = await (await browser.newContext({ viewport: { width: 360, height: 780 }, locale: "en" })).newPage();
    await other.goto(`${server.address}/record/?practice#/me/deliver`);
    await other.locator("input[name=copy]").setInputFiles({
      ...{ name: "no-copy.car", mimeType: "text/plain" },
      buffer: Buffer.from("no copy at all"),
    });
    await other.getByText("This is not a file of unsent records").waitFor();
    await other.locator("input[name=copy]").setInputFiles(await file.path());
    await other.getByText("1 parcel arrived, and that is all.").waitFor();
    await picture(other, "record-delivered-en");
    expect(await violations(other)).to.deep.equal([]);
    await other.context().close();

    await page.context().setOffline(false);
    await page.getByText("Everything has been sent").waitFor({ timeout: 40_000 });
  });

  it("asked the practice book alone, and kept nothing in the real one", async () => {
    const asksTheApi = asked.filter((path) => /\/(api|ipfs|\.well-known)\//.test(path));

    expect(asksTheApi).not.to.deep.equal([]);
    // The first page was the real book's: it looked at its own server, with nothing to send.
    expect(asksTheApi.filter((path) => !path.startsWith("/practice/"))).to.satisfy((paths: string[]) =>
      paths.every((path) => path === "/api/sync"),
    );
    await page.goto(`${server.address}/record/`);
    await heading(/This phone has not joined|这部手机还没有加入/);
    const real = await page.evaluate(
      () =>
        new Promise<number[]>((tell, fail) => {
          const opening = indexedDB.open("furrow");
          opening.onerror = () => fail(opening.error);
          opening.onsuccess = () => {
            const all = opening.result.transaction(["records", "batches", "documents"]);
            const counts = ["records", "batches", "documents"].map((name) => all.objectStore(name).count());
            all.oncomplete = () => tell(counts.map(({ result }) => result));
          };
        }),
    );
    expect(real).to.deep.equal([0, 0, 0]);
  });
});

/** What a camera would give: a picture drawn on a canvas. */
async function takePicture(page: Page): Promise<void> {
  await page.getByRole("button", { name: "照片" }).click();
  // Before the very first picture: who will see it.
  await page.getByText("知道了，拍照片").waitFor();
  const input = page.locator("input[type=file][name=picture]");
  const bytes = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [320, 240];
    canvas.getContext("2d")?.fillRect(40, 40, 200, 100);
    const blob = await new Promise<Blob | null>((tell) => canvas.toBlob(tell, "image/jpeg"));
    return [...new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0))];
  });
  await input.setInputFiles({ name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from(bytes) });
}
