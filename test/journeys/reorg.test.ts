/**
 * A chain of others that takes blocks back again and again, under load: what was told as final stays, and what was acknowledged is
 * on the ledger once.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { wordSeq } from "../../protocol/fold.ts";
import type { History, KnownBlock } from "../../protocol/history.ts";
import { TOPICS, WORD_SELECTOR } from "../../protocol/ledger-abi.ts";
import { bookGroups } from "../support/book-groups.ts";
import { indexRows } from "../support/index-rows.ts";
import { aRun, randomSerials, sendAll } from "../support/labels.ts";
import { startAnvilNode, type TestNode } from "../support/nodes.ts";
import { ledgerOn } from "../support/outside.ts";
import type { Recorder, Signed } from "../support/recorder.ts";
import { startServer, temporaryFolder, type TestServer } from "../support/server.ts";

const CHAIN_ID = 4_242_012n;
const FINALITY = 12;
const REORGS = 100;
/** Blocks come so often, and so many of them between two reorganisations. */
const BLOCK_MS = 100;
const BLOCKS_BETWEEN = 4;

describe("A chain that takes blocks back", function () {
  this.timeout(300_000);

  let temporary: ReturnType<typeof temporaryFolder>;
  let node: TestNode;
  let env: Readonly<Record<string, string>>;
  let server: TestServer;
  let recorder: Recorder;
  let lot: Uint8Array;
  let labels: Uint8Array;
  let page: string;
  let load: Load;
  let watcher: Watcher;

  before(async () => {
    temporary = temporaryFolder();
    node = await startAnvilNode({ chainId: CHAIN_ID });
    const stop = node.mineWhatWaits(FINALITY + 1);
    env = await ledgerOn(node, { data: temporary.path, finality: String(FINALITY) });
    server = await open();
    recorder = await server.admitRecorder();
    lot = await aLot(recorder);
    const [serial = ""] = randomSerials(1);
    const nonce = recorder.takeNonce();
    const run = await aRun(recorder, lot, [serial], nonce);
    await recorder.request("PUT", `/api/files/${run.cid}`, run.list, "text/csv");
    await sendAll(recorder, [nonce, [run.group]]);
    labels = run.group.subject;
    await server.furrow.settled();
    page = `/T/${serial}`;
    await stop();
  });

  after(async () => {
    load?.stop();
    watcher?.stop();
    await server?.close();
    await node?.close();
    temporary.remove();
  });

  const open = () => startServer({ folder: temporary.path, clock: "machine", env, pages: true });

  it(`goes on recording while it does so ${REORGS} times, one to ten blocks deep`, async () => {
    load = new Load(recorder, lot);
    watcher = new Watcher(recorder, load, { lot: hexOf(lot), page });
    for (let n = 0; n < REORGS; n++) {
      await blocks(BLOCKS_BETWEEN);
      await node.rpc("anvil_reorg", 1 + ((n * 7) % 10), []);
    }
    load.stop();
    await load.ended;

    const stop = keepMining();
    await until(async () => (await Promise.all(load.acknowledged.map(isFinal))).every(Boolean));
    await stop();
    await caughtUp();
    await watcher.lastLook();

    expect(load.acknowledged).to.have.length.above(REORGS / 2);
    expect(server.lines.filter((line) => /was taken back; sending it again/.test(line))).to.have.length.above(
      REORGS / 4,
    );
    expect(server.lines.filter((line) => /TOOK BACK|MADE ANEW|stopped/.test(line))).to.deep.equal([]);
  });

  it("has every acknowledged record on the ledger exactly once", async () => {
    const times = await acceptedTimes();

    expect(load.acknowledged.filter((hash) => times.get(hash)?.length !== 1)).to.deep.equal([]);
    expect([...times.values()].filter((found) => found.length !== 1)).to.deep.equal([]);
  });

  it("never told of a block, a batch or a record as final that vanished", async () => {
    const times = await acceptedTimes();
    const end = await historyOf(recorder, hexOf(lot));

    expect(watcher.looks).to.be.above(REORGS);
    expect(watcher.final.size).to.be.above(REORGS / 2);
    for (const [hash, block] of watcher.final) expect(times.get(hash)).to.deep.equal([block]);
    for (const { number, hash } of watcher.blocks.values())
      expect(await blockHash(number), String(number)).to.equal(hash);
    const log = end.subjects.find(({ id }) => id === hexOf(lot))?.moves.map(({ batch }) => batch) ?? [];
    expect(watcher.log).to.have.length.above(REORGS / 4);
    expect(log.slice(0, watcher.log.length)).to.deep.equal(watcher.log);
    expect(watcher.changed).to.deep.equal([]);
    expect(watcher.pages).to.have.length.above(REORGS / 2);
    expect(watcher.pages.filter((status) => status !== 200)).to.deep.equal([]);
    expect(watcher.seqs.at(-1)).to.equal(log.length);
    expect(watcher.seqs).to.deep.equal(watcher.seqs.toSorted((one, other) => one - other));
  });

  it("has an index that is equal, row for row, to one that is made anew", expectSameAnew);

  async function expectSameAnew(): Promise<void> {
    await server.stop();
    const before = indexRows(temporary.path);
    for (const ending of ["", "-wal", "-shm"]) rmSync(join(temporary.path, `index.sqlite${ending}`), { force: true });

    server = await open();
    await caughtUp();
    await server.stop();

    const after = indexRows(temporary.path);
    for (const table of Object.keys(before)) expect(after[table], table).to.deep.equal(before[table]);
    server = await open();
  }

  it("is followed by the index, which says so, where it takes back more than was final; what went is sent again", async () => {
    recorder = recorder.movedTo(server.address);
    const nonce = recorder.takeNonce();
    const batch = await recorder.sign(await bookGroups(recorder, { lot, run: labels, nonce }), { nonce });
    const stop = keepMining();
    await recorder.send(batch);
    const told = await recorder.settled(batch.hash);
    await until(async () => Object.values(await booked()).every(({ length }) => length === 1));
    await stop();
    await blocks(2);

    await node.rpc("anvil_reorg", FINALITY + 6, []);
    const stopAgain = keepMining();
    await until(async () => server.lines.some((line) => /index: MADE ANEW/.test(line)));
    await until(async () => {
      const [block] = (await acceptedTimes()).get(batch.hash) ?? [];
      return block !== undefined && (await isFinal(batch.hash));
    });
    await stopAgain();
    await caughtUp();

    expect(server.lines.some((line) => /TOOK BACK BLOCKS THAT WERE FINAL/.test(line))).to.equal(true);
    const times = await acceptedTimes();
    expect(times.get(batch.hash)).to.have.length(1);
    expect(times.get(batch.hash)).not.to.deep.equal([told.block]);
    expect(load.acknowledged.filter((hash) => times.get(hash)?.length !== 1)).to.deep.equal([]);
    const { moves } = (await historyOf(recorder, hexOf(lot))).subjects.find(({ id }) => id === hexOf(lot)) ?? {};
    expect(moves?.at(-1)).to.include({ batch: batch.hash });
    // Once each, though the block that they were in at first is gone: goods sent, a promise, a recall, a void label.
    for (const [name, rows] of Object.entries(await booked())) expect(rows, name).to.have.length(1);
    await expectSameAnew();
  });

  async function booked(): Promise<Readonly<Record<string, readonly unknown[]>>> {
    const [id, run] = [hexOf(lot), hexOf(labels)];
    const get = async (path: string) => (await recorder.movedTo(server.address).request("GET", path)).body;
    const { consignments } = await get(`/api/consignments?from=${recorder.organisation}&sscc=095201230000000011`);
    const { promises } = await get(`/api/promises?lot=${id}`);
    const { recalls } = await get(`/api/recalls?subject=${id}`);
    const { voided } = await get(`/api/labels/${run}`);
    return { consignments, promises, recalls, voided } as Record<string, readonly unknown[]>;
  }

  async function blocks(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      await pause(BLOCK_MS);
      await node.mine();
    }
  }

  /** Nobody mines: the index comes to the block that is final now. */
  async function caughtUp(): Promise<void> {
    const final = Number(await node.rpc("eth_blockNumber")) - FINALITY;
    await until(async () => {
      const { body } = await recorder.movedTo(server.address).request("GET", "/api/health");
      return body.block === final && body.indexed === final && body.waiting === 0;
    });
  }

  function keepMining(): () => Promise<void> {
    let isOn = true;
    const work = (async () => {
      while (isOn) await blocks(1);
    })();
    return async () => {
      isOn = false;
      await work;
    };
  }

  async function isFinal(hash: Hex): Promise<boolean> {
    return (await recorder.stateOf(hash)).body.state === "final";
  }

  /** Blocks in which the node itself says that the ledger accepted a batch. */
  async function acceptedTimes(): Promise<ReadonlyMap<Hex, readonly number[]>> {
    const filter = {
      address: recorder.deployment.ledger,
      fromBlock: "0x0",
      toBlock: "latest",
      topics: [TOPICS.Accepted],
    };
    const logs = (await node.rpc("eth_getLogs", filter)) as readonly { topics: readonly Hex[]; blockNumber: Hex }[];
    const times = new Map<Hex, number[]>();
    for (const { topics, blockNumber } of logs) {
      const batch = topics[1] ?? "0x";
      times.set(batch, [...(times.get(batch) ?? []), Number(blockNumber)]);
    }
    return times;
  }

  async function blockHash(number: number): Promise<string> {
    const block = (await node.rpc("eth_getBlockByNumber", `0x${number.toString(16)}`, false)) as {
      hash: string;
    } | null;
    return block?.hash ?? "none";
  }
});

