/** Forms of the kinds that keep the books, plain and at their edges, for the tests of documents. All data is made up. */
import { type ApplicationForm, applicationDocument } from "../../../protocol/document/application.ts";
import { credentialDocument } from "../../../protocol/document/credential.ts";
import { type DiscardForm, discardEvent, type VoidForm, voidEvent } from "../../../protocol/document/discard.ts";
import { type AnswerForm, answerEvent, type DisputeForm, disputeEvent } from "../../../protocol/document/dispute.ts";
import { originEvent, transformEvent } from "../../../protocol/document/epcis.ts";
import { type FateForm, fateEvent } from "../../../protocol/document/fate.ts";
import type { TransformForm } from "../../../protocol/document/form.ts";
import {
  type ReceiveForm,
  receiveEvent,
  refuseEvent,
  type ShipForm,
  shipEvent,
  withdrawEvent,
} from "../../../protocol/document/handover.ts";
import { type SiteForm, siteMaster } from "../../../protocol/document/master.ts";
import { type PromiseForm, promiseDocument } from "../../../protocol/document/promise.ts";
import {
  type AcknowledgeForm,
  acknowledgeEvent,
  type RecallForm,
  recallEvent,
  type ReleaseForm,
  releaseEvent,
} from "../../../protocol/document/recall.ts";
import { type SenseForm, senseEvent } from "../../../protocol/document/sense.ts";
import type { JsonObject } from "../../../protocol/document/terms.ts";
import { base, id, photo, product } from "./forms.ts";
import { credentialForm } from "./third-forms.ts";

export {
  acknowledgeForm,
  answerForm,
  applicationForm,
  bookEvents,
  discardForm,
  disputeForm,
  promiseForm,
  purchaserForm,
  recallForm,
  receiveForm,
  releaseForm,
  revokeForm,
  selfDeclared,
  senseForm,
  shipForm,
  siteForm,
  transformForm,
  voidForm,
  volumeCredential,
};

const SSCC = "106141411234567897";
const lot = { gtin: "09521234543213", lotNumber: "LJ2604A" };
const coop = { subject: id(1), name: { zh: "示例茶叶专业合作社", en: "Example Tea Co-operative" } };
const shop = { subject: id(2), name: { zh: "示例茶店", en: "Example Tea Shop" } };
const hub = { subject: id(50), code: "H-1", name: { zh: "县城集散点", en: "County hub" } };

const siteForm: SiteForm = {
  subject: id(1),
  createdAtS: base.occurredAtS,
  example: true,
  code: "H-1",
  name: { zh: "县城集散点", en: "County hub" },
  level: "county",
  number: 330_000,
  gln: "9520123456788",
  where: { zh: "示例县", en: "Example county" },
  about: { zh: "过秤、暂存" },
  pictures: [photo],
};

const shipForm: ShipForm = {
  ...base,
  lot,
  taken: id(20),
  product,
  uom: "KGM",
  packed: true,
  amount: 25_000n,
  pieces: 100,
  sender: coop,
  receiver: shop,
  carrier: { subject: id(3), name: { zh: "示例运输" } },
  from: hub,
  to: { subject: id(51), code: "店 1" },
  sscc: SSCC,
  notes: { zh: "冷藏车" },
};

const receiveForm: ReceiveForm = {
  ...shipForm,
  amount: 24_750n,
  offered: 25_000n,
  pieces: 99,
  condition: { zh: "一袋破损", en: "one bag torn" },
};

const discardForm: DiscardForm = {
  ...base,
  lot,
  product,
  reason: "ordered",
  amount: 1500n,
  uom: "KGM",
  cause: { zh: "受潮", en: "wet" },
  party: { subject: id(6), name: { zh: "示例监管局" } },
  attachments: [photo],
};

const voidForm: VoidForm = {
  ...base,
  lot,
  lotSubject: id(20),
  certificate: id(40),
  reason: "unsold",
  ranges: [
    { first: 0, number: 10 },
    { first: 10, number: 1 },
    { first: 9_000, number: 989 },
  ],
  cause: { zh: "门店退回" },
};

