/** Two phones of one cooperative, both far from a signal: what is left of a lot is spent once, and a lot may be told before it is on record. */
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../support/chromium.ts";
import { answer, letIn, save } from "../support/field-acts.ts";
import { type Farm, farmOn, recordedEvents } from "../support/field-farm.ts";
import { FieldPhone, invite } from "../support/field-phone.ts";
import { startServer, type TestServer } from "../support/server.ts";

describe("Two phones of one cooperative", function () {
  this.timeout(120_000);
  let browser: Browser;
  let server: TestServer;
  let one: FieldPhone;
  let other: FieldPhone;
  let farm: Farm;

  before(async () => {
    [browser, server] = await Promise.all([launchBrowser(), startServer({ pages: true })]);
    one = await FieldPhone.open(browser, server.address, { throttle: 1, density: 1 });
    other = await FieldPhone.open(browser, server.address, { throttle: 1, density: 1, lang: "en" });
    await one.join(await invite(server.folder));
    farm = await farmOn(one, "100");
    await letIn(one, other, "Team 2");
    await one.settled();
    await lookAgain(other);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  it("spend the last 100 kg of a lot out of reach: one of them is told what is left, and writes that", async () => {
    for (const phone of [one, other]) await phone.offline();
    const first = await splitOff(one, "70 kg");
    const second = await splitOff(other, "60 kg");
    await one.offline(false);
    await one.settled();
    await other.offline(false);
    const told = await other.settled();

    const refused = told.records.find(({ id }) => id === second);
    expect(refused).to.deep.include({ state: "needs-you" });
    expect(refused?.why).to.deep.include({ type: "not-enough-left" });
    await other.go("/needs-you");
    const said = await other.text();
    expect(said).to.include(farm.lotNumber);
    expect(said).to.match(/only 30 kg is left/);
    expect(said).to.match(/you wrote 60 kg/);
    expect((await one.told()).records.find(({ id }) => id === first)?.state).to.equal("final");
    expect(await leftOf(server, farm)).to.equal("30");

    await other.tap('main [data-do="change"]');
    await other.at(/\/save$/);
    await clearPad(other);
    await answer(other, { out: "30 kg" });
    await save(other);
    await other.settled();

    expect((await other.told()).records.map(({ state }) => state)).to.deep.equal(["final"]);
    expect(await leftOf(server, farm)).to.equal("0");
  });

  it("work on a lot that one named and has not sent: the other's record waits for it, and arrives", async () => {
    await one.offline();
    await one.go(`/begin/plucking/planting/${farm.planting}`);
    await answer(one, { amount: "40 kg" });
    const picked = await save(one);
    const lot = (await one.told()).records.find(({ id }) => id === picked)?.makes[0];
    if (lot === undefined) throw new Error("the harvest makes no lot");
    await one.go(`/lot/${lot.id}/code`);
    const link = `/lot/${lot.id}/told/${farm.product}/KGM/${lot.name}/-`;

    await other.go(link);
    await other.tap('main [data-do="tell"]');
    await other.at(new RegExp(`^#/lot/${lot.id}$`));
    await other.tap('main [data-work="weighing"]');
    await answer(other, { amount: "39 kg" });
    const weighed = await save(other);
    await waits(other, weighed);
    await other.go(`/mine/${weighed}`);
    expect(await other.text()).to.include(lot.name);
    expect(await other.text()).to.match(/Waits for an earlier record/);

    await one.offline(false);
    await one.settled();
    await other.settled();

    const times = await recordedEvents(server, lot.id);
    expect([times.get(picked), times.get(weighed)]).to.deep.equal([1, 1]);
  });
});

async function lookAgain(phone: FieldPhone): Promise<void> {
  await phone.page.evaluate(() => dispatchEvent(new Event("online")));
  await phone.go("/goods");
  await phone.page.locator('main a[href^="#/lot/"]').first().waitFor();
}

async function splitOff(phone: FieldPhone, amount: string): Promise<string> {
  await phone.go("/goods");
  await phone.tap('main a[href^="#/lot/"]');
  await phone.tap('main [data-work="splitting"]');
  await answer(phone, { out: amount });
  return await save(phone);
}

/** Until the server has answered that it cannot go on record yet. */
async function waits(phone: FieldPhone, id: string): Promise<void> {
  for (let n = 0; n < 100; n++) {
    const row = (await phone.told()).records.find((one) => one.id === id);
    if (row?.state === "going" && row.why?.type === "subject-unknown") return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("it does not wait for the lot");
}

async function clearPad(phone: FieldPhone): Promise<void> {
  for (let n = 0; n < 4; n++) await phone.press('quantity-pad button[data-key="erase"]');
}

async function leftOf({ address }: TestServer, { lot }: Farm): Promise<string> {
  const { left } = (await (await fetch(`${address}/api/lots/${lot}`)).json()) as { readonly left: string };
  return left;
}
