/**
 * The nodes of an outside chain (`CHAIN_RPC_URL`), one of which is asked at a time. A node that does not answer, answers nonsense,
 * is behind, or is on another chain or branch is left aside and tried again later. Before a node is asked in another's place it must
 * hold the newest final block that we know: so answers of two branches never meet.
 */
import { type Block, ChainError, RpcError } from "./chain.ts";
import { type Finality, finalBlock } from "./finality.ts";
import { Node } from "./node.ts";
import { UnreachableError } from "./rpc.ts";

export type { Looked, NodesOptions };
export { Nodes };

interface NodesOptions {
  /** In the order in which they are wanted. */
  readonly urls: readonly string[];
  readonly chainId: bigint;
  readonly finality: Finality;
  readonly log: (line: string) => void;
  /** How long a node is left aside, where it is not the usual time. */
  readonly restMs?: number;
}

interface Admitted {
  readonly seat: Seat;
  readonly final: Block;
}

/** `isOther`: a final block that was told before is on no node any more, for the chain took it back. */
interface Looked {
  readonly final: Block;
  readonly isOther: boolean;
}

const REST_MS = 10_000;
/** Nodes hear of a block at different moments: one that is not further behind the best is as good. */
const LAG_BLOCKS = 3;

interface Seat {
  readonly node: Node;
  asideUntilMs: number;
  /** Why it was left aside last; null while it is used. Told once. */
  why: string | null;
}

class Nodes {
  readonly #options: NodesOptions;
  readonly #seats: readonly Seat[];
  #current: Seat | null = null;
  #known: Block | null = null;
  /** Blocks that were final are gone, and nobody was told yet. */
  #wasTurned = false;
  #choosing: Promise<Seat> | null = null;
  #nextRoundMs = 0;

  constructor(options: NodesOptions) {
    this.#options = options;
    this.#seats = options.urls.map((url) => ({ node: new Node(url), asideUntilMs: 0, why: null }));
  }

