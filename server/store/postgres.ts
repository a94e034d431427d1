/**
 * PostgreSQL, 15 or newer: the schemas `kept` and `index` of one database, through Kysely and `pg`.
 * A connection that is lost is made anew by the next statement; until the database is back that throws {@link StoreAwayError}.
 */
import { CompiledQuery, Kysely, PostgresDialect, type PostgresPoolClient, sql } from "kysely";
import { Client, type ClientConfig, DatabaseError, Pool, type PoolClient, types } from "pg";
import { countGeneration } from "./generation.ts";
import { indexMigrations } from "./index-migration.ts";
import type { IndexTables } from "./index-tables.ts";
import { type KeptTables, keptMigrations } from "./kept-tables.ts";
import { messageOf, migrate, StoreAwayError, StoreError, type Tables } from "./tables.ts";

export { awayOr, clientConfig, OPENING, openPostgres, unfitFor };

const OLDEST = 15;
/** A database that does not answer for so long is away. */
const CONNECT_MS = 5_000;
/** Connections of one process; PostgreSQL allows 100 unless it is told otherwise. */
const KEPT_CONNECTIONS = 4;
const INDEX_CONNECTIONS = 8;
/** Advisory lock under which tables are made, so that processes which start at once do so one after another. */
const OPENING = 0x66_75_72_72_6f_77;

/** For each new connection. A process that hangs in a transaction shall not hold its rows for ever. */
const ALWAYS = "set idle_in_transaction_session_timeout = '60s'";
/** Whatever the database's default is, what is answered for is on its disk. */
const DURABLE =
  "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') in ('off', 'local')";
/** A cache may lose its last rows in a power cut: they are followed again. */
const CACHE = "set synchronous_commit = off";

/** @throws StoreError of one sentence when the database cannot be reached, used or understood */
async function openPostgres(url: string, log: (line: string) => void): Promise<Tables> {
  const opening = await connect(url);
  try {
    await checkServer(opening, placeOf(url), log);
    await takeOpening(opening, placeOf(url), log);
    return await openSchemas(url, log);
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw new StoreError(`The database ${placeOf(url)} cannot be used (${messageOf(cause)}); see docs/operate.md.`, {
      cause,
    });
  } finally {
    await opening.end();
  }
}

/** A process that hangs in the midst of it keeps all others waiting, so that is said. It ends with the connection. */
async function takeOpening(client: Client, place: string, log: (line: string) => void): Promise<void> {
  const { rows } = await client.query<{ held: boolean }>("select pg_try_advisory_lock($1) as held", [OPENING]);
  if (rows[0]?.held === true) return;
  log(`store: another process makes the tables of ${place}; this one waits for it`);
  await client.query("select pg_advisory_lock($1)", [OPENING]);
}

async function openSchemas(url: string, log: (line: string) => void): Promise<Tables> {
  const kept = open<KeptTables>(url, { schema: "kept", connections: KEPT_CONNECTIONS, first: [ALWAYS, DURABLE] });
  const index = open<IndexTables>(url, { schema: "index", connections: INDEX_CONNECTIONS, first: [ALWAYS, CACHE] });
  const indexTables = async () => {
    const tables = await index.introspection.getTables();
    return tables.filter(({ schema }) => schema === "index").map(({ name }) => name);
  };
  try {
    await migrate(kept, keptMigrations, "kept").catch((cause: unknown) => {
      if (cause instanceof StoreAwayError) throw cause;
      throw new StoreError(
        `The schema kept of ${placeOf(url)} cannot be used (${messageOf(cause)}); restore it from a backup.`,
        { cause },
      );
    });
    await migrate(index, indexMigrations, "index").catch(async (cause: unknown) => {
      // Other processes may be at work with it: what is no fault of its tables, such as too few connections, leaves it as it is.
      if (!isUnusable(cause)) throw cause;
      log(`store: the index cannot be read (${messageOf(cause)}); it is made anew from the chain`);
      await makeAnew(index);
    });
    return {
      ...{ index, kept, indexTables },
      async tidyIndex() {
        for (const name of await indexTables()) await sql`vacuum analyze ${sql.table(name)}`.execute(index);
      },
      async close() {
        await index.destroy();
        await kept.destroy();
      },
    };
  } catch (cause) {
    await index.destroy();
    await kept.destroy();
    throw cause;
  }
}

/** All or nothing: readers in other processes have the old index under the old number, or the new one under the new. */
async function makeAnew(index: Kysely<IndexTables>): Promise<void> {
  await index.transaction().execute(async (all) => {
    await sql`drop schema "index" cascade`.execute(all);
    await migrate<IndexTables>(all, indexMigrations, "index");
    await countGeneration(all.withSchema("kept") as unknown as Kysely<KeptTables>);
  });
}

/**
 * Whether the tables are not ours as they stand: of another version (Kysely says so without a code), with tables or columns that
 * are missing, too many or of another type, or damaged on the disk. See "PostgreSQL Error Codes", classes 42 and XX.
 */
function isUnusable(cause: unknown): boolean {
  if (cause instanceof DatabaseError) return /^(42(P0[167]|70[134]|804)|XX00[12])$/.test(cause.code ?? "");
  return cause instanceof Error && cause.message.startsWith("corrupted migrations");
}

