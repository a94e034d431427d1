/**
 * `npm start`: the whole system on this machine, a line a step. Ends by Ctrl-C.
 * What cannot be is said in one sentence, with exit code 1.
 */
import { Command } from "commander";
import { ChainError } from "../server/chain/chain.ts";
import { ConfigError, readConfig, settings } from "../server/config.ts";
import { FolderError } from "../server/folder.ts";
import { StartError } from "../server/ground.ts";
import { ListenError } from "../server/listen.ts";
import { type Furrow, startFurrow } from "../server/main.ts";
import { StoreError } from "../server/store/store.ts";
import { buildAll } from "./build.ts";

interface Options {
  readonly port?: string;
  readonly data?: string;
  readonly host?: string;
  readonly example: boolean;
}

/** Whose message is written for the person who started it. */
const TOLD = [ChainError, ConfigError, FolderError, ListenError, StartError, StoreError];

const about = (flag: string) => settings.find((one) => one.flag === flag)?.about ?? "";
const { port, data, host, example } = new Command("start")
  .description("Starts Furrow: chain, IPFS blocks, SQL, API and pages in one process.")
  .option("--port <number>", about("port"))
  .option("--data <folder>", about("data"))
  .option("--host <address>", about("host"))
  .option("--no-example", "An empty folder stays empty: no example cooperative is made.")
  .parse()
  .opts<Options>();

const log = (line: string) => console.log(`· ${line}`);
const stopping = Promise.withResolvers<string>();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    // A second one does not wait: the journal and the outbox bear being killed.
    process.once(signal, () => process.exit(1));
    stopping.resolve(signal);
  });
}

try {
  const config = readConfig(process.env, { port, data, host });
  const { contracts, web } = await buildAll();
  log(contracts || web ? "built what was not built yet" : "everything is built");
  const furrow = await startFurrow({ config, exampleFromS: null, log, logError });
  say(furrow);
  await stopping.promise;
  console.log("· stopping");
  await furrow.close();
  process.exit(0);
} catch (cause) {
  if (!TOLD.some((kind) => cause instanceof kind)) throw cause;
  console.error(cause instanceof Error ? cause.message : cause);
  process.exit(1);
}

function say({ address, lanAddress }: Furrow): void {
  if (lanAddress !== null) log(`phones in this network open ${lanAddress}`);
  console.log(`Furrow is ready: ${address}`);
}

function logError(line: string, cause?: unknown): void {
  console.error(`! ${line}`, cause ?? "");
}
