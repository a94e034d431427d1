import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { expect } from "chai";
import fc from "fast-check";
import { readCanonical } from "../../../protocol/canonical.ts";
import { correctDocument, readCorrection } from "../../../protocol/document/correction.ts";
import { credentialDocument } from "../../../protocol/document/credential.ts";
import { documentBytes, eventsDocument } from "../../../protocol/document/epcis.ts";
import { attachmentsOf, namesSubject, readEvent } from "../../../protocol/document/read.ts";
import { readCredential } from "../../../protocol/document/read-credential.ts";
import { readAttest, readInspect, readTest } from "../../../protocol/document/read-third.ts";
import type { JsonObject } from "../../../protocol/document/terms.ts";
import { inspectEvent, testEvent } from "../../../protocol/document/third.ts";
import { Problem } from "../../../protocol/problem.ts";
import { base, documents, id, photo } from "./forms.ts";
import { corrections, credentialForm, credentials, observations, right, testForm } from "./third-forms.ts";

const read = (path: string): object =>
  JSON.parse(readFileSync(new URL(`../../../server/submit/${path}`, import.meta.url), "utf8")) as object;
// Typed for CommonJS; under Node the function is the module's default.
const addFormats = addFormatsModule as unknown as (ajv: Ajv | Ajv2020) => void;
const draft7 = new Ajv({ strict: false });
const draft2020 = new Ajv2020({ strict: false });
addFormats(draft7);
addFormats(draft2020);
const epcis = draft7.compile(read("epcis-schema/EPCIS-JSON-Schema.json"));
const credential = draft2020.compile(read("credential-schema/verifiable-credential-schema.json"));
const conformity = draft2020.compile(read("credential-schema/ConformityCredential.json"));

const stored = (document: JsonObject | undefined): unknown => readCanonical(documentBytes(document ?? {}));
const problemOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem) return `${error.type} ${error.at}`;
    throw error;
  }
  return "none";
};

