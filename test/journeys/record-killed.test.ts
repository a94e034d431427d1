/**
 * The tab is killed at every step of saving and of sending: at the n-th change of the phone's database or request, for each n until one run goes
 * through. What was written is a draft still or on record once, as the ledger counts it.
 */
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { Hex } from "../../protocol/bytes.ts";
import { launchBrowser } from "../support/chromium.ts";
import type { Engine } from "../support/engine.ts";
import { save } from "../support/field-acts.ts";
import { beside, type Farm, farmOn, recordedEvents } from "../support/field-farm.ts";
import { FieldPhone, invite } from "../support/field-phone.ts";
import { startServer, type TestServer } from "../support/server.ts";

declare const furrow: Engine;

/** A run that never goes through is no run. */
const MANY = 60;
const API = /\/api\//;

describe("A tab that is killed", function () {
  this.timeout(300_000);
  let browser: Browser;
  let server: TestServer;
  let phone: FieldPhone;
  let farm: Farm;
  /** Ids of all records that were written. */
  const written: string[] = [];

  before(async () => {
    [browser, server] = await Promise.all([launchBrowser(), startServer({ pages: true })]);
    // Its worker would go on where the tab stops; without it nothing helps.
    phone = await FieldPhone.open(browser, server.address, { throttle: 1, density: 1, worker: "block" });
    await phone.join(await invite(server.folder));
    farm = await farmOn(phone);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  it("at any step of saving leaves the draft or the record, never neither and never both", async () => {
    await phone.context.route(API, (route) => route.abort());
    await phone.page.close();
    const ends = { draft: 0, record: 0 };
    let n = 1;
    for (let isThrough = false; !isThrough && n < MANY; n++) {
      const killer = new Killer(phone);
      await phone.wake("", killer.watch);
      await phone.go(`/begin/inspection-walk/plot/${farm.plot}`);
      await phone.at(/\/save$/);
      await phone.type("#note", `round ${n}`);
      const id = await phone.page.evaluate(() => location.hash.split("/")[2] ?? "");
      await killer.arm(n);
      isThrough = await killer.spares(() => save(phone));
      if (isThrough) await phone.page.close();
      await phone.wake();

      const { drafts, records } = await phone.told();
      const isDraft = drafts.some((one) => one.id === id);
      expect(records.filter((one) => one.id === id).length, `killed at step ${n}`).to.equal(isDraft ? 0 : 1);
      ends[isDraft ? "draft" : "record"]++;
      if (isDraft) {
        await phone.go(`/draft/${id}/save`);
        await phone.type("#note", `round ${n}`);
        await save(phone);
      }
      written.push(id);
      await phone.page.close();
    }
    console.log(`      ${n - 1} steps of saving: ${ends.draft} times a draft, ${ends.record} times a record`);

    expect(n).to.be.within(3, MANY - 1);
    expect(ends.draft).to.be.above(0);
    expect(ends.record).to.be.above(0);
  });

  it("at any step of sending, its file in parts and the answer included, has the record on record once", async () => {
    await phone.context.unroute(API);
    let n = 1;
    for (let isThrough = false; !isThrough && n < MANY; n++) {
      written.push(await savedWithFile(phone, farm.plot, n));
      const killer = new Killer(phone, n);
      isThrough = await killer.spares(async () => {
        await phone.wake("", killer.watch);
        await phone.settled();
      });
      if (isThrough) await phone.page.close();
    }
    console.log(`      ${n - 1} steps of sending`);
    await phone.wake();
    const { drafts, records } = await phone.settled();

    expect(n).to.be.within(3, MANY - 1);
    expect(drafts).to.deep.equal([]);
    expect(records.filter(({ state }) => state !== "final")).to.deep.equal([]);
    const times = await recordedEvents(server, farm.lot);
    expect(written.filter((id) => times.get(id) !== 1)).to.deep.equal([]);
  });
});

/** What it was told to count is in the page from its beginning; the debugger stops the page at the step itself, and there it dies. */
class Killer {
  readonly #phone: FieldPhone;
  readonly #at: number | null;
  #killed: Promise<void> = new Promise(() => {});

  /** @param at step of the page's whole life; else it is armed later */
  constructor(phone: FieldPhone, at: number | null = null) {
    this.#phone = phone;
    this.#at = at;
  }

  readonly watch = async (page: Page): Promise<void> => {
    const session = await this.#phone.context.newCDPSession(page);
    await session.send("Debugger.enable");
    this.#killed = new Promise((done, fail) => {
      session.once("Debugger.paused", () => void this.#phone.kill().then(done, fail));
    });
    await page.addInitScript(countSteps, this.#at);
  };

  async arm(at: number): Promise<void> {
    await this.#phone.page.evaluate((left) => {
      (globalThis as Counting).stepsLeft = left;
    }, at);
  }

  /** Whether it came to its end. */
  async spares(act: () => Promise<unknown>): Promise<boolean> {
    const acted = act().then(() => true);
    // What it waited for died with the page.
    const orKilled = acted.catch(async (failure: unknown) => {
      const isKilled = await Promise.race([this.#killed.then(() => true), pause(2_000).then(() => false)]);
      if (!isKilled) throw failure;
      return false;
    });
    return await Promise.race([orKilled, this.#killed.then(() => false)]);
  }
}

interface Counting {
  stepsLeft?: number | null;
}

/** In the page, from its beginning: stops at the step after which none is left, before it is done. */
function countSteps(at: number | null): void {
  const counting = globalThis as Counting;
  counting.stepsLeft = at;
  const step = (): void => {
    if (counting.stepsLeft == null) return;
    counting.stepsLeft--;
    // eslint-disable-next-line no-debugger -- it is what stops the page between two of its own instructions
    if (counting.stepsLeft === 0) debugger;
  };
  const counted = <Args extends unknown[], Result>(
    real: (this: unknown, ...args: Args) => Result,
    counts: (args: Args) => boolean = () => true,
  ) =>
    function (this: unknown, ...args: Args): Result {
      if (counts(args)) step();
      return real.apply(this, args);
    };
  const database = IDBDatabase.prototype as { transaction: (...args: unknown[]) => unknown };
  database.transaction = counted(database.transaction, (args) => args[1] === "readwrite");
  globalThis.fetch = counted(globalThis.fetch, ([what]) => String(what).includes("/api/"));
}

/** A round through the field with a table beside it, so that there is a file to send. Its id. */
async function savedWithFile(phone: FieldPhone, plot: Hex, n: number): Promise<string> {
  return await beside(phone, (page) =>
    page.evaluate(
      async ({ id, round }) => {
        const notebook = await furrow.open();
        // What the tab before left undone is done first, so that each run has the same steps.
        await furrow.settle(notebook);
        const files = [await furrow.keepTable(notebook, 1_000, `round ${round}`)];
        const target = { sort: "plot", id } as const;
        return (await notebook.save(furrow.draft({ work: "inspection-walk", target, note: `sent ${round}`, files })))
          .id;
      },
      { id: plot, round: n },
    ),
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
