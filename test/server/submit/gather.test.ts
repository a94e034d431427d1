import { expect } from "chai";
import fc from "fast-check";
import type { Hex } from "../../../protocol/bytes.ts";
import { callGas, gather, orderByNeed, TRANSACTION_GAS, type Tried } from "../../../server/submit/gather.ts";
import type { Pending } from "../../../server/submit/pending.ts";

describe("Gathering batches", () => {
  it("puts every maker before whoever needs it, and leaves nobody out", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 30 }), fc.nat(), (needs, seed) => {
        // Batch n makes subject n and needs one of a lower number, so an order exists; then they arrive in any order.
        const batches = needs.map((need, n) => pending(n, { makes: [n], needs: need < n ? [need] : [] }));
        const arrived = batches.toSorted((a, b) => mixed(a.nonce, seed) - mixed(b.nonce, seed));

        const row = orderByNeed(arrived);

        expect(row.toSorted((a, b) => Number(a.nonce - b.nonce))).to.deep.equal(batches);
        for (const one of row) {
          for (const id of one.needs) {
            const maker = row.findIndex(({ makes }) => makes.includes(id));
            expect(maker).to.be.lessThan(row.indexOf(one));
          }
        }
      }),
    );
  });

  it("keeps the order of arrival where nothing is needed", () => {
    const batches = [pending(2, {}), pending(0, {}), pending(1, {})];

    expect(orderByNeed(batches)).to.deep.equal(batches);
  });

  it("does not hang on batches that need each other", () => {
    const circle = [pending(0, { makes: [0], needs: [1] }), pending(1, { makes: [1], needs: [0] })];

    expect(orderByNeed(circle)).to.have.length(2);
  });

  it("orders a chain of ten thousand needs", () => {
    const chain = Array.from({ length: 10_000 }, (_, n) => pending(n, { makes: [n], needs: n === 0 ? [] : [n - 1] }));

    expect(orderByNeed(chain.toReversed())).to.deep.equal(chain);
  });

  it("fills calls up to what a transaction may hold and use, and no further", () => {
    const sizes = fc.record({ bytes: fc.integer({ min: 200, max: 32_768 }), gas: fc.bigInt(60_000n, 12_000_000n) });
    fc.assert(
      fc.property(fc.array(sizes, { minLength: 1, maxLength: 40 }), (all) => {
        const row = all.map(({ bytes, gas }, n): Tried => ({ pending: pending(n, { bytes }), gas }));

        const calls = gather(row);

        expect(calls.flat()).to.deep.equal(row);
        for (const call of calls) {
          const bytes = call.reduce((sum, one) => sum + one.pending.bytes.length, 0);
          expect(bytes).to.be.at.most(120 * 1024);
          if (call.length > 1) expect(callGas(call) <= TRANSACTION_GAS).to.equal(true);
        }
      }),
    );
  });
});

function pending(n: number, { makes = [] as number[], needs = [] as number[], bytes = 300 }): Pending {
  const id = (number: number): Hex => `0x${number.toString(16).padStart(64, "0")}`;
  return {
    ...{ batch: id(n), sent: id(n), recorder: "0x01", nonce: BigInt(n), state: "waiting" },
    ...{ makes: makes.map(id), needs: needs.map(id), bytes: new Uint8Array(bytes) },
  };
}

function mixed(nonce: bigint, seed: number): number {
  return (Number(nonce) * 7919 + seed) % 101;
}
