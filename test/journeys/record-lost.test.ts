/** What a phone loses: its storage, its right to write, its right time. Nothing that was copied is lost, nothing is doubled, and what was written before still holds. */
import { readFile } from "node:fs/promises";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../support/chromium.ts";
import { answer, letIn, save } from "../support/field-acts.ts";
import { type Farm, farmOn, recordedEvents } from "../support/field-farm.ts";
import { FieldPhone, type FieldPhoneOptions, invite } from "../support/field-phone.ts";
import { startServer, type TestServer } from "../support/server.ts";

const TEN_YEARS_MS = 3_653 * 86_400_000;
/** From the manager's first tap to the new phone's self-test. */
const FEW_TAPS = 8;

describe("A phone that loses", function () {
  this.timeout(180_000);
  let browser: Browser;
  let server: TestServer;
  let manager: FieldPhone;
  let farm: Farm;

  before(async () => {
    [browser, server] = await Promise.all([launchBrowser(), startServer({ pages: true })]);
    manager = await phoneOf({ lang: "en" });
    await manager.join(await invite(server.folder));
    farm = await farmOn(manager);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  it("its storage by force, after a copy was made: another phone delivers it, all of it once", async () => {
    const phone = await phoneOf({ lang: "en" });
    await joined(phone, "Team 2");
    await here(phone, farm);
    await phone.offline();
    const ids = [await walk(phone, farm, "first round"), await walk(phone, farm, "second round")];
    await phone.go("/me/unsent");
    expect(await phone.text()).to.include("2 records are not sent yet");
    const download = phone.page.waitForEvent("download");
    await phone.tap('main [data-do="copy"]');
    const copy = await readFile(await (await download).path());
    expect(await phone.text()).to.include("2 unsent records were copied into a file.");

    await phone.clearStorage();
    await phone.page.close();
    await phone.offline(false);
    await phone.wake();
    expect(await phone.told()).to.deep.equal({ self: null, drafts: [], records: [] });

    for (const _time of ["once", "and by mistake again"]) {
      await manager.go("/me/deliver");
      await manager.give('main input[name="copy"]', {
        ...{ name: "unsent.car", mimeType: "application/octet-stream", buffer: copy },
      });
      await manager.page.locator('main p[role="status"]').waitFor();
      expect(await manager.text()).to.match(/1 parcel arrived|parcel arrived \(1\)|All \d parcels arrived/);
    }

    await once(ids);
    await phone.close();
  });

  it("what was not copied, and had said so before", async () => {
    const phone = await phoneOf({ lang: "en", worker: "block" });
    await joined(phone, "Team 3");
    await here(phone, farm);
    // As a browser that promises nothing.
    await phone.page.evaluate(() => {
      navigator.storage.persisted = () => Promise.resolve(false);
    });
    await phone.offline();
    await walk(phone, farm, "nobody will ever read this");

    expect(await phone.text("body")).to.match(/1 not yet sent/);
    await phone.go("/me/unsent");
    const said = await phone.text();
    expect(said).to.include("1 record is not sent yet.");
    expect(said).to.include("If the phone is lost, broken or cleared, records that were not sent are gone.");
    expect(said).to.match(/did not promise to keep|There is little room here/);
    await phone.close();
  });

  it("its right to write: what it wrote before holds, what it writes then is refused and says so, and another takes its place", async () => {
    const phone = await phoneOf({ lang: "en" });
    await joined(phone, "Team 4");
    await manager.settled();
    await here(phone, farm);
    const before = await walk(phone, farm, "before noon");
    await phone.settled();
    await phone.offline();
    const { self } = await phone.told();

    const [tapsBefore, startedMs] = [manager.taps, performance.now()];
    await manager.go("/me/phones");
    await manager.tap(`main a[href="#/me/phones/${self?.recorder}"]`);
    await manager.tap('main button[name="then"][value="invite"]');
    await manager.at(/^#\/me\/invite$/);
    const next = await phoneOf({ lang: "en" });
    await letIn(manager, next, "Team 4, new");
    const taps = manager.taps - tapsBefore + next.taps;
    console.log(`      a lost phone: ${taps} taps, ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    await manager.settled();

    const late = await walk(phone, farm, "at one minute past");
    await phone.offline(false);
    const told = await phone.settled();
    expect(told.records.find(({ id }) => id === late)).to.deep.include({ state: "needs-you" });
    expect(told.records.find(({ id }) => id === late)?.why?.type).to.equal("recorder-ended");
    await phone.go("/needs-you");
    expect(await phone.text()).to.include("A manager has ended this phone.");
    expect(await phone.text()).to.include("Ask the manager whether that was meant.");

    await here(next, farm);
    const after = await walk(next, farm, "the new phone's");
    await next.settled();
    const times = await recordedEvents(server, farm.lot);
    expect([times.get(before), times.get(late), times.get(after)]).to.deep.equal([1, undefined, 1]);
    expect(taps).to.be.at.most(FEW_TAPS);
    await Promise.all([phone.close(), next.close()]);
  });

  for (const [name, shiftMs] of [
    ["ten years behind", -TEN_YEARS_MS],
    ["ten years ahead", TEN_YEARS_MS],
  ] as const) {
    it(`its time, ${name}: its records come on record on the day that it was, and both hours are shown`, async () => {
      const phone = await phoneOf({ lang: "en", worker: "block" });
      await joined(phone, `Team with a clock ${name}`);
      await here(phone, farm);
      await phone.offline();
      await phone.setClock(shiftMs);
      const id = await walk(phone, farm, name);
      await phone.offline(false);
      const { records } = await phone.settled();

      const row = records.find((one) => one.id === id);
      expect(row?.state).to.equal("final");
      expect(Math.abs((row?.occurredAtS ?? 0) - Date.now() / 1000)).to.be.below(86_400);
      await phone.go(`/mine/${id}`);
      const said = await phone.text();
      expect(said).to.include(String(new Date().getUTCFullYear()));
      expect(said).to.match(/The phone's clock then said/);
      expect(said).to.include(String(new Date(Date.now() + shiftMs).getUTCFullYear()));
      await once([id]);
      await phone.close();
    });
  }

  async function phoneOf(options: FieldPhoneOptions): Promise<FieldPhone> {
    return await FieldPhone.open(browser, server.address, { throttle: 1, density: 1, ...options });
  }

  /** Whoever let one in already begins anew from the first of these screens. */
  async function joined(phone: FieldPhone, device: string): Promise<void> {
    await manager.go("/me");
    await letIn(manager, phone, device);
  }

  async function once(ids: readonly string[]): Promise<void> {
    for (let n = 0; n < 50; n++) {
      const times = await recordedEvents(server, farm.lot);
      if (ids.every((id) => times.has(id)))
        return void expect(ids.map((id) => times.get(id))).to.deep.equal(ids.map(() => 1));
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`not on record: ${ids.join(" ")}`);
  }
});

/** Until the phone knows its cooperative's field. */
async function here(phone: FieldPhone, { lot }: Farm): Promise<void> {
  await phone.page.evaluate(() => dispatchEvent(new Event("online")));
  await phone.go("/goods");
  await phone.page.locator(`main a[href="#/lot/${lot}"]`).waitFor();
}

/** A round through the field with a line about it. */
async function walk(phone: FieldPhone, { plot }: Farm, note: string): Promise<string> {
  await phone.go(`/begin/inspection-walk/plot/${plot}`);
  await phone.at(/\/save$/);
  await answer(phone, { note });
  return await save(phone);
}
