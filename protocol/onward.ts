/**
 * Packed goods of a lot that went further (docs/ledger.md §10.10): how many consignments a history shows, and which. What a server hands
 * out, the auditor's command gathers and `verify` and the page follow is the same by this rule: row by row, nearest first. Pure.
 */
import type { Hex } from "./bytes.ts";
import type { OpenEntry } from "./entry.ts";

export { isRecalledIn, isReturnedIn, MAX_ONWARD, nextOnward, type Sent };

/** Packed goods may go to hundreds of shops: readers count what is not shown by the logs of what they were taken from. */
const MAX_ONWARD = 50;

/** A packed consignment, as far as it is known. */
interface Sent {
  readonly id: Hex;
  /** When the ledger took it. */
  readonly recordedAtS: number;
  /** A recall of it stands. */
  readonly isRecalled: boolean;
  /** It was refused or withdrawn: nothing of it went anywhere. */
  readonly isReturned: boolean;
}

/**
 * The next row: of what was `sent` from the row before, what is shown beside those already `found`. Recalled ones first, for they are what a reader
 * has to know; then older ones first.
 */
function nextOnward(sent: Iterable<Sent>, found: ReadonlySet<Hex>): readonly Hex[] {
  const row = new Map<Hex, Sent>();
  for (const one of sent) if (!one.isReturned && !found.has(one.id)) row.set(one.id, one);
  const order = [...row.values()].sort(
    (one, other) =>
      Number(other.isRecalled) - Number(one.isRecalled) ||
      one.recordedAtS - other.recordedAtS ||
      (one.id < other.id ? -1 : 1),
  );
  return order.slice(0, Math.max(0, MAX_ONWARD - found.size)).map(({ id }) => id);
}

/** Whether a recall stands after these entries of a subject's own groups: the ledger takes no RELEASE of what is not recalled. */
function isRecalledIn(own: Iterable<OpenEntry>): boolean {
  let standing = 0;
  for (const { name, args } of own) {
    if (name === "RECALL" && !args.drill) standing += 1;
    if (name === "RELEASE") standing -= 1;
  }
  return standing > 0;
}

function isReturnedIn(own: Iterable<OpenEntry>): boolean {
  for (const { name } of own) if (name === "REFUSE" || name === "WITHDRAW") return true;
  return false;
}
