import { expect } from "chai";
import { verify } from "../../protocol/verify.ts";
import { alter } from "../../scan-web/scan/alter.ts";
import { honestHistory } from "../support/history.ts";
import { primitives } from "../support/primitives.ts";

describe("Spoiling one entry in the visitor's own browser", () => {
  it("is found, and leaves as many entries to be counted as there were", async () => {
    for (const seed of [1, 2, 3, 4]) {
      const { history, heads } = await honestHistory(seed);
      const honest = await verify(history, heads, primitives);
      const { history: spoiled, id } = alter(history);
      const report = await verify(spoiled, heads, primitives);

      expect(id, `seed ${seed}`).to.be.a("string");
      expect(report.total, `seed ${seed}`).to.equal(honest.total);
      expect(report.whole, `seed ${seed}`).to.be.below(honest.whole);
      expect(report.findings.map(({ code }) => code)).to.include("group-not-in-batch");
    }
  });
});
