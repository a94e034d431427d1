/**
 * One subject's log replayed (docs/ledger.md §6): each entry against the state that the entries before it left. Where a part of the history
 * is missing, what cannot be told is not held against anybody. Pure.
 */
import { type Hex, hexOf, isZero } from "../bytes.ts";
import type { KindName } from "../kinds/all.ts";
import { ROLES } from "../kinds/kind.ts";
import type { LogEvent } from "./events.ts";
import type { Maker } from "./graph.ts";
import type { Organisations } from "./keys.ts";
import type { CheckedLog } from "./logs.ts";
import { isBooked } from "./match.ts";
import { netOf, productOf } from "./products.ts";
import { claimRule, recallRule } from "./certificate-rules.ts";
import type { Rule } from "./rule.ts";
import { Status } from "./status.ts";
import type { Tenures } from "./tenure.ts";

export { Replay };

interface Parts {
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly tenures: Tenures;
  readonly organisations: Organisations;
}

const LOTS = ["ORIGIN", "HARVEST", "TRANSFORM", "SHIP"] as const satisfies readonly KindName[];
const RECALLABLE: readonly KindName[] = [...LOTS, "PLANT", "PLOT", "LABEL"];

/** What an entry's own subject must have been made by. */
const SORTS: Partial<Readonly<Record<KindName, readonly KindName[]>>> = {
  DISCARD: [...LOTS, "PLANT"],
  RECEIVE: ["SHIP"],
  REFUSE: ["SHIP"],
  WITHDRAW: ["SHIP"],
  SUSPEND: ["CERTIFY"],
  LIFT: ["CERTIFY"],
  REVOKE: ["CERTIFY"],
  PROMISE: LOTS,
  VOID: ["LABEL"],
  RECALL: RECALLABLE,
  RELEASE: RECALLABLE,
  ACKNOWLEDGE: RECALLABLE,
};
/** By sort: what a DISCARD may give as its reason. */
const REASONS: { readonly lot: readonly number[]; readonly planting: readonly number[] } = {
  lot: [1, 2, 3, 4],
  planting: [1, 4, 5],
};
/** How many recalls may stand. */
const MOST_RECALLS = 15;

class Replay {
  readonly #parts: Parts;
  readonly #log: CheckedLog;
  readonly #made: Maker["entry"] | undefined;
  readonly #state = new Status();

  constructor(parts: Parts, log: CheckedLog) {
    this.#parts = parts;
    this.#log = log;
    this.#made = parts.makers.get(log.id)?.entry;
  }

  /** The rule that this entry breaks; one that breaks none counts from here on. */
  next(event: LogEvent): Rule | null {
    // What made it cannot be told: what may be done with it neither.
    if (this.#made === undefined) return null;
    const rule = event.isTouch ? this.#touch(event) : this.#own(event);
    if (rule === null) this.#state.take(event);
    return rule;
  }

  get #sort(): KindName | undefined {
    return this.#made?.name;
  }

