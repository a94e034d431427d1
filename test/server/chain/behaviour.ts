/** What every engine behind `Chain` does; each engine's test file runs it. */
import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { type Block, type Chain, type Hex, RpcError } from "../../../server/chain/chain.ts";
import { answered, CHAIN_ID, deployed, LOGS_42, outcomesOf, REVERTS, REVERTS_42, Signer } from "./bench.ts";

export type { Opened };
export { chainBehaviour };

/** A fresh chain with {@link CHAIN_ID} on which `alloc` is given; `reopen` stops it and starts it on the same data. */
interface Opened {
  readonly chain: Chain;
  reopen(): Promise<Chain>;
  remove(): Promise<void>;
}

const VECTORS = new URL("../../vectors/wycheproof/ecdsa_secp256r1_sha256_p1363_test.json", import.meta.url);

function chainBehaviour(name: string, open: (alloc: Readonly<Record<string, bigint>>) => Promise<Opened>): void {
  describe(`A chain (${name})`, () => {
    let opened: Opened;
    let chain: Chain;
    let signer: Signer;

    beforeEach(async () => {
      signer = new Signer();
      opened = await open(signer.alloc);
      chain = opened.chain;
    });

    afterEach(() => opened.remove());

    it("has the chain id that it was made with", async () => {
      expect(chain.chainId).to.equal(CHAIN_ID);
      expect(await chain.request("eth_chainId", [])).to.equal(`0x${CHAIN_ID.toString(16)}`);
    });

    it("answers a transaction once its block is final", async () => {
      const receipt = await answered(chain, await signer.sign());

      expect(receipt.status).to.equal(1);
      expect(receipt.gasUsed).to.equal(21_000n);
      expect(receipt.blockNumber).to.be.within(1, (await chain.latest()).number);
    });

    it("puts what was sent together on the chain in the order sent", async () => {
      const contract = await deployed(chain, signer, LOGS_42);
      const raw = await Promise.all(Array.from({ length: 40 }, () => signer.call(contract)));

      const receipts = await chain.send(raw);

      const places = receipts.map(({ blockNumber, logs }) => blockNumber * raw.length + (logs[0]?.index ?? 0));
      expect(places).to.deep.equal([...new Set(places)].sort((a, b) => a - b));
    });

    it("takes more at once than one block holds", async () => {
      const raw = await Promise.all(Array.from({ length: 4 }, () => signer.sign({ gasLimit: 16_777_216n })));

      const receipts = await chain.send(raw);

      const numbers = receipts.map((receipt) => receipt.blockNumber);
      expect(receipts.map(({ status }) => status)).to.deep.equal([1, 1, 1, 1]);
      expect(numbers).to.deep.equal([...numbers].sort((a, b) => a - b));
    });

    it("gives no block an earlier time than the one before, and its hash as parent", async () => {
      await answered(chain, await signer.sign());
      await answered(chain, await signer.sign());
      const after = await chain.latest();

      const before = await chain.block(after.number - 1);

      expect(after.timeS).to.be.at.least(before?.timeS ?? Number.POSITIVE_INFINITY);
      expect(after.parentHash).to.equal(before?.hash);
    });

    it("tells listeners of the newest final block as it moves, until they leave", async () => {
      const heard: Block[] = [];
      const leave = chain.onBlock((block) => heard.push(block));
      await answered(chain, await signer.sign());
      await answered(chain, await signer.sign());
      const latest = await chain.latest();
      leave();

      await answered(chain, await signer.sign());

      const numbers = heard.map(({ number }) => number);
      expect(heard).to.have.length.of.at.least(2);
      expect(heard.at(-1)).to.deep.equal(latest);
      expect(numbers).to.deep.equal([...new Set(numbers)].sort((a, b) => a - b));
      expect((await chain.latest()).number).to.be.above(latest.number);
    });

    it("tells of no block, receipt or log that is not final, and reads no newer state", async () => {
      const contract = await deployed(chain, signer, LOGS_42);
      const { hash } = await answered(chain, await signer.call(contract));
      const { number, hash: newest } = await chain.latest();
      const ahead = `0x${(number + 1).toString(16)}`;

      expect(await chain.request("eth_blockNumber", [])).to.equal(`0x${number.toString(16)}`);
      expect(await chain.request("eth_getBlockByNumber", [ahead, false])).to.equal(null);
      expect(await chain.request("eth_getBlockByNumber", ["latest", false])).to.have.property("hash", newest);
      expect(await chain.request("eth_getTransactionReceipt", [hash])).to.have.property("transactionHash", hash);
      expect(await chain.request("eth_getTransactionReceipt", [`0x${"ab".repeat(32)}`])).to.equal(null);
      expect(await chain.request("eth_getTransactionCount", [signer.address, "pending"])).to.equal("0x2");
    });

    it("answers reads of the newest state while blocks come in between", async () => {
      let sending = true;
      const blocks = (async () => {
        for (let n = 0; n < 40; n++) await answered(chain, await signer.sign());
        sending = false;
      })();

      const read = async () => {
        while (sending) await chain.request("eth_call", [{ to: signer.address, data: "0x" }, "latest"]);
      };

      await Promise.all([blocks, ...Array.from({ length: 12 }, read)]);
    });

    it("refuses a transaction without holding up the others", async () => {
      const tooDear = { value: 10n ** 30n };
      const raw = [await signer.sign(), await signer.sign({ ...tooDear, nonce: 1 }), await signer.sign()];

      const [first, refused, last] = await outcomesOf(chain, raw);

      expect(first).to.have.property("status", 1);
      expect(String(refused)).to.match(/funds/i);
      expect(last).to.have.property("status", 1);
    });

    it("refuses what follows a refused one of the same sender, and keeps none of it back for later", async () => {
      const raw = [
        await signer.sign(),
        await signer.sign({ value: 10n ** 30n }),
        await signer.sign(),
        await signer.sign(),
      ];

      const [first, ...others] = await outcomesOf(chain, raw);

      signer.nonce = 1;
      expect(first).to.have.property("status", 1);
      expect(others.join()).to.match(/funds.+nonce 2 is too high.+nonce 3 is too high/i);
      expect((await chain.send([await signer.sign({ value: 2n })]))[0]).to.have.property("status", 1);
      expect(await chain.request("eth_getTransactionCount", [signer.address, "latest"])).to.equal("0x2");
    });

    it("refuses a nonce that is spent or from the future, and says where the sender is", async () => {
      await answered(chain, await signer.sign());

      const [low, high] = await outcomesOf(chain, [
        await signer.sign({ nonce: 0, value: 2n }),
        await signer.sign({ nonce: 9 }),
      ]);

      expect(String(low)).to.match(/nonce 0 is too low: 0x\w{40} is at 1/);
      expect(String(high)).to.match(/nonce 9 is too high: 0x\w{40} is at 1/);
    });

    it("refuses more gas than a transaction may use (EIP-7825), and says how much that is", async () => {
      const [outcome] = await outcomesOf(chain, [await signer.sign({ gasLimit: 16_777_217n })]);

      expect(String(outcome)).to.match(/16777217 gas.+at most 16777216/);
    });

    it("refuses bytes that are no transaction, and one for another chain", async () => {
      const [noise, foreign] = await outcomesOf(chain, ["0x02aabb", await signer.sign({ chainId: 1n })]);

      expect(String(noise)).to.match(/not a transaction/);
      expect(String(foreign)).to.match(/for chain 1; this is chain/);
    });

    it("applies a transaction once, however often it is sent", async () => {
      const raw = await signer.sign();

      const [once, twice] = await chain.send([raw, raw]);
      const again = await answered(chain, raw);

      expect(twice).to.deep.equal(once);
      expect(again).to.deep.equal(once);
      expect(await chain.request("eth_getTransactionCount", [signer.address, "latest"])).to.equal("0x1");
    });

    it("mines a transaction that reverts, with status 0", async () => {
      const contract = await deployed(chain, signer, REVERTS);

      expect((await answered(chain, await signer.call(contract))).status).to.equal(0);
    });

    it("says with which bytes a call reverts, and what it does not know", async () => {
      const contract = await deployed(chain, signer, REVERTS_42);
      const failure = (method: string, ...params: readonly unknown[]) =>
        chain.request(method, params).catch((cause: unknown) => cause);

      for (const at of ["latest", "pending"]) {
        const reverted = await failure("eth_call", { to: contract, data: "0x" }, at);
        expect(reverted, at)
          .to.be.instanceOf(RpcError)
          .that.includes({ data: `0x${"2a".padStart(64, "0")}` });
      }
      expect(await failure("eth_noSuchThing")).to.be.instanceOf(RpcError);
    });

    it("gives a contract's logs in the receipt and by eth_getLogs", async () => {
      const contract = await deployed(chain, signer, LOGS_42);

      const { logs, blockNumber } = await answered(chain, await signer.call(contract));

      const topic: Hex = `0x${"2a".padStart(64, "0")}`;
      const found = await chain.request("eth_getLogs", [{ fromBlock: "0x0", toBlock: "latest", topics: [topic] }]);
      expect(logs).to.have.length(1);
      expect(logs[0]).to.include({ address: contract, blockNumber, data: "0x" });
      expect(found).to.have.length(1);
      expect(found).to.have.nested.property("[0].transactionHash", logs[0]?.transactionHash);
    });

    it("finds a block by number and by hash, and null where there is none", async () => {
      await answered(chain, await signer.sign());
      const latest = await chain.latest();

      expect(await chain.block(latest.number)).to.deep.equal(latest);
      expect(await chain.block(latest.hash)).to.deep.equal(latest);
      expect(await chain.block(latest.number + 1)).to.equal(null);
      expect(await chain.block(`0x${"ab".repeat(32)}`)).to.equal(null);
    });

    it("checks P-256 signatures at address 0x100 (EIP-7951) as Wycheproof says", async () => {
      const { testGroups } = JSON.parse(await readFile(VECTORS, "utf8")) as Wycheproof;
      const wrong: number[] = [];

      for (const { publicKey, tests } of testGroups) {
        for (const { tcId, msg, sig, result } of tests) {
          const digest = await crypto.subtle.digest("SHA-256", Buffer.from(msg, "hex"));
          const data = `0x${Buffer.from(digest).toString("hex")}${sig}${publicKey.uncompressed.slice(2)}`;
          const says = await chain.request("eth_call", [{ to: `0x${"100".padStart(40, "0")}`, data }, "latest"]);
          if (says !== (result === "valid" ? `0x${"1".padStart(64, "0")}` : "0x")) wrong.push(tcId);
        }
      }

      expect(wrong).to.deep.equal([]);
    });

    it("has the same blocks after a restart", async () => {
      const contract = await deployed(chain, signer, LOGS_42);
      await chain.send(await Promise.all([signer.call(contract), signer.sign(), signer.call(contract)]));
      await answered(chain, await signer.sign());
      const latest = await chain.latest();
      const numbers = [...Array(latest.number + 1).keys()];
      const before = await Promise.all(numbers.map((number) => chain.block(number)));

      const again = await opened.reopen();

      expect(await Promise.all(numbers.map((number) => again.block(number)))).to.deep.equal(before);
      expect(await again.latest()).to.deep.equal(latest);
      expect((await answered(again, await signer.sign())).blockNumber).to.be.above(latest.number);
    });
  });
}

interface Wycheproof {
  readonly testGroups: readonly {
    readonly publicKey: { readonly uncompressed: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly msg: string;
      readonly sig: string;
      readonly result: string;
    }[];
  }[];
}
