/** 承诺达标合格证 on a real ledger, relayed past every server: whatever their entries and documents say. */
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { organisationId } from "../../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../../../protocol/bytes.ts";
import { cidOf } from "../../../protocol/cid.ts";
import { correctDocument } from "../../../protocol/document/correction.ts";
import { documentBytes } from "../../../protocol/document/epcis.ts";
import { promiseDocument, type PromiseForm } from "../../../protocol/document/promise.ts";
import type { JsonObject } from "../../../protocol/document/terms.ts";
import { findCertificate } from "../../../server/http/promise-find.ts";
import { type Indexer, startIndexer } from "../../../server/indexer/follow.ts";
import { historyOf } from "../../../server/resolve/history.ts";
import { documentsOf } from "../../../server/resolve/history-documents.ts";
import { isPromised } from "../../../server/resolve/promised.ts";
import { listPromises } from "../../../server/resolve/promises.ts";
import { standingRecall } from "../../../server/resolve/standing.ts";
import type { Store } from "../../../server/store/store.ts";
import { type Farm, openFarm, primitives } from "../../support/ledger.ts";
import { engines, type StorePlace, storePlace } from "../../support/stores.ts";
import { sha256 } from "../../support/world.ts";

const NAMES = { zh: "示例", en: "example" };
const NOTHING = new Uint8Array(32);
const LOTS = 12;
const AMOUNT = 10_000n;

