/**
 * Puts the ledger on a chain of others, where gas costs money and blocks take their time: what was begun and broken off is gone on
 * with, so that nothing is paid twice. What was begun is a small note that the caller keeps.
 */
import { createHash } from "node:crypto";
import { formatEther } from "ethers";
import type { Account } from "./account.ts";
import { type Chain, type Hex, RefusedError } from "./chain.ts";
import { type Part, type Place, type Plan, placeOf, planLedger } from "./deploy.ts";

export type { Begun };
export { FundsError, putLedger };

/** The deployer cannot pay for it; the message is one sentence. */
class FundsError extends Error {
  override readonly name = "FundsError";
}

/** Everything that a plan follows from, and the newest final block when it was made. */
interface Begun {
  readonly deployer: Hex;
  readonly operator: Hex;
  readonly first: number;
  readonly block: number;
  /** sha256 of all that is created: with other contracts the plan is another one. */
  readonly code: Hex;
}

interface PutParts {
  readonly chain: Chain;
  readonly deployer: Account;
  readonly operator: Hex;
  /** What an earlier run noted; null when there was none, or it came to its end. */
  readonly begun: Begun | null;
  /** Durable before anything is sent. */
  readonly note: (begun: Begun) => Promise<void>;
  readonly log: (line: string) => void;
  readonly pauseMs?: number;
}

const PAUSE_MS = 3_000;

/** Resolves once the whole ledger is final. @throws FundsError, and what {@link Account.send} throws */
async function putLedger(parts: PutParts): Promise<Place> {
  const { chain, deployer, operator, log } = parts;
  let begun = parts.begun;
  if (begun !== null && !isSame(begun, deployer.address, operator)) {
    log("what was begun has another payer, another operator or other contracts: beginning anew");
    begun = null;
  }
  for (let isFirst = true; ; isFirst = false) {
    begun ??= await begin(parts);
    const plan = planLedger(deployer.address, operator, begun.first);
    // Asked first: what becomes final after that is found by its code.
    const final = Number(await chain.request("eth_getTransactionCount", [deployer.address, "latest"]));
    const missing = await firstMissing(chain, plan, "pending");
    if (missing === plan.parts.length) return await whenFinal(parts, plan, begun.block);
    const own = begun.first + (missing === "other" ? 0 : missing);
    if (missing === "other" || final > own) {
      log("what was begun cannot be gone on with, for another transaction took its number: beginning anew");
      begun = null;
      continue;
    }
    const rest = plan.parts.slice(missing);
    const calls = rest.map(({ call }) => call);
    if (isFirst && missing > 0)
      log(`${missing} of ${plan.parts.length} contracts are on the chain already; going on with the others`);
    await checkFunds(chain, deployer, rest);
    if ((await deployer.count()) <= own) {
      log(`creating ${rest.map(({ name }) => name).join(", ")}; each block takes its time to be final`);
      await deployer.send(calls, own);
    } else {
      // Nobody raises the price of what a run that has ended left with the nodes, unless it is sent once more.
      if (isFirst) log("taking over transactions that an earlier run has sent");
      await deployer.send(calls, own).catch((cause: unknown) => {
        // Mined in the meantime, or something else has its number: the next look at the chain tells which.
        if (!(cause instanceof RefusedError)) throw cause;
        if (isFirst) log(`not all of it is taken: ${cause.message}`);
      });
      await pause(parts);
    }
  }
}

async function begin({ chain, deployer, operator, note }: PutParts): Promise<Begun> {
  const first = await deployer.count();
  const { parts } = planLedger(deployer.address, operator, first);
  await checkFunds(chain, deployer, parts);
  const { number: block } = await chain.latest();
  const begun = { deployer: deployer.address, operator, first, block, code: codeOf(parts) };
  await note(begun);
  return begun;
}

function isSame({ deployer, operator, first, code }: Begun, by: Hex, to: Hex): boolean {
  return deployer === by && operator === to && code === codeOf(planLedger(by, to, first).parts);
}

function codeOf(parts: readonly Part[]): Hex {
  const all = parts.map(({ call }) => call.data).join(" ");
  return `0x${createHash("sha256").update(all).digest("hex")}`;
}

/** Index of the first contract that is not there; the plan's length when all are. "other": one is none of ours. */
async function firstMissing(chain: Chain, { parts }: Plan, at: "pending" | "latest"): Promise<number | "other"> {
  let missing = parts.length;
  for (const [n, { address, isCode }] of parts.entries()) {
    const code = String(await chain.request("eth_getCode", [address, at]));
    if (code === "0x") missing = Math.min(missing, n);
    else if (!isCode(code)) return "other";
  }
  return missing;
}

async function whenFinal(parts: PutParts, plan: Plan, block: number): Promise<Place> {
  const all = plan.parts.length;
  for (let isFirst = true; (await firstMissing(parts.chain, plan, "latest")) !== all; isFirst = false) {
    // Taken back in the meantime: from here on it is sent again.
    if ((await firstMissing(parts.chain, plan, "pending")) !== all) return await putLedger(parts);
    if (isFirst) parts.log("all contracts are on the chain; waiting until their blocks are final");
    await pause(parts);
  }
  return placeOf(parts.chain, plan, block);
}

/** By what is allowed to each creation, which is somewhat more than it will use. */
async function checkFunds(chain: Chain, deployer: Account, parts: readonly Part[]): Promise<void> {
  const gas = parts.reduce((sum, { call }) => sum + call.gas, 0n);
  const needed = gas * (await deployer.price());
  const held = BigInt(String(await chain.request("eth_getBalance", [deployer.address, "pending"])));
  if (held >= needed) return;
  throw new FundsError(
    `${deployer.address} holds ${formatEther(held)} coins and needs about ${formatEther(needed)} to put the ledger on chain ${chain.chainId}: send it some, then run this again.`,
  );
}

async function pause({ pauseMs = PAUSE_MS }: PutParts): Promise<void> {
  await new Promise((done) => setTimeout(done, pauseMs));
}
