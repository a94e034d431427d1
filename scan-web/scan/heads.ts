/**
 * Reads heads from the chain itself: one JSON-RPC batch asks for the chain's id, its newest block, the ledger's code and the
 * word of every subject, the operator's acts (acts.ts), and for the newest block once more. `fetch` and the digest are passed in;
 * nothing here touches the page.
 */
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import type { Hex, History, KnownBlock } from "../../protocol/history.ts";
import { WORD_SELECTOR } from "../../protocol/ledger-abi.ts";
import type { Heads } from "../../protocol/verify/report.ts";
import { type Call, planActs } from "./acts.ts";

export type { HeadsRead };
export { MAX_CALLS, readHeads };

/** Furrow's own door takes 50 calls at a time, public ones mostly more. */
const MAX_CALLS = 50;
const PATIENCE_MS = 10_000;

interface HeadsRead extends Heads {
  /** False where that chain has another block under the number that the history speaks of. */
  readonly sameChain: boolean;
}

interface Ask {
  readonly fetch: typeof fetch;
  readonly sha256: (bytes: Uint8Array) => Promise<Uint8Array>;
  /** Address of the page: relative doors are its own. */
  readonly base: string;
}

/** The deployment's doors in turn, then the page's own server; null when none answers. */
async function readHeads(history: History, ask: Ask): Promise<HeadsRead | null> {
  const own = new URL("/rpc", ask.base).href;
  const named = history.deployment.rpc.map((address) => new URL(address, ask.base).href);
  for (const door of named) {
    const heads = await readFrom(door, "rpc", history, ask);
    if (heads !== null) return heads;
  }
  return named.includes(own) ? null : readFrom(own, "server", history, ask);
}

async function readFrom(door: string, source: "rpc" | "server", history: History, ask: Ask): Promise<HeadsRead | null> {
  try {
    // Blocks go on while we read; a list from two blocks would fit neither, nor words that are newer than the block they name.
    for (let attempt = 0; attempt < 3; attempt++) {
      const heads = await readOnce(door, source, history, ask);
      if (heads !== null) return heads;
    }
  } catch {
    return null; // not reachable, or no JSON-RPC: the next door
  }
  return null;
}

async function readOnce(door: string, source: "rpc" | "server", history: History, ask: Ask): Promise<HeadsRead | null> {
  const { deployment, subjects, asOf } = history;
  const addresses = [deployment.ledger, ...Object.values(deployment.libraries).map(({ address }) => address)];
  const at = await finalName(door, deployment, asOf, ask);
  const calls: Call[] = [
    ["eth_chainId", []],
    ["eth_getBlockByNumber", [`0x${asOf.number.toString(16)}`, false]],
    ...addresses.map((address): Call => ["eth_getCode", [address, at]]),
    ...subjects.map(({ id }): Call => ["eth_call", [{ to: deployment.ledger, data: WORD_SELECTOR + id.slice(2) }, at]]),
  ];
  const mustAnswer = new Set(calls);
  const acts = planActs(history, at);
  calls.push(...acts.calls);
  const answers: unknown[] = [];
  const newest: Call = ["eth_getBlockByNumber", [at, false]];
  let block: Block | null = null;
  for (let start = 0; start < calls.length; start += MAX_CALLS - 2) {
    const piece = [newest, ...calls.slice(start, start + MAX_CALLS - 2), newest];
    const given = await askBatch(door, piece, ask, (call) => call === newest || mustAnswer.has(call));
    const before = blockOf(given[0]);
    const after = blockOf(given.at(-1));
    if (before === null || before.hash !== after?.hash || before.hash !== (block ?? before).hash) return null;
    block = before;
    answers.push(...given.slice(1, -1));
  }
  const [chainId, known, ...others] = answers;
  const codes = others.slice(0, addresses.length);
  const words = others.slice(addresses.length, addresses.length + subjects.length);
  const codeHashes: Record<Hex, Hex> = {};
  for (const [n, address] of addresses.entries()) {
    codeHashes[address] = hexOf(await ask.sha256(bytesOf(String(codes[n]))));
  }
  return {
    words: Object.fromEntries(subjects.map(({ id }, n) => [id, String(words[n]) as Hex])),
    block: block?.number ?? 0,
    source,
    origin: new URL(door).host,
    chainId: Number(chainId),
    codeHashes,
    acts: acts.read(others.slice(addresses.length + subjects.length)),
    sameChain: isSame(blockOf(known), asOf),
  };
}

/**
 * What the door calls the newest final block. Doors of other operators answer for newer blocks too, which may be taken back;
 * Furrow's own answers for none, so no block is asked for that is older than the history.
 */
async function finalName(
  door: string,
  { finality }: History["deployment"],
  asOf: KnownBlock,
  ask: Ask,
): Promise<string> {
  if (typeof finality !== "number") return finality === "finalized" ? finality : "latest";
  const [newest] = await askBatch(door, [["eth_getBlockByNumber", ["latest", false]]], ask);
  return `0x${Math.max(asOf.number, (blockOf(newest)?.number ?? 0) - finality).toString(16)}`;
}

type Block = Pick<KnownBlock, "number" | "hash">;

/** Answers in the order of the calls; an error of one that must be answered is an error of all, any other is null. */
async function askBatch(
  door: string,
  calls: readonly Call[],
  ask: Ask,
  must: (call: Call) => boolean = () => true,
): Promise<unknown[]> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const response = await ask.fetch(door, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(calls.map(([method, params], id) => ({ jsonrpc: "2.0", id, method, params }))),
      credentials: "omit",
      signal: stop.signal,
    });
    const answers: unknown = await response.json();
    if (!Array.isArray(answers)) throw new TypeError("not a JSON-RPC batch");
    const byId = new Map(answers.map((answer: { id?: unknown }) => [answer.id, answer]));
    return calls.map((call, id) => {
      const answer = byId.get(id) as { result?: unknown } | undefined;
      if (answer?.result === undefined && must(call)) throw new TypeError(`call ${id} was not answered`);
      return answer?.result ?? null;
    });
  } finally {
    clearTimeout(timer);
  }
}

function blockOf(answer: unknown): Block | null {
  if (typeof answer !== "object" || answer === null) return null;
  const { number, hash } = answer as { number?: unknown; hash?: unknown };
  return typeof number === "string" && typeof hash === "string" ? { number: Number(number), hash: hash as Hex } : null;
}

function isSame(found: Block | null, known: KnownBlock): boolean {
  return found !== null && found.hash === known.hash;
}
