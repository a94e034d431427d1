/** On what a 承诺达标合格证 rests, among the entries of a history: which are there, whether they carry it, and of which plots none is. Pure. */
import { hexOf } from "../../protocol/bytes.ts";
import type { BasisCode } from "../../protocol/document/hgz-2026.ts";
import type { TakenCertificate } from "../../protocol/document/promise.ts";
import { carrierOf, carriesBasis } from "../../protocol/document/promise-basis.ts";
import type { PromiseReading } from "../../protocol/document/read-promise.ts";
import type { Hex } from "../../protocol/history.ts";
import { cameFrom, plantingsOf } from "./ancestry.ts";
import type { Graph } from "./graph.ts";
import type { GraphEntry } from "./open.ts";

export { barePlots, isCarried, recordOf };

type Named = Pick<PromiseReading["basis"][number], "code" | "entries">;

/** The rule that `verify` has too; what was struck through carries nothing. */
function isCarried(graph: Graph, promise: GraphEntry, { code, entries }: Named): boolean {
  const found = entries.flatMap((named) => recordOf(graph, promise, named) ?? []);
  return carriesBasis(
    code,
    found.map((one) => carrierOf({ ...one, kind: one.open.name }, promise.organisation)),
  );
}

/** Null where the history has none that was there before the promise, of the promised lot or of what that came from. */
function recordOf(graph: Graph, promise: GraphEntry, { subject, document }: TakenCertificate): GraphEntry | null {
  if (!cameFrom(graph, promise.subject, subject)) return null;
  const found = (graph.subjects.get(subject)?.entries ?? []).find(
    (one) => one.subject === subject && one.cid === document && one.recordedAtS <= promise.recordedAtS,
  );
  return found === undefined || graph.corrections.struck.has(found.id) ? null : found;
}

/**
 * Of how many plots that the lot came from the basis names no record of the promisor's. One document may hold the records of many plots
 * and is named once. Asked of a grower's control alone: a test is of the lot, and a purchaser has no fields.
 */
function barePlots(
  graph: Graph,
  promise: GraphEntry,
  { said, code }: { said: PromiseReading; code: BasisCode },
): number {
  if (code !== "control" || said.promise !== "producer") return 0;
  const entries = said.basis.find((one) => one.code === code)?.entries ?? [];
  const documents = new Set(entries.map(({ document }) => document));
  const plots = new Map<Hex, boolean>();
  for (const id of plantingsOf(graph, promise.subject)) {
    const open = graph.subjects.get(id)?.maker?.open;
    const plot = open?.name === "PLANT" ? hexOf(open.args.plot) : id;
    const isNamed = [id, plot].some((subject) =>
      (graph.subjects.get(subject)?.entries ?? []).some(
        (one) => one.subject === subject && documents.has(one.cid) && one.organisation === promise.organisation,
      ),
    );
    plots.set(plot, isNamed || (plots.get(plot) ?? false));
  }
  return [...plots.values()].filter((isNamed) => !isNamed).length;
}
