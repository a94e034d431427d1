import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormatsModule from "ajv-formats";
import { expect } from "chai";
import { readCanonical } from "../../../protocol/canonical.ts";
import { cidOf } from "../../../protocol/cid.ts";
import { attachmentField } from "../../../protocol/document/attachment.ts";
import {
  documentBytes,
  eventsDocument,
  growEvent,
  labelEvent,
  noteEvent,
  originEvent,
  plantEvent,
} from "../../../protocol/document/epcis.ts";
import { plotMaster } from "../../../protocol/document/master.ts";
import { type JsonObject, lotClass, readLotClass } from "../../../protocol/document/terms.ts";
import { cleanText } from "../../../protocol/document/text.ts";
import { Problem } from "../../../protocol/problem.ts";
import { base, documents, photo, product } from "./forms.ts";

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8"));
// Typed for CommonJS; under Node the function is the module's default.
const addFormats = addFormatsModule as unknown as (ajv: Ajv) => void;
const ajv = new Ajv({ strict: false, allErrors: false });
addFormats(ajv);
const validate = ajv.compile(read("server/submit/epcis-schema/EPCIS-JSON-Schema.json") as object);

const VECTORS = "test/vectors/epcis";
const samples = read(`${VECTORS}/furrow-samples.json`) as {
  samples: { kind: string; event: JsonObject; canonical: string; sha256: string; cidJson: string; cidRaw: string }[];
};

const digestOf = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
const problemOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem) return `${error.type} ${error.at}`;
    throw error;
  }
  return "none";
};

describe("A record as an EPCIS 2.0 document", () => {
  for (const [name, document] of Object.entries(documents)) {
    const isEpcis = !name.startsWith("organisation") && !name.startsWith("key");
    if (isEpcis) {
      it(`is valid against GS1's schema: ${name}`, () => {
        expect(validate(document), JSON.stringify(validate.errors?.slice(0, 3))).to.equal(true);
      });
    }

    it(`reads back from its canonical bytes as it was built: ${name}`, () => {
      const bytes = documentBytes(document);

      expect(documentBytes(readCanonical(bytes) as JsonObject)).to.deep.equal(bytes);
    });
  }

  it("may hold a day's work on many plots, each event with its own subject", () => {
    const day = eventsDocument(
      [documents["GROW, on a plot"] ?? {}, documents["GROW, spraying"] ?? {}],
      base.occurredAtS,
    );

    expect(validate(day), JSON.stringify(validate.errors?.slice(0, 3))).to.equal(true);
  });

  it("says local time with its offset, and the day in China", () => {
    const event = documents["HARVEST, one planting"];

    expect(event).to.include({ eventTime: "2026-04-02T08:30:00+08:00", eventTimeZoneOffset: "+08:00" });
    expect(event?.ilmd).to.include({ "furrow:harvestDate": "2026-04-02" });
  });

  it("gives the largest amount without losing a thousandth", () => {
    const event = documents["ORIGIN, with what the seller says"];

    expect(event?.quantityList).to.deep.equal([
      { epcClass: "https://id.gs1.org/01/09520123456788/10/A%2F1%2Bb", quantity: 1099511627.775, uom: "LTR" },
    ]);
  });

  it("publishes no serial of a label run", () => {
    expect(documents.LABEL).not.to.have.property("epcList");
    expect(documents.LABEL?.quantityList).to.deep.equal([
      { epcClass: "https://id.gs1.org/01/09521234543213/10/LJ2604A", quantity: 66_000 },
    ]);
  });
});

describe("GS1's schema, as the server and these tests use it", () => {
  for (const file of readdirSync(new URL(`../../../${VECTORS}/invalid`, import.meta.url))) {
    it(`refuses ${file}`, () => {
      expect(validate(read(`${VECTORS}/invalid/${file}`))).to.equal(false);
    });
  }

  for (const sample of samples.samples) {
    it(`takes the sample ${sample.kind}, whose canonical bytes and CIDs are the published ones`, () => {
      const bytes = documentBytes(sample.event);
      const digest = digestOf(bytes);

      expect(validate(sample.event)).to.equal(true);
      expect(new TextDecoder().decode(bytes)).to.equal(sample.canonical);
      expect(cidOf(digest, "json")).to.equal(sample.cidJson);
      expect(cidOf(digest, "raw")).to.equal(sample.cidRaw);
    });
  }
});

