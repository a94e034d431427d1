/** Forms of third parties, of certificates and of corrections, for the tests of documents. All data is made up. */
import { correctDocument } from "../../../protocol/document/correction.ts";
import { type CredentialForm, credentialDocument } from "../../../protocol/document/credential.ts";
import type { JsonObject } from "../../../protocol/document/terms.ts";
import {
  attestEvent,
  inspectEvent,
  type TestForm,
  type TestResultForm,
  testEvent,
} from "../../../protocol/document/third.ts";
import { base, documents, id, photo } from "./forms.ts";

export { corrections, credentialForm, credentials, observations, right, testForm };

const lot = { gtin: "09521234543213", lotNumber: "LJ2604A" };
const right = "0192f3c2-7b1e-7c33-9a55-00000000000f";

const results: readonly TestResultForm[] = [
  {
    parameter: { zh: "联苯菊酯", en: "bifenthrin" },
    value: 0.12,
    unit: "mg/kg",
    detectionLimit: 0.01,
    limit: 5,
    limitFrom: { zh: "GB 2763-2026" },
    method: "GB 23200.113-2018",
    verdict: "pass",
  },
  {
    parameter: { zh: "吡虫啉", en: "imidacloprid" },
    value: null,
    unit: "mg/kg",
    detectionLimit: 0.01,
    limit: 0.5,
    verdict: "pass",
  },
  { parameter: { en: "a substance without a limit" }, value: 0.002, unit: "mg/kg", verdict: "unknown" },
];

const testForm: TestForm = {
  ...base,
  example: true,
  lot,
  sampleNumber: "S-0412/1",
  sampledAtS: base.occurredAtS - 3 * 86_400,
  sampledBy: { zh: "检测室派人抽样" },
  orderedBy: { subject: id(1), name: { zh: "示例茶叶专业合作社" } },
  results,
  verdict: "pass",
  report: { ...photo, mediaType: "application/pdf", name: "report.pdf" },
  attachments: [photo],
};

/** Events: valid against GS1's schema. */
const observations: Readonly<Record<string, JsonObject>> = {
  "TEST, with a report": testEvent(testForm),
  "TEST, on a plot, 600 results": testEvent({
    ...base,
    sampleNumber: "S-2",
    sampledAtS: 0,
    results: Array.from({ length: 600 }, (_, n) => ({
      parameter: { zh: `项目 ${n}` },
      value: n / 1000,
      unit: "mg/kg",
      limit: 0.5,
      verdict: n > 500 ? "fail" : "pass",
    })),
    verdict: "fail",
  }),
  "INSPECT, conformant": inspectEvent({
    ...base,
    conformant: true,
    looked: { zh: "地块边界、投入品仓库和农事记录本" },
    rule: { zh: "示例规程 1 号", en: "Example rule no. 1" },
    attachments: [photo],
  }),
  "INSPECT, non-conformant": inspectEvent({ ...base, lot, conformant: false, looked: { en: "the store" } }),
  "ATTEST, by a taster": attestEvent({
    ...base,
    lot,
    statement: { zh: "干茶扁平光滑，香气清高。", en: "Flat, smooth leaf; clean aroma." },
    capacity: { zh: "评茶员", en: "tea taster" },
  }),
};

const credentialForm: CredentialForm = {
  subject: id(40),
  number: "EX-2026/0007",
  name: { zh: "示例绿色茶园证书", en: "Example certificate for tea gardens" },
  issuer: { subject: id(5), name: { zh: "示例认证中心", en: "Example Certifier" } },
  beneficiary: { subject: id(1), name: { zh: "示例茶叶专业合作社", en: "Example Tea Co-operative" } },
  scheme: { id: "https://example.org/schemes/tea-garden", name: { zh: "示例规程", en: "Example scheme" } },
  criteria: [
    { id: "https://example.org/schemes/tea-garden#1", name: { zh: "只用名单内的投入品", en: "Listed inputs only" } },
  ],
  assessedAtS: base.occurredAtS - 30 * 86_400,
  fromS: base.occurredAtS,
  untilS: base.occurredAtS + 365 * 86_400,
  products: [
    { subject: id(7), gtin: null, name: { zh: "龙井43 鲜叶" } },
    { subject: id(9), gtin: "09521234543213", name: { zh: "明前龙井 250 克", en: "Longjing, 250 g" } },
  ],
  plots: [{ subject: id(3), code: "七号 地" }],
  notes: { en: "Example data: nothing was certified." },
  attachments: [{ ...photo, mediaType: "application/pdf", name: "certificate.pdf" }],
  example: true,
};

const credentials: Readonly<Record<string, JsonObject>> = {
  "CERTIFY, products and plots": credentialDocument(credentialForm),
  "CERTIFY, a hundred plots": credentialDocument({
    subject: id(41),
    number: "EX-2",
    name: { en: "Plots" },
    issuer: credentialForm.issuer,
    beneficiary: credentialForm.beneficiary,
    scheme: credentialForm.scheme,
    criteria: credentialForm.criteria,
    assessedAtS: 0,
    fromS: 0,
    untilS: 1,
    products: [],
    plots: Array.from({ length: 100 }, (_, n) => ({ subject: id(100 + n), code: `P${n}` })),
  }),
};

const wrong = { subject: base.subject, seq: 3, entry: 1, declaredAtS: base.occurredAtS + 86_400 } as const;

/** What CORRECT stores, for entries of every sort. */
const corrections: Readonly<Record<string, JsonObject>> = {
  "CORRECT, a mistyped dose": correctDocument({
    ...wrong,
    reason: 1,
    erroneous: documents["GROW, spraying"] ?? {},
    right: [right],
    notes: { zh: "小数点点错了一位", en: "The decimal point slipped." },
  }),
  "CORRECT, a harvest's weight": correctDocument({
    ...wrong,
    seq: 1,
    entry: 0,
    reason: 4,
    erroneous: documents["HARVEST, one planting"] ?? {},
    right: [right],
    own: -12_500n,
    other: { subject: id(1000), difference: -12_000n },
    uom: "KGM",
  }),
  "CORRECT, what did not happen": correctDocument({
    ...wrong,
    reason: 3,
    erroneous: documents["NOTE, storing"] ?? {},
  }),
  "CORRECT, a use of the lot that another lot's entry booked": correctDocument({
    ...wrong,
    subject: id(20),
    erroneousSubject: base.subject,
    reason: 2,
    erroneous: documents["TRANSFORM, process with steps"] ?? {},
  }),
  "CORRECT, a plot's area": correctDocument({
    ...wrong,
    reason: 4,
    erroneous: documents["PLOT, a village"] ?? {},
    right: [right],
    own: 666_667n,
    uom: "MTK",
  }),
};
