/**
 * What the ledger would have refused for the state that a subject was in (docs/ledger.md §6): recalled goods that are used, a
 * consignment that is taken twice, labels on a certificate that was not in force. Amounts are books.ts's, authors are authors.ts's. Pure.
 */
import type { Hex } from "../bytes.ts";
import { eventsOf, whereOf } from "./events.ts";
import type { Findings } from "./findings.ts";
import type { Maker } from "./graph.ts";
import type { Organisations } from "./keys.ts";
import type { CheckedLog } from "./logs.ts";
import { entryKey } from "./ref.ts";
import { Replay } from "./replay.ts";
import type { Tenures } from "./tenure.ts";

export { checkRules };

interface Parts {
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly tenures: Tenures;
  readonly organisations: Organisations;
  readonly findings: Findings;
}

/** `entryKey`s of entries that break a rule. A touch that does so is not ok itself. */
function checkRules(parts: Parts): ReadonlySet<string> {
  const broken = new Set<string>();
  for (const log of parts.logs.values()) {
    const replay = new Replay(parts, log);
    for (const event of eventsOf(log)) {
      const rule = replay.next(event);
      if (rule === null) continue;
      const { entry, move, place, organisation } = event;
      parts.findings.add("rule-broken", whereOf(event), { rule, kind: entry.name, organisation });
      if (event.isTouch) move.ok = false;
      else broken.add(entryKey(move.batch, move.group, place));
    }
  }
  return broken;
}
