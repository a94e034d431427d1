/** What an organisation has by now, product by product: in the field, in store, packed, and on its way from and to it. */
import type { Kysely } from "kysely";
import { kindByName } from "../../protocol/kinds/all.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { STATUS } from "../store/status.ts";
import { chunks } from "./chunks.ts";
import { sumText } from "./sum-text.ts";
import { amountText, unitText } from "./told.ts";

export type { StockRow };
export { stockOf };

/** Amounts of the product's unit, as text. */
interface StockRow {
  readonly product: string;
  readonly unit: string | null;
  /** Seasons that are not over: how many, on how many square metres, and what they may still bear. */
  readonly plantings: number;
  readonly area: string;
  readonly mayBear: string;
  /** Loose, in lots that are here. */
  readonly inStore: string;
  readonly packed: string;
  /** Sent and not yet received; offered and not yet received. */
  readonly underWay: string;
  readonly coming: string;
}

type Sum = "plantings" | "area" | "mayBear" | "inStore" | "packed" | "underWay" | "coming";

const PLANT = kindByName("PLANT").number;
const LOTS = (["ORIGIN", "HARVEST", "TRANSFORM", "SHIP"] as const).map((name) => kindByName(name).number);
const ZERO = 0n;

/** Null when no organisation has that number. In the order of the products' ids; products of which there is nothing are left out. */
async function stockOf(index: Kysely<IndexTables>, organisation: number): Promise<readonly StockRow[] | null> {
  const act = await index
    .selectFrom("organisation_act")
    .select("act")
    .where("organisation", "=", organisation)
    .executeTakeFirst();
  if (act === undefined) return null;
  const sums = new Map<string, Map<Sum, bigint>>();
  const add = (product: string | null, name: Sum, amount: number | string) => {
    if (product === null) return;
    const row = sums.get(product) ?? new Map<Sum, bigint>();
    row.set(name, (row.get(name) ?? ZERO) + BigInt(amount));
    sums.set(product, row);
  };
  for (const row of await inField(index, organisation)) {
    add(row.product, "plantings", row.plantings);
    add(row.product, "area", row.area);
    add(row.product, "mayBear", row.bears);
  }
  for (const { product, loose, packed } of await inStore(index, organisation)) {
    add(product, "inStore", loose);
    add(product, "packed", packed);
  }
  for (const [side, name] of [["sender", "underWay"] as const, ["receiver", "coming"] as const])
    for (const { product, offered } of await onTheWay(index, side, organisation)) add(product, name, offered);
  const products = [...sums].filter(([, row]) => [...row.values()].some((sum) => sum > ZERO));
  const units = new Map<string, number>();
  for (const part of chunks(products.map(([id]) => id)))
    for (const { id, unit } of await index
      .selectFrom("subject")
      .select(["id", "unit"])
      .where("id", "in", part)
      .execute())
      units.set(id, unit);
  const unitOf = (product: string): number => {
    const unit = units.get(product);
    if (unit === undefined) throw new Error(`the product ${product} is not in the index`);
    return unit;
  };
  products.sort(([one], [other]) => (one < other ? -1 : 1));
  return products.map(([product, row]) => {
    const text = (name: Sum) => amountText(row.get(name) ?? ZERO);
    return {
      ...{ product, unit: unitText(unitOf(product)), plantings: Number(row.get("plantings") ?? ZERO) },
      ...{ area: text("area"), mayBear: text("mayBear"), inStore: text("inStore"), packed: text("packed") },
      ...{ underWay: text("underWay"), coming: text("coming") },
    };
  });
}

function inField(index: Kysely<IndexTables>, organisation: number) {
  return index
    .selectFrom("subject")
    .innerJoin("link", "link.consumer", "subject.id")
    .select((row) => [
      "subject.product",
      row.fn.countAll<number>().as("plantings"),
      sumText("link.amount").as("area"),
      sumText("subject.remaining").as("bears"),
    ])
    .where("subject.holder", "=", organisation)
    .where("subject.sort", "=", PLANT)
    .where("subject.status", "<", STATUS.ended)
    .groupBy("subject.product")
    .execute();
}

/** Of lots that are not offered to anybody. */
function inStore(index: Kysely<IndexTables>, organisation: number) {
  return index
    .selectFrom("subject")
    .leftJoin("consignment", "consignment.id", "subject.id")
    .select(["subject.product", sumText("subject.remaining").as("loose"), sumText("subject.packed").as("packed")])
    .where("subject.holder", "=", organisation)
    .where("subject.sort", "in", LOTS)
    .where((row) => row.or([row("consignment.state", "is", null), row("consignment.state", "!=", "under-way")]))
    .groupBy("subject.product")
    .execute();
}

function onTheWay(index: Kysely<IndexTables>, side: "sender" | "receiver", organisation: number) {
  return index
    .selectFrom("consignment")
    .innerJoin("subject", "subject.id", "consignment.id")
    .select(["subject.product", sumText("consignment.offered").as("offered")])
    .where(side, "=", organisation)
    .where("consignment.state", "=", "under-way")
    .groupBy("subject.product")
    .execute();
}
