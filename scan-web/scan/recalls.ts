/**
 * Recalls of what is in hand: of its labels, its lot, anything it came from, and of goods of it that went further. The ledger holds the
 * recalled subject alone; what came of it is followed here, by the rule that `verify` has too. Pure.
 */
import { hexOf, isZero } from "../../protocol/bytes.ts";
import { readAcknowledge, readRecall } from "../../protocol/document/recall.ts";
import type { Hex } from "../../protocol/history.ts";
import { type Key, type Said, said } from "../ui/i18n.ts";
import { cameFrom } from "./ancestry.ts";
import { type Graph, organisationOf } from "./graph.ts";
import type { GraphEntry, GraphSubject } from "./open.ts";
import type { RecallStory } from "./story.ts";

export { recallsOf, whatOf };

/** By the number of the capacity (docs/ledger.md §6, RECALL). */
const CAPACITIES: Readonly<Record<number, Key>> = { 1: "recall.holder", 2: "recall.regulator", 3: "recall.certifier" };

const HOLDER = 1;

interface Reach {
  readonly story: ReadonlySet<Hex>;
  /** Goods further on. */
  readonly onward: ReadonlySet<Hex>;
  readonly numbers: ReadonlyMap<string, number>;
}

/** Oldest first. */
function recallsOf(graph: Graph, reach: Reach): readonly RecallStory[] {
  return [...reach.story, ...reach.onward]
    .flatMap((id) => recallsIn(graph, id, reach))
    .sort((one, other) => one.atS - other.atS);
}

function recallsIn(graph: Graph, id: Hex, reach: Reach): readonly RecallStory[] {
  const subject = graph.subjects.get(id);
  const own = (subject?.entries ?? []).filter((entry) => entry.subject === id);
  return own.flatMap((entry, n): readonly RecallStory[] => {
    if (entry.open.name !== "RECALL") return [];
    const { capacity, drill } = entry.open.args;
    const after = own.slice(n + 1);
    // Who receives goods that their holder recalled has the recall too.
    const received = capacity === HOLDER ? after.find(({ open }) => open.name === "RECEIVE") : undefined;
    const lifters = [entry, received].map((one) => one?.organisation);
    const ended = after.find(
      ({ open, organisation }) =>
        open.name === "RELEASE" && open.args.capacity === capacity && lifters.includes(organisation),
    );
    const document = readRecall(entry.document, id);
    return [
      {
        subject: id,
        organisation: organisationOf(graph, entry.organisation),
        capacity: said(CAPACITIES[capacity] ?? "recall.holder"),
        drill,
        atS: entry.recordedAtS,
        releasedAtS: drill ? null : (ended?.recordedAtS ?? null),
        onward: !reach.story.has(id),
        of: whatOf(graph, subject),
        reason: document?.reason ?? null,
        todo: document?.todo ?? null,
        phone: document?.phone ?? organisationOf(graph, entry.organisation).phone,
        acknowledged: acknowledged(graph, subject, entry),
        number: reach.numbers.get(entry.id) ?? null,
      },
    ];
  });
}

/**
 * Of the recalled subject itself, and by whoever holds what came of it: those touch its log. Of each that it holds the first one counts;
 * where this history does not show that it came from there, it is what the organisation says.
 */
function acknowledged(
  graph: Graph,
  subject: GraphSubject | undefined,
  recall: GraphEntry,
): RecallStory["acknowledged"] {
  const [seq] = [...(subject?.moves ?? [])].find(([, carried]) => carried.includes(recall)) ?? [];
  const held = new Set<Hex>();
  return (subject?.entries ?? []).flatMap(({ open, organisation, recordedAtS, document, subject: by }) => {
    if (subject === undefined || open.name !== "ACKNOWLEDGE" || open.args.seq !== seq || held.has(by)) return [];
    const isOfThis = by === subject.id ? isZero(open.args.recalled) : hexOf(open.args.recalled) === subject.id;
    if (!isOfThis) return [];
    held.add(by);
    return [
      {
        organisation: organisationOf(graph, organisation),
        shown: cameFrom(graph, by, subject.id),
        tookS: recordedAtS - recall.recordedAtS,
        done: readAcknowledge(document, by)?.done ?? null,
      },
    ];
  });
}

/** What was called back, as a reader calls it. */
function whatOf(graph: Graph, subject: GraphSubject | undefined): Said {
  const { lot, code } = graph.history;
  if (subject?.id === code?.run) return said("recall.of.run");
  if (subject?.id === lot) return said("recall.of.lot");
  const open = subject?.maker?.open.name;
  if (open === "PLOT" || open === "PLANT") return said("recall.of.plot");
  return said(open === "SHIP" ? "recall.of.consignment" : "recall.of.input");
}
