/**
 * The hands that goods passed through (docs/ledger.md §6, SHIP to WITHDRAW): every consignment that the lot came by, and packed ones of it
 * that went further. Of those the lot's own log knows: one that is not shown is counted. Pure.
 */
import { formatAmount } from "../amount.ts";
import { type Hex, hexOf } from "../bytes.ts";
import { readReceive, readShip } from "../document/read-handover.ts";
import { isRecalledIn, isReturnedIn, nextOnward, type Sent } from "../onward.ts";
import { eventsOf, type LogEvent, refOf } from "./events.ts";
import type { Findings } from "./findings.ts";
import type { Maker } from "./graph.ts";
import { type CheckedHistory, documentOf } from "./holding.ts";
import type { CheckedLog } from "./logs.ts";
import type { Report } from "./report.ts";
import type { Handover } from "./report-books.ts";

export { checkHands, onwardFrom };

/**
 * Packed consignments of a lot's goods and of those again (onward.ts); how many that did not come back the logs know, and the history has
 * not.
 */
function onwardFrom(
  lot: Hex | null,
  logs: ReadonlyMap<Hex, CheckedLog>,
  makers: ReadonlyMap<Hex, Maker>,
  findings: Findings,
): ReadonlySet<Hex> {
  const found = new Set<Hex>();
  if (lot === null) return found;
  const known = new Set<Hex>();
  let row: readonly Hex[] = [lot];
  while (row.length > 0) {
    const sent = row.flatMap((id) => [...sentFrom(logs.get(id))]);
    for (const [id, isReturned] of sent) if (!isReturned) known.add(id);
    row = nextOnward(
      sent.flatMap(([id, isReturned]) => sentAs(id, isReturned, logs, makers) ?? []),
      found,
    );
    for (const id of row) found.add(id);
  }
  const hidden = [...known].filter((id) => !found.has(id)).length;
  if (hidden > 0) findings.add("onward-not-shown", { subject: lot }, { count: hidden });
  return found;
}

/** Packed consignments taken from a lot, by its own log, and whether they came back. */
function sentFrom(log: CheckedLog | undefined): ReadonlyMap<Hex, boolean> {
  const sent = new Map<Hex, boolean>();
  for (const { entry, isTouch, by } of log === undefined ? [] : eventsOf(log)) {
    if (!isTouch) continue;
    if (entry.name === "SHIP" && entry.args.packed) sent.set(by, false);
    if (sent.has(by) && isReturnedIn([entry])) sent.set(by, true);
  }
  return sent;
}

/** Null for one that the history does not show. */
function sentAs(
  id: Hex,
  isReturned: boolean,
  logs: ReadonlyMap<Hex, CheckedLog>,
  makers: ReadonlyMap<Hex, Maker>,
): Sent | null {
  const maker = makers.get(id);
  const log = logs.get(id);
  if (maker?.entry.name !== "SHIP" || log === undefined) return null;
  const own = eventsOf(log).flatMap(({ entry, isTouch }) => (isTouch ? [] : [entry]));
  const { recordedAtS } = maker.batch.stamp;
  return { id, recordedAtS, isRecalled: isRecalledIn(own), isReturned };
}

/** In the order in which the goods passed, onward ones last. */
function checkHands(checked: CheckedHistory, books: Report["books"]): readonly Handover[] {
  const { story, onward, makers, findings } = checked;
  const part = (ids: ReadonlySet<Hex>): Handover[] =>
    [...ids]
      .flatMap((id) => handoverOf(checked, books, id) ?? [])
      .sort((one, other) => (one.shippedAtS ?? 0) - (other.shippedAtS ?? 0));
  const hands = [...part(story), ...part(onward)];
  for (const { consignment, from, to, lost, state, offered, found, onward: isOnward } of hands) {
    const batch = makers.get(consignment)?.batch.hash ?? null;
    const where = { subject: consignment, seq: 1, batch };
    if (lost > 0n) {
      const amounts = { amount: formatAmount(lost), offered: formatAmount(offered), found: formatAmount(found ?? 0n) };
      findings.add("lost-between-hands", where, { ...amounts, from: from ?? 0, to });
    }
    // Packed goods further on are under way every day; the lot itself is not to be had by then.
    if (state === "under-way" && !isOnward) findings.add("under-way", where, { from: from ?? 0, to });
  }
  return hands;
}

function handoverOf(checked: CheckedHistory, books: Report["books"], id: Hex): Handover | null {
  const { logs, makers, tenures, onward } = checked;
  const made = makers.get(id);
  const log = logs.get(id);
  if (made?.entry.name !== "SHIP" || log === undefined) return null;
  const { args } = made.entry;
  const lot = books.lots.find((one) => one.id === id);
  const events = eventsOf(log);
  const shipped = events.find(({ entry, isTouch }) => entry.name === "SHIP" && !isTouch);
  const ended = events.find(({ entry, isTouch }) => !isTouch && ENDS.includes(entry.name)) ?? null;
  const offered = args.amount + corrected(events, 1, 0);
  const found =
    ended?.entry.name === "RECEIVE" ? ended.entry.args.amount + corrected(events, ended.seq, ended.place) : null;
  const from = shipped === undefined ? null : readShip(documentOf(checked, shipped), id);
  const taken = ended?.entry.name === "RECEIVE" ? readReceive(documentOf(checked, ended), id) : null;
  return {
    ...{ consignment: id, lot: hexOf(args.lot), from: tenures.at(id, { seq: 1, entry: 0 }).holder, to: args.to },
    ...{ carrier: args.carrier || null, packed: args.packed, unit: lot?.unit ?? null, offered, found },
    lost: found === null || found > offered ? 0n : offered - found,
    state: ended === null ? "under-way" : ended.entry.name === "RECEIVE" ? "received" : "returned",
    shippedAtS: made.batch.stamp.recordedAtS,
    endedAtS: ended?.atS ?? null,
    fromSite: from?.from?.subject ?? null,
    toSite: taken?.to?.subject ?? from?.to?.subject ?? null,
    onward: onward.has(id),
    shipped: { batch: made.batch.hash, group: made.groupIndex, entry: 0 },
    ended: ended === null ? null : refOf(ended),
  };
}

const ENDS: readonly LogEvent["entry"]["name"][] = ["RECEIVE", "REFUSE", "WITHDRAW"];

/** All that was put right of that entry's amount. */
function corrected(events: readonly LogEvent[], seq: number, place: number): bigint {
  return events.reduce((sum, { entry, isTouch }) => {
    if (entry.name !== "CORRECT" || isTouch || entry.args.seq !== seq || entry.args.entry !== place) return sum;
    return sum + entry.args.own;
  }, 0n);
}
