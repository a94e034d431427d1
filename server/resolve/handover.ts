/** Hands that goods pass through, for a history: what went on from a lot, who and which places the consignments name. */
import type { Kysely } from "kysely";
import { bytesOf } from "../../protocol/bytes.ts";
import { parseCanonical } from "../../protocol/canonical.ts";
import { cidOf } from "../../protocol/cid.ts";
import { readReceive, readRefuse, readShip, readWithdraw } from "../../protocol/document/read-handover.ts";
import type { Hex } from "../../protocol/history.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { chunks } from "./chunks.ts";

export { consignmentsIn, MAX_ONWARD, onwardFrom, sitesOf };

type Consignment = IndexTables["consignment"];

/** Packed goods may go to hundreds of shops: readers count what is not shown by the lot's own log. */
const MAX_ONWARD = 50;
const SITE = kindByName("SITE").number;

/** Packed consignments of the lot, and of those again, breadth first, older ones first. */
async function onwardFrom(index: Kysely<IndexTables>, lot: Hex): Promise<readonly string[]> {
  const found = new Set<string>();
  let from: readonly string[] = [lot];
  while (from.length > 0 && found.size < MAX_ONWARD) {
    const rows = await index
      .selectFrom("consignment")
      .innerJoin("subject", "subject.id", "consignment.id")
      .select("consignment.id")
      .where("consignment.lot", "in", from)
      .where("consignment.packed", "=", 1)
      .orderBy("subject.made_at")
      .orderBy("consignment.id")
      .limit(MAX_ONWARD - found.size)
      .execute();
    from = rows.map(({ id }) => id);
    for (const id of from) found.add(id);
  }
  return [...found];
}

async function consignmentsIn(index: Kysely<IndexTables>, ids: readonly string[]): Promise<readonly Consignment[]> {
  const found: Consignment[] = [];
  for (const part of chunks(ids))
    found.push(...(await index.selectFrom("consignment").selectAll().where("id", "in", part).orderBy("id").execute()));
  return found;
}

/** Sites that the papers of these consignments name, as far as they are stored here and the ledger knows such a site. */
async function sitesOf(
  index: Kysely<IndexTables>,
  documentOf: (cid: string) => Promise<string | undefined>,
  consignments: readonly Consignment[],
): Promise<readonly string[]> {
  const named = new Set<string>();
  /** One document often speaks for a whole truck. */
  const read = new Map<string, unknown>();
  const documentAt = async (cid: string): Promise<unknown> => {
    if (!read.has(cid)) read.set(cid, readText(await documentOf(cid)));
    return read.get(cid);
  };
  for (const { id, cid, settled_content: settled } of consignments) {
    const shipped = readShip(await documentAt(cid), id as Hex);
    const end = settled === null ? null : await documentAt(cidOf(bytesOf(settled), "json"));
    const ended = [readReceive, readRefuse, readWithdraw].map((reader) => reader(end, id as Hex));
    for (const said of [shipped, ...ended])
      for (const site of [said?.from, said?.to]) if (site?.subject != null) named.add(site.subject);
  }
  const sites: string[] = [];
  for (const part of chunks([...named])) {
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

/** Null for one that is not here, and for one that is none. */
function readText(text: string | undefined): unknown {
  try {
    return text === undefined ? null : parseCanonical(text);
  } catch {
    return null;
  }
}
