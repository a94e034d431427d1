/**
 * A lot's history as a reader is handed it (protocol/history.ts): its log, those of all it came from, and the proofs that
 * tie each group to a signature. Everything is read from the index; nothing here is needed by a reader who has chain and IPFS.
 */
import type { Kysely } from "kysely";
import { decodeGroup, organisationId } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { readStamp } from "../../protocol/fold.ts";
import type {
  BatchProof,
  CodeClaim,
  Deployment,
  GroupProof,
  Hex,
  History,
  KnownBlock,
  Move,
  OrganisationAct,
  SubjectLog,
} from "../../protocol/history.ts";
import { type Hashing, treePath } from "../../protocol/merkle.ts";
import { Problem } from "../../protocol/problem.ts";
import type { IndexTables } from "../store/index-tables.ts";
import { ancestorsOf } from "./trace.ts";

export type { HistoryParts };
export { historyOf };

interface HistoryParts {
  readonly index: Kysely<IndexTables>;
  readonly deployment: Deployment;
  readonly hashing: Hashing;
  /** Canonical text of a document by its digest; undefined when this server does not hold it. */
  readonly documentOf: (cid: string) => Promise<string | undefined>;
  readonly blockOf: (at: Hex | number) => Promise<KnownBlock | null>;
  readonly latest: () => Promise<KnownBlock>;
}

/** Documents beyond this much text are left for the reader to fetch by CID. */
const MAX_DOCUMENT_TEXT = 400_000;
const CHUNK = 400;

/** Null when the ledger has no such subject. `code` adds the label run and the serial's proof. */
async function historyOf(parts: HistoryParts, lot: Hex, code: CodeClaim | null): Promise<History | null> {
  const { index } = parts;
  const known = await index.selectFrom("subject").select("id").where("id", "=", lot).executeTakeFirst();
  if (known === undefined) return null;
  const asOf = await followed(parts);
  const ancestors = await ancestorsOf(index, code === null ? lot : code.run);
  const certificates = await certificatesOf(index, lot, ancestors);
  const story = [...ancestors, ...certificates];
  const { products, organisations } = await namedBy(index, story);
  const ids = [...story, ...products, ...organisations.map((number) => hexOf(organisationId(number)))];
  const moves = await movesOf(index, ids);
  const batches = await batchesOf(parts, moves);
  const acts = await actsOf(index, organisations);
  // What the page shows first comes first: the bag and its lot, certificates, names, then where it came from and who enrolled whom.
  const first = [...story.filter((id) => id === lot || id === code?.run), ...certificates];
  const contents = [
    ...(await contentsOf(index, moves, [...first, ...products])),
    ...acts.map(({ content }) => content),
    ...(await contentsOf(index, moves, ids)),
  ];
  return {
    furrow: 1,
    deployment: parts.deployment,
    asOf,
    code,
    lot,
    subjects: ids.map((id): SubjectLog => ({ id: id as Hex, moves: moves.get(id) ?? [] })),
    batches,
    acts,
    blocks: await blocksOf(parts, batches, asOf),
    documents: await documentsOf(parts, new Set(contents)),
  };
}

/** The block up to which the index has followed: what it holds is the state after that block. */
async function followed(parts: HistoryParts): Promise<KnownBlock> {
  const row = await parts.index.selectFrom("cursor").selectAll().executeTakeFirst();
  const block = row === undefined ? null : await parts.blockOf(row.block);
  return block ?? (await parts.latest());
}

/**
 * Certificates of the lot's holder that name the lot's product or one of its plots, of whatever time: which of them count is for
 * `verify` to say (docs/ledger.md §10.8).
 */
async function certificatesOf(
  index: Kysely<IndexTables>,
  lot: Hex,
  ancestors: readonly string[],
): Promise<readonly string[]> {
  const row = await index.selectFrom("subject").select(["holder", "product"]).where("id", "=", lot).executeTakeFirst();
  if (row === undefined) return [];
  const found = new Set<string>();
  for (const part of chunks([...ancestors, ...(row.product === null ? [] : [row.product])])) {
    const rows = await index
      .selectFrom("scope")
      .innerJoin("certificate", "certificate.id", "scope.certificate")
      .select("certificate.id")
      .distinct()
      .where("scope.subject", "in", part)
      .where("certificate.beneficiary", "=", row.holder)
      .execute();
    for (const { id } of rows) found.add(id);
  }
  return [...found].sort();
}

/**
 * Products and organisations that the story names or that wrote in it, so that names and keys can be checked from their own logs;
 * and whoever wrote in those, an inspector of an organisation, say.
 */
