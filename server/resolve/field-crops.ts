/** Crops by which works are offered (scan-web/record/works.ts), found in the words of a product's master data. Pure. */
import { type Crop, CROPS } from "./field-rows.ts";
import type { Words } from "../../protocol/document/text.ts";

export { cropOf };

/** By id: how people write it. */
const NAMES: Readonly<Record<Crop, readonly string[]>> = {
  tea: ["茶", "茶叶", "茶树", "tea"],
  citrus: ["柑橘", "柑", "橘", "橙", "柚", "citrus", "orange", "mandarin", "pomelo"],
  pear: ["梨", "pear"],
  leafy: ["叶菜", "青菜", "小白菜", "leafy", "leafy vegetable", "leafy vegetables", "leafy greens", "pak choi"],
  sweetPotato: ["甘薯", "红薯", "地瓜", "甘薯（红薯）", "sweet potato", "sweetpotato"],
};

/** Null where it says none, or one that is not in the list. */
function cropOf(words: Words | null): Crop | null {
  const said = [words?.zh, words?.en].map((text) => text?.trim().toLowerCase());
  const isSaid = (name: string) => said.includes(name.toLowerCase());
  return CROPS.find((crop) => isSaid(crop) || NAMES[crop].some(isSaid)) ?? null;
}
