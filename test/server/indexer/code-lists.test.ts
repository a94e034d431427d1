import { mkdtempSync } from "node:fs";
import { expect } from "chai";
import { hexOf, utf8 } from "../../../protocol/bytes.ts";
import { cidOf } from "../../../protocol/cid.ts";
import { documentBytes, labelEvent } from "../../../protocol/document/epcis.ts";
import type { Hex } from "../../../protocol/history.ts";
import { makeSerial, serialLeaves } from "../../../protocol/label.ts";
import { treeRoot } from "../../../protocol/merkle.ts";
import { Problem } from "../../../protocol/problem.ts";
import { type Indexer, startIndexer } from "../../../server/indexer/follow.ts";
import { startCodeLists } from "../../../server/indexer/code-lists.ts";
import { documentCame } from "../../../server/indexer/rounds.ts";
import { type ResolvedCode, resolveCode } from "../../../server/resolve/code.ts";
import { progressOf } from "../../../server/resolve/progress.ts";
import { openStore, type Store } from "../../../server/store/store.ts";
import { type Farm, openFarm, primitives } from "../../support/ledger.ts";

/** The list of a run, and the document that names it. */
interface Stored {
  readonly cid: string;
  readonly list: Uint8Array;
  readonly documentCid: string;
  readonly document: Uint8Array;
}

const nothing = (): void => {};

