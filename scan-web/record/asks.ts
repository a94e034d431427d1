/**
 * The questions that works ask, each written once: what is asked under one name means the same in every work, on the phone and in the document
 * (capture.ts). Its words: what stands before an answer, in both languages, since a document carries both; the question itself is
 * `record.ask.<name>`, or `record.ask.<work>.<name>` where a work asks it in its own way. Pure.
 */
import type { Words } from "../../protocol/document/text.ts";
import type { Ask, ShownUnit } from "./model.ts";

export { area, ASKED, choiceOf, choices, input, must, oneOf, number, text, weight };

/** What stands before an answer, by the question or, where a work asks it in its own way, by both. */
const ASKED: Readonly<Record<string, Required<Words>>> = {
  amount: { zh: "数量", en: "Amount" },
  area: { zh: "面积", en: "Area" },
  cap: { zh: "每亩最多能收", en: "At most, a mu" },
  code: { zh: "编号", en: "Code" },
  "new-product.code": { zh: "商品条码", en: "Barcode" },
  count: { zh: "数量", en: "Number" },
  crates: { zh: "筐数", en: "Crates" },
  crop: { zh: "作物", en: "Crop" },
  days: { zh: "天数", en: "Days" },
  depth: { zh: "深度", en: "Depth" },
  dose: { zh: "用量", en: "Dose" },
  humidity: { zh: "湿度", en: "Humidity" },
  input: { zh: "投入品", en: "Input" },
  interval: { zh: "安全间隔期", en: "Pre-harvest interval" },
  labels: { zh: "标签张数", en: "Labels" },
  material: { zh: "材料", en: "Material" },
  method: { zh: "办法", en: "Method" },
  minutes: { zh: "时间", en: "Time" },
  name: { zh: "名称", en: "Name" },
  net: { zh: "一件净含量", en: "Net content" },
  out: { zh: "做出来", en: "Made" },
  parts: { zh: "用了哪些", en: "Taken from" },
  pickers: { zh: "几个人采", en: "Pickers" },
  product: { zh: "产品", en: "Product" },
  reason: { zh: "原因", en: "Reason" },
  registration: { zh: "登记证号", en: "Registration number" },
  sample: { zh: "样品编号", en: "Sample number" },
  source: { zh: "水从哪来", en: "Source of water" },
  standard: { zh: "等级", en: "Standard" },
  steps: { zh: "工序", en: "Steps" },
  store: { zh: "放在哪里", en: "Store" },
  temperature: { zh: "温度", en: "Temperature" },
  to: { zh: "发给谁", en: "To" },
  unit: { zh: "怎么算", en: "Counted in" },
  variety: { zh: "品种", en: "Variety" },
  vehicle: { zh: "车牌", en: "Vehicle" },
  village: { zh: "村", en: "Village" },
  water: { zh: "用水", en: "Water" },
  weather: { zh: "天气", en: "Weather" },
};

