/**
 * What a start rests on: the chain of this data folder or one of others, and the ledger on it with its record
 * (`deployment.json`, which also says to which ledger the folder belongs).
 */
import { join } from "node:path";
import type { Deployment, ExampleDays, KnownBlock } from "../protocol/history.ts";
import { type Account, addressOf, type Pricing } from "./chain/account.ts";
import type { Block, Chain } from "./chain/chain.ts";
import { checkDeployment, deployLedger, otherCodeIn } from "./chain/deploy.ts";
import { openEmbeddedChain } from "./chain/embedded.ts";
import { chainIdOf, openOutsideChain } from "./chain/outside.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { type ChainRecord, readRecord } from "./deployment-record.ts";
import { type DataFolder, readJsonFile, writeJsonFile } from "./folder.ts";

export type { Ground };
export { checkClock, knownBlock, openChain, openDeployment, recordExample, StartError };

/** Something outside this server is not as it must be; the message is one sentence for the operator. */
class StartError extends Error {
  override readonly name = "StartError";
}

/** Enough for every block that this chain will ever have; nobody can buy it, for it is worth nothing elsewhere. */
const FUNDS_WEI = 10n ** 30n;
/** A clock this far behind the newest block was set wrong; less is what clocks do. */
const CLOCK_BEHIND_S = 3_600;

/** A chain, and what the start found out about it. */
interface Ground {
  readonly chain: Chain;
  /** Where its ledger lies, by the record of an outside chain; null: the embedded one, which knows of none yet. */
  readonly place: ChainRecord | null;
  /** What our accounts pay with. */
  readonly pricing: Pricing;
  /** Whether it did when it was looked at last. */
  answers(): boolean;
  /** What the operator should look at, a sentence each. */
  warnings(): readonly string[];
}

interface ChainParts {
  readonly config: Config;
  readonly now: Clock;
  readonly log: (line: string) => void;
}

/** The chain of this data folder, or the one that CHAIN_RPC_URL names. @throws ChainError, RecordError, StartError */
async function openChain(folder: DataFolder, parts: ChainParts): Promise<Ground> {
  const { config, now, log } = parts;
  const recorded = readJsonFile(recordPath(folder)) as Deployment | null;
  const isOutside = config.chainRpc.length > 0;
  if (recorded !== null && isOutside !== (recorded.finality !== "journal")) {
    throw new StartError(
      isOutside
        ? `${folder.path} holds a chain of its own: choose another folder with --data, or leave CHAIN_RPC_URL out.`
        : `${folder.path} belongs to a ledger on chain ${recorded.chainId}: set CHAIN_RPC_URL to a node of that chain.`,
    );
  }
  if (isOutside) return await openOutside(recorded, folder, parts);
  const { chainId, genesisTimeS } = folder.marker;
  const funded = [folder.relayKey, folder.operatorKey].map(
    ({ privateKey }) => [addressOf(privateKey), FUNDS_WEI] as const,
  );
  const chain = await openEmbeddedChain({
    folder: join(folder.path, "chain"),
    chainId: BigInt(chainId),
    genesisTimeS,
    alloc: Object.fromEntries(funded),
    now,
    log,
  });
  return { chain, place: null, pricing: "free", answers: () => true, warnings: () => [] };
}

async function openOutside(
  recorded: Deployment | null,
  folder: DataFolder,
  { config, log }: ChainParts,
): Promise<Ground> {
  const urls = config.chainRpc;
  const place = readRecord(await chainIdOf(urls), config.deployment);
  if (recorded !== null && (recorded.chainId !== place.chainId || recorded.ledger !== place.ledger)) {
    throw new StartError(
      `${folder.path} belongs to the ledger ${recorded.ledger} on chain ${recorded.chainId}, and the deployment record names ${place.ledger} on chain ${place.chainId}: choose another folder with --data.`,
    );
  }
  const finality = config.chainFinality ?? place.finality;
  const chain = await openOutsideChain({
    urls,
    chainId: BigInt(place.chainId),
    finality,
    pollMs: config.chainPollMs,
    log,
  });
  return {
    chain,
    place: { ...place, finality },
    pricing: { maxGasPrice: config.maxGasPrice },
    answers: () => chain.answers(),
    warnings: () => chain.warnings(),
  };
}

interface DeploymentParts {
  readonly ground: Ground;
  readonly config: Config;
  /** What stands before its addresses; empty: it has a port of its own, with a door to the chain. */
  readonly base: string;
  readonly deployer: Account;
  readonly log: (line: string) => void;
}

/** The record of an earlier start or of `npm run deploy`, checked against the chain; else the ledger is deployed and recorded. */
async function openDeployment(folder: DataFolder, parts: DeploymentParts): Promise<Deployment> {
  const { ground, config, base, deployer, log } = parts;
  const { chain } = ground;
  // What the operator may change between two starts is taken from the settings, not from the record.
  const told = {
    rpc: [...(base === "" ? ["/rpc"] : []), ...config.moreRpc],
    gateways: [`${base}/`, ...config.moreGateways],
    runBy: config.runBy,
  } as const;
  if (ground.place !== null) {
    const { furrow, chainId, ledger, codeHash, libraries, access, block, finality } = ground.place;
    const place = { furrow, chainId, ledger, codeHash, libraries, access, block, finality };
    const deployment = { ...place, ...told, example: null };
    await checkDeployment(chain, deployment);
    const other = await otherCodeIn(chain, deployment);
    // Nobody can put another in its place: what both versions know goes on.
    if (other !== null)
      log(
        `the ledger ${ledger} is of another version of Furrow (its ${other} does something else than ours): it refuses records of kinds that it does not know`,
      );
    // From now on this folder is of that ledger: what waits in it was signed for no other.
    await writeJsonFile(recordPath(folder), deployment);
    return deployment;
  }
  const recorded = readJsonFile(recordPath(folder)) as Deployment | null;
  if (recorded !== null) {
    await checkDeployment(chain, recorded);
    const other = await otherCodeIn(chain, recorded);
    if (other !== null) {
      throw new StartError(
        `${folder.path} holds the ledger of another version of Furrow (its ${other} does something else than this version's), and a ledger cannot be changed: start it with that version, or choose another folder with --data.`,
      );
    }
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
