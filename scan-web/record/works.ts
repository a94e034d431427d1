/**
 * The works that a recorder picks by their picture: names, what is written, and at most five questions each. Those with `must` are walked through, one
 * a screen; the others are offered on the last screen. From the project's own list (SOURCE.md), where a work of the list is no entry of its own: a
 * soil test is an observation unless an outside laboratory signs it, and the steps of making tea are one entry, so that the tea has one birth.
 * `bizStep` as the builders take it: a word of ours, or `cbv:` and one of the Core Business Vocabulary. Pure.
 */
import { area, input, must, number, oneOf, text, weight } from "./asks.ts";
import type { Ask, Work } from "./model.ts";

export { findWork, lastWalked, STEPS, walked, works };

/** Steps of making tea, in their usual order; which ones depends on the tea. */
const STEPS: readonly string[] = [
  "withering",
  "tossing",
  "fixation",
  "rolling",
  "oxidation",
  "piling",
  "drying",
  "sorting",
  "blending",
  "scenting",
  "pressing",
];

const ALL = ["tea", "citrus", "pear", "leafy", "sweetPotato"] as const;

const product: Ask = { id: "product", type: "subject", required: false, of: "product" };
const parts: Ask = { id: "parts", type: "parts", required: false };
const to: Ask = { id: "to", type: "party", required: false };
/** Chosen together: the ids stand one after the other, with a space between. */
const steps: Ask = { id: "steps", type: "choice", required: false, choices: STEPS, many: true };
/** From the label, never from a guess. */
const interval: Ask = number("interval", ["day"], "3", "5", "7", "10", "14", "21", "30");
/** What a mu bears at most: whatever is harvested beyond it is refused. */
const most: Ask = number("cap", ["jin", "kg"]);