/** What may be chosen, by the id that is kept. */
const choices: Readonly<Record<string, Required<Words>>> = {
  // How it was done
  hand: { zh: "人工", en: "by hand" },
  machine: { zh: "机器", en: "by machine" },
  hoe: { zh: "锄头", en: "with a hoe" },
  mower: { zh: "割草机", en: "with a mower" },
  drip: { zh: "滴灌", en: "drip" },
  sprinkler: { zh: "喷灌", en: "sprinkler" },
  furrows: { zh: "沟灌", en: "along the furrows" },
  flood: { zh: "漫灌", en: "flooded" },
  can: { zh: "人工浇", en: "by hand" },
  spread: { zh: "撒施", en: "spread" },
  trench: { zh: "沟施", en: "in a trench" },
  hole: { zh: "穴施", en: "in holes" },
  drip_feed: { zh: "随水施", en: "with the water" },
  knapsack: { zh: "背负式喷雾器", en: "knapsack sprayer" },
  drone: { zh: "无人机", en: "drone" },
  light: { zh: "轻修剪", en: "light pruning" },
  deep: { zh: "深修剪", en: "deep pruning" },
  cut_back: { zh: "台刈", en: "cut back" },
  winter: { zh: "冬剪", en: "winter pruning" },
  summer: { zh: "夏剪", en: "summer pruning" },
  bees: { zh: "放蜂", en: "bees" },
  brush: { zh: "人工点授", en: "by brush" },
  smoke: { zh: "熏烟", en: "smoke" },
  cover: { zh: "覆盖", en: "covered" },
  fan: { zh: "防霜扇", en: "frost fans" },
  row: { zh: "条播", en: "in rows" },
  scatter: { zh: "撒播", en: "scattered" },
  ice: { zh: "加冰", en: "ice" },
  cold_room: { zh: "冷库", en: "cold room" },
  taken_away: { zh: "运出园外", en: "taken away" },
  buried: { zh: "深埋", en: "buried" },
  composted: { zh: "堆肥", en: "composted" },
  // Where water came from
  river: { zh: "河水", en: "river" },
  well: { zh: "井水", en: "well" },
  pond: { zh: "水塘、水库", en: "pond, reservoir" },
  tap: { zh: "自来水", en: "mains" },
  rain: { zh: "雨水", en: "rain" },
  // What was put there
  straw: { zh: "稻草", en: "straw" },
  film: { zh: "地膜", en: "film" },
  cloth: { zh: "防草布", en: "weed cloth" },
  yellow_card: { zh: "黄板", en: "yellow cards" },
  blue_card: { zh: "蓝板", en: "blue cards" },
  lamp: { zh: "杀虫灯", en: "light trap" },
  scent: { zh: "性诱剂", en: "scent trap" },
  lime_wash: { zh: "石灰水", en: "lime wash" },
  paper_bag: { zh: "纸袋", en: "paper bags" },
  film_bag: { zh: "薄膜袋", en: "film bags" },
  net_bag: { zh: "网袋", en: "net bags" },
  carton: { zh: "纸箱", en: "cartons" },
  crate: { zh: "周转筐", en: "crates" },
  tin: { zh: "罐", en: "tins" },
  // Why
  insects: { zh: "虫害", en: "insects" },
  disease: { zh: "病害", en: "disease" },
  weeds: { zh: "杂草", en: "weeds" },
  growth: { zh: "调节生长", en: "growth" },
  lost: { zh: "坏了、丢了", en: "lost or spoiled" },
  sample: { zh: "取样", en: "taken as a sample" },
  given: { zh: "送人或自家吃", en: "given away or eaten" },
  ordered: { zh: "按要求销毁", en: "destroyed on order" },
  "season-over": { zh: "这一季收完了", en: "season over" },
  // How good
  bud: { zh: "单芽", en: "single bud" },
  one_leaf: { zh: "一芽一叶", en: "a bud and a leaf" },
  two_leaves: { zh: "一芽二叶", en: "a bud and two leaves" },
  shears: { zh: "机采", en: "cut by machine" },
  best: { zh: "特级", en: "extra" },
  first: { zh: "一级", en: "first" },
  second: { zh: "二级", en: "second" },
  mixed: { zh: "统货", en: "unsorted" },
  // The sky
  sunny: { zh: "晴", en: "sunny" },
  cloudy: { zh: "阴", en: "cloudy" },
  rainy: { zh: "雨", en: "rain" },
  windy: { zh: "风大", en: "windy" },
  // Crops of the list of works
  tea: { zh: "茶", en: "tea" },
  citrus: { zh: "柑橘", en: "citrus" },
  pear: { zh: "梨", en: "pear" },
  leafy: { zh: "叶菜", en: "leaf vegetables" },
  sweetPotato: { zh: "红薯", en: "sweet potato" },
  // Units of a product, UN/CEFACT Recommendation 20
  KGM: { zh: "按重量", en: "by weight" },
  H87: { zh: "按件", en: "by the piece" },
  LTR: { zh: "按升", en: "by the litre" },
  // Steps of making tea, one document together
  withering: { zh: "摊放、萎凋", en: "spreading, withering" },
  tossing: { zh: "摇青", en: "tossing" },
  fixation: { zh: "杀青", en: "fixation" },
  rolling: { zh: "揉捻", en: "rolling" },
  oxidation: { zh: "发酵", en: "oxidation" },
  piling: { zh: "渥堆", en: "piling" },
  drying: { zh: "干燥", en: "drying" },
  sorting: { zh: "筛分拣梗", en: "sorting" },
  blending: { zh: "拼配", en: "blending" },
  scenting: { zh: "窨花", en: "scenting" },
  pressing: { zh: "紧压", en: "pressing" },
};

/** The words of a choice; of one that this version does not know, its id. */
function choiceOf(id: string): Required<Words> {
  return choices[id] ?? { zh: id, en: id };
}

/** Asked before a record is saved; what is only offered waits on the last screen. */
function must<A extends Ask>(ask: A): A {
  return { ...ask, required: true };
}

/** One of these. */
function oneOf(id: string, ...offered: readonly string[]): Ask {
  return { id, type: "choice", required: false, choices: offered };
}

/** An amount; the first unit at first, `offered` as chips. */
function number(id: string, units: readonly [ShownUnit, ...ShownUnit[]], ...offered: readonly string[]): Ask {
  return { id, type: "amount", required: false, units, ...(offered.length === 0 ? {} : { choices: offered }) };
}

function weight(id = "amount"): Ask {
  return number(id, ["jin", "kg"]);
}

function area(id = "area"): Ask {
  return number(id, ["mu", "m2"]);
}

function input(inputs: "pesticide" | "fertiliser"): Ask {
  return { id: "input", type: "input", required: true, inputs };
}

function text(id: string): Ask {
  return { id, type: "text", required: false };
}
