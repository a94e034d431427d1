import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sql } from "kysely";
import { openSqlite } from "../../../server/store/sqlite.ts";
import { openStore, type Store } from "../../../server/store/store.ts";
import { StoreError } from "../../../server/store/tables.ts";
import { storeBehaviour } from "./behaviour.ts";

describe("The store on SQLite", () => {
  storeBehaviour(async () => {
    const folder = mkdtempSync(join(tmpdir(), "furrow-store-"));
    return {
      open: (log) => openStore({ folder, ...(log === undefined ? {} : { log }) }),
      async age() {
        const db = openSqlite<{ kysely_migration: { name: string } }>(join(folder, "index.sqlite"), "normal");
        await db.updateTable("kysely_migration").set({ name: "000-before" }).execute();
        await db.destroy();
      },
      remove: async () => rmSync(folder, { recursive: true, force: true }),
    };
  });

  describe("as files", () => {
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

    it("commits to kept.sqlite with a full sync to disk, for its rows are answered for", async () => {
      store = await openStore({ folder });

      const result = await sql<{ synchronous: number }>`pragma synchronous`.execute(store.kept);
      const mode = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(store.kept);

      expect(result.rows[0]?.synchronous).to.equal(2);
      expect(mode.rows[0]?.journal_mode).to.equal("wal");
    });

    it("keeps both from other users of the machine", async () => {
      store = await openStore({ folder });

      for (const name of ["kept.sqlite", "index.sqlite"])
        expect(statSync(join(folder, name)).mode & 0o777).to.equal(0o600);
    });

    it("makes a damaged index anew and says so", async () => {
      writeFileSync(join(folder, "index.sqlite"), NO_DATABASE);
      const lines: string[] = [];

      store = await openStore({ folder, log: (line) => lines.push(line) });

      expect(await store.index.selectFrom("cursor").selectAll().execute()).to.deep.equal([]);
      expect(lines.join("\n")).to.include("made anew from the chain");
    });

    it("never makes a damaged kept file anew", async () => {
      writeFileSync(join(folder, "kept.sqlite"), NO_DATABASE);

      const refused = await openStore({ folder }).catch((error: unknown) => error);

      expect(refused).to.be.instanceOf(StoreError);
      expect(String(refused)).to.include("restore it from a backup");
      expect(readFileSync(join(folder, "kept.sqlite"), "utf8")).to.equal(NO_DATABASE);
    });
  });
});

const NO_DATABASE = "this is no database, but long enough to be taken for one at first sight".repeat(20);
