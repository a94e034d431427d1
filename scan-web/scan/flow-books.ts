/**
 * Where the weight of a lot went, by what the ledger booked, as corrected: in entries of the lot's own log. What is named nowhere is left.
 * Pure.
 */
import { hexOf } from "../../protocol/bytes.ts";
import type { Hex } from "../../protocol/history.ts";
import { takenKey } from "./corrections.ts";
import { type Graph, inputsOf, isReturned, madeOf, RETURNS } from "./graph.ts";

export type { Outgoing };
export { discardsOf, labelledOf, leftOf, netOf, outgoingOf, sum, takenOf };

/** Thousandths. */
interface Outgoing {
  readonly used: bigint;
  /** To others, or to another place of one's own. */
  readonly sent: bigint;
  /** Under labels that count; packed goods of it that went on are `sent` or `used` instead. */
  readonly labelled: bigint;
  readonly discarded: bigint;
  /** Of a consignment: not found on arrival. */
  readonly missing: bigint;
}

/** @param story the lot in hand and all that it came from: packed goods that were sent there are counted on their way, not by their labels */
function outgoingOf(graph: Graph, id: Hex, story: ReadonlySet<Hex>): Outgoing {
  const out = { used: 0n, sent: 0n, labelled: 0n, discarded: 0n, missing: 0n };
  const { corrections, subjects } = graph;
  const subject = subjects.get(id);
  const net = netOf(graph, id);
  const came = subject?.maker?.open;
  const camePacked = came?.name === "SHIP" && came.args.packed;
  for (const { id: entry, open, subject: by } of subject?.entries ?? []) {
    const more = corrections.taken.get(takenKey(by, id)) ?? 0n;
    const later = corrections.lostBy.get(entry) ?? 0n;
    if (open.name === "TRANSFORM" && by !== id) {
      const taken = open.args.inputs.find((input) => hexOf(input.id) === id)?.amount;
      if (taken !== undefined) out.used += taken + more;
    }
    if (open.name === "SHIP" && by !== id && !wentBack(graph, id, by)) {
      const amount = open.args.amount + more;
      const isLabelledHere = open.args.packed && !camePacked;
      if (!isLabelledHere) out.sent += amount;
      else if (story.has(by)) {
        out.used += amount;
        out.labelled -= amount;
      }
    }
    if (open.name === "LABEL") out.labelled += open.args.count * net;
    if (open.name === "VOID") out.labelled -= sum(open.args.ranges.map(({ number }) => number)) * net;
    if (by !== id) continue;
    if (open.name === "DISCARD") out.discarded += open.args.amount + later;
    if (open.name === "RECEIVE") out.missing += (madeOf(graph, id)?.amount ?? 0n) - open.args.amount + later;
  }
  return out;
}

/** It is in the lot's log as well, for a consignment that went elsewhere has none here. */
function wentBack(graph: Graph, lot: Hex, consignment: Hex): boolean {
  if (isReturned(graph.subjects.get(consignment))) return true;
  const entries = graph.subjects.get(lot)?.entries ?? [];
  return entries.some(({ open, subject }) => RETURNS.has(open.name) && subject === consignment);
}

function leftOf(graph: Graph, id: Hex, story: ReadonlySet<Hex>): bigint {
  return (madeOf(graph, id)?.amount ?? 0n) - sum(Object.values(outgoingOf(graph, id, story)));
}

/** By the reason that their DISCARDs give. */
function discardsOf(graph: Graph, ids: readonly Hex[]): ReadonlyMap<number, bigint> {
  const found = new Map<number, bigint>();
  for (const id of ids) {
    for (const { id: entry, open, subject } of graph.subjects.get(id)?.entries ?? []) {
      if (open.name !== "DISCARD" || subject !== id) continue;
      const amount = open.args.amount + (graph.corrections.lostBy.get(entry) ?? 0n);
      found.set(open.args.reason, (found.get(open.args.reason) ?? 0n) + amount);
    }
  }
  return found;
}

/** How many labels of a lot count: issued less what was voided, of all its runs. */
function labelledOf(graph: Graph, lot: Hex): { readonly issued: bigint; readonly voided: bigint } {
  let issued = 0n;
  let voided = 0n;
  for (const { open } of graph.subjects.get(lot)?.entries ?? []) {
    if (open.name === "LABEL") issued += open.args.count;
    if (open.name === "VOID") voided += sum(open.args.ranges.map(({ number }) => number));
  }
  return { issued, voided };
}

/** What one label of the lot stands for. */
function netOf(graph: Graph, lot: Hex): bigint {
  const product = madeOf(graph, lot)?.product ?? null;
  return (product === null ? null : graph.product(product)?.net) ?? 0n;
}

/** What the entry that made a lot took of lots of the story. */
function takenOf(graph: Graph, id: Hex, story: ReadonlySet<Hex>): bigint {
  const inputs = inputsOf(graph, graph.subjects.get(id)).filter((input) => story.has(input.id));
  return sum(inputs.map(({ amount }) => amount));
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((all, amount) => all + amount, 0n);
}
