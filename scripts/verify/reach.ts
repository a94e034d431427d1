/** How far a recall of a subject goes, from the chain alone: all that its log and the logs of what was made from it name. */
import { newIndexes, newSubjectId, decodeGroup } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { type OpenEntry, openEntry } from "../../protocol/entry.ts";
import type { BatchProof, Hex, OrganisationAct, SubjectLog } from "../../protocol/history.ts";
import { kindByName, kindByNumber } from "../../protocol/kinds/all.ts";
import { Problem } from "../../protocol/problem.ts";
import { proveReach, type Reach, type ReachHistory } from "../../protocol/reach.ts";
import type { Heads } from "../../protocol/verify/report.ts";
import { type ChainLog, entriesOf, type MovePlace, newestBlock, openChainLog } from "./chain-log.ts";
import { blocksByCid, headsOf, type Sources } from "./collect.ts";
import { type Gateway, SourceError } from "./sources.ts";
import { documentNames, type Names } from "./names.ts";
import { Words } from "./words.ts";

export type { CollectedReach };
export { collectReach, namesOf };

const TRIES = 20;
const MASTERS: readonly number[] = [kindByName("PRODUCT").number, kindByName("PLOT").number];

interface CollectedReach {
  readonly history: ReachHistory;
  readonly heads: Heads;
  readonly reach: Reach;
  readonly acts: readonly OrganisationAct[];
}

/** @throws SourceError when the chain cannot be read, or does not know the subject */
async function collectReach(sources: Omit<Sources, "gateway">, subject: Hex): Promise<CollectedReach> {
  const { rpc, deployment, primitives, say } = sources;
  const log = await openChainLog(rpc, deployment, primitives);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    await log.readOn();
    say(`read the ledger's log up to block ${log.asOf.number}`);
    if (log.movesOf(subject).length === 0)
      throw new SourceError(`ledger ${deployment.ledger} has no subject ${subject}`);
    const history = await reachIn(sources, log, subject);
    const heads = await headsOf(sources, new Set(history.subjects.map(({ id }) => id)), log.asOf);
    if ((await newestBlock(rpc, deployment.finality)).hash !== log.asOf.hash) continue;
    return { history, heads, reach: await proveReach(history, heads, primitives), acts: await log.acts() };
  }
  throw new SourceError(`${rpc.url} makes blocks faster than its heads can be read`);
}

async function reachIn(
  { deployment, primitives }: Omit<Sources, "gateway">,
  log: ChainLog,
  subject: Hex,
): Promise<ReachHistory> {
  const words = new Words(primitives, log, deployment);
  const ids = new Set([subject]);
  const wanted = new Map<Hex, Set<number>>();
  const births: Record<Hex, Hex> = {};
  // A set is walked to its end, what is added on the way included.
  for (const id of ids) {
    const born = await words.birthOf(id);
    if (born !== null) births[id] = hexOf(born);
    for (const { batch, group, entry } of log.movesOf(id)) {
      wanted.set(batch, (wanted.get(batch) ?? new Set()).add(group));
      if (entry === null) continue;
      const place = await log.placeOf({ seq: 0, batch, group, entry });
      const made = place === null ? [] : await madeIn(primitives, place, { entry, by: id });
      for (const one of made) ids.add(one);
    }
  }
  const products = beginningsOf(log, ids);
  for (const { batch, group } of products.flatMap(({ moves }) => moves))
    wanted.set(batch, (wanted.get(batch) ?? new Set()).add(group));
  const batches: Record<Hex, BatchProof> = {};
  for (const [batch, groups] of wanted) {
    const proof = await log.proofOf(batch, groups);
    if (proof !== null) batches[batch] = proof;
  }
  const subjects = [...[...ids].map((id) => ({ id, moves: log.movesOf(id) })), ...products];
  return { furrow: 1, deployment, asOf: log.asOf, subject, subjects, births, batches };
}

/** First moves of the products of what is reached, and of what leads to them: the lot of a consignment, the planting of a harvest. */
function beginningsOf(log: ChainLog, reached: ReadonlySet<Hex>): readonly SubjectLog[] {
  const ids = new Set(reached);
  // A set is walked to its end, what is added on the way included.
  for (const id of ids) {
    const group = log.groupOf(log.movesOf(id)[0]);
    const [entry] = group === null ? [] : entriesOf(group);
    for (const of of entry === undefined ? [] : kindOf(openEntry(entry))) ids.add(hexOf(of));
  }
  return [...ids].filter((id) => !reached.has(id)).map((id) => ({ id, moves: log.movesOf(id).slice(0, 1) }));
}

/** What says of which product it is: the product itself, or another subject. */
function kindOf(entry: OpenEntry): readonly Uint8Array[] {
  if (entry.name === "ORIGIN" || entry.name === "PLANT") return [entry.args.product];
  if (entry.name === "TRANSFORM") return entry.args.outputs.map(({ id }) => id);
  if (entry.name === "HARVEST") return entry.args.inputs.slice(0, 1).map(({ id }) => id);
  return entry.name === "SHIP" || entry.name === "LABEL" ? [entry.args.lot] : [];
}

/** Names of organisations and products, from their documents; none without a gateway, and of what it does not have. */
async function namesOf(
  gateway: Gateway | null,
  { history, acts }: Pick<CollectedReach, "history" | "acts">,
  say: (line: string) => void,
): Promise<Names> {
  const contents = acts.map(({ content }) => content).filter((content) => !/^0x0*$/.test(content));
  const masters = Object.values(history.batches).flatMap(({ groups }) =>
    groups.flatMap(({ bytes }) => entriesOf(bytes).filter(({ kind }) => MASTERS.includes(kind))),
  );
  const cids = new Set(
    [...contents.map((content) => bytesOf(content)), ...masters.map(({ content }) => content)].map((at) =>
      cidOf(at, "json"),
    ),
  );
  try {
    const texts = gateway === null ? {} : await blocksByCid(gateway, cids);
    return documentNames({ acts, documents: texts, subjects: history.subjects });
  } catch (cause) {
    if (!(cause instanceof SourceError)) throw cause;
    say(`names are left out: ${cause.message}`);
    return documentNames({ acts, documents: {}, subjects: [] });
  }
}

/** What the touching entry made from `by`; nothing where it makes nothing, or `by` itself. */
async function madeIn(
  primitives: Sources["primitives"],
  { bytes, recorder, nonce }: MovePlace,
  { entry, by }: { readonly entry: number; readonly by: Hex },
): Promise<readonly Hex[]> {
  try {
    const group = decodeGroup(bytesOf(bytes));
    const touching = group.entries[entry];
    if (touching === undefined || !kindByNumber(touching.kind).making) return [];
    const ids = newIndexes(group).map(async (index) =>
      hexOf(await newSubjectId(primitives, bytesOf(recorder), BigInt(nonce), index)),
    );
    const made = await Promise.all(ids);
    return made.includes(by) ? [] : made;
  } catch (cause) {
    if (cause instanceof Problem) return [];
    throw cause;
  }
}