/** A phone that sends one note after another and waits for none of them. */
class Load {
  readonly acknowledged: Hex[] = [];
  readonly ended: Promise<void>;
  #isOn = true;

  constructor(recorder: Recorder, lot: Uint8Array) {
    this.ended = this.#run(recorder, lot);
  }

  stop(): void {
    this.#isOn = false;
  }

  async #run(recorder: Recorder, lot: Uint8Array): Promise<void> {
    let unsent: Signed | null = null;
    while (this.#isOn) {
      unsent ??= await recorder.sign([await recorder.note(lot)]);
      const { status, body } = await recorder.send(unsent);
      if (status === 202) {
        this.acknowledged.push(unsent.hash);
        unsent = null;
      } else if (status < 500) throw new Error(JSON.stringify(body));
      await pause(150);
    }
  }
}

/** Asks the API all the while, and remembers everything that it told as final. */
class Watcher {
  readonly blocks = new Map<string, KnownBlock>();
  /** Batch → block. */
  readonly final = new Map<Hex, number>();
  /** The longest log of the lot, by its batches. */
  log: readonly Hex[] = [];
  /** Where a log once told was not continued by a later one. */
  readonly changed: string[] = [];
  looks = 0;
  /** With which status the scan page was answered. */
  readonly pages: number[] = [];
  /** How many moves the lot had by its word, asked at the chain's door. */
  readonly seqs: number[] = [];
  #isOn = true;
  readonly #recorder: Recorder;
  readonly #load: Load;
  readonly #lot: Hex;
  readonly #page: string;
  readonly #ended: Promise<void>;

