/**
 * How often a code was opened: day and region only, never who.
 * Kept apart from the index, for it cannot be rebuilt.
 */
import type { Kysely } from "kysely";
import type { KeptTables } from "../store/kept-tables.ts";

export type { Scan, ScanSummary };
export { countScan, scanSummary };

interface ScanSummary {
  readonly total: number;
  readonly firstDay: string | null;
  /** Regions named; null when none was ever known. */
  readonly regions: number | null;
  /** The last `RECENT_DAYS` days, today included. */
  readonly recent: { readonly days: number; readonly count: number; readonly regions: number | null };
}

/** A bag is shown around for a day or two, a copied code for weeks in many places. */
const RECENT_DAYS = 3;

/** One opening of a page: `leaf` is the serial's, `region` a word, or null where it is not known. */
interface Scan {
  readonly leaf: string;
  readonly atS: number;
  readonly region: string | null;
}

/** Counts `times` openings; the day is the calendar day in China. */
async function countScan(kept: Kysely<KeptTables>, { leaf, atS, region }: Scan, times = 1): Promise<void> {
  await kept
    .insertInto("scan")
    .values({ serial_hash: leaf, day: dayOf(atS), region: region ?? "", count: times })
    .onConflict((conflict) =>
      conflict
        .columns(["serial_hash", "day", "region"])
        .doUpdateSet((row) => ({ count: row("scan.count", "+", times) })),
    )
    .execute();
}

async function scanSummary(kept: Kysely<KeptTables>, leaf: string, nowS: number): Promise<ScanSummary> {
  const rows = await kept.selectFrom("scan").selectAll().where("serial_hash", "=", leaf).orderBy("day").execute();
  const sinceDay = dayOf(nowS - (RECENT_DAYS - 1) * 86_400);
  const recent = rows.filter((row) => row.day >= sinceDay);
  return {
    total: sum(rows),
    firstDay: rows[0]?.day ?? null,
    regions: regionsOf(rows),
    recent: { days: RECENT_DAYS, count: sum(recent), regions: regionsOf(recent) },
  };
}

/** The calendar day in China, where the bags are sold. */
function dayOf(timeS: number): string {
  return new Date((timeS + 8 * 3600) * 1000).toISOString().slice(0, 10);
}

function sum(rows: readonly { readonly count: number }[]): number {
  return rows.reduce((total, row) => total + Number(row.count), 0);
}

function regionsOf(rows: readonly { readonly region: string }[]): number | null {
  const known = new Set(rows.map((row) => row.region).filter((region) => region !== ""));
  return known.size === 0 ? null : known.size;
}
