import { expect } from "chai";
import { sql } from "kysely";
import { Client } from "pg";
import { OPENING, unfitFor } from "../../../server/store/postgres.ts";
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

  describe("whose index another process uses", () => {
    let databaseUrl: string;
    let store: Store;

    beforeEach(async () => {
      databaseUrl = await (await sharedPostgres()).makeDatabase();
      store = await openStore({ folder: FOLDER, databaseUrl });
      await store.index.insertInto("cursor").values({ name: "followed", block: 7, hash: "0x07" }).execute();
    });
    afterEach(() => store.close());

    it("leaves it alone when it gets too few connections", async () => {
      const postgres = await sharedPostgres();
      const before = await store.generation();
      const role = `few_${databaseOf(databaseUrl)}`;
      // One to look at the database, one for what is kept, and none for the index.
      await postgres.run(`create role ${role} login password 'few' connection limit 2 in role furrow`);
      const url = new URL(databaseUrl);
      [url.username, url.password] = [role, "few"];
      const lines: string[] = [];

      const refused = await openStore({
        folder: FOLDER,
        databaseUrl: url.href,
        log: (line) => lines.push(line),
      }).catch((error: unknown) => error);

      expect(refused).to.be.instanceOf(StoreError);
      expect(String(refused)).to.include("too many connections").and.not.to.include("backup");
      expect(lines).to.deep.equal([]);
      expect(await store.index.selectFrom("cursor").select("block").execute()).to.deep.equal([{ block: 7 }]);
      expect(await store.generation()).to.equal(before);
    });

    it("keeps the old one, and its number, when it cannot be made anew", async () => {
      const before = await store.generation();
      await run(databaseUrl, `update "index".kysely_migration set name = '000-before'`);
      // What is made in a schema of this name from now on is refused.
      await run(
        databaseUrl,
        `create function refuse() returns event_trigger language plpgsql as $$ begin raise 'no room'; end $$`,
      );
      await run(
        databaseUrl,
        `create event trigger refusal on ddl_command_start when tag in ('CREATE INDEX') execute function refuse()`,
      );

      const refused = await openStore({ folder: FOLDER, databaseUrl }).catch((error: unknown) => error);

      expect(String(refused)).to.include("no room");
      expect(await store.index.selectFrom("cursor").select("block").execute()).to.deep.equal([{ block: 7 }]);
      expect(await store.generation()).to.equal(before);
    });

    it("is made anew where its tables are broken", async () => {
      await run(databaseUrl, `drop table "index".kysely_migration`);

      const other = await openStore({ folder: FOLDER, databaseUrl });
      const rows = await other.index.selectFrom("cursor").selectAll().execute();
      await other.close();

      expect(rows).to.deep.equal([]);
      expect(await store.generation()).to.equal(1);
    });

    it("says so once when it waits for a process that makes the tables", async () => {
      const making = new Client({ connectionString: databaseUrl });
      await making.connect();
      await making.query("select pg_advisory_lock($1)", [OPENING]);
      const lines: string[] = [];
      const said = Promise.withResolvers<void>();

      const opening = openStore({
        ...{ folder: FOLDER, databaseUrl },
        log: (line) => {
          lines.push(line);
          said.resolve();
        },
      });
      await said.promise;
      await making.end();
      await (await opening).close();

      expect(lines).to.have.length(1);
      expect(lines[0]).to.match(/^store: another process makes the tables of .*; this one waits/);
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

    it("a certificate that cannot be read", async () => {
      const says = await refusal(`${await (await sharedPostgres()).makeDatabase()}?sslrootcert=/nowhere/ca.pem`);

      expect(says)
        .to.match(/^DATABASE_URL .*no such file.*\/nowhere\/ca\.pem/)
        .and.not.to.include("password");
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
