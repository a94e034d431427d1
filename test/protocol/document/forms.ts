/** Forms of every kind, plain and at their edges, for the tests of documents. All data is made up. */
import type { Hex } from "../../../protocol/bytes.ts";
import type { Attachment } from "../../../protocol/document/attachment.ts";
import {
  growEvent,
  harvestEvent,
  labelEvent,
  noteEvent,
  originEvent,
  plantEvent,
  transformEvent,
} from "../../../protocol/document/epcis.ts";
import {
  keyDocument,
  memberMaster,
  organisationDocument,
  plotMaster,
  productMaster,
} from "../../../protocol/document/master.ts";
import type { JsonObject } from "../../../protocol/document/terms.ts";

export { base, documents, id, member, photo, product };

const id = (n: number): Hex => `0x${n.toString(16).padStart(64, "0")}`;

const base = {
  subject: id(1),
  eventId: "0192f3c2-7b1e-7c33-9a55-000000000001",
  occurredAtS: Date.parse("2026-04-02T08:30:00+08:00") / 1000,
};
const master = { subject: id(1), createdAtS: base.occurredAtS, example: true };
const product = { subject: id(7), name: { zh: "龙井43 鲜叶", en: "Longjing 43 fresh leaf" } };
const member = { subject: id(8), number: 12 };

const photo: Attachment = {
  cid: "bafkreih6avg4p3uxszozj2zr4clivinpzqgpytbe5ifpigbuyjv4cevoni",
  mediaType: "image/jpeg",
  size: 48_213,
  name: "茶园 清晨.jpg",
  caption: { zh: "清晨的茶园", en: "The garden at dawn" },
  credit: {
    author: "Example Author",
    licence: "CC BY-SA 4.0",
    source: "https://example.org/p/1",
    changes: "made smaller",
  },
};

const manyInputs = Array.from({ length: 200 }, (_, n) => ({
  subject: id(1000 + n),
  lot: { gtin: null, lotNumber: `七号地-2026/${n}` },
  amount: BigInt(n + 1),
  member,
}));

