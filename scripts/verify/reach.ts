/** How far a recall of a subject goes, from the chain alone: all that its log and the logs of what was made from it name. */
import { newIndexes, newSubjectId, decodeGroup } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import type { BatchProof, Hex } from "../../protocol/history.ts";
import { kindByNumber } from "../../protocol/kinds/all.ts";
import { Problem } from "../../protocol/problem.ts";
import { proveReach, type Reach, type ReachHistory, type RecallAnswered } from "../../protocol/reach.ts";
import type { Heads } from "../../protocol/verify/report.ts";
import { type ChainLog, type MovePlace, newestBlock, openChainLog } from "./chain-log.ts";
import { headsOf, type Sources } from "./collect.ts";
import { SourceError } from "./sources.ts";
import { short } from "./words-of.ts";
import { Words } from "./words.ts";

export { collectReach, printReach };

const TRIES = 20;

/** @throws SourceError when the chain cannot be read, or does not know the subject */
async function collectReach(
  sources: Omit<Sources, "gateway">,
  subject: Hex,
): Promise<{ readonly history: ReachHistory; readonly heads: Heads; readonly reach: Reach }> {
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
    return { history, heads, reach: await proveReach(history, heads, primitives) };
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
  const batches: Record<Hex, BatchProof> = {};
  for (const [batch, groups] of wanted) {
    const proof = await log.proofOf(batch, groups);
    if (proof !== null) batches[batch] = proof;
  }
  const subjects = [...ids].map((id) => ({ id, moves: log.movesOf(id) }));
  return { furrow: 1, deployment, asOf: log.asOf, subject, subjects, births, batches };
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

/** In words, nearest first. */
function printReach(reach: Reach, { deployment }: ReachHistory, heads: Heads): string {
  const { reached, gaps, recalls, whole } = reach;
  const labels = reached.reduce((sum, one) => sum + (one.labels ?? 0n), 0n);
  const holders = new Set(reached.flatMap(({ holder }) => holder ?? []));
  const counted = `${reached.length - 1} subjects made from it, ${labels} labels, held by ${holders.size} organisations`;
  return [
    whole ? `ALL OF IT · ${counted}: the heads show that nothing was left out.` : `NOT ALL OF IT · ${counted}.`,
    ...(gaps.length === 0 ? [] : ["", "Left out:", ...gaps.map(gapLine), ""]),
    ...reached.map(({ id, kind, holder, labels: count, from }) => {
      const parts = [
        kind ?? "?",
        short(id),
        holder === null ? null : `organisation ${holder}`,
        count === null ? null : `${count} labels`,
        from.length === 0 ? null : `from ${from.map(short).join(", ")}`,
      ];
      return `  ${parts.filter((part) => part !== null).join(" · ")}`;
    }),
    ...recalls.map((recall) => recallLine(recall, holders)),
    `Heads read from ${heads.origin} at block ${heads.block} · ledger ${deployment.ledger} on chain ${deployment.chainId} · run by ${deployment.runBy.en}`,
  ].join("\n");
}

/** Who answered, and who holds some of it and did not. */
function recallLine({ seq, organisation, drill, acknowledged }: RecallAnswered, holders: ReadonlySet<number>): string {
  const answered = new Map<number, number>();
  for (const { organisation: by } of acknowledged) answered.set(by, (answered.get(by) ?? 0) + 1);
  const silent = [...holders].filter((number) => number !== organisation && !answered.has(number));
  const names = (numbers: readonly string[]): string => (numbers.length === 0 ? "nobody" : numbers.join(", "));
  const said = [...answered].map(([by, count]) => `organisation ${by}${count === 1 ? "" : ` (${count} subjects)`}`);
  const parts = [
    `${drill ? "Drill" : "Recall"} at move ${seq} by organisation ${organisation}`,
    `acknowledged by ${names(said)}`,
    `not yet by ${names(silent.map((by) => `organisation ${by}`))}`,
  ];
  return `${parts.join(" · ")}.`;
}

function gapLine({ reason, subject, by, missing }: Reach["gaps"][number]): string {
  const words = {
    "not-shown": `made from ${by === null ? "it" : short(by)}, and its log is not there`,
    short: `its head has ${missing} more moves`,
    altered: "its log does not lead to its head",
    "no-head": "its head was not read",
  }[reason];
  return `  ${short(subject)} · ${words}`;
}
