import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Chain, Hex } from "../../../server/chain/chain.ts";
import { openEmbeddedChain } from "../../../server/chain/embedded.ts";
import { answerRpc, isReadMethod } from "../../../server/chain/facade.ts";
import { answered, CHAIN_ID, deployed, GENESIS_S, LOGS_42, REVERTS, Signer, stepping } from "./bench.ts";

describe("The read-only door to the chain", () => {
  let folder: string;
  let chain: Chain;
  let signer: Signer;
  let contract: Hex;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "furrow-facade-"));
    signer = new Signer();
    const options = { folder, chainId: CHAIN_ID, genesisTimeS: GENESIS_S, alloc: signer.alloc, now: stepping() };
    chain = await openEmbeddedChain(options);
    contract = await deployed(chain, signer, LOGS_42);
    await answered(chain, await signer.call(contract));
  });

  after(async () => {
    await chain.close();
    await rm(folder, { recursive: true });
  });

  const ask = (method: string, ...params: readonly unknown[]) =>
    answerRpc(chain, { jsonrpc: "2.0", id: 1, method, params }) as Promise<Answer>;

  it("answers the reads that a checker needs", async () => {
    const { hash } = await chain.latest();
    const sent = (await ask("eth_getBlockByNumber", "latest")).result as { transactions: Hex[] };
    const transaction = sent.transactions[0];

    expect((await ask("eth_chainId")).result).to.equal(`0x${CHAIN_ID.toString(16)}`);
    expect((await ask("eth_blockNumber")).result).to.equal("0x2");
    expect((await ask("net_version")).result).to.equal(CHAIN_ID.toString());
    expect((await ask("web3_clientVersion")).result).to.match(/^anvil/);
    expect((await ask("eth_getBlockByHash", hash, true)).result).to.have.property("number", "0x2");
    expect((await ask("eth_getBlockReceipts", hash)).result).to.have.length(1);
    expect((await ask("eth_getTransactionByHash", transaction)).result).to.have.property("hash", transaction);
    expect((await ask("eth_getTransactionReceipt", transaction)).result).to.have.property("status", "0x1");
    expect((await ask("eth_getLogs", { fromBlock: "earliest", address: contract })).result).to.have.length(1);
    expect((await ask("eth_getCode", contract, "latest")).result).to.equal("0x602a60006000a100");
    expect((await ask("eth_getStorageAt", contract, "0x0", "latest")).result).to.equal(`0x${"0".repeat(64)}`);
    expect((await ask("eth_getProof", contract, ["0x0"], "latest")).result).to.have.property("accountProof");
    expect((await ask("eth_call", { to: contract, data: "0x" }, { blockHash: hash })).result).to.equal("0x");
  });

  it("takes every name of a block but `earliest` for the newest, for mined is final", async () => {
    for (const tag of ["latest", "finalized", "safe", "pending"]) {
      expect((await ask("eth_getBlockByNumber", tag, false)).result, tag).to.have.property("number", "0x2");
    }
    expect((await ask("eth_getBlockByNumber", "earliest")).result).to.have.property("number", "0x0");
  });

  it("lets nothing through that writes, steers or debugs", async () => {
    const refused = [
      ["eth_sendRawTransaction", await signer.sign({ nonce: 9 })],
      ["eth_sendTransaction", {}],
      ["eth_sign", signer.address, "0x"],
      ["anvil_setBalance", signer.address, "0x0"],
      ["anvil_nodeInfo"],
      ["hardhat_reset"],
      ["evm_mine"],
      ["evm_snapshot"],
      ["debug_traceTransaction", `0x${"00".repeat(32)}`],
      ["trace_block", "latest"],
      ["txpool_content"],
      ["eth_newFilter", {}],
      ["eth_subscribe", "logs"],
      ["personal_listAccounts"],
      ["ETH_CHAINID"],
      ["constructor"],
      [""],
    ] as const;

    for (const [method, ...params] of refused) {
      const { error } = await ask(method, ...params);
      expect(error, method).to.include({ code: -32601 });
      expect(error?.message).to.match(/read-only/);
      expect(isReadMethod(method)).to.equal(false);
    }
    expect(isReadMethod("eth_call")).to.equal(true);
  });

  it("takes standard parameters only", async () => {
    const call = { to: contract, data: "0x" };
    const refused = [
      ["eth_call", call, "latest", { [contract]: { code: "0x" } }],
      ["eth_call", call, "latest", undefined, {}],
      ["eth_call", { ...call, stateOverride: {} }, "latest"],
      ["eth_call", [call], "latest"],
      ["eth_call", { ...call, gas: "lots" }, "latest"],
      ["eth_call", call, "newest"],
      ["eth_call", call, { blockHash: "0x12" }],
      ["eth_getCode", "0x12", "latest"],
      ["eth_getCode"],
      ["eth_getBlockByNumber", 2, false],
      ["eth_getBlockByNumber", "0x02", false],
      ["eth_getBlockByNumber", "latest", "yes"],
      ["eth_getLogs", { fromBlock: "0x0", limit: 3 }],
      ["eth_getLogs", { fromBlock: "0x0", blockHash: `0x${"00".repeat(32)}` }],
      ["eth_getLogs", { topics: ["0x2a"] }],
      ["eth_getLogs", { topics: [null, null, null, null, null] }],
      ["eth_getLogs", { address: Array.from({ length: 101 }, () => contract) }],
      ["eth_getProof", contract, "0x0", "latest"],
      ["eth_chainId", 1],
    ] as const;

    for (const [method, ...params] of refused) {
      expect((await ask(method, ...params)).error, JSON.stringify([method, params])).to.include({ code: -32602 });
    }
  });

  it("caps the gas of a call, asked for or not", async () => {
    // JUMPDEST PUSH1 0 JUMP: runs for ever.
    const forever = await deployed(chain, signer, "0x635b6000566000526004601cf3");

    for (const call of [{ to: forever }, { to: forever, gas: "0xffffffffffff" }]) {
      expect((await ask("eth_call", call, "latest")).error?.message).to.match(/gas/i);
    }
  });

  it("passes on what the chain says of a call that reverts", async () => {
    const { error } = await ask("eth_call", { to: await deployed(chain, signer, REVERTS) }, "latest");

    expect(error?.code).to.equal(3);
  });

  it("gives at most 10,000 logs, and says what to do about more", async () => {
    const logs = Array.from({ length: 10_001 }, () => ({}));
    const many = { latest: () => chain.latest(), request: async () => logs };

    const answer = (await answerRpc(many, { jsonrpc: "2.0", id: 1, method: "eth_getLogs", params: [{}] })) as Answer;

    expect(answer.error).to.include({ code: -32005 });
    expect(answer.error?.message).to.match(/narrow the range of blocks/);
  });

  it("reads a range of blocks in parts, and no further once there are too many logs", async () => {
    const asked: unknown[] = [];
    const door = {
      latest: async () => ({ ...(await chain.latest()), number: 4_000 }),
      request: async (_method: string, [filter]: readonly unknown[]) => {
        asked.push(filter);
        return Array.from({ length: 6_000 }, () => ({}));
      },
    };
    const params = [{ fromBlock: "0x1", toBlock: "latest" }];

    const answer = (await answerRpc(door, { jsonrpc: "2.0", id: 1, method: "eth_getLogs", params })) as Answer;

    expect(answer.error).to.include({ code: -32005 });
    expect(asked).to.deep.equal([
      { fromBlock: "0x1", toBlock: "0x1f4" },
      { fromBlock: "0x1f5", toBlock: "0x3e8" },
    ]);
  });

  it("takes a range of at most 10,000 blocks, and none that ends before it begins", async () => {
    const whole = await ask("eth_getLogs", { fromBlock: "0x0", toBlock: "latest", address: contract });
    const beyond = await ask("eth_getLogs", { fromBlock: "0x0", toBlock: "0x270f", address: contract });
    const wide = await ask("eth_getLogs", { fromBlock: "0x0", toBlock: "0x2710" });
    const turned = await ask("eth_getLogs", { fromBlock: "0x2", toBlock: "0x1" });

    expect(whole.result).to.have.length(1);
    expect(beyond.result).to.deep.equal(whole.result);
    expect(wide.error).to.include({ code: -32005 });
    expect(wide.error?.message).to.match(/10000 blocks.*ask in parts/);
    expect(turned.error).to.include({ code: -32602 });
  });

  it("answers a batch in order, and gives notifications no answer", async () => {
    const call = { jsonrpc: "2.0", method: "eth_chainId", params: [] };

    const answers = await answerRpc(chain, [{ ...call, id: "a" }, call, { ...call, id: 7, method: "evm_mine" }]);

    expect(answers).to.have.length(2);
    expect(answers).to.have.nested.property("[0].id", "a");
    expect(answers).to.have.nested.property("[1].error.code", -32601);
    expect(await answerRpc(chain, call)).to.equal(undefined);
    expect(await answerRpc(chain, [call])).to.equal(undefined);
  });

  it("refuses what is no JSON-RPC, an empty batch, and one of more than 50 calls", async () => {
    const call = { jsonrpc: "2.0", id: 1, method: "eth_chainId" };
    const bodies = [null, 7, "x", {}, { id: 1 }, { ...call, id: {} }, [], Array.from({ length: 51 }, () => call)];

    for (const body of bodies) {
      expect(await answerRpc(chain, body), JSON.stringify(body)?.slice(0, 60)).to.have.nested.property(
        "error.code",
        -32600,
      );
    }
    expect(
      await answerRpc(
        chain,
        Array.from({ length: 50 }, () => call),
      ),
    ).to.have.length(50);
    expect(await answerRpc(chain, [1, 2])).to.have.length(2);
  });
});

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}
