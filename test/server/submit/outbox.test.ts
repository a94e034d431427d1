import { expect } from "chai";
import { sql } from "kysely";
import { type Hex, hexOf } from "../../../protocol/bytes.ts";
import { Problem } from "../../../protocol/problem.ts";
import type { Store } from "../../../server/store/store.ts";
import { isPostgres } from "../../../server/store/turns.ts";
import { MAX_WAITING } from "../../../server/submit/awaiting.ts";
import type { KnownBatch } from "../../../server/submit/check.ts";
import { Outbox } from "../../../server/submit/outbox.ts";
import { engines, type StorePlace, storePlace } from "../../support/stores.ts";

const RECORDER = new Uint8Array(20).fill(1);
const NOBODY_MAKES = id(9_999);

for (const engine of engines) {
  describe(`The outbox on ${engine}`, () => {
    let place: StorePlace;
    let store: Store;
    let outbox: Outbox;

    beforeEach(async () => {
      place = await storePlace(engine);
      store = await place.open();
      outbox = new Outbox(store.kept, () => 1);
    });

    afterEach(async () => {
      await store.close();
      place.remove();
    });

    it("puts what awaits a subject aside, so that it stands in nobody's way", async () => {
      const held = Array.from({ length: 30 }, (_, n) => batch(n, { needs: [NOBODY_MAKES] }));
      await add(...held, batch(30));
      await awaitAll(held, NOBODY_MAKES);

      const pending = await outbox.pending(10);

      expect(pending.map(({ nonce }) => nonce)).to.deep.equal([30n]);
      expect((await outbox.find(id(0)))?.reason?.type).to.equal("subject-unknown");
    });

    it("lets it go on when the maker comes in, with all that waits for it in turn", async () => {
      const [last, middle] = [batch(0, { needs: [id(51)] }), batch(1, { needs: [id(52)], makes: [id(51)] })];
      await add(last, middle);
      await awaitAll([last], id(51));
      await awaitAll([middle], id(52));

      await add(batch(2, { makes: [id(52)] }));

      expect((await outbox.pending(10)).map(({ nonce }) => nonce)).to.deep.equal([0n, 1n, 2n]);
      expect(await outbox.awaited("0x", 10)).to.deep.equal([]);
    });

    it("lets it go on when the maker is final", async () => {
      const [maker, held] = [batch(0, { makes: [id(51)] }), batch(1, { needs: [id(51)] })];
      await add(maker, held);
      await awaitAll([held], id(51));

      await outbox.markFinal(maker.batch, 7);

      expect((await outbox.pending(10)).map(({ nonce }) => nonce)).to.deep.equal([1n]);
    });

    it("takes no more of one recorder than its share, save what the waiting ones need", async () => {
      await add(...Array.from({ length: MAX_WAITING }, (_, n) => batch(n, { needs: [NOBODY_MAKES] })));
      await awaitAll([batch(0)], NOBODY_MAKES);

      const refused = await add(batch(MAX_WAITING)).catch((cause: unknown) => cause);
      const stranger = await add(batch(5_000, { recorder: new Uint8Array(20).fill(2) }));
      const maker = await add(batch(MAX_WAITING + 1, { makes: [NOBODY_MAKES] }));

      expect(refused).to.be.instanceOf(Problem).that.includes({ type: "too-many-waiting", at: "/batches/0" });
      expect(await outbox.find(id(MAX_WAITING))).to.equal(null);
      expect([...stranger, ...maker].map(({ state }) => state)).to.deep.equal(["waiting", "waiting"]);
    });

    it("keeps no bytes of what is on the ledger", async () => {
      await add(batch(0), batch(1));

      await outbox.markFinal(id(0), 7);

      const rows = await store.kept.selectFrom("outbox").select(["state", "bytes"]).orderBy("position").execute();
      expect(rows.map(({ state, bytes }) => [state, bytes.length])).to.deep.equal([
        ["final", 0],
        ["waiting", 3],
      ]);
    });

    it("keeps the bytes for a while where a chain may take back what was final", async () => {
      let nowS = 1_000;
      const careful = new Outbox(store.kept, () => nowS, { keepsBytes: true });
      await add(batch(0), batch(1), batch(2));
      await careful.markFinal(id(0), 7);
      nowS += 100;
      await careful.markFinal(id(1), 8);
      const kept = async () => {
        const found: Hex[] = [];
        for await (const some of careful.kept()) found.push(...some);
        return found;
      };

      const both = await kept();
      await careful.forget(50);
      const late = await kept();
      await careful.takeBack(late);

      expect(both).to.deep.equal([id(0), id(1)]);
      expect(late).to.deep.equal([id(1)]);
      expect((await careful.pending(9)).map((row) => row.batch)).to.deep.equal([id(1), id(2)]);
      expect(await careful.find(id(1))).to.deep.include({ state: "waiting", block: null });
    });

    it("names all whose bytes are kept, though several came in under one position", async () => {
      const careful = new Outbox(store.kept, () => 1, { keepsBytes: true });
      const all = Array.from({ length: 510 }, (_, n) => batch(n));
      await add(...all);
      await store.kept.updateTable("outbox").set({ state: "final" }).execute();
      // As two processes leave it that take batches of different recorders at once.
      await store.kept.updateTable("outbox").set({ position: 500 }).where("position", ">", 490).execute();

      const found: Hex[] = [];
      for await (const some of careful.kept()) found.push(...some);

      expect(found).to.have.length(all.length);
      expect(new Set(found)).to.have.property("size", all.length);
    });

    it("leaves what another relay has settled as it is", async () => {
      const why = { type: "subject-unknown", at: "", detail: "SubjectUnknown" } as const;
      await add(batch(0), batch(1));
      await outbox.markFinal(id(0), 7);
      await outbox.markRefused(id(1), why);

      await outbox.markSent([id(0), id(1)]);
      await outbox.markWaiting([id(0), id(1)], null);
      await outbox.markRefused(id(0), why);

      expect(await outbox.find(id(0))).to.deep.include({ state: "final", block: 7, reason: null });
      expect(await outbox.find(id(1))).to.deep.include({ state: "refused", reason: why });
    });

    it("takes back only what was final", async () => {
      await add(batch(0), batch(1));
      await outbox.markFinal(id(0), 7);
      await outbox.markRefused(id(1), { type: "subject-unknown", at: "", detail: "SubjectUnknown" });

      await outbox.takeBack([id(0), id(1)]);

      expect(await outbox.find(id(0))).to.deep.include({ state: "waiting", block: null });
      expect(await outbox.find(id(1))).to.deep.include({ state: "refused" });
    });

    it("finds a nonce's batches without reading all others", async () => {
      await add(...Array.from({ length: MAX_WAITING }, (_, n) => batch(n)));

      const plan = isPostgres(store.kept)
        ? await sql`explain select batch from outbox where recorder = 'a' and nonce = '1'`.execute(store.kept)
        : await sql`explain query plan select batch from outbox where recorder = 'a' and nonce = '1'`.execute(
            store.kept,
          );

      expect(JSON.stringify(plan.rows)).to.match(/SEARCH outbox USING INDEX|Index Scan|Bitmap Index Scan/);
    });

    it("takes one batch once, and one of two under a nonce, when several processes are given them at once", async () => {
      const stores = await Promise.all(Array.from({ length: 4 }, () => (engine === "SQLite" ? store : place.open())));
      const outboxes = stores.map(({ kept }) => new Outbox(kept, () => 1));
      const rivals = stores.map((_, n) => ({ ...batch(0), batch: id(100 + n), sent: id(100 + n) }));

      const same = await Promise.all(outboxes.map((one) => one.add([{ known: batch(7), at: "/batches/0" }])));
      const other = await Promise.allSettled(
        outboxes.map((one, n) => one.add(rivals.slice(n, n + 1).map((known) => ({ known, at: "/batches/0" })))),
      );
      for (const one of stores) if (one !== store) await one.close();

      expect(same.flat().map(({ state }) => state)).to.deep.equal(["waiting", "waiting", "waiting", "waiting"]);
      expect(other.filter(({ status }) => status === "fulfilled")).to.have.length(1);
      for (const outcome of other)
        if (outcome.status === "rejected") expect(outcome.reason).to.include({ type: "nonce-used" });
      expect(await outbox.count()).to.equal(2);
    });

    function add(...batches: readonly KnownBatch[]) {
      return outbox.add(batches.map((known, n) => ({ known, at: `/batches/${n}` })));
    }

    function awaitAll(batches: readonly KnownBatch[], subject: Hex): Promise<void> {
      const why = { type: "subject-unknown", at: "", detail: `SubjectUnknown ${subject}` } as const;
      return outbox.markWaiting(
        batches.map((one) => one.batch),
        why,
        subject,
      );
    }
  });
}

/** As `readBatch` gives it; the outbox looks at none of its entries. */
function batch(
  n: number,
  { makes = [] as Hex[], needs = [] as Hex[], recorder = RECORDER }: Partial<Change> = {},
): KnownBatch {
  const header = {
    ...{ version: 1, chainId: 1n, ledger: new Uint8Array(20), recorder, nonce: BigInt(n), seen: new Uint8Array(32) },
  };
  return {
    ...{ batch: id(n), sent: id(n), bytes: new Uint8Array(3), header, groups: [], makes, needs },
    ...{ signature: new Uint8Array(64), root: new Uint8Array(32) },
  };
}

interface Change {
  readonly makes: Hex[];
  readonly needs: Hex[];
  readonly recorder: Uint8Array;
}

function id(n: number): Hex {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(28, n);
  return hexOf(bytes);
}