for (const engine of engines) {
  describe(`Certificates of conformity past every server, on ${engine}`, function () {
    this.timeout(60_000);
    const documents = new Map<string, string>();
    const read: string[] = [];
    const lots: Uint8Array[] = [];
    let farm: Farm;
    let place: StorePlace;
    let store: Store;
    let indexer: Indexer;

    const documentOf = async (cid: string) => {
      read.push(cid);
      return documents.get(cid);
    };

    before(async () => {
      farm = await openFarm();
      place = await storePlace(engine);
      store = await place.open();
      indexer = startIndexer({
        ...{ chain: farm.chain, index: store.index, deployment: farm.deployment, primitives },
        bytesOfCid: async () => undefined,
        log: () => {},
      });
      await farm.record(async (id) => {
        const product = { subject: await id(0), entries: [farm.entry("PRODUCT", productArgs())] };
        const origins = Array.from({ length: LOTS }, async (_, n) => {
          lots.push(await id(n + 1));
          const args = { index: n + 1, product: product.subject, amount: 100_000n };
          return { subject: await id(n + 1), entries: [farm.entry("ORIGIN", args)] };
        });
        return [product, ...(await Promise.all(origins))];
      });
    });
    after(async () => {
      await indexer.close();
      await store.close();
      await farm.close();
      place.remove();
    });
    beforeEach(() => {
      read.length = 0;
    });

    function productArgs() {
      return { index: 0, unit: 1, net: 1n, loss: 0 };
    }
    const lotAt = (n: number) => lots[n] ?? NOTHING;

    function keep(document: JsonObject): Uint8Array {
      const bytes = documentBytes(document);
      const digest = sha256(bytes);
      documents.set(cidOf(digest, "json"), new TextDecoder().decode(bytes));
      return digest;
    }

    function certificate(lot: Uint8Array, change: Partial<PromiseForm> = {}): JsonObject {
      const party = { subject: hexOf(organisationId(farm.organisation)), name: NAMES };
      const entries = [{ subject: hexOf(lot), document: cidOf(NOTHING, "json"), by: "holder" as const }];
      return promiseDocument({
        ...{ subject: hexOf(lot), id: randomUUID(), issuedAtS: 1_775_000_000, productName: NAMES, amount: AMOUNT },
        ...{ lot: { gtin: null, lotNumber: "26-1" }, uom: "KGM", origin: NAMES, promisor: party, promise: "producer" },
        ...{
          contact: { number: farm.organisation, phone: null },
          basis: [{ code: "control", entries }],
          example: true,
        },
        ...change,
      });
    }

    async function promise(lot: Uint8Array, ...contents: readonly Uint8Array[]): Promise<void> {
      const entries = contents.map((content) => farm.entry("PROMISE", { amount: AMOUNT }, content));
      await farm.record(async () => [{ subject: lot, entries }]);
    }

    async function statesOf(lot: Uint8Array): Promise<readonly string[]> {
      await indexer.reached((await farm.chain.latest()).number);
      const asked = { limit: 200, after: null, lot: hexOf(lot) };
      const { promises } = await listPromises({ index: store.index, documentOf }, asked);
      return promises.map(({ state }) => state);
    }

    /** Newest first, as the list has them. */
    async function correct(lot: Uint8Array, at: { seq: number; entry: number; erroneous: JsonObject }) {
      const said = { reason: 3 as const, declaredAtS: 1_775_000_000 };
      const content = keep(correctDocument({ subject: hexOf(lot), ...at, ...said }));
      const args = { ...{ seq: at.seq, entry: at.entry, reason: 3 }, own: 0n, other: NOTHING, others: 0n };
      await farm.record(async () => [{ subject: lot, entries: [farm.entry("CORRECT", args, content)] }]);
    }

    async function find(content: Uint8Array) {
      const parts = {
        ...{ index: store.index, hashing: primitives, documentOf, deployment: farm.deployment },
        latest: async () => knownBlock(await farm.chain.latest()),
        blockOf: async (at: Hex | number) => {
          const block = await farm.chain.block(at);
          return block === null ? null : knownBlock(block);
        },
      };
      await indexer.reached((await farm.chain.latest()).number);
      const asked: Hex[] = [];
      const carried: string[] = [];
      const found = await findCertificate(
        {
          isPromised: (lot, digest) => isPromised(store.index, lot, digest),
          recall: (lot) => standingRecall(store.index, lot),
          history: async (lot) => {
            asked.push(lot);
            const history = await historyOf(parts, lot, null);
            carried.push(...Object.keys(history?.documents ?? {}));
            return history;
          },
          word: (lot) => farm.ledger.word(lot),
          behind: async () => null,
          documentOf,
          documents: (contents) => documentsOf(documentOf, contents),
        },
        cidOf(content, "json"),
      );
      return { asked, carried, why: "why" in found ? found.why : null };
    }

    it("are held against the ledger: amount, unit, issuer, and everything that the rule asks for", async () => {
      const lot = lotAt(0);
      const other = { subject: hexOf(organisationId(99)), name: NAMES };
      await promise(
        lot,
        keep(certificate(lot)),
        keep(certificate(lot, { amount: AMOUNT - 1n })),
        keep(certificate(lot, { uom: "LTR" })),
        keep(certificate(lot, { promisor: other })),
        keep(certificate(lotAt(1))),
        sha256(new Uint8Array([1])),
      );

      expect([...(await statesOf(lot))].reverse()).to.deep.equal([
        ...["stands", "differs", "differs", "differs", "unread", "unread"],
      ]);
    });

    it("are struck through by their issuer's word alone that fits them, until that is struck through itself", async () => {
      const lot = lotAt(2);
      const [first, second] = [certificate(lot), certificate(lot)];
      await promise(lot, keep(first), keep(second));

      await correct(lot, { seq: 2, entry: 1, erroneous: second });
      const after = await statesOf(lot);
      // Its document speaks of another entry than its arguments: it is of none.
      const wrong = keep(
        correctDocument({
          ...{ subject: hexOf(lot), seq: 2, entry: 7, erroneous: first },
          ...{ reason: 3, declaredAtS: 1_775_000_000 },
        }),
      );
      const args = { ...{ seq: 2, entry: 0, reason: 3 }, own: 0n, other: NOTHING, others: 0n };
      await farm.record(async () => [{ subject: lot, entries: [farm.entry("CORRECT", args, wrong)] }]);
      const same = await statesOf(lot);
      await correct(lot, { seq: 3, entry: 0, erroneous: certificate(lot) });

      expect([after, same, await statesOf(lot)]).to.deep.equal([
        ["struck", "stands"],
        ["struck", "stands"],
        ["stands", "stands"],
      ]);
    });

    it("are recalled where a lot that theirs came from is, and no other", async () => {
      const [from, other] = [lotAt(3), lotAt(4)];
      let derived: Uint8Array = NOTHING;
      await farm.record(async (id) => {
        derived = await id(0);
        const product = await store.index
          .selectFrom("subject")
          .select("product")
          .where("id", "=", hexOf(from))
          .execute();
        const args = {
          ...{ index: 0, step: 3, inputs: [{ id: from, amount: 50_000n }] },
          outputs: [{ id: bytesOf(product[0]?.product ?? "0x"), amount: 50_000n }],
        };
        return [{ subject: derived, entries: [farm.entry("TRANSFORM", args)] }];
      });
      await promise(derived, keep(certificate(derived)));
      await promise(other, keep(certificate(other)));
      const recall = { capacity: 1, drill: false, certificate: NOTHING };
      await farm.record(async () => [{ subject: from, entries: [farm.entry("RECALL", recall)] }]);
      const during = [await statesOf(derived), await statesOf(other)];
      await farm.record(async () => [{ subject: from, entries: [farm.entry("RELEASE", { capacity: 1 })] }]);

      expect([...during, await statesOf(derived)]).to.deep.equal([["recalled"], ["stands"], ["stands"]]);
    });

    it("are the business of their own lot: recorded on others they neither make work nor change what is said", async () => {
      const lot = lotAt(5);
      const own = keep(certificate(lot));
      const nowhere = keep(certificate(lot));
      await promise(lot, own);
      for (const elsewhere of lots.slice(6)) await promise(elsewhere, own, nowhere);

      expect(await find(own)).to.deep.include({ asked: [hexOf(lot)], why: "basis" });
      expect(await find(nowhere)).to.deep.include({ asked: [], why: "none" });
      expect(await find(sha256(new Uint8Array([2])))).to.deep.include({ asked: [], why: "none" });
    });

    it("are told by their own document, though the lot's history has no room left for it", async () => {
      const lot = lotAt(1);
      const long = () => keep({ ...certificate(lot), "https://furrow.example/ns#filler": "x".repeat(198_000) });
      const contents = [long(), long(), long()];
      await promise(lot, ...contents);

      let carried = 0;
      for (const content of contents) {
        const found = await find(content);
        expect(found.why).to.equal("basis");
        if (found.carried.includes(cidOf(content, "json"))) carried += 1;
      }
      expect(carried).to.be.below(contents.length);
    });

    it("are unread without their document, or with one that is longer than a list reads", async () => {
      const lot = lotAt(5);
      const missing = sha256(new Uint8Array([3]));
      const long = keep({ ...certificate(lot), "https://furrow.example/ns#filler": "x".repeat(40_000) });
      await promise(lot, missing, long);

      expect((await statesOf(lot)).slice(0, 2)).to.deep.equal(["unread", "unread"]);
      expect(await find(missing)).to.deep.include({ asked: [], why: "unreadable" });
      // Whoever opens that one alone is told what is wrong with it.
      expect((await find(long)).why).to.equal("basis");
    });
  });
}

function knownBlock({ number, hash, timeS }: { readonly number: number; readonly hash: Hex; readonly timeS: number }) {
  return { number, hash, timeS };
}