  #isUnderWay(event: LogEvent): boolean {
    return this.#parts.tenures.at(this.#log.id, { seq: event.seq, entry: event.place }).offered !== null;
  }

  #touch(event: LogEvent): Rule | null {
    const { entry } = event;
    const state = this.#state;
    switch (entry.name) {
      case "HARVEST":
        return state.isRecalled ? "recalled" : state.ended ? "ended" : null;
      case "TRANSFORM":
        // A further output is born by what touches it first.
        return event.seq === 1 ? null : this.#use(event);
      case "SHIP":
        return this.#use(event);
      case "LABEL":
        if (hexOf(entry.args.certificate) !== this.#log.id) return this.#use(event);
        return this.#made?.name === "CERTIFY" ? claimRule(this.#parts, this.#made.args, state, event) : "wrong-sort";
      case "CERTIFY":
        if (state.answered) return "already-answered";
        return this.#parts.makers.get(this.#log.id)?.batch.stamp.organisation === entry.args.beneficiary
          ? null
          : "application-of-other";
      case "RECALL":
        return this.#made?.name === "CERTIFY" ? recallRule(this.#parts, this.#made.args, state, event) : null;
      case "CORRECT":
        return entry.args.others > 0n && state.isRecalled && this.#sort !== "PLOT" ? "recalled" : null;
      case "ACKNOWLEDGE":
        return entry.args.seq < event.seq && entry.args.seq > 0 ? null : "seq-unknown";
      default:
        return null;
    }
  }

  #use(event: LogEvent): Rule | null {
    if (this.#state.isRecalled) return "recalled";
    return this.#isUnderWay(event) ? "under-way" : null;
  }

  #own(event: LogEvent): Rule | null {
    const { entry, organisation, atS } = event;
    const made = this.#made;
    const state = this.#state;
    const sort = this.#sort;
    if (sort !== undefined && SORTS[entry.name]?.includes(sort) === false) return "wrong-sort";
    switch (entry.name) {
      case "SHIP": {
        const { carrier, packed, lot, amount, to } = entry.args;
        if (this.#parts.organisations.isStopped(to, atS)) return "stopped";
        const roles = carrier === 0 ? null : this.#parts.organisations.rolesAt(carrier, atS);
        if (roles !== null && (roles & ROLES.carrier) === 0) return "carrier-role";
        return packed && !this.#isWhole(hexOf(lot), amount) ? "not-whole-pieces" : null;
      }
      case "RECEIVE":
        if (!this.#isUnderWay(event)) return "not-under-way";
        return this.#isInPieces(entry.args.amount) ? null : "not-whole-pieces";
      case "REFUSE":
      case "WITHDRAW":
        if (state.isRecalled) return "recalled";
        if (!this.#isUnderWay(event)) return "not-under-way";
        return made?.name === "SHIP" && hexOf(made.args.lot) !== hexOf(entry.args.lot) ? "source-differs" : null;
      case "DISCARD":
        return this.#discard(event);
      case "PROMISE":
        return this.#use(event);
      case "APPLY":
        return entry.args.certifier === organisation ? "holder-itself" : null;
      case "SUSPEND":
        return state.revoked ? "revoked" : state.suspended ? "suspended" : null;
      case "LIFT":
        return state.revoked ? "revoked" : state.suspended ? null : "not-suspended";
      case "REVOKE":
        return state.revoked ? "revoked" : null;
      case "VOID":
        return state.isRecalled ? "recalled" : this.#voids(event);
      case "RECALL":
        if (entry.args.drill) return null;
        return state.recalls.has(`${organisation} ${entry.args.capacity}`) || state.recalls.size >= MOST_RECALLS
          ? "already-recalled"
          : null;
      case "RELEASE":
        return state.recalls.has(`${organisation} ${entry.args.capacity}`) ? null : "not-recalled";
      case "DISPUTE":
      case "ANSWER":
        return entry.args.seq < event.seq && entry.args.seq > 0 ? null : "seq-unknown";
      case "ACKNOWLEDGE":
        return !isZero(entry.args.recalled) || (entry.args.seq < event.seq && entry.args.seq > 0)
          ? null
          : "seq-unknown";
      case "CORRECT":
        return isBooked(entry.args) ? this.#correct(event) : null;
      default:
        return null;
    }
  }

  #discard(event: LogEvent): Rule | null {
    const { entry } = event;
    const made = this.#made;
    if (entry.name !== "DISCARD") return null;
    const { reason, plot } = entry.args;
    if (made?.name !== "PLANT") {
      if (!REASONS.lot.includes(reason)) return "reason-unknown";
      if (!isZero(plot)) return "source-differs";
      if (this.#isUnderWay(event)) return "under-way";
      return this.#isInPieces(entry.args.amount) ? null : "not-whole-pieces";
    }
    if (!REASONS.planting.includes(reason)) return "reason-unknown";
    if (this.#state.ended) return "ended";
    return hexOf(plot) === hexOf(made.args.plot) ? null : "source-differs";
  }

  #voids({ entry }: LogEvent): Rule | null {
    const made = this.#made;
    if (entry.name !== "VOID" || made?.name !== "LABEL") return null;
    const { lot, certificate, ranges } = entry.args;
    if (hexOf(lot) !== hexOf(made.args.lot) || hexOf(certificate) !== hexOf(made.args.certificate))
      return "source-differs";
    if (ranges.some(({ first, number }) => first + number > made.args.count)) return "label-unknown";
    const before = this.#state.voided;
    const isVoid = ranges.some((range) =>
      before.some((old) => range.first < old.first + old.number && old.first < range.first + range.number),
    );
    return isVoid ? "label-voided" : null;
  }

  #correct(event: LogEvent): Rule | null {
    if (event.entry.name !== "CORRECT") return null;
    const { seq, entry, others } = event.entry.args;
    if (others < 0n && this.#state.isRecalled) return "recalled";
    if (this.#sort === "PLANT") return this.#state.ended ? "ended" : null;
    if (this.#sort !== "SHIP") return null;
    const isOfMaking = seq === 1 && entry === 0;
    if (isOfMaking === this.#isUnderWay(event)) return null;
    return isOfMaking ? "not-under-way" : "under-way";
  }

  /** What came in pieces goes in pieces. */
  #isInPieces(amount: bigint): boolean {
    const made = this.#made;
    return made?.name !== "SHIP" || !made.args.packed || this.#isWhole(hexOf(made.args.lot), amount);
  }

  #isWhole(lot: Hex, amount: bigint): boolean {
    const { makers } = this.#parts;
    const net = netOf({ makers }, productOf({ makers }, lot));
    return net === null || (net !== 0n && amount % net === 0n);
  }
}
