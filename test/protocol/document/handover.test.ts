import { expect } from "chai";
import { readCanonical } from "../../../protocol/canonical.ts";
import { discardEvent, readDiscard, readVoid, voidEvent } from "../../../protocol/document/discard.ts";
import { documentBytes, transformEvent } from "../../../protocol/document/epcis.ts";
import { receiveEvent, refuseEvent, shipEvent } from "../../../protocol/document/handover.ts";
import { siteMaster } from "../../../protocol/document/master.ts";
import { readEvent } from "../../../protocol/document/read.ts";
import { readReceive, readRefuse, readShip, readWithdraw } from "../../../protocol/document/read-handover.ts";
import { readSite } from "../../../protocol/document/read-master.ts";
import { Problem } from "../../../protocol/problem.ts";
import { bookEvents, discardForm, receiveForm, shipForm, siteForm, transformForm, voidForm } from "./book-forms.ts";
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

describe("A site", () => {
  it("reads back as it was filled in", () => {
    expect(readSite(stored("SITE, a county hub"), base.subject)).to.deep.equal({
      subject: base.subject,
      example: true,
      code: "H-1",
      name: siteForm.name,
      level: "county",
      number: 330_000,
      gln: "9520123456788",
      where: siteForm.where,
      about: siteForm.about,
      pictures: siteForm.pictures,
    });
    expect(readSite(stored("SITE, plain"), base.subject)).to.deep.include({ level: "place", number: 0, gln: null });
  });

  it("is refused where its numbers are none", () => {
    expect(problemOf(() => siteMaster({ ...siteForm, gln: "9520123456789" }))).to.equal("form-refused /gln");
    expect(problemOf(() => siteMaster({ ...siteForm, number: 1e12 }))).to.equal("form-refused /number");
    expect(problemOf(() => siteMaster({ ...siteForm, level: "field" as never }))).to.equal("form-refused /level");
  });
});

describe("Goods from hand to hand", () => {
  it("say who sent what to whom, from where to where, on which pallet", () => {
    expect(readShip(stored("SHIP, packed, on a pallet"), base.subject)).to.deep.equal({
      subject: base.subject,
      taken: id(20),
      lot: shipForm.lot,
      product: shipForm.product,
      uom: "KGM",
      packed: true,
      sender: shipForm.sender,
      receiver: shipForm.receiver,
      carrier: shipForm.carrier,
      from: { subject: id(50), code: "H-1", name: { zh: "县城集散点", en: "County hub" } },
      to: { subject: id(51), code: "店 1", name: null },
      sscc: "106141411234567897",
      amount: 25_000n,
      pieces: 100,
      stripped: [],
    });
  });

  it("stand in EPCIS's own lists too", () => {
    const event = bookEvents["SHIP, packed, on a pallet"];

    expect(event).to.deep.include({
      bizStep: "shipping",
      disposition: "in_transit",
      epcList: ["https://id.gs1.org/00/106141411234567897"],
      readPoint: { id: "https://furrow.example/loc/H-1" },
      sourceList: [
        { type: "owning_party", source: `https://furrow.example/pty/${id(1).slice(2)}` },
        { type: "location", source: "https://furrow.example/loc/H-1" },
      ],
      destinationList: [
        { type: "owning_party", destination: `https://furrow.example/pty/${id(2).slice(2)}` },
        { type: "location", destination: "https://furrow.example/loc/%E5%BA%97%201" },
      ],
    });
  });

  it("name a shortage in CBV's word for it, as long as it lasts", () => {
    expect(bookEvents["RECEIVE, one bag short"]).to.deep.include({
      disposition: "mismatch_quantity",
      persistentDisposition: { set: ["mismatch_quantity"] },
    });
    expect(bookEvents["RECEIVE, all of it"]).to.include({ disposition: "in_progress" });
    expect(readReceive(stored("RECEIVE, one bag short"), base.subject)).to.deep.include({
      amount: 24_750n,
      offered: 25_000n,
      pieces: 99,
      condition: receiveForm.condition,
    });
    expect(readReceive(stored("RECEIVE, nothing was found"), base.subject)?.amount).to.equal(0n);
  });

  it("are refused or taken back with the reason, in words", () => {
    expect(readRefuse(stored("REFUSE"), base.subject)).to.deep.include({
      taken: id(20),
      reason: { zh: "温度过高", en: "too warm" },
    });
    expect(readWithdraw(stored("WITHDRAW, without a reason"), base.subject)?.reason).to.equal(null);
    expect(bookEvents["WITHDRAW, without a reason"]).to.include({ bizStep: "void_shipping" });
  });

  it("are refused as a form with the place", () => {
    expect(problemOf(() => shipEvent({ ...shipForm, sscc: "106141411234567898" }))).to.equal("form-refused /sscc");
    expect(problemOf(() => shipEvent({ ...shipForm, packed: false }))).to.equal("form-refused /pieces");
    expect(problemOf(() => receiveEvent({ ...receiveForm, amount: 25_001n }))).to.equal("form-refused /amount");
    expect(problemOf(() => refuseEvent({ ...shipForm, reason: {} }))).to.equal("text-refused /reason");
  });
});

