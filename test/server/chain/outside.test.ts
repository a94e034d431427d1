import { expect } from "chai";
import { type Block, ChainError, type Hex, type Receipt } from "../../../server/chain/chain.ts";
import type { Finality } from "../../../server/chain/finality.ts";
import { openOutsideChain, type OutsideChain, type OutsideOptions } from "../../../server/chain/outside.ts";
import { openDoor } from "../../support/node-door.ts";
import { startAnvilNode, startHardhatNode, type TestNode } from "../../support/nodes.ts";
import { chainBehaviour } from "./behaviour.ts";
import { answered, CHAIN_ID, deployed, LOGS_42, Signer } from "./bench.ts";

type Alloc = Readonly<Record<string, bigint>>;

/** Chains of our own are looked at as often as their tests need it. */
const OFTEN = { pollMs: 20, restMs: 50 };

async function openedAt(node: TestNode, finality: Finality, blocks: number) {
  await node.mine();
  node.mineWhatWaits(blocks);
  const open = () => openOutsideChain({ urls: [node.url], chainId: CHAIN_ID, finality, ...OFTEN });
  let chain = await open();
  return {
    chain,
    async reopen() {
      await chain.close();
      chain = await open();
      return chain;
    },
    async remove() {
      await chain.close();
      await node.close();
    },
  };
}

chainBehaviour("hardhat node, by its own word of finality", async (alloc: Alloc) =>
  openedAt(await startHardhatNode({ chainId: CHAIN_ID, alloc }), "finalized", 1),
);
chainBehaviour("a bare Anvil whose blocks are never taken back", async (alloc: Alloc) =>
  openedAt(await startAnvilNode({ chainId: CHAIN_ID, alloc }), "latest", 1),
);

