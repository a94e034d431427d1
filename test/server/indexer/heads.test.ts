import { expect } from "chai";
import { bytesOf, hexOf } from "../../../protocol/bytes.ts";
import { checkHeads, noteMoved } from "../../../server/indexer/heads.ts";
import type { Store } from "../../../server/store/store.ts";
import { type Farm, openFarm } from "../../support/ledger.ts";
import { type StorePlace, storePlace } from "../../support/stores.ts";

const LOTS = 310;

describe("Heads of the index", function () {
  this.timeout(60_000);
  let farm: Farm;
  let place: StorePlace;
  let store: Store;
  const ids: Uint8Array[] = [];
  let asked: number;

  before(async () => {
    farm = await openFarm();
    place = await storePlace("SQLite");
    store = await place.open();
    let product = new Uint8Array(32);
    await farm.record(async (id) => {
      product = new Uint8Array(await id(0));
      return [{ subject: product, entries: [farm.entry("PRODUCT", { index: 0, unit: 1, net: 0n, loss: 0 })] }];
    });
    for (let from = 0; from < LOTS; from += 31) {
      await farm.record(async (id) => {
        const groups = [];
        for (let index = 0; index < 31; index++) {
          const subject = await id(index);
          ids.push(subject);
          groups.push({ subject, entries: [farm.entry("ORIGIN", { index, product, amount: 1_000n })] });
        }
        return groups;
      });
    }
  });
  after(async () => {
    await store.close();
    place.remove();
    await farm.close();
  });

  const words = async () => new Map(await Promise.all(ids.map(async (id) => [hexOf(id), await wordOf(id)] as const)));
  const wordOf = async (id: Uint8Array) => bytesOf((await farm.ledger.word(hexOf(id))) ?? "0x");
  const parts = () => ({
    index: store.index,
    deployment: farm.deployment,
    chain: {
      ...farm.chain,
      request: (method: string, params: readonly unknown[]) => {
        if (method === "eth_call") asked++;
        return farm.chain.request(method, params);
      },
    },
  });

  it("are compared by a few requests, however many they are, and then are done with", async () => {
    const { number } = await farm.chain.latest();
    await store.index.transaction().execute(async (tx) => noteMoved(tx, await words()));
    asked = 0;

    expect(await checkHeads(parts(), number)).to.equal(true);

    expect(asked).to.equal(2);
    expect(await store.index.selectFrom("unchecked").selectAll().execute()).to.deep.equal([]);
  });

  it("that moved on while they were compared are compared again", async () => {
    const { number } = await farm.chain.latest();
    await noteMoved(store.index, await words());
    const [first = new Uint8Array()] = ids;
    let isNoted = false;
    const chain = {
      ...farm.chain,
      async request(method: string, params: readonly unknown[]) {
        const answer = await farm.chain.request(method, params);
        // As another process does that follows too.
        if (!isNoted) await noteMoved(store.index, new Map([[hexOf(first), new Uint8Array(32)]]));
        isNoted = true;
        return answer;
      },
    };

    const fault = await checkHeads({ ...parts(), chain }, number).catch((cause: unknown) => cause);
    await store.index.deleteFrom("unchecked").execute();

    expect(String(fault)).to.include(`the head of ${hexOf(first)} in the ledger`);
  });

  it("are told by name when one of them is another than in the ledger", async () => {
    const { number } = await farm.chain.latest();
    const noted = await words();
    const [, wrong = new Uint8Array()] = ids;
    noted.set(hexOf(wrong), new Uint8Array(32));
    await noteMoved(store.index, noted);

    const fault = await checkHeads(parts(), number).catch((cause: unknown) => cause);

    expect(String(fault)).to.include(`the head of ${hexOf(wrong)} in the ledger`);
  });
});
