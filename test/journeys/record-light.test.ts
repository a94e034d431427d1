/** How light the recorder is: to load on a poor line, to use with a thumb, and to read for anybody. */
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { ROOT } from "../../scripts/house/root.ts";
import { type BadLink, openBadLink } from "../support/bad-link.ts";
import { launchBrowser } from "../support/chromium.ts";
import { answer, begin, letIn, made, PHOTOS, record, save, takePicture } from "../support/field-acts.ts";
import { type Farm, farmOn } from "../support/field-farm.ts";
import { FieldPhone, invite } from "../support/field-phone.ts";
import { startServer, type TestServer } from "../support/server.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const { budget } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { budget: { recorder: number } };
const NOBODY = `0x${"00".repeat(20)}`;
const EACH_WAY_MS = 200;

describe("The recorder", function () {
  this.timeout(240_000);
  let browser: Browser;
  let server: TestServer;
  let link: BadLink;
  let phone: FieldPhone;
  let farm: Farm;

  before(async () => {
    [browser, server] = await Promise.all([launchBrowser(), startServer({ pages: true, practice: true })]);
    link = await openBadLink({ to: server.address.replace("localhost", "127.0.0.1"), delayMs: EACH_WAY_MS });
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") console.log(await phone.text());
  });
  after(async () => {
    await browser?.close();
    await link?.close();
    await server?.close();
  });

  it("comes over the wire in at most 100 kB, and opens again from the phone alone", async () => {
    phone = await FieldPhone.open(browser, link.address);
    const firstMs = await phone.page.evaluate(() => Math.round(performance.now()));
    const first = await phone.page.evaluate(loaded);
    await phone.settledIn();
    await phone.kill();

    link.cut();
    await phone.wake();
    const againMs = await phone.page.evaluate(() => Math.round(performance.now()));
    link.mend();

    const shell = first.filter(({ name }) => !/\/assets\/later-|\/api\//.test(name));
    const [bytes, all] = [shell, first].map((files) => files.reduce((sum, { size }) => sum + size, 0));
    console.log(
      `      first opening: a shell of ${bytes} bytes, ${all} with the screens of joining, usable after ${firstMs} ms; later ones without a link: ${againMs} ms (processor six times slower, ${EACH_WAY_MS} ms each way)`,
    );
    expect(bytes, JSON.stringify(shell, null, 1)).to.be.at.most(budget.recorder);
  });

  it("takes three taps for a watering, two for the next, and six for a spraying with its dose", async () => {
    await phone.slowDown(1);
    await phone.join(await invite(server.folder));
    link.become({ delayMs: 0 });
    farm = await farmOn(phone);
    await phone.go("/");
    const counted = async (act: () => Promise<unknown>): Promise<number> => {
      const before = phone.taps;
      await act();
      return phone.taps - before;
    };

    const first = await counted(() => record(phone, "irrigation", { method: "drip" }));
    const next = await counted(() => record(phone, "irrigation"));
    const spraying = await counted(() => record(phone, "spraying", { input: "=啶虫脒", interval: "7", dose: "25" }));

    expect(first).to.be.at.most(3);
    expect(next).to.equal(2);
    expect(spraying).to.be.at.most(6);
    const told = await phone.told();
    expect(told.records.at(-1)?.answers).to.include.keys("input", "interval", "dose");
  });

  it("has nothing that axe finds, on every screen, in Chinese and English", async () => {
    const addresses = await everyScreen();
    const paths = globSync("scan-web/record/screens/*.ts", { cwd: ROOT }).flatMap((file) =>
      [...readFileSync(join(ROOT, file), "utf8").matchAll(/\bpath: "([^"]+)"/g)].map(([, path]) => path ?? ""),
    );
    const unseen = paths.filter((path) => !addresses.some((address) => fits(path, address)));
    expect(unseen, "screens that this test does not open").to.deep.equal([]);

    await phone.page.evaluate(AXE);
    for (const lang of ["en", "zh-CN"] as const) {
      await phone.speak(lang);
      for (const address of addresses) {
        await phone.page.evaluate((to) => {
          location.hash = to;
        }, address);
        await phone.still();
        expect(await found(phone), `${lang} ${address}`).to.deep.equal([]);
      }
    }
    expect(phone.complaints).to.deep.equal([]);
  });

  /** Of a phone with records in several states. */
  async function everyScreen(): Promise<readonly string[]> {
    const other = await FieldPhone.open(browser, server.address, { throttle: 1, density: 1 });
    await letIn(phone, other, "二组");
    const recorder = (await other.told()).self?.recorder ?? NOBODY;
    await other.close();

    await begin(phone, "spraying");
    await answer(phone, { input: "=啶虫脒", interval: "7", dose: "25" });
    await takePicture(phone, PHOTOS.pears);
    const pictured = await save(phone);
    await phone.settled();
    const [cid = ""] = (await phone.told()).records.find(({ id }) => id === pictured)?.files ?? [];
    await begin(phone, "plucking");
    await answer(phone, { standard: "bud", amount: "5" });
    await takePicture(phone, PHOTOS.cabbages);
    const draft = await phone.page.evaluate(() => location.hash.split("/")[2] ?? "");
    const [drawn = ""] = (await phone.told()).drafts.find(({ id }) => id === draft)?.files ?? [];
    await phone.go("/season");
    await phone.tap('main [data-work="new-product"]');
    await answer(phone, { name: "示例袋茶", crop: "tea", unit: "KGM", net: "100" });
    const bag = await made(phone, await save(phone));
    await phone.settled();
    await phone.go(`/begin/packing/lot/${farm.lot}`);
    await phone.at(/^#\/draft\//);
    await answer(phone, { product: "=示例袋茶", out: "10 kg" });
    const packed = await made(phone, await save(phone));
    await phone.go(`/lot/${packed}`);
    await phone.tap('main [data-work="labelling"]');
    await answer(phone, { labels: "50" });
    const run = await save(phone);
    await phone.settled();
    await phone.offline();
    await phone.go(`/begin/weeding/planting/${farm.planting}`);
    await answer(phone, { method: "hoe" });
    const saved = await save(phone);
    const lot = `/lot/${farm.lot}`;
    return [
      ...["/", "/works", "/places", "/begin/irrigation", `/begin/processing/lot/${farm.lot}`, "/begin/nothing"],
      ...[`/draft/${draft}`, `/draft/${draft}/standard`, `/draft/${draft}/save`, `/draft/${draft}/notice`],
      ...[`/draft/${draft}/picture/${drawn}`, `/warn/${draft}`, `/done/${saved}`, `/done/${saved}/late`],
      ...["/mine", "/mine/only/saved", "/mine/only/final", "/mine/only/final/999", `/mine/${pictured}`],
      ...[`/mine/${saved}/withdraw`, `/mine/${pictured}/picture/${cid}`, "/needs-you", "/needs-you/999"],
      ...["/goods", lot, `${lot}/code`, `/lot/0x${"11".repeat(32)}/told/${bag}/KGM/260402-7K3M/-`],
      ...[`/lot/${packed}`, `/label/${run}`, "/season", `/plot/${farm.plot}`, `/planting/${farm.planting}`],
      ...[`/product/${bag}`, "/me", "/me/language", "/me/about", "/me/phones", `/me/phones/${recorder}`],
      ...["/me/phones/stopping", "/me/invite", "/me/unsent", "/me/deliver", "/me/data", "/me/public", "/self-test"],
      ...["/join", "/join/0000000000000000", "/practice", "/lesson", "/no/such/page"],
    ];
  }
});

/** In the page: all that it has asked for until now, heads included; what its worker lays in store meanwhile is not waited for. */
function loaded() {
  const asked = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return (asked as PerformanceResourceTiming[]).map(({ name, transferSize }) => ({ name, size: transferSize }));
}

function fits(path: string, address: string): boolean {
  return new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`).test(address);
}

function found(phone: FieldPhone): Promise<string[]> {
  return phone.page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run({ rules: { "color-contrast-enhanced": { enabled: true } } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
  });
}
