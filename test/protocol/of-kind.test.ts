import { expect } from "chai";
import type { JsonObject } from "../../protocol/document/terms.ts";
import { isOfKind } from "../../protocol/of-kind.ts";
import type { OpenEntry } from "../../protocol/entry.ts";
import { base, documents } from "./document/forms.ts";
import { corrections, credentialForm, credentials, observations } from "./document/third-forms.ts";

const none = new Uint8Array(32);
const correct = { seq: 3, entry: 1, reason: 1, own: 0n, other: none, others: 0n };
const certify = { index: 0, beneficiary: 1, fromS: 1, untilS: 2, scopes: [], application: none, unit: 0, volume: 0n };

const OWN: readonly { readonly entry: OpenEntry; readonly document: JsonObject | undefined }[] = [
  { entry: { name: "TEST", args: {} }, document: observations["TEST, with a report"] },
  { entry: { name: "INSPECT", args: {} }, document: observations["INSPECT, non-conformant"] },
  { entry: { name: "ATTEST", args: {} }, document: observations["ATTEST, by a taster"] },
  { entry: { name: "CERTIFY", args: certify }, document: credentials["CERTIFY, products and plots"] },
  { entry: { name: "CORRECT", args: correct }, document: corrections["CORRECT, a mistyped dose"] },
];

describe("The document of a kind that says what it says in its document", () => {
  for (const { entry, document } of OWN) {
    const subject = entry.name === "CERTIFY" ? credentialForm.subject : base.subject;

    it(`is of its kind: ${entry.name}`, () => {
      expect(isOfKind(document, subject, entry)).to.equal(true);
    });

    it(`is no other sort of document, and none at all: ${entry.name}`, () => {
      const others = OWN.filter((one) => one.entry !== entry).map((one) => one.document);
      for (const other of [...others, documents["NOTE, storing"], {}, null]) {
        expect(isOfKind(other, subject, entry)).to.equal(false);
      }
    });
  }

  it("is no correction of another entry than the args name", () => {
    const entry: OpenEntry = { name: "CORRECT", args: { ...correct, entry: 2 } };

    expect(isOfKind(corrections["CORRECT, a mistyped dose"], base.subject, entry)).to.equal(false);
  });

  it("may be of any sort where the args say all that counts", () => {
    expect(isOfKind({}, base.subject, { name: "NOTE", args: {} })).to.equal(true);
  });
});
