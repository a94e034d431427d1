/**
 * What became of a lot (docs/ledger.md §6, §7): made = left + packed + used + shipped − returned + lost, after every entry. A consignment
 * is a lot; of packed pieces it has nothing loose. Pure.
 */
import { type Hex, hexOf } from "../bytes.ts";
import type { OpenEntry } from "../entry.ts";
import type { Share } from "../kinds/kind.ts";
import { eventsOf, type LogEvent } from "./events.ts";
import type { Findings } from "./findings.ts";
import type { Maker } from "./graph.ts";
import { shareOf } from "./land-books.ts";
import type { CheckedLog } from "./logs.ts";
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

interface Fault {
  readonly what: string;
  readonly sums: bigint;
  readonly most: bigint;
}

class Lot {
  left = 0n;
  packed = 0n;
  used = 0n;
  shipped = 0n;
  returned = 0n;
  lost = 0n;
  made: bigint;
  loss: bigint;
  state: LotBooks["state"];
  readonly #id: Hex;
  readonly #product: Hex | null;
  readonly #net: bigint | null;
  readonly #isPacked: boolean;
  readonly #hasLoss: boolean;
  readonly #isSent: boolean;
  /** Its own consignments, and whether they are of packed pieces. */
  readonly #sent = new Map<Hex, { readonly packed: boolean; amount: bigint }>();
  #faults: Fault[] = [];

  constructor(
    id: Hex,
    made: OpenEntry,
    of: { readonly product: Hex | null; readonly net: bigint | null; readonly loss: bigint; readonly made: bigint },
  ) {
    this.#id = id;
    [this.#product, this.#net, this.loss, this.made] = [of.product, of.net, of.loss, of.made];
    this.#isPacked = made.name === "SHIP" && made.args.packed;
    this.#hasLoss = made.name === "HARVEST" || made.name === "TRANSFORM";
    this.#isSent = made.name === "SHIP";
    this.state = this.#isSent ? "under-way" : "here";
    this.#add(of.made);
  }

  take(event: LogEvent): void {
    this.#faults = [];
    if (event.isTouch) this.#touch(event);
    else this.#own(event);
  }

  /** What the last entry made of the sums. */
  faults(): readonly Fault[] {
    const { made, left, packed, used, shipped, returned, lost } = this;
    if (left < 0n) this.#fault("used and packed", made - left, made);
    const parts = { packed, used, lost, made, shipped: shipped - returned };
    for (const [what, sums] of Object.entries(parts)) if (sums < 0n) this.#fault(what, sums, 0n);
    if (this.loss < 0n) this.#fault("out of what went in", -this.loss, 0n);
    return this.#faults;
  }

  #fault(what: string, sums: bigint, most: bigint): void {
    this.#faults.push({ what, sums, most });
  }

  /** What it consists of itself: pieces of a consignment of those, else loose goods. */
  #add(amount: bigint): void {
    if (this.#isPacked) this.packed += amount;
    else this.left += amount;
  }

  #touch({ entry, by }: LogEvent): void {
    switch (entry.name) {
      case "TRANSFORM": {
        const amount = shareOf(entry.args.inputs, this.#id);
        this.used += amount;
        this.left -= amount;
        break;
      }
      case "LABEL":
        this.#pack(entry.args.count);
        break;
      case "VOID":
        this.#pack(-entry.args.ranges.reduce((sum, { number }) => sum + number, 0n));
        break;
      case "SHIP":
        this.#sent.set(by, { packed: entry.args.packed, amount: entry.args.amount });
        this.#send(entry.args.amount, entry.args.packed);
        break;
      case "REFUSE":
      case "WITHDRAW": {
        const sent = this.#sent.get(by);
        if (sent === undefined) this.#fault("given back", 1n, 0n);
        else {
          this.returned += sent.amount;
          if (sent.packed) this.packed += sent.amount;
          else this.left += sent.amount;
          this.#sent.delete(by);
        }
        break;
      }
      case "CORRECT": {
        const sent = this.#sent.get(by);
        if (sent === undefined) {
          this.used += entry.args.others;
          this.left -= entry.args.others;
        } else {
          sent.amount += entry.args.others;
          this.#send(entry.args.others, sent.packed);
        }
        break;
      }
      default:
    }
  }

  #own({ entry }: LogEvent): void {
    switch (entry.name) {
      case "DISCARD":
        this.lost += entry.args.amount;
        this.left -= entry.args.amount;
        break;
      case "RECEIVE": {
        const found = entry.args.amount;
        // Under way nothing is taken from it: all that was made of it is offered.
        if (found > this.made) this.#fault("found", found, this.made);
        this.lost += this.made - found;
        this.#add(found - this.made);
        this.state = "received";
        break;
      }
      case "REFUSE":
      case "WITHDRAW":
        [this.made, this.left, this.packed] = [0n, 0n, 0n];
        this.state = "returned";
        break;
      case "PROMISE":
        if (entry.args.amount > this.left + this.packed)
          this.#fault("promised", entry.args.amount, this.left + this.packed);
        break;
      case "CORRECT": {
        const { seq, entry: place, own, others } = entry.args;
        this.#add(own);
        if (seq === 1 && place === 0) {
          this.made += own;
          if (this.#hasLoss) this.loss += others - own;
          // A consignment and its lot move alike.
          if (this.#isSent && own !== others) this.#fault("consignment and lot", own, others);
        } else this.lost -= own;
        break;
      }
      default:
    }
  }

  #pack(count: bigint): void {
    const net = this.#net;
    if (net === 0n) this.#fault("packed without net content", count, 0n);
    if (net === null || this.#product === null) return;
    this.packed += count * net;
    this.left -= count * net;
  }

  #send(amount: bigint, packed: boolean): void {
    this.shipped += amount;
    if (packed) this.packed -= amount;
    else this.left -= amount;
  }
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
    // A link that has come down to 0 is gone, and does not come back.
    if (amount === 0n) over(findings, event, "taken of what is gone", 1n, 0n);
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
