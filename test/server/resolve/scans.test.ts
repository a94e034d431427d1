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
    const failures: unknown[] = [];

    beforeEach(async () => {
      place = await storePlace(engine);
      store = await place.open();
      nowS = NOON_S;
      openings = new Openings(store.kept, { nowS: () => nowS, onError: (cause) => failures.push(cause) });
    });
    afterEach(async () => {
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
  });
}