  /** Why nodes are left aside now, a sentence each. */
  get aside(): readonly string[] {
    return this.#seats.flatMap(({ node, why }) =>
      why === null ? [] : [`the node ${node.name} is left aside: ${why}`],
    );
  }

  /**
   * What `question` answers for the node in use, or for another one when that fails.
   * @throws RpcError the chain's own no, ChainError `nodes-down` when no node can be used
   */
  async ask<T>(question: (node: Node) => Promise<T>): Promise<T> {
    let missing: RpcError | null = null;
    for (let left = this.#seats.length; left > 0; left--) {
      const seat = await this.#seat();
      try {
        return await question(seat.node);
      } catch (error) {
        if (error instanceof UnreachableError)
          this.#leave(seat, error.status === null ? "it does not answer as a node does" : error.message);
        else if (error instanceof RpcError && isOfTheNode(error)) {
          missing = error;
          this.#leave(seat, `it cannot answer (${error.message.slice(0, 200)})`);
        } else throw error;
      }
    }
    throw missing ?? down(this.aside);
  }

  /**
   * Asks for the newest final block. It never goes back, unless the known one is gone from every node that answers.
   * @throws ChainError `nodes-down`
   */
  async look(): Promise<Looked> {
    if (Date.now() >= this.#nextRoundMs) this.#current = null;
    // Once more than there are nodes: the last choice may be the one that finds that blocks were taken back.
    for (let left = this.#seats.length; left >= 0; left--) {
      const seat = await this.#seat();
      try {
        const own = await this.#finalOf(seat);
        if (typeof own === "string") {
          this.#leave(seat, own);
          continue;
        }
        const known = this.#known;
        const final = known !== null && own.number < known.number ? known : own;
        const isOther = this.#wasTurned;
        this.#known = final;
        this.#wasTurned = false;
        return { final, isOther };
      } catch (error) {
        if (!(error instanceof UnreachableError || error instanceof RpcError)) throw error;
        this.#leave(seat, error.message.slice(0, 200));
      }
    }
    throw down(this.aside);
  }

  /** The node in use, chosen anew where there is none. One choice at a time. */
  async #seat(): Promise<Seat> {
    if (this.#current !== null) return this.#current;
    this.#choosing ??= this.#choose().finally(() => {
      this.#choosing = null;
    });
    return this.#choosing;
  }

  async #choose(): Promise<Seat> {
    const nowMs = Date.now();
    const { restMs = REST_MS, log } = this.#options;
    this.#nextRoundMs = nowMs + restMs;
    const open = this.#seats.filter(({ asideUntilMs }) => asideUntilMs <= nowMs);
    let found = await this.#admit(open);
    // Better one that may be back than none.
    if (found.length === 0) found = await this.#admit(this.#seats);
    if (found.length === 0) found = await this.#turn();
    const newest = Math.max(...found.map(({ final }) => final.number));
    const best = found.find(({ final }) => final.number + LAG_BLOCKS >= newest);
    if (best === undefined) throw down(this.aside);
    for (const { seat, final } of found) {
      if (final.number + LAG_BLOCKS < newest) {
        this.#leave(seat, "it is behind the others");
        continue;
      }
      if (seat.why !== null) log(`chain: the node ${seat.node.name} is used again`);
      seat.why = null;
    }
    // The first look: what the others are measured by from now on.
    this.#known ??= best.final;
    this.#current = best.seat;
    return best.seat;
  }

  /** The nodes that can be used; the others are left aside. */
  async #admit(seats: readonly Seat[]): Promise<readonly Admitted[]> {
    const looked = await Promise.all(
      seats.map(async (seat): Promise<readonly Admitted[]> => {
        try {
          const chainId = await seat.node.chainId();
          const isOurs = chainId === this.#options.chainId;
          const final = isOurs ? await this.#finalOf(seat) : `${OTHER_CHAIN} ${chainId}`;
          if (typeof final !== "string") return [{ seat, final }];
          this.#leave(seat, final);
        } catch (error) {
          this.#leave(seat, error instanceof Error ? error.message.slice(0, 200) : String(error));
        }
        return [];
      }),
    );
    return looked.flat();
  }

  /**
   * Where every node is on a branch without the known final block, the chain has taken that back. One that does not answer may
   * still hold it: better to stand still than to follow a lone node to where it has strayed.
   */
  async #turn(): Promise<readonly Admitted[]> {
    const turned = this.#seats.filter(({ why }) => why === OTHER_BRANCH);
    const known = this.#seats.filter(({ why }) => why?.startsWith(OTHER_CHAIN) !== true);
    if (turned.length === 0 || turned.length < known.length) return [];
    this.#known = null;
    this.#wasTurned = true;
    return this.#admit(turned);
  }

  /** The node's newest final block, or why the node cannot be used. */
  async #finalOf({ node }: Seat): Promise<Block | string> {
    const final = await finalBlock(node, this.#options.finality);
    if (final === null) return "it has no final block";
    const known = this.#known;
    if (known === null || final.hash === known.hash) return final;
    const own = await node.block(known.number);
    if (own === null)
      return this.#seats.length > 1
        ? "it is behind the others"
        : `it lacks block ${known.number}, which was final before`;
    return own.hash === known.hash ? final : OTHER_BRANCH;
  }

  #leave(seat: Seat, why: string): void {
    const { log, restMs = REST_MS } = this.#options;
    seat.asideUntilMs = Date.now() + restMs;
    if (this.#current === seat) this.#current = null;
    if (seat.why !== why) log(`chain: the node ${seat.node.name} is left aside: ${why}`);
    seat.why = why;
  }
}

const OTHER_BRANCH = "it is on another branch";
const OTHER_CHAIN = "it is of chain";

/**
 * An error that speaks of the node and not of the question: it lacks a block or a state, or is asked too much (EIP-1474: -32001
 * resource not found, -32002 resource unavailable, -32005 limit exceeded).
 */
function isOfTheNode({ code, message }: RpcError): boolean {
  return (
    [-32001, -32002, -32005, 429].includes(code) ||
    /header not found|unknown block|block .{0,80}not found|missing trie node|state .{0,80}not available|rate.?limit|too many requests/i.test(
      message,
    )
  );
}

function down(aside: readonly string[]): ChainError {
  const why = aside.length === 0 ? "" : ` (${aside.join("; ")})`;
  return new ChainError("nodes-down", `No node of the chain can be used now${why}.`);
}
