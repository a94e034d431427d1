/** Putting the ledger on a chain of others, broken off and gone on with. */
import { expect } from "chai";
import { Wallet } from "ethers";
import { Account } from "../../../server/chain/account.ts";
import { openOutsideChain, type OutsideChain } from "../../../server/chain/outside.ts";
import { type Begun, putLedger } from "../../../server/chain/put.ts";
import { startAnvilNode, startHardhatNode, type TestNode } from "../../support/nodes.ts";
import { CHAIN_ID } from "./bench.ts";

const GWEI = 10n ** 9n;
const KEY = new Wallet(`0x${"fb".repeat(32)}`);
const OPERATOR = `0x${"77".repeat(20)}` as const;

describe("Putting the ledger on a chain", function () {
  this.timeout(60_000);

  let node: TestNode;
  let chain: OutsideChain;
  let begun: Begun | null;
  let said: string[];
  let miner: NodeJS.Timeout | null;

  beforeEach(() => {
    [begun, said, miner] = [null, [], null];
  });

  afterEach(async () => {
    if (miner !== null) clearInterval(miner);
    await chain.close();
    await node.close();
  });

  async function open(): Promise<void> {
    chain = await openOutsideChain({
      ...{ urls: [node.url], chainId: CHAIN_ID, finality: "latest", pollMs: 20, stuckMs: 500 },
      log: (line) => said.push(line),
    });
  }

  const put = (note: () => void = () => {}) =>
    putLedger({
      ...{ chain, operator: OPERATOR, begun, pauseMs: 50, log: (line) => said.push(line) },
      deployer: new Account(chain, KEY.privateKey, { maxGasPrice: null }),
      note: async (noted) => {
        begun = noted;
        note();
      },
    });

  for (const [name, start] of [
    ["Anvil", startAnvilNode],
    ["Hardhat's node", startHardhatNode],
  ] as const) {
    it(`goes on at today's price where it has risen meanwhile, on ${name}`, async () => {
      node = await start({ chainId: CHAIN_ID, alloc: { [KEY.address]: 10n ** 20n } });
      await node.mine(3);
      await open();
      const first = put().catch(() => {});
      await until(async () => Number(await node.rpc("eth_getTransactionCount", KEY.address, "pending")) > 5);
      await chain.close();
      await first;
      const dear = async () => {
        await node.rpc("hardhat_setNextBlockBaseFeePerGas", `0x${(60n * GWEI).toString(16)}`);
        await node.mine();
      };
      await dear();
      await open();
      miner = setInterval(() => void dear().catch(() => {}), 100);

      const place = await put();

      expect(await node.rpc("eth_getCode", place.ledger, "latest")).to.have.length.above(1_000);
      expect(said.join("\n")).not.to.match(/beginning anew/);
    });
  }

  it("takes no other contract at a planned address for its own", async () => {
    node = await startAnvilNode({ chainId: CHAIN_ID, alloc: { [KEY.address]: 10n ** 20n } });
    await node.mine(3);
    await open();
    const broken = put(() => {
      throw new Error("broken off");
    });
    await broken.catch(() => {});
    const other = await KEY.signTransaction({
      ...{ type: 2, chainId: CHAIN_ID, nonce: 0, data: "0x6001600055602a60005260206000f3", gasLimit: 200_000n },
      ...{ maxFeePerGas: 10n * GWEI, maxPriorityFeePerGas: GWEI },
    });
    await node.rpc("eth_sendRawTransaction", other);
    await node.mine();
    node.mineWhatWaits();

    const place = await put();

    expect(said.join("\n")).to.match(/another transaction took its number: beginning anew/);
    for (const [name, { address }] of Object.entries(place.libraries))
      expect(await node.rpc("eth_getCode", address, "latest"), name).to.have.length.above(500);
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 400; n++) {
    if (await isSo()) return;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error("it did not come about");
}
