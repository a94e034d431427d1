import { expect } from "chai";
import type { Group } from "../../protocol/batch.ts";
import { encodeGroup, MAX_BATCH_BYTES } from "../../protocol/batch.ts";
import { uint } from "../../protocol/bytes.ts";
import { makeEntry } from "../../protocol/entry.ts";
import type { ArgsOf, KindName } from "../../protocol/kinds/all.ts";
import { estimateGas, MAX_BATCH_GAS, pack } from "../../protocol/pack.ts";
import { refusal } from "../support/refusal.ts";

const ZERO = new Uint8Array(32);
const id = (number: number) => uint(number, 32);
const entry = <Name extends KindName>(name: Name, args: ArgsOf<Name>) =>
  makeEntry(name, { occurredAtS: 1, content: ZERO, args });
const note = entry("NOTE", {});
const ship = (subject: Uint8Array, said: Partial<ArgsOf<"SHIP">> = {}): Group => {
  const args = { index: 0, lot: id(1), packed: false, amount: 1n, to: 2, carrier: 0, ...said };
  return { subject, entries: [entry("SHIP", args)] };
};
const many = <Item>(length: number, make: (n: number) => Item) => Array.from({ length }, (_, n) => make(n));
function* upFrom(first: bigint) {
  for (let nonce = first; ; nonce++) yield nonce;
}

describe("Packing groups into batches", () => {
  it("puts what fits into one batch, in order, and says who makes which index", () => {
    const transform = entry("TRANSFORM", {
      ...{ index: 0, step: 1, inputs: [{ id: id(2), amount: 9n }] },
      outputs: many(3, () => ({ id: id(3), amount: 3n })),
    });
    const groups = [ship(id(100)), { subject: id(1), entries: [note] }, { subject: ZERO, entries: [transform] }];

    const [parcel, ...more] = pack([...groups, ship(id(101))], [7n]);

    expect(more).to.deep.equal([]);
    expect(parcel?.nonce).to.equal(7n);
    expect(parcel?.groups).to.deep.equal([
      { group: 0, index: 0 },
      { group: 1, index: null },
      { group: 2, index: 1 },
      { group: 3, index: 4 },
    ]);
  });

  it("splits five hundred consignments into five batches within both limits, none of which could take one more", () => {
    const groups = many(500, (n) => ship(id(1000 + n)));

    const parcels = pack(groups, upFrom(40n));

    expect(parcels.map(({ nonce }) => nonce)).to.deep.equal([40n, 41n, 42n, 43n, 44n]);
    expect(parcels.flatMap((parcel) => parcel.groups.map(({ group }) => group))).to.deep.equal(many(500, (n) => n));
    for (const parcel of parcels) {
      expect(parcel.groups.map(({ index }) => index)).to.deep.equal(many(parcel.groups.length, (n) => n));
      expect(parcel.bytes).to.be.at.most(MAX_BATCH_BYTES);
      expect(parcel.gas).to.be.at.most(MAX_BATCH_GAS);
    }
    for (const parcel of parcels.slice(0, -1)) {
      const one = estimateGas(groups.slice(0, parcel.groups.length + 1));
      expect(one).to.be.above(MAX_BATCH_GAS);
    }
  });

  it("fills a batch of cheap entries up to its bytes", () => {
    const groups = many(600, (n) => ({ subject: id(1000 + n), entries: [note] }));

    const parcels = pack(groups, upFrom(0n));

    expect(parcels.map((parcel) => parcel.groups.length)).to.deep.equal([429, 171]);
    expect(parcels[0]?.bytes).to.equal(89 + 64 + 429 * encodeGroup({ subject: id(1), entries: [note] }).length);
  });

  it("keeps what depends on an earlier group behind it, in the same batch or in the next", () => {
    const made = many(120, (n) => ship(id(1000 + n)));
    const after = made.map(({ subject }) => ({ subject, entries: [note] }));

    const parcels = pack([...made, ...after], upFrom(0n));

    const order = parcels.flatMap((parcel) => parcel.groups.map(({ group }) => group));
    expect(order).to.deep.equal(many(240, (n) => n));
  });

  it("refuses a group that needs what a later one makes, whether it is about it or touches it", async () => {
    const about = [{ subject: id(9), entries: [note] }, ship(id(9))];
    const touching = [ship(id(8), { lot: id(9) }), ship(id(9))];

    expect(await refusal(() => pack(about, [0n]))).to.equal("subject-unknown at /groups/0");
    expect(await refusal(() => pack(touching, [0n]))).to.equal("subject-unknown at /groups/0");
  });

  it("refuses two groups of one subject side by side, but not two new subjects without a name", async () => {
    const group = { subject: id(5), entries: [note] };

    expect(await refusal(() => pack([group, group], [0n]))).to.equal("group-repeated at /groups/1");
    expect(pack([ship(ZERO), ship(ZERO)], [0n])).to.have.length(1);
  });

  it("refuses a group that fits no batch, by its bytes or by its cost", async () => {
    const long = { subject: id(5), entries: many(900, () => note) };
    const correct = { seq: 1, entry: 0, reason: 1, own: 0n, other: id(6), others: 1n };
    const dear = { subject: id(5), entries: many(310, () => entry("CORRECT", correct)) };

    expect(await refusal(() => pack([long], [0n]))).to.equal("batch-too-large at /groups/0");
    expect(await refusal(() => pack([ship(ZERO), dear], [0n]))).to.equal("batch-too-large at /groups/1");
  });

  it("makes no batch of nothing, and asks for as many nonces as there are batches", async () => {
    const groups = many(200, (n) => ship(id(1000 + n)));

    expect(pack([], [])).to.deep.equal([]);
    expect(() => pack(groups, [0n])).to.throw(RangeError, "1 nonces are too few");
  });
});
