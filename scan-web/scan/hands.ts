/**
 * The hands that goods passed through: consignments that the lot came by, in the order of time, and packed goods of it that went further.
 * Many between the same two are told as one. Pure.
 */
import { readReceive, readShip } from "../../protocol/document/read-handover.ts";
import type { Hex } from "../../protocol/history.ts";
import { isRecalledIn, isReturnedIn, nextOnward, type Sent } from "../../protocol/onward.ts";
import type { Value } from "../ui/i18n.ts";
import { type Graph, isReturned, organisationOf } from "./graph.ts";
import type { GraphEntry } from "./open.ts";
import { placeWords } from "./sites.ts";
import type { HandStory } from "./story.ts";
import { unitIn } from "./units.ts";

export { handsOf, onwardOf };

/** Packed consignments of the lot's goods and of those again, as `verify` follows them. */
function onwardOf(graph: Graph): ReadonlySet<Hex> {
  const found = new Set<Hex>();
  let row: readonly Hex[] = [graph.history.lot];
  while (row.length > 0) {
    const sent = row.flatMap((id) =>
      (graph.subjects.get(id)?.entries ?? []).flatMap((entry) => sentBy(graph, entry, id)),
    );
    row = nextOnward(sent, found);
    for (const id of row) found.add(id);
  }
  return found;
}

function sentBy(graph: Graph, { open, subject: id, recordedAtS }: GraphEntry, from: Hex): readonly Sent[] {
  const subject = graph.subjects.get(id);
  if (open.name !== "SHIP" || id === from || !open.args.packed || subject === undefined) return [];
  const own = subject.entries.flatMap((entry) => (entry.subject === id ? [entry.open] : []));
  return [{ id, recordedAtS, isRecalled: isRecalledIn(own), isReturned: isReturnedIn(own) }];
}

function handsOf(
  graph: Graph,
  of: {
    readonly story: ReadonlySet<Hex>;
    readonly onward: ReadonlySet<Hex>;
    readonly numbers: ReadonlyMap<string, number>;
  },
): readonly HandStory[] {
  const groups = new Map<string, HandStory>();
  for (const [ids, onward] of [[of.story, false] as const, [of.onward, true] as const]) {
    const hands = [...ids].flatMap((id) => handOf(graph, id, { onward, numbers: of.numbers }) ?? []);
    for (const hand of hands.sort((one, other) => one.fromS - other.fromS)) {
      const key = [
        hand.from.number,
        hand.to.number,
        hand.carrier?.number,
        hand.state,
        hand.answeredBy,
        onward,
        hand.packed,
      ].join(" ");
      groups.set(key, together(groups.get(key), hand));
    }
  }
  return [...groups.values()];
}

function handOf(
  graph: Graph,
  id: Hex,
  { onward, numbers }: { readonly onward: boolean; readonly numbers: ReadonlyMap<string, number> },
): HandStory | null {
  const subject = graph.subjects.get(id);
  const ship = subject?.maker;
  if (subject === undefined || ship?.open.name !== "SHIP") return null;
  const { to, carrier, packed } = ship.open.args;
  const own = subject.entries.filter((entry) => entry.subject === id);
  const taken = own.find(({ open }) => open.name === "RECEIVE");
  const back = own.find(({ open }) => open.name === "REFUSE" || open.name === "WITHDRAW");
  const offered = ship.open.args.amount + (graph.corrections.made.get(id) ?? 0n);
  const found =
    taken?.open.name === "RECEIVE" ? taken.open.args.amount - (graph.corrections.lostBy.get(taken.id) ?? 0n) : null;
  return {
    from: organisationOf(graph, ship.organisation),
    to: organisationOf(graph, to),
    carrier: carrier === 0 ? null : organisationOf(graph, carrier),
    packed,
    unit: unitIn(graph, id),
    count: 1,
    offered,
    found,
    state: taken !== undefined ? "received" : isReturned(subject) ? "returned" : "under-way",
    answeredBy: (taken ?? back)?.organisation ?? null,
    fromS: ship.occurredAtS,
    untilS: (taken ?? back)?.occurredAtS ?? null,
    places: placesOf(graph, id, ship, taken),
    onward,
    number: numbers.get(ship.id) ?? null,
  };
}

/** From where to where, as the two say: the receiver knows best where it is now. */
function placesOf(graph: Graph, id: Hex, ship: GraphEntry, taken: GraphEntry | undefined): HandStory["places"] {
  const sent = readShip(ship.document, id);
  const got = taken === undefined ? null : readReceive(taken.document, id);
  const from = placeWords(graph, sent?.from ?? got?.from ?? null);
  const to = placeWords(graph, got?.to ?? sent?.to ?? null);
  return { from: from === null ? [] : [from], to: to === null ? [] : [to] };
}

function together(before: HandStory | undefined, hand: HandStory): HandStory {
  if (before === undefined) return hand;
  const later = (one: number | null, other: number | null) =>
    one === null || other === null ? (one ?? other) : Math.max(one, other);
  return {
    ...before,
    count: before.count + hand.count,
    offered: before.offered + hand.offered,
    found: before.found === null || hand.found === null ? null : before.found + hand.found,
    fromS: Math.min(before.fromS, hand.fromS),
    untilS: later(before.untilS, hand.untilS),
    places: { from: each(before.places.from, hand.places.from), to: each(before.places.to, hand.places.to) },
  };
}

function each(names: readonly Value[], more: readonly Value[]): readonly Value[] {
  return [...new Map([...names, ...more].map((name) => [JSON.stringify(name), name])).values()];
}
