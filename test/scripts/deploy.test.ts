/** `npm run deploy` as an operator runs it, on a bare Anvil as the chain. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Wallet } from "ethers";
import { readRecord } from "../../server/deployment-record.ts";
import { startAnvilNode, type TestNode } from "../support/nodes.ts";
import { beginScript, type Outcome, type Script, startFurrowProcess } from "../support/start.ts";

const CHAIN_ID = 4_242_001n;
const DEPLOYER = new Wallet(`0x${"de".repeat(32)}`);

describe("Putting the ledger on a chain of others", function () {
  this.timeout(120_000);
  let node: TestNode;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "furrow-deploy-"));
    writeFileSync(join(folder, "key"), `${DEPLOYER.privateKey}\n`);
    node = await startAnvilNode({ chainId: CHAIN_ID, alloc: { [DEPLOYER.address]: 10n ** 18n } });
    await node.mine(3);
  });

  afterEach(async () => {
    await node.close();
    rmSync(folder, { recursive: true });
  });

  const out = () => join(folder, "deployments");
  const recordPath = () => join(out(), `${CHAIN_ID}.json`);

  function begin(env: Readonly<Record<string, string>> = {}, ...args: readonly string[]): Script {
    return beginScript(
      { CHAIN_RPC_URL: node.url, CHAIN_FINALITY: "latest", ...env },
      "scripts/deploy.ts",
      ...["--key", join(folder, "key"), "--data", join(folder, "data"), "--out", out(), ...args],
    );
  }

  function deploy(env: Readonly<Record<string, string>> = {}, ...args: readonly string[]): Promise<Outcome> {
    return begin(env, ...args).outcome;
  }

  it("writes the record by which a server finds it, and says who needs coins", async () => {
    node.mineWhatWaits();

    const { code, output } = await deploy();

    const record = readRecord(CHAIN_ID, recordPath());
    expect(code, output).to.equal(0);
    expect(record).to.include({ finality: "latest", deployer: DEPLOYER.address.toLowerCase() });
    expect(record.compiler).to.include({ evmVersion: "osaka", optimizerRuns: 200 });
    expect(await node.rpc("eth_getCode", record.ledger, "latest")).to.have.length.above(1_000);
    expect(output).to.match(/the relay +0x[0-9a-f]{40} +holds 0\.0; 1,000 batches take about/);
    expect(readdirSync(out())).to.deep.equal([`${CHAIN_ID}.json`]);
  });

  it("puts no second ledger there unless it is told to, and then keeps the old record", async () => {
    node.mineWhatWaits();
    await deploy();
    const before = readRecord(CHAIN_ID, recordPath());

    const refused = await deploy();
    const again = await deploy({}, "--again");

    expect(refused).to.include({ code: 1 });
    expect(refused.output).to.include(`has the ledger ${before.ledger}`);
    expect(again.code, again.output).to.equal(0);
    expect(readRecord(CHAIN_ID, recordPath()).ledger).not.to.equal(before.ledger);
    expect(readRecord(CHAIN_ID, join(out(), `${CHAIN_ID}.${before.block}.json`))).to.deep.equal(before);
  });

  it("goes on where it was broken off, and pays for nothing twice", async () => {
    const broken = begin();
    await until(async () => Number(await node.rpc("eth_getTransactionCount", DEPLOYER.address, "pending")) > 2);
    broken.kill();
    await broken.outcome;
    const sent = Number(await node.rpc("eth_getTransactionCount", DEPLOYER.address, "pending"));
    expect(existsSync(`${recordPath()}.unfinished`)).to.equal(true);
    node.mineWhatWaits();
    await until(async () => Number(await node.rpc("eth_getTransactionCount", DEPLOYER.address, "latest")) === sent);

    const { code, output } = await deploy();

    const { libraries } = readRecord(CHAIN_ID, recordPath());
    const all = Object.keys(libraries).length + 2;
    expect(code, output).to.equal(0);
    expect(Number(await node.rpc("eth_getTransactionCount", DEPLOYER.address, "latest"))).to.equal(all);
    expect(readdirSync(out())).to.deep.equal([`${CHAIN_ID}.json`]);
  });

  it("says in one sentence what is missing: a chain, coins, a key, finality", async () => {
    writeFileSync(join(folder, "poor"), "11".repeat(32));

    const [noChain, noCoins, noKey, noFinality] = [
      await deploy({ CHAIN_RPC_URL: "" }),
      await deploy({}, "--key", join(folder, "poor")),
      await deploy({}, "--key", join(folder, "none")),
      await deploy({ CHAIN_FINALITY: "" }),
    ];

    for (const { code } of [noChain, noCoins, noKey, noFinality]) expect(code).to.equal(1);
    expect(noChain.output).to.match(/^deploy: Set CHAIN_RPC_URL/m);
    expect(noCoins.output).to.match(/^deploy: 0x[0-9a-f]{40} holds 0\.0 coins and needs about 0\.\d+ .* send it some/m);
    expect(noKey.output).to.match(/^deploy: --key: .* does not hold a private key/m);
    expect(noFinality.output).to.match(/^deploy: .*no finalized block.*CHAIN_FINALITY/m);
    expect(existsSync(recordPath())).to.equal(false);
  });

  it("is asked for by a start that finds no ledger, or one of another chain", async () => {
    const env = { CHAIN_RPC_URL: node.url, CHAIN_FINALITY: "latest" };
    const none = startFurrowProcess({ data: join(folder, "server"), env });
    await none.ended;

    expect(none.output()).to.include(
      `There is no ledger on chain ${CHAIN_ID} that is known here: run \`npm run deploy\``,
    );
  });

  it("is looked for in the record that DEPLOYMENT names, which must be one, and of this chain", () => {
    const place = { address: `0x${"ab".repeat(20)}`, codeHash: `0x${"cd".repeat(32)}` };
    const record = {
      ...{ furrow: 1, chainId: 5, ledger: place.address, codeHash: place.codeHash, libraries: { Party: place } },
      ...{ access: place.address, block: 7, finality: 12, deployer: place.address, operator: place.address },
      ...{ deployedAt: "2026-01-01T00:00:00Z", compiler: { solc: "0.8.37", evmVersion: "osaka", optimizerRuns: 200 } },
    };
    const path = join(folder, "record.json");
    const read = (value: object, chainId = 5n) => {
      writeFileSync(path, JSON.stringify(value));
      return readRecord(chainId, path);
    };

    expect(read(record)).to.deep.equal(record);
    expect(() => read(record, CHAIN_ID)).to.throw(`is of chain 5, and CHAIN_RPC_URL is of chain ${CHAIN_ID}`);
    expect(() => read({ ...record, ledger: "0x12" })).to.throw(/is no deployment record \(ledger: /);
    expect(() => readRecord(5n, join(folder, "nowhere"))).to.throw(
      /DEPLOYMENT names .*nowhere, and there is no such file/,
    );
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 600; n++) {
    if (await isSo()) return;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error("it did not come about");
}
