/**
 * The plug is pulled twenty times, under a stream of records: what was acknowledged is on the ledger, once.
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Group } from "../../protocol/batch.ts";
import { type Hex, hexOf } from "../../protocol/bytes.ts";
import type { Deployment } from "../../protocol/history.ts";
import { TOPICS } from "../../protocol/ledger-abi.ts";
import type { Signer } from "../../protocol/sign.ts";
import { callControl } from "../../server/control.ts";
import type { Admitted } from "../../server/operator.ts";
import { indexRows } from "../support/index-rows.ts";
import { makeKey, Recorder, type Signed } from "../support/recorder.ts";
import { aFolder, type Running, startFurrowProcess } from "../support/start.ts";

const KILLS = 20;
const PHONES = 3;
/** How long the stream runs between two kills; uneven, so that kills fall on every part of the way. */
const STREAM_MS = [250, 700, 1_150] as const;
/** The promise: back within this, counted from the kill. */
const BACK_MS = 10_000;

type Victim = "server" | "chain" | "both";
const VICTIMS: readonly Victim[] = ["server", "chain", "both"];

describe("Nothing acknowledged is lost", function () {
  this.timeout(240_000);

  let data: string;
  let server: Running;
  let address: string;
  let stream: Stream;
  const blocks = new Map<number, Hex>();
  const back: number[] = [];

  before(async () => {
    data = await aFolder();
    await start();
    stream = await Stream.open(data, address);
  });

  after(async () => {
    stream?.abandon();
    server?.signal("SIGKILL");
    await server?.ended;
  });

  it("is back within ten seconds of each of twenty kills -9", async () => {
    for (let n = 0; n < KILLS; n++) {
      const victim = VICTIMS[n % VICTIMS.length] ?? "both";
      await pause(STREAM_MS[n % STREAM_MS.length] ?? 500);
      await noteBlock();
      const killedMs = performance.now();
      await kill(victim);
      if (victim !== "chain") await start();
      stream.moveTo(address);
      await stream.nextAcknowledged();
      await noteBlock();
      back.push(performance.now() - killedMs);
    }

    expect(back).to.have.length(KILLS);
    expect(Math.max(...back), `took ${back.map(Math.round).join(", ")} ms`).to.be.below(BACK_MS);
  });

  it("has every acknowledged record on the ledger exactly once", async () => {
    await stream.stop();
    const { acknowledged } = stream;
    for (const hash of acknowledged) expect((await stream.settled(hash)).state).to.equal("final");

    const times = new Map<Hex, number>();
    for (const hash of await acceptedOnChain(address)) times.set(hash, (times.get(hash) ?? 0) + 1);

    expect(acknowledged.length).to.be.above(KILLS);
    expect(acknowledged.filter((hash) => times.get(hash) !== 1)).to.deep.equal([]);
    expect([...times].filter(([, count]) => count !== 1)).to.deep.equal([]);
  });

  it("serves after the replays the blocks that it served before", async () => {
    const served = await Promise.all([...blocks.keys()].map((number) => blockHash(address, number)));

    expect(blocks.size).to.be.above(KILLS / 2);
    expect(served).to.deep.equal([...blocks.values()]);
  });

  it("builds a deleted index again, row for row", async () => {
    await indexed(address);
    expect(await server.stop()).to.deep.equal({ code: 0, signal: null });
    const before = indexRows(data);
    for (const ending of ["", "-wal", "-shm"]) rmSync(join(data, `index.sqlite${ending}`), { force: true });

    await start();
    await indexed(address);
    await server.stop();

    const after = indexRows(data);
    expect(before.record_group?.length).to.be.at.least(stream.acknowledged.length);
    for (const table of Object.keys(before)) expect(after[table], table).to.deep.equal(before[table]);
  });

  async function start(): Promise<void> {
    server = startFurrowProcess({ data, args: ["--no-example"] });
    address = await server.ready;
  }

  async function kill(victim: Victim): Promise<void> {
    if (victim !== "server") process.kill(enginePid(data), "SIGKILL");
    if (victim === "chain") return;
    server.signal("SIGKILL");
    await server.ended;
  }

  async function noteBlock(): Promise<void> {
    const { block } = (await (await fetch(`${address}/api/head`)).json()) as { block: { number: number; hash: Hex } };
    expect(blocks.get(block.number) ?? block.hash).to.equal(block.hash);
    blocks.set(block.number, block.hash);
  }
});

/** Phones that send one record after another and, like any phone, keep each until the server has it. */
class Stream {
  readonly acknowledged: Hex[] = [];
  #phones: Recorder[];
  readonly #running: Promise<unknown>;
  #stopped = false;
  #waiting: (() => void)[] = [];

  private constructor(phones: readonly [Recorder, ...Recorder[]], lot: Uint8Array) {
    this.#phones = [...phones];
    this.#running = Promise.all(phones.map((_, n) => this.#record(n, lot)));
    // Told to whoever waits for the stream; until then it is no stray rejection.
    this.#running.catch(() => {});
  }

