/**
 * Nodes of chains that are not ours, as an operator would attach them: a bare Anvil in a process of its own, and Hardhat's node.
 * Neither mines by itself: `mine` does, or a miner that looks after the pool. All are ended by whoever started them.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { callRpc } from "../../server/chain/rpc.ts";

export type { TestNode };
export { startAnvilNode, startHardhatNode };

interface TestNode {
  readonly url: string;
  rpc(method: string, ...params: readonly unknown[]): Promise<unknown>;
  fund(account: string, wei: bigint): Promise<void>;
  mine(blocks?: number): Promise<void>;
  /** Mines whenever transactions wait, `blocks` with theirs and after it, until the answer is called. */
  mineWhatWaits(blocks?: number): () => Promise<void>;
  close(): Promise<void>;
}

interface NodeOptions {
  readonly chainId: bigint;
  /** Address → wei. */
  readonly alloc?: Readonly<Record<string, bigint>>;
  readonly hardfork?: string;
  /** Anvil only: further arguments. */
  readonly args?: readonly string[];
  /** Anvil only. */
  readonly port?: number;
}

const GAS_LIMIT = 30_000_000;
/** How often a miner looks at the pool. */
const LOOK_MS = 25;

const alive = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

/** An Anvil without our journal. Its `finalized` is block 0 for long, and it forgets what a reorganisation takes back. */
async function startAnvilNode({
  chainId,
  alloc = {},
  hardfork = "osaka",
  args = [],
  port = 0,
}: NodeOptions): Promise<TestNode> {
  const child = spawn(
    anvilBinary(),
    [
      ...["--host", "127.0.0.1", "--port", String(port), "--chain-id", String(chainId), "--hardfork", hardfork],
      ...["--gas-limit", String(GAS_LIMIT), "--no-mining", "--order", "fifo", "--accounts", "0", ...args],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  alive.add(child);
  const gone = new Promise<void>((done) => child.once("close", () => done()));
  void gone.then(() => alive.delete(child));
  const address = await new Promise<string>((done, fail) => {
    let said = "";
    const look = (chunk: Buffer) => {
      said += chunk.toString("utf8");
      const found = /Listening on (127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (found !== undefined) done(found);
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    child.once("close", () => fail(new Error(`Anvil ended: ${said.slice(-400)}`)));
  });
  for (const stream of [child.stdout, child.stderr]) stream.removeAllListeners("data").resume();
  const node = nodeAt(`http://${address}`, async () => {
    child.kill("SIGKILL");
    await gone;
  });
  for (const [account, wei] of Object.entries(alloc)) await node.fund(account, wei);
  return node;
}

/** Hardhat's own node, through the call that its `node` task is made of. */
async function startHardhatNode({ chainId, alloc = {} }: NodeOptions): Promise<TestNode> {
  const { network } = await import("hardhat");
  const server = await network.createServer(
    {
      network: "default",
      override: {
        chainId: Number(chainId),
        blockGasLimit: GAS_LIMIT,
        mining: { auto: false, interval: 0, mempool: { order: "fifo" } },
      },
    },
    "127.0.0.1",
    0,
  );
  const { address, port } = await server.listen();
  const node = nodeAt(`http://${address}:${port}`, () => server.close());
  for (const [account, wei] of Object.entries(alloc)) await node.fund(account, wei);
  return node;
}

function nodeAt(url: string, end: () => Promise<void>): TestNode {
  const rpc = (method: string, ...params: readonly unknown[]) => callRpc(url, method, params);
  const mine = async (blocks = 1) => {
    for (let n = 0; n < blocks; n++) await rpc("evm_mine");
  };
  const miners = new Set<() => Promise<void>>();
  return {
    url,
    rpc,
    // Anvil knows this name of Hardhat's too.
    fund: async (account, wei) => void (await rpc("hardhat_setBalance", account, `0x${wei.toString(16)}`)),
    mine,
    mineWhatWaits(blocks = 1) {
      let isOn = true;
      /** Still to be mined on top of the last block that holds anything. */
      let owed = 0;
      const heldBy = async (name: string) => {
        const block = (await rpc("eth_getBlockByNumber", name, false)) as { transactions: readonly unknown[] } | null;
        return block?.transactions.length ?? 0;
      };
      const step = async () => {
        if (owed === 0 && (await heldBy("pending")) === 0)
          return await new Promise<void>((done) => setTimeout(done, LOOK_MS));
        await mine();
        // What it holds may have come between the look at the pool and the block.
        owed = (await heldBy("latest")) > 0 ? blocks - 1 : Math.max(0, owed - 1);
      };
      const work = (async () => {
        // A node that does not answer once is asked again: it may be busy.
        while (isOn) await step().catch(() => new Promise((done) => setTimeout(done, LOOK_MS)));
      })();
      const stop = async () => {
        isOn = false;
        miners.delete(stop);
        await work;
      };
      miners.add(stop);
      return stop;
    },
    async close() {
      for (const stop of miners) await stop();
      await end();
    },
  };
}

function anvilBinary(): string {
  const cpu = process.arch === "x64" ? "amd64" : process.arch;
  const file = process.platform === "win32" ? "anvil.exe" : "anvil";
  const fromWrapper = createRequire(createRequire(import.meta.url).resolve("@foundry-rs/anvil/package.json"));
  return fromWrapper.resolve(`@foundry-rs/anvil-${process.platform}-${cpu}/bin/${file}`);
}
