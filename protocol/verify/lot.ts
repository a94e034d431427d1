/**
 * What became of a lot, entry by entry (docs/ledger.md §6, §7): made = left + packed + used + shipped − returned + lost, after every one.
 * A consignment is a lot; of packed pieces it has nothing loose. Pure.
 */
import type { Hex } from "../bytes.ts";
import type { OpenEntry } from "../entry.ts";
import type { LogEvent } from "./events.ts";
import { shareOf } from "./land-books.ts";
import type { LotBooks } from "./report-books.ts";

export { Lot };

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
        this.#add(-entry.args.amount);
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
