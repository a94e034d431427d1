/** What became of an entry, and what a correction says of another: as sentences with the entries they lead to. Pure. */
import { type Key, type Said, said } from "../ui/i18n.ts";
import { type Correction, isBooked } from "./corrections.ts";
import { type Graph, madeOf } from "./graph.ts";
import type { GraphEntry } from "./open.ts";
import { unitIn } from "./units.ts";

export type { Booked };
export { bookedOf, correctionLines, correctionTitle, reasonOf, rootOf };

/** A difference that was booked, right less wrong, thousandths. */
interface Booked {
  readonly id: string;
  readonly difference: bigint;
}

/** The four reasons of docs/ledger.md §6; the ledger takes no other. */
const REASONS: Readonly<Record<number, Key>> = {
  1: "reason.1",
  2: "reason.2",
  3: "reason.3",
  4: "reason.4",
};

function reasonOf(reason: number): Said {
  return said(REASONS[reason] ?? "entry.other");
}

/** The entry that began it all: of a correction what it speaks of, of right data what it replaces, and so on; else the entry itself. */
function rootOf({ corrections }: Graph, entry: GraphEntry): GraphEntry {
  let root = entry;
  for (let steps = 0; steps < 100; steps++) {
    const before = corrections.byEntry.get(root.id)?.target ?? corrections.right.get(root.id)?.target;
    if (before === undefined) break;
    root = before;
  }
  return root;
}

function correctionTitle({ corrections }: Graph, entry: GraphEntry): Said {
  const found = corrections.byEntry.get(entry.id);
  if (found === undefined) return said("entry.CORRECT.unmatched");
  const reason = reasonOf(found.reason);
  return said(found.byAuthor ? "entry.CORRECT" : "entry.CORRECT.other", { reason });
}

function correctionLines(graph: Graph, entry: GraphEntry): readonly Said[] {
  const found = graph.corrections.byEntry.get(entry.id);
  const { open, subject } = entry;
  if (open.name !== "CORRECT") return [];
  const { own, others } = open.args;
  const unit = unitIn(graph, subject);
  const booked = [
    ...(own === 0n ? [] : [difference(own, { more: "entry.CORRECT.more", less: "entry.CORRECT.less" }, unit)]),
    // What was taken of another subject mostly changes by as much: then it is said once.
    ...(others === 0n || others === own
      ? []
      : [difference(others, { more: "entry.CORRECT.others.more", less: "entry.CORRECT.others.less" }, unit)]),
  ];
  return [...(found?.notes == null ? [] : [said("entry.note", { text: found.notes })]), ...booked];
}

function difference(amount: bigint, keys: { more: Key; less: Key }, unit: ReturnType<typeof unitIn>): Said {
  const size = amount < 0n ? -amount : amount;
  return said(amount < 0n ? keys.less : keys.more, { amount: { amount: size, unit, form: "short" } });
}

/** What was booked later of the lots in `lots`, in the order of time. */
function bookedOf(graph: Graph, lots: ReadonlySet<string>): readonly Booked[] {
  return [...graph.corrections.byEntry.values()]
    .filter((one: Correction) => isBooked(one) && lots.has(one.at.subject) && madeOf(graph, one.at.subject) !== null)
    .map(({ at, own }) => ({ id: at.id, difference: own }));
}