  /** A cooperative with one lot, and phones that its manager enrols. */
  static async open(data: string, address: string): Promise<Stream> {
    const key = await makeKey();
    const { organisation } = (await callControl(data, "admit", {
      name: { zh: "示例合作社", en: "Example cooperative" },
      ...{ roles: ["producer"], registration: null, checked: { en: "made for a test" }, phone: null, example: true },
      managerKey: { x: hexOf(key.key.x), y: hexOf(key.key.y) },
    })) as Admitted;
    const manager = await Recorder.at(address, key, organisation);
    const signers = await Promise.all(Array.from({ length: PHONES }, makeKey));
    const [first, second] = [manager.takeNonce(), manager.takeNonce()];
    const product = await manager.product(first);
    const origin = await manager.origin(second, product.subject);
    const batches = [
      await manager.sign([product], { nonce: first }),
      await manager.sign([origin], { nonce: second }),
      await manager.sign([await oneGroup(manager, signers)]),
    ];
    await manager.send(...batches);
    for (const { hash } of batches) expect(await manager.settled(hash)).to.include({ state: "final" });
    const [one, ...others] = await Promise.all(signers.map((signer) => Recorder.at(address, signer, organisation)));
    if (one === undefined) throw new Error("a stream needs a phone");
    return new Stream([one, ...others], origin.subject);
  }

  moveTo(address: string): void {
    this.#phones = this.#phones.map((phone) => phone.movedTo(address));
  }

  /** What the server says of a batch once it is final or refused. */
  async settled(batch: Hex): Promise<Record<string, unknown>> {
    const [phone] = this.#phones;
    if (phone === undefined) throw new Error("the stream was abandoned");
    return await phone.settled(batch);
  }

  /** Resolves when a record that is sent from now on has been acknowledged. */
  async nextAcknowledged(): Promise<void> {
    await Promise.race([new Promise<void>((done) => this.#waiting.push(done)), this.#running]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Ends it with what it has. */
  abandon(): void {
    this.#stopped = true;
    this.#phones = [];
  }

  async #record(n: number, lot: Uint8Array): Promise<void> {
    let waiting: Signed | null = null;
    for (let nonce = 0n; !this.#stopped || waiting !== null;) {
      const phone = this.#phones[n];
      if (phone === undefined) return;
      try {
        waiting ??= await phone.sign([await phone.note(lot, `phone ${n}, record ${nonce}`)], { nonce });
        const { status, body } = await phone.send(waiting);
        if (status === 202) {
          this.acknowledged.push(waiting.hash);
          waiting = null;
          nonce++;
          for (const done of this.#waiting.splice(0)) done();
        } else if (status < 500) {
          throw new Refused(`${status} ${JSON.stringify(body)}`);
        }
      } catch (cause) {
        // No server, or it was killed in the middle of its answer: the phone keeps the record and tries again.
        if (cause instanceof Refused) throw cause;
      }
      await pause(waiting === null ? 20 : 100);
    }
  }
}

/** All enrolments in one group: they are of one subject, the organisation. */
async function oneGroup(manager: Recorder, signers: readonly Signer[]): Promise<Group> {
  const groups = await Promise.all(signers.map((signer) => manager.enrol(signer)));
  return { subject: manager.organisationSubject, entries: groups.flatMap(({ entries }) => entries) };
}

class Refused extends Error {}

function enginePid(data: string): number {
  return Number(readFileSync(join(data, "chain/anvil.pid"), "utf8"));
}

async function rpc(address: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await fetch(`${address}/rpc`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: unknown };
  if (error !== undefined) throw new Error(JSON.stringify(error));
  return result;
}

/** Hash of every batch that the ledger says it accepted, as often as it says so. */
async function acceptedOnChain(address: string): Promise<readonly Hex[]> {
  const { ledger } = (await (await fetch(`${address}/.well-known/furrow.json`)).json()) as Deployment;
  const filter = { address: ledger, fromBlock: "0x0", toBlock: "latest", topics: [TOPICS.Accepted] };
  const logs = (await rpc(address, "eth_getLogs", [filter])) as readonly { topics: readonly Hex[] }[];
  return logs.map(({ topics }) => topics[1] ?? "0x");
}

async function blockHash(address: string, number: number): Promise<Hex> {
  const block = (await rpc(address, "eth_getBlockByNumber", [`0x${number.toString(16)}`, false])) as { hash: Hex };
  return block.hash;
}

/** Resolves when the index has come to the chain's newest block and nothing waits. */
async function indexed(address: string): Promise<void> {
  for (;;) {
    const health = (await (await fetch(`${address}/api/health`)).json()) as Record<string, unknown>;
    if (health.waiting === 0 && health.indexed === health.block) return;
    await pause(50);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
