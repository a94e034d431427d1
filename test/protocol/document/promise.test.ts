import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { expect } from "chai";
import { type Json, readCanonical } from "../../../protocol/canonical.ts";
import { readApplication } from "../../../protocol/document/application.ts";
import { documentBytes } from "../../../protocol/document/epcis.ts";
import { HGZ_2026 } from "../../../protocol/document/hgz-2026.ts";
import { missingOfPromise, type PromiseForm, promiseDocument } from "../../../protocol/document/promise.ts";
import { namesSubject } from "../../../protocol/document/read.ts";
import { readCredential } from "../../../protocol/document/read-credential.ts";
import { readPromise } from "../../../protocol/document/read-promise.ts";
import { Problem } from "../../../protocol/problem.ts";
import { credentialChecker } from "../../../server/submit/credential.ts";
import { applicationForm, promiseForm, purchaserForm, selfDeclared, volumeCredential } from "./book-forms.ts";
import { base, id, photo } from "./forms.ts";
import { credentialForm } from "./third-forms.ts";

const read = (file: string): object =>
  JSON.parse(
    readFileSync(new URL(`../../../server/submit/credential-schema/${file}`, import.meta.url), "utf8"),
  ) as object;
// Typed for CommonJS; under Node the function is the module's default.
const addFormats = addFormatsModule as unknown as (ajv: Ajv2020) => void;
const ajv = new Ajv2020({ strict: false });
addFormats(ajv);
const w3c = ajv.compile(read("verifiable-credential-schema.json"));
const untp = ajv.compile(read("ConformityCredential.json"));

type Stored = { readonly [key: string]: Json };
const stored = (name: string): Stored => readCanonical(documentBytes(selfDeclared[name] ?? {})) as Stored;
const problemOf = (run: () => unknown): Problem => {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};
const changed = (change: Partial<PromiseForm>): Problem =>
  problemOf(() => promiseDocument({ ...promiseForm, ...change }));

describe("What somebody declares of itself", () => {
  for (const name of Object.keys(selfDeclared)) {
    it(`is a valid credential of W3C and of UNTP's shape, and the server takes it: ${name}`, () => {
      expect(w3c(stored(name)), JSON.stringify(w3c.errors?.slice(0, 3))).to.equal(true);
      expect(untp(stored(name)), JSON.stringify(untp.errors?.slice(0, 3))).to.equal(true);
      expect(() => {
        credentialChecker()(stored(name));
      }).not.to.throw();
      expect(stored(name)).not.to.have.property("proof");
      expect(namesSubject(stored(name), base.subject)).to.equal(true);
    });

    it(`certifies nothing: ${name}`, () => {
      expect(readCredential(stored(name), base.subject)).to.equal(null);
      expect(JSON.stringify(stored(name))).to.include('"attestationType":"declaration"');
    });
  }

  it("needs no end, which a certificate does", () => {
    const { validUntil, ...endless } = volumeCredential;

    expect(validUntil).to.be.a("string");
    expect(
      problemOf(() => {
        credentialChecker()(endless);
      }).at,
    ).to.equal("/validUntil");
  });
});

