import { expect } from "chai";
import fc from "fast-check";
import { readCanonical } from "../../../protocol/canonical.ts";
import { documentBytes, eventsDocument, growEvent } from "../../../protocol/document/epcis.ts";
import { attachmentsOf, eventsOf, namesSubject, readEvent } from "../../../protocol/document/read.ts";
import {
  readKey,
  readMemberMaster,
  readOrganisation,
  readPlot,
  readProduct,
} from "../../../protocol/document/read-master.ts";
import { base, documents, id, member, photo, product } from "./forms.ts";

const stored = (name: string): unknown => readCanonical(documentBytes(documents[name] ?? {}));

describe("Reading a stored document", () => {
  it("gives back what was done to a picture, in one language, in both or without saying which", () => {
    const credit = { author: "Example Author", licence: "CC BY-SA 4.0", source: "https://example.org/p/1" };
    const work = { id: "pruning", zh: "修剪", en: "pruning" };
    for (const changes of ["made smaller", { zh: "缩小", en: "made smaller" }, { zh: "缩小" }]) {
      const attachments = [{ ...photo, credit: { ...credit, changes } }];
      const event = readEvent(readCanonical(documentBytes(growEvent({ ...base, work, attachments }))), base.subject);

      expect(event?.attachments).to.deep.equal(attachments);
    }
  });

  it("gives back a spraying as it was written down", () => {
    const event = readEvent(stored("GROW, spraying"), base.subject);

    expect(event).to.deep.include({
      timeS: base.occurredAtS,
      bizStep: "furrow:spraying",
      place: "P7",
      example: true,
      member,
      work: { id: "spraying", words: { zh: "打药", en: "spraying" } },
      weather: { zh: "晴", en: "clear" },
      lots: [{ gtin: null, lotNumber: "P7-2026" }],
      stripped: [],
    });
    expect(event?.applied).to.have.length(2);
    expect(event?.applied[0]).to.deep.equal({
      name: { zh: "联苯菊酯乳油", en: "bifenthrin EC" },
      kind: "pesticide",
      activeIngredient: { zh: "联苯菊酯", en: "bifenthrin" },
      dose: 0.3,
      uom: "LTR",
      area_m2: 666.667,
      dilution: 1500,
      method: { zh: "背负式喷雾", en: "knapsack sprayer" },
      preHarvestIntervalDays: 7,
      registration: "PD-EXAMPLE-0001",
    });
    expect(event?.attachments).to.have.length(32);
    expect(event?.attachments[0]).to.deep.equal(photo);
  });

  it("gives back who weighed in how much, to the thousandth", () => {
    const event = readEvent(stored("HARVEST, 200 plantings"), base.subject);

    expect(event?.inputs).to.have.length(200);
    expect(event?.inputs[199]).to.deep.equal({
      subject: id(1199),
      lot: { gtin: null, lotNumber: "七号地-2026/199" },
      amount: 200n,
      product: null,
      member,
    });
    expect(event?.outputs[0]?.amount).to.equal(20_100n);
    expect(event?.product).to.deep.equal(product);
    expect(event?.uom).to.equal("KGM");
  });

  it("gives back the steps and the outputs of a transformation in their order", () => {
    const made = readEvent(stored("TRANSFORM, process with steps"), base.subject);
    const split = readEvent(stored("TRANSFORM, split in 32"), base.subject);

    expect(made?.steps.map((step) => [step.id, step.minutes, step.amount])).to.deep.equal([
      ["withering", 240, null],
      ["fixation", 12.5, null],
      ["drying", null, 22_125n],
    ]);
    expect(split?.step).to.equal("split");
    expect(split?.outputs.map((output) => output.lot?.lotNumber)).to.deep.equal(
      Array.from({ length: 32 }, (_, n) => `260403-${n}`),
    );
  });

  it("gives back a planting and a label run", () => {
    expect(readEvent(stored("PLANT, with a Chinese name"), base.subject)).to.deep.include({
      plot: { subject: id(3), code: "七号 地" },
      area_m2: 666.667,
      capPerHectare: 7500,
      variety: { zh: "龙井43" },
      lots: [{ gtin: null, lotNumber: "七号地-2026 春" }],
      place: "七号 地",
    });
    expect(readEvent(stored("LABEL"), base.subject)?.labels).to.deep.equal({
      lot: id(2),
      count: 66_000,
      net: 250n,
      uom: "KGM",
      root: id(99),
      leaves: { ...photo, mediaType: "text/csv", name: "leaves.csv" },
    });
  });

  it("gives back master data and plain documents", () => {
    expect(readProduct(stored("PRODUCT with GTIN"), base.subject)).to.deep.equal({
      subject: base.subject,
      example: true,
      name: { zh: "明前龙井 250 克", en: "Longjing, 250 g" },
      gtin: "09521234543213",
      uom: "KGM",
      net: 250n,
      usualLoss: 0.78,
      label: { zh: "绿茶", en: "green tea" },
      crop: { zh: "茶", en: "tea" },
      pictures: [photo],
    });
    expect(readPlot(stored("PLOT with an outline"), base.subject)).to.deep.include({
      code: "七号 地",
      area_m2: 6670,
      area_mu: 10.01,
      outline: [
        [0, 0],
        [80.5, 3],
        [75, 84],
        [0, 0],
      ],
    });
    expect(readMemberMaster(stored("MEMBER"), base.subject)?.number).to.equal(12);
    expect(readOrganisation(stored("organisation's public document"), base.subject)).to.deep.include({
      name: { zh: "示例茶叶专业合作社", en: "Example Tea Co-operative" },
      registration: null,
      example: true,
    });
    expect(readKey(stored("key document"), base.subject)).to.deep.include({ act: "enrol", manager: true });
  });

  it("says nothing where the document speaks of another subject", () => {
    for (const name of Object.keys(documents)) {
      expect(readEvent(stored(name), id(4242)), name).to.equal(null);
      expect(namesSubject(stored(name), id(4242)), name).to.equal(false);
      expect(namesSubject(stored(name), base.subject), name).to.equal(true);
      expect(readProduct(stored(name), id(4242)) ?? readPlot(stored(name), id(4242)), name).to.equal(null);
    }
  });

  it("finds its own event among a day's", () => {
    const work = { id: "weeding", zh: "除草", en: "weeding" };
    const day = eventsDocument(
      [1, 2, 3].map((n) => growEvent({ ...base, subject: id(n), work, notes: { zh: `第 ${n} 块` } })),
      base.occurredAtS,
    );

    expect(eventsOf(day)).to.have.length(3);
    expect(readEvent(day, id(2))?.notes).to.deep.equal({ zh: "第 2 块" });
  });

  it("lists every file, wherever the document keeps it", () => {
    expect(attachmentsOf(stored("PLOT with an outline"))).to.deep.equal([photo]);
    expect(attachmentsOf(stored("LABEL")).map((file) => file.name)).to.deep.equal(["leaves.csv"]);
  });
});