const recallForm: RecallForm = {
  ...base,
  lot,
  capacity: "holder",
  drill: false,
  by: coop,
  reason: { zh: "检出农药超标", en: "A pesticide above its limit was found" },
  todo: { zh: "不要饮用,退回购买处", en: "Do not drink it; bring it back to where you bought it" },
  phone: "+86 000 0000 0000",
};

const releaseForm: ReleaseForm = { ...base, lot, capacity: "regulator", by: coop, reason: { zh: "复检合格" } };

const acknowledgeForm: AcknowledgeForm = {
  ...base,
  lot,
  recalled: id(20),
  seq: 7,
  by: shop,
  done: { zh: "已下架封存", en: "off the shelf, set aside" },
  found: 4250n,
  uom: "KGM",
};

const transformForm: TransformForm = {
  ...base,
  step: "process",
  uom: "KGM",
  inputs: [{ subject: id(20), lot: { gtin: null, lotNumber: "260402-AAAA" }, amount: 100_000n }],
  outputs: [
    { subject: id(1), lot: { gtin: null, lotNumber: "260403-AAAB" }, amount: 22_000n, product },
    { subject: id(2), lot: { gtin: null, lotNumber: "260403-AAAC" }, amount: 3_000n, product },
  ],
  losses: [
    { cause: { zh: "水分", en: "water" }, amount: 74_500n },
    { cause: { zh: "梗", en: "stems" }, amount: 500n },
  ],
};

const senseForm: SenseForm = {
  ...base,
  lot,
  readings: [
    { type: "Temperature", uom: "CEL", min: -1.5, max: 8.25, mean: 4, exception: "ALARM_CONDITION" },
    { type: "RelativeHumidity", uom: "P1", value: 61 },
  ],
  fromS: base.occurredAtS - 7200,
  untilS: base.occurredAtS,
  device: "记录仪 3",
  step: "transporting",
  series: { ...photo, mediaType: "text/csv", name: "truck.csv" },
};

const disputeForm: DisputeForm = {
  ...base,
  lot,
  seq: 1,
  entry: 0,
  named: id(2),
  by: shop,
  denied: { zh: "我们没有供过这批货", en: "We did not supply this lot" },
};

const answerForm: AnswerForm = { ...base, lot, seq: 4, by: coop, answer: { zh: "供货单见附件" }, attachments: [photo] };

const revokeForm: FateForm = {
  ...base,
  fate: "REVOKE",
  number: "EX-2026/0007",
  reason: { zh: "复查不符合", en: "Does not conform any more" },
  labelsOut: "unaffected",
};

