/**
 * The whole log of a ledger as a chain tells it, sorted for look-ups. Read from the deployment's block to the newest, and on
 * from there; every batch is kept with all its groups, so that Merkle paths need no help from anybody.
 */
import { decodeGroup } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import type { Entry } from "../../protocol/entry.ts";
import type { BatchProof, Deployment, Hex, KnownBlock, Move, OrganisationAct } from "../../protocol/history.ts";
import { leafHash, treeRows } from "../../protocol/merkle.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Primitives } from "../../protocol/sign.ts";
import {
  type AcceptedLog,
  decodeLog,
  type LedgerLog,
  type OrganisationLog,
  type RecordedLog,
  readRawLog,
  UnreadableLog,
} from "../../server/indexer/logs.ts";
import { RefusedError, type Rpc, SourceError } from "./sources.ts";

export type { ChainLog, MovePlace };
export { blockAt, entriesOf, newestBlock, openChainLog };

interface ChainLog {
  /** The newest block that was read. */
  readonly asOf: KnownBlock;
  /** Reads what came since, up to the newest block. @throws SourceError */
  readOn(): Promise<void>;
  /** Groups whose first entry is of this kind. */
  groupsOfKind(kind: number): readonly RecordedLog[];
  movesOf(subject: Hex): readonly Move[];
  /** Bytes of the group in which a move lies; null for none. */
  groupOf(move: Move | undefined): Hex | null;
  /** What is hashed of the group in which a move lies; null where the log has it not. */
  placeOf(move: Move): Promise<MovePlace | null>;
  proofOf(batch: Hex, groups: ReadonlySet<number>): Promise<BatchProof | null>;
  acts(): Promise<readonly OrganisationAct[]>;
}

/** The groups of a batch in their order, and the rows of their tree, leaves first. */
interface Tree {
  readonly groups: readonly RecordedLog[];
  readonly rows: readonly (readonly Uint8Array[])[];
}

interface MovePlace {
  readonly stamp: Hex;
  readonly recorder: Hex;
  readonly nonce: string;
  readonly leaf: Uint8Array;
  /** The group. */
  readonly bytes: Hex;
}

const BLOCKS_AT_ONCE = 5_000;
const FIRST_KIND = 2 + 2 * 36;

/** @throws SourceError */
async function openChainLog(rpc: Rpc, deployment: Deployment, primitives: Primitives): Promise<ChainLog> {
  const accepted = new Map<Hex, AcceptedLog>();
  const recorded = new Map<Hex, RecordedLog[]>();
  const moves = new Map<Hex, Move[]>();
  const organisations: OrganisationLog[] = [];
  const trees = new Map<Hex, Tree>();
  const times = new Map<number, Promise<number>>();
  const { finality } = deployment;
  let asOf = await newestBlock(rpc, finality);
  await read(deployment.block);

  async function read(from: number): Promise<void> {
    for await (const log of logsOf(rpc, deployment.ledger, { from, to: asOf.number })) keep(log);
  }

  function keep(log: LedgerLog): void {
    if (log.name === "Accepted") accepted.set(log.batch, log);
    if (log.name === "Organisation") organisations.push(log);
    if (log.name === "Recorded") {
      trees.delete(log.batch);
      push(recorded, log.batch, log);
      push(moves, log.subject, { seq: log.seq, batch: log.batch, group: log.group, entry: null });
    }
    if (log.name === "Touched")
      push(moves, log.subject, { seq: log.seq, batch: log.batch, group: log.group, entry: log.entry });
  }

  function timeOf(block: number): Promise<number> {
    const found = times.get(block) ?? blockAt(rpc, block).then((known) => known?.timeS ?? 0);
    times.set(block, found);
    return found;
  }

  /** Of a batch, hashed once however many moves lie in it. */
  async function treeOf(batch: Hex): Promise<Tree> {
    const known = trees.get(batch);
    if (known !== undefined) return known;
    const groups = (recorded.get(batch) ?? []).toSorted((a, b) => a.group - b.group);
    const leaves = await Promise.all(groups.map(({ bytes }) => leafHash(primitives, bytesOf(bytes))));
    const tree = { groups, rows: await treeRows(primitives, leaves) };
    trees.set(batch, tree);
    return tree;
  }

  return {
    get asOf() {
      return asOf;
    },
    async readOn() {
      const from = asOf.number + 1;
      asOf = await newestBlock(rpc, finality);
      await read(from);
    },
    groupsOfKind: (kind) => {
      const digits = kind.toString(16).padStart(2, "0");
      return [...recorded.values()].flat().filter(({ bytes }) => bytes.slice(FIRST_KIND, FIRST_KIND + 2) === digits);
    },
    movesOf: (subject) => moves.get(subject) ?? [],
    groupOf: (move) =>
      (move === undefined ? undefined : recorded.get(move.batch)?.find(({ group }) => group === move.group))?.bytes ??
      null,
    async placeOf({ batch, group }) {
      const log = accepted.get(batch);
      const { groups, rows } = await treeOf(batch);
      const place = groups.findIndex((one) => one.group === group);
      const [found, leaf] = [groups[place], rows[0]?.[place]];
      if (found === undefined || leaf === undefined || log === undefined) return null;
      const { stamp, recorder, nonce } = log;
      return { stamp, recorder, nonce, leaf, bytes: found.bytes };
    },
    async proofOf(batch, wanted) {
      const log = accepted.get(batch);
      if (log === undefined) return null;
      const { groups, rows } = await treeOf(batch);
      const shown = [...groups.entries()].flatMap(([place, { group, bytes }]) =>
        wanted.has(group) ? { index: group, bytes, path: pathIn(rows, place) } : [],
      );
      const { emitter, recorder, stamp, nonce, seen, r, s, block } = log;
      return { emitter, recorder, stamp, nonce, seen, r, s, block, size: groups.length, groups: shown };
    },
    async acts() {
      return Promise.all(
        organisations.map(async ({ organisation, act, roles, content, x, y, untilBlock, block }) => {
          const timeS = await timeOf(block);
          return { organisation, act, roles, content, x, y, untilBlock, block, timeS };
        }),
      );
    },
  };
}

