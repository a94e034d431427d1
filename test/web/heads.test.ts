import { expect } from "chai";
import { type Hex, hexOf } from "../../protocol/bytes.ts";
import type { History } from "../../protocol/history.ts";
import { MAX_CALLS, readHeads } from "../../scan-web/scan/heads.ts";
import { makeTea } from "../support/tea.ts";
import { sha256 } from "../support/world.ts";

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** A door whose chain grows by a block before each of these calls, counted over all requests; every block changes every word. */
class GrowingDoor {
  readonly sizes: number[] = [];
  readonly #growsBefore: (call: number) => boolean;
  #block = 10;
  #calls = 0;

  constructor(growsBefore: (call: number) => boolean) {
    this.#growsBefore = growsBefore;
  }

  readonly fetch = (async (_door: string, { body }: { body: string }) => {
    const calls = JSON.parse(body) as readonly Call[];
    this.sizes.push(calls.length);
    return Response.json(calls.map((call) => ({ jsonrpc: "2.0", id: call.id, result: this.#answer(call) })));
  }) as unknown as typeof fetch;

  #answer({ method, params }: Call): unknown {
    if (this.#growsBefore(this.#calls++)) this.#block++;
    if (method === "eth_chainId") return "0x1";
    if (method === "eth_getCode") return "0x00";
    if (method === "eth_call") return wordAt(this.#block);
    const number = params[0] === "latest" ? this.#block : Number(params[0]);
    return { number: `0x${number.toString(16)}`, hash: wordAt(number) };
  }
}

describe("Heads read from the chain", () => {
  let tea: History;

  before(async () => {
    const { history } = await makeTea();
    tea = { ...history, deployment: { ...history.deployment, rpc: ["/rpc"] } };
  });

  const read = (door: GrowingDoor, history = tea) =>
    readHeads(history, { fetch: door.fetch, sha256: async (bytes) => sha256(bytes), base: "http://127.0.0.1/" });

  it("are words of the block that they name, also where a block arrives while they are read", async () => {
    for (let call = 0; call < 2 * (tea.subjects.length + 6); call++) {
      const heads = await read(new GrowingDoor((n) => n === call));

      expect(new Set(Object.values(heads?.words ?? {})), `call ${call}`).to.deep.equal(new Set([wordAt(heads?.block)]));
    }
  });

  it("are of one block also where their list is read in pieces, none larger than a door takes", async () => {
    const { moves = [] } = tea.subjects[0] ?? {};
    const long = Array.from({ length: 3 * MAX_CALLS }, (_, n) => ({ id: wordAt(n), moves }));
    for (const call of [0, 7, MAX_CALLS - 1, MAX_CALLS, MAX_CALLS + 7, 3 * MAX_CALLS, 3 * MAX_CALLS + 5]) {
      const door = new GrowingDoor((n) => n === call);
      const heads = await read(door, { ...tea, subjects: long });

      expect(Object.keys(heads?.words ?? {})).to.have.length(long.length);
      expect(new Set(Object.values(heads?.words ?? {})), `call ${call}`).to.deep.equal(new Set([wordAt(heads?.block)]));
      expect(Math.max(...door.sizes)).to.be.at.most(MAX_CALLS);
    }
  });

  it("are those of the final block where a chain has newer ones, by its own word or by depth", async () => {
    const asked: unknown[] = [];
    const door = new GrowingDoor(() => false);
    const listening = (async (address: string, init: { body: string }) => {
      for (const { method, params } of JSON.parse(init.body) as readonly Call[])
        if (method === "eth_call") asked.push(params[1]);
      return door.fetch(address, init);
    }) as unknown as typeof fetch;
    const readBy = async (finality: History["deployment"]["finality"]) => {
      asked.length = 0;
      const history = { ...tea, deployment: { ...tea.deployment, finality } };
      await readHeads(history, { fetch: listening, sha256: async (b) => sha256(b), base: "http://127.0.0.1/" });
      return new Set(asked);
    };

    expect(await readBy("journal")).to.deep.equal(new Set(["latest"]));
    expect(await readBy("finalized")).to.deep.equal(new Set(["finalized"]));
    expect(await readBy(1)).to.deep.equal(new Set([`0x${Math.max(tea.asOf.number, 10 - 1).toString(16)}`]));
  });

  it("cannot be had from a chain that grows with every call, which is not asked for ever", async () => {
    const door = new GrowingDoor(() => true);

    expect(await read(door)).to.equal(null);
    expect(door.sizes.length).to.be.below(10);
  });
});

function wordAt(block: number | undefined): Hex {
  const word = new Uint8Array(32);
  new DataView(word.buffer).setUint32(28, block ?? 0);
  return hexOf(word);
}
