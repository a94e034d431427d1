/** Makes the tables of the index (index-tables.ts), on either engine. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export { indexMigrations };

const first: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const table = (name: string) => db.schema.createTable(name);
    /** One row an entry, which `seq` and `entry` name among the subject's own. */
    const statement = async (
      name: string,
      subject: string,
      columns: readonly (readonly [string, "integer" | "bigint" | "text", "may be null"?])[],
    ): Promise<void> => {
      let made = table(name)
        .addColumn(subject, "text", (c) => c.notNull())
        .addColumn("seq", "bigint", (c) => c.notNull())
        .addColumn("entry", "integer", (c) => c.notNull());
      for (const [column, type, isNullable] of columns)
        made = made.addColumn(column, type, (c) => (isNullable === undefined ? c.notNull() : c));
      await made
        .addColumn("content", "text", (c) => c.notNull())
        .addColumn("at_s", "bigint", (c) => c.notNull())
        .addPrimaryKeyConstraint(`${name}_pk`, [subject, "seq", "entry"])
        .execute();
    };
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
    await table("subject")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("sort", "integer", (c) => c.notNull())
      .addColumn("holder", "integer", (c) => c.notNull())
      .addColumn("unit", "integer", (c) => c.notNull())
      .addColumn("status", "integer", (c) => c.notNull())
      .addColumn("product", "text")
      .addColumn("made", "bigint", (c) => c.notNull())
      .addColumn("remaining", "bigint", (c) => c.notNull())
      .addColumn("packed", "bigint", (c) => c.notNull())
      .addColumn("lost", "bigint", (c) => c.notNull())
      .addColumn("room", "bigint", (c) => c.notNull())
      .addColumn("made_at", "bigint", (c) => c.notNull())
      .addColumn("made_batch", "text", (c) => c.notNull())
      .addColumn("made_content", "text", (c) => c.notNull())
      .execute();
    await db.schema.createIndex("subject_by_sort").on("subject").columns(["sort", "made_at", "id"]).execute();
    await db.schema.createIndex("subject_by_holder").on("subject").columns(["holder", "sort", "id"]).execute();
    await table("link")
      .addColumn("consumer", "text", (c) => c.notNull())
      .addColumn("input", "text", (c) => c.notNull())
      .addColumn("amount", "bigint", (c) => c.notNull())
      .addPrimaryKeyConstraint("link_pk", ["consumer", "input"])
      .execute();
    await db.schema.createIndex("link_of_input").on("link").columns(["input", "consumer"]).execute();
    await table("planting")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("cap", "bigint", (c) => c.notNull())
      .execute();
    await table("consignment")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("lot", "text", (c) => c.notNull())
      .addColumn("sender", "integer", (c) => c.notNull())
      .addColumn("receiver", "integer", (c) => c.notNull())
      .addColumn("carrier", "integer", (c) => c.notNull())
      .addColumn("packed", "integer", (c) => c.notNull())
      .addColumn("offered", "bigint", (c) => c.notNull())
      .addColumn("found", "bigint")
      .addColumn("state", "text", (c) => c.notNull())
      .addColumn("settled_at", "bigint")
      .addColumn("settled_content", "text")
      .addColumn("cid", "text", (c) => c.notNull())
      .addColumn("document", "text", (c) => c.notNull())
      .addColumn("tries", "integer", (c) => c.notNull())
      .addColumn("sscc", "text")
      .execute();
    await db.schema.createIndex("consignment_by_receiver").on("consignment").columns(["receiver", "state"]).execute();
    await db.schema.createIndex("consignment_by_sender").on("consignment").columns(["sender", "state"]).execute();
    await db.schema.createIndex("consignment_by_sscc").on("consignment").column("sscc").execute();
    await db.schema.createIndex("consignment_of_lot").on("consignment").columns(["lot", "packed"]).execute();
    await db.schema.createIndex("consignment_by_document").on("consignment").columns(["document", "cid"]).execute();
    await table("application")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("certifier", "integer", (c) => c.notNull())
      .addColumn("answered_by", "text")
      .execute();
    await table("certificate")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("application", "text")
      .addColumn("beneficiary", "integer", (c) => c.notNull())
      .addColumn("products", "integer", (c) => c.notNull())
      .addColumn("valid_from", "bigint", (c) => c.notNull())
      .addColumn("valid_until", "bigint", (c) => c.notNull())
      .execute();
    await table("scope")
      .addColumn("certificate", "text", (c) => c.notNull())
      .addColumn("subject", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("scope_pk", ["certificate", "subject"])
      .execute();
    await db.schema.createIndex("scope_of_subject").on("scope").columns(["subject", "certificate"]).execute();
    await statement("certificate_fate", "certificate", [["kind", "integer"]]);
    await statement("promise", "lot", [
      ["organisation", "integer"],
      ["amount", "bigint"],
    ]);
    await db.schema.createIndex("promise_of").on("promise").columns(["organisation", "at_s"]).execute();
    await statement("recall", "subject", [
      ["organisation", "integer"],
      ["capacity", "integer"],
      ["drill", "integer"],
      ["certificate", "text", "may be null"],
      ["released_at", "bigint", "may be null"],
    ]);
    await statement("acknowledgement", "subject", [
      ["recalled", "text"],
      ["recall_seq", "bigint"],
      ["organisation", "integer"],
    ]);
    await db.schema
      .createIndex("acknowledgement_of")
      .on("acknowledgement")
      .columns(["recalled", "recall_seq"])
      .execute();
    await statement("dispute", "subject", [
      ["of_seq", "bigint"],
      ["of_entry", "integer"],
      ["named", "text"],
      ["organisation", "integer"],
    ]);
    await statement("answer", "subject", [["of_seq", "bigint"]]);
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
    await table("label_run")
      .addColumn("run", "text", (c) => c.primaryKey())
      .addColumn("lot", "text", (c) => c.notNull())
      .addColumn("certificate", "text")
      .addColumn("net", "bigint", (c) => c.notNull())
      .addColumn("block", "integer", (c) => c.notNull())
      .addColumn("log_index", "integer", (c) => c.notNull())
      .addColumn("cid", "text", (c) => c.notNull())
      .addColumn("state", "text", (c) => c.notNull())
      .addColumn("tries", "integer", (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex("label_run_by_state")
      .on("label_run")
      .columns(["state", "block", "log_index"])
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
  },
};

/**
 * A cache needs no change of old rows: tables that change get a new name here. An index file made under another name is then
 * refused by the migrator, and store.ts makes it anew from the chain.
 */
const indexMigrations: Readonly<Record<string, Migration>> = { "006-books": first };
