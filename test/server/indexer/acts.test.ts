/** After whatever acts, right and wrong, the sums in the index are those in the ledger's own slots. */
import { expect } from "chai";
import { type Hex, hexOf } from "../../../protocol/bytes.ts";
import { type KindName, kindByName } from "../../../protocol/kinds/all.ts";
import { ledgerAbi } from "../../../server/chain/artifact.ts";
import { type Indexer, startIndexer } from "../../../server/indexer/follow.ts";
import type { IndexTables } from "../../../server/store/index-tables.ts";
import { openStore, type Store } from "../../../server/store/store.ts";
import { Acts } from "../../support/acts.ts";
import { type Farm, openFarm, primitives } from "../../support/ledger.ts";

const SEED = 20_261_124;
const ACTS = 10_000;
const EVERY_ROLE = 255;
const numberOf = (name: KindName) => kindByName(name).number;
const BOOKED: readonly KindName[] = [
  ...(["PLOT", "ORIGIN", "PLANT", "HARVEST", "TRANSFORM", "DISCARD", "SHIP", "RECEIVE", "REFUSE", "WITHDRAW"] as const),
  ...(["APPLY", "CERTIFY", "SUSPEND", "LIFT", "REVOKE", "LABEL", "VOID", "RECALL", "RELEASE", "CORRECT"] as const),
];
const LOTS = (["ORIGIN", "HARVEST", "TRANSFORM", "SHIP"] as const).map(numberOf);