describe("What a third party records", () => {
  for (const [name, document] of Object.entries({ ...observations, ...corrections })) {
    it(`is valid against GS1's schema: ${name}`, () => {
      expect(epcis(stored(document)), JSON.stringify(epcis.errors?.slice(0, 3))).to.equal(true);
    });
  }

  it("gives a laboratory's report back line by line", () => {
    const test = readTest(stored(observations["TEST, with a report"]), base.subject);

    expect(test).to.deep.include({
      sampleNumber: "S-0412/1",
      sampledAtS: testForm.sampledAtS,
      sampledBy: { zh: "检测室派人抽样" },
      orderedBy: { subject: id(1), name: { zh: "示例茶叶专业合作社" } },
      verdict: "pass",
      report: testForm.report,
      stripped: [],
    });
    expect(test?.results).to.deep.equal([
      {
        parameter: { zh: "联苯菊酯", en: "bifenthrin" },
        value: 0.12,
        notDetected: false,
        detectionLimit: 0.01,
        unit: "mg/kg",
        limit: 5,
        limitFrom: { zh: "GB 2763-2026" },
        method: "GB 23200.113-2018",
        verdict: "pass",
      },
      {
        parameter: { zh: "吡虫啉", en: "imidacloprid" },
        value: null,
        notDetected: true,
        detectionLimit: 0.01,
        unit: "mg/kg",
        limit: 0.5,
        limitFrom: null,
        method: null,
        verdict: "pass",
      },
      {
        parameter: { en: "a substance without a limit" },
        value: 0.002,
        notDetected: false,
        detectionLimit: null,
        unit: "mg/kg",
        limit: null,
        limitFrom: null,
        method: null,
        verdict: "unknown",
      },
    ]);
  });

  it("names the report's address where EPCIS looks for it, and lists the file itself", () => {
    const event = observations["TEST, with a report"];

    expect(event).to.include({ certificationInfo: `ipfs://${testForm.report?.cid}`, bizStep: "sampling" });
    expect(attachmentsOf(stored(event)).map(({ name }) => name)).to.deep.equal(["report.pdf", photo.name]);
  });

  it("calls nothing passed that has no limit, or stands above it", () => {
    const [line] = testForm.results;
    const refused = (result: object): string =>
      problemOf(() => testEvent({ ...testForm, results: [{ ...(line ?? testForm.results[0]), ...result } as never] }));

    expect(refused({ limit: undefined })).to.equal("form-refused /results/0/verdict");
    expect(refused({ value: 5.01 })).to.equal("form-refused /results/0/verdict");
    expect(refused({ verdict: "fail" })).to.equal("form-refused /verdict");
    expect(problemOf(() => testEvent({ ...testForm, results: [] }))).to.equal("form-refused /results");
  });

  it("is no pass for a reader whose own numbers speak against it", () => {
    const event = stored(observations["TEST, with a report"]) as { "furrow:test": { "furrow:results": object[] } };
    Object.assign(event["furrow:test"]["furrow:results"][0] ?? {}, { "furrow:value": 7 });
    Object.assign(event["furrow:test"]["furrow:results"][1] ?? {}, { "furrow:verdict": "fail" });

    const test = readTest(event, base.subject);

    expect(test?.results.map(({ verdict }) => verdict)).to.deep.equal(["unknown", "fail", "unknown"]);
    expect(test?.verdict).to.equal("unknown");
  });

  it("says what was looked at and whether it conforms", () => {
    expect(readInspect(stored(observations["INSPECT, conformant"]), base.subject)).to.deep.equal({
      subject: base.subject,
      conformant: true,
      looked: { zh: "地块边界、投入品仓库和农事记录本" },
      rule: { zh: "示例规程 1 号", en: "Example rule no. 1" },
      stripped: [],
    });
    expect(readInspect(stored(observations["INSPECT, non-conformant"]), base.subject)?.conformant).to.equal(false);
  });

  it("conforms to nothing where the event and our own field say two things", () => {
    const event = { ...inspectEvent({ ...base, conformant: false, looked: { en: "a" } }), disposition: "conformant" };

    expect(readInspect(event, base.subject)?.conformant).to.equal(null);
  });

  it("keeps an expert's own words", () => {
    expect(readAttest(stored(observations["ATTEST, by a taster"]), base.subject)).to.deep.equal({
      subject: base.subject,
      statement: { zh: "干茶扁平光滑，香气清高。", en: "Flat, smooth leaf; clean aroma." },
      capacity: { zh: "评茶员", en: "tea taster" },
      stripped: [],
    });
  });

  it("is read by its own reader alone, and for its own subject alone", () => {
    const test = stored(observations["TEST, with a report"]);

    expect(readInspect(test, base.subject)).to.equal(null);
    expect(readAttest(test, base.subject)).to.equal(null);
    expect(readTest(test, id(2))).to.equal(null);
  });
});

describe("A certificate", () => {
  for (const [name, document] of Object.entries(credentials)) {
    it(`is a valid credential of W3C and a conformity credential of UNTP: ${name}`, () => {
      const bytes = stored(document);

      expect(credential(bytes), JSON.stringify(credential.errors?.slice(0, 3))).to.equal(true);
      expect(conformity(bytes), JSON.stringify(conformity.errors?.slice(0, 3))).to.equal(true);
      expect(bytes).not.to.have.property("proof");
    });
  }

  it("reads back as it was filled in", () => {
    const found = readCredential(stored(credentials["CERTIFY, products and plots"]), credentialForm.subject);

    expect(found).to.deep.equal({
      subject: credentialForm.subject,
      example: true,
      number: "EX-2026/0007",
      name: credentialForm.name,
      issuer: credentialForm.issuer,
      beneficiary: credentialForm.beneficiary,
      scheme: credentialForm.scheme,
      criteria: [{ zh: "只用名单内的投入品", en: "Listed inputs only" }],
      assessedOn: "2026-03-03",
      fromS: credentialForm.fromS,
      untilS: credentialForm.untilS,
      products: [
        { subject: id(7), name: { zh: "龙井43 鲜叶" } },
        { subject: id(9), name: { zh: "明前龙井 250 克", en: "Longjing, 250 g" } },
      ],
      plots: [{ subject: id(3), code: "七号 地" }],
      volume: null,
      uom: null,
      application: null,
      notes: credentialForm.notes,
      attachments: credentialForm.attachments,
      stripped: [],
    });
  });

  it("names its own subject, and lists its paper as a file", () => {
    const document = stored(credentials["CERTIFY, products and plots"]);

    expect(namesSubject(document, credentialForm.subject)).to.equal(true);
    expect(namesSubject(document, id(9))).to.equal(false);
    expect(attachmentsOf(document).map(({ name }) => name)).to.deep.equal(["certificate.pdf"]);
  });

  it("is refused with the place where it cannot be", () => {
    const form = credentialForm;

    expect(problemOf(() => credentialDocument({ ...form, untilS: form.fromS }))).to.equal("form-refused /untilS");
    expect(problemOf(() => credentialDocument({ ...form, products: [], plots: [] }))).to.equal(
      "form-refused /products",
    );
    expect(problemOf(() => credentialDocument({ ...form, criteria: [] }))).to.equal("form-refused /criteria");
    expect(
      problemOf(() => credentialDocument({ ...form, scheme: { ...form.scheme, id: "javascript:alert(1)" } })),
    ).to.equal("form-refused /scheme/id");
    expect(problemOf(() => credentialDocument({ ...form, number: "\u202e7" }))).to.equal("text-refused /number");
    expect(
      problemOf(() => credentialDocument({ ...form, products: [{ subject: id(7), gtin: "7", name: { zh: "茶" } }] })),
    ).to.equal("form-refused /products/0/gtin");
  });
});

