import { expect } from "chai";
import { claimStore } from "../../../server/store/owner.ts";
import type { Store } from "../../../server/store/store.ts";
import { StoreError } from "../../../server/store/tables.ts";
import { engines, type StorePlace, storePlace } from "../../support/stores.ts";
import { scan } from "./behaviour.ts";

const OURS = { chainId: 5, ledger: `0x${"11".repeat(20)}`, isHalfMade: false };
const OTHER = { chainId: 5, ledger: `0x${"22".repeat(20)}`, isHalfMade: false };

for (const engine of engines) {
  describe(`A store on ${engine} belongs to one ledger`, () => {
    let place: StorePlace;
    let store: Store;

    beforeEach(async () => {
      place = await storePlace(engine);
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      place.remove();
    });

    it("which may claim it again, and no other, in one sentence", async () => {
      await claimStore(store, OURS);
      await claimStore(store, OURS);

      const refused = await claimStore(store, OTHER).catch((cause: unknown) => cause);

      expect(refused).to.be.instanceOf(StoreError);
      expect(String(refused)).to.include(OURS.ledger).and.to.include("a database of its own");
    });

    it("unless that was an example left half made, of which nothing stays", async () => {
      await claimStore(store, { ...OURS, isHalfMade: true });
      await store.kept.insertInto("scan").values(scan("a")).execute();
      await store.index.insertInto("cursor").values({ name: "followed", block: 3, hash: "0x03" }).execute();

      await claimStore(store, { ...OTHER, isHalfMade: true });
      await claimStore(store, OTHER);

      expect(await store.kept.selectFrom("scan").selectAll().execute()).to.deep.equal([]);
      expect(await store.index.selectFrom("cursor").selectAll().execute()).to.deep.equal([]);
      const refused = await claimStore(store, OURS).catch((cause: unknown) => cause);
      expect(refused).to.be.instanceOf(StoreError);
    });
  });
}
