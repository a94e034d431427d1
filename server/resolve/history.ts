/**
 * A lot's history as a reader is handed it (protocol/history.ts): its log, those of all it came from, and the proofs that
 * tie each group to a signature. Everything is read from the index; nothing here is needed by a reader who has chain and IPFS.
 */
import type { Kysely } from "kysely";
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
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
import type { IndexTables } from "../store/index-tables.ts";
import { withBareMoves } from "./bare.ts";
import { chunks } from "./chunks.ts";
import { contentsOf, documentsOf } from "./history-documents.ts";
import { consignmentsIn, onwardFrom, sitesOf } from "./handover.ts";
import { certificatesOf, namedBy } from "./involved.ts";
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

/** Null when the ledger has no such subject. `code` adds the label run and the serial's proof. */
async function historyOf(parts: HistoryParts, lot: Hex, code: CodeClaim | null): Promise<History | null> {
  const { index } = parts;
  const known = await index.selectFrom("subject").select("id").where("id", "=", lot).executeTakeFirst();
  if (known === undefined) return null;
  const asOf = await followed(parts);
  const ancestors = await ancestorsOf(index, code === null ? lot : code.run);
  const involved = await certificatesOf(index, { lot, run: code?.run ?? null, ancestors });
  const { certificates, applications, further } = involved;
  // Behind a code stand goods that may have been sold on, and recalled there.
  const onward = code === null ? [] : await onwardFrom(index, lot);
  const consignments = await consignmentsIn(index, [...ancestors, ...onward]);
  const sites = await sitesOf(index, consignments);
  const story = [...ancestors, ...certificates, ...applications, ...onward, ...sites];
  const { products, organisations } = await namedBy(index, story, consignments);
  const ids = [...story, ...products, ...organisations.map((number) => hexOf(organisationId(number)))];
  const moves = await withBareMoves(index, await movesOf(index, ids), certificates);
  const batches = await batchesOf(parts, moves);
  const acts = await actsOf(index, organisations);
  const hands = new Map(consignments.map(({ id, receiver, carrier }) => [id, [receiver, carrier]]));
  const names = acts.map(({ content }) => content);
  const heart = { lot, run: code?.run ?? null, certificates, products, claimed: involved.claimed, names };
  const contents = await contentsOf(index, { moves, batches, hands }, ids, heart);
  return {
    furrow: 1,
    deployment: parts.deployment,
    asOf,
    code,
    lot,
    ...(further === 0 ? {} : { certificatesNotShown: further }),
    subjects: ids.map((id): SubjectLog => ({ id: id as Hex, moves: moves.get(id) ?? [] })),
    batches,
    acts,
    blocks: await blocksOf(parts, batches, asOf),
    documents: await documentsOf(parts.documentOf, contents),
  };
}

/** The block up to which the index has followed: what it holds is the state after that block. */
async function followed(parts: HistoryParts): Promise<KnownBlock> {
  const row = await parts.index.selectFrom("cursor").selectAll().executeTakeFirst();
  const block = row === undefined ? null : await parts.blockOf(row.block);
  return block ?? (await parts.latest());
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

/** Every batch named by a move that is not bare, with those of its groups that the moves lie in, each with its path to the batch's root. */
async function batchesOf(
  parts: HistoryParts,
  moves: ReadonlyMap<string, readonly Move[]>,
): Promise<Record<Hex, BatchProof>> {
  const wanted = new Map<string, Set<number>>();
  for (const log of moves.values()) {
    for (const move of log) {
      if (move.bare !== undefined) continue;
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
