/**
 * Kubo for tests: a real node in a temporary folder, talking to nobody but us. `KUBO_BIN` names its program (.ci/interop builds
 * it); whoever needs it without that is told so.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { base32upper } from "multiformats/bases/base32";
import type { CID } from "multiformats/cid";

export { type Kubo, makeKubo };

interface Kubo {
  /** Where its RPC answers; another address after each start. */
  readonly address: string;
  /** Its blocks lie here as files, one in each. */
  readonly blockFolder: string;
  /** Where a block lies. */
  pathOf(cid: CID): string;
  start(): Promise<void>;
  /** SIGTERM, unless told otherwise; resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** A command of its own, such as `run("pin", "ls")`: what it prints. */
  run(...args: readonly string[]): Promise<string>;
  /** Changes its settings; it must not be running. */
  configure(change: (config: KuboConfig) => void): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

interface KuboConfig {
  Addresses: { API: string };
  Datastore: { Spec: { mounts: { type: string; sync?: boolean }[] }; WriteThrough?: boolean };
  API: { Authorizations?: Record<string, { AuthSecret: string; AllowedPaths: string[] }> };
}

const run = promisify(execFile);
const alive = new Set<ChildProcess>();

process.once("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

/** A new node, not started. Its store syncs, as docs/operate.md tells operators to set it. */
async function makeKubo(): Promise<Kubo> {
  const program = process.env.KUBO_BIN;
  if (program === undefined)
    throw new Error("KUBO_BIN does not name Kubo's program: run .ci/interop, which builds it.");
  const folder = mkdtempSync(join(tmpdir(), "furrow-kubo-"));
  const env = { ...process.env, IPFS_PATH: folder, HOME: folder, IPFS_TELEMETRY: "off" };
  let child: ChildProcess | null = null;
  let address = "";

  const runOwn = async (...args: readonly string[]) => (await run(program, args, { env })).stdout;
  const configure: Kubo["configure"] = async (change) => {
    const path = join(folder, "config");
    const config = JSON.parse(await readFile(path, "utf8")) as KuboConfig;
    change(config);
    await writeFile(path, JSON.stringify(config));
  };
  const stop: Kubo["stop"] = async (signal = "SIGTERM") => {
    if (child === null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    child = null;
    await gone;
    // A killed one leaves the address at which its own commands would look for it.
    await rm(join(folder, "api"), { force: true });
  };

  await runOwn("init", "--profile=test,flatfs");
  await configure(({ Datastore }) => {
    for (const mount of Datastore.Spec.mounts) if (mount.type === "flatfs") mount.sync = true;
  });
  return {
    get address() {
      return address;
    },
    blockFolder: join(folder, "blocks"),
    pathOf(cid) {
      // Multihash in base32 without the base's letter, in the folder of the two letters before its last.
      const name = base32upper.encode(cid.multihash.bytes).slice(1);
      return join(folder, "blocks", name.slice(-3, -1), `${name}.data`);
    },
    async start() {
      const started = spawn(program, ["daemon", "--offline"], { env, stdio: ["ignore", "pipe", "pipe"] });
      child = started;
      alive.add(started);
      started.once("exit", () => alive.delete(started));
      const said: string[] = [];
      createInterface({ input: started.stderr }).on("line", (line) => said.push(line));
      for await (const line of createInterface({ input: started.stdout })) {
        said.push(line);
        const port = /RPC API server listening on .*\/tcp\/(\d+)$/.exec(line)?.[1];
        if (port !== undefined) address = `http://127.0.0.1:${port}`;
        if (line.includes("Daemon is ready")) {
          started.stdout.resume();
          return;
        }
      }
      throw new Error(`Kubo ended before it was ready:\n${said.join("\n")}`);
    },
    stop,
    run: runOwn,
    configure,
    async remove() {
      await stop("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
