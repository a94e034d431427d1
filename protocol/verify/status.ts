/** The state of a subject as its own log and touches leave it (docs/ledger.md §7, `status`): what stands and what has ended. Pure. */
import type { LogEvent } from "./events.ts";

export { Standing };

class Standing {
  /** `organisation capacity` of recalls that stand. */
  readonly recalls = new Set<string>();
  ended = false;
  suspended = false;
  revoked = false;
  answered = false;
  readonly voided: { readonly first: bigint; readonly number: bigint }[] = [];

  get isRecalled(): boolean {
    return this.recalls.size > 0;
  }

  /** Counts an entry that may be. */
  take({ entry, isTouch, organisation }: LogEvent): void {
    if (entry.name === "CERTIFY" && isTouch) this.answered = true;
    if (isTouch) return;
    switch (entry.name) {
      case "RECALL":
        if (!entry.args.drill) this.recalls.add(`${organisation} ${entry.args.capacity}`);
        break;
      case "RELEASE":
        this.recalls.delete(`${organisation} ${entry.args.capacity}`);
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
}