async function namedBy(
  index: Kysely<IndexTables>,
  story: readonly string[],
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
  // A set is walked to its end, what is added on the way included.
  for (const number of organisations) {
    for (const writer of await writersOf(index, [hexOf(organisationId(number))])) organisations.add(writer);
  }
  return { products: [...products].sort(), organisations: [...organisations].sort((a, b) => a - b) };
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

async function movesOf(index: Kysely<IndexTables>, ids: readonly string[]): Promise<Map<string, Move[]>> {
  const moves = new Map<string, Move[]>();
  for (const part of chunks(ids)) {
    const rows = await index
      .selectFrom("move")
      .selectAll()
      .where("subject", "in", part)
      .orderBy("subject")
      .orderBy("seq")
      .execute();
    for (const row of rows) {
      const log = moves.get(row.subject) ?? [];
      log.push({
        seq: row.seq,
        batch: row.batch as Hex,
        group: row.group_idx,
        entry: row.entry_idx < 0 ? null : row.entry_idx,
      });
      moves.set(row.subject, log);
    }
  }
  return moves;
}

/** Every batch named by a move, with those of its groups that the moves lie in, each with its path to the batch's root. */
async function batchesOf(parts: HistoryParts, moves: Map<string, Move[]>): Promise<Record<Hex, BatchProof>> {
  const wanted = new Map<string, Set<number>>();
  for (const log of moves.values()) {
    for (const move of log) {
      const groups = wanted.get(move.batch) ?? new Set();
      groups.add(move.group);
      wanted.set(move.batch, groups);
    }
  }
  const proofs: Record<Hex, BatchProof> = {};
  for (const part of chunks([...wanted.keys()].sort())) {
    const rows = await parts.index.selectFrom("batch").selectAll().where("hash", "in", part).orderBy("hash").execute();
    const groups = await parts.index
      .selectFrom("record_group")
      .selectAll()
      .where("batch", "in", part)
      .orderBy("batch")
      .orderBy("idx")
      .execute();
    const byBatch = Map.groupBy(groups, (group) => group.batch);
    for (const row of rows) {
      const own = byBatch.get(row.hash) ?? [];
      const leaves = own.map((group) => bytesOf(group.leaf));
      const shown: GroupProof[] = [];
      for (const [at, group] of own.entries()) {
        if (wanted.get(row.hash)?.has(group.idx) !== true) continue;
        const path = await treePath(parts.hashing, leaves, at);
        shown.push({ index: group.idx, bytes: hexOf(new Uint8Array(group.bytes)), path: path.map(hexOf) });
      }
      const { hash, ...fields } = row;
      proofs[hash as Hex] = { ...(fields as Omit<BatchProof, "groups">), groups: shown };
    }
  }
  return proofs;
}

async function actsOf(index: Kysely<IndexTables>, organisations: readonly number[]): Promise<OrganisationAct[]> {
  const rows: IndexTables["organisation_act"][] = [];
  for (const part of chunks(organisations))
    rows.push(...(await index.selectFrom("organisation_act").selectAll().where("organisation", "in", part).execute()));
  rows.sort((a, b) => a.block - b.block || a.log_index - b.log_index);
  return rows.map((row) => ({
    organisation: row.organisation,
    act: row.act,
    roles: Number(row.roles),
    content: row.content as Hex,
    x: row.x as Hex,
    y: row.y as Hex,
    untilBlock: row.until_block,
    block: row.block,
    timeS: Number(row.time_s),
  }));
}

async function blocksOf(
  parts: HistoryParts,
  batches: Record<Hex, BatchProof>,
  asOf: KnownBlock,
): Promise<KnownBlock[]> {
  const wanted = new Set<Hex | number>();
  for (const batch of Object.values(batches)) wanted.add(batch.seen).add(batch.block);
  const found = new Map<number, KnownBlock>([[asOf.number, asOf]]);
  const blocks = await Promise.all([...wanted].map((at) => parts.blockOf(at)));
  for (const block of blocks)
    if (block !== null) found.set(block.number, { number: block.number, hash: block.hash, timeS: block.timeS });
  return [...found.values()].sort((a, b) => a.number - b.number);
}

/** Digests of the documents in the groups that these subjects' moves lie in, subject by subject. */
async function contentsOf(
  index: Kysely<IndexTables>,
  moves: ReadonlyMap<string, readonly Move[]>,
  ids: readonly string[],
): Promise<readonly string[]> {
  const own = ids.flatMap((id) => moves.get(id) ?? []);
  const wanted = new Set(own.map(({ batch, group }) => `${batch} ${group}`));
  const contents = new Map<string, readonly string[]>();
  for (const part of chunks([...new Set(own.map(({ batch }) => batch))])) {
    const rows = await index
      .selectFrom("record_group")
      .select(["batch", "idx", "bytes"])
      .where("batch", "in", part)
      .execute();
    for (const { batch, idx, bytes } of rows)
      if (wanted.has(`${batch} ${idx}`)) contents.set(`${batch} ${idx}`, namedIn(new Uint8Array(bytes)));
  }
  return own.flatMap(({ batch, group }) => contents.get(`${batch} ${group}`) ?? []);
}

/** Digests of the documents that the entries of a group name. Bytes that are no group name none: readers find that out. */
function namedIn(bytes: Uint8Array): readonly string[] {
  try {
    return decodeGroup(bytes).entries.map(({ content }) => hexOf(content));
  } catch (cause) {
    if (cause instanceof Problem) return [];
    throw cause;
  }
}

/** In the order given, up to {@link MAX_DOCUMENT_TEXT}. */
async function documentsOf(parts: HistoryParts, contents: ReadonlySet<string>): Promise<Record<string, string>> {
  const documents: Record<string, string> = {};
  let size = 0;
  for (const content of contents) {
    if (/^0x0*$/.test(content)) continue;
    const cid = cidOf(bytesOf(content), "json");
    const text = await parts.documentOf(cid);
    if (text === undefined) continue;
    size += text.length;
    if (size > MAX_DOCUMENT_TEXT) break;
    documents[cid] = text;
  }
  return documents;
}

function chunks<T>(list: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < list.length; at += CHUNK) parts.push(list.slice(at, at + CHUNK));
  return parts;
}
