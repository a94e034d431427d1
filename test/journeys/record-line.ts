/**
 * A phone's hardest day: records and pictures from morning till night without a signal, its tab killed ten times, and then all of it over a line that
 * delays, resets and swallows answers. What went over the line is counted beside what the records and pictures are.
 */
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { Hex } from "../../protocol/bytes.ts";
import { type BadLink, openBadLink } from "../support/bad-link.ts";
import { launchBrowser } from "../support/chromium.ts";
import type { Engine } from "../support/engine.ts";
import { answer, save, takePicture } from "../support/field-acts.ts";
import { besidePage, type Farm, farmOn, recordedEvents } from "../support/field-farm.ts";
import { FieldPhone, invite } from "../support/field-phone.ts";
import { seasonClock, startServer, type TestServer } from "../support/server.ts";

export type { Day };
export { theDay };

declare const furrow: Engine;

interface Day {
  readonly records: number;
  /** Of those, with a picture each, taken in the app itself. */
  readonly pictures: number;
  readonly throttle: number;
  /** Bytes on the wire for one of the records and pictures. */
  readonly most: number;
  readonly withinMs: number;
}

const KILLS = 10;
/** The line: each way, and of requests and answers. */
const LINE = { delayMs: 200, resets: 0.05, resetsPer: "request", lost: 0.1 } as const;
const DAY_S = 16 * 3_600;
function theDay({ records, pictures, throttle, most, withinMs }: Day): void {
  describe(`${records} records with ${pictures} pictures, made offline over a day`, function () {
    this.timeout(withinMs + 120_000);
    // It ends now: the phone's worker, whose clock is this machine's, wakes in the evening.
    const day = seasonClock(Math.floor(Date.now() / 1000) - DAY_S);
    let browser: Browser;
    let server: TestServer;
    let link: BadLink;
    let phone: FieldPhone;
    let farm: Farm;

    before(async () => {
      [browser, server] = await Promise.all([launchBrowser(), startServer({ pages: true, clock: day.clock })]);
      link = await openBadLink({ to: server.address.replace("localhost", "127.0.0.1"), seed: 11 });
      phone = await FieldPhone.open(browser, link.address, { throttle, density: 1 });
      await phone.settledIn();
      await phone.setClock(day.nowMs() - Date.now());
      await phone.join(await invite(server.folder));
      farm = await farmOn(phone);
    });
    after(async () => {
      await browser?.close();
      await link?.close();
      await server?.close();
    });

    it("are on the phone when the tab was killed ten times", async () => {
      link.cut();
      await phone.offline();
      await phone.kill();
      const taken = { pictures: 0 };
      for (let part = 1; part <= KILLS; part++) {
        day.goOn(DAY_S / KILLS);
        await phone.wake();
        await phone.setClock(day.nowMs() - Date.now());
        while (taken.pictures < Math.floor((pictures * part) / KILLS)) await picture(taken.pictures++);
        await writeUntil(Math.floor((records * part) / KILLS));
        await phone.kill();
      }
      await phone.wake();

      const told = await ours();
      expect(told.length).to.equal(records);
      expect(told.filter(({ files }) => files.length > 0).length).to.equal(pictures);
      expect(new Set(told.map(({ state }) => state))).to.deep.equal(new Set(["saved"]));
      expect(await phone.text("#top")).to.include(records.toLocaleString("en"));
    });

    it(`are on record once each, for at most ${most} times their own bytes`, async () => {
      await phone.setClock(day.nowMs() - Date.now());
      const startedMs = performance.now();
      link.mend();
      link.become(LINE);
      link.restart();
      await phone.offline(false);

      await phone.settled(withinMs, 5_000);

      const { up, down, requests, connections, resets, lost } = link.counts();
      const tookS = Math.round((performance.now() - startedMs) / 1000);
      const told = await ours();
      const bare = await bareBytes(told.map(({ document }) => document ?? ""));
      const ratio = (up + down) / bare.all;
      const said = `${up + down} bytes on the wire, ${bare.records} of records and ${bare.pictures} of pictures bare: ${ratio.toFixed(3)}; ${requests} round trips on ${connections} connections, ${resets} resets, ${lost} lost answers, ${tookS} s`;
      console.log(`      ${said}`);
      expect(lost, "answers were lost").to.be.above(0);
      expect(told.filter(({ state }) => state !== "final")).to.deep.equal([]);
      const times = await recordedEvents(server, farm.lot);
      expect(told.filter(({ id }) => times.get(id) !== 1).map(({ id }) => id)).to.deep.equal([]);
      expect(ratio, said).to.be.at.most(most);
      expect(phone.complaints).to.deep.equal([]);
    });

    /** All but what the farm was set up with. */
    async function ours() {
      return (await phone.told()).records.filter(({ work }) => DONE.includes(work));
    }

    /** In the app, with the phone's camera. */
    async function picture(n: number): Promise<void> {
      await phone.go(`/begin/irrigation/planting/${farm.planting}`);
      await phone.at(/^#\/draft\//);
      await answer(phone, { method: "furrows" });
      await takePicture(phone, await aPhoto(phone.page, n));
      await save(phone);
    }

    /** One after another beside the app, in a page that dies in the middle of them and is opened again. */
    async function writeUntil(count: number): Promise<void> {
      const from = (await ours()).length;
      let page = await besidePage(phone);
      const writing = page.evaluate(write, { planting: farm.planting, count: count - from, seed: count });
      // What it waited for dies with the page.
      const died = writing.catch(() => {});
      while ((await ours()).length < (from + count) / 2) await new Promise((done) => setTimeout(done, 5));
      await phone.killOf(page);
      await died;
      const left = count - (await ours()).length;
      page = await besidePage(phone);
      if (left > 0) await page.evaluate(write, { planting: farm.planting, count: left, seed: count + 1 });
      await page.close();
    }

    async function bareBytes(cids: readonly string[]) {
      const [texts, files] = await phone.page.evaluate(async (wanted) => {
        const db = await new Promise<IDBDatabase>((done, fail) => {
          const opening = indexedDB.open("furrow");
          opening.onsuccess = () => done(opening.result);
          opening.onerror = () => fail(opening.error ?? new Error("no database"));
        });
        const all = <Row>(store: string): Promise<Row[]> =>
          new Promise((done) => {
            const asked = db.transaction(store).objectStore(store).getAll() as IDBRequest<Row[]>;
            asked.onsuccess = () => done(asked.result);
          });
        const texts = (await all<{ cid: string; text: string }>("documents"))
          .filter(({ cid }) => wanted.includes(cid))
          .reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, 0);
        const sizes = (await all<{ size: number }>("files")).reduce((sum, { size }) => sum + size, 0);
        db.close();
        return [texts, sizes] as const;
      }, cids);
      return { records: texts, pictures: files, all: texts + files };
    }
  });
}