// One line a work.
// prettier-ignore
const works: readonly Work[] = [
  work("planting", "定植", "planting out", ["tea", "citrus", "pear", "leafy"], "PLANT", "cbv:commissioning", "plot", must(product), must(area()), must(most), text("variety"), number("count", ["piece"])),
  work("sowing", "播种", "sowing", ["leafy"], "PLANT", "cbv:commissioning", "plot", must(product), must(area()), must(most), text("variety"), oneOf("method", "row", "scatter", "hole")),
  work("raising-slips", "育苗", "raising slips", ["sweetPotato"], "GROW", "raising-slips", "plot", text("variety"), weight(), area(), oneOf("material", "film", "straw")),
  work("ridging", "起垄", "making ridges", ["sweetPotato"], "GROW", "ridging", "plot", oneOf("method", "machine", "hand"), area()),
  work("slip-planting", "剪苗栽插", "planting slips", ["sweetPotato"], "PLANT", "cbv:commissioning", "plot", must(product), must(area()), must(most), text("variety"), number("count", ["piece"])),
  work("soil-preparation", "整地", "soil preparation", ALL, "GROW", "soil-preparation", "plot", oneOf("method", "machine", "hand"), area()),
  work("liming", "施石灰", "liming", ["citrus", "pear", "tea"], "GROW", "liming", "plot", must(weight("dose")), area()),
  work("base-dressing", "施基肥", "base dressing", ALL, "GROW", "fertilising", "plot", input("fertiliser"), must(weight("dose")), oneOf("method", "trench", "hole", "spread"), area()),
  work("top-dressing", "追肥", "top dressing", ALL, "GROW", "fertilising", "plot", input("fertiliser"), must(weight("dose")), oneOf("method", "spread", "hole", "drip_feed", "trench"), area()),
  work("leaf-feeding", "叶面肥", "leaf feeding", ALL, "GROW", "fertilising", "plot", input("fertiliser"), must(number("dose", ["g", "ml", "kg", "l"])), number("water", ["l", "m3"]), area()),
  work("spraying", "打药", "spraying", ALL, "GROW", "spraying", "plot", input("pesticide"), must(interval), must(number("dose", ["ml", "g", "l", "kg"])), oneOf("reason", "insects", "disease", "weeds", "growth"), text("registration")),
  work("traps", "放黄板、诱捕", "setting traps", ALL, "GROW", "pest-trapping", "plot", must(oneOf("material", "yellow_card", "blue_card", "lamp", "scent")), number("count", ["piece"]), area()),
  work("weeding", "除草", "weeding", ALL, "GROW", "weeding", "plot", must(oneOf("method", "hand", "hoe", "mower", "machine")), area()),
  work("irrigation", "浇水", "irrigation", ALL, "GROW", "irrigation", "plot", must(oneOf("method", "drip", "sprinkler", "furrows", "flood", "can")), number("water", ["m3", "l"]), oneOf("source", "river", "well", "pond", "tap"), area()),
  work("mulching", "铺草盖膜", "mulching", ["tea", "citrus", "leafy", "sweetPotato"], "GROW", "mulching", "plot", must(oneOf("material", "straw", "film", "cloth")), area()),
  work("cover-crop", "果园生草", "orchard grass cover", ["citrus", "pear"], "GROW", "cover-cropping", "plot", text("variety"), area()),
  work("pruning", "修剪", "pruning", ["tea", "citrus", "pear"], "GROW", "pruning", "plot", must(oneOf("method", "light", "deep", "cut_back", "winter", "summer")), area()),
  work("orchard-cleaning", "清园", "orchard cleaning", ["citrus", "pear"], "GROW", "orchard-cleaning", "plot", must(oneOf("method", "taken_away", "buried", "composted")), area()),
  work("trunk-whitening", "树干涂白", "trunk whitening", ["pear", "citrus"], "GROW", "trunk-whitening", "plot", oneOf("material", "lime_wash"), number("count", ["piece"])),
  work("pollination", "授粉", "pollination", ["pear"], "GROW", "pollination", "plot", must(oneOf("method", "bees", "brush")), number("count", ["piece"]), area()),
  work("thinning", "疏花疏果", "thinning", ["pear", "citrus"], "GROW", "thinning", "plot", area(), number("count", ["piece"])),
  work("bagging", "套袋", "bagging fruit", ["pear", "citrus"], "GROW", "bagging", "plot", must(number("count", ["piece"])), oneOf("material", "paper_bag", "film_bag")),
  work("frost-protection", "防霜冻", "frost protection", ["tea", "pear", "citrus"], "GROW", "frost-protection", "plot", must(oneOf("method", "smoke", "sprinkler", "cover", "fan")), number("temperature", ["celsius"]), area()),
  work("seedling-thinning", "间苗", "thinning seedlings", ["leafy"], "GROW", "seedling-thinning", "plot", area()),
  work("vine-lifting", "提蔓", "lifting vines", ["sweetPotato"], "GROW", "vine-lifting", "plot", area()),
  work("soil-test", "测土", "soil test", ALL, "NOTE", "cbv:sampling", "plot", text("sample")),
  work("inspection-walk", "巡田", "walking the field", ALL, "NOTE", "cbv:other", "plot", oneOf("weather", "sunny", "cloudy", "rainy", "windy")),
  work("plucking", "采茶", "plucking tea", ["tea"], "HARVEST", "cbv:commissioning", "plot", must(oneOf("standard", "bud", "one_leaf", "two_leaves", "shears")), must(weight()), number("pickers", ["piece"])),
  work("picking-fruit", "采果", "picking fruit", ["citrus", "pear"], "HARVEST", "cbv:commissioning", "plot", must(weight()), oneOf("standard", "best", "first", "second", "mixed"), number("crates", ["piece"])),
  work("cutting-vegetables", "采收叶菜", "cutting vegetables", ["leafy"], "HARVEST", "cbv:commissioning", "plot", must(weight()), oneOf("standard", "best", "first", "mixed"), number("crates", ["piece"])),
  work("digging", "挖薯", "digging sweet potatoes", ["sweetPotato"], "HARVEST", "cbv:commissioning", "plot", must(weight()), oneOf("standard", "best", "first", "mixed"), oneOf("method", "hand", "machine"), number("crates", ["piece"])),
  work("precooling", "预冷", "pre-cooling", ["leafy", "pear", "citrus"], "GROW", "cooling", "lot", must(oneOf("method", "cold_room", "ice")), number("temperature", ["celsius"]), number("minutes", ["minute"])),
  work("washing", "清洗", "washing", ["leafy", "sweetPotato", "citrus"], "GROW", "washing", "lot", oneOf("source", "tap", "well", "river"), weight()),
  work("curing-roots", "愈合", "curing roots", ["sweetPotato"], "GROW", "curing", "lot", number("temperature", ["celsius"]), number("humidity", ["percent"]), number("days", ["day"])),
  work("storing", "入库贮藏", "storing", ["sweetPotato", "pear", "citrus", "tea"], "NOTE", "cbv:storing", "lot", must(text("store")), number("temperature", ["celsius"]), number("humidity", ["percent"])),
  work("grading", "分级", "grading", ["tea", "citrus", "pear", "sweetPotato"], "TRANSFORM", "cbv:commissioning", "lot", must(parts), must(product), must(weight("out")), oneOf("standard", "best", "first", "second", "mixed")),
  work("processing", "制茶", "making tea", ["tea"], "TRANSFORM", "cbv:commissioning", "lot", must(parts), must(steps), must(product), must(weight("out")), number("minutes", ["minute"])),
  work("packing", "包装", "packing", ALL, "TRANSFORM", "cbv:packing", "lot", must(parts), must(product), must(weight("out")), oneOf("material", "film_bag", "paper_bag", "net_bag", "carton", "crate", "tin")),
  work("loading", "装车", "loading", ALL, "SHIP", "cbv:shipping", "lot", must(to), must(weight()), text("vehicle"), number("temperature", ["celsius"])),
  // Of no crop in particular.
  work("photo", "拍一张", "a picture", [], "NOTE", "cbv:other", "plot"),
  work("voice", "说一段", "a voice note", [], "NOTE", "cbv:other", "plot"),
  work("harvesting", "收获", "harvesting", [], "HARVEST", "cbv:commissioning", "plot", must(weight()), oneOf("standard", "best", "first", "second", "mixed"), number("crates", ["piece"])),
  work("season-end", "这季收完了", "end of the season", [], "DISCARD", "cbv:destroying", "plot", must(oneOf("reason", "season-over", "lost", "ordered"))),
  work("receiving", "收货", "receiving goods", [], "RECEIVE", "cbv:receiving", "lot", must(weight())),
  work("discarding", "报损", "goods lost or given away", [], "DISCARD", "cbv:destroying", "lot", must(oneOf("reason", "lost", "sample", "given", "ordered")), must(weight())),
  work("labelling", "贴标签", "labels", [], "LABEL", "cbv:packing", "lot", must(number("labels", ["piece"], "50", "100", "200", "500"))),
  work("weighing", "过秤", "weighing", [], "NOTE", "cbv:other", "lot", must(weight())),
  // Some of a lot becomes a lot of its own: another customer's, another store's.
  work("splitting", "分批", "splitting a lot", [], "TRANSFORM", "cbv:commissioning", "lot", must(weight("out"))),
  work("sending-packages", "成件发货", "sending packs", [], "SHIP", "cbv:shipping", "lot", must(to), must(number("count", ["piece"])), text("vehicle"), number("temperature", ["celsius"])),
  work("new-plot", "新地块", "a new plot", [], "PLOT", "cbv:other", "nothing", must(text("code")), must(area()), text("name"), text("village")),
  work("new-product", "新产品", "a new product", [], "PRODUCT", "cbv:other", "nothing", must(text("name")), must(oneOf("crop", "tea", "citrus", "pear", "leafy", "sweetPotato")), must(oneOf("unit", "KGM", "H87", "LTR")), number("net", ["g", "kg"], "50", "100", "250", "500", "1000"), text("code")),
];

function work(
  id: string,
  zh: string,
  en: string,
  crops: readonly string[],
  kind: Work["kind"],
  bizStep: string,
  on: Work["on"],
  ...asks: readonly Ask[]
): Work {
  return { id, zh, en, crops, kind, bizStep, on, asks };
}

function findWork(id: string): Work | null {
  return works.find((one) => one.id === id) ?? null;
}

/** The questions that are asked one after the other. */
function walked({ asks }: Work): readonly Ask[] {
  return asks.filter(({ required }) => required);
}

/** The one that stands where the record is saved; null: nothing has to be answered. */
function lastWalked(work: Work): Ask | null {
  const asks = walked(work);
  return asks[asks.length - 1] ?? null;
}
