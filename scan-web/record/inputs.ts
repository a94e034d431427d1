/**
 * Inputs that a recorder picks from: 52 pesticides and 17 fertilisers by name, found by Chinese, English or the first letters of the Chinese
 * (SOURCE.md). It is no register: it does not say what is registered for a crop, nor how long a harvest has to wait, which stands on the label alone.
 * `bannedOn` holds the bans that were read in announcements of the ministry; a crop that is missing there is not allowed by that. Pure.
 */
import type { Words } from "../../protocol/document/text.ts";

export type { Input };
export { bannedOn, findInput, inputs, matches };

interface Input {
  readonly id: string;
  readonly name: Required<Words>;
  readonly kind: "pesticide" | "fertiliser";
  /** First letters of the name in pinyin, common short names too. */
  readonly letters: string;
  /** Crops on which it is banned. */
  readonly bannedOn: readonly string[];
}

// One line an input.
// prettier-ignore
const inputs: readonly Input[] = [
  pesticide("阿维菌素", "Abamectin", "awjs"),
  pesticide("甲氨基阿维菌素苯甲酸盐", "Emamectin benzoate", "jajawjsbjsy jwy 甲维盐"),
  pesticide("啶虫脒", "Acetamiprid", "dcm"),
  pesticide("吡虫啉", "Imidacloprid", "bcl"),
  pesticide("噻虫嗪", "Thiamethoxam", "scq"),
  pesticide("噻虫胺", "Clothianidin", "sca"),
  pesticide("呋虫胺", "Dinotefuran", "fca"),
  pesticide("联苯菊酯", "Bifenthrin", "lbjz"),
  pesticide("高效氯氟氰菊酯", "Lambda-cyhalothrin", "gxlfqjz"),
  pesticide("溴氰菊酯", "Deltamethrin", "xqjz"),
  pesticide("氯氰菊酯", "Cypermethrin", "lqjz"),
  pesticide("虫螨腈", "Chlorfenapyr", "cmj"),
  pesticide("茚虫威", "Indoxacarb", "ycw"),
  pesticide("氯虫苯甲酰胺", "Chlorantraniliprole", "lcbjxa"),
  pesticide("多杀霉素", "Spinosad", "dsms"),
  pesticide("乙基多杀菌素", "Spinetoram", "yjdsjs"),
  pesticide("唑虫酰胺", "Tolfenpyrad", "zcxa"),
  pesticide("噻嗪酮", "Buprofezin", "sqt"),
  pesticide("吡蚜酮", "Pymetrozine", "byt"),
  pesticide("丁醚脲", "Diafenthiuron", "dmn"),
  pesticide("哒螨灵", "Pyridaben", "dml"),
  pesticide("唑螨酯", "Fenpyroximate", "zmz"),
  pesticide("乙螨唑", "Etoxazole", "ymz"),
  pesticide("联苯肼酯", "Bifenazate", "lbjz"),
  pesticide("氟啶虫酰胺", "Flonicamid", "fdcxa"),
  pesticide("螺虫乙酯", "Spirotetramat", "lcyz"),
  pesticide("苏云金杆菌", "Bacillus thuringiensis", "syjgj bt"),
  pesticide("球孢白僵菌", "Beauveria bassiana", "qbbjj"),
  pesticide("印楝素", "Azadirachtin", "yls"),
  pesticide("苦参碱", "Matrine", "ksj"),
  pesticide("鱼藤酮", "Rotenone", "ytt"),
  pesticide("矿物油", "White (mineral) oil", "kwy"),
  pesticide("多菌灵", "Carbendazim", "djl"),
  pesticide("苯醚甲环唑", "Difenoconazole", "bmjhz"),
  pesticide("吡唑醚菌酯", "Pyraclostrobin", "bzmjz"),
  pesticide("咪鲜胺", "Prochloraz", "mxa"),
  pesticide("代森锰锌", "Mancozeb", "dsmx"),
  pesticide("嘧菌酯", "Azoxystrobin", "mjz"),
  pesticide("百菌清", "Chlorothalonil", "bjq"),
  pesticide("戊唑醇", "Tebuconazole", "wzc"),
  pesticide("甲基硫菌灵", "Thiophanate-methyl", "jjljl"),
  pesticide("草甘膦", "Glyphosate", "cgl"),
  pesticide("草铵膦", "Glufosinate-ammonium", "cal"),
  pesticide("克百威", "Carbofuran", "kbw", "citrus", "leafy", "pear", "tea"),
  pesticide("灭多威", "Methomyl", "mdw", "citrus", "leafy", "tea"),
  pesticide("三氯杀螨醇", "Dicofol", "slsmc", "tea"),
  pesticide("氰戊菊酯", "Fenvalerate", "qwjz", "tea"),
  pesticide("硫丹", "Endosulfan", "ld", "tea"),
  pesticide("甲胺磷", "Methamidophos", "jal", "citrus", "leafy", "pear", "tea"),
  pesticide("甲拌磷", "Phorate", "jbl", "citrus", "leafy", "pear", "tea"),
  pesticide("氧乐果", "Omethoate", "ylg", "citrus", "leafy"),
  pesticide("毒死蜱", "Chlorpyrifos", "dsp"),
  fertiliser("尿素", "Urea", "ns"),
  fertiliser("复合肥料 15-15-15", "Compound fertiliser 15-15-15", "fhfl"),
  fertiliser("硫酸钾型复合肥", "Compound fertiliser, sulphate type", "lsjxfhf"),
  fertiliser("磷酸二铵", "Diammonium phosphate", "lsea"),
  fertiliser("磷酸一铵", "Monoammonium phosphate", "lsya"),
  fertiliser("氯化钾", "Potassium chloride", "lhj"),
  fertiliser("硫酸钾", "Potassium sulphate", "lsj"),
  fertiliser("钙镁磷肥", "Fused calcium magnesium phosphate", "gmlf"),
  fertiliser("磷酸二氢钾", "Potassium dihydrogen phosphate", "lseqj"),
  fertiliser("硼砂", "Borax", "ps"),
  fertiliser("生石灰", "Quicklime", "ssh"),
  fertiliser("有机肥料（商品）", "Commercial organic fertiliser", "yjfl spyjf"),
  fertiliser("腐熟鸡粪", "Composted chicken manure", "fsjf"),
  fertiliser("农家肥", "Farmyard manure", "njf"),
  fertiliser("饼肥（菜籽饼等）", "Oil-cake fertiliser", "bf czb"),
  fertiliser("生物有机肥", "Bio-organic fertiliser", "swyjf"),
  fertiliser("腐植酸肥", "Humic acid fertiliser", "fzsf"),
];

function pesticide(zh: string, en: string, letters: string, ...bannedOn: readonly string[]): Input {
  return { id: idOf(en), name: { zh, en }, kind: "pesticide", letters, bannedOn };
}

function fertiliser(zh: string, en: string, letters: string): Input {
  return { id: idOf(en), name: { zh, en }, kind: "fertiliser", letters, bannedOn: [] };
}

function idOf(en: string): string {
  return en
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

function findInput(id: string): Input | null {
  return inputs.find((one) => one.id === id) ?? null;
}

/** Typed letters against Chinese name, English name, or first letters. */
function matches({ name, letters }: Pick<Input, "name" | "letters">, typed: string): boolean {
  const wanted = typed.trim().normalize("NFKC").toLowerCase();
  if (wanted === "") return true;
  return (
    name.zh.includes(wanted) ||
    name.en.toLowerCase().includes(wanted) ||
    letters.split(" ").some((one) => one.startsWith(wanted))
  );
}

/** A ban that is known: for the crop of the place where it would be brought out. */
function bannedOn(id: string | null, crop: string | null): boolean {
  return id !== null && crop !== null && (findInput(id)?.bannedOn.includes(crop) ?? false);
}
