/**
 * How often a code was opened: day and region only, never who.
 * Kept apart from the index, for it cannot be rebuilt.
 */
import type { Kysely } from "kysely";
import type { KeptTables } from "../store/kept-tables.ts";

export type { Scan, ScanSummary };
export { countScan, Openings, scanSummary };

interface ScanSummary {
  readonly total: number;
  readonly firstDay: string | null;
  /** Regions named; null when none was ever known. */
  readonly regions: number | null;
  /** The last `RECENT_DAYS` days, today included. */
  readonly recent: { readonly days: number; readonly count: number; readonly regions: number | null };
}

const WRITTEN_EVERY_MS = 250;
/** After a write that failed. */
const AGAIN_MS = 1_000;
/** So often rows and what waits are looked at side by side, before a reader waits for a write after all. */
const ASKED = 3;
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
  return summaryOf(await rowsOf(kept, leaf), nowS);
}

interface Counted {
  readonly day: string;
  readonly region: string;
  readonly count: number;
}

function rowsOf(kept: Kysely<KeptTables>, leaf: string): Promise<Counted[]> {
  return kept
    .selectFrom("scan")
    .select(["day", "region", "count"])
    .where("serial_hash", "=", leaf)
    .orderBy("day")
    .execute();
}

/** @param rows by day */
function summaryOf(rows: readonly Counted[], nowS: number): ScanSummary {
  const sinceDay = dayOf(nowS - (RECENT_DAYS - 1) * 86_400);
  const recent = rows.filter((row) => row.day >= sinceDay);
  return {
    total: sum(rows),
    firstDay: rows[0]?.day ?? null,
    regions: regionsOf(rows),
    recent: { days: RECENT_DAYS, count: sum(recent), regions: regionsOf(recent) },
  };
}

/**
 * Openings as they come: counted in memory and written together, a few times a second, for one code may be opened by thousands at
 * once. A crash loses those of the last quarter of a second; nobody was promised them.
 */
class Openings {
  readonly #kept: Kysely<KeptTables>;
  readonly #nowS: () => number;
  readonly #onError: (cause: unknown) => void;
  #waiting = new Map<string, { readonly scan: Scan; times: number }>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  /** Whether the last write failed: what lasts is told once. */
  #failed = false;
  #writing: Promise<void> = Promise.resolve();
  /** Writes so far. */
  #begun = 0;

  constructor(kept: Kysely<KeptTables>, { nowS, onError }: { nowS: () => number; onError: (cause: unknown) => void }) {
    this.#kept = kept;
    this.#nowS = nowS;
    this.#onError = onError;
  }

  count(leaf: string, region: string | null): void {
    const scan = { leaf, region, atS: this.#nowS() };
    const name = `${leaf} ${dayOf(scan.atS)} ${region ?? ""}`;
    const known = this.#waiting.get(name);
    if (known === undefined) this.#waiting.set(name, { scan, times: 1 });
    else known.times++;
    this.#writeIn(WRITTEN_EVERY_MS);
  }

  /** How often a code was opened by now, all that was counted included: no reader waits for a disk. */
  async summary(leaf: string): Promise<ScanSummary> {
    for (let asked = 0; asked < ASKED; asked++) {
      await this.#writing.catch(() => {});
      const begun = this.#begun;
      const rows = await rowsOf(this.#kept, leaf);
      // Else some of what waited may be among the rows, and some not.
      if (this.#begun === begun) return summaryOf([...rows, ...this.#waitingOf(leaf)], this.#nowS());
    }
    await this.write();
    return scanSummary(this.#kept, leaf, this.#nowS());
  }

  /** Of today or yesterday, so later than what is on disk or of its last days. */
  #waitingOf(leaf: string): Counted[] {
    return [...this.#waiting.values()].flatMap(({ scan, times }) =>
      scan.leaf === leaf ? [{ day: dayOf(scan.atS), region: scan.region ?? "", count: times }] : [],
    );
  }

  /** Resolves when what was counted so far is on disk. What cannot be written now is tried again later. */
  write(): Promise<void> {
    this.#writing = this.#writing.catch(() => {}).then(() => this.#write());
    return this.#writing;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.write();
  }

  #writeIn(milliseconds: number): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      const isKnown = this.#failed;
      void this.write().catch((cause: unknown) => {
        if (!isKnown) this.#onError(cause);
      });
    }, milliseconds);
  }

  async #write(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const waiting = this.#waiting;
    if (waiting.size === 0) return;
    this.#waiting = new Map();
    this.#begun++;
    try {
      await this.#kept.transaction().execute(async (tx) => {
        // In one order for all processes, or two of them would wait for each other's rows.
        for (const [, { scan, times }] of [...waiting].sort(byName)) await countScan(tx, scan, times);
      });
      this.#failed = false;
    } catch (cause) {
      for (const [name, { scan, times }] of waiting) {
        const since = this.#waiting.get(name)?.times ?? 0;
        this.#waiting.set(name, { scan, times: times + since });
      }
      this.#failed = true;
      this.#writeIn(AGAIN_MS);
      throw cause;
    }
  }
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
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
