import { expect } from "chai";
import { Turns } from "../../../server/http/turns.ts";

describe("Turns", () => {
  it("let no more run at once than are allowed, in the order in which they came", async () => {
    const turns = new Turns(2, 60_000);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const work = (n: number) => async () => {
      begun.push(n);
      most = Math.max(most, ++running);
      await new Promise((done) => setImmediate(done));
      running--;
      if (n === 1) throw new Error("failed");
      return n;
    };

    const outcomes = await Promise.allSettled([0, 1, 2, 3, 4].map((n) => turns.take(work(n), late)));

    expect(most).to.equal(2);
    expect(begun).to.deep.equal([0, 1, 2, 3, 4]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal([
      ...["fulfilled", "rejected", "fulfilled", "fulfilled", "fulfilled"],
    ]);
  });

  it("begin nothing that has waited too long, and go on with the rest", async () => {
    const turns = new Turns(1, -1);
    let isBegun = false;

    const outcome = await turns.take(async () => (isBegun = true), late).catch((cause: unknown) => cause);

    expect(outcome).to.be.instanceOf(Error).that.includes({ message: "too late" });
    expect(isBegun).to.equal(false);
  });
});

function late(): Error {
  return new Error("too late");
}
