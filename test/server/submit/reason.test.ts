import { expect } from "chai";
import { sortReason } from "../../../server/submit/reason.ts";

const LOT = `0x${"a1".repeat(32)}`;

describe("A reason of the ledger", () => {
  it("is told with amounts in units, differences with their sign, and counts as they are", () => {
    const detailOf = (name: string, ...args: (bigint | string)[]) => sortReason({ name, args }).why.detail;

    expect(detailOf("NoRoom", LOT, 500n, 1_500n)).to.equal(`NoRoom ${LOT} 0.5 1.5`);
    expect(detailOf("DifferencesDiffer", -2_500n, 2_500n)).to.equal("DifferencesDiffer -2.5 2.5");
    expect(detailOf("SeqUnknown", LOT, 9n, 4n)).to.equal(`SeqUnknown ${LOT} 9 4`);
  });

  it("waits for a subject that is not there yet, and for nothing else", () => {
    expect(sortReason({ name: "SubjectUnknown", args: [LOT] })).to.include({ sort: "wait", subject: LOT });
    for (const name of ["HolderItself", "NoLink", "OrganisationUnknown", "SeqUnknown"])
      expect(sortReason({ name, args: [LOT] }).sort, name).to.equal("refuse");
  });

  it("that no page names is given as it came", () => {
    expect(sortReason({ name: "SomethingNew", args: [1n] }).why).to.include({
      type: "refused-by-ledger",
      detail: "SomethingNew 1",
    });
  });
});
