/** Runs a program of the house and waits for it. Touches child processes only. */
import { spawn } from "node:child_process";
import { ROOT } from "./root.ts";

export type { Outcome };
export { inTurn, runNode };

interface Outcome {
  /** Exit code; a program that a signal ended, or that could not start, counts as 1. */
  readonly code: number;
  /** What it printed on both channels, in order. */
  readonly output: string;
  readonly tookMs: number;
  /** The last message that it sent to us, where it sends any. */
  readonly message: unknown;
}

interface Where {
  readonly folder?: string;
  /** `live`: shown while it comes; `kept` (default): only handed back. */
  readonly output?: "live" | "kept";
}

/** Runs `node ARGS…` with the Node that runs us: no shell, no .cmd shim, hence no quoting. */
function runNode(args: readonly string[], { folder = ROOT, output = "kept" }: Where = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    const channel = output === "live" ? "inherit" : "pipe";
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", channel, channel, "ipc"] });
    const heard: Buffer[] = [];
    let message: unknown;
    const end = (code: number): void =>
      resolve({ code, output: Buffer.concat(heard).toString("utf8"), tookMs: performance.now() - startedMs, message });
    child.stdout?.on("data", (piece: Buffer) => heard.push(piece));
    child.stderr?.on("data", (piece: Buffer) => heard.push(piece));
    child.on("message", (told) => {
      message = told;
    });
    child.on("error", (error) => {
      heard.push(Buffer.from(`${error.message}\n`));
      end(1);
    });
    child.on("close", (code) => end(code ?? 1));
  });
}

/** Does all jobs, at most `width` at once; results in the order of the jobs. */
async function inTurn<T>(jobs: readonly (() => Promise<T>)[], width: number): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < jobs.length; n = next++) {
      const job = jobs[n];
      if (job !== undefined) results[n] = await job();
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
