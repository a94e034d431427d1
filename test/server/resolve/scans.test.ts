import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { Openings, scanSummary } from "../../../server/resolve/scans.ts";
import type { Store } from "../../../server/store/store.ts";
import { engines, type StorePlace, storePlace } from "../../support/stores.ts";

const NOON_S = Date.UTC(2026, 3, 20, 4) / 1000;

for (const engine of engines) {
  describe(`Openings of codes on ${engine}`, function () {
    this.timeout(60_000);
    let place: StorePlace;
    let store: Store;
    let nowS: number;
    let openings: Openings;
    /** Of this test alone: what an earlier one left running tells its own list. */
    let failures: unknown[];

    beforeEach(async () => {
      place = await storePlace(engine);
      store = await place.open();
      nowS = NOON_S;
      const own: unknown[] = [];
      failures = own;
      openings = new Openings(store.kept, { nowS: () => nowS, onError: (cause) => own.push(cause) });
    });
    afterEach(async () => {
      await openings.close();
      await store.close();
      place.remove();
    });

    it("are all in the sum that is told", async () => {
      for (let n = 0; n < 40; n++) openings.count("0xaa", n % 2 === 0 ? "浙江" : "上海");
      openings.count("0xbb", null);

      expect(await openings.summary("0xaa")).to.deep.include({ total: 40, firstDay: "2026-04-20", regions: 2 });
      expect(await openings.summary("0xbb")).to.deep.include({ total: 1, regions: null });
    });

    it("are counted on the day on which they were made", async () => {
      openings.count("0xaa", null);
      nowS += 5 * 86_400;
      openings.count("0xaa", null);

      const { total, recent } = await openings.summary("0xaa");

      expect([total, recent.count]).to.deep.equal([2, 1]);
    });

    it("are on disk when it is closed", async () => {
      openings.count("0xaa", null);
      await openings.close();

      expect((await scanSummary(store.kept, "0xaa", nowS)).total).to.equal(1);
    });

    it("that could not be written are written with the next", async () => {
      await store.kept.schema.alterTable("scan").renameTo("away").execute();
      openings.count("0xaa", null);
      const refused = await openings.summary("0xaa").then(
        () => false,
        () => true,
      );
      await store.kept.schema.alterTable("away").renameTo("scan").execute();
      openings.count("0xaa", null);

      expect(refused).to.equal(true);
      expect((await openings.summary("0xaa")).total).to.equal(2);
    });

    it("that could not be written are written by themselves later, and that is said once", async () => {
      await store.kept.schema.alterTable("scan").renameTo("away").execute();
      openings.count("0xaa", null);
      while (failures.length === 0) await pause(20);
      await openings.write().catch((cause: unknown) => failures.push(cause));
      await store.kept.schema.alterTable("away").renameTo("scan").execute();

      while ((await scanSummary(store.kept, "0xaa", nowS)).total === 0) await pause(20);

      expect(failures).to.have.length(2);
      await openings.close();
    });

    it("are written by two processes at once, in whatever order they came", async () => {
      const other = engine === "SQLite" ? store : await place.open();
      const others = new Openings(other.kept, { nowS: () => nowS, onError: (cause) => failures.push(cause) });
      const leaves = Array.from({ length: 200 }, (_, n) => `0x${n}`);

      for (let round = 0; round < 5; round++) {
        for (const leaf of leaves) openings.count(leaf, null);
        for (const leaf of leaves.toReversed()) others.count(leaf, null);
        await Promise.all([openings.write(), others.write()]);
      }

      expect((await scanSummary(store.kept, "0x7", nowS)).total).to.equal(10);
      if (other !== store) await other.close();
    });
  });
}
