/**
 * Which blocks belong to an answer, in depth-first order and each once: the same walk plans a CAR that we send and checks
 * one that we got. A hostile DAG costs at most one visit a block: levels are bounded, and what was walked is not walked again.
 */
import { walkPath } from "ipfs-unixfs-exporter";
import type { CID } from "multiformats/cid";
import { Problem } from "../../protocol/problem.ts";
import { type ByteRange, type GetBlock, MAX_DEPTH } from "./blocks.ts";
import { identityBytes, JSON_DOCUMENT, keyOf, RAW } from "./digest.ts";
import { type Node, readNode } from "./node.ts";

export type { Plan, Resolved, Scope, Source };
export { planDag, resolvePath };

type Source = { readonly get: GetBlock; readonly has: (cid: CID) => Promise<boolean> };

/** `block`: the root alone · `entity`: a file, or a folder's list · a range: what proves these bytes of a file · `all`: everything. */
type Scope = "block" | "entity" | "all" | ByteRange;

/** Blocks in depth-first order; identity CIDs are left out, for they carry their bytes themselves. */
type Plan = {
  readonly steps: readonly { readonly cid: CID; readonly here: boolean }[];
  readonly missing: readonly CID[];
};

/** `through`: the blocks read on the way, `roots`: the CID of each segment, both from the root on. */
type Resolved = { readonly cid: CID; readonly through: readonly CID[]; readonly roots: readonly CID[] };

/** Names in a path: more is no address that anyone made. */
const MAX_SEGMENTS = 32;

/**
 * Plans the blocks under `root`.
 * @throws Problem `dag-too-deep`, `dag-unreadable`, `codec-refused`, and what `source.get` throws
 */
async function planDag(source: Source, root: CID, scope: Scope, maxDepth = MAX_DEPTH): Promise<Plan> {
  const steps = new Map<string, { cid: CID; here: boolean }>();
  const heights = new Map<string, number>();

  async function nodeOf(cid: CID): Promise<Node | undefined> {
    const key = keyOf(cid);
    const carried = identityBytes(cid);
    const leaf = cid.code === RAW || cid.code === JSON_DOCUMENT;
    const bytes = carried ?? (leaf ? await emptyIf(source.has(cid)) : await source.get(cid));
    if (carried === undefined && !steps.has(key)) steps.set(key, { cid, here: bytes !== undefined });
    return bytes === undefined ? undefined : readNode(cid, bytes);
  }

  /** The number of levels from `cid` down. */
  async function visit(cid: CID, depth: number, wanted: Scope): Promise<number> {
    const whole = typeof wanted === "string";
    const key = `${cid.code}/${keyOf(cid)}`;
    const known = whole ? heights.get(key) : undefined;
    const height = known ?? (await heightOf(cid, depth, wanted));
    if (depth + height - 1 > maxDepth)
      throw new Problem("dag-too-deep", "", `more than ${maxDepth} levels below ${root}`);
    if (whole) heights.set(key, height);
    return height;
  }

  async function heightOf(cid: CID, depth: number, wanted: Scope): Promise<number> {
    if (depth > maxDepth) throw new Problem("dag-too-deep", "", `more than ${maxDepth} levels below ${root}`);
    const node = await nodeOf(cid);
    let below = 0;
    for (const next of node === undefined ? [] : nextOf(node, wanted)) {
      below = Math.max(below, await visit(next.cid, depth + 1, next.wanted));
    }
    return below + 1;
  }

  await visit(root, 1, scope);
  const all = [...steps.values()];
  return { steps: all, missing: all.filter((step) => !step.here).map((step) => step.cid) };
}

/**
 * Follows names through folders, large ones (HAMT) included.
 * @throws Problem `path-missing`, `block-missing`, `dag-unreadable`, `gateway-request-unreadable`
 */
async function resolvePath(get: GetBlock, root: CID, names: readonly string[]): Promise<Resolved> {
  if (names.length === 0) return { cid: root, through: [], roots: [root] };
  if (names.length > MAX_SEGMENTS)
    throw new Problem("gateway-request-unreadable", "/path", `more than ${MAX_SEGMENTS} names`);
  const through: CID[] = [];
  const store = {
    async *get(cid: CID) {
      through.push(cid);
      const bytes = await get(cid);
      if (bytes === undefined) throw new Problem("block-missing", "", `${cid} on the way to /${names.join("/")}`);
      yield bytes;
    },
  };
  const asked = `/${names.join("/")} under ${root}`;
  try {
    let last: { cid: CID; remainder: readonly string[]; roots: readonly CID[] } = {
      cid: root,
      remainder: names,
      roots: [root],
    };
    for await (const entry of walkPath(`${root}/${names.join("/")}`, store)) last = entry;
    // The walker looks into JSON documents too; here an address ends at a document.
    if (last.remainder.length > 0) throw new Problem("path-missing", "/path", asked);
    return { cid: last.cid, through: once(through), roots: last.roots };
  } catch (error) {
    if (error instanceof Problem) throw error;
    const name = error instanceof Error ? error.name : "";
    if (name === "NotFoundError" || name === "NoResolverError") throw new Problem("path-missing", "/path", asked);
    throw new Problem("dag-unreadable", "", `${asked}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Next = { readonly cid: CID; readonly wanted: Scope };

/** The children to walk. Children that lie wholly in a range are walked whole, so that at most two a level are not. */
function nextOf(node: Node, wanted: Scope): readonly Next[] {
  if (wanted === "block") return [];
  if (node.kind === "bytes") {
    let start = node.data.length;
    return node.children.flatMap(({ cid, size }): Next[] => {
      const from = start;
      start += size;
      if (typeof wanted === "string") return [{ cid, wanted }];
      if (size === 0 || wanted.to <= from || wanted.from >= start) return [];
      const inside = wanted.from <= from && wanted.to >= start;
      return [
        {
          cid,
          wanted: inside ? "all" : { from: Math.max(0, wanted.from - from), to: Math.min(size, wanted.to - from) },
        },
      ];
    });
  }
  if (wanted === "all") return node.links.map(({ cid }) => ({ cid, wanted }));
  if (node.kind !== "shard") return [];
  const { prefix } = node;
  return node.links.filter(({ name }) => name.length === prefix).map(({ cid }) => ({ cid, wanted: "entity" as const }));
}

/** A leaf need not be read to be planned: its bytes are checked when they are sent. */
async function emptyIf(here: Promise<boolean>): Promise<Uint8Array | undefined> {
  return (await here) ? new Uint8Array(0) : undefined;
}

function once(cids: readonly CID[]): readonly CID[] {
  return [...new Map(cids.map((cid) => [keyOf(cid), cid])).values()].filter((cid) => identityBytes(cid) === undefined);
}
