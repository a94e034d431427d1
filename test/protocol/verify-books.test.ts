import { expect } from "chai";
import { verify } from "../../protocol/verify.ts";
import { liesOfBooks } from "../support/lies-of-books.ts";
import { passage } from "../support/passage.ts";
import { primitives } from "../support/world.ts";

/** What the passage has of itself. */
const HONEST = "lost-between-hands";

describe("A fraud about the books", () => {
  for (const { name, code, also = [], tell } of liesOfBooks) {
    it(`is named: ${name} (${code})`, async () => {
      const told = await tell(await passage());

      const report = await verify(told.history, told.heads, primitives);

      const found = report.findings.find((finding) => finding.code === code && finding.subject === told.at);
      expect(found, JSON.stringify(report.findings, null, 1)).to.not.equal(undefined);
      const codes = [...new Set(report.findings.map((finding) => finding.code))].sort();
      expect(codes).to.deep.equal([...new Set([code, ...also, ...(code === "under-way" ? [] : [HONEST])])].sort());
      const broken = report.findings.find((finding) => finding.code === "rule-broken");
      expect(broken?.detail.rule).to.equal(told.rule);
      if (report.findings.some(({ grade }) => grade === "mismatch")) {
        const all = report.statements.every(({ ok }) => ok) && report.whole === report.total;
        expect(all, "not all can hold").to.equal(false);
      }
    });
  }
});
