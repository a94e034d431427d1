/**
 * One Anvil as a child process: found, started, recognised when left over, ended. It keeps nothing on disk: state that
 * it writes itself did not survive being killed, so the journal is the only truth (`journal.ts`).
 *
 * Its port listens on the loopback address alone, yet lets whoever reaches it do anything; so it is chosen by the
 * system, told to nobody, and pages get no CORS. Another user of the same machine could find it: what such a one changes is
 * in no journal, and shows as differing roots at the next start.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { ChainError } from "./chain.ts";
import type { Genesis } from "./journal.ts";
import { callRpc, callRpcBatch, type RpcCall } from "./rpc.ts";

export type { Anvil };
export { endLeftOver, startAnvil };

interface Anvil {
  readonly pid: number;
  /** As it names itself, "anvil/v1.7.1". */
  readonly version: string;
  call(method: string, params: readonly unknown[]): Promise<unknown>;
  batch(calls: readonly RpcCall[]): Promise<readonly unknown[]>;
  readonly isUp: boolean;
  /** Resolves when the process is gone, however it went. */
  readonly gone: Promise<void>;
  /** Ends it at once: it has nothing to save. */
  end(): Promise<void>;
}

const START_LIMIT_MS = 20_000;

async function startAnvil(folder: string, genesis: Genesis): Promise<Anvil> {
  const init = genesisPath(folder);
  const told = JSON.stringify(genesisFile(genesis));
  // Written only where it differs: on a full disk an engine that ended must still come back.
  if ((await readFile(init, "utf8").catch(() => "")) !== told) await writeFile(init, told, { mode: 0o600 });
  const args = [
    ...["--host", "127.0.0.1", "--port", "0", "--no-cors", "--no-request-size-limit"],
    ...["--hardfork", genesis.hardfork, "--chain-id", genesis.chainId, "--init", init],
    ...["--timestamp", String(genesis.genesisTimeS), "--gas-limit", String(genesis.gasLimit)],
    // In the order sent, for the relay orders by what needs what; by fees, equal ones would fall as they like.
    ...["--no-mining", "--order", "fifo", "--prune-history", "--accounts", "0", "--enable-tx-gas-limit"],
  ];
  const child = spawn(binary(), args, {
    cwd: folder,
    env: { HOME: folder, PATH: process.env.PATH, SystemRoot: process.env.SystemRoot },
    stdio: ["ignore", "pipe", "pipe"],
    // In a group of its own: Ctrl-C at the terminal is for the server, which ends its engine last.
    detached: true,
    windowsHide: true,
  });
  let isUp = true;
  const gone = new Promise<void>((done) => {
    const finish = () => {
      isUp = false;
      done();
    };
    child.once("exit", finish);
    child.once("error", finish);
  });
  const end = async () => {
    child.ref();
    if (isUp) child.kill("SIGKILL");
    await gone;
  };
  const pid = child.pid ?? 0;
  try {
    if (pid !== 0) {
      endWithUs(child, pid);
      // Without this file only the next start's look for a left-over is lost.
      await writeFile(pidPath(folder), `${pid}\n`, { mode: 0o600 }).catch(() => {});
    }
    const url = `http://127.0.0.1:${await port(child)}`;
    const version = String(await callRpc(url, "web3_clientVersion", []));
    return {
      pid,
      version,
      call: (method, params) => callRpc(url, method, params),
      batch: (calls) => callRpcBatch(url, calls),
      get isUp() {
        return isUp;
      },
      gone,
      end,
    };
  } catch (cause) {
    await end();
    throw cause instanceof ChainError
      ? cause
      : new ChainError("engine-down", "The chain's engine did not start.", cause);
  }
}

/** Ends the engine that a killed server left behind in this folder. A process of another kind or folder is left alone. */
async function endLeftOver(folder: string, log: (line: string) => void): Promise<void> {
  const pid = Number.parseInt(await readFile(pidPath(folder), "utf8").catch(() => ""), 10);
  if (pid > 1 && (await commandOf(pid)).includes(genesisPath(folder))) {
    log(`chain: ended the engine that an earlier server left running (process ${pid})`);
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone in the meantime.
    }
  }
  await rm(pidPath(folder), { force: true });
}

