/** What gas costs and who pays for it, on a bare Anvil whose price the tests set. */
import { expect } from "chai";
import { keccak256, Transaction, Wallet } from "ethers";
import { Account } from "../../../server/chain/account.ts";
import { ChainError } from "../../../server/chain/chain.ts";
import { Funds } from "../../../server/chain/funds.ts";
import { openOutsideChain, type OutsideChain } from "../../../server/chain/outside.ts";
import { type NodeDoor, openDoor } from "../../support/node-door.ts";
import { startAnvilNode, type TestNode } from "../../support/nodes.ts";
import { CHAIN_ID } from "./bench.ts";

const GWEI = 10n ** 9n;
const KEY = new Wallet(`0x${"fa".repeat(32)}`);
const NOTHING = { to: `0x${"11".repeat(20)}`, data: "0x", gas: 21_000n } as const;

describe("Gas that costs money", () => {
  let node: TestNode;
  let chain: OutsideChain;
  let said: string[];
  let door: NodeDoor | null;

  beforeEach(async () => {
    node = await startAnvilNode({ chainId: CHAIN_ID, alloc: { [KEY.address]: 10n ** 18n } });
    await node.mine();
    [said, door] = [[], null];
    chain = await open(node.url);
  });

  afterEach(async () => {
    await chain.close();
    await door?.close();
    await node.close();
  });

  const open = (url: string) =>
    openOutsideChain({
      ...{ urls: [url], chainId: CHAIN_ID, finality: "latest", pollMs: 20, stuckMs: 100 },
      log: (line) => said.push(line),
    });

  const priced = (gwei: bigint) => node.rpc("anvil_setNextBlockBaseFeePerGas", `0x${(gwei * GWEI).toString(16)}`);
  const pending = async () => Number(await node.rpc("eth_getTransactionCount", KEY.address, "pending"));

  /** A transaction sent to a node that takes it and tells nobody: what was handed over, version by version. */
  async function swallowing(): Promise<readonly string[]> {
    const taken: string[] = [];
    await chain.close();
    door = await openDoor(node.url, ({ method, params }) => {
      if (method !== "eth_sendRawTransaction") return null;
      taken.push(String(params[0]));
      return { result: keccak256(String(params[0])) };
    });
    chain = await open(door.url);
    new Account(chain, KEY.privateKey, { maxGasPrice: null }).send([NOTHING]).catch(() => {});
    await until(async () => taken.length > 0);
    return taken;
  }

  it("is not paid above the highest price, and is where it has fallen", async () => {
    const account = new Account(chain, KEY.privateKey, { maxGasPrice: 20n * GWEI });
    await priced(50n);
    await node.mine();

    const failure: unknown = await account.send([NOTHING]).catch((cause: unknown) => cause);
    await priced(2n);
    await node.mine();
    node.mineWhatWaits();
    const [receipt] = await account.send([NOTHING]);

    expect(failure).to.be.instanceOf(ChainError).that.includes({ kind: "too-dear", retryable: true });
    expect(String(failure)).to.match(/Gas costs 5\d(\.\d+)? gwei now and MAX_GAS_PRICE_GWEI is 20\.0: waiting/);
    expect(receipt).to.have.property("status", 1);
  });

  it("is offered more of where it rises while a transaction waits, up to the highest price", async () => {
    const account = new Account(chain, KEY.privateKey, { maxGasPrice: 100n * GWEI });
    const sent = account.send([NOTHING]);
    await until(async () => (await pending()) === 1);
    await priced(40n);
    await node.mine();
    node.mineWhatWaits();

    const [receipt] = await sent;

    expect(receipt).to.have.property("status", 1);
    expect(await chain.request("eth_getTransactionCount", [KEY.address, "latest"])).to.equal("0x1");
  });

  it("cannot be paid by an empty account, which is no word on the transaction", async () => {
    const account = new Account(chain, KEY.privateKey, { maxGasPrice: null });
    await node.fund(KEY.address, 0n);

    const failure: unknown = await account.send([NOTHING]).catch((cause: unknown) => cause);

    expect(failure).to.be.instanceOf(ChainError).that.includes({ kind: "too-dear", retryable: true });
    expect(String(failure)).to.include(`${account.address} cannot pay for its transactions: send it coins`);
  });

  it("gets past a transaction of an earlier run that offered too little", async () => {
    const earlier = await KEY.signTransaction({
      ...{ type: 2, chainId: CHAIN_ID, nonce: 0, to: NOTHING.to, value: 1n, gasLimit: 21_000n },
      ...{ maxFeePerGas: 3n * GWEI, maxPriorityFeePerGas: 1n },
    });
    await node.rpc("eth_sendRawTransaction", earlier);
    const account = new Account(chain, KEY.privateKey, { maxGasPrice: null });
    const sent = account.send([NOTHING]);
    await until(async () => (await pending()) === 2);
    await priced(30n);
    await node.mine();
    node.mineWhatWaits();

    const [receipt] = await sent;

    expect(receipt).to.have.property("status", 1);
    expect(await chain.request("eth_getTransactionCount", [KEY.address, "latest"])).to.equal("0x2");
  });

  it("is offered no more of while the chain makes no block", async () => {
    const taken = await swallowing();
    await new Promise((done) => setTimeout(done, 800));
    expect(new Set(taken)).to.have.length(1);

    await node.mine();
    await until(async () => new Set(taken).size === 2);
  });

  it("is offered no more of than some times its price, whatever holds the transaction up", async () => {
    const taken = await swallowing();
    await until(async () => {
      await node.mine();
      return said.some((line) => /no more is offered/.test(line));
    });

    const [first = 0n, last = 0n] = [taken[0], taken.at(-1)].map((raw) => Transaction.from(raw).maxFeePerGas ?? 0n);
    expect(last).to.be.above(first);
    expect(last).to.be.below(5n * first);
  });

  it("is warned of before an account is empty, once", async () => {
    const account = new Account(chain, KEY.privateKey, { maxGasPrice: null });
    const said: string[] = [];
    const payer = { account, name: "the relay", pays: "batches", gasEach: 200_000n, low: 1_000n };
    const rich = new Funds(chain, [payer], (line) => said.push(line));
    await rich.look();
    const quiet = rich.warnings();
    await node.fund(KEY.address, 10n ** 16n);
    const poor = new Funds(chain, [payer], (line) => said.push(line));
    await poor.look();
    await poor.look();

    expect(quiet).to.deep.equal([]);
    expect(poor.warnings()).to.have.length(1);
    expect(poor.warnings()[0]).to.match(
      /^the relay can pay for about \d+ more batches: send coins to 0x[0-9a-f]{40}, which holds 0\.01\.$/,
    );
    expect(said).to.have.length(1);
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 400; n++) {
    if (await isSo()) return;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error("it did not come about");
}
