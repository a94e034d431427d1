/** 承诺达标合格证 of the lot or of what it came from: the rule's fixed words, the entries on which it rests, and why it does not count. Pure. */
import { organisationId } from "../../protocol/batch.ts";
import { hexOf } from "../../protocol/bytes.ts";
import { faultOfPromise } from "../../protocol/document/held-promise.ts";
import { type PromiseReading, readPromise } from "../../protocol/document/read-promise.ts";
import type { Hex } from "../../protocol/history.ts";
import { type Key, type Said, said } from "../ui/i18n.ts";
import { standing } from "./alerts.ts";
import { lotsOf } from "./ancestry.ts";
import { barePlots, isCarried } from "./basis.ts";
import { type Graph, organisationOf } from "./graph.ts";
import type { GraphEntry } from "./open.ts";
import { whatOf } from "./recalls.ts";
import type { PromiseStory, RecallStory } from "./story.ts";
import { unitIn } from "./units.ts";

export { promisesOf };

const PLACES = ["own", "before", "onward"] as const;

/** Of the lot in hand, then of what it came from, then of goods of it that went further; newest first, of each lot the newest alone. */
function promisesOf(
  graph: Graph,
  of: {
    readonly story: ReadonlySet<Hex>;
    readonly onward: ReadonlySet<Hex>;
    readonly numbers: ReadonlyMap<string, number>;
    readonly recalls: readonly RecallStory[];
  },
): readonly PromiseStory[] {
  const made = [...of.story, ...of.onward].flatMap((id) => {
    const all = (graph.subjects.get(id)?.entries ?? []).filter(
      (entry) => entry.open.name === "PROMISE" && entry.subject === id && !graph.corrections.struck.has(entry.id),
    );
    return all.slice(-1);
  });
  const placeOf = ({ subject }: GraphEntry) =>
    subject === graph.history.lot ? "own" : of.onward.has(subject) && !of.story.has(subject) ? "onward" : "before";
  return made
    .sort(
      (one, other) =>
        PLACES.indexOf(placeOf(one)) - PLACES.indexOf(placeOf(other)) || other.recordedAtS - one.recordedAtS,
    )
    .flatMap((entry): readonly PromiseStory[] => {
      const reading = readPromise(entry.document, entry.subject);
      if (entry.open.name !== "PROMISE" || reading === null) return [];
      const basis = reading.basis.map(({ code, entries }) => ({
        code,
        numbers: numbersOf(graph, entries, of.numbers),
        stands: isCarried(graph, entry, { code, entries }),
        bare: barePlots(graph, entry, { said: reading, code }),
      }));
      const amount = { amount: entry.open.args.amount, unit: unitIn(graph, entry.subject) };
      const isRecalled = isCalledBack(graph, entry.subject, of.recalls);
      return [
        {
          document: entry.cid,
          name: reading.productName,
          lotNumber: reading.lot?.lotNumber ?? null,
          amount,
          origin: reading.origin,
          dayS: dayOf(reading, entry),
          promisor: organisationOf(graph, entry.organisation),
          phone: reading.contact.phone,
          promise: reading.promise,
          of: whatOf(graph, graph.subjects.get(entry.subject)),
          place: placeOf(entry),
          fault: isRecalled ? said("promise.fault.recalled") : faultOf(entry, { reading, amount, basis }),
          basis,
          number: of.numbers.get(entry.id) ?? null,
        },
      ];
    });
}

/** As the sheet has it: the day that it says, in China. */
function dayOf({ issuedOn, issuedAtS }: PromiseReading, { occurredAtS }: GraphEntry): number {
  return issuedOn === null ? (issuedAtS ?? occurredAtS) : Date.parse(`${issuedOn}T12:00:00+08:00`) / 1000;
}

/** Where what is in hand is called back, all that it came from and became stands under it; else only goods that went with what was. */
function isCalledBack(graph: Graph, id: Hex, recalls: readonly RecallStory[]): boolean {
  if (standing({ recalls }).length > 0) return true;
  const called = new Set(
    recalls.flatMap(({ subject, drill, releasedAtS }) => (drill || releasedAtS !== null ? [] : [subject])),
  );
  return called.size > 0 && [...lotsOf(graph, id)].some((lot) => called.has(lot));
}

const FAULTS = {
  amount: "promise.fault.amount",
  promisor: "promise.fault.promisor",
  words: "promise.fault.words",
  incomplete: "promise.fault.incomplete",
  taken: "promise.fault.taken",
} as const satisfies Readonly<Record<string, Key>>;

function faultOf(
  { organisation }: GraphEntry,
  { reading, amount, basis }: { readonly reading: PromiseReading } & Pick<PromiseStory, "amount" | "basis">,
): Said | null {
  const booked = { amount: amount.amount, uom: amount.unit, promisor: hexOf(organisationId(organisation)) };
  const fault = faultOfPromise(reading, booked);
  if (fault !== null) return said(FAULTS[fault.why]);
  return basis.every(({ stands }) => stands) ? null : said("promise.fault.basis");
}

/** Under which numbers the page tells them, each once: a day's round over many plots has one. */
function numbersOf(
  graph: Graph,
  named: readonly { readonly subject: Hex; readonly document: string }[],
  numbers: ReadonlyMap<string, number>,
): readonly number[] {
  const wanted = new Set(named.map(({ subject, document }) => `${subject} ${document}`));
  const found = graph.entries.filter(({ subject, cid }) => wanted.has(`${subject} ${cid}`));
  return [...new Set(found.flatMap(({ id }) => numbers.get(id) ?? []))].sort((one, other) => one - other);
}
