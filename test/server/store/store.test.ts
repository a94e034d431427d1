import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openStore, type Store, StoreError } from "../../../server/store/store.ts";

describe("The store", () => {
  let folder: string;
  let store: Store | null;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "furrow-store-"));
    store = null;
  });

  afterEach(async () => {
    await store?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("keeps what was committed when it is opened again", async () => {
    store = await openStore({ folder });
    await store.kept.insertInto("scan").values(scan("a")).execute();
    await store.close();

    store = await openStore({ folder });

    expect(await store.kept.selectFrom("scan").selectAll().execute()).to.deep.equal([scan("a")]);
  });

  it("commits to kept.sqlite with a full sync to disk, for its rows are answered for", async () => {
    store = await openStore({ folder });
    const { sql } = await import("kysely");

    const result = await sql<{ synchronous: number }>`pragma synchronous`.execute(store.kept);
    const mode = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(store.kept);

    expect(result.rows[0]?.synchronous).to.equal(2);
    expect(mode.rows[0]?.journal_mode).to.equal("wal");
  });

  it("keeps both files from other users of the machine", async () => {
    store = await openStore({ folder });

    for (const name of ["kept.sqlite", "index.sqlite"])
      expect(statSync(join(folder, name)).mode & 0o777).to.equal(0o600);
  });

  it("keeps two transactions apart that run at once", async () => {
    store = await openStore({ folder });
    const { kept } = store;
    const add = (key: string, fail: boolean) =>
      kept.transaction().execute(async (all) => {
        await all.insertInto("scan").values(scan(key)).execute();
        await new Promise((done) => setImmediate(done));
        if (fail) throw new Error("rolled back");
      });

    const outcomes = await Promise.allSettled([add("kept", false), add("rolled", true), add("kept too", false)]);

    expect(outcomes.map((outcome) => outcome.status)).to.deep.equal(["fulfilled", "rejected", "fulfilled"]);
    const rows = await kept.selectFrom("scan").select("serial_hash").orderBy("serial_hash").execute();
    expect(rows.map((row) => row.serial_hash)).to.deep.equal(["kept", "kept too"]);
  });

  it("lets a nonce wait once, and again after its batch was refused", async () => {
    store = await openStore({ folder });
    const { kept } = store;
    const row = (batch: string, state: "waiting" | "refused") => ({
      ...{
        batch,
        bytes: new Uint8Array([1]),
        sent_digest: batch,
        recorder: "0x01",
        nonce: "7",
        makes: "[]",
        needs: "[]",
        state,
      },
      ...{ reason: null, awaits: null, block: null, received_at: 1, settled_at: null, position: 1 },
    });
    await kept.insertInto("outbox").values(row("0xaa", "refused")).execute();
    await kept.insertInto("outbox").values(row("0xbb", "waiting")).execute();

    const third = await kept
      .insertInto("outbox")
      .values(row("0xcc", "waiting"))
      .execute()
      .catch((error: unknown) => error);

    expect(String(third)).to.include("UNIQUE");
  });

  it("empties the index and leaves what is kept alone", async () => {
    store = await openStore({ folder });
    await store.index.insertInto("cursor").values({ name: "followed", block: 3, hash: "0x03" }).execute();
    await store.kept.insertInto("scan").values(scan("a")).execute();

    await store.dropIndex();

    expect(await store.index.selectFrom("cursor").selectAll().execute()).to.deep.equal([]);
    expect(await store.kept.selectFrom("scan").selectAll().execute()).to.have.length(1);
  });

  it("makes a damaged index anew and says so", async () => {
    writeFileSync(
      join(folder, "index.sqlite"),
      "this is no database, but long enough to be taken for one at first sight".repeat(20),
    );
    const lines: string[] = [];

    store = await openStore({ folder, log: (line) => lines.push(line) });

    expect(await store.index.selectFrom("cursor").selectAll().execute()).to.deep.equal([]);
    expect(lines.join("\n")).to.include("made anew from the chain");
  });

  it("never makes a damaged kept file anew", async () => {
    const bytes = "this is no database, but long enough to be taken for one at first sight".repeat(20);
    writeFileSync(join(folder, "kept.sqlite"), bytes);

    const refused = await openStore({ folder }).catch((error: unknown) => error);

    expect(refused).to.be.instanceOf(StoreError);
    expect(String(refused)).to.include("restore it from a backup");
    expect(readFileSync(join(folder, "kept.sqlite"), "utf8")).to.equal(bytes);
  });
});

function scan(serial_hash: string) {
  return { serial_hash, day: "2026-04-05", region: "", count: 1 };
}