function genesisPath(folder: string): string {
  return join(resolve(folder), "genesis.json");
}

function pidPath(folder: string): string {
  return join(folder, "anvil.pid");
}

function genesisFile(genesis: Genesis): unknown {
  const hex = (value: string | number) => `0x${BigInt(value).toString(16)}`;
  return {
    config: { chainId: Number(genesis.chainId) },
    timestamp: hex(genesis.genesisTimeS),
    gasLimit: hex(genesis.gasLimit),
    difficulty: "0x0",
    alloc: Object.fromEntries(Object.entries(genesis.alloc).map(([address, wei]) => [address, { balance: hex(wei) }])),
  };
}

/** The program itself, not the package's wrapper: killing a wrapper would leave the engine running. */
function binary(): string {
  const cpu = process.arch === "x64" ? "amd64" : process.arch;
  const file = process.platform === "win32" ? "anvil.exe" : "anvil";
  const name = `@foundry-rs/anvil-${process.platform}-${cpu}`;
  const fromWrapper = createRequire(createRequire(import.meta.url).resolve("@foundry-rs/anvil/package.json"));
  try {
    return fromWrapper.resolve(`${name}/bin/${file}`);
  } catch (cause) {
    throw new ChainError(
      "engine-missing",
      `The chain's engine for this machine is not installed (${name}): run npm ci.`,
      cause,
    );
  }
}

/** Waits for the line that names the port, then lets the rest of what it says go by. */
async function port(child: ChildProcess): Promise<number> {
  let said = "";
  const found = new Promise<number>((done, fail) => {
    const give = (why: string) => fail(new ChainError("engine-down", `The chain's engine did not start: ${why}`));
    const late = setTimeout(() => give(`it said nothing for ${START_LIMIT_MS / 1000} s.`), START_LIMIT_MS);
    const look = (chunk: Buffer) => {
      said = (said + chunk.toString("utf8")).slice(-4096);
      const match = /Listening on 127\.0\.0\.1:(\d+)\s/.exec(said);
      if (match === null) return;
      clearTimeout(late);
      done(Number(match[1]));
    };
    child.stdout?.on("data", look);
    child.stderr?.on("data", look);
    child.once("error", (error) => {
      clearTimeout(late);
      give(error.message);
    });
    child.once("close", (code, signal) => {
      clearTimeout(late);
      give(`it ended with ${signal ?? code}; its last words: ${said.trim().slice(-400)}`);
    });
  });
  const number = await found;
  for (const stream of [child.stdout, child.stderr]) stream?.removeAllListeners("data").resume();
  return number;
}

/**
 * Lets the engine end when this process does, however that ends: a shell waits at a pipe that only we hold open.
 * Without a shell (Windows) the next start ends it. Neither keeps this process from ending.
 */
function endWithUs(child: ChildProcess, pid: number): void {
  if (process.platform !== "win32") {
    const script = 'read -r end; [ "$end" = over ] || kill -9 "$1"';
    const watch = spawn("/bin/sh", ["-c", script, "sh", String(pid)], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    watch.on("error", () => {});
    watch.stdin.on("error", () => {});
    child.once("exit", () => watch.stdin.end("over\n"));
    watch.unref();
    unref(watch.stdin);
  }
  child.unref();
  for (const stream of [child.stdout, child.stderr]) unref(stream);
}

function unref(stream: unknown): void {
  if (typeof stream === "object" && stream !== null && "unref" in stream && typeof stream.unref === "function")
    stream.unref();
}

async function commandOf(pid: number): Promise<string> {
  if (process.platform === "linux") return readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  if (process.platform === "win32") return "";
  return new Promise((done) =>
    execFile("ps", ["-o", "command=", "-p", String(pid)], (error, out) => done(error === null ? out : "")),
  );
}
