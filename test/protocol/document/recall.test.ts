import { expect } from "chai";
import { readCanonical } from "../../../protocol/canonical.ts";
import { readAnswer, readDispute } from "../../../protocol/document/dispute.ts";
import { documentBytes } from "../../../protocol/document/epcis.ts";
import { fateEvent, readFate } from "../../../protocol/document/fate.ts";
import { attachmentsOf, readEvent } from "../../../protocol/document/read.ts";
import {
  acknowledgeEvent,
  readAcknowledge,
  readRecall,
  readRelease,
  recallEvent,
  releaseEvent,
} from "../../../protocol/document/recall.ts";
import { readSense, senseEvent } from "../../../protocol/document/sense.ts";
import { Problem } from "../../../protocol/problem.ts";
import {
  acknowledgeForm,
  answerForm,
  bookEvents,
  disputeForm,
  recallForm,
  releaseForm,
  revokeForm,
  senseForm,
  shipForm,
} from "./book-forms.ts";
import { base, id } from "./forms.ts";

const stored = (name: string): unknown => readCanonical(documentBytes(bookEvents[name] ?? {}));
const problemOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem) return `${error.type} ${error.at}`;
    throw error;
  }
  return "none";
};

describe("A recall", () => {
  it("says who, as what, why, what to do and whom to call", () => {
    const { capacity, drill, by, reason, todo, phone } = recallForm;

    expect(readRecall(stored("RECALL, by the holder"), base.subject)).to.deep.equal({
      ...{ subject: base.subject, capacity, drill, by, reason, todo, phone },
      certificate: null,
      stripped: [],
    });
    expect(readRecall(stored("RECALL, by a certifier, of a plot"), base.subject)).to.deep.include({
      capacity: "certifier",
      certificate: id(40),
      phone: null,
    });
  });

  it("lasts in EPCIS until it is released", () => {
    expect(bookEvents["RECALL, by the holder"]).to.deep.include({
      disposition: "recalled",
      persistentDisposition: { set: ["recalled"] },
    });
    expect(bookEvents.RELEASE).to.deep.include({ persistentDisposition: { unset: ["recalled"] } });
    expect(readRelease(stored("RELEASE"), base.subject)).to.deep.include({
      capacity: "regulator",
      reason: releaseForm.reason,
    });
  });

  it("recalls nothing where it is a drill", () => {
    const drill = bookEvents["RECALL, a drill"];

    expect(JSON.stringify(drill)).not.to.include("recalled");
    expect(readRecall(stored("RECALL, a drill"), base.subject)?.drill).to.equal(true);
  });

  it("is acknowledged with what was done and found", () => {
    const { recalled, seq, by, done, found, uom } = acknowledgeForm;

    expect(readAcknowledge(stored("ACKNOWLEDGE"), base.subject)).to.deep.equal({
      ...{ subject: base.subject, recalled, seq, by, done, found, uom },
      stripped: [],
    });
  });

  it("is refused as a form with the place", () => {
    const { uom, ...unitless } = acknowledgeForm;

    expect(uom).to.equal("KGM");
    expect(problemOf(() => acknowledgeEvent(unitless))).to.equal("form-refused /uom");
    expect(problemOf(() => recallEvent({ ...recallForm, certificate: id(40) }))).to.equal("form-refused /certificate");
    expect(problemOf(() => recallEvent({ ...recallForm, capacity: "certifier" }))).to.equal(
      "form-refused /certificate",
    );
    expect(problemOf(() => releaseEvent({ ...releaseForm, capacity: "king" as never }))).to.equal(
      "form-refused /capacity",
    );
    expect(problemOf(() => recallEvent({ ...recallForm, todo: {} }))).to.equal("text-refused /todo");
  });
});

describe("Readings of an instrument", () => {
  it("are EPCIS's own sensor elements, and read back", () => {
    expect(readSense(stored("SENSE, a truck's series"), base.subject)).to.deep.equal({
      subject: base.subject,
      readings: [
        { type: "Temperature", uom: "CEL", value: null, min: -1.5, max: 8.25, mean: 4, exception: "ALARM_CONDITION" },
        { type: "RelativeHumidity", uom: "P1", value: 61, min: null, max: null, mean: null, exception: null },
      ],
      fromS: senseForm.fromS,
      untilS: senseForm.untilS,
      device: "记录仪 3",
      step: "transporting",
      series: senseForm.series,
      stripped: [],
    });
    expect(readSense(stored("SENSE, one value on a plot"), base.subject)).to.deep.include({
      fromS: base.occurredAtS,
      untilS: base.occurredAtS,
      device: null,
      step: null,
    });
    expect(attachmentsOf(stored("SENSE, a truck's series")).map(({ name }) => name)).to.deep.equal(["truck.csv"]);
  });

  it("are refused without a value, a time that ends, or a type that EPCIS knows", () => {
    const one = { type: "Temperature", uom: "CEL" } as const;

    expect(problemOf(() => senseEvent({ ...senseForm, readings: [] }))).to.equal("form-refused /readings");
    expect(problemOf(() => senseEvent({ ...senseForm, readings: [one] }))).to.equal("form-refused /readings/0");
    expect(
      problemOf(() => senseEvent({ ...senseForm, readings: [{ ...one, type: "Warmth" as never, value: 1 }] })),
    ).to.equal("form-refused /readings/0/type");
    expect(problemOf(() => senseEvent({ ...senseForm, readings: [{ ...one, value: Number.NaN }] }))).to.equal(
      "form-refused /readings/0/value",
    );
    expect(problemOf(() => senseEvent({ ...senseForm, untilS: 0 }))).to.equal("form-refused /untilS");
  });
});

describe("A dispute", () => {
  it("names the entry, by what its author is concerned, and what is denied; its answer names it", () => {
    const { seq, entry, named, by, denied } = disputeForm;

    expect(readDispute(stored("DISPUTE"), base.subject)).to.deep.equal({
      ...{ subject: base.subject, seq, entry, named, by, denied },
      stripped: [],
    });
    expect(readAnswer(stored("ANSWER"), base.subject)).to.deep.equal({
      subject: base.subject,
      seq: 4,
      by: answerForm.by,
      answer: answerForm.answer,
      stripped: [],
    });
  });

  it("can be raised by the organisation that an origin names", () => {
    expect(readEvent(stored("ORIGIN, from an organisation"), base.subject)?.supplier).to.deep.equal({
      subject: id(2),
      name: shipForm.receiver.name,
    });
  });
});

describe("What became of a certificate", () => {
  it("says why, and of a revocation whether labels already out lose it too", () => {
    expect(readFate(stored("REVOKE"), base.subject)).to.deep.equal({
      subject: base.subject,
      fate: "REVOKE",
      number: "EX-2026/0007",
      reason: revokeForm.reason,
      labelsOut: "unaffected",
      stripped: [],
    });
    expect(readFate(stored("LIFT"), base.subject)).to.deep.include({ fate: "LIFT", labelsOut: null });
  });

  it("is refused where a revocation leaves that open, or another says it", () => {
    const { labelsOut, ...open } = revokeForm;

    expect(labelsOut).to.equal("unaffected");
    expect(problemOf(() => fateEvent(open))).to.equal("form-refused /labelsOut");
    expect(problemOf(() => fateEvent({ ...revokeForm, fate: "SUSPEND" }))).to.equal("form-refused /labelsOut");
  });
});
