import { expect } from "chai";
import { bytesOf } from "../../protocol/bytes.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import { isOfKind } from "../../protocol/of-kind.ts";
import type { OpenEntry } from "../../protocol/entry.ts";
import { bookEvents, selfDeclared } from "./document/book-forms.ts";
import { base, documents, id } from "./document/forms.ts";
import { corrections, credentialForm, credentials, observations } from "./document/third-forms.ts";

const none = new Uint8Array(32);
const correct = { seq: 3, entry: 1, reason: 1, own: 0n, other: none, others: 0n };
const certify = { index: 0, beneficiary: 1, fromS: 1, untilS: 2, scopes: [], application: none, unit: 0, volume: 0n };
const lot = bytesOf(id(20));
const ship = { index: 0, lot, packed: true, amount: 25_000n, to: 2, carrier: 3 };
const ranges = [
  { first: 0n, number: 10n },
  { first: 10n, number: 1n },
  { first: 9_000n, number: 989n },
];
const voided = { reason: 2, lot, certificate: bytesOf(id(40)), ranges };
const scopes = [...credentialForm.products, ...credentialForm.plots].map(({ subject }) => bytesOf(subject));
const apply = { index: 0, certifier: 5, unit: 1, volume: 500_000n, scopes };
const recall = { capacity: 1, drill: false, certificate: none };
const dispute = { seq: 1, entry: 0, named: bytesOf(id(2)) };
const discard = { reason: 4, amount: 1500n, plot: none };

