/** How an organisation is called: by the newest of the operator's documents that says it. */
import type { Kysely } from "kysely";
import { organisationId } from "../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../protocol/bytes.ts";
import { cidOf } from "../protocol/cid.ts";
import { readOrganisation } from "../protocol/document/read-master.ts";
import type { Words } from "../protocol/document/text.ts";
import { organisationContents } from "./resolve/promised.ts";
import type { IndexTables } from "./store/index-tables.ts";

export { organisationNames };

/** Its number alone where the index or the documents do not hold it yet. */
function organisationNames(
  index: Kysely<IndexTables>,
  documentOf: (cid: string) => Promise<string | undefined>,
): (organisation: number) => Promise<Words> {
  const known = new Map<Hex, Words>();
  return async (organisation) => {
    for (const content of await organisationContents(index, organisation)) {
      const name = known.get(content) ?? (await nameIn(content, organisation));
      if (name === null) continue;
      known.set(content, name);
      return name;
    }
    return { zh: `№ ${organisation}` };
  };

  async function nameIn(content: Hex, organisation: number): Promise<Words | null> {
    const text = await documentOf(cidOf(bytesOf(content), "json"));
    if (text === undefined) return null;
    return readOrganisation(JSON.parse(text), hexOf(organisationId(organisation)))?.name ?? null;
  }
}