const DONE = ["irrigation", "weeding", "pruning", "inspection-walk", "mulching"];

/** In the page: works of a day, as people note them. */
async function write(of: { readonly planting: Hex; readonly count: number; readonly seed: number }): Promise<void> {
  const notebook = await furrow.open();
  const choice = (id: string) => ({ type: "choice", id }) as const;
  const works = [
    { work: "irrigation", answers: { method: choice("drip") }, note: "" },
    { work: "weeding", answers: { method: choice("hoe") }, note: "示例：东边一半" },
    { work: "pruning", answers: { method: choice("light") }, note: "" },
    { work: "inspection-walk", answers: { weather: choice("cloudy") }, note: "示例：叶子好，没有虫" },
    { work: "mulching", answers: { material: choice("straw") }, note: "" },
  ];
  for (let n = 0; n < of.count; n++) {
    const target = { sort: "planting", id: of.planting } as const;
    const one = works[(of.seed + n) % works.length];
    if (one !== undefined) await notebook.save(furrow.draft({ ...one, target }));
  }
}

/** In the page: a photograph as a cheap phone takes it, another each time. */
async function aPhoto(page: Page, n: number): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const text = await page.evaluate(async (seed) => {
    const [width, height] = [1600, 1200];
    const canvas = new OffscreenCanvas(width, height);
    const drawing = canvas.getContext("2d");
    if (drawing === null) throw new Error("no canvas");
    for (let k = 0; k < 6_000; k++) {
      const at = Math.imul(k + 1, 2_654_435_761 + seed * 97) >>> 0;
      drawing.fillStyle = `rgb(${at % 90} ${80 + (at % 140)} ${(at >>> 9) % 80})`;
      drawing.fillRect(at % width, (at >>> 11) % height, 3 + ((at >>> 5) % 40), 2 + ((at >>> 17) % 30));
    }
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let binary = "";
    for (let from = 0; from < bytes.length; from += 8_192)
      binary += String.fromCharCode(...bytes.subarray(from, from + 8_192));
    return btoa(binary);
  }, n);
  return { name: `IMG_${n}.jpg`, mimeType: "image/jpeg", buffer: Buffer.from(text, "base64") };
}