/** In the order in which they were answered: an order that does not fit shows in the fold. */
async function* logsOf(
  rpc: Rpc,
  address: Hex,
  { from, to }: { readonly from: number; readonly to: number },
): AsyncGenerator<LedgerLog> {
  let atOnce = BLOCKS_AT_ONCE;
  for (let at = from; at <= to;) {
    const last = Math.min(to, at + atOnce - 1);
    let raw: unknown;
    try {
      raw = await rpc.call("eth_getLogs", [{ fromBlock: quantity(at), toBlock: quantity(last), address }]);
    } catch (cause) {
      // Doors have limits of their own, of blocks or of logs: asked for less, they answer.
      if (!(cause instanceof RefusedError) || last === at) throw cause;
      atOnce = Math.ceil((last - at + 1) / 2);
      continue;
    }
    if (!Array.isArray(raw)) throw new SourceError(`${rpc.url} answered eth_getLogs with no list`);
    for (const log of raw) {
      const decoded = ledgerLog(rpc, log);
      if (decoded !== null) yield decoded;
    }
    at = last + 1;
    atOnce = Math.min(BLOCKS_AT_ONCE, 2 * atOnce);
  }
}

function ledgerLog(rpc: Rpc, log: unknown): LedgerLog | null {
  try {
    return decodeLog(readRawLog((log ?? {}) as Readonly<Record<string, unknown>>));
  } catch (cause) {
    if (!(cause instanceof UnreadableLog)) throw cause;
    throw new SourceError(`${rpc.url} answered eth_getLogs with what no ledger logs: ${cause.message}`, { cause });
  }
}

/** The siblings from a leaf up to below the root. */
function pathIn(rows: Tree["rows"], place: number): Hex[] {
  return rows.flatMap((row, height) => {
    const sibling = row[(place >> height) ^ 1];
    return height === rows.length - 1 || sibling === undefined ? [] : hexOf(sibling);
  });
}

/** None in bytes that are no group: `verify` says that of them. */
function entriesOf(group: Hex): readonly Entry[] {
  try {
    return decodeGroup(bytesOf(group)).entries;
  } catch (cause) {
    if (cause instanceof Problem) return [];
    throw cause;
  }
}

/** The newest one that counts as final: what comes after it may be taken back. */
async function newestBlock(rpc: Rpc, finality: Deployment["finality"]): Promise<KnownBlock> {
  // Counted twice, the depth would hide the newest records, and a code among them would be called never issued.
  const depth = rpc.tellsFinal ? "latest" : finality;
  const name = depth === "finalized" ? depth : "latest";
  const newest = readBlock(await rpc.call("eth_getBlockByNumber", [name, false]));
  const isDeep = newest !== null && typeof depth === "number";
  const block = isDeep ? await blockAt(rpc, Math.max(0, newest.number - depth)) : newest;
  if (block === null) throw new SourceError(`${rpc.url} has no newest block`);
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
