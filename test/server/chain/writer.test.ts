import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Anvil, startAnvil } from "../../../server/chain/anvil.ts";
import { type Block, ChainError, RpcError } from "../../../server/chain/chain.ts";
import { BLOCK_GAS_LIMIT, openEmbeddedChain } from "../../../server/chain/embedded.ts";
import { type Genesis, Journal } from "../../../server/chain/journal.ts";
import { replay } from "../../../server/chain/mine.ts";
import { callRpc, callRpcBatch, UnreachableError } from "../../../server/chain/rpc.ts";
import { toBlock } from "../../../server/chain/shape.ts";
import { Writer } from "../../../server/chain/writer.ts";
import { CHAIN_ID, GENESIS_S, Signer, stepping } from "./bench.ts";

describe("The writer of the chain", () => {
  for (const method of ["evm_setNextBlockTimestamp", "evm_mine", "anvil_dropAllTransactions", "eth_getBlockReceipts"]) {
    it(`journals each block once, though the engine says no to ${method}`, async () => {
      const bench = await Bench.open();
      try {
        await bench.put();
        bench.refuseOnce(method);
        const unlucky = await bench.put().catch((cause: unknown) => cause);
        const after = await bench.put();

        if (unlucky instanceof Error) expect(unlucky).to.be.instanceOf(ChainError).that.includes({ retryable: true });
        expect(after).to.include({ status: 1, blockNumber: 3 });
        expect(bench.journalled()).to.deep.equal([1, 2, 3]);
        await bench.close();
        expect(await bench.reopened()).to.equal(3);
      } finally {
        await bench.remove();
      }
    });
  }
});

describe("A call to the engine", () => {
  it("ends when no answer comes within its limit", async () => {
    const silent = createServer(() => {});
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const address = silent.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;

    const one = await callRpc(url, "eth_chainId", [], 20).catch((cause: unknown) => cause);
    const several = await callRpcBatch(url, [{ method: "eth_chainId", params: [] }], 20).catch(
      (cause: unknown) => cause,
    );

    for (const outcome of [one, several])
      expect(outcome).to.be.instanceOf(UnreachableError).that.includes({ isLate: true });
    silent.closeAllConnections();
    silent.close();
  });
});

/** A writer with its journal and a real engine that can be made to say no once; another engine replays, as in `embedded.ts`. */
class Bench {
  readonly #folder: string;
  readonly #journal: Journal;
  readonly #signer: Signer;
  readonly #writer: Writer;
  #engine: Promise<Anvil>;
  #latest: Block = { number: 0, hash: "0x", parentHash: "0x", timeS: 0 };
  #refused: string | null = null;

  private constructor(folder: string, journal: Journal, signer: Signer) {
    this.#folder = folder;
    this.#journal = journal;
    this.#signer = signer;
    this.#engine = this.#start();
    this.#writer = new Writer({
      ...{ chainId: CHAIN_ID, journal, now: stepping(), log: () => {}, blockGasLimit: BigInt(BLOCK_GAS_LIMIT) },
      engine: async () => {
        if (!(await this.#engine).isUp) this.#engine = this.#start();
        return this.#engine;
      },
      latest: () => this.#latest,
      final: (block) => this.#final(block),
    });
  }

  static async open(): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), "furrow-writer-"));
    const signer = new Signer();
    const alloc = Object.fromEntries(Object.entries(signer.alloc).map(([address, wei]) => [address, wei.toString()]));
    const genesis: Genesis = {
      ...{ journal: 1, chainId: CHAIN_ID.toString(), genesisTimeS: GENESIS_S, hardfork: "osaka", alloc },
      gasLimit: BLOCK_GAS_LIMIT,
    };
    return new Bench(folder, await Journal.open(folder, genesis, () => {}), signer);
  }

  async put() {
    return this.#writer.put(await this.#signer.sign());
  }

  refuseOnce(method: string): void {
    this.#refused = method;
  }

  journalled(): readonly number[] {
    return [...readFileSync(this.#journal.path, "utf8").matchAll(/"block":(\d+)/g)].map(([, number]) => Number(number));
  }

  async close(): Promise<void> {
    await this.#writer.close();
    await (await this.#engine).end();
    await this.#journal.close();
  }

  /** Number of the newest block of the chain that opens on this journal. */
  async reopened(): Promise<number> {
    const options = { folder: this.#folder, chainId: CHAIN_ID, genesisTimeS: GENESIS_S, alloc: {}, now: stepping() };
    const chain = await openEmbeddedChain(options);
    const { number } = await chain.latest();
    await chain.close();
    return number;
  }

  async remove(): Promise<void> {
    await (await this.#engine).end();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<Anvil> {
    const engine = await startAnvil(this.#folder, this.#journal.genesis);
    this.#final(toBlock(await replay(engine, this.#journal)));
    return {
      pid: engine.pid,
      version: engine.version,
      batch: (calls) => engine.batch(calls),
      get isUp() {
        return engine.isUp;
      },
      gone: engine.gone,
      end: () => engine.end(),
      call: async (method, params) => {
        if (method === this.#refused) {
          this.#refused = null;
          throw new RpcError(-32603, `no ${method} now`);
        }
        return engine.call(method, params);
      },
    };
  }

  #final(block: Block): void {
    if (block.number > this.#latest.number) this.#latest = block;
  }
}