describe("After ten thousand acts at random", function () {
  this.timeout(400_000);
  let farm: Farm;
  let store: Store;
  let indexer: Indexer;
  let acts: Acts;
  let subjects: IndexTables["subject"][];

  before(async () => {
    farm = await openFarm();
    acts = new Acts(farm, SEED);
    for (let n = 0; n < 4; n++) await acts.admit(EVERY_ROLE);
    await acts.perform(ACTS);
    store = await openStore({ folder: farm.folder });
    indexer = startIndexer({
      ...{ chain: farm.chain, index: store.index, deployment: farm.deployment, primitives },
      bytesOfCid: async () => undefined,
      log: () => {},
    });
    await indexer.reached((await farm.chain.latest()).number);
    subjects = await store.index.selectFrom("subject").selectAll().execute();
  });
  after(async () => {
    await indexer.close();
    await store.close();
    await farm.close();
  });

  /** A view of the ledger: its values by name; of one that gives a struct the struct's. */
  async function read(view: string, ...args: readonly unknown[]): Promise<Record<string, bigint | Hex>> {
    const abi = ledgerAbi();
    const data = abi.encodeFunctionData(view as "lot", args as unknown as [string]);
    const answer = await farm.chain.request("eth_call", [{ to: farm.ledger.address, data }, "latest"]);
    const found = abi.decodeFunctionResult(view as "lot", String(answer)) as unknown as [
      { toObject?: () => Record<string, bigint> },
      ...Hex[],
    ];
    const [slot, lot = "0x", certificate = "0x"] = found;
    return { ...(slot.toObject?.() ?? { value: slot as unknown as bigint }), lot, certificate };
  }

  const numbers = (slot: Record<string, bigint | Hex>, ...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, Number(slot[name])]));
  const ofSort = (...sorts: readonly number[]) => subjects.filter(({ sort }) => sorts.includes(sort));

  it("something of every kind was taken, and something refused for most reasons", () => {
    const { accepted, refused, kinds } = acts.outcomes;

    expect(indexer.status().fault).to.equal(null);
    expect(accepted)
      .to.be.greaterThan(ACTS / 4)
      .and.lessThan(ACTS);
    expect([...kinds.keys()]).to.include.members(BOOKED);
    expect(refused.size).to.be.greaterThan(25);
  });

  it("every lot and consignment has in the index what it has in the ledger", async () => {
    for (const row of ofSort(...LOTS)) {
      const slot = await read("lot", row.id);
      const aside = await read("aside", row.id);
      const consignment = await store.index
        .selectFrom("consignment")
        .selectAll()
        .where("id", "=", row.id)
        .executeTakeFirst();

      expect({
        ...{ holder: row.holder, sort: row.sort, status: row.status, unit: row.unit },
        ...{ made: row.made, left: row.remaining, packed: row.packed, room: row.room, lost: row.lost },
        other: consignment?.state === "under-way" ? consignment.receiver : 0,
        carrier: consignment?.carrier ?? 0,
      }).to.deep.equal({
        ...numbers(slot, "holder", "sort", "status", "unit", "made", "left", "packed", "room", "other"),
        ...numbers(aside, "lost", "carrier"),
      });
    }
  });

  it("every plot, planting, label run, certificate and application has so too", async () => {
    for (const row of ofSort(numberOf("PLOT"))) {
      const slot = await read("plot", row.id);
      expect({ status: row.status, area: row.made, free: row.remaining }).to.deep.equal(
        numbers(slot, "status", "area", "free"),
      );
    }
    for (const row of ofSort(numberOf("PLANT"))) {
      const { status, made, area, cap } = numbers(await read("planting", row.id), "status", "made", "area", "cap");
      const allowed = Number((BigInt(area ?? 0) * BigInt(cap ?? 0)) / 10_000_000n);
      expect([row.status, row.made, row.remaining]).to.deep.equal([status, made, allowed - (made ?? 0)]);
    }
    for (const row of ofSort(numberOf("LABEL"))) {
      const slot = await read("labelRun", row.id);
      const run = await store.index
        .selectFrom("label_run")
        .selectAll()
        .where("run", "=", row.id)
        .executeTakeFirstOrThrow();
      expect([row.status, row.made, row.remaining, run.net]).to.deep.equal(
        Object.values(numbers(slot, "status", "count", "valid", "net")),
      );
      expect([run.lot, run.certificate ?? hexOf(new Uint8Array(32))]).to.deep.equal([slot.lot, slot.certificate]);
      const voided = await store.index.selectFrom("void_range").selectAll().where("run", "=", row.id).execute();
      const bits = voided.reduce(
        (all, { first, number }) => all | (((1n << BigInt(number)) - 1n) << BigInt(first)),
        0n,
      );
      expect((await read("voided", row.id, 0)).value).to.equal(bits);
    }
    for (const row of ofSort(numberOf("CERTIFY"))) {
      const slot = await read("certificate", row.id);
      const found = await store.index
        .selectFrom("certificate")
        .selectAll()
        .where("id", "=", row.id)
        .executeTakeFirstOrThrow();
      const drawn = await store.index
        .selectFrom("label_run")
        .innerJoin("subject", "subject.id", "label_run.run")
        .select(["remaining", "net"])
        .where("certificate", "=", row.id)
        .execute();
      expect([row.status, row.unit, found.beneficiary, found.products, row.made, row.remaining]).to.deep.equal(
        Object.values(numbers(slot, "status", "unit", "beneficiary", "products", "volume", "left")),
      );
      expect(drawn.reduce((sum, { remaining, net }) => sum + remaining * net, 0)).to.equal(row.made - row.remaining);
    }
    for (const row of ofSort(numberOf("APPLY"))) {
      const slot = await read("application", row.id);
      const found = await store.index
        .selectFrom("application")
        .selectAll()
        .where("id", "=", row.id)
        .executeTakeFirstOrThrow();
      expect([row.status, found.certifier, row.made, found.answered_by === null]).to.deep.equal([
        ...Object.values(numbers(slot, "status", "certifier", "volume")),
        (Number(slot.status) & 128) === 0,
      ]);
    }
  });

  it("every link and every recall that stands is the one in the ledger", async () => {
    // A TRANSFORM links its first output, which is a group's own subject; a label run has what it packed in its own slot.
    const links = await store.index
      .selectFrom("link")
      .innerJoin("subject", "subject.id", "link.consumer")
      .innerJoin("record_group", (join) =>
        join.onRef("record_group.batch", "=", "subject.made_batch").onRef("record_group.subject", "=", "subject.id"),
      )
      .select(["consumer", "input", "amount"])
      .where("sort", "!=", numberOf("LABEL"))
      .execute();
    for (const { consumer, input, amount } of links) {
      expect(numbers(await read("link", consumer, input), "amount")).to.deep.equal({ amount });
    }
    const standing = new Map<string, number>();
    for (const { subject, organisation, capacity } of await store.index
      .selectFrom("recall")
      .selectAll()
      .where("drill", "=", 0)
      .where("released_at", "is", null)
      .execute()) {
      const place = `${subject} ${organisation}`;
      standing.set(place, (standing.get(place) ?? 0) + (1 << capacity));
    }
    for (const { id } of ofSort(...LOTS, numberOf("PLANT"), numberOf("PLOT"), numberOf("LABEL")))
      for (const { organisation } of acts.parties)
        expect(Number((await read("recallsOf", id, organisation)).value)).to.equal(
          standing.get(`${id} ${organisation}`) ?? 0,
        );
  });

  it("of every lot what was made is left, packed, used, on its way or lost", async () => {
    for (const row of ofSort(...LOTS)) {
      const taken = await store.index
        .selectFrom("link")
        .innerJoin("subject", "subject.id", "link.consumer")
        .select(["amount", "sort", "consumer", "made_batch"])
        .where("input", "=", row.id)
        .execute();
      // Of a TRANSFORM every output has the link, and the goods went in once.
      const used = new Map(
        taken
          .filter(({ sort }) => sort !== numberOf("LABEL"))
          .map(({ made_batch, amount, consumer, sort }) => [
            sort === numberOf("TRANSFORM") ? made_batch : consumer,
            amount,
          ]),
      );
      const gone = [...used.values()].reduce((sum, amount) => sum + amount, 0);
      expect(row.made).to.equal(row.remaining + row.packed + row.lost + gone);
    }
  });
});
