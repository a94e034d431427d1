import { expect } from "chai";
import { recentTraces, trace } from "../../../server/resolve/trace.ts";
import type { Store } from "../../../server/store/store.ts";
import { type StorePlace, storePlace } from "../../support/stores.ts";

describe("Where a lot came from and where it went", () => {
  let place: StorePlace;
  let store: Store;

  beforeEach(async () => {
    place = await storePlace("SQLite");
    store = await place.open();
  });

  afterEach(async () => {
    await store.close();
    place.remove();
  });

  const subjects = async (...ids: readonly string[]) => {
    for (const id of ids)
      await store.index
        .insertInto("subject")
        .values({
          ...{
            id,
            sort: 18,
            holder: 1,
            unit: 1,
            status: 0,
            product: null,
            made: 1,
            remaining: 1,
            packed: 0,
            lost: 0,
            room: 0,
          },
          ...{ made_at: 1, made_batch: "0x0", made_content: "0x0" },
        })
        .execute();
  };
  const link = async (consumer: string, input: string) => {
    await store.index.insertInto("link").values({ consumer, input, amount: 5 }).execute();
  };

  it("is told nearest first, with what went in, and both ways", async () => {
    await subjects("bag", "lot", "field");
    await link("bag", "lot");
    await link("lot", "field");

    const up = await trace(store.index, "bag", { direction: "up", limit: 9 });
    const down = await trace(store.index, "field", { direction: "down", limit: 9 });

    expect(up.nodes.map(({ id, depth }) => `${id} ${depth}`)).to.deep.equal(["bag 0", "lot 1", "field 2"]);
    expect(down.nodes.map(({ id }) => id)).to.deep.equal(["field", "lot", "bag"]);
    expect(up.links).to.deep.include({ consumer: "lot", input: "field", amount: 5 });
    expect(up.cut).to.equal(false);
  });

  it("ends at the limit of subjects, and at ten links for each of them", async () => {
    await subjects("lot", "a", "b", "c");
    for (const input of ["a", "b", "c"]) await link("lot", input);
    const inputs = Array.from({ length: 30 }, (_, n) => `input ${n}`);
    for (const input of inputs) await link("web", input);

    const few = await trace(store.index, "lot", { direction: "up", limit: 2 });
    const web = await trace(store.index, "web", { direction: "up", limit: 2 });

    expect([few.nodes.length, few.cut]).to.deep.equal([2, true]);
    expect([web.links.length <= 20, web.cut]).to.deep.equal([true, true]);
  });

  it("is walked once for all pages, and anew when the index has come further", async () => {
    await subjects("bag", "lot");
    await link("bag", "lot");
    const walk = recentTraces(store.index);
    await store.index.insertInto("cursor").values({ name: "followed", block: 1, hash: "0x1" }).execute();

    const first = await walk("bag", { direction: "up", limit: 9 });
    const second = await walk("bag", { direction: "up", limit: 9 });
    await store.index.updateTable("cursor").set({ block: 2, hash: "0x2" }).execute();
    const third = await walk("bag", { direction: "up", limit: 9 });

    expect(second).to.equal(first);
    expect(third).not.to.equal(first);
    expect(third).to.deep.equal(first);
  });
});
