/**
 * 承诺达标合格证: the items, fixed words and bases of 《农产品质量安全承诺达标合格证管理办法》 (农业农村部令2025年第4号, in force since 2026-02-01).
 * Read were copies of its articles 1 to 3, a summary in the press, two public systems that carry its texts of style 1 and style 2, and a
 * trade article that names article 14; the official text itself was not read, so its marks are not known: they are full-width here, as
 * Chinese print has them, and readers take either (`isWordsOf`). The Chinese words are the rule's, the English ones are ours and explain
 * them. Pure.
 */

export type { BasisCode, PromiseItem, PromiseKind };
export { BASIS_CODES, HGZ_2026, isWordsOf, PROMISE_KINDS };

/** 生产者 gives it for what it grew; 收购者 for what it mixed or split. */
const PROMISE_KINDS = ["producer", "purchaser"] as const;
type PromiseKind = (typeof PROMISE_KINDS)[number];

const BASIS_CODES = ["control", "selfTest", "labTest"] as const;
type BasisCode = (typeof BASIS_CODES)[number];

type PromiseItem = "productName" | "quantity" | "origin" | "issuedOn" | "promisor" | "contact" | "promise" | "basis";

interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

interface Rule {
  /** How documents name this rule. */
  readonly id: string;
  readonly title: Bilingual;
  readonly rule: Bilingual;
  /** For what it is given; made tea (成品茶) is food, and none of it. */
  readonly scope: readonly string[];
  /** In the order of the form. */
  readonly items: Readonly<Record<PromiseItem, Bilingual>>;
  /** Stands before the promise. */
  readonly lead: Bilingual;
  readonly promise: Readonly<Record<PromiseKind, Bilingual>>;
  readonly basis: Readonly<Record<BasisCode, Bilingual>>;
  /** What older forms call the same; the first three are one basis now. */
  readonly oldBasisNames: Readonly<Record<string, BasisCode>>;
  /** How long whoever receives one keeps it. */
  readonly keepMonths: number;
}

const HGZ_2026: Rule = {
  id: "hgz-2026",
  title: { zh: "承诺达标合格证", en: "Declaration of conformity of produce" },
  rule: {
    zh: "《农产品质量安全承诺达标合格证管理办法》（农业农村部令2025年第4号）",
    en: "Measures for declarations of conformity of produce (Ministry of Agriculture and Rural Affairs, order no. 4 of 2025)",
  },
  scope: ["蔬菜（含人工种植的食用菌）", "水果", "茶鲜叶", "畜禽", "禽蛋", "养殖水产品", "农业农村部规定的其他农产品"],
  items: {
    productName: { zh: "产品名称", en: "Product" },
    quantity: { zh: "数量（重量）", en: "Quantity (weight)" },
    origin: { zh: "产地", en: "Place of origin" },
    issuedOn: { zh: "开具日期", en: "Date of issue" },
    promisor: { zh: "承诺主体", en: "Who promises" },
    contact: { zh: "联系方式", en: "Contact" },
    promise: { zh: "承诺事项", en: "What is promised" },
    basis: { zh: "承诺依据", en: "On what it rests" },
  },
  lead: {
    zh: "我承诺生产销售的食用农产品：",
    en: "I promise, of the edible produce that I grow and sell:",
  },
  promise: {
    producer: {
      zh: "未使用禁用农药、兽药及其他化合物；使用的常规农药、兽药残留不超标。",
      en: "No banned pesticide, veterinary drug or other compound was used; residues of permitted ones are within their limits.",
    },
    purchaser: {
      zh: "已按规定收取并保存该批次农产品承诺达标合格证或者其他质量安全合格证明；未违规使用保鲜剂、防腐剂、添加剂等。",
      en: "The declarations of conformity or other proofs of safety of this batch were collected and are kept; no preservative, additive or the like was used against the rules.",
    },
  },
  basis: {
    control: { zh: "质量安全控制符合要求", en: "Quality and safety control as required" },
    selfTest: { zh: "自行检测合格", en: "Own test passed" },
    labTest: { zh: "委托检测合格", en: "Commissioned laboratory test passed" },
  },
  oldBasisNames: {
    自我承诺: "control",
    内部质量控制: "control",
    质量安全内部控制合格: "control",
    自我检测合格: "selfTest",
    委托检测: "labTest",
  },
  keepMonths: 6,
};

/** Whether a document's words are those of the rule, whichever width its marks have. */
function isWordsOf(words: string | null, kind: PromiseKind): boolean {
  return words !== null && fullMarks(words) === fullMarks(HGZ_2026.promise[kind].zh);
}

const FULL: Readonly<Record<string, string>> = { "(": "（", ")": "）", ";": "；", ":": "：", ",": "，" };

function fullMarks(words: string): string {
  return words.replace(/[();:,]/g, (mark) => FULL[mark] ?? mark);
}