const OWN: readonly { readonly entry: OpenEntry; readonly document: JsonObject | undefined }[] = [
  {
    entry: { name: "SITE", args: { index: 0, level: 3, number: 330_000n } },
    document: bookEvents["SITE, a county hub"],
  },
  { entry: { name: "SENSE", args: {} }, document: bookEvents["SENSE, a truck's series"] },
  { entry: { name: "TEST", args: {} }, document: observations["TEST, with a report"] },
  { entry: { name: "INSPECT", args: {} }, document: observations["INSPECT, non-conformant"] },
  { entry: { name: "ATTEST", args: {} }, document: observations["ATTEST, by a taster"] },
  { entry: { name: "DISPUTE", args: dispute }, document: bookEvents.DISPUTE },
  { entry: { name: "ANSWER", args: { seq: 4 } }, document: bookEvents.ANSWER },
  { entry: { name: "DISCARD", args: discard }, document: bookEvents["DISCARD, on order"] },
  { entry: { name: "SHIP", args: ship }, document: bookEvents["SHIP, packed, on a pallet"] },
  { entry: { name: "RECEIVE", args: { amount: 24_750n } }, document: bookEvents["RECEIVE, one bag short"] },
  { entry: { name: "REFUSE", args: { lot } }, document: bookEvents.REFUSE },
  { entry: { name: "WITHDRAW", args: { lot } }, document: bookEvents["WITHDRAW, without a reason"] },
  {
    entry: { name: "APPLY", args: apply },
    document: selfDeclared.APPLY,
  },
  { entry: { name: "CERTIFY", args: certify }, document: credentials["CERTIFY, products and plots"] },
  { entry: { name: "SUSPEND", args: {} }, document: bookEvents.SUSPEND },
  { entry: { name: "LIFT", args: {} }, document: bookEvents.LIFT },
  { entry: { name: "REVOKE", args: {} }, document: bookEvents.REVOKE },
  { entry: { name: "PROMISE", args: { amount: 12_500n } }, document: selfDeclared["PROMISE, of a producer"] },
  { entry: { name: "VOID", args: voided }, document: bookEvents.VOID },
  { entry: { name: "RECALL", args: recall }, document: bookEvents["RECALL, by the holder"] },
  { entry: { name: "RELEASE", args: { capacity: 2 } }, document: bookEvents.RELEASE },
  { entry: { name: "ACKNOWLEDGE", args: { recalled: lot, seq: 7 } }, document: bookEvents.ACKNOWLEDGE },
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
      for (const other of [...others, documents["NOTE, storing"], documents["PLOT, a village"], {}, null]) {
        expect(isOfKind(other, subject, entry)).to.equal(false);
      }
    });
  }

  const otherwise: Readonly<Record<string, OpenEntry>> = {
    "a correction of another entry": { name: "CORRECT", args: { ...correct, entry: 2 } },
    "a dispute of another entry": { name: "DISPUTE", args: { ...dispute, entry: 1 } },
    "a dispute over another name": { name: "DISPUTE", args: { ...dispute, named: lot } },
    "an answer to another dispute": { name: "ANSWER", args: { seq: 5 } },
    "a discard for another reason": { name: "DISCARD", args: { ...discard, reason: 1 } },
    "a shipment of another lot": { name: "SHIP", args: { ...ship, lot: none } },
    "a shipment of loose goods": { name: "SHIP", args: { ...ship, packed: false } },
    "a shipment to somebody else": { name: "SHIP", args: { ...ship, to: 1 } },
    "a shipment by another carrier": { name: "SHIP", args: { ...ship, carrier: 0 } },
    "a refusal of another lot": { name: "REFUSE", args: { lot: none } },
    "a promise of another amount": { name: "PROMISE", args: { amount: 12_501n } },
    "a void of other labels": { name: "VOID", args: { ...voided, ranges: ranges.slice(1) } },
    "a void for another reason": { name: "VOID", args: { ...voided, reason: 1 } },
    "a void of labels of another lot": { name: "VOID", args: { ...voided, lot: none } },
    "a void under another certificate": { name: "VOID", args: { ...voided, certificate: none } },
    "a recall by a certificate": { name: "RECALL", args: { ...recall, certificate: lot } },
    "an application for more": { name: "APPLY", args: { ...apply, volume: 1n } },
    "an application in another unit": { name: "APPLY", args: { ...apply, unit: 4 } },
    "an application to another certifier": { name: "APPLY", args: { ...apply, certifier: 6 } },
    "an application for other goods": { name: "APPLY", args: { ...apply, scopes: [] } },
    "a recall as somebody else": { name: "RECALL", args: { ...recall, capacity: 2 } },
    "a drill": { name: "RECALL", args: { ...recall, drill: true } },
    "a release as somebody else": { name: "RELEASE", args: { capacity: 1 } },
    "an acknowledgement of another recall": { name: "ACKNOWLEDGE", args: { recalled: lot, seq: 8 } },
    "an acknowledgement of the recall of the goods themselves": {
      name: "ACKNOWLEDGE",
      args: { recalled: none, seq: 7 },
    },
  };
  for (const [what, entry] of Object.entries(otherwise)) {
    it(`says what the args say: it is not ${what}`, () => {
      const { document } = OWN.find((one) => one.entry.name === entry.name) ?? {};

      expect(isOfKind(document, base.subject, entry)).to.equal(false);
    });
  }

  it("says who writes it, where it says so", () => {
    const parties: Readonly<Record<string, number>> = {
      ...{ DISPUTE: 0, ANSWER: 0, SHIP: 0, RECEIVE: 0, REFUSE: 0, WITHDRAW: 0, APPLY: 0 },
      ...{ RECALL: 0, RELEASE: 0, ACKNOWLEDGE: 0 },
    };
    for (const { entry, document } of OWN.filter(({ entry: one }) => one.name in parties)) {
      const writers = Array.from({ length: 9 }, (_, by) => isOfKind(document, base.subject, entry, { by, sent: null }));
      expect(
        writers.filter((one) => one),
        entry.name,
      ).to.have.lengthOf(1);
    }
  });

  it("says from whom a consignment came, and of what", () => {
    const { entry, document } = OWN.find((one) => one.entry.name === "RECEIVE") ?? {};
    if (entry === undefined) throw new Error("one is received");
    const sent = { lot: id(20), by: 1 };

    expect(isOfKind(document, base.subject, entry, { by: 2, sent })).to.equal(true);
    expect(isOfKind(document, base.subject, entry, { by: 2, sent: { ...sent, by: 3 } })).to.equal(false);
    expect(isOfKind(document, base.subject, entry, { by: 2, sent: { ...sent, lot: id(21) } })).to.equal(false);
  });

  it("acknowledges the recall of the goods themselves by their own name", () => {
    const document = { ...bookEvents.ACKNOWLEDGE };
    const part = document["furrow:acknowledgement"] as JsonObject;
    document["furrow:acknowledgement"] = { ...part, "furrow:recalled": base.subject };

    const entry: OpenEntry = { name: "ACKNOWLEDGE", args: { recalled: none, seq: 7 } };
    expect(isOfKind(document, base.subject, entry)).to.equal(true);
  });

  it("is no 承诺达标合格证 where a word of its promise is another", () => {
    const document = JSON.parse(
      JSON.stringify(selfDeclared["PROMISE, of a producer"]).replace("残留不超标", "残留很少"),
    ) as JsonObject;

    expect(isOfKind(document, base.subject, { name: "PROMISE", args: { amount: 12_500n } })).to.equal(false);
  });

  it("may be of any sort where the args say all that counts", () => {
    expect(isOfKind({}, base.subject, { name: "NOTE", args: {} })).to.equal(true);
  });
});
