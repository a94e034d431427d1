/** Books of lots: what became of each (lot.ts), and of what it was made, with every correction (docs/ledger.md §6, §7). Pure. */
import { type Hex, hexOf } from "../bytes.ts";
import type { OpenEntry } from "../entry.ts";
import type { Share } from "../kinds/kind.ts";
import { eventsOf, type LogEvent } from "./events.ts";
import type { Findings } from "./findings.ts";
import type { Maker } from "./graph.ts";
import type { CheckedLog } from "./logs.ts";
import { Lot } from "./lot.ts";
import { over } from "./over.ts";
import { netOf, productOf, unitOf } from "./products.ts";
import type { LotBooks } from "./report-books.ts";
import type { Tenures } from "./tenure.ts";

export type { Keeping };
export { lotBooks, takenIn };

interface Keeping {
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly tenures: Tenures;
  readonly findings: Findings;
  /** What changed of what was taken from an input, by `takenKey`: corrections, and consignments that came back. */
  readonly taken: ReadonlyMap<string, readonly LogEvent[]>;
}

function lotBooks(parts: Keeping, log: CheckedLog, made: OpenEntry): LotBooks {
  const { findings, makers, tenures } = parts;
  const maker = makers.get(log.id);
  const product = productOf(parts, log.id);
  const { loss, inputs } = originOf(maker, made);
  unitsAgree(parts, log, inputs);
  const lot = new Lot(log.id, made, { product, net: netOf(parts, product), loss, made: amountOf(maker, made) });
  for (const event of eventsOf(log)) {
    lot.take(event);
    for (const { what, sums, most } of lot.faults()) over(findings, event, what, sums, most);
  }
  const { left, packed, used, shipped, returned, lost, state } = lot;
  return {
    ...{ id: log.id, product, unit: unitOf(parts, product), made: lot.made, used, packed, left },
    ...{ shipped, returned, lost, holder: tenures.now(log.id).holder, state, loss: lot.loss },
    under:
      made.name === "SHIP" ? { to: made.args.to, carrier: made.args.carrier || null, packed: made.args.packed } : null,
    inputs: inputs.map(({ id, amount }) => linkOf(parts, log, hexOf(id), amount)),
  };
}

/** What went into a lot from one input, as corrected: the same for all outputs of an entry. */
function linkOf(
  { makers, findings, taken }: Keeping,
  log: CheckedLog,
  id: Hex,
  made: bigint,
): LotBooks["inputs"][number] {
  let amount = made;
  for (const event of taken.get(takenKey(id, makers.get(log.id)?.group.subject ?? null)) ?? []) {
    // A link to a lot that has come down to 0 is gone, and does not come back; one to a planting stays.
    if (amount === 0n && makers.get(log.id)?.entry.name !== "HARVEST")
      over(findings, event, "taken of what is gone", 1n, 0n);
    if (event.entry.name === "CORRECT") amount += event.entry.args.others;
    else amount = 0n;
    if (amount < 0n) over(findings, event, "taken", amount, 0n);
  }
  return { id, amount };
}

/** From the inputs' own logs, for a further output has no corrections of this sort in its own. */
function takenIn(logs: ReadonlyMap<Hex, CheckedLog>): ReadonlyMap<string, readonly LogEvent[]> {
  const taken = new Map<string, LogEvent[]>();
  for (const log of logs.values()) {
    for (const event of eventsOf(log)) {
      const { name } = event.entry;
      if (!event.isTouch || (name !== "CORRECT" && name !== "REFUSE" && name !== "WITHDRAW")) continue;
      const key = takenKey(log.id, event.by);
      const same = taken.get(key);
      if (same === undefined) taken.set(key, [event]);
      else same.push(event);
    }
  }
  return taken;
}

/** `by`: the subject of the group, which is the first output of what took it. */
function takenKey(input: Hex, by: Hex | null): string {
  return `${input} ${by}`;
}

function amountOf(maker: Maker | undefined, entry: OpenEntry): bigint {
  if (entry.name === "ORIGIN" || entry.name === "SHIP") return entry.args.amount;
  if (entry.name === "HARVEST") return sum(entry.args.inputs);
  return entry.name === "TRANSFORM" ? (entry.args.outputs[maker?.output ?? -1]?.amount ?? 0n) : 0n;
}

function originOf(maker: Maker | undefined, entry: OpenEntry): { loss: bigint; inputs: readonly Share[] } {
  if (entry.name === "HARVEST") return { loss: 0n, inputs: entry.args.inputs };
  if (entry.name === "SHIP") return { loss: 0n, inputs: [{ id: entry.args.lot, amount: entry.args.amount }] };
  if (entry.name !== "TRANSFORM" || maker === undefined) return { loss: 0n, inputs: [] };
  const { inputs, outputs } = entry.args;
  return { loss: maker.output === 0 ? sum(inputs) - sum(outputs) : 0n, inputs };
}

/** Kilograms do not become litres on the way. */
function unitsAgree(parts: Keeping, log: CheckedLog, inputs: readonly Share[]): void {
  const own = unitOf(parts, productOf(parts, log.id));
  const first = log.moves[0];
  for (const { id } of inputs) {
    const unit = unitOf(parts, productOf(parts, hexOf(id)));
    if (own === null || unit === null || unit === own || first === undefined) continue;
    const where = { subject: log.id, seq: 1, batch: first.batch, group: first.group, entry: 0 };
    parts.findings.once(log.id, "sums-mismatch", where, { what: "units", stated: unit, booked: own });
    first.ok = false;
  }
}

function sum(shares: readonly Share[]): bigint {
  return shares.reduce((total, { amount }) => total + amount, 0n);
}
