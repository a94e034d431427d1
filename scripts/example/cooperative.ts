/**
 * Who the example is about: a tea cooperative that does not exist, its growers by number alone, and what it makes.
 * Data only. Amounts in thousandths.
 */
import type { Words } from "../../protocol/document/text.ts";
import type { Admission } from "../../server/operator.ts";

export type { ExampleProduct };
export { ADMISSION, DEVICES, LOST_REASON, MEMBERS, PRODUCTS };

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
  roles: ["producer", "processor"],
  registration: null,
  checked: { zh: "未核对：示例数据", en: "not checked: example data" },
  phone: null,
  about: {
    zh: "这家合作社是编出来的，用来演示垄迹怎么用；地名、人、数字都不是真的。",
    en: "This cooperative is made up to show how Furrow works; places, people and figures are not real.",
  },
  example: true,
};

/** Growers stand in the records by number; names are nobody's business here, and these growers have none. */
const MEMBERS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9];

const DEVICES = {
  manager: { zh: "管理员手机", en: "manager's phone" },
  field: { zh: "茶园手机", en: "field phone" },
  workshop: { zh: "车间手机", en: "workshop phone" },
  newField: { zh: "茶园手机（新）", en: "field phone (new)" },
} as const satisfies Record<string, Words>;

const LOST_REASON: Words = {
  zh: "旧手机掉进水塘，不能再用；换新机，停用旧钥匙。",
  en: "The old phone fell into a pond and is of no use; it is replaced and its key ended.",
};

const PRODUCTS = {
  leaf: { name: { zh: "鲜叶", en: "Fresh tea leaf" }, gtin: null, net: 0n, loss: 0 },
  made: { name: { zh: "云山绿毛茶", en: "Yunshan green tea, loose" }, gtin: null, net: 0n, loss: 770 },
  packed: {
    name: { zh: "云山明前绿茶", en: "Yunshan pre-Qingming green tea" },
    // GS1 keeps prefix 952 for examples: no shop sells under it.
    gtin: "09520123456788",
    net: 250n,
    loss: 10,
    label: {
      zh: "绿茶 净含量 250 克。清明前采摘的一芽一叶。阴凉干燥处密封存放。示例商品，不出售。",
      en: "Green tea, net 250 g. One bud and one leaf, picked before Qingming. Keep sealed, cool and dry. Example product, not for sale.",
    },
  },
} as const satisfies Record<string, ExampleProduct>;