describe("What is taken out of the books", () => {
  it("says how much, why, and on whose order", () => {
    expect(readDiscard(stored("DISCARD, on order"), base.subject)).to.deep.equal({
      subject: base.subject,
      lot: discardForm.lot,
      product: discardForm.product,
      reason: "ordered",
      amount: 1500n,
      uom: "KGM",
      plot: null,
      cause: discardForm.cause,
      party: discardForm.party,
      stripped: [],
    });
    expect(readDiscard(stored("DISCARD, a season is over"), base.subject)).to.deep.include({
      reason: "season-over",
      amount: 666_667n,
      uom: "MTK",
      plot: id(3),
    });
  });

  it("destroys nothing where a season is over, or something was given away", () => {
    expect(bookEvents["DISCARD, on order"]).to.include({ action: "DELETE", bizStep: "destroying" });
    expect(discardEvent({ ...discardForm, reason: "given" })).to.include({ bizStep: "other" });
  });

  it("names labels by their places, and counts them", () => {
    expect(readVoid(stored("VOID"), base.subject)).to.deep.equal({
      subject: base.subject,
      lot: id(20),
      certificate: id(40),
      reason: "unsold",
      ranges: voidForm.ranges,
      cause: voidForm.cause,
      stripped: [],
    });
    expect(bookEvents.VOID?.quantityList).to.deep.equal([
      { epcClass: "https://id.gs1.org/01/09521234543213/10/LJ2604A", quantity: 1000 },
    ]);
  });

  it("is refused as a form with the place", () => {
    const ranges = (...all: readonly [number, number][]): string =>
      problemOf(() => voidEvent({ ...voidForm, ranges: all.map(([first, number]) => ({ first, number })) }));

    expect(ranges()).to.equal("form-refused /ranges");
    expect(ranges([0, 2], [1, 1])).to.equal("form-refused /ranges/1/first");
    expect(ranges([5, 1], [1, 1])).to.equal("form-refused /ranges/1/first");
    expect(ranges([0, 0])).to.equal("form-refused /ranges/0/number");
    expect(problemOf(() => voidEvent({ ...voidForm, reason: "sold" as never }))).to.equal("form-refused /reason");
    expect(problemOf(() => discardEvent({ ...discardForm, reason: "sold" as never }))).to.equal("form-refused /reason");
    expect(problemOf(() => discardEvent({ ...discardForm, amount: 0n }))).to.equal("form-refused /amount");
  });
});

describe("A transformation", () => {
  it("says which outputs are by-products, and what became of the rest", () => {
    const event = readEvent(stored("TRANSFORM, with a by-product and losses"), base.subject);

    expect(event?.byProducts).to.equal(1);
    expect(event?.losses).to.deep.equal(transformForm.losses);
  });

  it("has no by-products where it splits", () => {
    expect(transformEvent({ ...transformForm, step: "split" })).not.to.have.property("furrow:byProducts");
  });

  it("explains no more loss than there is", () => {
    const [water] = transformForm.losses ?? [];
    const losses = [{ cause: water?.cause ?? {}, amount: 75_001n }];

    expect(problemOf(() => transformEvent({ ...transformForm, losses }))).to.equal("form-refused /losses");
  });

  it("gives no more than went into it", () => {
    const [first, ...others] = transformForm.outputs;
    const heavy = first === undefined ? [] : [{ ...first, amount: 10n ** 9n }, ...others];

    expect(problemOf(() => transformEvent({ ...transformForm, outputs: heavy }))).to.equal("more-out-than-in /outputs");
  });
});
