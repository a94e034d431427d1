/**
 * Whether the goods are such as the rule gives a 承诺达标合格证 for, and whether they are still there: what its words say, the ledger must
 * not deny. Pure.
 */
import type { PromiseReading } from "../../protocol/document/read-promise.ts";
import { REASONS_TO_DISCARD } from "../../protocol/kinds/transform.ts";
import { lotsOf } from "../scan/ancestry.ts";
import { recordOf } from "../scan/basis.ts";
import { type Graph, madeOf } from "../scan/graph.ts";
import type { GraphEntry } from "../scan/open.ts";

export type { GoodsFault };
export { faultOfGoods };

type GoodsFault =
  { readonly why: "processed" | "not-grown" | "taken-missing" } | { readonly why: "gone"; readonly left: bigint };

/** @param booked the amount that is promised, thousandths */
function faultOfGoods(
  graph: Graph,
  entry: GraphEntry,
  { said, booked }: { readonly said: PromiseReading; readonly booked: bigint },
): GoodsFault | null {
  const makers = [...lotsOf(graph, entry.subject)].flatMap((id) => graph.subjects.get(id)?.maker ?? []);
  // The rule is of fresh produce: what was made of it (成品茶, say) is food, and none of its.
  if (makers.some(({ open }) => open.name === "TRANSFORM" && open.args.step === PROCESS)) return { why: "processed" };
  const isOwn = makers.every(
    ({ open, organisation }) =>
      open.name !== "ORIGIN" && (open.name !== "HARVEST" || organisation === entry.organisation),
  );
  if (said.promise === "producer" && !isOwn) return { why: "not-grown" };
  const left = leftOf(graph, entry);
  if (left < booked) return { why: "gone", left };
  const isThere = said.taken.every((named) => {
    const taken = recordOf(graph, entry, named);
    return taken?.open.name === "PROMISE" && taken.id !== entry.id;
  });
  return isThere ? null : { why: "taken-missing" };
}

/** As `step` of TRANSFORM says it (docs/ledger.md, kind 57). */
const PROCESS = 1;

/**
 * What was made of the lot, as corrected, less what was destroyed on order; nothing where all of it was lost. What was sold or packed is
 * still promised, and so are a sample and a few grams less.
 */
function leftOf(graph: Graph, { subject }: GraphEntry): bigint {
  const made = madeOf(graph, subject)?.amount ?? 0n;
  let [ordered, lost] = [0n, 0n];
  for (const { id, open, subject: by } of graph.subjects.get(subject)?.entries ?? []) {
    if (open.name !== "DISCARD" || by !== subject) continue;
    const amount = open.args.amount + (graph.corrections.lostBy.get(id) ?? 0n);
    if (open.args.reason === REASONS_TO_DISCARD.ordered) ordered += amount;
    else lost += amount;
  }
  return lost + ordered >= made ? 0n : made - ordered;
}
