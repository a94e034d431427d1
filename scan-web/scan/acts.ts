/**
 * The operator's acts from the chain's own log: no head commits to them, so the page reads the ledger's `Organisation` logs through
 * the same door as the heads. Doors limit the range of blocks, so it is asked for in parts; pure of network and page.
 */
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { readStamp } from "../../protocol/fold.ts";
import type { History, OrganisationAct } from "../../protocol/history.ts";
import { TOPICS } from "../../protocol/ledger-abi.ts";

export type { ActsPlan, Call };
export { MAX_PARTS, PART, planActs };

type Call = readonly [method: string, params: readonly unknown[]];

interface ActsPlan {
  /** None where the ledger began so long ago that a phone should not read its log through. */
  readonly calls: readonly Call[];
  /** From the answers in the order of the calls, null for a refused one; null where they do not tell all. */
  read(answers: readonly unknown[]): readonly OrganisationAct[] | null;
}

/** Blocks of one `eth_getLogs`: as many as Furrow's own door and most others give. */
const PART = 10_000;
const MAX_PARTS = 100;
/** Beyond so many organisations, those of all are asked for. */
const MAX_TOPICS = 100;
/** Characters of one word of the ABI in hex. */
const WORD = 64;

/** @param newest what the door calls the block of the heads */
function planActs({ deployment, asOf, acts, batches }: History, newest: string): ActsPlan {
  const numbers = new Set(acts.map(({ organisation }) => organisation));
  for (const { stamp } of Object.values(batches)) numbers.add(writerOf(stamp));
  const ids = [...numbers].map((number) => hexOf(organisationId(number)));
  const topics = [TOPICS.Organisation, ids.length > MAX_TOPICS ? null : ids];
  const filters: Call[] = [];
  for (let from = deployment.block; from <= asOf.number || filters.length === 0; from += PART) {
    const isLast = from + PART > asOf.number;
    const range = { fromBlock: quantity(from), toBlock: isLast ? newest : quantity(from + PART - 1) };
    filters.push(["eth_getLogs", [{ ...range, address: deployment.ledger, topics }]]);
  }
  if (filters.length > MAX_PARTS) return { calls: [], read: () => null };
  // When an act was counts for roles, and the log has its block alone.
  const blocks = [...new Set(acts.map(({ block }) => block))];
  return {
    calls: [...filters, ...blocks.map((block): Call => ["eth_getBlockByNumber", [quantity(block), false]])],
    read(answers) {
      const logs = answers.slice(0, filters.length);
      const times = new Map<number, number>();
      for (const [n, block] of blocks.entries()) {
        const timeS = timeOf(answers[filters.length + n]);
        if (timeS === null) return null;
        times.set(block, timeS);
      }
      if (!logs.every(Array.isArray)) return null;
      return logs.flat().flatMap((log: unknown) => actOf(log, deployment.ledger, times) ?? []);
    },
  };
}

/** Null for another event, or what has not its shape: an act that is not there is missed. */
function actOf(log: unknown, ledger: Hex, times: ReadonlyMap<number, number>): OrganisationAct | null {
  const { address, topics, data, blockNumber } = (log ?? {}) as Readonly<Record<string, unknown>>;
  const [topic, organisation] = Array.isArray(topics) ? (topics as readonly unknown[]).map(String) : [];
  if (String(address).toLowerCase() !== ledger || topic !== TOPICS.Organisation) return null;
  const text = String(data).toLowerCase();
  if (text.length !== 2 + 6 * WORD || organisation === undefined) return null;
  const words = Array.from({ length: 6 }, (_, n): Hex => `0x${text.slice(2 + n * WORD, 2 + (n + 1) * WORD)}`);
  const [act = "0x", roles = "0x", content = "0x", x = "0x", y = "0x", untilBlock = "0x0"] = words;
  const block = Number(blockNumber);
  return {
    ...{ organisation: Number(organisation), act: Number(act), roles: Number(roles), content, x, y, block },
    untilBlock: String(BigInt(untilBlock)),
    // Of a block that the history does not name nothing is compared: the act itself is missing there.
    timeS: times.get(block) ?? 0,
  };
}

function timeOf(block: unknown): number | null {
  const { timestamp } = (block ?? {}) as { readonly timestamp?: unknown };
  return typeof timestamp === "string" ? Number(timestamp) : null;
}

/** 0, which no organisation has, where the stamp is no stamp: `verify` says that of it. */
function writerOf(stamp: Hex): number {
  try {
    return readStamp(bytesOf(stamp)).organisation;
  } catch {
    return 0;
  }
}

function quantity(number: number): Hex {
  return `0x${number.toString(16)}`;
}
