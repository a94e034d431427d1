/** What is looked up before a 承诺达标合格证 is printed: where it is on record, and whether a recall stands on its lot or what it came from. */
import type { Kysely } from "kysely";
import type { Hex } from "../../protocol/bytes.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { chunks } from "./chunks.ts";
import { ancestorsOf } from "./trace.ts";

export type { StandingRecall };
export { lotsPromised, organisationContents, standingRecall };

interface StandingRecall {
  readonly organisation: number;
  readonly atS: number;
}

/** Lots that have a PROMISE with this document; newest first. */
async function lotsPromised(index: Kysely<IndexTables>, content: Hex): Promise<readonly Hex[]> {
  const rows = await index
    .selectFrom("promise")
    .select(["lot", "at_s"])
    .where("content", "=", content)
    .orderBy("at_s", "desc")
    .execute();
  return [...new Set(rows.map(({ lot }) => lot as Hex))];
}

/** The newest recall that is no drill and not released, of the lot or of anything it came from: the ledger itself holds the first alone. */
async function standingRecall(index: Kysely<IndexTables>, lot: Hex): Promise<StandingRecall | null> {
  const found: StandingRecall[] = [];
  for (const part of chunks(await ancestorsOf(index, lot))) {
    const rows = await index
      .selectFrom("recall")
      .select(["organisation", "at_s"])
      .where("subject", "in", part)
      .where("drill", "=", 0)
      .where("released_at", "is", null)
      .execute();
    found.push(...rows.map(({ organisation, at_s }) => ({ organisation, atS: Number(at_s) })));
  }
  return found.sort((one, other) => other.atS - one.atS)[0] ?? null;
}

/** Digests of the operator's documents of an organisation, newest first; none: nobody was admitted under this number. */
async function organisationContents(index: Kysely<IndexTables>, organisation: number): Promise<readonly Hex[]> {
  const rows = await index
    .selectFrom("organisation_act")
    .select("content")
    .where("organisation", "=", organisation)
    .orderBy("block", "desc")
    .orderBy("log_index", "desc")
    .execute();
  return rows.map(({ content }) => content as Hex);
}
