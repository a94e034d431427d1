/** 承诺达标合格证 of the lot or of what it came from: the rule's fixed words, and the entries on which it rests. Pure. */
import { readPromise } from "../../protocol/document/read-promise.ts";
import type { Hex } from "../../protocol/history.ts";
import { barePlots, isCarried } from "./basis.ts";
import { type Graph, organisationOf } from "./graph.ts";
import type { PromiseStory } from "./story.ts";
import { unitIn } from "./units.ts";

export { promisesOf };

/** Newest first, of each lot the newest alone. */
function promisesOf(
  graph: Graph,
  {
    story,
    onward,
    numbers,
  }: {
    readonly story: ReadonlySet<Hex>;
    readonly onward: ReadonlySet<Hex>;
    readonly numbers: ReadonlyMap<string, number>;
  },
): readonly PromiseStory[] {
  return [...story, ...onward]
    .flatMap((id) => {
      const made = (graph.subjects.get(id)?.entries ?? []).filter(
        (entry) => entry.open.name === "PROMISE" && entry.subject === id && !graph.corrections.struck.has(entry.id),
      );
      return made.slice(-1);
    })
    .sort((one, other) => other.recordedAtS - one.recordedAtS)
    .flatMap((entry): readonly PromiseStory[] => {
      const said = readPromise(entry.document, entry.subject);
      if (entry.open.name !== "PROMISE" || said === null) return [];
      return [
        {
          document: entry.cid,
          name: said.productName,
          lotNumber: said.lot?.lotNumber ?? null,
          amount: { amount: entry.open.args.amount, unit: unitIn(graph, entry.subject) },
          origin: said.origin,
          dayS: said.issuedAtS ?? entry.occurredAtS,
          promisor: organisationOf(graph, entry.organisation),
          phone: said.contact.phone,
          promise: said.promise,
          basis: said.basis.map(({ code, entries }) => ({
            code,
            numbers: numbersOf(graph, entries, numbers),
            stands: isCarried(graph, entry, { code, entries }),
            bare: barePlots(graph, entry, { said, code }),
          })),
          number: numbers.get(entry.id) ?? null,
        },
      ];
    });
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
