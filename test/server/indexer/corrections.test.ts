/** Corrections on a real ledger: what the index books of them is what stands in the ledger's own slots. */
import { expect } from "chai";
import { type Group, newIndexes } from "../../../protocol/batch.ts";
import { compareBytes, hexOf } from "../../../protocol/bytes.ts";
import type { ArgsOf } from "../../../protocol/kinds/all.ts";
import { ledgerAbi } from "../../../server/chain/artifact.ts";
import { type Indexer, startIndexer } from "../../../server/indexer/follow.ts";
import { openStore, type Store } from "../../../server/store/store.ts";
import { type Farm, openFarm, primitives } from "../../support/ledger.ts";

const NO_OTHER = new Uint8Array(32);

describe("Corrections in the index", function () {
  this.timeout(60_000);
  let farm: Farm;
  let store: Store;
  let indexer: Indexer;

  before(async () => {
    farm = await openFarm();
    store = await openStore({ folder: farm.folder });
    indexer = startIndexer({
      ...{ chain: farm.chain, index: store.index, deployment: farm.deployment, primitives },
      bytesOfCid: async () => undefined,
      log: () => {},
    });
  });
  after(async () => {
    await indexer.close();
    await store.close();
    await farm.close();
  });

  /** Records what makes subjects, one group each, and gives their ids (of a TRANSFORM: of all its outputs). */
  async function make(...entries: ((ids: readonly Uint8Array[]) => Group["entries"][number])[]): Promise<Uint8Array[]> {
    const ids: Uint8Array[] = [];
    await farm.record(async (id) => {
      const groups: Group[] = [];
      for (const entry of entries) {
        const made = { subject: NO_OTHER, entries: [entry(ids)] };
        for (const index of newIndexes(made)) ids.push(await id(index));
        const [first = 0] = newIndexes(made);
        groups.push({ ...made, subject: await id(first) });
      }
      return groups;
    });
    return ids;
  }

  async function correct(subject: Uint8Array, said: Partial<ArgsOf<"CORRECT">>): Promise<void> {
    const args = { seq: 1, entry: 0, reason: 4, own: 0n, other: NO_OTHER, others: 0n, ...said };
    await farm.record(async () => [{ subject, entries: [farm.entry("CORRECT", args), farm.entry("NOTE", {})] }]);
  }

  async function slotOf(
    view: "lot" | "plot" | "planting" | "link",
    ...ids: Uint8Array[]
  ): Promise<Record<string, number>> {
    const abi = ledgerAbi();
    const data = abi.encodeFunctionData(view as "lot", ids.map(hexOf) as [string]);
    const answer = await farm.chain.request("eth_call", [{ to: farm.ledger.address, data }, "latest"]);
    const [slot] = abi.decodeFunctionResult(view as "lot", String(answer)) as unknown as [
      { toObject(): Record<string, bigint> },
    ];
    return Object.fromEntries(Object.entries(slot.toObject()).map(([name, value]) => [name, Number(value)]));
  }

  async function rowOf(id: Uint8Array): Promise<{ made: number; remaining: number }> {
    const query = store.index.selectFrom("subject").select(["made", "remaining"]).where("id", "=", hexOf(id));
    return query.executeTakeFirstOrThrow();
  }

  it("are booked as in the ledger's own slots: lots, inputs, plantings, plots and links", async () => {
    const { entry } = farm;
    const [leaf = NO_OTHER, tea = NO_OTHER] = await make(
      () => entry("PRODUCT", { index: 0, unit: 1, net: 0n, loss: 0 }),
      () => entry("PRODUCT", { index: 1, unit: 1, net: 0n, loss: 780 }),
    );
    const [plot = NO_OTHER, one = NO_OTHER, two = NO_OTHER] = await make(
      () => entry("PLOT", { index: 0, level: 0, area: 6_000_000n }),
      ([plot = NO_OTHER]) => entry("PLANT", { index: 1, plot, product: leaf, area: 3_000_001n, cap: 4_500_000n }),
      ([plot = NO_OTHER]) => entry("PLANT", { index: 2, plot, product: leaf, area: 2_000_000n, cap: 4_500_000n }),
    );
    const inputs = [one, two].sort(compareBytes).map((id) => ({ id, amount: 40_000n }));
    const [fresh = NO_OTHER] = await make(() => entry("HARVEST", { index: 0, inputs }));
    const [bought = NO_OTHER] = await make(() => entry("ORIGIN", { index: 0, product: leaf, amount: 9_000n }));
    const lots = [fresh, bought].sort(compareBytes).map((id) => ({ id, amount: 8_000n }));
    const outputs = [3_000n, 500n].map((amount) => ({ id: tea, amount }));
    const [made = NO_OTHER, dust = NO_OTHER] = await make(() =>
      entry("TRANSFORM", { index: 0, step: 1, inputs: lots, outputs }),
    );

    await correct(fresh, { own: -2_000n, other: one, others: -1_500n });
    await correct(fresh, { other: two, others: 1_000n });
    await correct(made, { own: 250n, other: bought, others: 700n });
    await correct(dust, { own: -100n });
    await correct(bought, { own: 10n });
    await correct(plot, { own: -900_000n });
    await correct(two, { own: -333_333n, other: plot, others: -333_333n });
    await correct(one, { reason: 2 });
    await indexer.reached((await farm.chain.latest()).number);

    expect(indexer.status().fault).to.equal(null);
    for (const id of [fresh, bought, made, dust]) {
      const { made: amount, left } = await slotOf("lot", id);
      expect(await rowOf(id)).to.deep.equal({ made: amount, remaining: left });
    }
    for (const id of [one, two]) {
      const { area = 0, made: harvested = 0, cap = 0 } = await slotOf("planting", id);
      const allowed = Number((BigInt(area) * BigInt(cap)) / 10_000_000n);
      expect(await rowOf(id)).to.deep.equal({ made: harvested, remaining: allowed - harvested });
    }
    const { area, free } = await slotOf("plot", plot);
    expect(await rowOf(plot)).to.deep.equal({ made: area, remaining: free });
    for (const [consumer, input] of [
      ...[[fresh, one] as const, [fresh, two] as const, [made, fresh] as const, [made, bought] as const],
      ...[[one, plot] as const, [two, plot] as const],
    ]) {
      const row = await store.index
        .selectFrom("link")
        .select("amount")
        .where("consumer", "=", hexOf(consumer))
        .where("input", "=", hexOf(input))
        .executeTakeFirstOrThrow();
      expect(row.amount).to.equal((await slotOf("link", consumer, input)).amount);
    }
  });

  it("of a RECEIVE change what was found, and those of a loss later on do not", async () => {
    const { entry, organisation: to } = farm;
    const [product = NO_OTHER] = await make(() => entry("PRODUCT", { index: 0, unit: 1, net: 0n, loss: 0 }));
    const [lot = NO_OTHER] = await make(() => entry("ORIGIN", { index: 0, product, amount: 50_000n }));
    const [sent = NO_OTHER] = await make(() =>
      entry("SHIP", { index: 0, lot, packed: false, amount: 40_000n, to, carrier: 0 }),
    );
    await farm.record(async () => [{ subject: sent, entries: [entry("RECEIVE", { amount: 36_000n })] }]);
    const discard = entry("DISCARD", { reason: 1, amount: 5_000n, plot: NO_OTHER });
    await farm.record(async () => [{ subject: sent, entries: [entry("NOTE", {}), discard] }]);
    await correct(sent, { seq: 2, own: 3_000n });
    await correct(sent, { seq: 3, entry: 1, own: 1_500n });
    await indexer.reached((await farm.chain.latest()).number);

    const { offered, found, settled_seq, settled_entry } = await store.index
      .selectFrom("consignment")
      .selectAll()
      .where("id", "=", hexOf(sent))
      .executeTakeFirstOrThrow();
    expect({ offered, found, settled_seq, settled_entry }).to.deep.equal({
      ...{ offered: 40_000, found: 39_000, settled_seq: 2, settled_entry: 0 },
    });
    expect(await rowOf(sent)).to.deep.equal({ made: 40_000, remaining: 35_500 });
    expect((await slotOf("lot", sent)).left).to.equal(35_500);
  });

  it("of what was made in the same batch find it there", async () => {
    const [product = NO_OTHER] = await make(() => farm.entry("PRODUCT", { index: 0, unit: 1, net: 0n, loss: 0 }));
    const [input = NO_OTHER] = await make(() => farm.entry("ORIGIN", { index: 0, product, amount: 5_000n }));
    let lot: Uint8Array = NO_OTHER;
    await farm.record(async (id) => {
      lot = await id(0);
      const outputs = [{ id: product, amount: 3_000n }];
      const args = { seq: 1, entry: 0, reason: 1, own: -1_000n, other: input, others: -1_000n };
      return [
        {
          subject: lot,
          entries: [farm.entry("TRANSFORM", { index: 0, step: 3, inputs: [{ id: input, amount: 4_000n }], outputs })],
        },
        { subject: input, entries: [farm.entry("NOTE", {})] },
        { subject: lot, entries: [farm.entry("CORRECT", args)] },
      ];
    });
    await indexer.reached((await farm.chain.latest()).number);

    expect(indexer.status().fault).to.equal(null);
    expect(await rowOf(lot)).to.deep.equal({ made: 2_000, remaining: 2_000 });
    expect(await rowOf(input)).to.deep.equal({ made: 5_000, remaining: 2_000 });
  });
});
