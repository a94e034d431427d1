import { expect } from "chai";
import { sql } from "kysely";
import { hexOf, utf8 } from "../../../protocol/bytes.ts";
import { cidOf } from "../../../protocol/cid.ts";
import { documentBytes, labelEvent } from "../../../protocol/document/epcis.ts";
import type { Hex } from "../../../protocol/history.ts";
import { makeSerial, serialLeaves } from "../../../protocol/label.ts";
import { treeRoot } from "../../../protocol/merkle.ts";
import { type Indexer, startIndexer } from "../../../server/indexer/follow.ts";
import { resolveCode } from "../../../server/resolve/code.ts";
import { historyOf } from "../../../server/resolve/history.ts";
import { progressOf } from "../../../server/resolve/progress.ts";
import { trace } from "../../../server/resolve/trace.ts";
import type { Store } from "../../../server/store/store.ts";
import { isPostgres } from "../../../server/store/turns.ts";
import { type Farm, openFarm, primitives } from "../../support/ledger.ts";
import { engines, type StorePlace, storePlace } from "../../support/stores.ts";

/** A season in six batches: product, plot, planting, field work, harvest, made tea, labels. */
interface Season {
  readonly made: Uint8Array;
  readonly leaf: Uint8Array;
  readonly planting: Uint8Array;
  readonly plot: Uint8Array;
  readonly run: Uint8Array;
  readonly serials: readonly string[];
}

