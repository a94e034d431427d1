/** A small field as a phone knows it, and records about it. Example data. */
import type { Attachment } from "../../protocol/document/attachment.ts";
import type { Hex } from "../../protocol/bytes.ts";
import type {
  Amount,
  Answers,
  Field,
  FieldLot,
  FieldPlanting,
  FieldPlot,
  FieldProduct,
  ShownUnit,
} from "../../scan-web/record/model.ts";
import type { Said } from "../../scan-web/record/said.ts";

export { amount, AT_S, field, ID, IDS, idOf, PICTURE, saidAs, text };

/** Ids by name. */
function idOf(n: number): Hex {
  return `0x${n.toString(16).padStart(64, "0")}`;
}

const IDS = {
  organisation: idOf(7),
  plot: idOf(0x100),
  otherPlot: idOf(0x101),
  leaf: idOf(0x200),
  tea: idOf(0x201),
  bag: idOf(0x202),
  planting: idOf(0x300),
  otherPlanting: idOf(0x301),
  lot: idOf(0x400),
  otherLot: idOf(0x401),
  packedLot: idOf(0x402),
  coming: idOf(0x403),
  source: idOf(0x404),
  made: `0x${"ab".repeat(32)}`,
} as const;

/** UUID of the record. */
const ID = "0190d2a4-5b6c-7d8e-9f00-112233445566";
/** 2026-04-02T01:00:00Z */
const AT_S = 1_775_091_600;

const PICTURE: Attachment = {
  cid: "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
  mediaType: "image/jpeg",
  size: 120_000,
  name: "photo.jpg",
};

const plot: FieldPlot = {
  ...{ id: IDS.plot, code: "P-01", name: { zh: "东坡" }, village: { zh: "示例村" }, picture: null },
  ...{ area: "6666.667", free: "666.667" },
};
const leaf: FieldProduct = {
  ...{ id: IDS.leaf, name: { zh: "示例鲜叶", en: "Example fresh leaf" }, gtin: null, unit: "KGM", net: "0" },
  ...{ loss: 0, crop: "tea" },
};
const planting: FieldPlanting = {
  ...{ id: IDS.planting, plot: IDS.plot, product: IDS.leaf, lotNumber: "P-01-2026", gtin: null, area: "6000" },
  ...{ cap: "1500", harvested: "100", mayBear: "800", uses: [], last: null },
};
const lot: FieldLot = {
  ...{ id: IDS.lot, product: IDS.leaf, lotNumber: "260401-AAAA", gtin: null, unit: "KGM", sort: "HARVEST" },
  ...{ made: "100", left: "80", packed: "0", madeAtS: AT_S - 86_400, state: "here", other: null, isRecalled: false },
};

const field: Field = {
  organisation: {
    ...{ number: 7, subject: IDS.organisation, name: { zh: "示例合作社", en: "Example cooperative" }, phone: null },
    ...{ roles: ["producer"], active: true, example: true, escrow: null, sealing: null },
  },
  plots: [plot, { ...plot, id: IDS.otherPlot, code: "P-02", free: "6666.667" }],
  sites: [],
  products: [
    leaf,
    { ...leaf, id: IDS.tea, name: { zh: "示例绿茶", en: "Example green tea" }, loss: 760 },
    { ...leaf, id: IDS.bag, name: { zh: "示例袋茶", en: "Example tea in bags" }, net: "0.1", gtin: "06901234567892" },
  ],
  plantings: [
    planting,
    { ...planting, id: IDS.otherPlanting, plot: IDS.otherPlot, lotNumber: "P-02-2026", mayBear: "500" },
  ],
  lots: [
    lot,
    { ...lot, id: IDS.otherLot, lotNumber: "260401-BBBB", left: "20" },
    {
      ...lot,
      id: IDS.packedLot,
      product: IDS.bag,
      gtin: "06901234567892",
      lotNumber: "260401-CCCC",
      left: "5",
      packed: "12",
    },
    {
      ...{ ...lot, id: IDS.coming, product: IDS.bag, lotNumber: "260331-DDDD", left: "40", state: "coming" },
      ...{ other: { number: 9, name: { zh: "示例茶商" } }, source: IDS.source, sort: "SHIP" },
    },
  ],
  recorders: [],
};

function amount(said: string, shown: ShownUnit): { readonly type: "amount"; readonly amount: Amount } {
  return { type: "amount", amount: { text: said, shown } };
}

function text(said: string): { readonly type: "text"; readonly text: string } {
  return { type: "text", text: said };
}

/** A record about the planting, unless it says something else. */
function saidAs(as: Said["as"], answers: Answers = {}, change: Partial<Said> = {}): Said {
  return {
    ...{ id: ID, work: "work", as, target: { sort: "planting", id: IDS.planting }, answers, files: [], note: "" },
    ...{ occurredAtS: AT_S, newId: IDS.made, name: null, labels: null, isChecked: true },
    ...change,
  };
}
