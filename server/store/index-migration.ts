/** Makes the tables of the index (index-tables.ts), on either engine. What keeps the books: book-migration.ts. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import { makeCertificates, makeConsignments, makeGoods, makeStatements } from "./book-migration.ts";

export { indexMigrations };

type Db = Kysely<unknown>;

const first: Migration = {
  async up(db: Db): Promise<void> {
    for (const make of [makeFollowed, makeRecord, makeOrganisations, makeLabels]) await make(db);
    for (const make of [makeGoods, makeConsignments, makeCertificates, makeStatements]) await make(db);
  },
};

/** How far it is, and what it waits for. */
async function makeFollowed(db: Db): Promise<void> {
  const table = (name: string) => db.schema.createTable(name);
  await table("cursor")
    .addColumn("name", "text", (c) => c.primaryKey())
    .addColumn("block", "integer", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull())
    .execute();
  await table("progress")
    .addColumn("name", "text", (c) => c.primaryKey())
    .addColumn("checked", "integer", (c) => c.notNull())
    .addColumn("fault", "text")
    .execute();
  await table("unchecked")
    .addColumn("subject", "text", (c) => c.primaryKey())
    .addColumn("word", "text", (c) => c.notNull())
    .execute();
  await table("awaited")
    .addColumn("work", "text", (c) => c.notNull())
    .addColumn("item", "text", (c) => c.notNull())
    .addColumn("cid", "text", (c) => c.notNull())
    .addColumn("block", "integer", (c) => c.notNull())
    .addColumn("tries", "integer", (c) => c.notNull())
    .addColumn("wait_ms", "bigint", (c) => c.notNull())
    .addColumn("due_ms", "bigint", (c) => c.notNull())
    .addColumn("since_ms", "bigint")
    .addPrimaryKeyConstraint("awaited_pk", ["work", "item"])
    .execute();
  await db.schema.createIndex("awaited_due").on("awaited").columns(["work", "due_ms", "block desc", "item"]).execute();
  await db.schema.createIndex("awaited_cid").on("awaited").column("cid").execute();
}

async function makeRecord(db: Db): Promise<void> {
  const table = (name: string) => db.schema.createTable(name);
  await table("batch")
    .addColumn("hash", "text", (c) => c.primaryKey())
    .addColumn("emitter", "text", (c) => c.notNull())
    .addColumn("recorder", "text", (c) => c.notNull())
    .addColumn("stamp", "text", (c) => c.notNull())
    .addColumn("nonce", "text", (c) => c.notNull())
    .addColumn("seen", "text", (c) => c.notNull())
    .addColumn("r", "text", (c) => c.notNull())
    .addColumn("s", "text", (c) => c.notNull())
    .addColumn("block", "integer", (c) => c.notNull())
    .addColumn("size", "integer", (c) => c.notNull())
    .execute();
  await table("record_group")
    .addColumn("batch", "text", (c) => c.notNull())
    .addColumn("idx", "integer", (c) => c.notNull())
    .addColumn("subject", "text", (c) => c.notNull())
    .addColumn("seq", "integer", (c) => c.notNull())
    .addColumn("entries", "integer", (c) => c.notNull())
    .addColumn("bytes", "bytea", (c) => c.notNull())
    .addColumn("leaf", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("record_group_pk", ["batch", "idx"])
    .execute();
  await table("move")
    .addColumn("subject", "text", (c) => c.notNull())
    .addColumn("seq", "integer", (c) => c.notNull())
    .addColumn("batch", "text", (c) => c.notNull())
    .addColumn("group_idx", "integer", (c) => c.notNull())
    .addColumn("entry_idx", "integer", (c) => c.notNull())
    .addColumn("word", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("move_pk", ["subject", "seq"])
    .execute();
}

async function makeOrganisations(db: Db): Promise<void> {
  const table = (name: string) => db.schema.createTable(name);
  await table("organisation_act")
    .addColumn("block", "integer", (c) => c.notNull())
    .addColumn("log_index", "integer", (c) => c.notNull())
    .addColumn("organisation", "integer", (c) => c.notNull())
    .addColumn("act", "integer", (c) => c.notNull())
    .addColumn("roles", "bigint", (c) => c.notNull())
    .addColumn("content", "text", (c) => c.notNull())
    .addColumn("x", "text", (c) => c.notNull())
    .addColumn("y", "text", (c) => c.notNull())
    .addColumn("until_block", "text", (c) => c.notNull())
    .addColumn("time_s", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("organisation_act_pk", ["block", "log_index"])
    .execute();
  await table("recorder")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("organisation", "integer", (c) => c.notNull())
    .addColumn("x", "text", (c) => c.notNull())
    .addColumn("y", "text", (c) => c.notNull())
    .addColumn("manager", "integer", (c) => c.notNull())
    .addColumn("ended_block", "integer")
    .execute();
}

async function makeLabels(db: Db): Promise<void> {
  const table = (name: string) => db.schema.createTable(name);
  await table("label_run")
    .addColumn("run", "text", (c) => c.primaryKey())
    .addColumn("lot", "text", (c) => c.notNull())
    .addColumn("certificate", "text")
    .addColumn("net", "bigint", (c) => c.notNull())
    .addColumn("block", "integer", (c) => c.notNull())
    .addColumn("log_index", "integer", (c) => c.notNull())
    .addColumn("cid", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("label_run_of_lot").on("label_run").columns(["lot", "run"]).execute();
  await db.schema.createIndex("label_run_of_certificate").on("label_run").columns(["certificate", "run"]).execute();
  await table("void_range")
    .addColumn("run", "text", (c) => c.notNull())
    .addColumn("first", "bigint", (c) => c.notNull())
    .addColumn("number", "bigint", (c) => c.notNull())
    .addColumn("reason", "integer", (c) => c.notNull())
    .addColumn("seq", "bigint", (c) => c.notNull())
    .addColumn("entry", "integer", (c) => c.notNull())
    .addColumn("at_s", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("void_range_pk", ["run", "first"])
    .execute();
  await table("label_serial")
    .addColumn("leaf", "text", (c) => c.notNull())
    .addColumn("run", "text", (c) => c.notNull())
    .addColumn("idx", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("label_serial_pk", ["leaf", "run"])
    .execute();
  await table("label_tree")
    .addColumn("run", "text", (c) => c.notNull())
    .addColumn("level", "integer", (c) => c.notNull())
    .addColumn("part", "integer", (c) => c.notNull())
    .addColumn("hashes", "bytea", (c) => c.notNull())
    .addPrimaryKeyConstraint("label_tree_pk", ["run", "level", "part"])
    .execute();
}

/**
 * A cache needs no change of old rows: tables that change get a new name here. An index file made under another name is then
 * refused by the migrator, and store.ts makes it anew from the chain.
 */
const indexMigrations: Readonly<Record<string, Migration>> = { "007-papers": first };
