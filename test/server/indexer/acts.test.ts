/** After whatever acts, right and wrong, the sums in the index are those in the ledger's own slots. */
import { expect } from "chai";
import { sql } from "kysely";
import { decodeGroup, type Group, newIndexes, newSubjectId } from "../../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../../../protocol/bytes.ts";
import { openEntry } from "../../../protocol/entry.ts";
import { type KindName, kindByName, kindByNumber } from "../../../protocol/kinds/all.ts";
import { ledgerAbi } from "../../../server/chain/artifact.ts";
import type { Indexer } from "../../../server/indexer/follow.ts";
import { sumsOf } from "../../../server/resolve/reach.ts";
import { stockOf } from "../../../server/resolve/stock.ts";
import { trace } from "../../../server/resolve/trace.ts";
import type { Store } from "../../../server/store/store.ts";
import { type Acted, ACTS, acted } from "../../support/acted.ts";
import type { Acts } from "../../support/acts.ts";
import { type Farm, primitives } from "../../support/ledger.ts";
import { together } from "../../support/recomputed.ts";

/** Of each kind at least so many were taken, and so many refused. */
const A_FEW = 5;
const STOCK_OF_LOT = ["holder", "made", "left", "packed", "other"] as const;
const numberOf = (name: KindName) => kindByName(name).number;
const BOOKED: readonly KindName[] = [
  ...(["PLOT", "ORIGIN", "PLANT", "HARVEST", "TRANSFORM", "DISCARD", "SHIP", "RECEIVE", "REFUSE", "WITHDRAW"] as const),
  ...(["APPLY", "CERTIFY", "SUSPEND", "LIFT", "REVOKE", "LABEL", "VOID", "RECALL", "RELEASE", "CORRECT"] as const),
];
const LOTS = (["ORIGIN", "HARVEST", "TRANSFORM", "SHIP"] as const).map(numberOf);

