/** Who and what belongs to a lot's history beside what it came from: certificates, products, and organisations with their writers. */
import type { Kysely } from "kysely";
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { readStamp } from "../../protocol/fold.ts";
import type { Hex } from "../../protocol/history.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { chunks } from "./chunks.ts";

export { certificatesOf, namedBy };

/** Beside the one that the labels claim. */
const MAX_CERTIFICATES = 20;

interface Certificates {
  readonly certificates: readonly string[];
  readonly applications: readonly string[];
  readonly claimed: string | null;
  /** How many more there are. */
  readonly further: number;
}

/**
 * The certificate that the labels claim; of those of the lot's holder that name the lot's product or one of its plots, of whatever time
 * (which of them count is for `verify` to say, docs/ledger.md §10.8), at most {@link MAX_CERTIFICATES}, for any certifier can write
 * thousands; and the applications that they answer, of whose words theirs were born.
 */
async function certificatesOf(
  index: Kysely<IndexTables>,
  { lot, run, ancestors }: { readonly lot: Hex; readonly run: Hex | null; readonly ancestors: readonly string[] },
): Promise<Certificates> {
  const of = await index
    .selectFrom("subject")
    .select(["holder", "product", "made_at"])
    .where("id", "=", lot)
    .executeTakeFirst();
  const labels = run === null ? undefined : await labelsOf(index, run);
  const found = new Map<string, Named>();
  for (const part of chunks([...ancestors, ...(of?.product == null ? [] : [of.product])])) {
    const rows = await index
      .selectFrom("scope")
      .innerJoin("certificate", "certificate.id", "scope.certificate")
      .innerJoin("subject", "subject.id", "certificate.id")
      .select(["certificate.id", "valid_from", "valid_until", "made_at", "subject.holder as issuer"])
      .distinct()
      .where("scope.subject", "in", part)
      .where("certificate.beneficiary", "=", labels?.holder ?? of?.holder ?? 0)
      .execute();
    for (const row of rows) found.set(row.id, row);
  }
  const claimed = labels?.certificate ?? null;
  if (claimed !== null) found.delete(claimed);
  const shown = inTurn([...found.values()], Number(labels?.made_at ?? of?.made_at ?? 0)).slice(0, MAX_CERTIFICATES);
  const certificates = [...(claimed === null ? [] : [claimed]), ...shown];
  const applications: string[] = [];
  for (const part of chunks(certificates)) {
    const rows = await index.selectFrom("application").select("id").where("answered_by", "in", part).execute();
    applications.push(...rows.map(({ id }) => id));
  }
  return { certificates, applications: applications.sort(), claimed, further: found.size - shown.length };
}

interface Named {
  readonly id: string;
  readonly issuer: number;
  readonly valid_from: number;
  readonly valid_until: number;
  readonly made_at: number;
}

/** Those in force at that time first; of these each certifier's newest, then each one's next: nobody crowds out another's. */
function inTurn(all: readonly Named[], atS: number): readonly string[] {
  const isInForce = (one: Named): boolean => Number(one.valid_from) <= atS && atS < Number(one.valid_until);
  const newest = all.toSorted(
    (one, other) => Number(other.made_at) - Number(one.made_at) || (one.id < other.id ? -1 : 1),
  );
  const before = new Map<string, number>();
  const placed = newest.map((one) => {
    const key = `${one.issuer} ${isInForce(one)}`;
    const turn = before.get(key) ?? 0;
    before.set(key, turn + 1);
    return { id: one.id, turn, rank: isInForce(one) ? 0 : 1 };
  });
  // Sorting keeps the order of equals: newest first.
  return placed.sort((one, other) => one.rank - other.rank || one.turn - other.turn).map(({ id }) => id);
}

/** Who made the labels held the lot then; it may have been handed on since. */
async function labelsOf(index: Kysely<IndexTables>, run: Hex) {
  return index
    .selectFrom("label_run")
    .innerJoin("subject", "subject.id", "label_run.run")
    .select(["label_run.certificate", "subject.holder", "subject.made_at"])
    .where("label_run.run", "=", run)
    .executeTakeFirst();
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
