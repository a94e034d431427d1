/**
 * geth for tests: a real node in development mode, a block a second, in a temporary folder. `GETH_BIN` names its program
 * (.ci/interop builds it); whoever needs it without that is told so.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { callRpc } from "../../server/chain/rpc.ts";

export { type Geth, startGeth };

interface Geth {
  readonly url: string;
  /** Sends coins and waits until they are there. */
  fund(address: string, wei: bigint): Promise<void>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

async function startGeth(): Promise<Geth> {
  const program = process.env.GETH_BIN;
  if (program === undefined)
    throw new Error("GETH_BIN does not name geth's program: run .ci/interop, which builds it.");
  const folder = mkdtempSync(join(tmpdir(), "furrow-geth-"));
  const child = spawn(
    program,
    [
      ...["--dev", "--dev.period", "1", "--dev.gaslimit", "60000000", "--datadir", folder, "--ipcdisable"],
      ...["--nodiscover", "--port", "0", "--authrpc.port", "0", "--http", "--http.addr", "127.0.0.1"],
      ...["--http.port", "0", "--http.api", "eth,net,web3"],
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  process.once("exit", () => child.kill("SIGKILL"));
  const gone = once(child, "exit");
  const url = await addressOf(child.stderr);
  const rpc = (method: string, ...params: readonly unknown[]) => callRpc(url, method, params);
  const [rich] = (await rpc("eth_accounts")) as readonly string[];
  return {
    url,
    async fund(address, wei) {
      const hash = await rpc("eth_sendTransaction", { from: rich, to: address, value: `0x${wei.toString(16)}` });
      while ((await rpc("eth_getTransactionReceipt", hash)) === null) await pause(50);
    },
    async close() {
      child.kill("SIGTERM");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function addressOf(log: NodeJS.ReadableStream): Promise<string> {
  const said: string[] = [];
  for await (const line of createInterface({ input: log })) {
    said.push(line);
    const endpoint = /HTTP server started +endpoint=(127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (endpoint === undefined) continue;
    log.resume();
    return `http://${endpoint}`;
  }
  throw new Error(`geth ended before it was ready:\n${said.slice(-20).join("\n")}`);
}
