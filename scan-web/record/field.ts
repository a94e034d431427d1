/** The field: what the server told last, with what this phone has named and used since laid over it. */
import { formatAmount, parseAmount } from "../../protocol/amount.ts";
import type { Hex } from "../../protocol/bytes.ts";
import type { Db, Effect, StoredRecord, Taking } from "./db.ts";
import type { Field, FieldLot, FieldPlanting, FieldPlot, Section } from "./model.ts";

export type { ToldSection };
export { haveOf, overlay, readField, takeField, tellLot };

/** A section as `POST /api/sync` gives it. */
interface ToldSection {
  readonly version: string;
  readonly rows?: readonly unknown[];
  readonly row?: unknown;
}

const EMPTY: Field = {
  ...{ organisation: null, plots: [], sites: [], products: [], plantings: [], lots: [], recorders: [] },
};

/** Versions of the sections that this phone has, for `have`. */
async function haveOf({ idb }: Db): Promise<Readonly<Partial<Record<Section, string>>>> {
  return Object.fromEntries((await idb.getAll("field")).map(({ section, version }) => [section, version]));
}

/** Puts the sections that came, all in one transaction; the others stay as they are. */
async function takeField(db: Db, sections: Readonly<Partial<Record<Section, ToldSection>>>): Promise<void> {
  const all = db.idb.transaction("field", "readwrite");
  const puts = Object.entries(sections).map(([section, { version, rows, row }]) =>
    all.store.put({ section: section as Section, version, rows: rows ?? row ?? null }),
  );
  await Promise.all([...puts, all.done]);
  if (puts.length > 0) db.changed();
}

/** A lot that another phone named. What the server tells of it counts from then on. */
async function tellLot(db: Db, lot: Pick<FieldLot, "id" | "product" | "lotNumber" | "gtin" | "unit">): Promise<void> {
  const nothing = { made: "0", left: "0", packed: "0" };
  await db.idb.put("told", {
    ...{ ...lot, ...nothing, sort: "HARVEST", madeAtS: Math.floor(Date.now() / 1000), state: "here", other: null },
    ...{ isRecalled: false, isTold: true },
  });
  db.changed();
}

/** @param except a record whose own effect is left out, for it is being written anew */
async function readField({ idb }: Db, except: string | null = null): Promise<Field> {
  const all = idb.transaction(["field", "told", "records", "batches"]);
  const byState = all.objectStore("records").index("byState");
  const of = (state: string) => byState.getAll(IDBKeyRange.bound([state], [state, []]));
  const [sections, told, saved, going, sent] = await Promise.all([
    ...([all.objectStore("field").getAll(), all.objectStore("told").getAll(), of("saved"), of("going")] as const),
    all.objectStore("batches").index("byState").getAll("sent"),
  ]);
  // Final, and not yet in what the server's index tells.
  const fresh = await Promise.all(
    sent.flatMap(({ records }) => records).map((id) => all.objectStore("records").get(id)),
  );
  const field = Object.fromEntries(sections.map(({ section, rows }) => [section, rows])) as Partial<Field>;
  const rows = [
    ...saved,
    ...going,
    ...fresh.filter((row) => row?.state === "final").filter((row) => row !== undefined),
  ];
  const effects = rows
    .filter(({ id, withdrawn }) => id !== except && !withdrawn)
    .sort((one, other) => one.order - other.order)
    .map(({ effect }: StoredRecord) => effect);
  return overlay({ ...EMPTY, ...field }, effects, told);
}

/** Pure. @param told lots named by other phones */
function overlay(field: Field, effects: readonly Effect[], told: readonly FieldLot[] = []): Field {
  const [plots, plantings] = [byId(field.plots), byId(field.plantings)];
  const [products, lots] = [byId(field.products), byId([...told, ...field.lots])];
  for (const effect of effects) {
    for (const plot of effect.plots) if (!plots.has(plot.id)) plots.set(plot.id, plot);
    for (const product of effect.products) if (!products.has(product.id)) products.set(product.id, product);
    for (const planting of effect.plantings) if (!plantings.has(planting.id)) plantings.set(planting.id, planting);
    for (const lot of effect.lots) if (!lots.has(lot.id)) lots.set(lot.id, lot);
    for (const taking of effect.takes) take(taking, { plots, plantings, lots });
    if (effect.worked !== null) work(effect.worked, plantings);
    if (effect.ends !== null) plantings.delete(effect.ends);
    const received = effect.receives === null ? undefined : lots.get(effect.receives);
    if (received !== undefined) lots.set(received.id, { ...received, state: "here" });
  }
  return {
    ...field,
    plots: [...plots.values()],
    products: [...products.values()],
    plantings: [...plantings.values()],
    lots: [...lots.values()],
  };
}

interface Tables {
  readonly plots: Map<Hex, FieldPlot>;
  readonly plantings: Map<Hex, FieldPlanting>;
  readonly lots: Map<Hex, FieldLot>;
}

function take({ id, of, amount }: Taking, { plots, plantings, lots }: Tables): void {
  const [plot, planting, lot] = [plots.get(id), plantings.get(id), lots.get(id)];
  if (of === "free" && plot !== undefined) plots.set(id, { ...plot, free: less(plot.free, amount) });
  if (of === "mayBear" && planting !== undefined) {
    const { harvested, mayBear } = planting;
    plantings.set(id, { ...planting, harvested: less(harvested, negative(amount)), mayBear: less(mayBear, amount) });
  }
  if ((of === "left" || of === "packed") && lot !== undefined) lots.set(id, { ...lot, [of]: less(lot[of], amount) });
}

/** On a planting, or on the plot that it stands on. */
function work(worked: NonNullable<Effect["worked"]>, plantings: Tables["plantings"]): void {
  const { id, work: name, atS, use } = worked;
  for (const planting of plantings.values()) {
    if (planting.id !== id && planting.plot !== id) continue;
    const isNewer = planting.last === null || planting.last.atS <= atS;
    const last = isNewer ? { work: name, atS } : planting.last;
    plantings.set(planting.id, { ...planting, last, uses: use === null ? planting.uses : [...planting.uses, use] });
  }
}

function byId<Row extends { readonly id: Hex }>(rows: readonly Row[]): Map<Hex, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

/** Decimal text less decimal text, which may be below nothing; never below nothing itself. */
function less(one: string, other: string): string {
  const difference = parseAmount(one) - signed(other);
  return formatAmount(difference < 0n ? 0n : difference);
}

function signed(text: string): bigint {
  return text.startsWith("-") ? -parseAmount(text.slice(1)) : parseAmount(text);
}

function negative(text: string): string {
  return text.startsWith("-") ? text.slice(1) : `-${text}`;
}
