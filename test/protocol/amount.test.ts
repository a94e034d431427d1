import { expect } from "chai";
import fc from "fast-check";
import type { Amount } from "../../protocol/amount.ts";
import {
  amountOf,
  amountOfNumber,
  amountToNumber,
  formatAmount,
  MAX_AMOUNT,
  parseAmount,
  unitCode,
  unitNumber,
} from "../../protocol/amount.ts";
import { refusal } from "../support/refusal.ts";

const anyAmount = fc.bigInt(0n, MAX_AMOUNT).map((value) => value as Amount);

describe("Amounts", () => {
  for (const [text, thousandths] of [
    ["12.5", 12_500n],
    ["0", 0n],
    ["0.001", 1n],
    [" 007.10 ", 7_100n],
    ["1099511627.775", MAX_AMOUNT],
  ] as const) {
    it(`read "${text}" as ${thousandths} thousandths`, () => {
      expect(parseAmount(text)).to.equal(thousandths);
    });
  }

  for (const text of ["", ".5", "5.", "-1", "+1", "1e3", "1,5", "1.2345", "0x10", "１２", "NaN"]) {
    it(`refuse "${text}"`, async () => {
      expect(await refusal(() => parseAmount(text))).to.equal("amount-unreadable at /quantity");
    });
  }

  it("refuse more than the ledger can hold", async () => {
    expect(await refusal(() => parseAmount("1099511627.776"))).to.equal("amount-too-large at /quantity");
    expect(await refusal(() => amountOfNumber(1e21))).to.equal("amount-too-large at /quantity");
    expect(await refusal(() => amountOf(MAX_AMOUNT + 1n))).to.equal("amount-too-large at /quantity");
    expect(await refusal(() => amountOf(-1n))).to.equal("amount-unreadable at /quantity");
  });

  it("come back from text and from JSON numbers exactly", () => {
    fc.assert(
      fc.property(anyAmount, (amount) => {
        expect(parseAmount(formatAmount(amount))).to.equal(amount);
        expect(amountOfNumber(JSON.parse(JSON.stringify(amountToNumber(amount))) as number)).to.equal(amount);
      }),
    );
  });

  it("are never rounded from a number", async () => {
    expect(await refusal(() => amountOfNumber(0.0005))).to.equal("amount-unreadable at /quantity");
    expect(await refusal(() => amountOfNumber(1e-7))).to.equal("amount-unreadable at /quantity");
    expect(await refusal(() => amountOfNumber(Number.NaN))).to.equal("amount-unreadable at /quantity");
    expect(amountOfNumber(0.1)).to.equal(100n);
  });
});

describe("Units", () => {
  it("have the numbers of the ledger", () => {
    expect([1, 2, 3, 4].map((unit) => unitCode(unit))).to.deep.equal(["KGM", "MTK", "H87", "LTR"]);
    expect(["KGM", "MTK", "H87", "LTR"].map((code) => unitNumber(code))).to.deep.equal([1, 2, 3, 4]);
  });

  it("refuse what is not among them", async () => {
    for (const unit of [0, 5, 255]) expect(await refusal(() => unitCode(unit))).to.equal("unit-unknown at /unit");
    expect(await refusal(() => unitNumber("kgm"))).to.equal("unit-unknown at /unit");
  });
});
