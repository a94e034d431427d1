/** Hands that goods pass through, for a history: what went on from a lot, who and which places the consignments name. */
import { type Kysely, sql } from "kysely";
import type { Hex } from "../../protocol/history.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import { MAX_ONWARD, nextOnward } from "../../protocol/onward.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { chunks } from "./chunks.ts";

export { consignmentsIn, onwardFrom, sitesOf };

type Consignment = IndexTables["consignment"];

const SITE = kindByName("SITE").number;

/** Packed consignments of the lot, and of those again (protocol/onward.ts); no more is read than can be shown. */
async function onwardFrom(index: Kysely<IndexTables>, lot: Hex): Promise<readonly Hex[]> {
  const found = new Set<Hex>();
  let row: readonly Hex[] = [lot];
  while (row.length > 0 && found.size < MAX_ONWARD) {
    const isRecalled = sql<number>`case when (subject.status & 15) > 0 then 1 else 0 end`;
    const sent = await index
      .selectFrom("consignment")
      .innerJoin("subject", "subject.id", "consignment.id")
      .select(["consignment.id", "subject.made_at", isRecalled.as("recalled")])
      .where("consignment.lot", "in", row)
      .where("consignment.packed", "=", 1)
      .where("consignment.state", "in", ["under-way", "received"])
      .orderBy(isRecalled, "desc")
      .orderBy("subject.made_at")
      .orderBy("consignment.id")
      .limit(MAX_ONWARD)
      .execute();
    row = nextOnward(
      sent.map(({ id, made_at: at, recalled }) => ({
        ...{ id: id as Hex, recordedAtS: Number(at) },
        ...{ isRecalled: Number(recalled) === 1, isReturned: false },
      })),
      found,
    );
    for (const id of row) found.add(id);
  }
  return [...found];
}

/** In the order of `ids`. */
async function consignmentsIn(index: Kysely<IndexTables>, ids: readonly string[]): Promise<readonly Consignment[]> {
  const found = new Map<string, Consignment>();
  for (const part of chunks(ids))
    for (const row of await index.selectFrom("consignment").selectAll().where("id", "in", part).execute())
      found.set(row.id, row);
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** Sites that the papers of these consignments name, as far as they were read (indexer/waybills.ts) and the ledger knows such a site. */
async function sitesOf(index: Kysely<IndexTables>, consignments: readonly Consignment[]): Promise<readonly string[]> {
  const named = consignments.flatMap((one) => [
    ...[one.from_site, one.to_site, one.settled_from_site, one.settled_to_site].filter((site) => site !== null),
  ]);
  const sites: string[] = [];
  for (const part of chunks([...new Set(named)])) {
    const rows = await index
      .selectFrom("subject")
      .select("id")
      .where("id", "in", part)
      .where("sort", "=", SITE)
      .execute();
    sites.push(...rows.map(({ id }) => id));
  }
  return sites.sort();
}
