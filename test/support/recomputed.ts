/**
 * All that a ledger's own log says, checked and added up by `verify` alone: no index, no slot of the ledger. Documents are not looked for.
 */
import { hash } from "node:crypto";
import type { Hex } from "../../protocol/bytes.ts";
import type { BatchProof, History } from "../../protocol/history.ts";
import { verify } from "../../protocol/verify.ts";
import type { Report } from "../../protocol/verify/report.ts";
import { openChainLog } from "../../scripts/verify/chain-log.ts";
import { headsOf } from "../../scripts/verify/collect.ts";
import type { Rpc } from "../../scripts/verify/sources.ts";
import { type Farm, primitives as web } from "./ledger.ts";

export { recomputed, together };

/** Questions that are asked of a node at the same time. */
const AT_ONCE = 40;

/** Thousands of small digests: WebCrypto would go through another thread for each. */
const primitives = { ...web, sha256: (bytes: Uint8Array) => new Uint8Array(hash("sha256", bytes, "buffer")) };

/** @param subjects all that there are */
async function recomputed({ chain, deployment }: Farm, subjects: readonly Hex[]): Promise<Report> {
  const rpc: Rpc = {
    ...{ url: "the chain", tellsFinal: true },
    call: (method, params) => chain.request(method, params),
    all: (calls) => together(calls, ({ method, params }) => chain.request(method, params)),
  };
  const log = await openChainLog(rpc, deployment, primitives);
  const wanted = new Map<Hex, Set<number>>();
  for (const id of subjects)
    for (const { batch, group } of log.movesOf(id)) wanted.set(batch, (wanted.get(batch) ?? new Set()).add(group));
  const batches: Record<Hex, BatchProof> = {};
  for (const [batch, groups] of wanted) {
    const proof = await log.proofOf(batch, groups);
    if (proof !== null) batches[batch] = proof;
  }
  const [lot] = subjects;
  if (lot === undefined) throw new Error("there is nothing on this ledger");
  const history: History = {
    ...{ furrow: 1, deployment, asOf: log.asOf, code: null, lot, batches, acts: await log.acts() },
    subjects: subjects.map((id) => ({ id, moves: log.movesOf(id) })),
    ...{ blocks: [log.asOf], documents: {} },
  };
  const heads = await headsOf({ rpc, deployment }, new Set(subjects), log.asOf);
  return verify(history, heads, primitives);
}

/** Results in the order of the questions. */
async function together<One, Result>(all: readonly One[], ask: (one: One) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE)
    results.push(...(await Promise.all(all.slice(at, at + AT_ONCE).map(ask))));
  return results;
}
