/**
 * A made-up ledger (`World`) behind the real doors: `/rpc` and `/ipfs` as a server answers them, over HTTP on this machine. What
 * stands behind them may be told otherwise on the way, as a lying server would.
 */
import type { AddressInfo } from "node:net";
import { Interface } from "ethers";
import express from "express";
import { CID } from "multiformats/cid";
import { organisationId } from "../../protocol/batch.ts";
import { type Hex, hexOf } from "../../protocol/bytes.ts";
import { seqPlaceOf } from "../../protocol/fold.ts";
import type { KnownBlock } from "../../protocol/history.ts";
import { EVENTS } from "../../protocol/ledger-abi.ts";
import type { Blocks } from "../../server/blocks/blocks.ts";
import { keyOf } from "../../server/blocks/digest.ts";
import { addFile, openFile } from "../../server/blocks/file.ts";
import { type Block, type Chain, RpcError } from "../../server/chain/chain.ts";
import { gatewayRoutes } from "../../server/http/gateway.ts";
import { problemHandler } from "../../server/http/problem.ts";
import { rpcRoutes } from "../../server/http/rpc.ts";
import type { World } from "./world.ts";

export type { Door };
export { chainOf, logsOf, memoryBlocks, openDoor };

interface Door {
  /** `http://127.0.0.1:port` */
  readonly address: string;
  close(): Promise<void>;
}

const events = new Interface(Object.values(EVENTS));
const ZERO: Hex = `0x${"00".repeat(32)}`;
/** A group's own move comes after all that its entries touch. */
const LAST = 0xffff;

/** Blocks in memory. With a world, all its documents and files. */
async function memoryBlocks(world: World | null = null): Promise<Blocks> {
  const kept = new Map<string, Uint8Array>();
  const get = async (cid: CID) => kept.get(keyOf(cid));
  const put = async (cid: CID, bytes: Uint8Array) => void kept.set(keyOf(cid), bytes);
  for (const [cid, text] of world?.documents ?? []) await put(CID.parse(cid), Buffer.from(text));
  for (const [cid, bytes] of world?.files ?? []) await put(CID.parse(cid), bytes);
  return {
    ...{ get, put },
    has: async (cid) => kept.has(keyOf(cid)),
    addFile: (bytes) => addFile(put, bytes),
    readFile: (cid) => openFile(get, cid),
    close: async () => {},
  };
}

/** Serves both until it is closed. */
async function openDoor(chain: Chain, blocks: Blocks): Promise<Door> {
  const app = express();
  app.use(rpcRoutes(chain), gatewayRoutes(blocks, { log: () => {} }));
  app.use(problemHandler(() => {}));
  const server = app.listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** The world's ledger as a chain answers for it; `onCall` hears of each read and is waited for before it is answered. */
function chainOf(world: World, onCall: (method: string, params: readonly unknown[]) => unknown = () => {}): Chain {
  const at = (block: KnownBlock | undefined): Block | null =>
    block === undefined ? null : { ...block, parentHash: ZERO };
  const blockAt = (of: unknown): KnownBlock | undefined =>
    of === "latest" ? world.latest : world.blocks.find(({ number, hash }) => hash === of || number === Number(of));
  const answers: Readonly<Record<string, (params: readonly unknown[]) => unknown>> = {
    eth_chainId: () => quantity(world.deployment.chainId),
    eth_blockNumber: () => quantity(world.latest.number),
    eth_getBlockByNumber: ([of]) => rpcBlock(blockAt(of)),
    eth_getBlockByHash: ([of]) => rpcBlock(blockAt(of)),
    // Its code is its address: what is hashed there is as good as any.
    eth_getCode: ([address]) => address,
    eth_call: ([call]) => wordOf(world, String((call as { data?: unknown }).data)),
    eth_getLogs: ([filter]) => {
      const { fromBlock, toBlock } = filter as { readonly fromBlock: unknown; readonly toBlock: unknown };
      const [from, to] = [blockAt(fromBlock)?.number ?? Number(fromBlock), blockAt(toBlock)?.number ?? Number(toBlock)];
      return logsOf(world).filter(({ blockNumber }) => Number(blockNumber) >= from && Number(blockNumber) <= to);
    },
  };
  return {
    chainId: BigInt(world.deployment.chainId),
    async request(method, params) {
      await onCall(method, params);
      const answer = answers[method];
      if (answer === undefined) throw new RpcError(-32601, `${method} is not answered here`);
      return answer(params);
    },
    send: async () => {
      throw new RpcError(-32601, "nothing is sent to a made-up ledger");
    },
    latest: async () => at(world.latest) as Block,
    block: async (of) => at(blockAt(of)),
    onBlock: () => () => {},
    close: async () => {},
  };
}

function wordOf({ words }: World, data: string): Hex {
  return hexOf(words.get(`0x${data.slice(10)}`) ?? new Uint8Array(32));
}

function rpcBlock(block: KnownBlock | undefined): unknown {
  if (block === undefined) return null;
  return { number: quantity(block.number), hash: block.hash, timestamp: quantity(block.timeS) };
}

/** Every log of the ledger, in the order of the chain. */
function logsOf(world: World) {
  const logs: { readonly block: number; readonly data: Hex; readonly topics: readonly Hex[] }[] = [];
  const emit = (block: number, name: keyof typeof EVENTS, values: readonly unknown[]) => {
    const { data, topics } = events.encodeEventLog(name, values);
    logs.push({ block, data: data as Hex, topics: topics as Hex[] });
  };
  for (const { organisation, act, roles, content, x, y, untilBlock, block } of world.acts)
    emit(block, "Organisation", [organisationId(organisation), act, roles, content, x, y, untilBlock]);
  const order = new Map([...world.wordsAfter.keys()].map((key, n) => [key, n]));
  for (const [batch, { proof, groups }] of world.batches) {
    const { recorder, stamp, nonce, seen, r, s, block } = proof;
    emit(block, "Accepted", [batch, recorder, stamp, nonce, seen, r, s]);
    const moves = [...world.logs].flatMap(([subject, log]) =>
      log
        .filter((move) => move.batch === batch)
        .map((move) => ({
          ...move,
          subject,
          place: move.entry ?? LAST,
          nth: order.get(`${subject} ${move.seq}`) ?? 0,
        })),
    );
    for (const { subject, seq, group, entry } of moves.toSorted(
      (a, b) => a.group - b.group || a.place - b.place || a.nth - b.nth,
    )) {
      const seqPlace = seqPlaceOf({ seq, group, entry });
      const bytes = groups[group]?.bytes ?? new Uint8Array();
      if (entry === null) emit(block, "Recorded", [subject, batch, seqPlace, bytes]);
      else emit(block, "Touched", [subject, batch, seqPlace, world.wordsAfter.get(`${subject} ${seq}`) ?? ZERO]);
    }
  }
  return logs
    .toSorted((a, b) => a.block - b.block)
    .map(({ block, data, topics }, n) => ({
      ...{ address: world.deployment.ledger, topics, data, blockNumber: quantity(block), logIndex: quantity(n) },
      ...{ blockHash: world.blocks[block]?.hash ?? ZERO, transactionHash: ZERO, removed: false },
    }));
}

function quantity(number: number): Hex {
  return `0x${number.toString(16)}`;
}
