/** Sums that went over, told once a subject and rule, at the first entry that did so. Pure. */
import { formatAmount } from "../amount.ts";
import { type LogEvent, whereOf } from "./events.ts";
import type { FindingCode, Findings } from "./findings.ts";

export { over };

/** What went over cannot count. `sums` and `most` are thousandths. */
function over(
  findings: Findings,
  event: LogEvent,
  what: string,
  sums: bigint,
  most: bigint,
  code: FindingCode = "sums-mismatch",
): void {
  event.move.ok = false;
  const detail = { what, stated: formatAmount(sums), booked: formatAmount(most) };
  findings.once(`${event.log.id} ${what}`, code, whereOf(event), detail);
}