describe("Reading what a stranger wrote", () => {
  it("strips characters that could turn a page around, and says where", () => {
    const event = { type: "ObjectEvent", "furrow:subject": id(1), "furrow:notes": { "furrow:zh": "安\u202e全\u200b" } };

    const read = readEvent(event, id(1));

    expect(read?.notes).to.deep.equal({ zh: "安全" });
    expect(read?.stripped).to.deep.equal(["/furrow:notes/furrow:zh"]);
  });

  it("takes a field of another type as not there", () => {
    const event = {
      type: "ObjectEvent",
      eventTime: "yesterday",
      "furrow:subject": id(1),
      "furrow:notes": "text",
      "furrow:member": { "furrow:subject": 7 },
      "furrow:attachments": [{ "furrow:cid": "javascript:alert(1)" }, 7, null],
      "furrow:area_m2": "7",
      quantityList: [{ epcClass: 7 }, null],
    };

    expect(readEvent(event, id(1))).to.deep.include({
      timeS: null,
      notes: null,
      member: null,
      attachments: [],
      area_m2: null,
      lots: [],
    });
  });

  it("does not hide a thing brought out whose kind it does not know", () => {
    const event = {
      type: "ObjectEvent",
      "furrow:subject": id(1),
      "furrow:input": { "furrow:name": { "furrow:zh": "药" }, "furrow:kind": "holy water" },
    };

    expect(readEvent(event, id(1))?.applied.map((input) => input.kind)).to.deep.equal(["other"]);
  });

  it("never throws", () => {
    const names = Object.values(documents).flatMap((document) => [
      ...new Set(JSON.stringify(document).match(/"[^"]+":/g)),
    ]);
    const key = fc.constantFrom(...new Set(names.map((name) => name.slice(1, -2))), "__proto__", "");
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue(),
        fc.constant(id(1)),
        fc.dictionary(key, tie("tree")),
        fc.array(tie("tree")),
      ),
    }));
    const type = fc.constantFrom(
      "ObjectEvent",
      "TransformationEvent",
      "EPCISDocument",
      "furrow:Organisation",
      "furrow:RecorderKey",
    );

    fc.assert(
      fc.property(fc.dictionary(key, tree), type, (fields, type) => {
        const document = { ...fields, type, "furrow:subject": id(1) };
        readEvent(document, id(1));
        readEvent(fields, id(1));
        attachmentsOf(document);
        for (const read of [readProduct, readPlot, readMemberMaster, readOrganisation, readKey]) read(document, id(1));
      }),
      { numRuns: 500 },
    );
  });
});