describe("A correction", () => {
  it("repeats the wrong event with its own id, and says where the right data is", () => {
    const wrong = documents["GROW, spraying"];
    const document = corrections["CORRECT, a mistyped dose"];

    const { errorDeclaration, ...rest } = document ?? {};

    expect(rest).to.deep.equal(wrong);
    expect(errorDeclaration).to.deep.include({
      declarationTime: "2026-04-03T08:30:00+08:00",
      reason: "incorrect_data",
      correctiveEventIDs: [`urn:uuid:${right}`],
    });
  });

  it("reads back: which entry, why, and what it said", () => {
    const found = readCorrection(stored(corrections["CORRECT, a mistyped dose"]), base.subject);

    expect(found).to.deep.include({
      subject: base.subject,
      seq: 3,
      entry: 1,
      reason: 1,
      declared: "incorrect_data",
      declaredAtS: base.occurredAtS + 86_400,
      correctiveEventIds: [`urn:uuid:${right}`],
      own: 0n,
      other: null,
      notes: { zh: "小数点点错了一位", en: "The decimal point slipped." },
      example: true,
    });
    expect(found?.erroneous?.applied[0]?.dose).to.equal(0.3);
    expect(found?.erroneous).to.deep.equal(readEvent(stored(documents["GROW, spraying"]), base.subject));
  });

  it("states differences both ways, to the thousandth", () => {
    const found = readCorrection(stored(corrections["CORRECT, a harvest's weight"]), base.subject);

    expect(found).to.deep.include({
      own: -12_500n,
      other: { subject: id(1000), difference: -12_000n },
      uom: "KGM",
      reason: 4,
    });
  });

  it("points to no right data where nothing happened", () => {
    const document = corrections["CORRECT, what did not happen"];
    const erroneous = documents["NOTE, storing"] ?? {};

    expect(document?.errorDeclaration)
      .to.include({ reason: "did_not_occur" })
      .and.not.have.property("correctiveEventIDs");
    expect(
      problemOf(() =>
        correctDocument({
          subject: base.subject,
          seq: 1,
          entry: 0,
          reason: 3,
          declaredAtS: 0,
          erroneous,
          right: [right],
        }),
      ),
    ).to.equal("form-refused /right");
  });

  it("may stand in the log of a subject that the wrong entry only touched", () => {
    const document = stored(corrections["CORRECT, a use of the lot that another lot's entry booked"]);

    expect(namesSubject(document, id(20))).to.equal(true);
    expect(readCorrection(document, id(20))).to.include({ seq: 3, entry: 1, reason: 2 });
    expect(readCorrection(document, id(20))?.erroneous?.subject).to.equal(base.subject);
    expect(readCorrection(document, base.subject)).to.equal(null);
  });

  it("can declare what is no event: master data and certificates", () => {
    const plot = readCorrection(stored(corrections["CORRECT, a plot's area"]), base.subject);
    const certificate = correctDocument({
      subject: credentialForm.subject,
      seq: 1,
      entry: 0,
      reason: 1,
      declaredAtS: base.occurredAtS,
      erroneous: credentials["CERTIFY, products and plots"] ?? {},
    });

    expect(plot).to.deep.include({ own: 666_667n, uom: "MTK", declared: "incorrect_data", erroneous: null });
    expect(plot?.correctiveEventIds).to.deep.equal([`urn:uuid:${right}`]);
    expect(credential(stored(certificate)) && conformity(stored(certificate))).to.equal(true);
    expect(readCorrection(stored(certificate), credentialForm.subject)).to.include({ seq: 1, reason: 1 });
  });

  it("takes one event out of a document of many, with the context that it needs", () => {
    const day = eventsDocument([documents["GROW, spraying"] ?? {}], base.occurredAtS);

    const document = correctDocument({
      subject: base.subject,
      seq: 2,
      entry: 0,
      reason: 1,
      declaredAtS: base.occurredAtS,
      erroneous: day,
    });

    expect(document).to.include({ type: "ObjectEvent" });
    expect(epcis(stored(document))).to.equal(true);
  });

  it("repeats the event that is named where the wrong document holds several of its subject, and guesses none", () => {
    const [morning, evening] = [documents["GROW, spraying"] ?? {}, documents["NOTE, storing"] ?? {}];
    const [first, second] = ["1", "2"].map((end) => `00000000-0000-7000-8000-00000000000${end}`);
    const erroneous = eventsDocument(
      [
        { ...morning, eventID: `urn:uuid:${first}` },
        { ...evening, eventID: `urn:uuid:${second}` },
      ],
      base.occurredAtS,
    );
    const form = {
      subject: base.subject,
      seq: 2,
      entry: 1,
      reason: 1,
      declaredAtS: base.occurredAtS,
      erroneous,
    } as const;

    expect(correctDocument({ ...form, eventId: second ?? "" })).to.include({ eventID: `urn:uuid:${second}` });
    expect(problemOf(() => correctDocument(form))).to.equal("form-refused /eventId");
    expect(problemOf(() => correctDocument({ ...form, eventId: right }))).to.equal("form-refused /eventId");
  });

  it("is found by its entry where one document corrects several of a log", () => {
    const erroneous = documents["GROW, spraying"] ?? {};
    const form = { subject: base.subject, seq: 2, reason: 3, declaredAtS: base.occurredAtS, erroneous } as const;
    const both = stored(
      eventsDocument(
        [0, 1].map((entry) => correctDocument({ ...form, entry })),
        base.occurredAtS,
      ),
    );

    for (const entry of [0, 1]) {
      expect(readCorrection(both, base.subject, { seq: 2, entry })).to.include({ seq: 2, entry });
    }
    expect(readCorrection(both, base.subject, { seq: 2, entry: 2 })).to.equal(null);
    expect(readCorrection(both, base.subject)).to.include({ seq: 2, entry: 0 });
  });
});

describe("A stranger's document of a third party", () => {
  it("never throws, whatever stands in it", () => {
    const all = { ...observations, ...credentials, ...corrections };
    const subjects = [base.subject, credentialForm.subject, id(20), id(41)];
    const paths = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
      typeof value === "object" && value !== null
        ? [path, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...path, key]))]
        : [path];
    const small = Object.values(all).filter((document) => JSON.stringify(document).length < 9000);

    fc.assert(
      fc.property(fc.constantFrom(...small), fc.nat(), fc.anything(), (document, n, junk) => {
        const copy = JSON.parse(JSON.stringify(document)) as object;
        const all = paths(copy);
        const path = all[n % all.length] ?? [];
        let at: Record<string, unknown> = { "": copy };
        for (const key of ["", ...path.slice(0, -1)]) at = at[key] as Record<string, unknown>;
        at[path.at(-1) ?? ""] = junk;
        for (const subject of subjects) {
          readTest(copy, subject);
          readInspect(copy, subject);
          readAttest(copy, subject);
          readCredential(copy, subject);
          readCorrection(copy, subject);
          namesSubject(copy, subject);
          attachmentsOf(copy);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