describe("A 承诺达标合格证", () => {
  it("reads back with everything that has to be printed", () => {
    expect(readPromise(stored("PROMISE, of a producer"), base.subject)).to.deep.equal({
      subject: base.subject,
      example: true,
      id: `urn:uuid:${promiseForm.id}`,
      productName: promiseForm.productName,
      product: promiseForm.product,
      lot: promiseForm.lot,
      amount: 12_500n,
      uom: "KGM",
      origin: promiseForm.origin,
      issuedOn: "2026-04-02",
      issuedAtS: base.occurredAtS,
      promisor: promiseForm.promisor,
      contact: { number: 1, phone: "+86 000 0000 0000" },
      promise: "producer",
      words: HGZ_2026.promise.producer.zh,
      basis: [
        { code: "control", entries: [{ subject: id(30), document: photo.cid }] },
        { code: "labTest", entries: [{ subject: id(1), document: photo.cid }] },
      ],
      taken: [],
      notes: promiseForm.notes,
      attachments: [],
      stripped: [],
    });
  });

  it("has a day of issue that is in the calendar, or none", () => {
    const issued = (day: unknown) => {
      const text = new TextDecoder().decode(documentBytes(selfDeclared["PROMISE, of a producer"] ?? {}));
      const field = /("[^"]*issuedOn"):"2026-04-02"/;
      expect(text).to.match(field);
      return readPromise(JSON.parse(text.replace(field, `$1:${JSON.stringify(day)}`)), base.subject)?.issuedOn;
    };

    for (const day of ["2024-02-29", "1970-01-01", "9999-12-31"]) expect(issued(day)).to.equal(day);
    for (const day of ["9999-99-99", "2026-02-29", "2026-04-31", "2026-00-10", "0000-01-01", "2026-4-2", 20260402]) {
      expect(issued(day), String(day)).to.equal(null);
    }
  });

  it("of a purchaser has its own words, and names the certificates that it took in", () => {
    expect(readPromise(stored("PROMISE, of a purchaser"), base.subject)).to.deep.include({
      promise: "purchaser",
      words: HGZ_2026.promise.purchaser.zh,
      contact: { number: 2, phone: null },
      taken: [{ subject: id(30), document: photo.cid }],
    });
  });

  it("has the eight items of the rule, in its order", () => {
    expect(Object.values(HGZ_2026.items).map(({ zh }) => zh)).to.deep.equal([
      ...["产品名称", "数量（重量）", "产地", "开具日期"],
      ...["承诺主体", "联系方式", "承诺事项", "承诺依据"],
    ]);
  });

  const items: readonly [string, Partial<PromiseForm>, string][] = [
    ["/productName", { productName: null }, "产品名称 (Product)"],
    ["/productName", { productName: { zh: " " } }, "产品名称 (Product)"],
    ["/amount", { amount: null }, "数量（重量） (Quantity (weight))"],
    ["/amount", { amount: 0n }, "数量（重量） (Quantity (weight))"],
    ["/origin", { origin: {} }, "产地 (Place of origin)"],
    ["/issuedAtS", { issuedAtS: null }, "开具日期 (Date of issue)"],
    ["/promisor", { promisor: null }, "承诺主体 (Who promises)"],
    ["/contact", { contact: null }, "联系方式 (Contact)"],
    ["/promise", { promise: null }, "承诺事项 (What is promised)"],
    ["/basis", { basis: [] }, "承诺依据 (On what it rests)"],
  ];
  for (const [at, change, name] of items) {
    it(`is refused without ${name}, by name: ${JSON.stringify(Object.keys(change))}`, () => {
      expect(changed(change)).to.include({ type: "promise-incomplete", at, detail: `missing: ${name}` });
    });
  }

  it("names everything that is missing at once", () => {
    const bare: PromiseForm = { subject: id(1), id: promiseForm.id, lot: promiseForm.lot, uom: "KGM" };

    expect(missingOfPromise(bare).map(({ item }) => item)).to.deep.equal(Object.keys(HGZ_2026.items));
    const { detail } = problemOf(() => promiseDocument(bare));
    for (const { zh, en } of Object.values(HGZ_2026.items)) expect(detail).to.include(`${zh} (${en})`);
    expect(missingOfPromise(promiseForm)).to.deep.equal([]);
  });

  it("rests on records: a test that was passed, a laboratory's or one's own, or one's own work", () => {
    const entry = { subject: id(1), document: photo.cid };

    const passed = { ...entry, test: "passed" } as const;
    for (const entries of [
      [{ ...passed, by: "holder" }],
      [{ ...passed, by: "other" }],
      [{ ...entry, by: "laboratory" }],
      [{ ...entry, by: "laboratory", test: "failed" }],
      [
        { ...passed, by: "laboratory" },
        { ...entry, by: "laboratory", test: "failed" },
      ],
    ] as const) {
      const problem = changed({ basis: [{ code: "labTest", entries }] });
      expect(problem).to.include({ type: "promise-incomplete", at: "/basis/0/entries" });
      expect(problem.detail).to.include("缺检测机构的合格检测记录").and.include("a laboratory's TEST that was passed");
    }
    const control = changed({ basis: [{ code: "control", entries: [{ ...passed, by: "laboratory" }] }] });
    expect(control.detail).to.include("缺本单位的记录").and.include("a record of one's own");
    for (const one of [
      { ...passed, by: "laboratory" },
      { ...entry, by: "holder" },
      { ...entry, by: "holder", test: "failed" },
    ] as const) {
      const problem = changed({ basis: [{ code: "selfTest", entries: [one] }] });
      expect(problem).to.include({ type: "promise-incomplete", at: "/basis/0/entries" });
      expect(problem.detail).to.include("缺本单位检测合格的记录").and.include("a test of one's own that was passed");
    }
  });

  it("with a purchaser's words is refused without the certificates that came with the goods", () => {
    const { taken, ...bare } = purchaserForm;

    expect(taken).to.have.length(1);
    const problem = problemOf(() => promiseDocument(bare));
    expect(problem).to.include({ type: "promise-incomplete", at: "/taken" });
    expect(problem.detail).to.include("所收取的合格证");
    expect(changed({ taken: [{ subject: id(30), document: photo.cid }] })).to.include({ at: "/taken" });
  });

  it("is refused with the place where a field cannot be", () => {
    const entry = { subject: id(1), document: "ipfs://x", by: "holder" } as const;
    const control = promiseForm.basis?.slice(0, 1) ?? [];

    expect(changed({ basis: [{ code: "control", entries: [entry] }] }).at).to.equal("/basis/0/entries/0/document");
    expect(changed({ basis: [...control, ...control] }).at).to.equal("/basis");
    expect(changed({ basis: [{ code: "trust" as never, entries: [] }] }).at).to.equal("/basis/0/code");
    expect(changed({ id: "1" }).at).to.equal("/id");
    expect(changed({ contact: { number: 1.5, phone: null } }).at).to.equal("/contact/number");
  });

  it("is not read as the rule's where its words are others", () => {
    const other = JSON.parse(
      JSON.stringify(stored("PROMISE, of a producer")).replace("残留不超标", "零残留"),
    ) as unknown;

    const half = JSON.stringify(stored("PROMISE, of a producer")).replace("化合物；使用", "化合物;使用");
    expect(half).to.include("化合物;使用");
    expect(readPromise(JSON.parse(half), base.subject)).to.include({ promise: "producer" });
    expect(readPromise(other, base.subject)).to.include({ promise: null });
    expect(readPromise(other, base.subject)?.words).to.include("零残留");
    expect(readPromise(stored("PROMISE, of a producer"), id(2))).to.equal(null);
  });
});

describe("An application for a certificate", () => {
  it("reads back as it was filled in", () => {
    const { name, applicant, certifier, notes, attachments } = applicationForm;

    expect(readApplication(stored("APPLY"), base.subject)).to.deep.equal({
      ...{ subject: base.subject, example: true, name, applicant, certifier, notes, attachments },
      scheme: applicationForm.scheme.name,
      appliedAtS: base.occurredAtS,
      products: applicationForm.products.map(({ subject, name }) => ({ subject, name })),
      plots: applicationForm.plots,
      volume: 500_000n,
      uom: "KGM",
      stripped: [],
    });
  });

  it("is answered by a certificate that names it, with the volume that was granted", () => {
    expect(readCredential(readCanonical(documentBytes(volumeCredential)), credentialForm.subject)).to.deep.include({
      volume: 1_000_000n,
      uom: "KGM",
      application: id(44),
    });
  });
});
