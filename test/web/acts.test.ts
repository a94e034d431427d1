/** The operator's acts, read by the page from the chain's log through real doors. */
import { expect } from "chai";
import type { History } from "../../protocol/history.ts";
import { verify } from "../../protocol/verify.ts";
import { MAX_PARTS, PART } from "../../scan-web/scan/acts.ts";
import { type HeadsRead, readHeads } from "../../scan-web/scan/heads.ts";
import { type Chain, RpcError } from "../../server/chain/chain.ts";
import { type Honest, honestHistory } from "../support/history.ts";
import { primitives, sha256 } from "../support/world.ts";
import { chainOf, memoryBlocks, openDoor } from "../support/world-door.ts";

interface Filter {
  readonly fromBlock: string;
  readonly toBlock: string;
}

describe("Names and roles read from the chain", () => {
  let honest: Honest;
  before(async () => {
    for (let seed = 1; honest === undefined || honest.planted.length > 0; seed++) honest = await honestHistory(seed);
  });

  const read = async (history: History, chain: Chain): Promise<HeadsRead> => {
    const door = await openDoor(chain, await memoryBlocks());
    try {
      const deployment = { ...history.deployment, rpc: [`${door.address}/rpc`] };
      const ask = { fetch, sha256: async (bytes: Uint8Array) => sha256(bytes), base: door.address };
      const heads = await readHeads({ ...history, deployment }, ask);
      if (heads === null) throw new Error("the door answers");
      return heads;
    } finally {
      await door.close();
    }
  };

  it("are those of the log, in one request with the heads, and make a whole record", async () => {
    const { history, world } = honest;

    const heads = await read(history, chainOf(world));

    const concerned = new Set(history.acts.map(({ organisation }) => organisation));
    expect(heads.acts).to.deep.equal(world.acts.filter(({ organisation }) => concerned.has(organisation)));
    expect((await verify(history, heads, primitives)).findings).to.deep.equal([]);
  });

  it("find out a server that tells others", async () => {
    const { history, world } = honest;
    const acts = history.acts.map((act) => ({ ...act, roles: 255 }));

    const { findings } = await verify(
      { ...history, acts },
      await read({ ...history, acts }, chainOf(world)),
      primitives,
    );

    expect(findings.map(({ code }) => code)).to.include("act-mismatch");
  });

  it("are unread, and the heads are read all the same, where a door does not give logs", async () => {
    const chain = chainOf(honest.world, (method) => {
      if (method === "eth_getLogs") throw new RpcError(-32005, "no logs here");
    });

    const heads = await read(honest.history, chain);

    expect(heads.acts).to.equal(null);
    expect((await verify(honest.history, heads, primitives)).findings.map(({ code }) => code)).to.deep.equal([
      "acts-from-server",
    ]);
  });

  it("are asked for in parts of a long log, and not at all where there would be too many", async () => {
    const asked: Filter[] = [];
    const chain = (number: number): Chain => {
      const { world } = honest;
      const made = chainOf(world, (method, [filter]) => method === "eth_getLogs" && asked.push(filter as Filter));
      const latest = { ...world.latest, number };
      // As if the ledger had gone on for so many blocks.
      const request: Chain["request"] = async (method, params) =>
        method === "eth_getBlockByNumber" && Number(params[0]) === number
          ? { number: `0x${number.toString(16)}`, hash: latest.hash, timestamp: "0x0" }
          : made.request(method, params);
      return { ...made, request, latest: async () => ({ ...latest, parentHash: latest.hash }) };
    };
    const at = (number: number): History => ({ ...honest.history, asOf: { ...honest.history.asOf, number } });

    const heads = await read(at(2 * PART + 5), chain(2 * PART + 5));
    const ranges = new Set(asked.map(({ fromBlock }) => Math.floor(Number(fromBlock) / PART)));

    expect(ranges).to.deep.equal(new Set([0, 1, 2]));
    expect(heads.acts).to.deep.equal((await read(honest.history, chainOf(honest.world))).acts);
    asked.length = 0;
    expect((await read(at(MAX_PARTS * PART + 5), chain(MAX_PARTS * PART + 5))).acts).to.equal(null);
    expect(asked).to.deep.equal([]);
  });
});
