/**
 * `npm run deploy`: puts the ledger on the chain that CHAIN_RPC_URL names, and writes its record to contracts/deployments.
 * Broken off, it goes on where it was. What cannot be is said in one sentence, with exit code 1.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { Command } from "commander";
import { formatEther, formatUnits } from "ethers";
import { Account, addressOf, RevertedError } from "../server/chain/account.ts";
import { compilerOf, readArtifact } from "../server/chain/artifact.ts";
import { type Chain, ChainError, type Hex, RefusedError, RpcError } from "../server/chain/chain.ts";
import { DEFAULT_FINALITY, type Finality } from "../server/chain/finality.ts";
import { chainIdOf, openOutsideChain } from "../server/chain/outside.ts";
import { type Begun, FundsError, putLedger } from "../server/chain/put.ts";
import { type Config, ConfigError, readConfig } from "../server/config.ts";
import { type ChainRecord, DEPLOYMENTS, RecordError, readRecord } from "../server/deployment-record.ts";
import { type DataFolder, FolderError, openFolder, readJsonFile, writeJsonFile } from "../server/folder.ts";
import { buildContracts } from "./build-contracts.ts";
import { ROOT } from "./house/root.ts";

interface Options {
  readonly key?: string;
  readonly operator?: string;
  readonly data?: string;
  readonly again?: boolean;
  readonly out: string;
}

class ArgumentError extends Error {}

/** Whose message is written for the person who ran it. */
const TOLD = [
  ...[ArgumentError, ChainError, ConfigError, FolderError, FundsError, RecordError],
  ...[RefusedError, RevertedError, RpcError],
];

const options = new Command("deploy")
  .description("Puts the ledger on the chain of CHAIN_RPC_URL; settings as for npm start.")
  .option("--key <file>", "file with the private key that pays; without: DEPLOYER_KEY, or the relay's own key")
  .option("--operator <address>", "who admits organisations; without: the operator's key of the data folder")
  .option("--data <folder>", "the data folder whose relay and operator this is for; made where missing")
  .option("--again", "puts another ledger on a chain that has one; the old record is kept")
  .option("--out <folder>", "where records are kept", DEPLOYMENTS)
  .parse()
  .opts<Options>();

const log = (line: string) => console.log(`· ${line}`);

try {
  await deploy(readConfig(process.env, { data: options.data }));
} catch (cause) {
  if (!TOLD.some((kind) => cause instanceof kind)) throw cause;
  console.error(`deploy: ${cause instanceof Error ? cause.message : cause}`);
  process.exitCode = 1;
}

async function deploy(config: Config): Promise<void> {
  if (config.chainRpc.length === 0)
    throw new ArgumentError(
      "Set CHAIN_RPC_URL to a node of the chain; npm start without it brings a chain of its own.",
    );
  const finality = config.chainFinality ?? DEFAULT_FINALITY;
  await buildContracts();
  const chainId = await chainIdOf(config.chainRpc);
  const chain = await openOutsideChain({ urls: config.chainRpc, chainId, finality, log });
  try {
    log(`chain ${chainId} checks P-256 signatures; its newest final block is ${(await chain.latest()).number}`);
    const path = join(options.out, `${chainId}.json`);
    if (existsSync(path) && options.again !== true) {
      const { ledger } = readRecord(chainId, path);
      throw new ArgumentError(
        `Chain ${chainId} has the ledger ${ledger} by ${shown(path)}: --again puts another one there.`,
      );
    }
    const folder = await openFolder(
      config.data,
      () => ({ genesisTimeS: Math.floor(Date.now() / 1000), example: "none" }),
      log,
    );
    try {
      await put(chain, { config, folder, finality, path });
    } finally {
      folder.release();
    }
  } finally {
    await chain.close();
  }
}

interface PutOptions {
  readonly config: Config;
  readonly folder: DataFolder;
  readonly finality: Finality;
  readonly path: string;
}

async function put(chain: Chain, { config, folder, finality, path }: PutOptions): Promise<void> {
  const key = options.key === undefined ? config.deployerKey : keyAt(options.key);
  const deployer = new Account(chain, key ?? folder.relayKey.privateKey, { maxGasPrice: config.maxGasPrice });
  const [relay, own] = [folder.relayKey, folder.operatorKey].map(({ privateKey }) => addressOf(privateKey));
  const operator = options.operator === undefined ? (own ?? "0x") : addressAt(options.operator);
  log(`${deployer.address} pays; ${operator} will admit organisations`);
  mkdirSync(options.out, { recursive: true });
  const unfinished = `${path}.unfinished`;
  const place = await putLedger({
    ...{ chain, deployer, operator, log },
    begun: readJsonFile(unfinished) as Begun | null,
    note: (begun) => writeJsonFile(unfinished, begun),
  });
  const record: ChainRecord = {
    ...{ furrow: 1, ...place, libraries: { ...place.libraries }, finality },
    ...{ deployer: deployer.address, operator, deployedAt: new Date().toISOString() },
    compiler: compilerOf(readArtifact("contracts/Ledger.sol", "Ledger")),
  };
  if (existsSync(path)) renameSync(path, path.replace(/\.json$/, `.${readRecord(chain.chainId, path).block}.json`));
  await writeJsonFile(path, record);
  rmSync(unfinished);
  log(`the ledger is at ${record.ledger}, from block ${record.block} on; its record is ${shown(path)}`);
  await tellFunds(chain, deployer, { relay: relay ?? "0x", operator });
}

/** What has to be funded before the server can work. */
async function tellFunds(
  chain: Chain,
  account: Account,
  of: { readonly relay: Hex; readonly operator: Hex },
): Promise<void> {
  const price = await account.price();
  const batches = formatEther(price * 200_000n * 1_000n);
  const holds = async (address: Hex) =>
    formatEther(BigInt(String(await chain.request("eth_getBalance", [address, "latest"]))));
  console.log(`Before npm start, send coins to
  the relay     ${of.relay}  holds ${await holds(of.relay)}; 1,000 batches take about ${batches} at ${formatUnits(price, "gwei")} gwei
  the operator  ${of.operator}  holds ${await holds(of.operator)}; an admission takes about ${formatEther(price * 300_000n)}`);
}

function keyAt(path: string): string {
  const text = existsSync(path) ? readFileSync(path, "utf8").trim() : "";
  const key = /^(?:\{\s*"privateKey":\s*")?(?:0x)?([0-9a-f]{64})(?:"\s*\})?$/i.exec(text)?.[1];
  if (key === undefined) throw new ArgumentError(`--key: ${path} does not hold a private key (64 hex digits).`);
  return `0x${key.toLowerCase()}`;
}

function addressAt(text: string): Hex {
  if (!/^0x[0-9a-f]{40}$/i.test(text)) throw new ArgumentError(`--operator: ${text} is not an address.`);
  return text.toLowerCase() as Hex;
}

function shown(path: string): string {
  const own = relative(ROOT, path);
  return own.startsWith("..") ? path : own;
}
