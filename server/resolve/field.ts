/**
 * An organisation's field as its phones need it offline, in sections: whoever has a section of this version need not be told it again.
 * Made at most once a block, for phones ask after each of them.
 */
import { hash } from "node:crypto";
import type { Kysely } from "kysely";
import type { SealingKey } from "../../protocol/document/sealing-key.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { Sayings } from "./field-documents.ts";
import { lotsOf } from "./field-lots.ts";
import { FieldLogs } from "./field-logs.ts";
import { openPlantings, plantingsOf, plotsOf, productsOf, sitesOf } from "./field-land.ts";
import { nameOf, organisationOf, recordersOf } from "./field-people.ts";
import { type Field, type FieldRows, SECTIONS } from "./field-rows.ts";
import { workedOn } from "./field-works.ts";

export type { FieldParts, ReadField };
export { fieldReader };

interface FieldParts {
  readonly index: Kysely<IndexTables>;
  readonly documentOf: (cid: string) => Promise<string | undefined>;
  /** Of the index (store/generation.ts). */
  readonly generation: () => Promise<number>;
  /** Why the index does not hold everything, in one sentence; null when it does. */
  readonly behind: () => Promise<string | null>;
  /** The operator's sealing key; null: nothing is kept with the operator. */
  readonly escrow: () => SealingKey | null;
  readonly nowS: () => number;
}

/** `behind`: an index that is only being filled would tell of plots and lots as if they were gone. */
type ReadField = (organisation: number) => Promise<Field | { readonly behind: string } | null>;

/** Organisations whose field is kept; some ten kilobytes each. */
const KEPT = 64;
/** Documents may come without a new block, and uses grow old. */
const MAX_AGE_MS = 30_000;

/** Resolves with null where no organisation has that number. */
function fieldReader(parts: FieldParts): ReadField {
  const { index, generation, behind } = parts;
  const reading = { ...parts, sayings: new Sayings(parts.documentOf), logs: new FieldLogs(index) };
  const kept = new Map<
    number,
    { readonly at: string; readonly sinceMs: number; readonly field: Promise<Field | null> }
  >();
  let whole: number | null = null;

  /** Once it held everything it only falls behind by blocks that are just being read: what it says is then whole, and a moment old. */
  async function whyNotWhole(current: number): Promise<string | null> {
    if (whole === current) return null;
    const why = await behind();
    if (why === null) whole = current;
    return why;
  }

  return async (organisation) => {
    const current = await generation();
    const why = await whyNotWhole(current);
    if (why !== null) return { behind: why };
    const cursor = await index.selectFrom("cursor").select("hash").executeTakeFirst();
    const at = `${current} ${cursor?.hash}`;
    const known = kept.get(organisation);
    const isFresh = known?.at === at && performance.now() - known.sinceMs < MAX_AGE_MS;
    const one = isFresh ? known : { at, sinceMs: performance.now(), field: readField(reading, organisation, current) };
    kept.delete(organisation);
    kept.set(organisation, one);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    try {
      const field = await one.field;
      // Emptied while it was read.
      if ((await generation()) !== current) return { behind: "the index is being made anew" };
      if (field === null) kept.delete(organisation);
      return field;
    } catch (cause) {
      if (kept.get(organisation) === one) kept.delete(organisation);
      throw cause;
    }
  };
}

interface Reading extends FieldParts {
  readonly sayings: Sayings;
  readonly logs: FieldLogs;
}

async function readField(reading: Reading, number: number, generation: number): Promise<Field | null> {
  const organisation = await organisationOf(reading, number, reading.escrow());
  if (organisation === null) return null;
  const nowS = Math.floor(reading.nowS());
  const open = await openPlantings(reading, number);
  const lots = await lotsOf(reading, number, (other) => nameOf(reading, other));
  const named = [...open.flatMap(({ product }) => product ?? []), ...lots.map(({ product }) => product)];
  return versioned({
    organisation,
    plots: await plotsOf(reading, number),
    sites: await sitesOf(reading, number),
    products: await productsOf(reading, number, named),
    plantings: await plantingsOf(reading, open, await workedOn(reading, open, { generation, nowS })),
    lots,
    recorders: await recordersOf(reading, { logs: reading.logs, generation, number }),
  });
}

function versioned(rows: FieldRows): Field {
  const sections = SECTIONS.map((name) => {
    const of = rows[name];
    return [name, { version: versionOf(of), [name === "organisation" ? "row" : "rows"]: of }] as const;
  });
  // Built of every section's name, as the type says.
  return Object.fromEntries(sections) as unknown as Field;
}

/** 72 bits of the digest of the rows. */
function versionOf(rows: unknown): string {
  return hash("sha256", JSON.stringify(rows), "base64url").slice(0, 12);
}
