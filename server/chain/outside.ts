/**
 * Any chain behind Ethereum JSON-RPC that checks P-256 signatures (EIP-7951), by one node or several (`CHAIN_RPC_URL`).
 * What the rest of the server sees of it is final: a reorganisation above the newest final block never shows.
 */
import {
  type Again,
  type Block,
  type Chain,
  ChainError,
  type Hex,
  type Receipt,
  RefusedError,
  RpcError,
} from "./chain.ts";
import { readFinal } from "./final-reads.ts";
import { type Finality, testFinality } from "./finality.ts";
import { Node } from "./node.ts";
import { Nodes } from "./nodes.ts";
import { UnreachableError } from "./rpc.ts";
import { Sender } from "./sender.ts";

export type { OutsideChain, OutsideOptions };
export { chainIdOf, openOutsideChain };

interface OutsideOptions {
  /** Of nodes of one chain, in the order in which they are wanted. */
  readonly urls: readonly string[];
  readonly chainId: bigint;
  readonly finality: Finality;
  readonly log?: (line: string) => void;
  /** Between two looks at the chain. */
  readonly pollMs?: number;
  /** As in nodes.ts and sender.ts. */
  readonly restMs?: number;
  readonly stuckMs?: number;
}

interface OutsideChain extends Chain {
  /** Whether a node did at the last look. */
  answers(): boolean;
  /** What the operator should look at, a sentence each. */
  warnings(): readonly string[];
}

const POLL_MS = 1_000;
const STUCK_MS = 60_000;
/** A chain whose final block is older than this by its own clock has stopped making blocks final. */
const FINAL_LAG_S = 7_200;

