/** The state of a subject as its own log and touches leave it (docs/ledger.md §7, `status`): what stands and what has ended. Pure. */
import { CAPACITIES } from "../kinds/status.ts";
import type { LogEvent } from "./events.ts";

export { Status };

class Status {
  /** `organisation capacity` of recalls that stand. */
  readonly recalls = new Set<string>();
  ended = false;
  suspended = false;
  revoked = false;
  answered = false;
  /** Of a certificate: labels that draw on it, less those that became void. */
  drawn = 0n;
  readonly voided: { readonly first: bigint; readonly number: bigint }[] = [];

  get isRecalled(): boolean {
    return this.recalls.size > 0;
  }

  /** Counts an entry that may be. */
  take({ entry, isTouch, organisation }: LogEvent): void {
    if (isTouch) {
      if (entry.name === "CERTIFY") this.answered = true;
      if (entry.name === "LABEL") this.drawn += entry.args.count;
      if (entry.name === "VOID") this.drawn -= entry.args.ranges.reduce((sum, { number }) => sum + number, 0n);
      return;
    }
    switch (entry.name) {
      case "RECALL":
        if (!entry.args.drill) this.recalls.add(`${organisation} ${entry.args.capacity}`);
        break;
      case "RELEASE":
        this.recalls.delete(`${organisation} ${entry.args.capacity}`);
        break;
      case "RECEIVE":
        this.#passOn(organisation);
        break;
      case "DISCARD":
        this.ended = true;
        break;
      case "SUSPEND":
        this.suspended = true;
        break;
      case "LIFT":
        this.suspended = false;
        break;
      case "REVOKE":
        this.revoked = true;
        break;
      case "VOID":
        this.voided.push(...entry.args.ranges);
        break;
    }
  }

  /** Goods that their holder recalled are received: the receiver has them now, and ends it when it is time. */
  #passOn(receiver: number): void {
    const ofHolder = [...this.recalls].filter((one) => one.endsWith(` ${CAPACITIES.holder}`));
    for (const one of ofHolder) {
      this.recalls.delete(one);
      this.recalls.add(`${receiver} ${CAPACITIES.holder}`);
    }
  }
}
