/**
 * Tables of what is kept: what no chain and no IPFS can give back. A backup holds them (docs/operate.md).
 * Hex is `0x` and lower case; times are seconds since 1970.
 */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export type { BatchState, InvitationTable, KeptTables, OutboxTable };
export { keptMigrations };

/** waiting: on disk here · sent: in a transaction whose outcome is not known yet · final: the ledger holds it · refused: it cannot go on as it is. */
type BatchState = "waiting" | "sent" | "final" | "refused";

interface OutboxTable {
  /** Hash of the batch (docs/ledger.md §4). */
  batch: string;
  /** The batch as sent, signature included; empty once it is final for good, for then the chain holds it. */
  bytes: Uint8Array;
  /** sha256 of `bytes`: the ledger's `Rejected` log names a batch by it. */
  sent_digest: string;
  recorder: string;
  /** Decimal: a u64 passes what a double holds. */
  nonce: string;
  /** JSON array of subject ids that the batch makes, and of those that it needs and does not make. */
  makes: string;
  needs: string;
  state: BatchState;
  /** JSON {type, at, detail} of a Problem, and the ledger's own words {error, values} as `ledger`: why it is refused, or what a waiting one waits for. */
  reason: string | null;
  /** Subject without which a waiting one cannot go on: it is left aside until that is there. */
  awaits: string | null;
  block: number | null;
  received_at: number;
  settled_at: number | null;
  /** Order of arrival. */
  position: number;
}

/** admit, replace: the operator's, for a new organisation, and for a manager's key where all are lost · manager: a phone's, for another phone. */
interface InvitationTable {
  /** sha256 of the code, hex without 0x: whoever reads this table can let nobody in. */
  digest: string;
  sort: "admit" | "replace" | "manager";
  /** Null: it will be admitted. */
  organisation: number | null;
  /** Whether the phone is to be a manager's. */
  manager: number;
  /** JSON of what the operator says of it; null for a manager's. */
  said: string | null;
  /** JSON {x, y, sealing, device} of the first phone that asked. It stands here before anything is done for it. */
  phone: string | null;
  made_at: number;
  until: number;
  /** When the key was seen on the ledger. */
  joined_at: number | null;
}

interface KeptTables {
  outbox: OutboxTable;
  invitation: InvitationTable;
  /** How often a code was opened, by day and region; nothing about who. `serial_hash`: leaf of the serial, so unprinted serials cannot be read here. */
  scan: { serial_hash: string; day: string; region: string; count: number };
  /** `generation`: how often the index was emptied or made anew. */
  counter: { name: string; value: number };
  /** One row (owner.ts). */
  owner: { name: "ledger"; chain_id: string; ledger: string; half_made: number };
}

const first: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("outbox")
      .addColumn("batch", "text", (c) => c.primaryKey())
      .addColumn("bytes", "bytea", (c) => c.notNull())
      .addColumn("sent_digest", "text", (c) => c.notNull())
      .addColumn("recorder", "text", (c) => c.notNull())
      .addColumn("nonce", "text", (c) => c.notNull())
      .addColumn("makes", "text", (c) => c.notNull())
      .addColumn("needs", "text", (c) => c.notNull())
      .addColumn("state", "text", (c) => c.notNull())
      .addColumn("reason", "text")
      .addColumn("block", "integer")
      .addColumn("received_at", "bigint", (c) => c.notNull())
      .addColumn("settled_at", "bigint")
      .addColumn("position", "bigint", (c) => c.notNull())
      .execute();
    // One version of a record at a time: a nonce is spent once (docs/ledger.md §4.6). A refused one makes room for its repair.
    await db.schema
      .createIndex("outbox_nonce")
      .unique()
      .on("outbox")
      .columns(["recorder", "nonce"])
      .where("state" as never, "!=", "refused")
      .execute();
    await db.schema.createIndex("outbox_state").on("outbox").columns(["state", "position"]).execute();
    await db.schema
      .createTable("scan")
      .addColumn("serial_hash", "text", (c) => c.notNull())
      .addColumn("day", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("count", "integer", (c) => c.notNull())
      .addPrimaryKeyConstraint("scan_pk", ["serial_hash", "day", "region"])
      .execute();
    await db.schema
      .createTable("note")
      .addColumn("key", "text", (c) => c.primaryKey())
      .addColumn("value", "text", (c) => c.notNull())
      .execute();
  },
};

const waitingRows: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable("outbox").addColumn("awaits", "text").execute();
    await db.schema.createIndex("outbox_awaits").on("outbox").column("awaits").execute();
    // The unique index leaves refused rows out, so no look-up that wants them too can use it.
    await db.schema.createIndex("outbox_of_nonce").on("outbox").columns(["recorder", "nonce"]).execute();
    await db.schema.createIndex("outbox_of_recorder").on("outbox").columns(["recorder", "state"]).execute();
    await (db as Kysely<KeptTables>)
      .updateTable("outbox")
      .set({ bytes: new Uint8Array() })
      .where("state", "=", "final")
      .execute();
    await db.schema.dropTable("note").execute();
  },
};

const manyProcesses: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("counter")
      .addColumn("name", "text", (c) => c.primaryKey())
      .addColumn("value", "bigint", (c) => c.notNull())
      .execute();
    // The last position is looked up for each submission, and settled rows are never removed.
    await db.schema.createIndex("outbox_position").on("outbox").column("position").execute();
  },
};

const owner: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("owner")
      .addColumn("name", "text", (c) => c.primaryKey())
      .addColumn("chain_id", "text", (c) => c.notNull())
      .addColumn("ledger", "text", (c) => c.notNull())
      .addColumn("half_made", "integer", (c) => c.notNull())
      .execute();
  },
};

const invitations: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("invitation")
      .addColumn("digest", "text", (c) => c.primaryKey())
      .addColumn("sort", "text", (c) => c.notNull())
      .addColumn("organisation", "integer")
      .addColumn("manager", "integer", (c) => c.notNull())
      .addColumn("said", "text")
      .addColumn("phone", "text")
      .addColumn("made_at", "bigint", (c) => c.notNull())
      .addColumn("until", "bigint", (c) => c.notNull())
      .addColumn("joined_at", "bigint")
      .execute();
    await db.schema.createIndex("invitation_until").on("invitation").column("until").execute();
  },
};

/** In the order of their names; each runs once in a data folder or database. */
const keptMigrations: Readonly<Record<string, Migration>> = {
  "001-first": first,
  "002-waiting-rows": waitingRows,
  "003-many-processes": manyProcesses,
  "004-owner": owner,
  "005-invitations": invitations,
};
