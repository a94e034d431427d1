import { expect } from "chai";
import { sortReason } from "../../../server/submit/reason.ts";

const LOT = `0x${"a1".repeat(32)}`;

describe("A reason of the ledger", () => {
  it("is told with amounts in units, differences with their sign, and counts as they are", () => {
    const detailOf = (name: string, ...args: (bigint | string)[]) => sortReason({ name, args }).why.detail;

    expect(detailOf("NoRoom", LOT, 500n, 1_500n)).to.equal(`NoRoom ${LOT} 0.5 1.5`);
    expect(detailOf("DifferencesDiffer", -2_500n, 2_500n)).to.equal("DifferencesDiffer -2.5 2.5");
    expect(detailOf("SeqUnknown", LOT, 9n, 4n)).to.equal(`SeqUnknown ${LOT} 9 4`);
    expect(detailOf("NotEnoughVolume", LOT, 1_500n, 2_000n)).to.equal(`NotEnoughVolume ${LOT} 1.5 2`);
    expect(detailOf("LabelUnknown", LOT, 12n, 10n)).to.equal(`LabelUnknown ${LOT} 12 10`);
    expect(detailOf("NotInForce", LOT, 1_767_225_600n, 2n ** 60n)).to.equal(
      `NotInForce ${LOT} 2026-01-01T00:00:00.000Z ${2n ** 60n}`,
    );
  });

  it("keeps the ledger's own error with its values, in their order", () => {
    const { why } = sortReason({ name: "NotEnoughLeft", args: [LOT, 3_750n, 6_250n] });

    expect(why.ledger).to.deep.equal({ error: "NotEnoughLeft", values: [LOT, "3.75", "6.25"] });
    expect(sortReason({ name: "", args: [] }).why).to.not.have.property("ledger");
  });

  it("waits for a subject that is not there yet, and for nothing else", () => {
    expect(sortReason({ name: "SubjectUnknown", args: [LOT] })).to.include({ sort: "wait", subject: LOT });
    const others = [
      "HolderItself",
      "NoLink",
      "OrganisationUnknown",
      "SeqUnknown",
      "NotEnoughLeft",
      "UnderWay",
      "Recalled",
    ];
    for (const name of [...others, "NotOffered", "NotInForce", "NotEnoughVolume", "Suspended", "AmountDiffers"])
      expect(sortReason({ name, args: [LOT] }).sort, name).to.equal("refuse");
  });

  it("that no page names is given as it came", () => {
    expect(sortReason({ name: "SomethingNew", args: [1n] }).why).to.include({
      type: "refused-by-ledger",
      detail: "SomethingNew 1",
    });
  });
});
