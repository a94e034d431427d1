import { expect } from "chai";
import { Problem } from "../../../protocol/problem.ts";
import { capPerHectare, doseOf, measureOf, thousandthsOf } from "../../../scan-web/record/capture-amount.ts";

/** As typed, unit, the ledger's unit, thousandths of that. */
const AMOUNTS = [
  ["1", "jin", "KGM", 500n],
  ["85.5", "jin", "KGM", 42_750n],
  ["0.002", "jin", "KGM", 1n],
  ["12.5", "kg", "KGM", 12_500n],
  ["350", "g", "KGM", 350n],
  ["１２。５", "kg", "KGM", 12_500n],
  ["1", "mu", "MTK", 666_667n],
  ["3", "mu", "MTK", 2_000_000n],
  ["1.5", "mu", "MTK", 1_000_000n],
  ["0.001", "mu", "MTK", 667n],
  ["0.25", "m2", "MTK", 250n],
  ["2", "m3", "LTR", 2_000_000n],
  ["250", "ml", "LTR", 250n],
  ["7", "piece", "H87", 7000n],
] as const;

const REFUSED = [
  ["0.001", "jin", "KGM", "amount-unreadable", "half a gram is finer than the ledger counts"],
  ["1.0001", "kg", "KGM", "amount-unreadable", "a fourth decimal"],
  ["0.5", "g", "KGM", "amount-unreadable", "half a gram"],
  ["", "kg", "KGM", "amount-unreadable", "nothing"],
  ["-1", "kg", "KGM", "amount-unreadable", "less than nothing"],
  ["1e3", "kg", "KGM", "amount-unreadable", "what only a program writes"],
  ["3", "mu", "KGM", "units-differ", "land as weight"],
  ["3", "minute", "KGM", "units-differ", "time as weight"],
  ["2000000000", "kg", "KGM", "amount-too-large", "more than the ledger holds"],
] as const;

describe("Amounts as people say them", () => {
  for (const [said, shown, uom, thousandths] of AMOUNTS)
    it(`${said} ${shown} are ${thousandths} thousandths of ${uom}`, () => {
      expect(thousandthsOf({ text: said, shown }, uom, "/answers/amount")).to.equal(thousandths);
    });

  for (const [said, shown, uom, type, why] of REFUSED)
    it(`"${said}" ${shown} is refused as ${type}: ${why}`, () => {
      const asked = () => thousandthsOf({ text: said, shown }, uom, "/answers/amount");
      expect(asked).to.throw(Problem).with.include({ type, at: "/answers/amount" });
    });

  it("a yield of 200 jin a mu is 1,500 kg a hectare", () => {
    expect(capPerHectare({ text: "200", shown: "jin" }, "KGM", "")).to.equal(1_500_000n);
  });

  it("a dose stays in grams and millilitres, and jin become kilograms", () => {
    expect(doseOf({ text: "30", shown: "g" }, "")).to.deep.equal({ dose: 30, uom: "GRM" });
    expect(doseOf({ text: "120", shown: "ml" }, "")).to.deep.equal({ dose: 120, uom: "MLT" });
    expect(doseOf({ text: "25", shown: "jin" }, "")).to.deep.equal({ dose: 12.5, uom: "KGM" });
    expect(() => doseOf({ text: "2", shown: "mu" }, ""))
      .to.throw(Problem)
      .with.property("type", "units-differ");
  });

  it("degrees may be below nothing", () => {
    expect(measureOf({ text: "-2.5", shown: "celsius" }, "")).to.equal(-2.5);
  });
});
