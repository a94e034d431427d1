/** A recorder's phone: its key is enrolled by the example's manager, and what it records is on the scan page with the next block. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { bytesOf, type Hex } from "../../protocol/bytes.ts";
import { recorderId, type Signer } from "../../protocol/sign.ts";
import type { ExampleResult } from "../../scripts/example/kept.ts";
import { ROOT } from "../../scripts/house/root.ts";
import { exampleServer, keepPicture, open, verdictOn } from "../support/journey.ts";
import { managerOf, signedNext } from "../support/manager.ts";
import { primitives } from "../support/primitives.ts";
import type { Running } from "../support/start.ts";

const SAID = "Rain in the afternoon; the dryer ran until ten.";

describe("A phone records", function () {
  this.timeout(120_000);
  let server: Running;
  let address: string;
  let example: ExampleResult;
  let phone: Awaited<ReturnType<typeof open>>;

  before(async () => {
    ({ server, address, example } = await exampleServer());
    phone = await open("about:blank", { lang: "en" });
    await servePhone(phone.page, address);
    await phone.page.goto(`${address}/a-phone/`);
  });
  after(async () => {
    await phone?.context.close();
    await server?.stop();
  });

  it("with a key that no script can take out of it, and that outlives a reload", async () => {
    const { page } = phone;
    const key = await keyOf(page);
    await page.reload();
    expect(await keyOf(page)).to.deep.equal(key);

    const taken = await page.evaluate(async () => {
      const opening = indexedDB.open("phone");
      await new Promise((done) => {
        opening.onsuccess = done;
      });
      const asked = opening.result.transaction("key").objectStore("key").get("own");
      await new Promise((done) => {
        asked.onsuccess = done;
      });
      const { privateKey } = asked.result as CryptoKeyPair;
      return await crypto.subtle.exportKey("jwk", privateKey).then(
        () => "it gave its private key away",
        (error: Error) => error.name,
      );
    });
    expect(taken).to.equal("InvalidAccessError");
  });

  it("not before the manager has enrolled it", async () => {
    const said = await record(phone.page, example.lot);

    expect(said).to.match(/^failed/);
  });

  it("a photograph and a note that are on the scan page with the next block, checked", async () => {
    const before = await scan();
    await enrol();

    const said = await record(phone.page, example.lot);

    const [, block, seen] = /^final in block (\d+), seen (\d+)$/.exec(said) ?? [];
    expect(Number(block), said).to.equal(Number(seen) + 1);
    const after = await scan();
    expect(after.verdict.total).to.equal(before.verdict.total + 1);
    expect(after.verdict.whole).to.equal(after.verdict.total);
    expect(after.verdict.findings).to.have.members(before.verdict.findings);
    expect(before.text).not.to.include(SAID);
    expect(after.text).to.include(SAID);
    expect(after.check).to.match(/checked/);
    expect(after.pictures).to.equal(before.pictures + 1);
  });

  /** The scan page as it stands when somebody opens it now. */
  async function scan() {
    const { page, context } = await open(`${address}${example.bag.code}?lang=en`, { lang: "en" });
    try {
      const verdict = await verdictOn(page);
      const mine = page.locator("article", { hasText: SAID });
      const isThere = (await mine.count()) > 0;
      // A long stage is folded.
      if (isThere) await mine.first().evaluate((article) => article.closest("details")?.setAttribute("open", ""));
      if (isThere) await mine.first().scrollIntoViewIfNeeded();
      if (isThere) await keepPicture(page, "recorded-by-phone", false);
      return {
        verdict,
        text: (await page.locator("main").textContent()) ?? "",
        check: isThere ? await mine.first().locator(".check").textContent() : null,
        pictures: await page.locator("img").count(),
      };
    } finally {
      await context.close();
    }
  }

  async function enrol(): Promise<void> {
    const key = await keyOf(phone.page);
    const manager = await managerOf(server.data, address, example.organisation);
    const enrolment = await manager.enrol({ ...manager.signer, key, recorder: await recorderId(primitives, key) });
    const batch = await signedNext(manager, enrolment);
    expect((await manager.send(batch)).status).to.equal(202);
    expect(await manager.settled(batch.hash)).to.include({ state: "final" });
  }
});

/** The page lives on the server's own address, as a real recorder's page does, though only tests have it. */
async function servePhone(page: Page, address: string): Promise<void> {
  const folder = join(ROOT, "dist/web-test");
  const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as Record<string, string>;
  const script = manifest["record-page.js"] ?? "";
  const markup = await readFile(join(ROOT, "test/support/page/record-page.html"), "utf8");
  await page.route(`${address}/a-phone/**`, async (route) => {
    const name = new URL(route.request().url()).pathname.replace("/a-phone/", "");
    if (name === "") await route.fulfill({ contentType: "text/html", body: markup });
    else await route.fulfill({ path: join(folder, name === "record-page.js" ? script : name) });
  });
}

async function keyOf(page: Page): Promise<Signer["key"]> {
  const text = (await page.locator("#key:not(:empty)").textContent()) ?? "";
  const [x = "", y = ""] = text.split(" ");
  return { x: bytesOf(x), y: bytesOf(y) };
}

/** Fills the form in as a person does, and waits until the phone has an answer. */
async function record(page: Page, subject: Hex): Promise<string> {
  await page.getByLabel("What it is about").fill(subject);
  await page.getByLabel("What happened").fill(SAID);
  await page.getByRole("button", { name: "Take the picture and record" }).click();
  const state = page.locator("#state", { hasText: /^(final|refused|failed)/ });
  return (await state.textContent()) ?? "";
}
