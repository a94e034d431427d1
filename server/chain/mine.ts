/**
 * The few things done to an engine, the same when a block is new and when it is replayed: only so are hashes equal.
 */
import type { Anvil } from "./anvil.ts";
import { ChainError, type Hex } from "./chain.ts";
import type { BlockRecord, Journal, SealRecord } from "./journal.ts";
import { type RpcBlock, toBlock } from "./shape.ts";

export { dropPool, fillPool, mineBlock, replay, sealOf };

/**
 * Calls of one HTTP request. The engine runs those of a batch side by side and keeps their order only while none of them
 * has to wait, so batches are short, and mining is a request of its own.
 */
const CALLS_AT_ONCE = 16;

/** Hands transactions to the pool in order; one outcome each: its hash, or the error. */
async function fillPool(engine: Anvil, raw: readonly Hex[]): Promise<readonly unknown[]> {
  const outcomes: unknown[] = [];
  for (let from = 0; from < raw.length; from += CALLS_AT_ONCE) {
    const some = raw.slice(from, from + CALLS_AT_ONCE);
    outcomes.push(...(await engine.batch(some.map((one) => ({ method: "eth_sendRawTransaction", params: [one] })))));
  }
  return outcomes;
}

/** Mines what the pool holds at `timeS`. What the block did not take is dropped: the pool is empty between blocks. */
async function mineBlock(engine: Anvil, timeS: number): Promise<RpcBlock> {
  await engine.call("evm_setNextBlockTimestamp", [timeS]);
  await engine.call("evm_mine", []);
  await dropPool(engine);
  return (await engine.call("eth_getBlockByNumber", ["latest", false])) as RpcBlock;
}

async function dropPool(engine: Anvil): Promise<void> {
  await engine.call("anvil_dropAllTransactions", []);
}

function sealOf(block: RpcBlock, engine: Anvil): SealRecord {
  const { hash, stateRoot, receiptsRoot } = block;
  return { sealed: Number(block.number), hash, stateRoot, receiptsRoot, engine: engine.version };
}

/** Executes the journal in a fresh engine, and seals the last block where the server ended before that. */
async function replay(engine: Anvil, journal: Journal): Promise<RpcBlock> {
  let last = (await engine.call("eth_getBlockByNumber", ["0x0", false])) as RpcBlock;
  for await (const { block, seal } of journal.blocks()) {
    last = await replayBlock(engine, block);
    if (seal === null) await journal.appendSeal(sealOf(last, engine));
    else compare(sealOf(last, engine), seal, toBlock(last).timeS, block, journal.path);
  }
  return last;
}

async function replayBlock(engine: Anvil, { raw, timeS }: BlockRecord): Promise<RpcBlock> {
  await fillPool(engine, raw);
  return mineBlock(engine, timeS);
}

/**
 * The engine's version is pinned in package.json, so whatever differs is an error, a hash alone too. To go on serving
 * the old hashes under a new engine would need them translated in every block, log, receipt and proof, each a chance to
 * serve a wrong one; who changes the engine exports the history instead.
 */
function compare(now: SealRecord, then: SealRecord, timeS: number, block: BlockRecord, path: string): void {
  const differing = [
    now.sealed !== then.sealed && "number",
    timeS !== block.timeS && "time",
    now.stateRoot !== then.stateRoot && "state root",
    now.receiptsRoot !== then.receiptsRoot && "receipts root",
    now.hash !== then.hash && "hash",
  ].filter((name) => name !== false);
  if (differing.length === 0) return;
  throw new ChainError(
    "replay-differs",
    `Block ${then.sealed} came out with another ${differing.join(", ")} than the journal ${path} says: it was made by ${then.engine}, this is ${now.engine}; ${
      now.engine === then.engine
        ? "restore the journal from a backup."
        : `run the version of Furrow that has ${then.engine}.`
    }`,
  );
}