  constructor(recorder: Recorder, load: Load, { lot, page }: { readonly lot: Hex; readonly page: string }) {
    this.#recorder = recorder;
    this.#load = load;
    this.#lot = lot;
    this.#page = page;
    this.#ended = this.#run();
  }

  stop(): void {
    this.#isOn = false;
  }

  async lastLook(): Promise<void> {
    this.stop();
    await this.#ended;
    await this.#look(Number.POSITIVE_INFINITY);
  }

  async #run(): Promise<void> {
    while (this.#isOn) {
      await this.#look();
      await pause(100);
    }
  }

  async #look(batches = 20): Promise<void> {
    this.looks++;
    const { body } = await this.#recorder.request("GET", "/api/head");
    this.#note(body.block as KnownBlock);
    for (const hash of this.#load.acknowledged.filter((one) => !this.final.has(one)).slice(0, batches)) {
      const batch = (await this.#recorder.stateOf(hash)).body;
      if (batch.state === "final") this.final.set(hash, Number(batch.block));
    }
    this.pages.push((await fetch(`${this.#recorder.address}${this.#page}`)).status);
    const call = { to: this.#recorder.deployment.ledger, data: `${WORD_SELECTOR}${this.#lot.slice(2)}` };
    const asked = { jsonrpc: "2.0", id: 1, method: "eth_call", params: [call, "latest"] };
    const { result } = (await this.#recorder.request("POST", "/rpc", JSON.stringify(asked), "application/json")).body;
    this.seqs.push(wordSeq(bytesOf(String(result), "", 32)));
    const history = await historyOf(this.#recorder, this.#lot);
    this.#note(history.asOf);
    for (const block of history.blocks) this.#note(block);
    const log = history.subjects.find(({ id }) => id === this.#lot)?.moves.map(({ batch }) => batch) ?? [];
    const both = Math.min(log.length, this.log.length);
    if (log.slice(0, both).join() !== this.log.slice(0, both).join()) this.changed.push(`at look ${this.looks}`);
    if (log.length > this.log.length) this.log = log;
  }

  #note(block: KnownBlock): void {
    this.blocks.set(`${block.number} ${block.hash}`, block);
  }
}

async function historyOf(recorder: Recorder, lot: Hex): Promise<History> {
  const { status, body } = await recorder.request("GET", `/api/lots/${lot}/history`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as unknown as History;
}

async function aLot(recorder: Recorder): Promise<Uint8Array> {
  const [first, second] = [recorder.takeNonce(), recorder.takeNonce()];
  const product = await recorder.newId(first);
  const made = await recorder.sign([await recorder.product(first)], { nonce: first });
  const lot = await recorder.sign([await recorder.origin(second, product)], { nonce: second });
  await recorder.send(made, lot);
  await recorder.settled(lot.hash);
  return recorder.newId(second);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 900; n++) {
    if (await isSo()) return;
    await pause(100);
  }
  throw new Error("it did not come about");
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
