/** What is looked up before a 承诺达标合格证 is printed: whether it is on record, and who its issuer is. */
import type { Kysely } from "kysely";
import type { Hex } from "../../protocol/bytes.ts";
import type { IndexTables } from "../store/index-tables.ts";

export { isPromised, organisationContents };

/** Whether the lot (null: any lot) has a PROMISE with this document. */
async function isPromised(index: Kysely<IndexTables>, lot: Hex | null, content: Hex): Promise<boolean> {
  let asked = index.selectFrom("promise").select("lot").where("content", "=", content);
  if (lot !== null) asked = asked.where("lot", "=", lot);
  return (await asked.limit(1).executeTakeFirst()) !== undefined;
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
