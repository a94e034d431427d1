/** Who is named in an entry and denies it, and what the holder answers (docs/ledger.md §6, DISPUTE). By the rule that `verify` has too. Pure. */
import { organisationId } from "../../protocol/batch.ts";
import { hexOf } from "../../protocol/bytes.ts";
import type { Hex } from "../../protocol/history.ts";
import { kindByName, kindByNumber } from "../../protocol/kinds/all.ts";
import type { Graph } from "./graph.ts";
import type { GraphEntry, GraphSubject } from "./open.ts";

export type { Dispute };
export { disputesIn };

interface Dispute {
  readonly at: GraphEntry;
  readonly target: GraphEntry;
  /** What is denied speaks of what is the organisation's. */
  readonly isNamed: boolean;
  readonly answer: GraphEntry | null;
}

function disputesIn(graph: Graph): readonly Dispute[] {
  return [...graph.subjects.values()].flatMap((subject) =>
    [...subject.moves].flatMap(([seq, carried]) => carried.flatMap((at) => disputeOf(graph, subject, at, seq) ?? [])),
  );
}

function disputeOf(graph: Graph, subject: GraphSubject, at: GraphEntry, seq: number): Dispute | null {
  const { open, organisation } = at;
  if (open.name !== "DISPUTE" || at.subject !== subject.id) return null;
  const target = subject.moves.get(open.args.seq)?.find(({ entry }) => entry === open.args.entry);
  if (target === undefined) return null;
  const answer = subject.entries.find(
    (entry) => entry.open.name === "ANSWER" && entry.subject === subject.id && entry.open.args.seq === seq,
  );
  const named = hexOf(open.args.named);
  // Nobody is named by what it said itself.
  const isOfOther = target.organisation !== organisation;
  const isNamed = isOfOther && isOf(graph, named, organisation) && names(target, subject.id, named, organisation);
  return { at, target, isNamed, answer: answer ?? null };
}

function isOf(graph: Graph, named: Hex, organisation: number): boolean {
  if (named === hexOf(organisationId(organisation))) return true;
  const subject = graph.subjects.get(named);
  const made = subject?.maker;
  if (made?.organisation === organisation) return true;
  return made?.open.name === "SHIP" && made.open.args.to === organisation;
}

function names({ open, subject, document }: GraphEntry, log: Hex, named: Hex, organisation: number): boolean {
  if (named === log || named === subject) return true;
  const touched = kindByNumber(kindByName(open.name).number).touches(open.args);
  if (touched.some(({ id }) => hexOf(id) === named)) return true;
  if (open.name === "SHIP" && open.args.to === organisation) return true;
  const text = JSON.stringify(document ?? "");
  return text.includes(named) || text.includes(hexOf(organisationId(organisation)));
}