/** The chain's id by the first node that answers. @throws ChainError `nodes-down` */
async function chainIdOf(urls: readonly string[]): Promise<bigint> {
  const why: string[] = [];
  for (const node of urls.map((url) => new Node(url))) {
    try {
      return await node.chainId();
    } catch (error) {
      why.push(`${node.name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  throw new ChainError("nodes-down", `No node of CHAIN_RPC_URL answers (${why.join("; ")}).`);
}

/**
 * Opens the chain once it has shown that it can carry the ledger.
 * @throws ChainError `nodes-down`, or `unsuited` in one sentence on what to do
 */
async function openOutsideChain(options: OutsideOptions): Promise<OutsideChain> {
  await testNodes(options);
  const chain = new Outside(options);
  try {
    await chain.begin();
    return chain;
  } catch (cause) {
    await chain.close();
    throw cause;
  }
}

/** One node that suits is enough to start with; where none does, the first one's reason is told. */
async function testNodes({ urls, chainId, finality, log = () => {} }: OutsideOptions): Promise<void> {
  let first: unknown = null;
  for (const node of urls.map((url) => new Node(url))) {
    try {
      await testNode(node, chainId, finality);
      return;
    } catch (cause) {
      if (!(cause instanceof ChainError || cause instanceof UnreachableError || cause instanceof RpcError)) throw cause;
      const told =
        cause instanceof ChainError ? cause : new ChainError("nodes-down", `${node.name}: ${cause.message}.`, cause);
      log(`chain: the node ${node.name} does not suit: ${told.message}`);
      first ??= told;
    }
  }
  throw first ?? new ChainError("nodes-down", "CHAIN_RPC_URL names no node.");
}

async function testNode(node: Node, chainId: bigint, finality: Finality): Promise<void> {
  const own = await node.chainId();
  if (own !== chainId)
    throw new ChainError(
      "unsuited",
      `The node ${node.name} is of chain ${own}, and the ledger is on chain ${chainId}.`,
    );
  const says = await node.call("eth_call", [{ to: P256VERIFY, data: P256_KNOWN }, "latest"]);
  if (says !== P256_YES) {
    throw new ChainError(
      "unsuited",
      `Chain ${chainId} does not check P-256 signatures at address 0x100 (EIP-7951, Ethereum since Osaka): the ledger cannot be on it.`,
    );
  }
  await testFinality(node, finality);
}

class Outside implements OutsideChain {
  readonly chainId: bigint;
  readonly #options: OutsideOptions;
  readonly #log: (line: string) => void;
  readonly #nodes: Nodes;
  readonly #sender: Sender;
  readonly #listeners = new Set<(block: Block) => void>();
  #latest: Block | null = null;
  #trouble: string | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #lag: string | null = null;
  #closed = false;

  constructor(options: OutsideOptions) {
    const { urls, chainId, finality, restMs, log = () => {}, stuckMs = STUCK_MS } = options;
    this.chainId = chainId;
    this.#options = options;
    this.#log = log;
    this.#nodes = new Nodes({ urls, chainId, finality, log, ...(restMs === undefined ? {} : { restMs }) });
    this.#sender = new Sender({ chainId, nodes: this.#nodes, log, stuckMs });
  }

  async begin(): Promise<void> {
    const { final } = await this.#nodes.look();
    this.#latest = final;
    await this.#seeLag(final);
    this.#next();
  }

  async request(method: string, params: readonly unknown[]): Promise<unknown> {
    const final = await this.latest();
    return this.#nodes.ask((node) => readFinal(node, final, method, params));
  }

  async send(raw: readonly Hex[], again: Again | null = null): Promise<readonly Receipt[]> {
    const settled = await Promise.allSettled(raw.map((one) => this.#sender.put(one, again)));
    const outcomes = settled.map((one) => (one.status === "fulfilled" ? one.value : asError(one.reason)));
    const receipts = outcomes.filter((outcome): outcome is Receipt => !(outcome instanceof Error));
    if (receipts.length < outcomes.length) throw new RefusedError(outcomes);
    return receipts;
  }

  async latest(): Promise<Block> {
    if (this.#closed) throw new ChainError("closed", "The chain is closed.");
    if (this.#latest === null) throw new ChainError("nodes-down", "The chain was not looked at yet.");
    return this.#latest;
  }

  async block(at: number | Hex): Promise<Block | null> {
    const final = await this.latest();
    if (at === final.number || at === final.hash) return final;
    if (typeof at === "number" && at > final.number) return null;
    const block = await this.#nodes.ask((node) => node.block(at));
    if (block === null || typeof at === "number") return block;
    if (block.number > final.number) return null;
    const own = await this.#nodes.ask((node) => node.block(block.number));
    return own?.hash === block.hash ? block : null;
  }

  onBlock(listener: (block: Block) => void): () => void {
    const own = (block: Block) => listener(block);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  answers(): boolean {
    return this.#trouble === null;
  }

  warnings(): readonly string[] {
    const trouble = [this.#trouble, this.#lag].filter((line) => line !== null);
    return [...trouble, ...this.#nodes.aside];
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#sender.close();
    await this.#looking;
  }

  #next(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => this.#next());
    }, this.#options.pollMs ?? POLL_MS);
  }

  async #look(): Promise<void> {
    try {
      const { final, isOther } = await this.#nodes.look();
      if (isOther)
        this.#log(`chain: THE CHAIN TOOK BACK BLOCKS THAT WERE FINAL; its newest final block is now ${final.number}`);
      const isNew = final.hash !== this.#latest?.hash;
      this.#latest = final;
      if (isNew) this.#tell(final);
      await this.#sender.watch(final);
      if (isNew) await this.#seeLag(final);
      if (this.#trouble !== null) this.#log("chain: it answers again");
      this.#trouble = null;
    } catch (error) {
      const { message } = asError(error);
      if (this.#trouble !== message && !this.#closed) this.#log(`chain: ${message}`);
      this.#trouble = message;
    }
  }

  /** `finalized` is answered by chains on which it never moves. */
  async #seeLag(final: Block): Promise<void> {
    if (this.#options.finality !== "finalized") return;
    const newest = await this.#nodes.ask((node) => node.block("latest"));
    const lagS = (newest?.timeS ?? 0) - final.timeS;
    const lag =
      lagS > FINAL_LAG_S ? `the newest finalized block is ${Math.floor(lagS / 3_600)} hours behind the chain` : null;
    if (lag !== null && this.#lag === null) this.#log(`chain: ${lag}`);
    this.#lag = lag;
  }

  #tell(block: Block): void {
    for (const listener of this.#listeners) {
      try {
        listener(block);
      } catch (error) {
        this.#log(`chain: a listener failed at block ${block.number}: ${asError(error).message}`);
      }
    }
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

const P256VERIFY: Hex = `0x${"100".padStart(40, "0")}`;
const P256_YES = `0x${"1".padStart(64, "0")}`;
/** RFC 6979 A.2.5, P-256, SHA-256, message "sample": digest, r, s, x, y. */
const P256_KNOWN: Hex = `0x${[
  "af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf",
  "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
  "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
  "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
  "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
].join("")}`;