describe("After ten thousand acts at random", function () {
  this.timeout(600_000);
  let farm: Farm;
  let store: Store;
  let indexer: Indexer;
  let acts: Acts;
  let subjects: Acted["subjects"];

  before(async () => {
    ({ farm, acts, store, indexer, subjects } = await acted());
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

  it("something of every kind was taken, something of every kind was refused, and for most reasons", () => {
    const { accepted, refused, kinds, refusedKinds } = acts.outcomes;

    expect(indexer.status().fault).to.equal(null);
    expect(accepted)
      .to.be.greaterThan(0.3 * ACTS)
      .and.lessThan(0.7 * ACTS);
    for (const counts of [kinds, refusedKinds])
      for (const name of BOOKED) expect(counts.get(name) ?? 0, name).to.be.at.least(A_FEW);
    expect(refused.size).to.be.greaterThan(30);
    expect([...refused.keys()]).to.include.members(["NonceUsed", "RecorderUnknown", "NoRole", "NotHolder"]);
  });

  it("every lot and consignment has in the index what it has in the ledger", async () => {
    const found = await foundOf(store);
    await together(ofSort(...LOTS), async (row) => {
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
        found: consignment?.found ?? null,
      }).to.deep.equal({
        ...numbers(slot, "holder", "sort", "status", "unit", "made", "left", "packed", "room", "other"),
        ...numbers(aside, "lost", "carrier"),
        found: found.get(row.id) ?? null,
      });
    });
  });

  it("every plot, planting, label run, certificate and application has so too", async () => {
    await together(ofSort(numberOf("PLOT")), async (row) => {
      const slot = await read("plot", row.id);
      expect({ status: row.status, area: row.made, free: row.remaining }).to.deep.equal(
        numbers(slot, "status", "area", "free"),
      );
    });
    await together(ofSort(numberOf("PLANT")), async (row) => {
      const { status, made, area, cap } = numbers(await read("planting", row.id), "status", "made", "area", "cap");
      const allowed = Number((BigInt(area ?? 0) * BigInt(cap ?? 0)) / 10_000_000n);
      expect([row.status, row.made, row.remaining]).to.deep.equal([status, made, allowed - (made ?? 0)]);
    });
    await together(ofSort(numberOf("LABEL")), async (row) => {
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
    });
    await together(ofSort(numberOf("CERTIFY")), async (row) => {
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
    });
    await together(ofSort(numberOf("APPLY")), async (row) => {
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
    });
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
    await together(links, async ({ consumer, input, amount }) => {
      expect(numbers(await read("link", consumer, input), "amount")).to.deep.equal({ amount });
    });
    // Whoever has a recall that is not in the index shows in the count of its subject's status, compared above.
    const standing = new Map<string, number>();
    const recalls = store.index.selectFrom("recall").innerJoin("subject", "subject.id", "recall.subject");
    for (const row of await recalls.selectAll("recall").select("holder").execute()) {
      // A holder's recall is whoever holds the goods by now.
      const place = `${row.subject} ${row.capacity === 1 ? row.holder : row.organisation}`;
      const bit = row.drill === 0 && row.released_at === null ? 1 << row.capacity : 0;
      standing.set(place, (standing.get(place) ?? 0) + bit);
    }
    await together([...standing], async ([place, bits]) => {
      const [subject, organisation] = place.split(" ");
      expect(Number((await read("recallsOf", subject, organisation)).value)).to.equal(bits);
    });
  });

  it("what a plot reaches is what a plain recursive query finds, and what the logs say", async () => {
    const touched = await graphOf(store);
    let largest = 0;
    for (const { id } of ofSort(numberOf("PLOT"))) {
      const walk = await trace(store.index, id, { direction: "down", limit: 10_000 });
      const sums = await sumsOf(store.index, id);
      const { rows } = await sql<{ id: string; sort: number; made: number }>`
        with recursive reached(id) as (
          select ${id} union select consumer from link join reached on link.input = reached.id
        )
        select subject.id, subject.sort, subject.made from reached join subject on subject.id = reached.id`.execute(
        store.index,
      );
      const runs = rows.filter(({ sort }) => sort === numberOf("LABEL"));

      expect(walk.cut).to.equal(false);
      expect(walk.nodes.map((node) => node.id)).to.have.members(rows.map((row) => row.id));
      expect([...touched(id)]).to.have.members(rows.map((row) => row.id));
      expect(sums).to.include({
        ...{ subjects: rows.length - 1, runs: runs.length },
        labels: String(runs.reduce((sum, { made }) => sum + made, 0)),
      });
      largest = Math.max(largest, rows.length);
    }
    expect(largest).to.be.greaterThan(40);
  });

  it("every organisation's stock is what the ledger's own slots add up to", async () => {
    const none = { plantings: 0, area: 0, mayBear: 0, inStore: 0, packed: 0, underWay: 0, coming: 0 };
    const expected = new Map<string, typeof none>();
    const add = (organisation: number, product: string, amounts: Partial<typeof none>) => {
      const sums = expected.get(`${organisation} ${product}`) ?? { ...none };
      for (const [name, amount] of Object.entries(amounts) as [keyof typeof none, number][]) sums[name] += amount;
      expected.set(`${organisation} ${product}`, sums);
    };
    // Other slots name a product by its running number.
    const products = new Map<bigint, string>();
    await together(ofSort(numberOf("PRODUCT")), async ({ id }) =>
      products.set(BigInt((await read("product", id)).number ?? 0), id),
    );
    const productOf = ({ product = 0n }: Record<string, bigint | Hex>) => products.get(BigInt(product)) ?? "";
    await together(ofSort(...LOTS), async ({ id }) => {
      const slot = await read("lot", id);
      const aside = await read("aside", id);
      const { holder = 0, made = 0, left = 0, packed = 0, other = 0 } = numbers(slot, ...STOCK_OF_LOT);
      if (other === 0) return add(holder, productOf(slot), { inStore: left, packed });
      expect(Number(aside.packed) === 1 ? packed : left).to.equal(made);
      add(holder, productOf(slot), { underWay: made });
      add(other, productOf(slot), { coming: made });
    });
    await together(ofSort(numberOf("PLANT")), async ({ id, holder }) => {
      const slot = await read("planting", id);
      const { status = 0, area = 0, cap = 0, made = 0 } = numbers(slot, "status", "area", "cap", "made");
      const allowed = Number((BigInt(area) * BigInt(cap)) / 10_000_000n);
      if (status < 16) add(holder, productOf(slot), { plantings: 1, area, mayBear: allowed - made });
    });

    const told = new Map<string, typeof none>();
    for (const { organisation } of acts.parties)
      for (const { product, unit: _unit, plantings, ...amounts } of (await stockOf(store.index, organisation)) ?? [])
        told.set(`${organisation} ${product}`, {
          ...none,
          ...Object.fromEntries(
            Object.entries(amounts).map(([name, text]) => [name, Math.round(1_000 * Number(text))]),
          ),
          plantings,
        });

    for (const [place, sums] of expected) if (Object.values(sums).every((sum) => sum === 0)) expected.delete(place);
    expect(Object.fromEntries(told)).to.deep.equal(Object.fromEntries(expected));
    for (const name of Object.keys(none) as (keyof typeof none)[])
      expect(
        [...told.values()].reduce((sum, row) => sum + row[name], 0),
        name,
      ).to.be.greaterThan(0);
  });

  it("an index made anew has the same rows", async () => {
    const before = await rowsOf(store);

    await indexer.rebuild(() => store.dropIndex());
    await indexer.reached((await farm.chain.latest()).number);

    expect(await rowsOf(store)).to.deep.equal(before);
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

/** What receivers say by the entries in the logs alone: a RECEIVE, and every correction of it. */
async function foundOf({ index }: Store): Promise<ReadonlyMap<string, number>> {
  const groups = await index.selectFrom("record_group").select(["subject", "seq", "bytes"]).orderBy("seq").execute();
  const found = new Map<string, { readonly seq: number; readonly entry: number; amount: bigint }>();
  for (const { subject, seq, bytes } of groups)
    for (const [entry, { name, args }] of decodeGroup(new Uint8Array(bytes)).entries.map(openEntry).entries()) {
      if (name === "RECEIVE") found.set(subject, { seq, entry, amount: args.amount });
      const received = found.get(subject);
      if (name === "CORRECT" && received?.seq === args.seq && received.entry === args.entry)
        received.amount += args.own;
    }
  return new Map([...found].map(([subject, { amount }]) => [subject, Number(amount)]));
}

/** Everything that came of a subject by the entries in the logs alone: whoever was made by an entry that touched it. */
async function graphOf({ index }: Store): Promise<(id: string) => ReadonlySet<string>> {
  const groups = await index
    .selectFrom("record_group")
    .innerJoin("batch", "batch.hash", "record_group.batch")
    .select(["bytes", "recorder", "nonce"])
    .execute();
  const consumers = new Map<string, string[]>();
  for (const { bytes, recorder, nonce } of groups) {
    const group = decodeGroup(new Uint8Array(bytes));
    const [making] = group.entries;
    if (making === undefined || newIndexes(group).length === 0) continue;
    const { name, args } = openEntry(making);
    // Of a certificate that labels claim, goods do not come.
    const inputs = name === "LABEL" ? [{ id: args.lot }] : name === "CERTIFY" ? [] : touchesOf(making);
    for (const number of newIndexes(group)) {
      const made = hexOf(await newSubjectId(primitives, bytesOf(recorder), BigInt(nonce), number));
      for (const { id } of inputs) consumers.set(hexOf(id), [...(consumers.get(hexOf(id)) ?? []), made]);
    }
  }
  return (id) => {
    const found = new Set([id]);
    for (const one of found) for (const made of consumers.get(one) ?? []) found.add(made);
    return found;
  };
}

function touchesOf({ kind, args }: Group["entries"][number]) {
  const { touches, decodeArgs } = kindByNumber(kind);
  return touches(decodeArgs(args));
}

const BOOKS = [
  ...([
    "subject",
    "link",
    "planting",
    "consignment",
    "application",
    "certificate",
    "scope",
    "certificate_fate",
  ] as const),
  ...(["promise", "recall", "acknowledgement", "dispute", "answer", "label_run", "void_range"] as const),
];

/** As text, in an order of their own. */
async function rowsOf({ index }: Store): Promise<Record<string, readonly string[]>> {
  const found: Record<string, readonly string[]> = {};
  for (const name of BOOKS) {
    const rows = await index.selectFrom(name).selectAll().execute();
    found[name] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return found;
}
