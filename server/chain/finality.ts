/**
 * When a block of an outside chain counts as final (`CHAIN_FINALITY`), and which one is the newest such block of a node.
 */
import { type Block, ChainError, RpcError } from "./chain.ts";
import type { Node } from "./node.ts";

export type { Finality };
export { DEFAULT_FINALITY, finalBlock, readFinality, testFinality };

/** `finalized`: the chain's own word · `latest`: chains that never take a block back · a number: so many blocks deep. */
type Finality = "finalized" | "latest" | number;

const DEFAULT_FINALITY: Finality = "finalized";
/** Deeper than this nobody waits, and many nodes have dropped the state. */
const MAX_DEPTH = 100_000;

/** Null when the text is none of the three. */
function readFinality(text: string): Finality | null {
  if (text === "finalized" || text === "latest") return text;
  return /^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_DEPTH ? Number(text) : null;
}

/** The newest final block by this node alone, the first one on a chain that is shorter than the depth. */
async function finalBlock(node: Node, finality: Finality): Promise<Block | null> {
  if (typeof finality === "string") return node.block(finality);
  const newest = await node.block("latest");
  return newest === null ? null : node.block(Math.max(0, newest.number - finality));
}

/**
 * Whether the chain can be asked for its final block in this way at all.
 * @throws ChainError `unsuited`, one sentence on what to set instead
 */
async function testFinality(node: Node, finality: Finality): Promise<void> {
  if (finality !== "finalized") return;
  const instead = "set CHAIN_FINALITY to `latest` (a chain that never takes a block back) or to a number of blocks.";
  const found = await node.block("finalized").catch((cause: unknown) => {
    if (!(cause instanceof RpcError)) throw cause;
    throw new ChainError("unsuited", `The chain does not know finalized blocks (${cause.message}): ${instead}`, cause);
  });
  if (found === null || found.number === 0) {
    throw new ChainError("unsuited", `The chain names no finalized block after its first: ${instead}`);
  }
}
