/**
 * `npm start`: the whole system on this machine, a line a step. Ends by Ctrl-C.
 * What cannot be is said in one sentence, with exit code 1.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { Command } from "commander";
import { Problem } from "../protocol/problem.ts";
import { BlocksError } from "../server/blocks/blocks.ts";
import { ChainError } from "../server/chain/chain.ts";
import { type Config, ConfigError, readConfig, settings } from "../server/config.ts";
import { ControlError } from "../server/control.ts";
import { RecordError } from "../server/deployment-record.ts";
import { FolderError } from "../server/folder.ts";
import { StartError } from "../server/ground.ts";
import { RegionError } from "../server/http/region.ts";
import { ListenError } from "../server/listen.ts";
import type { ExampleMaker } from "../server/example.ts";
import type { Furrow } from "../server/furrow.ts";
import { startFurrow } from "../server/main.ts";
import { StoreError } from "../server/store/tables.ts";
import { buildAll } from "./build.ts";
import { keepExample, readExample } from "./example/kept.ts";
import { ROOT } from "./house/root.ts";
import { terminalCode } from "./house/terminal-code.ts";
import { NO_PHONES, trustPage } from "./house/trust.ts";
import { EXAMPLE_FROM_S, seedExample } from "./seed.ts";

interface Options {
  readonly port?: string;
  readonly data?: string;
  readonly host?: string;
  readonly https?: true;
  readonly example: boolean;
}

/** Whose message is written for the person who started it. */
const TOLD = [
  BlocksError,
  ChainError,
  ConfigError,
  ControlError,
  FolderError,
  ListenError,
  // Stores that stop answering just while they are opened.
  Problem,
  RecordError,
  RegionError,
  StartError,
  StoreError,
];

const about = (flag: string) => settings.find((one) => one.flag === flag)?.about ?? "";
const options = new Command("start")
  .description("Starts Furrow: chain, IPFS blocks, SQL, API and pages in one process, or the parts that PARTS names.")
  .option("--port <number>", about("port"))
  .option("--data <folder>", about("data"))
  .option("--host <address>", about("host"))
  .option("--https", about("https"))
  .option("--no-example", "An empty folder stays empty: no example cooperative is made.")
  .parse()
  .opts<Options>();

const log = (line: string) => console.log(`· ${line}`);
const logError = (line: string, cause?: unknown) => console.error(`! ${line}`, cause ?? "");

const stopping = Promise.withResolvers<void>();
let isStopping = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    // A second one does not wait: the journal and the outbox bear being killed.
    process.on(signal, () => process.exit(1));
    isStopping = true;
    log("stopping");
    stopping.resolve();
  });
}

try {
  const { port, data, host } = options;
  const config = readConfig(process.env, { port, data, host, ...(options.https === true ? { https: "on" } : {}) });
  const { contracts, web } = await buildAll();
  log(contracts || web ? "built contracts and pages" : "contracts and pages are built");
  const furrow = await startFurrow({
    ...{ config, readExample, log, logError, webFolder: join(ROOT, "dist/web"), practice: config.practice },
    // The example's days are written with a clock of its own, and no other chain lets us set its.
    exampleFromS: options.example && config.chainRpc.length === 0 ? EXAMPLE_FROM_S : null,
  });
  await Promise.race([begin(furrow, config), stopping.promise]);
  await stopping.promise;
  await furrow.close();
  process.exit(0);
} catch (cause) {
  if (!TOLD.some((kind) => cause instanceof kind)) throw cause;
  console.error(cause instanceof Error ? cause.message : cause);
  process.exit(1);
}

async function begin(furrow: Furrow, { data, parts }: Config): Promise<void> {
  const { address, lanAddress, example, authority } = furrow;
  // What this process asks of itself, to make the example, goes the way of everybody.
  if (authority !== null) setDefaultCACertificates([...getCACertificates(), authority.certificate]);
  if (example !== null) {
    log(`pages answer at ${address}; the example cooperative is being made`);
    try {
      await make(furrow, example, data);
    } catch (cause) {
      // Whoever stopped the server broke the example off; the next start makes it anew.
      if (isStopping) return;
      throw cause;
    }
  }
  if (lanAddress !== null) log(`phones in this network open ${lanAddress}`);
  if (authority !== null) await tellTrust(trustPage(furrow), authority.fingerprint);
  console.log(`Furrow is ready: ${parts.has("api") ? address : [...parts].join(", ")}`);
}

/** Before a phone opens the address it has to trust the certificate; the page that says how is plain http, at the same port. */
async function tellTrust(page: string | null, fingerprint: string): Promise<void> {
  if (page === null) {
    log(NO_PHONES);
    return;
  }
  log(`a phone that is here for the first time opens ${page} and installs the certificate with the fingerprint`);
  log(`  ${fingerprint}`);
  console.log(await terminalCode(page));
}

async function make({ address, admit }: Furrow, example: ExampleMaker, folder: string): Promise<void> {
  const made = await seedExample({
    ...{ address, admit, log, seedToken: example.token },
    clock: { set: example.setTime },
    random: (length) => randomBytes(length),
    progress: example.progress,
    plantScans: example.plantScans,
  });
  await keepExample(folder, made);
  await example.finish();
}
