/** Several nodes of one chain: real Anvils, in front of which a door stands that can be shut or made to talk nonsense. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { openOutsideChain, type OutsideChain } from "../../../server/chain/outside.ts";
import { openDoor } from "../../support/node-door.ts";
import { startAnvilNode, type TestNode } from "../../support/nodes.ts";
import { CHAIN_ID, Signer } from "./bench.ts";

type Mood = "open" | "shut" | "html" | "empty" | "nonsense";

describe("Several nodes of a chain", () => {
  const nodes: TestNode[] = [];
  const doors: Door[] = [];
  let chain: OutsideChain | null;
  let said: string[];

  beforeEach(() => {
    [chain, said] = [null, []];
  });

  afterEach(async () => {
    await chain?.close();
    for (const door of doors.splice(0)) await door.close();
    for (const node of nodes.splice(0)) await node.close();
  });

  /** Equal blocks in each: they are told the time. */
  async function aNode(blocks: number, chainId = CHAIN_ID): Promise<{ node: TestNode; door: Door }> {
    const args = ["--timestamp", "1700000000"];
    const node = await startAnvilNode({ chainId, alloc: new Signer().alloc, args });
    nodes.push(node);
    for (let n = 1; n <= blocks; n++) await mineAt(node, n);
    const door = await Door.before(node.url);
    doors.push(door);
    return { node, door };
  }

  async function open(...of: readonly { readonly door: Door }[]): Promise<OutsideChain> {
    chain = await openOutsideChain({
      ...{ urls: of.map(({ door }) => door.url), chainId: CHAIN_ID, finality: "latest", pollMs: 20, restMs: 100 },
      log: (line) => said.push(line),
    });
    return chain;
  }

  for (const mood of ["shut", "html", "empty", "nonsense"] as const) {
    it(`asks another one while the first is ${mood}, and the first one again once it is well`, async () => {
      const [first, second] = [await aNode(3), await aNode(3)];
      const own = await open(first, second);
      first.door.mood = mood;

      expect(await own.request("eth_getCode", [`0x${"11".repeat(20)}`, "latest"])).to.equal("0x");
      const asked = second.door.asked;
      expect(own.warnings().join()).to.match(/the node 127\.0\.0\.1:\d+ is left aside/);
      first.door.mood = "open";
      await until(() => own.warnings().length === 0);
      const before = first.door.asked;
      await own.request("eth_getCode", [`0x${"11".repeat(20)}`, "latest"]);

      expect(asked).to.be.above(0);
      expect(first.door.asked).to.be.above(before);
      expect(said.filter((line) => /is left aside/.test(line))).to.have.length(1);
      expect(said.filter((line) => /is used again/.test(line))).to.have.length(1);
    });
  }

  it("leaves a node aside that is behind, until it has caught up", async () => {
    const [first, second] = [await aNode(3), await aNode(12)];

    const own = await open(first, second);
    expect((await own.latest()).number).to.equal(12);
    await until(() => own.warnings().some((line) => /behind the others/.test(line)));
    for (let n = 4; n <= 12; n++) await mineAt(first.node, n);
    await until(() => own.warnings().length === 0);
    second.door.mood = "shut";

    expect((await own.block(12))?.hash).to.equal((await own.latest()).hash);
    await mineAt(first.node, 13);
    await until(async () => (await own.latest()).number === 13);
  });

  it("leaves a node of another chain aside", async () => {
    const [first, second] = [await aNode(3, 5n), await aNode(3)];

    const own = await open(first, second);

    expect(await own.request("eth_chainId", [])).to.equal(`0x${CHAIN_ID.toString(16)}`);
    expect(own.warnings().join()).to.match(/it is of chain 5/);
  });

  it("never answers from another branch than the one that it has told of", async () => {
    const [first, second] = [await aNode(6), await aNode(6)];
    const own = await open(first, second);
    const told = await own.latest();
    await second.node.rpc("anvil_reorg", 3, []);
    first.door.mood = "shut";

    const outcome = await own.request("eth_getBlockByNumber", ["0x5", false]).catch((error: Error) => error.message);

    expect(outcome).to.match(/on another branch/);
    expect(await own.latest()).to.deep.equal(told);
    first.door.mood = "open";
    await until(async () => (await own.block(5)) !== null);
    expect((await own.block(5))?.hash).to.equal(told.parentHash);
    expect(said.join()).not.to.match(/TOOK BACK/);
  });

  it("goes on asking a node that does not keep the state of an old block", async () => {
    const only = await aNode(3);
    const strict = await openDoor(only.node.url, ({ method, params }) =>
      method === "eth_getCode" && params[1] === "0x1"
        ? { error: { code: -32000, message: "missing trie node 5f (path ) state 0x12 is not available" } }
        : null,
    );
    chain = await openOutsideChain({
      ...{ urls: [strict.url], chainId: CHAIN_ID, finality: "latest", pollMs: 20, restMs: 100 },
      log: (line) => said.push(line),
    });

    const failure: unknown = await chain
      .request("eth_getCode", [`0x${"11".repeat(20)}`, "0x1"])
      .catch((cause: unknown) => cause);
    await chain.close();
    await strict.close();

    expect(String(failure)).to.match(/does not keep the state of so old a block/);
    expect(said).to.deep.equal([]);
  });

  it("says with which HTTP status a node refuses", async () => {
    const only = await aNode(3);
    let status = 0;
    const strict = await openDoor(only.node.url, () => (status === 0 ? null : { status }));
    chain = await openOutsideChain({
      ...{ urls: [strict.url], chainId: CHAIN_ID, finality: "latest", pollMs: 20, restMs: 100 },
      log: (line) => said.push(line),
    });

    status = 401;
    await until(() => said.some((line) => /left aside: it answers with HTTP status 401/.test(line)));
    await chain.close();
    await strict.close();
  });

  it("says so when none can be used, goes on telling what it knows, and recovers", async () => {
    const only = await aNode(3);
    const own = await open(only);
    only.door.mood = "shut";
    await until(() => !own.answers());

    expect((await own.latest()).number).to.equal(3);
    const failure: unknown = await own
      .request("eth_getCode", [`0x${"11".repeat(20)}`, "latest"])
      .catch((e: unknown) => e);
    expect(failure).to.include({ kind: "nodes-down", retryable: true });
    only.door.mood = "open";
    await until(() => own.answers());
  });

  it("gets a transaction through though the node that was handed it is gone", async () => {
    const [first, second] = [await aNode(3), await aNode(3)];
    const own = await open(first, second);
    const raw = await new Signer().sign();
    const sent = own.send([raw]);
    await until(async () => (await countOf(first.node)) === 1);

    first.door.mood = "shut";
    // The second one was never told of it, as where nodes do not hear from each other.
    await until(async () => (await countOf(second.node)) === 1, 12_000);
    await mineAt(second.node, 4);

    expect((await sent)[0]).to.include({ status: 1, blockNumber: 4 });
  });

  async function countOf(node: TestNode): Promise<number> {
    return Number(await node.rpc("eth_getTransactionCount", new Signer().address, "pending"));
  }
});

async function mineAt(node: TestNode, number: number): Promise<void> {
  await node.rpc("evm_setNextBlockTimestamp", 1_700_000_000 + number * 12);
  await node.mine();
}

class Door {
  mood: Mood = "open";
  /** Requests that were passed on. */
  asked = 0;
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async before(node: string): Promise<Door> {
    const server = createServer((request, response) => {
      void (async () => {
        const parts: Buffer[] = [];
        for await (const part of request) parts.push(part as Buffer);
        if (door.mood === "shut") return request.socket.destroy();
        if (door.mood === "html") return response.end("<html>502 Bad Gateway</html>");
        if (door.mood === "empty") return response.end("{}");
        if (door.mood === "nonsense") return response.end('{"jsonrpc":"2.0","id":0,"error":"no"}');
        door.asked++;
        const answer = await fetch(node, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: Buffer.concat(parts),
        });
        return response.end(Buffer.from(await answer.arrayBuffer()));
      })().catch(() => request.socket.destroy());
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const door = new Door(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return door;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

async function until(isSo: () => boolean | Promise<boolean>, limitMs = 10_000): Promise<void> {
  for (let n = 0; n < limitMs / 25; n++) {
    if (await isSo()) return;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error("it did not come about");
}
