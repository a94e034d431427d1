/** Makes those tables of the index that keep the books (index-tables.ts), on either engine. */
import { type Kysely, sql } from "kysely";

export { makeCertificates, makeConsignments, makeGoods, makeStatements };

type Db = Kysely<unknown>;
type Column = readonly [name: string, type: "integer" | "bigint" | "text", mayBeNull?: "may be null"];

async function makeGoods(db: Db): Promise<void> {
  const table = (name: string) => db.schema.createTable(name);
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
}

async function makeConsignments(db: Db): Promise<void> {
  const table = (name: string) => db.schema.createTable(name);
  await table("consignment")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("lot", "text", (c) => c.notNull())
    .addColumn("sender", "integer", (c) => c.notNull())
    .addColumn("receiver", "integer", (c) => c.notNull())
    .addColumn("carrier", "integer", (c) => c.notNull())
    .addColumn("packed", "integer", (c) => c.notNull())
    .addColumn("offered", "bigint", (c) => c.notNull())
    .addColumn("found", "bigint")
    .addColumn("shipped_at", "bigint", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("cid", "text", (c) => c.notNull())
    .addColumn("document", "text", (c) => c.notNull())
    .addColumn("sscc", "text")
    .addColumn("from_site", "text")
    .addColumn("to_site", "text")
    .addColumn("settled_at", "bigint")
    .addColumn("settled_seq", "bigint")
    .addColumn("settled_entry", "integer")
    .addColumn("settled_content", "text")
    .addColumn("settled_cid", "text")
    .addColumn("settled_document", "text")
    .addColumn("settled_from_site", "text")
    .addColumn("settled_to_site", "text")
    .execute();
  const index = (name: string, columns: readonly string[]) =>
    db.schema
      .createIndex(name)
      .on("consignment")
      .columns([...columns]);
  for (const [name, columns] of [
    // Each list of them is by time, newest first.
    ["consignment_by_time", []],
    ["consignment_by_state", ["state"]],
    ["consignment_to", ["receiver"]],
    ["consignment_to_by_state", ["receiver", "state"]],
    ["consignment_from", ["sender"]],
    ["consignment_from_by_state", ["sender", "state"]],
    ["consignment_by_sscc", ["sscc"]],
    ["consignment_of_lot", ["lot", "packed"]],
  ] as const)
    await index(name, [...columns, "shipped_at", "id"]).execute();
  await index("consignment_by_document", ["cid", "document", "id"]).execute();
  await index("consignment_by_settled", ["settled_cid", "settled_document", "id"]).execute();
  // Those of an organisation that are not read yet are counted, and they are few.
  for (const side of ["sender", "receiver"])
    await index(`consignment_unread_by_${side}`, [side]).where(sql.ref("document"), "=", sql.lit("awaited")).execute();
}

async function makeCertificates(db: Db): Promise<void> {
  const table = (name: string) => db.schema.createTable(name);
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
  await makeStatement(db, "certificate_fate", "certificate", [["kind", "integer"]]);
}

async function makeStatements(db: Db): Promise<void> {
  await makeStatement(db, "promise", "lot", [
    ["organisation", "integer"],
    ["amount", "bigint"],
  ]);
  for (const [name, columns] of [
    ["promise_by_time", []],
    ["promise_of", ["organisation"]],
    ["promise_of_lot", ["lot"]],
  ] as const)
    await db.schema
      .createIndex(name)
      .on("promise")
      .columns([...columns, "at_s", ...(name === "promise_of_lot" ? [] : ["lot"]), "seq", "entry"])
      .execute();
  await db.schema.createIndex("promise_by_document").on("promise").column("content").execute();
  await makeStatement(db, "recall", "subject", [
    ["organisation", "integer"],
    ["capacity", "integer"],
    ["drill", "integer"],
    ["certificate", "text", "may be null"],
    ["released_at", "bigint", "may be null"],
  ]);
  await db.schema.createIndex("recall_by_time").on("recall").columns(["at_s", "subject", "seq", "entry"]).execute();
  // They are looked for among all that a list shows, and few of many stand.
  await db.schema
    .createIndex("recall_standing")
    .on("recall")
    .columns(["drill", "subject"])
    .where(sql.ref("released_at"), "is", sql.lit(null))
    .execute();
  await makeStatement(db, "acknowledgement", "subject", [
    ["recalled", "text"],
    ["recall_seq", "bigint"],
    ["came_of", "integer"],
    ["organisation", "integer"],
  ]);
  await db.schema
    .createIndex("acknowledgement_of")
    .on("acknowledgement")
    .columns(["recalled", "recall_seq", "came_of", "at_s", "subject", "seq", "entry"])
    .execute();
  await makeStatement(db, "dispute", "subject", [
    ["of_seq", "bigint"],
    ["of_entry", "integer"],
    ["named", "text"],
    ["organisation", "integer"],
  ]);
  await makeStatement(db, "answer", "subject", [["of_seq", "bigint"]]);
}

/** One row an entry, which `seq` and `entry` name among the subject's own. */
async function makeStatement(db: Db, name: string, subject: string, columns: readonly Column[]): Promise<void> {
  let made = db.schema
    .createTable(name)
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
}
