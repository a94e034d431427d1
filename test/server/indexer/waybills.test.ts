/** The papers of consignments: late, wrong, nowhere, and with the index made anew in between. */
import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { expect } from "chai";
import { hexOf, utf8 } from "../../../protocol/bytes.ts";
import { cidOf } from "../../../protocol/cid.ts";
import { documentBytes, eventsDocument } from "../../../protocol/document/epcis.ts";
import { withCheckDigit } from "../../../protocol/document/gs1-key.ts";
import { receiveEvent, shipEvent } from "../../../protocol/document/handover.ts";
import type { JsonObject } from "../../../protocol/document/terms.ts";
import type { Hex } from "../../../protocol/history.ts";
import { type Indexer, startIndexer } from "../../../server/indexer/follow.ts";
import { documentCame } from "../../../server/indexer/rounds.ts";
import type { IndexTables } from "../../../server/store/index-tables.ts";
import { openStore, type Store } from "../../../server/store/store.ts";
import { type Farm, openFarm, primitives } from "../../support/ledger.ts";

const NOW_S = 1_767_300_000;
const SSCC = withCheckDigit("09520123456700001");
const NAME = { zh: "示例", en: "example" };
const [FROM, TO]: readonly Hex[] = [`0x${"a1".repeat(32)}`, `0x${"b2".repeat(32)}`];

interface Paper {
  readonly cid: string;
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
}