/** By name: what a builder makes of a form. */
const documents: Readonly<Record<string, JsonObject>> = {
  "ORIGIN, plain": originEvent({
    ...base,
    lot: { gtin: null, lotNumber: "260402-AAAA" },
    product,
    amount: 12_500n,
    uom: "KGM",
  }),
  "ORIGIN, with what the seller says": originEvent({
    ...base,
    lot: { gtin: "09520123456788", lotNumber: "A/1+b" },
    product,
    amount: (1n << 40n) - 1n,
    uom: "LTR",
    seller: { zh: "邻村茶农" },
    from: { en: "next valley" },
    notes: { zh: "第一行\n第二行" },
  }),
  "PLANT, with a Chinese name": plantEvent({
    ...base,
    planting: { gtin: null, lotNumber: "七号地-2026 春" },
    plot: { subject: id(3), code: "七号 地" },
    product,
    area: 666_667n,
    cap: 7_500_000n,
    season: { zh: "2026 年", en: "2026" },
    variety: { zh: "龙井43" },
  }),
  "GROW, spraying": growEvent({
    ...base,
    example: true,
    lot: { gtin: null, lotNumber: "P7-2026" },
    place: "P7",
    member,
    work: { id: "spraying", zh: "打药", en: "spraying" },
    inputs: [
      {
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
      },
      { name: { zh: "尿素", en: "urea" }, kind: "fertiliser", dose: 2, uom: "KGM" },
    ],
    weather: { zh: "晴", en: "clear" },
    notes: { zh: "很长".repeat(2000), en: "n".repeat(4000) },
    attachments: Array.from({ length: 32 }, () => photo),
  }),
  "GROW, on a plot": growEvent({ ...base, work: { id: "weeding", zh: "除草", en: "weeding" } }),
  "NOTE, on an organisation": noteEvent({ ...base, notes: { zh: "𠮷田家的茶园 🍃" } }),
  "NOTE, storing": noteEvent({
    ...base,
    lot: { gtin: null, lotNumber: "260402-AAAA" },
    work: { id: "storing", zh: "入库贮藏", en: "storing", bizStep: "cbv:storing" },
  }),
  "HARVEST, one planting": harvestEvent({
    ...base,
    lot: { gtin: null, lotNumber: "260402-AAAA" },
    product,
    uom: "KGM",
    inputs: manyInputs.slice(0, 1),
    standard: { zh: "一芽一叶", en: "one bud, one leaf" },
  }),
  "HARVEST, 200 plantings": harvestEvent({
    ...base,
    lot: { gtin: null, lotNumber: "260402-AAAA" },
    product,
    uom: "KGM",
    inputs: manyInputs,
  }),
  "TRANSFORM, process with steps": transformEvent({
    ...base,
    step: "process",
    uom: "KGM",
    inputs: [{ subject: id(20), lot: { gtin: null, lotNumber: "260402-AAAA" }, amount: 100_000n }],
    outputs: [{ subject: id(1), lot: { gtin: null, lotNumber: "260403-AAAB" }, amount: 22_125n, product }],
    steps: [
      { id: "withering", zh: "摊放/萎凋", en: "spreading, withering", minutes: 240, humidityPercent: 70 },
      { id: "fixation", zh: "杀青", en: "fixation (kill-green)", minutes: 12.5, temperatureC: 220 },
      { id: "drying", zh: "干燥", en: "drying", amount: 22_125n },
    ],
  }),
  "TRANSFORM, split in 32": transformEvent({
    ...base,
    step: "split",
    uom: "KGM",
    inputs: [{ subject: id(20), lot: { gtin: null, lotNumber: "260402-AAAA" }, amount: 32_000n }],
    outputs: Array.from({ length: 32 }, (_, n) => ({
      subject: id(n + 1),
      lot: { gtin: null, lotNumber: `260403-${n}` },
      amount: 1000n,
      product,
    })),
  }),
  "TRANSFORM, pack": transformEvent({
    ...base,
    step: "pack",
    uom: "KGM",
    inputs: manyInputs,
    outputs: [{ subject: id(1), lot: { gtin: "09521234543213", lotNumber: "LJ2604A" }, amount: 20_000n, product }],
  }),
  LABEL: labelEvent({
    ...base,
    lot: { gtin: "09521234543213", lotNumber: "LJ2604A" },
    lotSubject: id(2),
    count: 66_000,
    net: 250n,
    uom: "KGM",
    root: id(99),
    leaves: { ...photo, mediaType: "text/csv", name: "leaves.csv" },
  }),
  "PRODUCT with GTIN": productMaster({
    ...master,
    name: { zh: "明前龙井 250 克", en: "Longjing, 250 g" },
    gtin: "09521234543213",
    uom: "KGM",
    net: 250n,
    loss: 780,
    label: { zh: "绿茶", en: "green tea" },
    crop: { zh: "茶", en: "tea" },
    pictures: [photo],
  }),
  "PRODUCT sold loose": productMaster({ ...master, name: { zh: "鲜叶" }, gtin: null, uom: "KGM", net: 0n, loss: 0 }),
  "PLOT with an outline": plotMaster({
    ...master,
    code: "七号 地",
    name: { zh: "老鹰岩", en: "Eagle rock" },
    village: { zh: "示例村", en: "Example village" },
    level: "field",
    area: 6_670_000n,
    outline: [
      [0, 0],
      [80.5, 3],
      [75, 84],
      [0, 0],
    ],
    pictures: [photo],
  }),
  "PLOT, a village": plotMaster({ ...master, code: "V1", level: "village", area: 1n }),
  MEMBER: memberMaster({ ...master, number: 12 }),
  "organisation's public document": organisationDocument({
    ...master,
    number: 1,
    name: { zh: "示例茶叶专业合作社", en: "Example Tea Co-operative" },
    registration: null,
    checked: { zh: "示例,没有核实", en: "Example: nothing was checked" },
    phone: null,
  }),
  "key document": keyDocument({
    ...master,
    recorder: `0x${"ab".repeat(20)}`,
    act: "enrol",
    manager: true,
    device: { zh: "收青站手机", en: "weighing station phone" },
  }),
};
