import { expect } from "chai";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { callControl } from "../../../server/control.ts";
import { launchBrowser } from "../../support/chromium.ts";
import { INVITED } from "../../support/joining.ts";
import { picture, violations } from "../../support/page-reading.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 780 }, deviceScaleFactor: 1, locale: "zh-CN" };
const WECHAT =
  "Mozilla/5.0 (Linux; Android 12; M2101K9C Build/SKQ1; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/107.0 Mobile Safari/537.36 MicroMessenger/8.0.33";

describe("Phones that come and go", function () {
  this.timeout(120_000);

  let server: TestServer;
  let browser: Browser;
  let manager: BrowserContext;
  let atManager: Page;

  before(async () => {
    [server, browser] = await Promise.all([startServer({ pages: true, clock: "machine" }), launchBrowser()]);
    manager = await browser.newContext(PHONE);
    manager.setDefaultTimeout(10_000);
    atManager = await manager.newPage();
    watch(atManager);
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await picture(atManager, "record-failed");
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  const record = (to = "/", search = "") => `${server.address}/record/${search}#${to}`;
  const invited = async (): Promise<string> =>
    ((await callControl(server.folder, "invite", { said: INVITED })) as { code: string }).code.replaceAll("-", "");
  /** A picture, and nothing that axe finds. */
  const seen = async (page: Page, name: string): Promise<void> => {
    await picture(page, `record-${name}`);
    expect(await violations(page), name).to.deep.equal([]);
  };
  const heading = (page: Page, text: string | RegExp) => page.locator("h1", { hasText: text }).waitFor();

  it("says what to do on a phone that belongs to nobody, in either language", async () => {
    await atManager.goto(record());
    await heading(atManager, "这部手机还没有加入合作社");
    await seen(atManager, "join-zh-CN");

    await atManager.getByRole("button", { name: "English" }).click();
    await heading(atManager, "This phone has not joined a cooperative yet");
    await seen(atManager, "join-en");
    await atManager.getByRole("button", { name: "中文" }).click();
    await heading(atManager, "这部手机还没有加入合作社");
  });

  /** A test's own browser is a private one, and is told to be; a person's is not. */
  const join = async (page: Page, code: string): Promise<void> => {
    await page.goto(record(`/join/${code}`));
    await page.getByRole("button", { name: "这不是无痕窗口，继续" }).click();
  };

  it("warns of a private window before a key is made in it", async () => {
    const other = await (await browser.newContext(PHONE)).newPage();
    await other.goto(record("/join/0123456789ABCDEF"));
    await other.getByText("窗口一关，没送到的记录就没了").waitFor();
    await seen(other, "join-private-zh-CN");
    await other.context().close();
  });

  it("joins by the operator's invitation at once, in one opening, and ends with the self-test", async () => {
    await join(atManager, await invited());

    await heading(atManager, "手机检查");
    await seen(atManager, "self-test-zh-CN");
    await atManager.getByText("处没有问题").click();
    await atManager.getByText("服务器应答了").waitFor();
    await atManager.getByRole("link", { name: "开始记" }).click();
    await heading(atManager, "今天做了什么？");
  });

  it("reads a code that was typed with mistakes of the hand, and says what is wrong with one that is none", async () => {
    const other = await (await browser.newContext(PHONE)).newPage();
    await other.goto(record());
    await other.getByText("没有方块码？").click();
    await other.getByLabel("16 位邀请码").fill("ABCD");
    await other.getByRole("button", { name: "加入" }).click();
    await other.getByText("这不是完整的邀请码").waitFor();
    await seen(other, "join-unreadable-zh-CN");

    await other.getByLabel("16 位邀请码").fill("oooo-oooo iiii-1111");
    await other.getByRole("button", { name: "加入" }).click();
    await other.getByRole("button", { name: "继续" }).click();
    await other.getByText("没有这个邀请码").waitFor();
    await seen(other, "join-no-zh-CN");
    await other.context().close();
  });

  it("shows one number on both phones, and lets the new one in by one tap", async () => {
    await atManager.goto(record("/me/invite"));
    await atManager.locator(".letters").waitFor();
    await seen(atManager, "invite-zh-CN");
    const code = await atManager.locator(".letters").innerText();

    const other = await (await browser.newContext(PHONE)).newPage();
    await join(other, code);
    await heading(other, "请对一对号码");
    const theirs = /\d{4}-\d{4}/.exec(await other.locator(".number").innerText())?.[0];
    await heading(atManager, "号码一样吗？");
    const ours = /\d{4}-\d{4}/.exec(await atManager.locator(".number").innerText())?.[0];
    expect(theirs).to.equal(ours);
    await seen(other, "join-number-zh-CN");
    await seen(atManager, "invite-number-zh-CN");

    await atManager.getByLabel("这部手机叫什么").fill("三组");
    await atManager.getByRole("button", { name: "一样，是这部手机" }).click();
    await heading(atManager, "“三组”加入了");
    await heading(other, "手机检查");
    await seen(atManager, "invite-joined-zh-CN");
    await other.goto(record("/me"));
    await other.getByText("这部手机能记").waitFor();
    await seen(other, "me-zh-CN");
    await other.context().close();
  });

  it("lists the phones, ends one with a reason, and goes on to invite the next", async () => {
    await atManager.goto(record("/me/phones"));
    await heading(atManager, "合作社的手机");
    await atManager.getByText("三组").waitFor();
    await seen(atManager, "phones-zh-CN");
    await atManager.getByRole("link", { name: /三组/ }).click();
    await heading(atManager, "停用“三组”");
    await seen(atManager, "phone-end-zh-CN");
    await atManager.getByRole("button", { name: "停用它，再加一部新手机" }).click();
    await heading(atManager, "加一部手机");

    await atManager.goto(record("/me/phones"));
    await atManager.getByText("停用了。").waitFor({ timeout: 30_000 });
  });

  it("has screens about the phone itself without anything that axe finds, in both languages", async () => {
    for (const lang of ["zh-CN", "en"] as const) {
      await atManager.goto(record("/me/language"));
      await atManager.getByLabel(lang === "en" ? "English" : "中文").check();
      await atManager.waitForFunction((to) => document.documentElement.lang === to, lang);
      for (const place of [
        "me",
        "me/phones",
        "me/unsent",
        "me/deliver",
        "me/data",
        "me/public",
        "me/about",
        "me/language",
        "me/invite",
        "self-test",
      ]) {
        await atManager.goto(record(`/${place}`));
        await atManager.locator("main h1").waitFor();
        await atManager.waitForFunction((to) => location.hash === to, `#/${place}`);
        await atManager.waitForTimeout(150);
        await seen(atManager, `${place.replace("/", "-")}-${lang}`);
      }
    }
  });

  it("is refused inside WeChat with a drawing of what to tap, and over plain http with what to change", async () => {
    const inside = await (await browser.newContext({ ...PHONE, userAgent: WECHAT })).newPage();
    await inside.goto(record("/join/0123456789ABCDEF"));
    await inside.getByText("这一页是在微信里面打开的").waitFor();
    await inside.getByRole("img", { name: /在浏览器打开/ }).waitFor();
    expect(await inside.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).to.deep.equal([]);
    await seen(inside, "wechat-zh-CN");
    await inside.context().close();

    const plain = await (await browser.newContext(PHONE)).newPage();
    await plain.route("http://plain.example/**", async (route) => {
      const { pathname } = new URL(route.request().url());
      await route.fulfill({ response: await route.fetch({ url: server.address + pathname }) });
    });
    await plain.goto("http://plain.example/record/#/join/0123456789ABCDEF");
    await plain.getByText("网址不是 https 开头的").waitFor();
    await seen(plain, "plain-http-zh-CN");
    await plain.context().close();
  });
});

/** What a page's console and its policy say is part of what is seen. */
function watch(page: Page): void {
  page.on("pageerror", (error) => console.log(`      ${error.message}`));
  page.on("console", (line) => line.type() === "error" && console.log(`      ${line.text()}`));
}
