import { expect } from "chai";
import type { Report } from "../../protocol/verify/report.ts";
import { verify } from "../../protocol/verify.ts";
import { honestHistory } from "../support/history.ts";
import { primitives } from "../support/world.ts";

const toldIn = (report: Report): string[] => report.findings.map(({ code, subject }) => `${code} ${subject}`).sort();

describe("Verifying an honest history", () => {
  it("finds nothing beyond what was planted, in 200 random histories", async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { history, heads, planted } = await honestHistory(seed);

      const report = await verify(history, heads, primitives);

      const expected = planted.map(({ code, subject }) => `${code} ${subject}`).sort();
      expect(toldIn(report), `seed ${seed}`).to.deep.equal(expected);
      expect(report.whole, `seed ${seed}`).to.equal(report.total);
      expect(report.subjects.every(({ ok }) => ok)).to.equal(true);
    }
  });
});