describe("Papers of consignments", function () {
  this.timeout(60_000);

  let farm: Farm;
  let lot: Uint8Array;
  let store: Store;
  let indexer: Indexer;
  let asked: string[];
  let said: string[];
  /** What this server holds. */
  let files: Map<string, Uint8Array>;

  before(async () => {
    farm = await openFarm();
    let product: Uint8Array = new Uint8Array(32);
    await farm.record(async (id) => {
      product = await id(0);
      return [{ subject: product, entries: [farm.entry("PRODUCT", { index: 0, unit: 1, net: 0n, loss: 0 })] }];
    });
    await farm.record(async (id) => {
      lot = await id(0);
      return [{ subject: lot, entries: [farm.entry("ORIGIN", { index: 0, product, amount: 10_000_000n })] }];
    });
  });
  after(() => farm.close());

  beforeEach(async () => {
    [asked, said, files] = [[], [], new Map()];
    store = await openStore({ folder: mkdtempSync(`${farm.folder}/index-`) });
    indexer = start(store);
  });
  afterEach(async () => {
    await indexer.close();
    await store.close();
  });

  const start = (of: Store, more: { readonly firstRetryMs?: number; readonly patienceMs?: number } = {}) =>
    startIndexer({
      ...{ chain: farm.chain, index: of.index, deployment: farm.deployment, primitives, ...more },
      bytesOfCid: async (cid) => {
        asked.push(cid);
        return files.get(cid);
      },
      drop: () => of.dropIndex(),
      log: (line) => said.push(line),
    });
  const settled = async () => indexer.reached((await farm.chain.latest()).number);
  const rowOf = (id: Hex, of = store) =>
    of.index.selectFrom("consignment").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const awaitedOf = (cid: string, of = store) =>
    of.index.selectFrom("awaited").selectAll().where("item", "=", cid).executeTakeFirst();
  const came = async (paper: Paper, of = store) => {
    files.set(paper.cid, paper.bytes);
    await documentCame(of.index, paper.cid);
    indexer.look();
    await settled();
  };

  const party = { subject: hexOf(new Uint8Array(32).fill(7)), name: NAME };
  const form = (subject: Hex) => ({
    ...{ subject, eventId: randomUUID(), occurredAtS: NOW_S, example: true },
    ...{ lot: { gtin: null, lotNumber: "EX-1" }, taken: hexOf(lot), uom: "KGM" as const, packed: false },
    ...{ sender: party, receiver: party, sscc: SSCC },
    ...{
      from: { subject: FROM ?? "0x", code: "EX-A", name: NAME },
      to: { subject: TO ?? "0x", code: "EX-B", name: NAME },
    },
  });
  const shipped = (subject: Hex) => shipEvent({ ...form(subject), amount: 1_000n });
  const received = (subject: Hex) => receiveEvent({ ...form(subject), amount: 1_000n, offered: 1_000n });

  async function paperOf(document: JsonObject): Promise<Paper> {
    const bytes = documentBytes(document);
    const digest = await primitives.sha256(bytes);
    return { cid: cidOf(digest, "json"), bytes, digest };
  }

  /** So many at once, with one paper for all of them. */
  async function ship({
    write = (ids: readonly Hex[]): JsonObject => eventsDocument(ids.map(shipped), NOW_S),
    many = 1,
    isHere = false,
  } = {}): Promise<{ readonly ids: readonly Hex[]; readonly paper: Paper }> {
    const ids: Hex[] = [];
    const papers: Paper[] = [];
    await farm.record(async (id) => {
      const subjects = await Promise.all(Array.from({ length: many }, (_, index) => id(index)));
      ids.push(...subjects.map((subject) => hexOf(subject)));
      const paper = await paperOf(write(ids));
      papers.push(paper);
      if (isHere) files.set(paper.cid, paper.bytes);
      const args = { lot, packed: false, amount: 1_000n, to: farm.organisation, carrier: 0 };
      return subjects.map((subject, index) => ({
        subject,
        entries: [farm.entry("SHIP", { index, ...args }, paper.digest)],
      }));
    });
    const [paper] = papers;
    if (paper === undefined) throw new Error("nothing was written");
    return { ids, paper };
  }

  async function receive(id: Hex): Promise<Paper> {
    const paper = await paperOf(received(id));
    await farm.record(async () => [
      { subject: Buffer.from(id.slice(2), "hex"), entries: [farm.entry("RECEIVE", { amount: 1_000n }, paper.digest)] },
    ]);
    return paper;
  }

  const unread = { document: "awaited", sscc: null, from_site: null, to_site: null };
  const read = { document: "read", sscc: SSCC, from_site: FROM, to_site: TO };

  it("that come late are read then: SSCC and sites, of what settled it too", async () => {
    const { ids, paper } = await ship();
    const [id = "0x"] = ids;
    const end = await receive(id);
    await settled();

    expect(await rowOf(id)).to.include({ ...unread, settled_document: "awaited", settled_from_site: null });
    expect(await awaitedOf(paper.cid)).to.include({ work: "paper", tries: 1 });

    await came(paper);
    await came(end);

    expect(await rowOf(id)).to.include({ ...read, settled_document: "read" });
    expect(await rowOf(id)).to.include({ settled_from_site: FROM, settled_to_site: TO });
    expect(await awaitedOf(paper.cid)).to.equal(undefined);
  });

  it("are read once for all that they speak of, and again when another entry names them", async () => {
    const { ids, paper } = await ship({ many: 20, isHere: true });
    await settled();
    const before = asked.filter((cid) => cid === paper.cid).length;

    const rows = await store.index.selectFrom("consignment").selectAll().where("cid", "=", paper.cid).execute();
    expect(rows).to.have.length(ids.length);
    for (const row of rows) expect(row).to.include(read);
    expect(before).to.equal(1);

    // Of this one the paper says nothing.
    await farm.record(async (id) => {
      const args = { index: 0, lot, packed: false, amount: 1_000n, to: farm.organisation, carrier: 0 };
      return [{ subject: await id(0), entries: [farm.entry("SHIP", args, paper.digest)] }];
    });
    await settled();
    const states = await store.index
      .selectFrom("consignment")
      .select((row) => ["document", row.fn.countAll<number>().as("count")])
      .where("cid", "=", paper.cid)
      .groupBy("document")
      .orderBy("document")
      .execute();

    expect(asked.filter((cid) => cid === paper.cid)).to.have.length(2);
    expect(states).to.deep.equal([
      { document: "read", count: 20 },
      { document: "wrong", count: 1 },
    ]);
  });

  it("that are wrong are done with, and said so once", async () => {
    const other = await ship({ write: (ids) => eventsDocument(ids.map(received), NOW_S), isHere: true });
    const none = await ship({ write: (ids) => ({ words: `about ${ids.join()}` }), isHere: true });
    const [torn, tornDigest] = [utf8("{ no JSON"), await primitives.sha256(utf8("{ no JSON"))];
    files.set(cidOf(tornDigest, "json"), torn);
    let tornId: Hex = "0x";
    await farm.record(async (id) => {
      tornId = hexOf(await id(0));
      const args = { index: 0, lot, packed: false, amount: 1_000n, to: farm.organisation, carrier: 0 };
      return [{ subject: await id(0), entries: [farm.entry("SHIP", args, tornDigest)] }];
    });
    await settled();
    const before = asked.length;
    await farm.record(async () => [{ subject: lot, entries: [farm.entry("NOTE", {})] }]);
    await settled();

    for (const id of [other.ids[0] ?? "0x", none.ids[0] ?? "0x", tornId])
      expect(await rowOf(id)).to.include({ ...unread, document: "wrong" });
    expect(asked).to.have.length(before);
    expect(said.filter((line) => line.includes(cidOf(tornDigest, "json")))).to.have.length(1);
    expect(await awaitedOf(other.paper.cid)).to.equal(undefined);
  });

  it("that are nowhere are looked for for a while, and then not before they are put here", async () => {
    const { ids, paper } = await ship();
    const impatient = await openStore({ folder: mkdtempSync(`${farm.folder}/impatient-`) });
    await indexer.close();
    indexer = start(impatient, { firstRetryMs: 1, patienceMs: 20 });
    try {
      await settled();
      await eventually(async () => (await awaitedOf(paper.cid, impatient))?.due_ms === Number.MAX_SAFE_INTEGER);
      const before = asked.filter((cid) => cid === paper.cid).length;
      await farm.record(async () => [{ subject: lot, entries: [farm.entry("NOTE", {})] }]);
      await settled();

      expect(asked.filter((cid) => cid === paper.cid)).to.have.length(before);
      expect(said.filter((line) => line.includes(`${paper.cid} is not looked for any more`))).to.have.length(1);

      await came(paper, impatient);

      expect(await rowOf(ids[0] ?? "0x", impatient)).to.include(read);
    } finally {
      await indexer.close();
      await impatient.close();
    }
  });

  it("come to the same rows whenever they came, and when the index was made anew in between", async () => {
    const late = await ship();
    const [id = "0x"] = late.ids;
    const end = await receive(id);
    const never = await ship();
    await settled();
    await indexer.rebuild(() => store.dropIndex());
    await settled();
    await came(end);
    await came(late.paper);
    const before = await consignmentsIn(store);

    await indexer.rebuild(() => store.dropIndex());
    await settled();

    expect(await consignmentsIn(store)).to.deep.equal(before);
    expect(await rowOf(id)).to.include({ ...read, settled_document: "read" });
    expect(await rowOf(never.ids[0] ?? "0x")).to.include(unread);
  });
});

function consignmentsIn({ index }: Store): Promise<readonly IndexTables["consignment"][]> {
  return index.selectFrom("consignment").selectAll().orderBy("id").execute();
}

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((done) => setTimeout(done, 20));
}
