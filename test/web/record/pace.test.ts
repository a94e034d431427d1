import { expect } from "chai";
import { LONGEST_MS, SHORTEST_MS, waitMs } from "../../../scan-web/record/pace.ts";

describe("The wait before the next look at the server", () => {
  const atMost = () => 1 - Number.EPSILON;
  const atLeast = () => 0;

  it("has a limit that doubles from 2 seconds to 5 minutes", () => {
    const limits = [0, 1, 2, 3, 20, 1_000].map((failures) => Math.round(waitMs(failures, atMost)));

    expect(limits).to.deep.equal([2_000, 4_000, 8_000, 16_000, LONGEST_MS, LONGEST_MS]);
  });

  it("is drawn from all of it, so that phones that were cut off together do not come back together", () => {
    expect(waitMs(9, atLeast)).to.be.below(SHORTEST_MS);
    expect(waitMs(9, () => 0.5)).to.be.within(LONGEST_MS * 0.49, LONGEST_MS * 0.51);
  });

  it("is never shorter than the server asked for", () => {
    expect(waitMs(1, atLeast, 60_000)).to.equal(60_000);
    expect(waitMs(1, atMost, 60_000)).to.be.within(60_000, 90_000);
  });
});
