/**
 * Who the example is about: a tea cooperative that does not exist, and what it makes. Data only. Amounts in thousandths.
 */
import type { Words } from "../../protocol/document/text.ts";
import type { Admission } from "../../server/operator.ts";

export type { ExampleProduct };
export { ADMISSION, CROP, DEVICES, LOST_REASON, PRODUCTS };

interface ExampleProduct {
  readonly name: Words;
  readonly gtin: string | null;
  readonly net: bigint;
  /** Usual loss, thousandths of the input. */
  readonly loss: number;
  readonly label?: Words;
}

const ADMISSION: Omit<Admission, "managerKey"> = {
  name: { zh: "云山茶业合作社（示例）", en: "Yunshan Tea Cooperative (example)" },
  roles: ["producer", "trader"],
  registration: null,
  checked: { zh: "未核对：示例数据", en: "not checked: example data" },
  phone: null,
  about: {
    zh: "这家合作社是编出来的，用来演示垄迹怎么用；地名、人、数字都不是真的。",
    en: "This cooperative is made up to show how Furrow works; places, people and figures are not real.",
  },
  example: true,
};

const DEVICES = {
  manager: { zh: "管理员手机", en: "manager's phone" },
  field: { zh: "茶园手机", en: "field phone" },
  point: { zh: "收青点手机", en: "weighing-point phone" },
  packhouse: { zh: "包装间手机", en: "packhouse phone" },
  newField: { zh: "茶园手机（新）", en: "field phone (new)" },
} as const satisfies Record<string, Words>;

const LOST_REASON: Words = {
  zh: "旧手机掉进水塘，不能再用；换新机，停用旧钥匙。",
  en: "The old phone fell into a pond and is of no use; it is replaced and its key ended.",
};

const CROP: Words = { zh: "茶", en: "tea" };
const LABEL_END: Words = {
  zh: "阴凉干燥处密封存放。示例商品，不出售。",
  en: "Keep sealed, cool and dry. Example product, not for sale.",
};

// GS1 keeps prefix 952 for examples: no shop sells under these numbers.
const PRODUCTS = {
  leaf: { name: { zh: "鲜叶", en: "Fresh tea leaf" }, gtin: null, net: 0n, loss: 0 },
  made: { name: { zh: "云山绿毛茶", en: "Yunshan green tea, loose" }, gtin: null, net: 0n, loss: 770 },
  dust: { name: { zh: "黄片茶末", en: "Yellow leaf and dust" }, gtin: null, net: 0n, loss: 0 },
  packed: {
    name: { zh: "云山明前绿茶", en: "Yunshan pre-Qingming green tea" },
    gtin: "09520123456788",
    net: 250n,
    loss: 10,
    label: labelled(
      "绿茶 净含量 250 克。清明前采摘的一芽一叶。",
      "Green tea, net 250 g. One bud and one leaf, picked before Qingming.",
    ),
  },
  blend: {
    name: { zh: "云山雨前绿茶", en: "Yunshan spring green tea" },
    gtin: "09520123456795",
    net: 250n,
    loss: 10,
    label: labelled(
      "绿茶 净含量 250 克。谷雨前采摘的一芽二叶。",
      "Green tea, net 250 g. One bud and two leaves, picked before Guyu.",
    ),
  },
  single: {
    name: { zh: "云山单园绿茶", en: "Yunshan single-garden green tea" },
    gtin: "09520123456801",
    net: 100n,
    loss: 10,
    label: labelled(
      "绿茶 净含量 100 克。同一块茶园、同一天采摘。",
      "Green tea, net 100 g. From one garden, picked on one day.",
    ),
  },
} as const satisfies Record<string, ExampleProduct>;

function labelled(zh: string, en: string): Words {
  return { zh: `${zh}${LABEL_END.zh}`, en: `${en} ${LABEL_END.en}` };
}
