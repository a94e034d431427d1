import { readFileSync } from "node:fs";
import { expect } from "chai";
import { glnUri, readGln, readSscc, ssccText, ssccUri, withCheckDigit } from "../../../protocol/document/gs1-key.ts";
import { Problem } from "../../../protocol/problem.ts";

const vectors = JSON.parse(
  readFileSync(new URL("../../vectors/gs1/check-digit-vectors.json", import.meta.url), "utf8"),
) as { readonly good: readonly string[]; readonly bad: readonly string[] };

const SSCC = "106141411234567897";
const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
  return "none";
};

describe("A key of GS1's", () => {
  for (const key of vectors.good) {
    it(`has the check digit that GS1 gives it: ${key}`, () => {
      expect(withCheckDigit(key.slice(0, -1))).to.equal(key);
    });
  }

  for (const key of vectors.bad) {
    it(`has no other: ${key}`, () => {
      expect(withCheckDigit(key.slice(0, -1))).not.to.equal(key);
    });
  }

  it("is found mistyped in any one digit", () => {
    for (let n = 0; n < SSCC.length; n++) {
      const wrong = SSCC.slice(0, n) + String((Number(SSCC[n]) + 1) % 10) + SSCC.slice(n + 1);

      expect(readSscc(wrong), wrong).to.equal(null);
      expect(messageOf(() => ssccText(wrong))).to.include("form-refused at /sscc");
    }
  });

  it("is refused with the digit that it would need, or its length", () => {
    expect(messageOf(() => ssccText("106141411234567890"))).to.include("its last digit would have to be 7");
    expect(messageOf(() => ssccText("10614141123456789"))).to.include("it has 18 digits");
    expect(messageOf(() => ssccText(" 06141411234567897"))).to.include("it has 18 digits");
    expect(messageOf(() => ssccText("１06141411234567897"))).to.include("it has 18 digits");
  });

  it("is written as GS1 Digital Link", () => {
    expect(ssccUri(SSCC)).to.equal(`https://id.gs1.org/00/${SSCC}`);
    expect(glnUri("9520123456788")).to.equal("https://id.gs1.org/414/9520123456788");
  });

  it("is read from strangers only where it is one", () => {
    expect(readSscc(SSCC)).to.equal(SSCC);
    expect(readGln("9520123456788")).to.equal("9520123456788");
    for (const junk of [null, 7, {}, "", "9520123456788"]) expect(readSscc(junk)).to.equal(null);
  });
});
