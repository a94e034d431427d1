/**
 * Watches what our accounts hold on a chain where gas has a price, and says so long before one is empty.
 */
import { formatEther } from "ethers";
import type { Account } from "./account.ts";
import { type Chain, ChainError } from "./chain.ts";

export type { Payer };
export { Funds };

interface Payer {
  readonly account: Account;
  /** As in "the relay". */
  readonly name: string;
  /** What it pays for, as in "batches", how much gas one takes, and below how many of them it says so. */
  readonly pays: string;
  readonly gasEach: bigint;
  readonly low: bigint;
}

const LOOK_MS = 60_000;

class Funds {
  readonly #chain: Chain;
  readonly #payers: readonly Payer[];
  readonly #log: (line: string) => void;
  #warnings: readonly string[] = [];
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(chain: Chain, payers: readonly Payer[], log: (line: string) => void) {
    this.#chain = chain;
    this.#payers = payers;
    this.#log = log;
  }

  /** Who will soon be unable to pay, a sentence each. */
  warnings(): readonly string[] {
    return this.#warnings;
  }

  /** Looks, but not more often than once a minute. Never throws: what cannot be asked now is asked later. */
  async look(): Promise<void> {
    if (performance.now() - this.#lookedMs < LOOK_MS) return;
    this.#lookedMs = performance.now();
    try {
      const told = await Promise.all(this.#payers.map((payer) => this.#look(payer)));
      const warnings = told.filter((line) => line !== null);
      // Numbers go down with each look: a second line for the same account says nothing new.
      const known = new Set(this.#warnings.map(subjectOf));
      for (const line of warnings) if (!known.has(subjectOf(line))) this.#log(`chain: ${line}`);
      this.#warnings = warnings;
    } catch {
      // The chain says for itself when it does not answer.
    }
  }

  async #look({ account, name, pays, gasEach, low }: Payer): Promise<string | null> {
    const wei = BigInt(String(await this.#chain.request("eth_getBalance", [account.address, "pending"])));
    const price = await account.price().catch((cause: unknown) => {
      if (cause instanceof ChainError && cause.kind === "too-dear") return null;
      throw cause;
    });
    // A price that may not be paid is another trouble, told by whoever wants to pay.
    if (price === null || price === 0n) return null;
    const left = wei / (price * gasEach);
    if (left >= low) return null;
    return `${name} can pay for about ${left} more ${pays}: send coins to ${account.address}, which holds ${formatEther(wei)}.`;
  }
}

function subjectOf(line: string): string {
  return line.slice(0, line.indexOf(" can pay"));
}
