import { expect } from "chai";
import type { ProblemRow } from "../../protocol/problem.ts";
import { Problem, problems } from "../../protocol/problem.ts";

describe("The table of problems", () => {
  const rows = Object.entries<ProblemRow>(problems);

  it("names each by a kebab fact, with an HTTP error status, a title and what to do", () => {
    for (const [type, { status, title, mend }] of rows) {
      expect(type).to.match(/^[a-z]+(-[a-z]+)*$/);
      expect(status, type).to.be.within(400, 599);
      expect(title, type).to.match(/^[A-Z].*[^.]$/);
      expect(mend, type).to.match(/^[A-Z].*\.$/);
    }
  });

  it("has no two with one title, so that a title alone tells which it is", () => {
    const titles = rows.map(([, { title }]) => title);

    expect(new Set(titles).size).to.equal(titles.length);
  });

  it("is thrown with type, place and detail", () => {
    const problem = new Problem("amount-zero", "/quantity", "an amount of nothing");

    expect(problem).to.be.instanceOf(Error);
    expect(problem).to.include({
      type: "amount-zero",
      at: "/quantity",
      detail: "an amount of nothing",
      name: "Problem",
    });
    expect(problem.message).to.equal("amount-zero at /quantity: an amount of nothing");
  });
});
