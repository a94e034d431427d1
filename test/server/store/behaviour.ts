/**
 * What every SQL engine has to do; run on each by a test file of its own.
 */
import { expect } from "chai";
import type { Store } from "../../../server/store/store.ts";

export type { Place };
export { scan, storeBehaviour, waiting };

/** Where one store lies: opened again, it is the same one. */
interface Place {
  open(log?: (line: string) => void): Promise<Store>;
  /** Renames the last migration of the index, as an earlier version would have left it. */
  age(): Promise<void>;
  remove(): Promise<void>;
}

function storeBehaviour(makePlace: () => Promise<Place>): void {
  let place: Place;
  let store: Store;

  beforeEach(async () => {
    place = await makePlace();
    store = await place.open();
  });

  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  it("keeps what was committed when it is opened again", async () => {
    await store.kept.insertInto("scan").values(scan("a")).execute();
    await store.close();

    store = await place.open();

    expect(await store.kept.selectFrom("scan").selectAll().execute()).to.deep.equal([scan("a")]);
  });

  it("keeps two transactions apart that run at once, and nothing of one that failed", async () => {
    const add = (key: string, fail: boolean) =>
      store.kept.transaction().execute(async (all) => {
        await all.insertInto("scan").values(scan(key)).execute();
        await new Promise((done) => setImmediate(done));
        if (fail) throw new Error("rolled back");
      });

    const outcomes = await Promise.allSettled([add("kept", false), add("rolled", true), add("kept too", false)]);

    expect(outcomes.map((outcome) => outcome.status)).to.deep.equal(["fulfilled", "rejected", "fulfilled"]);
    const rows = await store.kept.selectFrom("scan").select("serial_hash").orderBy("serial_hash").execute();
    expect(rows.map((row) => row.serial_hash)).to.deep.equal(["kept", "kept too"]);
  });

  it("loses no count of many that are added to one row at once", async () => {
    await Promise.all(
      Array.from({ length: 40 }, () =>
        store.kept
          .insertInto("scan")
          .values(scan("many"))
          .onConflict((conflict) =>
            conflict
              .columns(["serial_hash", "day", "region"])
              .doUpdateSet((row) => ({ count: row("scan.count", "+", 1) })),
          )
          .execute(),
      ),
    );

    expect(await store.kept.selectFrom("scan").select("count").execute()).to.deep.equal([{ count: 40 }]);
  });

  it("lets a nonce wait once, and again after its batch was refused", async () => {
    await store.kept.insertInto("outbox").values(waiting("0xaa", "refused")).execute();
    await store.kept.insertInto("outbox").values(waiting("0xbb")).execute();

    const third = await store.kept.insertInto("outbox").values(waiting("0xcc")).execute().catch(String);

    expect(String(third)).to.match(/unique/i);
    const rows = await store.kept.selectFrom("outbox").select("batch").orderBy("batch").execute();
    expect(rows.map(({ batch }) => batch)).to.deep.equal(["0xaa", "0xbb"]);
  });

  it("gives large whole numbers back as numbers, and a u64 as the text it was", async () => {
    const large = 2 ** 53 - 1;
    const row = { ...waiting("0xaa"), nonce: "18446744073709551615", received_at: large, position: 2 ** 40 };
    await store.kept.insertInto("outbox").values(row).execute();

    const read = await store.kept.selectFrom("outbox").selectAll().executeTakeFirstOrThrow();

    expect(read).to.include({ nonce: "18446744073709551615", received_at: large, position: 2 ** 40 });
    const count = await store.kept
      .selectFrom("outbox")
      .select((all) => [all.fn.countAll<number>().as("rows"), all.fn.max("position").as("last")])
      .executeTakeFirstOrThrow();
    expect(count).to.deep.equal({ rows: 1, last: 2 ** 40 });
  });

  it("gives bytes back as they were, none and all 256 included", async () => {
    const all = Uint8Array.from({ length: 256 }, (_, n) => n);
    await store.kept
      .insertInto("outbox")
      .values([
        { ...waiting("0xaa"), bytes: all },
        { ...waiting("0xbb"), nonce: "8", bytes: new Uint8Array() },
      ])
      .execute();

    const rows = await store.kept.selectFrom("outbox").select("bytes").orderBy("batch").execute();

    expect(rows.map(({ bytes }) => [...bytes])).to.deep.equal([[...all], []]);
    for (const { bytes } of rows) expect(bytes).to.be.instanceOf(Uint8Array);
  });

  it("gives any text back as it was, and refuses one with a zero in it", async () => {
    const texts = ["垄迹 · 示例", "a'b\"c\\d%_", "😀", "\u202eabc\u202c", "e\u0301", "\u0001\n\t\u007f", "\uffff", ""];
    for (const region of texts)
      await store.kept
        .insertInto("scan")
        .values({ ...scan("a"), region })
        .execute();

    const rows = await store.kept.selectFrom("scan").select("region").execute();
    const refused = await store.kept
      .insertInto("scan")
      .values({ ...scan("a"), region: "a\0b" })
      .execute()
      .catch(String);

    expect(rows.map(({ region }) => region).sort()).to.deep.equal(texts.sort());
    expect(String(refused)).to.match(/U\+0000|0x00/);
    expect(await store.kept.selectFrom("scan").select("region").execute()).to.have.length(texts.length);
  });

  it("orders hex as JavaScript does", async () => {
    const keys = ["0x0a", "0x", "0xaa", "0x00", "0xab", "0xff", "0x9f", "0xa0"];
    for (const key of keys) await store.kept.insertInto("scan").values(scan(key)).execute();

    const rows = await store.kept
      .selectFrom("scan")
      .select("serial_hash")
      .where("serial_hash", ">", "0x")
      .orderBy("serial_hash")
      .execute();

    expect(rows.map((row) => row.serial_hash)).to.deep.equal(keys.filter((key) => key > "0x").sort());
  });

  it("empties the index, leaves what is kept alone, and counts that", async () => {
    await store.index.insertInto("cursor").values({ name: "followed", block: 3, hash: "0x03" }).execute();
    await store.kept.insertInto("scan").values(scan("a")).execute();
    const before = await store.generation();

    await store.dropIndex();

    expect(await store.index.selectFrom("cursor").selectAll().execute()).to.deep.equal([]);
    expect(await store.kept.selectFrom("scan").selectAll().execute()).to.have.length(1);
    expect(await store.generation()).to.equal(before + 1);
  });

  it("makes an index of another version anew, says so, and leaves what is kept alone", async () => {
    await store.index.insertInto("cursor").values({ name: "followed", block: 3, hash: "0x03" }).execute();
    await store.kept.insertInto("scan").values(scan("a")).execute();
    const before = await store.generation();
    await place.age();
    await store.close();
    const lines: string[] = [];

    store = await place.open((line) => lines.push(line));

    expect(lines.join("\n")).to.include("000-before").and.to.include("made anew from the chain");
    expect(await store.index.selectFrom("cursor").selectAll().execute()).to.deep.equal([]);
    expect(await store.kept.selectFrom("scan").selectAll().execute()).to.have.length(1);
    expect(await store.generation()).to.equal(before + 1);
  });
}

function scan(serial_hash: string) {
  return { serial_hash, day: "2026-04-05", region: "", count: 1 };
}

function waiting(batch: string, state: "waiting" | "refused" = "waiting") {
  return {
    ...{
      batch,
      bytes: new Uint8Array([1]),
      sent_digest: batch,
      recorder: "0x01",
      nonce: "7",
      makes: "[]",
      needs: "[]",
    },
    ...{ state, reason: null, awaits: null, block: null, received_at: 1, settled_at: null, position: 1 },
  };
}
