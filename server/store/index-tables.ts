/**
 * Tables of the index: a cache of chain and IPFS. Dropped and rebuilt, it is equal row for row.
 * Hex is `0x` and lower case; times are seconds; amounts are whole thousandths (at most 2^40 − 1, so a double holds them).
 */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export type { IndexTables };
export { indexMigrations };

interface IndexTables {
  /** How far the index has followed: one row. */
  cursor: { name: "followed"; block: number; hash: string };
  /**
   * What whoever reads the index must know of whoever writes it, which may be another process: up to which block heads were
   * compared as well, and why it stands still, in one sentence. At most one row.
   */
  progress: { name: "index"; checked: number; fault: string | null };
  /** Words of subjects that moved since they were last compared with those in the ledger's storage. */
  unchecked: { subject: string; word: string };
  batch: {
    hash: string;
    emitter: string;
    recorder: string;
    stamp: string;
    nonce: string;
    seen: string;
    r: string;
    s: string;
    block: number;
    size: number;
  };
  /** A group with its entries, `entries` of them: what they say is read from the bytes, which heads and signatures prove. */
  record_group: {
    batch: string;
    idx: number;
    subject: string;
    seq: number;
    entries: number;
    bytes: Uint8Array;
    leaf: string;
  };
  /** `entry_idx` −1: the group's own move. */
  move: { subject: string; seq: number; batch: string; group_idx: number; entry_idx: number; word: string };
  /** One row a subject: who holds it, and its books as the ledger keeps them. */
  subject: {
    id: string;
    sort: number;
    holder: number;
    unit: number;
    /** Subject id of the product, for lots, plantings and label runs; of itself for a product. */
    product: string | null;
    /** Lot: made. Planting: harvested. Plot: area. Label run: count. */
    made: number;
    /** Lot: left. Plot: free area. Label run: valid. */
    remaining: number;
    /** Lot: packed. */
    packed: number;
    made_at: number;
    made_batch: string;
    made_content: string;
  };
  link: { consumer: string; input: string; amount: number };
  /** What a planting may bear is counted anew when its area is corrected. `cap` as in the entry, thousandths a hectare. */
  planting: { id: string; cap: number };
  /** In force while valid_from ≤ time < valid_until; its issuer is the holder of the subject. */
  certificate: { id: string; beneficiary: number; valid_from: number; valid_until: number };
  /** Products and plots that a certificate names. */
  scope: { certificate: string; subject: string };
  organisation_act: {
    block: number;
    log_index: number;
    organisation: number;
    act: number;
    roles: number;
    content: string;
    x: string;
    y: string;
    until_block: string;
    time_s: number;
  };
  recorder: { id: string; organisation: number; x: string; y: string; manager: number; ended_block: number | null };
  /**
   * Label runs in the order of the ledger (`log_index` within `block`), with the CID of their document. `awaited`: the list of
   * leaves is not read yet · `listed`: its codes can be found · `wrong`: the list can never give the root in the ledger.
   * `tries`: how often an awaited list was found to be stored nowhere.
   */
  label_run: {
    run: string;
    block: number;
    log_index: number;
    cid: string;
    state: "awaited" | "listed" | "wrong";
    tries: number;
  };
  /** Leaves of serials. Whoever copies the list of another's run has the same leaves: the earlier run counts. */
  label_serial: { leaf: string; run: string; idx: number };
  /** The Merkle trees of label runs (label-tree.ts). */
  label_tree: { run: string; level: number; part: number; hashes: Uint8Array };
}

const first: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
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
      .addColumn("product", "text")
      .addColumn("made", "bigint", (c) => c.notNull())
      .addColumn("remaining", "bigint", (c) => c.notNull())
      .addColumn("packed", "bigint", (c) => c.notNull())
      .addColumn("made_at", "bigint", (c) => c.notNull())
      .addColumn("made_batch", "text", (c) => c.notNull())
      .addColumn("made_content", "text", (c) => c.notNull())
      .execute();
    await db.schema.createIndex("subject_by_sort").on("subject").columns(["sort", "made_at", "id"]).execute();
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
    await table("certificate")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("beneficiary", "integer", (c) => c.notNull())
      .addColumn("valid_from", "bigint", (c) => c.notNull())
      .addColumn("valid_until", "bigint", (c) => c.notNull())
      .execute();
    await table("scope")
      .addColumn("certificate", "text", (c) => c.notNull())
      .addColumn("subject", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("scope_pk", ["certificate", "subject"])
      .execute();
    await db.schema.createIndex("scope_of_subject").on("scope").columns(["subject", "certificate"]).execute();
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
const indexMigrations: Readonly<Record<string, Migration>> = { "004-words": first };
