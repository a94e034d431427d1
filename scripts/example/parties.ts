/**
 * Through whose hands the cooperative's tea goes: a processor, a carrier, a shop, and the places where it stops. None of them exists.
 * Data only; times are China's.
 */
import type { Words } from "../../protocol/document/text.ts";
import type { Admission } from "../../server/operator.ts";
import { VILLAGES } from "./gardens.ts";

export type { ExampleSite, PartyName };
export { JOINED, outsider, PARTIES, PLACES, pointOf, SITES, SITES_WRITTEN };

const INVENTED: Words = {
  zh: "这家单位是编出来的，用来演示垄迹怎么用；它的记录都不是真的。",
  en: "This organisation is made up to show how Furrow works; its records are not real.",
};

/** Admitted by the operator on one morning, in this order. */
const PARTIES = {
  processor: outsider({ zh: "示例茶厂", en: "Example Tea Works" }, ["processor"], INVENTED),
  carrier: outsider({ zh: "示例运输队", en: "Example Carriers" }, ["carrier"], INVENTED),
  shop: outsider({ zh: "示例茶叶店", en: "Example Tea Shop" }, ["trader"], INVENTED),
} as const;
type PartyName = keyof typeof PARTIES;

const JOINED = "2026-01-17 09:00";
const SITES_WRITTEN = "2026-01-18 09:00";

/** No administrative code: these places are nowhere. */
interface ExampleSite {
  readonly by: PartyName | "cooperative";
  readonly code: string;
  readonly name: Words;
  readonly level: "place" | "village" | "township";
}

/** Codes of the places, by which records name them. */
const PLACES = { township: "YS-T1", packhouse: "YS-P1", works: "ET-W1", shop: "ES-S1" } as const;

const SITES: readonly ExampleSite[] = [
  ...VILLAGES.map(({ number, name }): ExampleSite => ({
    ...{ by: "cooperative", code: pointOf(number), level: "village" },
    name: { zh: `${name.zh}收青点`, en: `Weighing point, ${name.en}` },
  })),
  {
    ...{ by: "cooperative", code: PLACES.township, level: "township" },
    name: { zh: "云山镇鲜叶集散站（虚构）", en: "Yunshan township leaf station (invented)" },
  },
  {
    ...{ by: "cooperative", code: PLACES.packhouse, level: "place" },
    name: { zh: "合作社包装间（虚构）", en: "The cooperative's packhouse (invented)" },
  },
  {
    ...{ by: "processor", code: PLACES.works, level: "place" },
    name: { zh: "示例茶厂车间", en: "Example Tea Works, workshop" },
  },
  {
    ...{ by: "shop", code: PLACES.shop, level: "place" },
    name: { zh: "示例茶叶店门店", en: "Example Tea Shop, counter" },
  },
];

/** Where a village's leaf is weighed. */
function pointOf(village: number): string {
  return `YS-V${village}`;
}

/** "Example" stands in each name itself. */
function outsider<Name extends Required<Words>>(
  name: Name,
  roles: readonly string[],
  about: Words,
): Omit<Admission, "managerKey"> & { readonly name: Name } {
  return {
    ...{ name, roles, registration: null, phone: null, about, example: true },
    checked: { zh: "未核对：示例数据", en: "not checked: example data" },
  };
}
