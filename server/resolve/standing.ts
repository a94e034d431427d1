/** Recalls that stand on a lot or on anything that it came from: the ledger itself holds back the recalled subject alone. */
import type { Kysely } from "kysely";
import type { IndexTables } from "../store/index-tables.ts";
import { chunks } from "./chunks.ts";
import { ancestorsOf } from "./trace.ts";

export type { StandingRecall };
export { recalledAmong, standingRecall };

interface StandingRecall {
  readonly organisation: number;
  readonly atS: number;
}

/** The newest that is no drill and not released. */
async function standingRecall(index: Kysely<IndexTables>, subject: string): Promise<StandingRecall | null> {
  const found: StandingRecall[] = [];
  for (const part of chunks(await ancestorsOf(index, subject))) {
    const rows = await standingOf(index).select(["organisation", "at_s"]).where("subject", "in", part).execute();
    found.push(...rows.map(({ organisation, at_s }) => ({ organisation, atS: Number(at_s) })));
  }
  return found.sort((one, other) => other.atS - one.atS)[0] ?? null;
}

/** Those of the lots that such a recall stands on: one walk for all of them, for many a list's lots came from the same plots. */
async function recalledAmong(index: Kysely<IndexTables>, lots: readonly string[]): Promise<ReadonlySet<string>> {
  const any = await standingOf(index).select("subject").limit(1).executeTakeFirst();
  if (any === undefined) return new Set();
  const seen = new Set(lots);
  const consumers = new Map<string, string[]>();
  let frontier = [...seen];
  while (frontier.length > 0) {
    const next: string[] = [];
    for (const part of chunks(frontier)) {
      const rows = await index.selectFrom("link").select(["consumer", "input"]).where("consumer", "in", part).execute();
      for (const { consumer, input } of rows) {
        const known = consumers.get(input);
        if (known === undefined) consumers.set(input, [consumer]);
        else known.push(consumer);
        if (seen.has(input)) continue;
        seen.add(input);
        next.push(input);
      }
    }
    frontier = next;
  }
  const recalled = new Set<string>();
  for (const part of chunks([...seen])) {
    const rows = await standingOf(index).select("subject").where("subject", "in", part).execute();
    for (const { subject } of rows) recalled.add(subject);
  }
  // A set is walked to its end, what is added on the way included.
  for (const subject of recalled) for (const consumer of consumers.get(subject) ?? []) recalled.add(consumer);
  return recalled;
}

function standingOf(index: Kysely<IndexTables>) {
  return index.selectFrom("recall").where("drill", "=", 0).where("released_at", "is", null);
}