for (const engine of engines) {
  describe(`The index on ${engine}`, function () {
    this.timeout(60_000);
    let farm: Farm;
    let place: StorePlace;
    let store: Store;
    let indexer: Indexer;
    let season: Season;
    const files = new Map<string, Uint8Array>();
    const said: string[] = [];

    before(async () => {
      farm = await openFarm();
      place = await storePlace(engine);
      store = await place.open();
      indexer = startIndexer(parts());
      season = await growASeason(farm, files);
      await indexer.reached((await farm.chain.latest()).number);
    });
    after(async () => {
      await indexer.close();
      await store.close();
      await farm.close();
      place.remove();
    });

    function progress() {
      const newest = async () => (await farm.chain.latest()).number;
      return progressOf({ index: store.index, newest, first: farm.deployment.block });
    }

    function parts() {
      return {
        chain: farm.chain,
        index: store.index,
        deployment: farm.deployment,
        primitives,
        bytesOfCid: async (cid: string) => files.get(cid),
        drop: () => store.dropIndex(),
        log: (line: string) => said.push(line),
      };
    }

    it("follows every batch without a fault", () => {
      expect(indexer.status().fault).to.equal(null);
      expect(said).to.deep.equal([]);
    });

    it("keeps the books as the ledger does", async () => {
      const rows = await store.index.selectFrom("subject").selectAll().execute();
      const of = (id: Uint8Array) => rows.find((row) => row.id === hexOf(id));

      expect(of(season.plot)).to.include({ made: 6_000_000, remaining: 1_000_000 });
      expect(of(season.planting)).to.include({ made: 90_000, remaining: 2_160_000 });
      expect(of(season.leaf)).to.include({ made: 90_000, remaining: 10_000 });
      expect(of(season.made)).to.include({ made: 18_000, remaining: 17_250, packed: 750 });
      expect(of(season.run)).to.include({ made: 3 });
    });

    it("finds a printed code, and not one that nobody printed", async () => {
      const [serial = ""] = season.serials;

      const found = await resolveCode(store.index, primitives, `/T/${serial}`);
      const other = await resolveCode(store.index, primitives, `/T/${makeSerial(new Uint8Array(13))}`);

      expect(found).to.include({ state: "issued", lot: hexOf(season.made) });
      expect(other.state).to.equal("unknown");
    });

    it("walks from the bag up to the plot, and from the plot down to the bag", async () => {
      const up = await trace(store.index, hexOf(season.run), { direction: "up", limit: 100 });
      const down = await trace(store.index, hexOf(season.plot), { direction: "down", limit: 100 });

      const way = [season.run, season.made, season.leaf, season.planting, season.plot].map(hexOf);
      expect(up.nodes.map(({ id }) => id)).to.deep.equal(way);
      expect(down.nodes.map(({ id }) => id)).to.deep.equal(way.toReversed());
    });

    it("hands out a history with the log of everything the bag came from", async () => {
      const [serial = ""] = season.serials;
      const code = await resolveCode(store.index, primitives, `/T/${serial}`);
      if (code.state !== "issued") throw new Error("not issued");

      const history = await historyOf(
        {
          index: store.index,
          deployment: farm.deployment,
          hashing: primitives,
          documentOf: async (cid) => (files.has(cid) ? Buffer.from(files.get(cid) ?? []).toString() : undefined),
          blockOf: async (at) => await farm.chain.block(at),
          latest: () => farm.chain.latest(),
        },
        hexOf(season.made),
        code.claim,
      );

      const ids = history?.subjects.map(({ id }) => id) ?? [];
      expect(ids).to.include.members([season.run, season.made, season.leaf, season.planting, season.plot].map(hexOf));
      expect(
        history?.subjects.find(({ id }) => id === hexOf(season.planting))?.moves.map(({ seq }) => seq),
      ).to.deep.equal([1, 2, 3]);
    });

    it("is equal row for row after it was dropped and rebuilt", async () => {
      const before = await dump(store);
      const generation = await store.generation();

      await indexer.rebuild(() => store.dropIndex());
      await indexer.reached((await farm.chain.latest()).number);

      expect(await dump(store)).to.deep.equal(before);
      expect(await store.generation()).to.be.above(generation);
    });

    it("is made anew once when it is asked for twice, and says meanwhile that it does not know everything", async () => {
      const before = await dump(store);
      const said: (string | null)[] = [];
      const drop = async () => {
        await store.dropIndex();
        said.push(await progress().behind());
      };

      await Promise.all([indexer.rebuild(drop), indexer.rebuild(drop)]);
      await indexer.reached((await farm.chain.latest()).number);

      expect(said).to.have.length(1);
      expect(said[0]).to.match(/^read up to block \d+ of \d+$/);
      expect(await progress().behind()).to.equal(null);
      expect(await dump(store)).to.deep.equal(before);
    });

    it("follows on after a rebuild that failed", async () => {
      const failed = await indexer.rebuild(() => Promise.reject(new Error("the disk is full"))).catch((cause) => cause);
      await indexer.reached((await farm.chain.latest()).number);

      expect(String(failed)).to.include("the disk is full");
      expect(indexer.status().fault).to.equal(null);
    });

    it("stops with a sentence when the node leaves out a log", async () => {
      const elsewhere = await storePlace(engine);
      const other = await elsewhere.open();

      const fault = await faultOf(other, (logs) => logs.slice(0, -1));
      await other.close();
      elsewhere.remove();

      expect(fault).to.match(/batch 0x[0-9a-f]{64}/);
    });

    it("finds out a node that leaves out a whole batch, and does so again after a restart", async () => {
      const elsewhere = await storePlace(engine);
      const { number } = await farm.chain.latest();
      const withoutLast = (logs: readonly { blockNumber: string }[]) =>
        logs.filter(({ blockNumber }) => Number(blockNumber) !== number);

      for (let start = 1; start <= 2; start++) {
        const other = await elsewhere.open();
        const fault = await faultOf(other, withoutLast);
        await other.close();

        expect(fault, `start ${start}`).to.match(/the head of 0x[0-9a-f]{64} .* the node's logs are not whole$/);
      }
    });

    /** The sentence with which an index stops that follows a node whose logs are changed; null when it follows on. */
    async function faultOf<Log>(on: Store, change: (logs: readonly Log[]) => readonly Log[]): Promise<string | null> {
      const lying = {
        ...farm.chain,
        chainId: farm.chain.chainId,
        latest: () => farm.chain.latest(),
        block: (at: number | Hex) => farm.chain.block(at),
        onBlock: () => () => {},
        request: async (method: string, params: readonly unknown[]) => {
          const answer = await farm.chain.request(method, params);
          return method === "eth_getLogs" ? change(answer as readonly Log[]) : answer;
        },
      };
      const other = startIndexer({ ...parts(), chain: lying, index: on.index });
      try {
        await other.reached((await farm.chain.latest()).number);
        return null;
      } catch (cause) {
        return cause instanceof Error ? cause.message : String(cause);
      } finally {
        await other.close();
      }
    }
  });
}

async function growASeason(farm: Farm, files: Map<string, Uint8Array>): Promise<Season> {
  const single = (subject: Uint8Array, entry: ReturnType<Farm["entry"]>) => ({ subject, entries: [entry] });
  let [leafProduct, teaProduct, plot, planting, leaf, made, run] = Array.from(
    { length: 7 },
    () => new Uint8Array(32),
  ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  await farm.record(async (id) => {
    [leafProduct, teaProduct, plot] = [await id(0), await id(1), await id(2)];
    return [
      single(leafProduct, farm.entry("PRODUCT", { index: 0, unit: 1, net: 0n, loss: 0 })),
      single(teaProduct, farm.entry("PRODUCT", { index: 1, unit: 1, net: 250n, loss: 780 })),
      single(plot, farm.entry("PLOT", { index: 2, level: 0, area: 6_000_000n })),
    ];
  });
  await farm.record(async (id) => {
    planting = await id(0);
    return [
      single(
        planting,
        farm.entry("PLANT", { index: 0, plot, product: leafProduct, area: 5_000_000n, cap: 4_500_000n }),
      ),
    ];
  });
  await farm.record(async () => [{ subject: planting, entries: [farm.entry("GROW", {}), farm.entry("NOTE", {})] }]);
  await farm.record(async (id) => {
    leaf = await id(0);
    return [single(leaf, farm.entry("HARVEST", { index: 0, inputs: [{ id: planting, amount: 90_000n }] }))];
  });
  await farm.record(async (id) => {
    made = await id(0);
    return [
      single(
        made,
        farm.entry("TRANSFORM", {
          index: 0,
          step: 1,
          inputs: [{ id: leaf, amount: 80_000n }],
          outputs: [{ id: teaProduct, amount: 18_000n }],
        }),
      ),
    ];
  });
  const serials = [1, 2, 3].map((n) => makeSerial(new Uint8Array(13).fill(n)));
  const leaves = await serialLeaves(primitives, serials);
  const root = await treeRoot(primitives, leaves);
  const list = utf8(leaves.map((bytes) => `${hexOf(bytes)}\n`).join(""));
  const cid = cidOf(await primitives.sha256(list), "raw");
  files.set(cid, list);
  await farm.record(async (id) => {
    run = await id(0);
    const document = documentBytes(
      labelEvent({
        subject: hexOf(run),
        eventId: crypto.randomUUID(),
        occurredAtS: 1_767_300_000,
        example: true,
        lot: { gtin: null, lotNumber: "TEST-1" },
        lotSubject: hexOf(made),
        count: 3,
        net: 250n,
        uom: "KGM",
        root: hexOf(root),
        leaves: { cid, mediaType: "text/csv", size: list.length, name: "leaves.csv" },
      }),
    );
    const content = await primitives.sha256(document);
    files.set(cidOf(content, "json"), document);
    return [
      single(
        run,
        farm.entry("LABEL", { index: 0, lot: made, certificate: new Uint8Array(32), count: 3n, root }, content),
      ),
    ];
  });
  return { made, leaf, planting, plot, run, serials };
}

/** All rows of all tables, in an order that does not depend on how they came. */
async function dump(store: Store): Promise<Record<string, string[]>> {
  const tables: Record<string, string[]> = {};
  for (const { name, schema } of await store.index.introspection.getTables()) {
    if (isPostgres(store.index) && schema !== "index") continue;
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(store.index);
    tables[name] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return tables;
}