describe("Lists of codes", function () {
  this.timeout(60_000);

  let farm: Farm;
  let lot: Uint8Array;
  let store: Store;
  let indexer: Indexer;
  let said: string[];
  let asked: string[];
  /** What this server holds. */
  let files: Map<string, Uint8Array | Error>;

  before(async () => {
    farm = await openFarm();
    let product: Uint8Array = new Uint8Array(32);
    await farm.record(async (id) => {
      product = await id(0);
      const entry = farm.entry("PRODUCT", { index: 0, unit: 1, net: 1n, loss: 0 });
      return [{ subject: product, entries: [entry] }];
    });
    await farm.record(async (id) => {
      lot = await id(0);
      return [{ subject: lot, entries: [farm.entry("ORIGIN", { index: 0, product, amount: 10_000n })] }];
    });
  });

  beforeEach(async () => {
    [said, asked, files] = [[], [], new Map()];
    store = await openStore({ folder: mkdtempSync(`${farm.folder}/index-`) });
    indexer = startIndexer({
      ...{ chain: farm.chain, index: store.index, deployment: farm.deployment, primitives },
      bytesOfCid: async (cid) => {
        asked.push(cid);
        const found = files.get(cid);
        if (found instanceof Error) throw found;
        return found;
      },
      drop: () => store.dropIndex(),
      log: (line) => said.push(line),
    });
  });

  function progressIn({ index }: Store) {
    const newest = async () => (await farm.chain.latest()).number;
    return progressOf({ index, newest, first: farm.deployment.block });
  }

  afterEach(async () => {
    await indexer.close();
    await store.close();
  });

  after(() => farm.close());

  function keep({ cid, list, document, documentCid }: Stored): void {
    files.set(cid, list).set(documentCid, document);
  }

  const settled = async () => indexer.reached((await farm.chain.latest()).number);
  const find = (serial = "") => resolveCode(store.index, primitives, `/T/${serial}`);
  const runOf = (code: ResolvedCode) => (code.state === "issued" ? code.claim.run : null);

  /**
   * A run on the ledger. `listed` may differ from what the ledger's root was made of; `store` says what is held of it before the
   * ledger has it.
   */
  async function label(serials: readonly string[], { listed = serials, store = keep } = {}) {
    const root = await treeRoot(primitives, await serialLeaves(primitives, serials));
    const leaves = await serialLeaves(primitives, listed);
    const list = utf8(leaves.map((bytes) => `${hexOf(bytes)}\n`).join(""));
    const cid = cidOf(await primitives.sha256(list), "raw");
    let run: Hex = "0x";
    const stored: Stored[] = [];
    await farm.record(async (id) => {
      const subject = await id(0);
      run = hexOf(subject);
      const document = documentBytes(
        labelEvent({
          ...{ subject: run, eventId: crypto.randomUUID(), occurredAtS: 1_767_300_000, example: true },
          ...{ lot: { gtin: null, lotNumber: "TEST-1" }, lotSubject: hexOf(lot), net: 1n, uom: "KGM" },
          ...{ count: serials.length, root: hexOf(root) },
          leaves: { cid, mediaType: "text/csv", size: list.length, name: "leaves.csv" },
        }),
      );
      const args = { index: 0, lot, certificate: new Uint8Array(32), count: BigInt(serials.length), root };
      stored.push({ cid, list, document, documentCid: cidOf(await primitives.sha256(document), "json") });
      stored.forEach(store);
      return [{ subject, entries: [farm.entry("LABEL", args, await primitives.sha256(document))] }];
    });
    const [made] = stored;
    if (made === undefined) throw new Error("nothing was made");
    return { run, made };
  }

  const serialsOf = (...fills: readonly number[]) => fills.map((n) => makeSerial(new Uint8Array(13).fill(n)));

  it("that are not at hand keep the index from saying that a code is unknown, and are said once", async () => {
    const serials = serialsOf(1, 2);
    const { run, made } = await label(serials, { store: nothing });
    await settled();
    for (let n = 0; n < 3; n++) await farm.record(async () => [{ subject: lot, entries: [farm.entry("NOTE", {})] }]);
    await settled();

    expect(await progressIn(store).behindOnCodes()).to.match(/lists of codes of 1 label runs/);
    expect(await progressIn(store).behind()).to.equal(null);
    expect(said).to.have.length(1);
    expect(said[0]).to.include(run).and.to.include("is not at hand");

    keep(made);
    await eventually(async () => (await progressIn(store).behindOnCodes()) === null);

    expect(runOf(await find(serials[0]))).to.equal(run);
    expect(runOf(await find(serials[1]))).to.equal(run);
  });

  it("that do not give the ledger's root are done with: said once, never asked again, and no code of theirs counts", async () => {
    const [first = "", second = "", other = ""] = serialsOf(3, 4, 5);
    const swapped = await label([first, second], { listed: [second, first] });
    const short = await label([first, second, other], { listed: [first, second] });
    await settled();
    const before = asked.length;
    await farm.record(async () => [{ subject: lot, entries: [farm.entry("NOTE", {})] }]);
    await settled();

    expect((await find(first)).state).to.equal("unknown");
    expect(asked).to.have.length(before);
    const ofThese = (line: string) => line.includes(swapped.run) || line.includes(short.run);
    expect(said.filter(ofThese)).to.have.length(2);
    expect(said.join()).to.include("does not give the root").and.to.include("has 2 codes where the ledger says 3");
    const rows = await store.index.selectFrom("label_run").select(["run", "state"]).execute();
    expect(rows).to.deep.include.members([swapped, short].map(({ run }) => ({ run, state: "wrong" })));
  });

  it("that can never be read are done with, those that lack a block are waited for", async () => {
    const failing = (problem: Problem) => (made: Stored) => {
      keep(made);
      files.set(made.cid, problem);
    };
    const never = await label(serialsOf(6), { store: failing(new Problem("dag-unreadable", "", "not a node")) });
    const later = await label(serialsOf(7), { store: failing(new Problem("block-missing", "", "a part is not here")) });
    await settled();

    const rows = await store.index.selectFrom("label_run").select(["run", "state"]).execute();
    expect(rows).to.deep.include.members([
      { run: never.run, state: "wrong" },
      { run: later.run, state: "awaited" },
    ]);
  });

  it("that repeat another run's codes take none of them away, whichever is read first", async () => {
    const serials = serialsOf(8, 9);
    const genuine = await label(serials, { store: nothing });
    await label(serials);
    await settled();
    keep(genuine.made);
    await indexer.rebuild(() => store.dropIndex());
    await settled();

    for (const serial of serials) {
      const code = await find(serial);
      expect(runOf(code)).to.equal(genuine.run);
      expect(code).to.have.nested.property("claim.count", 2);
    }
  });

  it("that never come are waited for some minutes, and not for ever", async () => {
    const folder = await openStore({ folder: mkdtempSync(`${farm.folder}/patient-`) });
    await label(serialsOf(21), { store: nothing });
    const patient = startIndexer({
      ...{ chain: farm.chain, index: folder.index, deployment: farm.deployment, primitives, firstRetryMs: 1 },
      ...{ bytesOfCid: async () => undefined, drop: () => folder.dropIndex(), log: nothing },
    });
    try {
      await eventually(async () => (await progressIn(folder).behindOnCodes()) === null);
    } finally {
      await patient.close();
      await folder.close();
    }
  });

  it("are waited for as long as it takes while the place of documents is out of order", async () => {
    const folder = await openStore({ folder: mkdtempSync(`${farm.folder}/broken-`) });
    await label(serialsOf(31), { store: nothing });
    let times = 0;
    const patient = startIndexer({
      ...{ chain: farm.chain, index: folder.index, deployment: farm.deployment, primitives, firstRetryMs: 1 },
      bytesOfCid: async () => {
        times++;
        throw new Error("no node answers");
      },
      ...{ drop: () => folder.dropIndex(), log: nothing },
    });
    try {
      await eventually(async () => times > 40);

      expect(await progressIn(folder).behindOnCodes()).to.match(/are not read yet/);
    } finally {
      await patient.close();
      await folder.close();
    }
  });

  it("are left alone by one who hung while another read them", async () => {
    const serials = serialsOf(41, 42);
    const { run, made } = await label(serials, { store: nothing });
    await settled();
    let isRead = false;
    const late = startCodeLists({
      ...{ index: store.index, primitives, log: nothing },
      bytesOfCid: async (cid) => {
        isRead = true;
        await store.index.updateTable("label_run").set({ state: "listed" }).where("run", "=", run).execute();
        return cid === made.cid ? made.list : made.document;
      },
    });
    await documentCame(store.index, made.documentCid);
    late.wake();
    await eventually(async () => isRead);
    await late.close();

    const rows = await store.index.selectFrom("label_serial").selectAll().where("run", "=", run).execute();
    const parts = await store.index.selectFrom("label_tree").selectAll().where("run", "=", run).execute();
    const row = await store.index.selectFrom("label_run").selectAll().where("run", "=", run).executeTakeFirst();
    expect([...rows, ...parts]).to.deep.equal([]);
    expect(row?.state).to.equal("listed");
  });

  it("count as read only when all of their codes are there", async () => {
    const serials = Array.from({ length: 3_001 }, (_, n) =>
      makeSerial(Uint8Array.from({ length: 13 }, (_, at) => n >> (5 * at))),
    );
    const { run, made } = await label(serials, { store: nothing });
    await settled();
    let isEmptied = false;
    const hung = startCodeLists({
      ...{ index: store.index, primitives, log: (line) => said.push(line), firstRetryMs: 1 },
      bytesOfCid: async (cid) => (cid === made.cid ? made.list : cid === made.documentCid ? made.document : undefined),
    });
    await documentCame(store.index, made.documentCid);
    hung.wake();
    // As a rebuild in another process does.
    while (!isEmptied) {
      const { numDeletedRows } = await store.index.deleteFrom("label_serial").where("run", "=", run).executeTakeFirst();
      isEmptied = numDeletedRows > 0n;
      await new Promise((done) => setImmediate(done));
    }
    await eventually(async () => {
      const row = await store.index.selectFrom("label_run").select("state").where("run", "=", run).executeTakeFirst();
      return row?.state === "listed";
    });
    await hung.close();

    const rows = await store.index.selectFrom("label_serial").selectAll().where("run", "=", run).execute();
    expect(rows).to.have.length(new Set(serials).size);
  });
});

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((done) => setTimeout(done, 50));
}
