import { expect } from "chai";
import { hexOf } from "../../../protocol/bytes.ts";
import { serialLeaves } from "../../../protocol/label.ts";
import { issuedOf } from "../../../server/resolve/serials.ts";
import type { Store } from "../../../server/store/store.ts";
import { randomSerials } from "../../support/labels.ts";
import { primitives } from "../../support/primitives.ts";
import { engines, type StorePlace, storePlace } from "../../support/stores.ts";

const RUNS = ["0x01", "0x02"] as const;

for (const engine of engines) {
  describe(`Serials, many at once, on ${engine}`, function () {
    this.timeout(60_000);
    const serials = randomSerials(900);
    let place: StorePlace;
    let store: Store;

    before(async () => {
      place = await storePlace(engine);
      store = await place.open();
      const leaves = (await serialLeaves(primitives, serials)).map(hexOf);
      for (const [n, run] of RUNS.entries()) {
        await store.index
          .insertInto("label_run")
          .values({
            ...{ run, lot: "0x03", certificate: null, net: 1, block: 5 - n, log_index: 0, cid: run },
            state: "listed",
          })
          .execute();
        for (let at = 0; at < leaves.length; at += 100)
          await store.index
            .insertInto("label_serial")
            .values(leaves.slice(at, at + 100).map((leaf, i) => ({ leaf, run, idx: at + i })))
            .execute();
      }
      const said = { reason: 1, seq: 2, entry: 0, at_s: 1 };
      await store.index
        .insertInto("void_range")
        .values([
          { run: RUNS[1], first: 3, number: 1, ...said },
          { run: RUNS[1], first: 700, number: 2, ...said },
          { run: RUNS[0], first: 5, number: 1, ...said },
        ])
        .execute();
    });
    after(async () => {
      await store.close();
      place.remove();
    });

    it("are of the run that was first in the ledger, and void where that one says so", async () => {
      const [unknown = ""] = randomSerials(1);

      const issued = await issuedOf(store.index, primitives, [...serials, unknown]);

      expect(issued.at(-1)).to.equal(null);
      expect(new Set(issued.slice(0, -1).map((one) => one?.run))).to.deep.equal(new Set([RUNS[1]]));
      expect(issued.flatMap((one, n) => (one?.isVoid === true ? [n] : []))).to.deep.equal([3, 700, 701]);
    });
  });
}