describe("What people write", () => {
  const nasty: readonly [string, string][] = [
    ["a right-to-left override", "茶\u202e叶"],
    ["a left-to-right isolate", "a\u2066b"],
    ["a pop of isolates", "a\u2069b"],
    ["an embedding", "\u202aabc"],
    ["a zero-width space", "合\u200b作社"],
    ["a zero-width joiner", "a\u200db"],
    ["a byte order mark", "\ufeffabc"],
    ["a soft hyphen", "co\u00adop"],
    ["a control character", "a\u0007b"],
    ["a C1 control", "a\u0085b"],
    ["a line separator", "a\u2028b"],
    ["a tag character", "a\u{e0041}b"],
    ["half a character", "a\ud800b"],
  ];
  for (const [name, text] of nasty) {
    it(`is refused where it holds ${name}`, () => {
      expect(problemOf(() => noteEvent({ ...base, notes: { zh: text } }))).to.equal("text-refused /notes/zh");
      expect(
        problemOf(() => plotMaster({ subject: base.subject, createdAtS: 0, code: text, level: "field", area: 1n })),
      ).to.equal("text-refused /code");
      expect(problemOf(() => attachmentField({ ...photo, name: text }, "/a"))).to.equal("text-refused /a/name");
    });
  }

  it("is kept in composed form, so that one word has one spelling", () => {
    expect(cleanText("Cafe\u0301 ", "/a")).to.equal("Café");
  });

  it("may have lines in a note, not in a name", () => {
    expect(problemOf(() => noteEvent({ ...base, notes: { zh: "一\n二" } }))).to.equal("none");
    expect(
      problemOf(() =>
        originEvent({ ...base, lot: { gtin: null, lotNumber: "a\nb" }, product, amount: 1n, uom: "KGM" }),
      ),
    ).to.equal("text-refused /lot/lotNumber");
  });

  it("is refused when empty or too long", () => {
    expect(problemOf(() => noteEvent({ ...base, notes: { zh: "  " } }))).to.equal("text-refused /notes/zh");
    expect(problemOf(() => noteEvent({ ...base, notes: {} }))).to.equal("text-refused /notes");
    expect(problemOf(() => noteEvent({ ...base, notes: { en: "n".repeat(4001) } }))).to.equal(
      "text-too-long /notes/en",
    );
    expect(problemOf(() => cleanText("n".repeat(121), "/a"))).to.equal("text-too-long /a");
  });

  it("is named by its place where a number, an id or a type cannot be", () => {
    const work = { id: "weeding", zh: "除草", en: "weeding" };
    const input = { name: { zh: "尿素" }, kind: "fertiliser", dose: 1, uom: "KGM" } as const;
    const label = {
      ...base,
      lot: { gtin: null, lotNumber: "L1" },
      lotSubject: base.subject,
      net: 1n,
      uom: "KGM",
    } as const;

    expect(problemOf(() => growEvent({ ...base, work, inputs: [{ ...input, dose: Number.NaN }] }))).to.equal(
      "form-refused /inputs/0/dose",
    );
    expect(problemOf(() => growEvent({ ...base, work, inputs: [{ ...input, uom: "公斤" }] }))).to.equal(
      "form-refused /inputs/0/uom",
    );
    expect(problemOf(() => growEvent({ ...base, work, eventId: "1" }))).to.equal("form-refused /eventId");
    expect(problemOf(() => growEvent({ ...base, work, occurredAtS: 1.5 }))).to.equal("form-refused /occurredAtS");
    expect(problemOf(() => growEvent({ ...base, work, subject: "0x12" }))).to.equal("form-refused /subject");
    expect(
      problemOf(() => growEvent({ ...base, work, attachments: [{ ...photo, mediaType: "image/svg+xml" }] })),
    ).to.equal("form-refused /attachments/0/mediaType");
    expect(problemOf(() => labelEvent({ ...label, count: 0, root: base.subject, leaves: photo }))).to.equal(
      "form-refused /count",
    );
    expect(
      problemOf(() =>
        plantEvent({
          ...base,
          planting: { gtin: null, lotNumber: "P" },
          plot: { subject: base.subject, code: "P" },
          product,
          area: 1n << 40n,
          cap: 0n,
        }),
      ),
    ).to.equal("amount-too-large /area");
  });
});

describe("A lot's class", () => {
  for (const name of [
    { gtin: "09521234543213", lotNumber: "LJ2604A" },
    { gtin: "09521234543213", lotNumber: "A!\"%&'()*+,-./:;<=>?" },
    { gtin: null, lotNumber: "七号地-2026/春 100%" },
  ]) {
    it(`gives the name back: ${name.lotNumber}`, () => {
      expect(readLotClass(lotClass(name))).to.deep.equal(name);
    });
  }

  it("takes no lot number that a GS1 code cannot carry beside a GTIN", () => {
    for (const lotNumber of ["", "七号", "a b", "123456789012345678901"]) {
      expect(problemOf(() => lotClass({ gtin: "09521234543213", lotNumber }))).to.equal("form-refused /lot/lotNumber");
    }
  });

  it("is no class when somebody else wrote it", () => {
    for (const value of [
      "https://id.gs1.org/01/123/10/a",
      "https://furrow.example/lot/%E4%B8",
      "javascript:1",
      7,
      null,
    ]) {
      expect(readLotClass(value)).to.equal(null);
    }
  });
});