describe("A chain of others", () => {
  let node: TestNode;
  let chain: OutsideChain | null;
  let said: string[];
  const signer = () => new Signer();

  beforeEach(() => {
    said = [];
    chain = null;
  });

  afterEach(async () => {
    await chain?.close();
    await node.close();
  });

  async function start(options: Partial<Parameters<typeof startAnvilNode>[0]> = {}): Promise<TestNode> {
    node = await startAnvilNode({ chainId: CHAIN_ID, alloc: signer().alloc, ...options });
    await node.mine(3);
    return node;
  }

  async function open(finality: Finality, options: Partial<OutsideOptions> = {}): Promise<OutsideChain> {
    const log = (line: string) => said.push(line);
    chain = await openOutsideChain({ urls: [node.url], chainId: CHAIN_ID, finality, ...OFTEN, log, ...options });
    return chain;
  }

  async function refusal(finality: Finality, options: Partial<OutsideOptions> = {}): Promise<string> {
    try {
      await open(finality, options);
    } catch (error) {
      if (error instanceof ChainError) return `${error.kind}: ${error.message}`;
      throw error;
    }
    throw new Error("it opened");
  }

  it("is refused when it names no finalized block, with what to set instead", async () => {
    await start();

    expect(await refusal("finalized")).to.match(/^unsuited: .*no finalized block.*CHAIN_FINALITY to `latest`/);
  });

  it("follows the chain's own word of finality", async () => {
    await start({ args: ["--slots-in-an-epoch", "1"] });

    expect((await (await open("finalized")).latest()).number).to.equal(1);
  });

  it("is refused when it checks no P-256 signatures", async () => {
    await start({ hardfork: "prague" });

    expect(await refusal("latest")).to.match(/^unsuited: .*P-256 signatures at address 0x100 \(EIP-7951/);
  });

  it("is refused when it is another chain than the ledger's", async () => {
    await start({ chainId: 77n });

    expect(await refusal("latest")).to.match(/^unsuited: .*is of chain 77, and the ledger is on chain/);
  });

  it("is refused when nobody answers, naming the host alone", async () => {
    await start();

    const said = await refusal("latest", { urls: ["http://127.0.0.1:1/key-of-mine"] });

    expect(said).to.match(/^nodes-down: 127\.0\.0\.1:1/);
    expect(said).not.to.include("key-of-mine");
  });

  it("shows blocks once they are as deep as CHAIN_FINALITY says", async () => {
    await start();
    const own = await open(2);
    expect((await own.latest()).number).to.equal(1);

    await node.mine(4);
    await until(async () => (await own.latest()).number === 5);

    expect(await own.block(6)).to.equal(null);
    const { hash } = (await node.rpc("eth_getBlockByNumber", "0x6", false)) as { hash: Hex };
    expect(await own.block(hash)).to.equal(null);
    expect(await own.request("eth_getBlockByHash", [hash, false])).to.equal(null);
    expect(await own.request("eth_getLogs", [{ fromBlock: "0x6", toBlock: "0x7" }])).to.deep.equal([]);
  });

  it("answers a transaction neither before it is final nor at all where it was taken back, and sends that again", async () => {
    await start();
    const own = await open(4);
    const raw = await signer().sign();
    let receipt: Receipt | null = null;
    const sent = own.send([raw]).then(([one]) => {
      receipt = one ?? null;
    });
    await until(async () => (await node.rpc("eth_getTransactionCount", signer().address, "pending")) === "0x1");
    await node.mine(2);
    await until(async () => (await own.request("eth_getTransactionCount", [signer().address, "pending"])) === "0x1");
    await pause(100);
    expect(receipt).to.equal(null);

    await node.rpc("anvil_reorg", 2, []);
    await until(async () => said.some((line) => /was taken back; sending it again/.test(line)));
    await until(async () => (await node.rpc("eth_getTransactionCount", signer().address, "pending")) === "0x1");
    await node.mine(5);
    await sent;

    expect(receipt).to.have.property("status", 1);
    expect(receipt).to.have.property("blockNumber", 6);
  });

  it("offers a higher price, under the same number, for what no block takes", async () => {
    await start();
    const own = await open("latest", { stuckMs: 100 });
    const cheap = await signer().sign({ maxFeePerGas: 10n ** 10n });
    const asked: number[] = [];
    const sent = own.send([cheap], async (nonce) => {
      asked.push(nonce);
      return signer().sign({ maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 9n });
    });
    await until(async () => (await node.rpc("eth_getTransactionCount", signer().address, "pending")) === "0x1");
    await node.rpc("anvil_setNextBlockBaseFeePerGas", "0x174876e800");
    await node.mine();
    await until(async () => said.some((line) => /offering a higher price/.test(line)));
    node.mineWhatWaits();

    const [receipt] = await sent;

    expect(asked[0]).to.equal(0);
    expect(receipt).to.have.property("status", 1);
    expect(await own.request("eth_getTransactionCount", [signer().address, "latest"])).to.equal("0x1");
  });

  it("never takes another transaction's receipt for that of one whose number was spent elsewhere", async () => {
    await start();
    const own = await open(4, { stuckMs: 50 });
    const cheap = await signer().sign({ maxFeePerGas: 10n ** 10n });
    const sent = own.send([cheap], async (nonce) => signer().sign({ nonce, maxFeePerGas: 10n ** 13n }));
    const outcome = sent.then(
      () => "went through",
      (error: Error) => error.message,
    );
    await until(async () => (await node.rpc("eth_getTransactionCount", signer().address, "pending")) === "0x1");

    await node.rpc(
      "eth_sendRawTransaction",
      await signer().sign({ nonce: 0, value: 5n, maxPriorityFeePerGas: 10n ** 11n }),
    );
    await node.mine(2);
    await pause(500);
    await node.mine(8);

    expect(await outcome).to.match(/another transaction of 0x[0-9a-f]{40} took its nonce 0/i);
    expect(await node.rpc("eth_getTransactionCount", signer().address, "pending")).to.equal("0x1");
  });

  it("remembers how many blocks a node gives logs of, and loses none", async () => {
    await start();
    node.mineWhatWaits();
    const ranges: number[] = [];
    const door = await openDoor(node.url, ({ method, params }) => {
      if (method !== "eth_getLogs") return null;
      const { fromBlock, toBlock } = params[0] as { readonly fromBlock: string; readonly toBlock: string };
      ranges.push(Number(toBlock) - Number(fromBlock) + 1);
      return (ranges.at(-1) ?? 0) > 50 ? { error: { code: -32600, message: "limited to a 50 range" } } : null;
    });
    const own = await open("latest", { urls: [door.url] });
    const wallet = signer();
    const address = await deployed(own, wallet, LOGS_42);
    for (let n = 0; n < 3; n++) await answered(own, await wallet.call(address));
    await node.rpc("anvil_mine", "0x1f4");
    await until(async () => (await own.latest()).number > 500);
    const ask = async () => (await own.request("eth_getLogs", [{ address, fromBlock: "0x0" }])) as readonly unknown[];

    const first = await ask();
    const asked = ranges.splice(0);
    const second = await ask();
    await own.close();
    await door.close();

    expect([first.length, second.length]).to.deep.equal([3, 3]);
    expect(asked.filter((count) => count > 50)).to.have.length.below(6);
    expect(ranges.filter((count) => count > 50)).to.have.length.below(2);
  });

  it("says so when blocks that were final are taken back, and goes on with the new ones", async () => {
    await start();
    const own = await open("latest");
    const before = await own.latest();
    const heard: Block[] = [];
    own.onBlock((block) => heard.push(block));

    await node.rpc("anvil_reorg", 2, []);
    await node.mine();
    await until(async () => said.some((line) => /TOOK BACK BLOCKS THAT WERE FINAL/.test(line)));

    const after = await own.block(before.number);
    expect(after?.hash).not.to.equal(before.hash);
    expect(await own.block(before.hash)).to.equal(null);
    expect(heard.at(-1)).to.deep.equal(await own.latest());
  });
});

async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 400; n++) {
    if (await isSo()) return;
    await pause(25);
  }
  throw new Error("it did not come about");
}
