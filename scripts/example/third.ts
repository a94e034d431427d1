/**
 * Who looks at the cooperative's tea from outside, and what they say: a laboratory, a certifier, a taster. None of them exists, and no
 * figure is a measurement or a legal limit. Data only; times are China's.
 */
import type { NamedUri } from "../../protocol/document/credential-fields.ts";
import type { Words } from "../../protocol/document/text.ts";
import type { TestResultForm } from "../../protocol/document/third.ts";
import { STORY_GARDENS } from "./gardens.ts";
import { outsider } from "./parties.ts";
import type { PdfLine } from "./report-pdf.ts";

export { ADMITTED, APPLIED, ATTESTED, CERTIFIED, INSPECTED, REPORT, TESTED, THIRDS };

const INVENTED: Words = {
  zh: "这家机构是编出来的，用来演示垄迹怎么用；它的话都不是真的结论。",
  en: "This organisation is made up to show how Furrow works; what it says is no real finding.",
};

/** Admitted by the operator when the gardens are planted. */
const THIRDS = {
  laboratory: outsider({ zh: "示例检测室", en: "Example Laboratory" }, ["laboratory"], INVENTED),
  certifier: outsider({ zh: "示例认证中心", en: "Example Certifier" }, ["certifier"], INVENTED),
  taster: outsider({ zh: "示例评茶室", en: "Example Tea Tasters" }, ["expert"], INVENTED),
} as const;

const ADMITTED = "2026-01-16 09:00";

/** One of the gardens, looked at before the certificate. */
const INSPECTED = {
  doneAt: "2026-03-20 10:30",
  writtenAt: "2026-03-20 15:20",
  plot: 1,
  looked: {
    zh: "看了地块边界、投入品仓库和农事记录本，问了两位种植户。记录和仓库里的东西对得上。",
    en: "Looked at the bounds, the store of inputs and the field book, and asked two growers. Book and store agree.",
  },
  rule: { zh: "示例茶园规程（编造的）", en: "Example rules for tea gardens (invented)" },
} as const;

/** Thousandths of a kilogram. */
const APPLIED = {
  writtenAt: "2026-03-16 10:00",
  volume: 120_000n,
  name: { zh: "明前茶认证申请（示例）", en: "Application for pre-Qingming tea (example)" },
  notes: {
    zh: "申请明前茶 120 千克，一号到七号茶园。",
    en: "120 kg of pre-Qingming tea are applied for, from gardens 1 to 7.",
  },
} as const;

/** For the bag of the home page; less than was applied for. */
const CERTIFIED = {
  writtenAt: "2026-03-24 11:00",
  number: "EXAMPLE-2026-001",
  name: { zh: "示例茶园证书", en: "Example certificate for tea gardens" },
  scheme: {
    id: "https://furrow.example/schemes/tea-garden",
    name: { zh: "示例茶园规程（编造的）", en: "Example rules for tea gardens (invented)" },
  },
  criteria: [
    {
      id: "https://furrow.example/schemes/tea-garden#records",
      name: { zh: "每次施肥打药都有记录", en: "Every feeding and spraying is written down" },
    },
    {
      id: "https://furrow.example/schemes/tea-garden#interval",
      name: { zh: "采摘前守安全间隔期", en: "Pre-harvest intervals are kept" },
    },
  ] satisfies readonly NamedUri[],
  from: "2026-03-25 00:00",
  until: "2027-03-25 00:00",
  plots: STORY_GARDENS,
  volume: 100_000n,
  notes: {
    zh: "示例证书，没有真的认证过什么。按看到的茶园估产，批 100 千克。",
    en: "Example certificate: nothing was certified. 100 kg are granted, as the gardens were judged to give.",
  },
} as const;

const LIMIT: Words = { zh: "示例限量（编造的数）", en: "example limit (an invented figure)" };

const RESULTS: readonly TestResultForm[] = [
  result({ zh: "联苯菊酯", en: "Bifenthrin" }, { value: 0.12, limit: 5 }),
  result({ zh: "吡虫啉", en: "Imidacloprid" }, { value: null, limit: 0.5 }),
  result({ zh: "铅", en: "Lead" }, { value: 0.4, limit: 5 }),
  // Nobody in the story knows a limit for it: so it is no pass.
  result({ zh: "苦参碱", en: "Matrine" }, { value: 0.02 }),
];

const TESTED = {
  sampledAt: "2026-04-06 09:30",
  doneAt: "2026-04-09 15:00",
  writtenAt: "2026-04-09 16:10",
  sampleNumber: "EXAMPLE-0409",
  sampledBy: {
    zh: "检测室派人在包装间抽样，250 克",
    en: "250 g drawn at the packhouse by the laboratory",
  },
  results: RESULTS,
  verdict: "pass",
  file: "example-report.pdf",
  caption: { zh: "检测报告（示例）", en: "Laboratory report (example)" },
} as const;

const ATTESTED = {
  doneAt: "2026-04-12 14:00",
  writtenAt: "2026-04-12 15:30",
  capacity: { zh: "评茶员（示例）", en: "tea taster (example)" },
  statement: {
    zh: "外形扁平匀整，色泽嫩绿；汤色清亮，有栗香，滋味鲜爽。示例评语。",
    en: "Flat, even leaf of a tender green; a clear cup with a scent of chestnut, fresh to the taste. Example words.",
  },
} as const;

/** The same figures on paper. */
const REPORT: readonly PdfLine[] = [
  { text: "示例数据：这不是真的检测报告", in: "zh", size: 16 },
  { text: "EXAMPLE DATA: this is no real laboratory report", in: "en", size: 14 },
  { text: " ", in: "en" },
  { text: `${THIRDS.laboratory.name.zh}  样品编号 ${TESTED.sampleNumber}`, in: "zh", size: 12 },
  { text: `${THIRDS.laboratory.name.en}  Sample ${TESTED.sampleNumber}`, in: "en", size: 12 },
  { text: `抽样 ${TESTED.sampledAt.slice(0, 10)}  报告 ${TESTED.doneAt.slice(0, 10)}`, in: "zh" },
  { text: `Sampled ${TESTED.sampledAt.slice(0, 10)}  Reported ${TESTED.doneAt.slice(0, 10)}`, in: "en" },
  { text: " ", in: "en" },
  ...RESULTS.flatMap((one): readonly PdfLine[] => [
    { text: `${one.parameter.zh}  ${shown(one, "未检出", "示例限量", "没有限量可比")}`, in: "zh" },
    {
      text: `${one.parameter.en}  ${shown(one, "not detected", "example limit", "no limit to compare with")}`,
      in: "en",
    },
  ]),
  { text: " ", in: "en" },
  { text: "限量和数值都是编造的。", in: "zh" },
  { text: "Limits and figures are invented.", in: "en" },
];

function result(
  parameter: Words,
  { value, limit }: { readonly value: number | null; readonly limit?: number },
): TestResultForm {
  const measured = { parameter, value, unit: "mg/kg", detectionLimit: 0.01 };
  return limit === undefined
    ? { ...measured, verdict: "unknown" }
    : { ...measured, limit, limitFrom: LIMIT, verdict: "pass" };
}

function shown({ value, unit, limit }: TestResultForm, none: string, of: string, without: string): string {
  const found = value === null ? none : `${value} ${unit}`;
  return limit === undefined ? `${found}  (${without})` : `${found}  (${of} ${limit} ${unit})`;
}
