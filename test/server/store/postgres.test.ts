import { expect } from "chai";
import { sql } from "kysely";
import { Client } from "pg";
import { unfitFor } from "../../../server/store/postgres.ts";
import { openStore, type Store } from "../../../server/store/store.ts";
import { StoreAwayError, StoreError } from "../../../server/store/tables.ts";
import { type Postgres, sharedPostgres, startPostgres } from "../../support/postgres.ts";
import { scan, storeBehaviour } from "./behaviour.ts";

const FOLDER = "/nowhere";

describe("The store on PostgreSQL", () => {
  storeBehaviour(async () => {
    const databaseUrl = await (await sharedPostgres()).makeDatabase();
    return {
      open: (log) => openStore({ folder: FOLDER, databaseUrl, ...(log === undefined ? {} : { log }) }),
      age: () => run(databaseUrl, `update "index".kysely_migration set name = '000-before'`),
      remove: async () => {},
    };
  });

  describe("as a server of its own", () => {
    let databaseUrl: string;

    beforeEach(async () => {
      databaseUrl = await (await sharedPostgres()).makeDatabase();
    });

    it("keeps each set of tables in a schema of its own", async () => {
      const store = await openStore({ folder: FOLDER, databaseUrl });

      const { rows } = await sql<{ schema: string; name: string }>`
        select table_schema as schema, table_name as name from information_schema.tables
        where table_name in ('outbox', 'move') order by 1`.execute(store.kept);
      await store.close();

      expect(rows).to.deep.equal([
        { schema: "index", name: "move" },
        { schema: "kept", name: "outbox" },
      ]);
    });

    it("commits what is kept to disk even where the database's default is not to", async () => {
      await run(databaseUrl, `alter database ${databaseOf(databaseUrl)} set synchronous_commit = off`);
      const store = await openStore({ folder: FOLDER, databaseUrl });

      const { rows } = await sql`show synchronous_commit`.execute(store.kept);
      await store.close();

      expect(rows).to.deep.equal([{ synchronous_commit: "on" }]);
    });

    it("is opened by many processes at once", async () => {
      const stores = await Promise.all(Array.from({ length: 4 }, () => openStore({ folder: FOLDER, databaseUrl })));
      await Promise.all(
        stores.map((store, n) =>
          store.kept
            .insertInto("scan")
            .values(scan(`${n}`))
            .execute(),
        ),
      );

      const rows = await stores[0]?.kept.selectFrom("scan").selectAll().execute();
      for (const store of stores) await store.close();

      expect(rows).to.have.length(4);
    });
  });

  describe("refuses in one sentence, without the password,", () => {
    const refusal = async (databaseUrl: string): Promise<string> => {
      const refused = await openStore({ folder: FOLDER, databaseUrl }).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(StoreError);
      return refused instanceof Error ? refused.message : "";
    };

    it("a server that is not there", async () => {
      const says = await refusal("postgres://someone:secret@127.0.0.1:1/trace");

      expect(says).to.match(
        /^PostgreSQL cannot be reached at "trace" at 127\.0\.0\.1:1 as user "someone" \(.*ECONNREFUSED/,
      );
      expect(says).to.include("correct DATABASE_URL").and.not.to.include("secret");
    });

    it("a wrong password, an unknown user and a database that is not there", async () => {
      const { port, makeDatabase } = await sharedPostgres();
      const url = new URL(await makeDatabase());
      const database = url.pathname.slice(1);
      const right = url.href;
      url.password = "secret";

      expect(await refusal(url.href))
        .to.match(/^PostgreSQL does not let us in at /)
        .and.not.to.include("secret");
      expect(await refusal(`postgres://nobody:secret@127.0.0.1:${port}/${database}`)).to.include('user "nobody"');
      expect(await refusal(right.replace(database, "no_such_one"))).to.match(/^There is no database "no_such_one" at /);
    });

    it("a user who may make no tables", async () => {
      const postgres = await sharedPostgres();
      const url = new URL(await postgres.makeDatabase());
      await postgres.run("create role reader login password 'reads'");
      [url.username, url.password] = ["reader", "reads"];

      expect(await refusal(url.href)).to.include("permission denied");
    });

    it("a server that is too old, or keeps text in another encoding", () => {
      expect(unfitFor({ version: "14.19 (Debian 14.19-1)", encoding: "UTF8" })).to.match(
        /^is of PostgreSQL 14\.19 .* 15 or newer/,
      );
      expect(unfitFor({ version: "15.0", encoding: "SQL_ASCII" })).to.include("UTF8 is needed");
      expect(unfitFor({ version: "15.0", encoding: "UTF8" })).to.equal(null);
      expect(unfitFor({ version: "18beta1", encoding: "UTF8" })).to.equal(null);
    });
  });

  describe("that goes away and comes back", function () {
    this.timeout(120_000);
    let postgres: Postgres;
    let store: Store;

    before(async () => {
      postgres = await startPostgres();
      store = await openStore({ folder: FOLDER, databaseUrl: await postgres.makeDatabase() });
    });
    after(async () => {
      await store.close();
      await postgres.close();
    });

    for (const how of ["fast", "immediate"] as const) {
      it(`is told as away, and has all that was committed before (${how})`, async () => {
        const add = (key: string) =>
          store.kept
            .insertInto("scan")
            .values(scan(`${how} ${key}`))
            .execute();
        await Promise.all(["a", "b", "c"].map(add));
        const running = store.kept.transaction().execute(async (all) => {
          await all
            .insertInto("scan")
            .values(scan(`${how} in between`))
            .execute();
          await postgres.stop(how);
        });

        const outcomes = [...(await Promise.allSettled([running])), ...(await Promise.allSettled(["d", "e"].map(add)))];
        await postgres.start();
        await add("f");

        for (const outcome of outcomes)
          expect(outcome.status === "rejected" && outcome.reason).to.be.instanceOf(StoreAwayError);
        const rows = await store.kept
          .selectFrom("scan")
          .select("serial_hash")
          .where("serial_hash", "like", `${how}%`)
          .execute();
        expect(rows.map((row) => row.serial_hash).sort()).to.deep.equal(
          ["a", "b", "c", "f"].map((key) => `${how} ${key}`),
        );
      });
    }
  });
});

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1);
}
