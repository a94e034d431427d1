/**
 * What a start rests on: the chain of this data folder, and the ledger on it with its record (`deployment.json`).
 */
import { join } from "node:path";
import type { Deployment, ExampleDays, KnownBlock } from "../protocol/history.ts";
import { type Account, addressOf } from "./chain/account.ts";
import type { Block, Chain } from "./chain/chain.ts";
import { checkDeployment, deployLedger } from "./chain/deploy.ts";
import { openEmbeddedChain } from "./chain/embedded.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { type DataFolder, readJsonFile, writeJsonFile } from "./folder.ts";

export { checkClock, knownBlock, openChain, openDeployment, recordExample, StartError };

/** Something outside this server is not as it must be; the message is one sentence for the operator. */
class StartError extends Error {
  override readonly name = "StartError";
}

/** Enough for every block that this chain will ever have; nobody can buy it, for it is worth nothing elsewhere. */
const FUNDS_WEI = 10n ** 30n;
/** A clock this far behind the newest block was set wrong; less is what clocks do. */
const CLOCK_BEHIND_S = 3_600;

async function openChain(folder: DataFolder, now: Clock, log: (line: string) => void): Promise<Chain> {
  const { chainId, genesisTimeS } = folder.marker;
  const funded = [folder.relayKey, folder.operatorKey].map(
    ({ privateKey }) => [addressOf(privateKey), FUNDS_WEI] as const,
  );
  return openEmbeddedChain({
    folder: join(folder.path, "chain"),
    chainId: BigInt(chainId),
    genesisTimeS,
    alloc: Object.fromEntries(funded),
    now,
    log,
  });
}

/** The record of an earlier start, checked against the chain; else the ledger is deployed and recorded. */
async function openDeployment(
  folder: DataFolder,
  parts: {
    readonly chain: Chain;
    readonly config: Config;
    readonly deployer: Account;
    readonly log: (line: string) => void;
  },
): Promise<Deployment> {
  const { chain, config, deployer, log } = parts;
  // What the operator may change between two starts is taken from the settings, not from the record.
  const told = {
    rpc: ["/rpc", ...config.moreRpc],
    gateways: ["/", ...config.moreGateways],
    runBy: config.runBy,
  } as const;
  const recorded = readJsonFile(recordPath(folder)) as Deployment | null;
  if (recorded !== null) {
    await checkDeployment(chain, recorded);
    return { ...recorded, ...told };
  }
  log("putting the ledger on the chain");
  const place = await deployLedger(chain, deployer, addressOf(folder.operatorKey.privateKey));
  const deployment = { furrow: 1, ...place, finality: "journal", ...told, example: null } as const;
  await writeJsonFile(recordPath(folder), deployment);
  return deployment;
}

/** The record, with the example's days in it; the folder then counts as complete. */
async function recordExample(folder: DataFolder, deployment: Deployment, example: ExampleDays): Promise<Deployment> {
  const complete = { ...deployment, example };
  await writeJsonFile(recordPath(folder), complete);
  await folder.mark({ example: "complete" });
  return complete;
}

/** @throws StartError when real time would begin before the chain's newest block */
function checkClock(latest: Block, clock: Clock): void {
  if (clock() > latest.timeS - CLOCK_BEHIND_S) return;
  const [now, newest] = [clock(), latest.timeS].map((timeS) => new Date(timeS * 1000).toISOString().slice(0, 16));
  throw new StartError(
    `This machine's clock says ${now}, but the chain's newest block is of ${newest} (UTC): set the clock right.`,
  );
}

function knownBlock({ number, hash, timeS }: Block): KnownBlock {
  return { number, hash: hash, timeS };
}

function recordPath(folder: DataFolder): string {
  return join(folder.path, "deployment.json");
}