/** EPCIS documents by name, each about `base.subject`: valid against GS1's schema. */
const bookEvents: Readonly<Record<string, JsonObject>> = {
  "SITE, a county hub": siteMaster(siteForm),
  "SITE, plain": siteMaster({
    subject: id(1),
    createdAtS: 0,
    code: "店 1",
    name: { zh: "门店" },
    level: "place",
    number: 0,
  }),
  "ORIGIN, from an organisation": originEvent({
    ...base,
    lot: { gtin: null, lotNumber: "IN-1" },
    product,
    amount: 1n,
    uom: "KGM",
    supplier: shop,
  }),
  "TRANSFORM, with a by-product and losses": transformEvent(transformForm),
  "SHIP, packed, on a pallet": shipEvent(shipForm),
  "SHIP, loose, to oneself": shipEvent({
    ...base,
    lot: { gtin: null, lotNumber: "260402-AAAA" },
    taken: id(20),
    uom: "KGM",
    packed: false,
    amount: (1n << 40n) - 1n,
    sender: coop,
    receiver: coop,
  }),
  "RECEIVE, one bag short": receiveEvent(receiveForm),
  "RECEIVE, all of it": receiveEvent({ ...receiveForm, amount: 25_000n, pieces: 100 }),
  "RECEIVE, nothing was found": receiveEvent({ ...receiveForm, amount: 0n, pieces: 0 }),
  REFUSE: refuseEvent({ ...shipForm, reason: { zh: "温度过高", en: "too warm" } }),
  "WITHDRAW, without a reason": withdrawEvent(shipForm),
  "WITHDRAW, the truck did not come": withdrawEvent({ ...shipForm, reason: { en: "the truck did not come" } }),
  "DISCARD, on order": discardEvent(discardForm),
  "DISCARD, a season is over": discardEvent({
    ...base,
    lot: { gtin: null, lotNumber: "七号地-2026 春" },
    reason: "season-over",
    amount: 666_667n,
    uom: "MTK",
    plot: { subject: id(3), code: "七号 地" },
  }),
  VOID: voidEvent(voidForm),
  "RECALL, by the holder": recallEvent(recallForm),
  "RECALL, by a certifier, of a plot": recallEvent({
    ...base,
    capacity: "certifier",
    certificate: id(40),
    drill: false,
    by: shop,
    reason: { en: "r" },
    todo: { en: "t" },
    phone: null,
  }),
  "RECALL, a drill": recallEvent({ ...recallForm, drill: true }),
  RELEASE: releaseEvent(releaseForm),
  ACKNOWLEDGE: acknowledgeEvent(acknowledgeForm),
  "SENSE, a truck's series": senseEvent(senseForm),
  "SENSE, one value on a plot": senseEvent({
    ...base,
    readings: [{ type: "Illuminance", uom: "LUX", value: 0 }],
  }),
  DISPUTE: disputeEvent(disputeForm),
  ANSWER: answerEvent(answerForm),
  SUSPEND: fateEvent({ ...base, fate: "SUSPEND", reason: { zh: "待查" } }),
  LIFT: fateEvent({ ...base, fate: "LIFT", reason: { zh: "查清" } }),
  REVOKE: fateEvent(revokeForm),
};

const cid = photo.cid;

const promiseForm: PromiseForm = {
  subject: id(1),
  id: "0192f3c2-7b1e-7c33-9a55-0000000000aa",
  issuedAtS: base.occurredAtS,
  productName: { zh: "龙井43 鲜叶", en: "Longjing 43 fresh leaf" },
  product,
  lot: { gtin: null, lotNumber: "260402-AAAA" },
  amount: 12_500n,
  uom: "KGM",
  origin: { zh: "示例县示例村", en: "Example village" },
  promisor: coop,
  contact: { number: 1, phone: "+86 000 0000 0000" },
  promise: "producer",
  basis: [
    { code: "control", entries: [{ subject: id(30), document: cid, by: "holder" }] },
    { code: "labTest", entries: [{ subject: id(1), document: cid, by: "laboratory", test: "passed" }] },
  ],
  notes: { en: "Example data." },
  example: true,
};

const purchaserForm: PromiseForm = {
  ...promiseForm,
  promise: "purchaser",
  contact: { number: 2, phone: null },
  basis: [{ code: "selfTest", entries: [{ subject: id(1), document: cid, by: "holder", test: "passed" }] }],
  taken: [{ subject: id(30), document: cid }],
};

const volumeCredential = credentialDocument({
  ...credentialForm,
  volume: { amount: 1_000_000n, uom: "KGM" },
  application: id(44),
});

const applicationForm: ApplicationForm = {
  subject: id(1),
  name: { zh: "绿色茶园,续证", en: "Tea garden, renewal" },
  applicant: coop,
  certifier: { subject: id(5), name: { zh: "示例认证中心", en: "Example Certifier" } },
  scheme: credentialForm.scheme,
  appliedAtS: base.occurredAtS,
  products: credentialForm.products,
  plots: credentialForm.plots,
  volume: { amount: 500_000n, uom: "KGM" },
  notes: { en: "Example data." },
  attachments: [photo],
  example: true,
};

/** Credentials that somebody gives itself. */
const selfDeclared: Readonly<Record<string, JsonObject>> = {
  "PROMISE, of a producer": promiseDocument(promiseForm),
  "PROMISE, of a purchaser": promiseDocument(purchaserForm),
  APPLY: applicationDocument(applicationForm),
};
