/**
 * The whole log of a ledger as a chain tells it, sorted for look-ups. Read once from the deployment's block to the newest;
 * every batch is kept with all its groups, so that Merkle paths need no help from anybody.
 */
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import type { BatchProof, Deployment, Hex, KnownBlock, Move, OrganisationAct } from "../../protocol/history.ts";
import { leafHash, treePath } from "../../protocol/merkle.ts";
import type { Primitives } from "../../protocol/sign.ts";
import { type AcceptedLog, decodeLog, type OrganisationLog, type RecordedLog } from "../../server/indexer/logs.ts";
import type { Rpc } from "./sources.ts";

export type { ChainLog };
export { blockAt, newestBlock, readChainLog };

interface ChainLog {
  /** The newest block that was read. */
  readonly asOf: KnownBlock;
  /** Groups whose first entry is of this kind. */
  groupsOfKind(kind: number): readonly RecordedLog[];
  movesOf(subject: Hex): readonly Move[];
  proofOf(batch: Hex, groups: ReadonlySet<number>): Promise<BatchProof | null>;
  acts(): Promise<readonly OrganisationAct[]>;
}

const BLOCKS_AT_ONCE = 5_000;
const FIRST_KIND = 2 + 2 * 36;

async function readChainLog(rpc: Rpc, deployment: Deployment, primitives: Primitives): Promise<ChainLog> {
  const asOf = await newestBlock(rpc);
  const accepted = new Map<Hex, AcceptedLog>();
  const recorded = new Map<Hex, RecordedLog[]>();
  const moves = new Map<Hex, Move[]>();
  const organisations: OrganisationLog[] = [];
  for await (const log of logsOf(rpc, deployment, asOf.number)) {
    if (log.name === "Accepted") accepted.set(log.batch, log);
    if (log.name === "Organisation") organisations.push(log);
    if (log.name === "Recorded") {
      push(recorded, log.batch, log);
      push(moves, log.subject, { seq: log.seq, batch: log.batch, group: log.group, entry: null });
    }
    if (log.name === "Touched")
      push(moves, log.subject, { seq: log.seq, batch: log.batch, group: log.group, entry: log.entry });
  }
  return {
    asOf,
    groupsOfKind: (kind) => {
      const digits = kind.toString(16).padStart(2, "0");
      return [...recorded.values()].flat().filter(({ bytes }) => bytes.slice(FIRST_KIND, FIRST_KIND + 2) === digits);
    },
    movesOf: (subject) => moves.get(subject) ?? [],
    async proofOf(batch, wanted) {
      const log = accepted.get(batch);
      if (log === undefined) return null;
      const groups = (recorded.get(batch) ?? []).toSorted((a, b) => a.group - b.group);
      const leaves = await Promise.all(groups.map(({ bytes }) => leafHash(primitives, bytesOf(bytes))));
      const shown = [];
      for (const [place, { group, bytes }] of groups.entries()) {
        if (wanted.has(group))
          shown.push({ index: group, bytes, path: (await treePath(primitives, leaves, place)).map(hexOf) });
      }
      const { emitter, recorder, stamp, nonce, seen, r, s, block } = log;
      return { emitter, recorder, stamp, nonce, seen, r, s, block, size: groups.length, groups: shown };
    },
    async acts() {
      return Promise.all(
        organisations.map(async ({ organisation, act, roles, content, x, y, untilBlock, block }) => {
          const timeS = (await blockAt(rpc, block))?.timeS ?? 0;
          return { organisation, act, roles, content, x, y, untilBlock, block, timeS };
        }),
      );
    },
  };
}

/** In the order in which they were answered: an order that does not fit shows in the fold. */
async function* logsOf(rpc: Rpc, deployment: Deployment, newest: number) {
  for (let from = deployment.block; from <= newest; from += BLOCKS_AT_ONCE) {
    const to = Math.min(newest, from + BLOCKS_AT_ONCE - 1);
    const raw = (await rpc.call("eth_getLogs", [
      { fromBlock: quantity(from), toBlock: quantity(to), address: deployment.ledger },
    ])) as readonly Readonly<Record<string, unknown>>[];
    for (const log of raw) {
      const decoded = decodeLog({
        address: String(log.address) as Hex,
        topics: (Array.isArray(log.topics) ? log.topics : []).map((topic) => String(topic).toLowerCase() as Hex),
        data: String(log.data) as Hex,
        blockNumber: Number(log.blockNumber),
        blockHash: String(log.blockHash) as Hex,
        transactionHash: String(log.transactionHash) as Hex,
        index: Number(log.logIndex),
      });
      if (decoded !== null) yield decoded;
    }
  }
}

async function newestBlock(rpc: Rpc): Promise<KnownBlock> {
  const block = readBlock(await rpc.call("eth_getBlockByNumber", ["latest", false]));
  if (block === null) throw new Error(`${rpc.url} has no newest block`);
  return block;
}

/** By number or hash; null when the chain has none. */
async function blockAt(rpc: Rpc, at: number | Hex): Promise<KnownBlock | null> {
  return readBlock(
    typeof at === "number"
      ? await rpc.call("eth_getBlockByNumber", [quantity(at), false])
      : await rpc.call("eth_getBlockByHash", [at, false]),
  );
}

function readBlock(raw: unknown): KnownBlock | null {
  if (typeof raw !== "object" || raw === null) return null;
  const { number, hash, timestamp } = raw as Readonly<Record<string, unknown>>;
  return { number: Number(number), hash: String(hash).toLowerCase() as Hex, timeS: Number(timestamp) };
}

function quantity(number: number): Hex {
  return `0x${number.toString(16)}`;
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
