import { expect } from "chai";
import { overlay } from "../../../scan-web/record/field.ts";
import { intervalOf } from "../../../scan-web/record/interval.ts";
import { NO_EFFECT } from "../../../scan-web/record/said.ts";
import { stateWords } from "../../../scan-web/record/states.ts";
import type { RecordRow } from "../../../scan-web/record/model.ts";
import { AT_S, field, IDS } from "../../support/notebook.ts";

const DAY_S = 86_400;
const use = { name: { zh: "示例农药" }, atS: AT_S, preHarvestIntervalDays: 7 };

describe("The field as a phone shows it", () => {
  it("has less of what was taken, and never less than nothing", () => {
    const take = (amount: string) =>
      overlay(field, [{ ...NO_EFFECT, takes: [{ id: IDS.lot, of: "left", amount }] }]).lots.find(
        ({ id }) => id === IDS.lot,
      )?.left;
    expect([take("0.5"), take("80"), take("81"), take("-1.25")]).to.deep.equal(["79.5", "0", "0", "81.25"]);
  });

  it("shows a lot that another phone told of until the server tells it", () => {
    const [first] = field.lots;
    if (first === undefined) throw new Error("there is a lot");
    const told = { ...first, left: "0", isTold: true as const };
    expect(overlay(field, [], [told]).lots.filter(({ id }) => id === told.id)).to.deep.equal([first]);
    const before = { ...field, lots: [] };
    expect(overlay(before, [], [told]).lots).to.deep.equal([told]);
  });

  it("work on a plot is work on what grows there, and its newest", () => {
    const worked = { id: IDS.plot, work: "spraying", atS: AT_S, use };
    const after = overlay(field, [
      { ...NO_EFFECT, worked },
      { ...NO_EFFECT, worked: { ...worked, work: "weeding", atS: AT_S - DAY_S, use: null } },
    ]);
    expect(after.plantings[0]).to.deep.include({ uses: [use], last: { work: "spraying", atS: AT_S } });
    expect(after.plantings[1]).to.deep.include({ uses: [], last: null });
  });

  it("a season that has ended is gone, and a consignment that was received is here", () => {
    const after = overlay(field, [{ ...NO_EFFECT, ends: IDS.planting, receives: IDS.coming }]);
    expect(after.plantings.map(({ id }) => id)).to.deep.equal([IDS.otherPlanting]);
    expect(after.lots.find(({ id }) => id === IDS.coming)?.state).to.equal("here");
  });
});

describe("A harvest after a pesticide", () => {
  const sprayed = overlay(field, [{ ...NO_EFFECT, worked: { id: IDS.planting, work: "spraying", atS: AT_S, use } }]);
  const waits = (afterS: number) =>
    intervalOf(sprayed, [IDS.planting], AT_S + afterS).map(({ untilS }) => untilS - AT_S);

  it("has to wait until the interval is over, in days of the calendar as the scan page counts", () => {
    const lastMinute = 15 * 3600 - 60; // the spraying was at nine in the morning
    expect(waits(0)).to.deep.equal([7 * DAY_S]);
    expect(waits(6 * DAY_S + lastMinute)).to.deep.equal([7 * DAY_S]);
    expect(waits(7 * DAY_S - 9 * 3600)).to.deep.equal([]);
    expect(waits(7 * DAY_S)).to.deep.equal([]);
  });

  it("does not wait for what is brought out later, nor for what is on another planting", () => {
    expect(waits(-DAY_S)).to.deep.equal([]);
    expect(intervalOf(sprayed, [IDS.otherPlanting], AT_S)).to.deep.equal([]);
  });

  it("is asked about by its plot, too", () => {
    expect(intervalOf(sprayed, [IDS.plot], AT_S)).to.have.length(1);
  });
});

describe("The state of a record in words", () => {
  const row = (change: Partial<RecordRow>): RecordRow =>
    ({ why: null, withdrawn: false, changedBy: null, ...change }) as RecordRow;
  const CASES: readonly (readonly [string, Partial<RecordRow>, string, string | null])[] = [
    ["is saved", { state: "saved" }, "record.state.saved", null],
    ["is on its way", { state: "going" }, "record.state.going", null],
    [
      "waits for another's",
      { state: "going", why: { type: "subject-unknown", values: [] } },
      "record.state.waits",
      null,
    ],
    [
      "needs its person",
      { state: "needs-you", why: { type: "over-cap", values: [] } },
      "record.state.needs-you",
      "record.problem.over-cap",
    ],
    ["is on record", { state: "final" }, "record.state.final", null],
    ["was changed since", { state: "final", changedBy: "x" }, "record.state.changed", null],
    ["was taken back", { state: "final", withdrawn: true }, "record.state.withdrawn", null],
  ];
  for (const [what, change, state, why] of CASES)
    it(`says that it ${what}`, () => {
      expect(stateWords(row(change))).to.include({ state, why });
    });
});
