/**
 * Blocks on one or more Kubo nodes. A write goes to all of them and is acknowledged when more than half have it, pinned and
 * flushed: 1 of 1, 2 of 2, 2 of 3, 3 of 5. So losing as many nodes as are not needed for that loses nothing that was
 * acknowledged, and a node that is down holds up neither writing nor reading where three are asked.
 * Reading asks one after the other, believes none (every byte is checked against its CID), and gives what one lacked or held
 * damaged back to it.
 */
import type { CID } from "multiformats/cid";
import { Problem } from "../../protocol/problem.ts";
import { type Blocks, BlocksError } from "./blocks.ts";
import { identityBytes, isGenuine, keyOf, requireGenuine, requireSha256 } from "./digest.ts";
import { addFile, openFile } from "./file.ts";
import { KuboNode, NodeError } from "./kubo-node.ts";

export { openKuboBlocks, quorumOf };

/** At closing. */
const GRACE_MS = 3_000;

/** What a node says that cannot give a block. */
type Lacking = "absent" | "damaged";

/** How many of so many nodes must have a block before it is acknowledged. */
function quorumOf(nodes: number): number {
  return Math.floor(nodes / 2) + 1;
}

/**
 * @param addresses of the nodes' RPC, `http://host:5001`; a user and password in front of the host are sent as Basic
 * @param log a line when a node stops answering, and when it answers again
 * @throws BlocksError when fewer than a quorum answer, or when one acknowledges before a block is on its disk
 */
async function openKuboBlocks(addresses: readonly string[], log: (line: string) => void): Promise<Blocks> {
  const nodes = addresses.map((address) => new KuboNode(address, log));
  const quorum = quorumOf(nodes.length);
  await requireUsable(nodes, quorum, log);
  const writing = new Map<string, Promise<void>>();
  /** What goes on after it was answered: slower nodes, and nodes that are given what they lacked. */
  const behind = new Set<Promise<unknown>>();

  async function put(cid: CID, bytes: Uint8Array): Promise<void> {
    if (!requireGenuine(cid, bytes)) return;
    const key = keyOf(cid);
    // Who puts a block that is just being written waits for that write: acknowledging earlier would be a lie.
    const under = writing.get(key) ?? store(cid, bytes).finally(() => writing.delete(key));
    writing.set(key, under);
    await under;
  }

  async function store(cid: CID, bytes: Uint8Array): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let stored = 0;
    let isFull = false;
    const all = nodes.map(async (node) => {
      try {
        await node.put(cid, bytes);
        stored++;
        if (stored === quorum) resolve();
      } catch (cause) {
        if (!(cause instanceof NodeError)) reject(cause);
        else if (cause.isFull) isFull = true;
      }
    });
    inBackground(
      Promise.all(all).then(() => {
        const said = `${stored} of ${nodes.length} stores took it, ${quorum} have to`;
        reject(new Problem(isFull ? "storage-full" : "storage-unavailable", "", said));
      }),
    );
    await promise;
  }

  async function get(cid: CID): Promise<Uint8Array | undefined> {
    const carried = identityBytes(cid);
    if (carried !== undefined) return carried;
    requireSha256(cid);
    const poor: KuboNode[] = [];
    const found = await firstOf(async (node) => {
      const held = await heldBy(node, cid);
      if (typeof held === "string") poor.push(node);
      return held;
    });
    if (found === "absent") return undefined;
    if (found === "damaged") throw new Problem("block-damaged", "", `the bytes kept for ${cid} have another digest`);
    for (const node of poor) inBackground(node.put(cid, found));
    return found;
  }

  async function has(cid: CID): Promise<boolean> {
    if (identityBytes(cid) !== undefined) return true;
    requireSha256(cid);
    return (await firstOf(async (node) => (await node.has(cid)) || "absent")) === true;
  }

  /**
   * What the first gives that can give it. "absent" only when so many lack it that it was never acknowledged: those that do
   * not answer may have it. Whoever did not answer the last time is asked last, and not at all when the others know.
   */
  async function firstOf<T>(ask: (node: KuboNode) => Promise<T | Lacking>): Promise<T | Lacking> {
    const told = { absent: 0, damaged: 0 };
    let isOpen = false;
    for (const node of nodes.toSorted((one, other) => Number(other.answers) - Number(one.answers))) {
      if (!node.answers && told.damaged === 0 && nodes.length - told.absent < quorum) break;
      try {
        const answer = await ask(node);
        if (answer === "absent") told.absent++;
        else if (answer === "damaged") told.damaged++;
        else return answer;
      } catch (cause) {
        if (!(cause instanceof NodeError)) throw cause;
        isOpen = true;
      }
    }
    if (isOpen && nodes.length - told.absent >= quorum) {
      const answered = told.absent + told.damaged;
      throw new Problem(
        "storage-unavailable",
        "",
        `${answered} of ${nodes.length} stores answered, and none can give it`,
      );
    }
    return told.damaged > 0 ? "damaged" : "absent";
  }

  function inBackground(work: Promise<unknown>): void {
    // A node that cannot be given it says so itself; whatever else fails here was told to nobody as done.
    const tracked: Promise<unknown> = work.catch(() => {}).finally(() => behind.delete(tracked));
    behind.add(tracked);
  }

  return {
    put,
    get,
    has,
    addFile: (bytes) => addFile(put, bytes),
    readFile: (cid) => openFile(get, cid),
    close: async () => {
      await Promise.allSettled(writing.values());
      // What runs behind was acknowledged without it: a slow node gets a moment, a silent one holds nothing up.
      const timer = setTimeout(() => nodes.forEach((node) => node.close()), GRACE_MS);
      await Promise.allSettled(behind);
      clearTimeout(timer);
    },
  };
}

async function heldBy(node: KuboNode, cid: CID): Promise<Uint8Array | Lacking> {
  const bytes = await node.get(cid);
  if (bytes === undefined) return "absent";
  return isGenuine(cid, bytes) ? bytes : "damaged";
}

async function requireUsable(nodes: readonly KuboNode[], quorum: number, log: (line: string) => void): Promise<void> {
  const said = await Promise.all(
    nodes.map(async (node) => {
      try {
        return { node, version: await node.version(), isDurable: await node.isDurable() };
      } catch (cause) {
        if (cause instanceof NodeError) return { node, reason: cause.message };
        throw cause;
      }
    }),
  );
  const silent = said.filter((one) => one.reason !== undefined);
  if (nodes.length - silent.length < quorum) {
    const told = silent.map(({ node, reason }) => `${node.name} (${reason})`).join(", ");
    throw new BlocksError(
      `Kubo does not answer at ${told}: start it, or mend KUBO_RPC_URL. ${quorum} of ${nodes.length} must answer.`,
    );
  }
  const unsynced = said.find(({ isDurable }) => isDurable === false);
  if (unsynced !== undefined) {
    throw new BlocksError(
      `Kubo at ${unsynced.node.name} says "stored" before a block is on its disk: set "sync": true for flatfs in Datastore.Spec of its config and start it again (docs/operate.md, "Kubo").`,
    );
  }
  for (const { node, version, isDurable } of said) {
    if (version === undefined) continue;
    const doubt = isDurable === undefined ? "; it does not show its settings: see that its store syncs" : "";
    log(`documents and files are kept by Kubo ${version} at ${node.name}${doubt}`);
  }
}
