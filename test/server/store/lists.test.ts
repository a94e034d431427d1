/** The lists of the books are read in the order of an index: their first page costs the same however many rows there are. */
import { expect } from "chai";
import type { Kysely } from "kysely";
import { type CompiledQuery, sql } from "kysely";
import { listConsignments } from "../../../server/resolve/consignments.ts";
import { listPromises } from "../../../server/resolve/promises.ts";
import { acknowledgementsOf, listRecalls } from "../../../server/resolve/recalls.ts";
import type { IndexTables } from "../../../server/store/index-tables.ts";
import type { Store } from "../../../server/store/store.ts";
import { type StorePlace, storePlace } from "../../support/stores.ts";

describe("Lists of the books", () => {
  let place: StorePlace;
  let store: Store;
  let asked: CompiledQuery[];

  before(async () => {
    place = await storePlace("SQLite");
    store = await place.open();
  });
  beforeEach(() => {
    asked = [];
  });
  after(async () => {
    await store.close();
    place.remove();
  });

  /** The same index, whose questions are noted. */
  const noted = (): Kysely<IndexTables> =>
    store.index.withPlugin({
      transformQuery: ({ node, queryId }) => {
        asked.push(store.index.getExecutor().compileQuery(node, queryId));
        return node;
      },
      transformResult: async ({ result }) => result,
    });

  /** Where the engine would read a whole table, or sort what it has read. */
  async function dear(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const query of asked) {
      const plan = await sql<{ detail: string }>`explain query plan ${sql.raw(query.sql)}`.compile(store.index);
      const rows = await store.index.executeQuery<{ detail: string }>({ ...plan, parameters: query.parameters });
      found.push(
        ...rows.rows.map(({ detail }) => detail).filter((detail) => /TEMP B-TREE|SCAN (?!.*USING)/.test(detail)),
      );
    }
    return found;
  }

  const further = `7-0x${"ab".repeat(32)}`;
  const page = { limit: 50, after: null };

  it("are, of consignments, by whichever parties, states and numbers", async () => {
    for (const filter of [
      {},
      { to: 2 },
      { from: 1 },
      { state: "received" },
      { to: 2, state: "received" },
      { sscc: "1", to: 2 },
    ] as const)
      for (const start of [page, { ...page, after: further }]) await listConsignments(noted(), { ...start, ...filter });

    expect(asked).to.have.length(14);
    expect(await dear()).to.deep.equal([]);
  });

  it("are, of promises and recalls", async () => {
    const documentOf = async () => undefined;
    for (const filter of [{}, { organisation: 1 }, { lot: "0x" }])
      await listPromises({ index: noted(), documentOf }, { ...page, ...filter });
    await listRecalls(noted(), page);
    await store.index
      .insertInto("recall")
      .values({
        ...{ subject: "0x", seq: 2, entry: 0, organisation: 1, capacity: 1, drill: 0, certificate: null },
        ...{ content: "0x", at_s: 1, released_at: null },
      })
      .execute();
    await acknowledgementsOf(noted(), "0x", { ...page, seq: 2, others: false });

    expect(asked.length).to.be.greaterThan(4);
    expect(await dear()).to.deep.equal([]);
  });
});
