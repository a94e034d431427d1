/** Who and what belongs to a lot's history beside what it came from: certificates, products, and organisations with their writers. */
import type { Kysely } from "kysely";
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { readStamp } from "../../protocol/fold.ts";
import type { Hex } from "../../protocol/history.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { chunks } from "./chunks.ts";

export { certificatesOf, namedBy };

/**
 * The certificate that the labels claim; those of the lot's holder that name the lot's product or one of its plots, of whatever time
 * (which of them count is for `verify` to say, docs/ledger.md §10.8); and the applications that they answer, of whose words theirs
 * were born.
 */
async function certificatesOf(
  index: Kysely<IndexTables>,
  { lot, run, ancestors }: { readonly lot: Hex; readonly run: Hex | null; readonly ancestors: readonly string[] },
): Promise<{ readonly certificates: readonly string[]; readonly applications: readonly string[] }> {
  const found = new Set<string>();
  if (run !== null) {
    const row = await index.selectFrom("label_run").select("certificate").where("run", "=", run).executeTakeFirst();
    if (row !== undefined && row.certificate !== null) found.add(row.certificate);
  }
  const row = await index.selectFrom("subject").select(["holder", "product"]).where("id", "=", lot).executeTakeFirst();
  for (const part of chunks([...ancestors, ...(row?.product == null ? [] : [row.product])])) {
    const rows = await index
      .selectFrom("scope")
      .innerJoin("certificate", "certificate.id", "scope.certificate")
      .select("certificate.id")
      .distinct()
      .where("scope.subject", "in", part)
      .where("certificate.beneficiary", "=", row?.holder ?? 0)
      .execute();
    for (const { id } of rows) found.add(id);
  }
  const applications: string[] = [];
  for (const part of chunks([...found])) {
    const rows = await index.selectFrom("application").select("id").where("answered_by", "in", part).execute();
    applications.push(...rows.map(({ id }) => id));
  }
  return { certificates: [...found].sort(), applications: applications.sort() };
}

/**
 * Products and organisations that the story names or that wrote in it, so that names and keys can be checked from their own logs;
 * and whoever wrote in those, an inspector of an organisation, say.
 */
async function namedBy(
  index: Kysely<IndexTables>,
  story: readonly string[],
  consignments: readonly IndexTables["consignment"][],
): Promise<{ readonly products: readonly string[]; readonly organisations: readonly number[] }> {
  const products = new Set<string>();
  const organisations = new Set<number>();
  for (const part of chunks(story)) {
    const subjects = await index.selectFrom("subject").select("product").where("id", "in", part).execute();
    for (const { product } of subjects) if (product !== null) products.add(product);
  }
  for (const part of chunks([...story, ...products])) {
    const holders = await index.selectFrom("subject").select("holder").where("id", "in", part).execute();
    for (const { holder } of holders) organisations.add(holder);
  }
  for (const number of await writersOf(index, [...story, ...products])) organisations.add(number);
  for (const { sender, receiver, carrier } of consignments)
    for (const number of [sender, receiver, carrier]) if (number !== 0) organisations.add(number);
  for (const number of await namedInCertificates(index, story)) organisations.add(number);
  // A set is walked to its end, what is added on the way included.
  for (const number of organisations) {
    for (const writer of await writersOf(index, [hexOf(organisationId(number))])) organisations.add(writer);
  }
  return { products: [...products].sort(), organisations: [...organisations].sort((a, b) => a - b) };
}

/** For whom certificates are, and whom applications asked. */
async function namedInCertificates(index: Kysely<IndexTables>, ids: readonly string[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (const part of chunks(ids)) {
    const certificates = await index.selectFrom("certificate").select("beneficiary").where("id", "in", part).execute();
    const applications = await index.selectFrom("application").select("certifier").where("id", "in", part).execute();
    found.push(
      ...certificates.map(({ beneficiary }) => beneficiary),
      ...applications.map(({ certifier }) => certifier),
    );
  }
  return found;
}

/** Numbers of the organisations that moved these subjects. */
async function writersOf(index: Kysely<IndexTables>, ids: readonly string[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (const part of chunks(ids)) {
    const writers = await index
      .selectFrom("move")
      .innerJoin("batch", "batch.hash", "move.batch")
      .select("batch.stamp")
      .distinct()
      .where("move.subject", "in", part)
      .execute();
    for (const { stamp } of writers) found.push(readStamp(bytesOf(stamp)).organisation);
  }
  return found;
}
