/**
 * What the rest of the server knows of a chain.
 * The embedded engine stands in `embedded.ts`, any other chain behind JSON-RPC in `outside.ts`; both pass
 * `test/server/chain/behaviour.ts`.
 * Types and errors only: touches nothing.
 */

export type { Again, Block, Chain, ChainErrorKind, Hex, RawLog, Receipt };
export { ChainError, RefusedError, RpcError };

type Hex = `0x${string}`;

/** `timeS`: seconds since 1970, never falling from block to block; on the embedded chain strictly rising. */
interface Block {
  readonly number: number;
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly timeS: number;
}

/** One log as the chain gave it; nothing in it has been checked against a ledger. `index` counts within the block. */
interface RawLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly blockNumber: number;
  readonly blockHash: Hex;
  readonly transactionHash: Hex;
  readonly index: number;
}

/** `status` 0: mined and reverted, so its nonce is spent. `hash` is the transaction's. */
interface Receipt {
  readonly hash: Hex;
  readonly status: 0 | 1;
  readonly blockNumber: number;
  readonly gasUsed: bigint;
  readonly contractAddress: Hex | null;
  readonly logs: readonly RawLog[];
}

/**
 * Signs the sender's transaction of this nonce once more, at a higher price; an empty one where that nonce is none of those sent,
 * for it then is of an earlier run and holds them up. Null when the price may rise no further.
 */
type Again = (nonce: number) => Promise<Hex | null>;

interface Chain {
  readonly chainId: bigint;
  /**
   * A JSON-RPC read. "latest" is the newest final block, and nothing newer is told; "pending" is the chain as it stands now,
   * for whoever is about to write. Throws {@link RpcError} where the chain says no, {@link ChainError} where it cannot answer.
   */
  request(method: string, params: readonly unknown[]): Promise<unknown>;
  /**
   * Puts signed raw transactions on the chain, in as few blocks as its engine will; resolves once all are final
   * (embedded: mined, and journalled with fsync), receipts in the order given. Sending a mined transaction again gives
   * its receipt again, so a retry after {@link ChainError} is always safe. Where some are refused the others still
   * go through, and {@link RefusedError} tells each one's outcome.
   */
  send(raw: readonly Hex[], again?: Again): Promise<readonly Receipt[]>;
  /** Newest final block. */
  latest(): Promise<Block>;
  /** A final block, by number or hash; null when there is none. */
  block(at: number | Hex): Promise<Block | null>;
  /** Calls `listener` with the newest final block each time that there is another; the answer ends that. */
  onBlock(listener: (block: Block) => void): () => void;
  close(): Promise<void>;
}

/** The chain answered with a JSON-RPC error; `data` may hold the bytes of a revert. */
class RpcError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.name = "RpcError";
    this.code = code;
    this.data = data;
  }
}

/** Some transactions of one `send` were not taken. The message is the first refusal's. */
class RefusedError extends Error {
  /** One for each transaction sent, in order: its receipt, or why there is none ({@link RpcError}, {@link ChainError}). */
  readonly outcomes: readonly (Receipt | Error)[];

  constructor(outcomes: readonly (Receipt | Error)[]) {
    super(outcomes.find((outcome) => outcome instanceof Error)?.message ?? "refused");
    this.name = "RefusedError";
    this.outcomes = outcomes;
  }
}

type ChainErrorKind =
  | "engine-missing" // no engine for this platform is installed
  | "engine-down" // it does not start, or ended and could not be brought back
  | "journal-damaged" // a record that was once whole is not any more
  | "journal-foreign" // another chain's, or another version's
  | "journal-unwritable" // disk full, for example
  | "replay-differs" // the same transactions gave other roots than before
  | "clock-behind" // the clock stands well before the newest block
  | "nodes-down" // no node of an outside chain can be used now
  | "unsuited" // an outside chain that is another one, or cannot do what the ledger needs
  | "too-dear" // gas costs more than the operator allows, or than the account holds
  | "closed";

/** The chain itself is in trouble; the message is one sentence for the operator. */
class ChainError extends Error {
  readonly kind: ChainErrorKind;
  /** Whether sending the very same transaction again later may succeed. */
  readonly retryable: boolean;

  constructor(kind: ChainErrorKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "ChainError";
    this.kind = kind;
    this.retryable =
      kind !== "engine-missing" &&
      kind !== "journal-damaged" &&
      kind !== "journal-foreign" &&
      kind !== "replay-differs" &&
      kind !== "unsuited";
  }
}
