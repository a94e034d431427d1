/**
 * Furrow as people start it: `node scripts/start.ts …` in a process of its own, ended by its own process number. What is
 * still running when the tests end is ended with them.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../scripts/house/root.ts";
import { settings } from "../../server/config.ts";

export type { Ending, Outcome, Running, Script, StartOptions };
export { aFolder, beginScript, copyOf, runScript, startFurrowProcess };

interface StartOptions {
  readonly data: string;
  readonly port?: number;
  readonly host?: string;
  /** Further arguments of `npm start --`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

interface Ending {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

interface Outcome extends Ending {
  readonly output: string;
}

interface Script {
  readonly outcome: Promise<Outcome>;
  /** What it has printed so far. */
  output(): string;
  kill(): void;
}

interface Running {
  readonly pid: number;
  readonly data: string;
  /** What it has printed so far, on both channels. */
  output(): string;
  readonly ended: Promise<Ending>;
  /** The address of the line "Furrow is ready". Rejects, with what was said, when it ends before. */
  readonly ready: Promise<string>;
  signal(signal: NodeJS.Signals): void;
  /** Ctrl-C; resolves when the process is gone. */
  stop(): Promise<Ending>;
}

const READY = /^Furrow is ready: (http\S+)$/m;

const alive = new Set<ChildProcess>();
const folders = new Set<string>();

process.once("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});
after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Starts it and returns at once: `ready` tells when it is whole. */
function startFurrowProcess({ data, port = 0, host = "127.0.0.1", args = [], env = {} }: StartOptions): Running {
  const child = node(["scripts/start.ts", "--port", String(port), "--host", host, "--data", data, ...args], env);
  const { heard, ended } = follow(child);
  const ready = new Promise<string>((done, fail) => {
    const look = () => {
      const found = READY.exec(heard())?.[1];
      if (found !== undefined) done(found);
    };
    child.stdout?.on("data", look);
    void ended.then(({ code, signal }) =>
      fail(new Error(`it ended with ${signal ?? code} before it was ready:\n${heard()}`)),
    );
  });
  // Whoever waits for it hears of its failure; where nobody does, the end alone is of interest.
  ready.catch(() => {});
  return {
    pid: child.pid ?? 0,
    data,
    output: heard,
    ended,
    ready,
    signal: (signal) => void child.kill(signal),
    async stop() {
      child.kill("SIGINT");
      return await ended;
    },
  };
}

/** Runs a script of the house to its end: `runScript("scripts/verify.ts", code, "--json")`. */
function runScript(script: string, ...args: readonly string[]): Promise<Outcome> {
  return beginScript({}, script, ...args).outcome;
}

/** Starts it, with settings of its own, so that it can be ended in the middle. */
function beginScript(env: Readonly<Record<string, string>>, script: string, ...args: readonly string[]): Script {
  const child = node([script, ...args], env);
  const { heard, ended } = follow(child);
  const outcome = ended.then((ending) => ({ ...ending, output: heard() }));
  return { outcome, output: heard, kill: () => void child.kill("SIGKILL") };
}

/** A folder of its own, removed when all tests have ended; what stands in it is not made. */
async function aFolder(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "furrow-journey-"));
  folders.add(parent);
  return join(parent, "data");
}

/** The same data in a folder of its own, as a backup is put back. No server may be running on `data`. */
async function copyOf(data: string): Promise<string> {
  const copy = await aFolder();
  await cp(data, copy, { recursive: true });
  return copy;
}

function node(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  // Settings of whoever runs the tests are not theirs.
  const own = Object.entries(process.env).filter(([name]) => !settings.some((setting) => setting.env === name));
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...Object.fromEntries(own), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  alive.add(child);
  return child;
}

function follow(child: ChildProcess): { readonly heard: () => string; readonly ended: Promise<Ending> } {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
  }
  const ended = new Promise<Ending>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code, signal) => {
      alive.delete(child);
      done({ code, signal });
    });
  });
  return { heard: () => text, ended };
}