async function connect(url: string): Promise<Client> {
  const client = madeClient(url);
  // What breaks the connection also fails the statement in hand, or the next one.
  client.on("error", () => {});
  try {
    await client.connect();
    return client;
  } catch (cause) {
    const code = codeOf(cause);
    const at = placeOf(url);
    const says = `${messageOf(cause)}${code === null ? "" : `, ${code}`}`;
    if (code === "28P01" || code === "28000")
      throw new StoreError(`PostgreSQL does not let us in at ${at} (${says}): correct DATABASE_URL.`, { cause });
    if (code === "3D000")
      throw new StoreError(`There is no database ${at}: make it (docs/operate.md), or correct DATABASE_URL.`, {
        cause,
      });
    throw new StoreError(`PostgreSQL cannot be reached at ${at} (${says}): start it, or correct DATABASE_URL.`, {
      cause,
    });
  }
}

async function checkServer(client: Client, place: string, log: (line: string) => void): Promise<void> {
  const { rows } = await client.query<{ version: string; encoding: string; fsync: string }>(
    "select current_setting('server_version') as version, current_setting('server_encoding') as encoding, current_setting('fsync') as fsync",
  );
  const [{ version = "", encoding = "", fsync = "" } = {}] = rows;
  const unfit = unfitFor({ version, encoding });
  if (unfit !== null) throw new StoreError(`The database ${place} ${unfit}`);
  if (fsync !== "on") log(`store: ${place} runs with fsync off: a power cut can lose records that were taken`);
}

/** Why such a server cannot be used, in a sentence that begins with its name; null when it can. */
function unfitFor({ version, encoding }: { readonly version: string; readonly encoding: string }): string | null {
  if (!(Number.parseInt(version, 10) >= OLDEST))
    return `is of PostgreSQL ${version}, and ${OLDEST} or newer is needed: upgrade it.`;
  if (encoding !== "UTF8")
    return `keeps text as ${encoding}, and UTF8 is needed: make it with \`encoding 'UTF8' template template0\`.`;
  return null;
}

/** What every connection is made with; also for those that are nobody's but one part's. */
function clientConfig(url: string): ClientConfig {
  return {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    application_name: "furrow",
    types: { getTypeParser: parserFor as typeof types.getTypeParser },
  };
}

/** int8 as a number: all of ours are below 2^53, and one that is not is refused rather than rounded. */
function parserFor(type: number, format?: "text" | "binary"): unknown {
  return type === types.builtins.INT8 ? wholeNumber : types.getTypeParser(type, format);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`the number ${text} of the database is larger than we ever write`);
}

interface SchemaOptions {
  readonly schema: string;
  readonly connections: number;
  /** Statements for each new connection. */
  readonly first: readonly string[];
}

function open<T>(url: string, { schema, connections, first }: SchemaOptions): Kysely<T> {
  const pool = new Pool({ ...clientConfig(url), max: connections });
  // An idle connection that breaks is dropped by the pool. One that is in use also fails its next statement, and would, with
  // nobody to hear of it, end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return new Kysely<T>({
    dialect: new PostgresDialect({
      pool: {
        options: pool.options,
        connect: () => pool.connect().then(watched, (cause: unknown) => Promise.reject(awayOr(cause))),
        end: () => pool.end(),
      },
      async onCreateConnection(connection) {
        for (const statement of [`set search_path to "${schema}"`, ...first])
          await connection.executeQuery(CompiledQuery.raw(statement));
      },
    }),
  });
}

/** Kysely knows a connection by its object: each has one for ever. */
const watchedClients = new WeakMap<PoolClient, PostgresPoolClient>();

/** The connection, with its failures told apart: the database is away, or it says no. */
function watched(client: PoolClient): PostgresPoolClient {
  const known = watchedClients.get(client);
  if (known !== undefined) return known;
  const query = (text: string, parameters: unknown[]) =>
    client.query(text, parameters).catch((cause: unknown) => Promise.reject(awayOr(cause)));
  const made = {
    query: query as unknown as PostgresPoolClient["query"],
    release: (destroy?: boolean) => client.release(destroy),
  };
  watchedClients.set(client, made);
  return made;
}

/**
 * Connection failures, a server that starts, stops or is full, one that has become a read-only copy, and a race lost to another
 * process: in each case the same step is right a moment later.
 */
const AWAY = /^(08...|57P0[1-5]|53300|25006|25P03|40001|40P01)$/;

/** A {@link StoreAwayError} for what says that the database is not there; else what it is. */
function awayOr(cause: unknown): unknown {
  const isAnswer = cause instanceof DatabaseError && !AWAY.test(cause.code ?? "");
  if (isAnswer || cause instanceof RangeError || cause instanceof TypeError || cause instanceof StoreAwayError)
    return cause;
  return new StoreAwayError(`the database is away (${messageOf(cause)})`, { cause });
}

function codeOf(cause: unknown): string | null {
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : null;
}

/** @throws StoreError when a file that the address names, such as `sslrootcert`, cannot be read: making a client reads it */
function madeClient(url: string): Client {
  try {
    return new Client(clientConfig(url));
  } catch (cause) {
    throw new StoreError(`DATABASE_URL cannot be used (${messageOf(cause)}): correct it.`, { cause });
  }
}

/** `database at host:port as user`: never the password. */
function placeOf(url: string): string {
  const { database, host, port, user } = madeClient(url);
  return `"${database ?? ""}" at ${host}:${port} as user "${user ?? ""}"`;
}
