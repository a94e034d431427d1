/** What was checked of a history's entries, for those who read more out of them: which hold, and what their documents say. Pure. */
import type { Hex } from "../bytes.ts";
import type { CheckedCorrections } from "./corrections.ts";
import type { CheckedDocuments } from "./documents.ts";
import { keyOf } from "./ref.ts";
import { type LogEvent, refOf } from "./events.ts";
import type { Findings } from "./findings.ts";
import type { Maker } from "./graph.ts";
import type { CheckedLog, CheckedMove } from "./logs.ts";
import type { Strangers } from "./standing.ts";
import type { Tenures } from "./tenure.ts";

export type { CheckedHistory };
export { documentOf, holds, isFit };

interface CheckedHistory {
  readonly logs: ReadonlyMap<Hex, CheckedLog>;
  readonly makers: ReadonlyMap<Hex, Maker>;
  readonly tenures: Tenures;
  readonly documents: CheckedDocuments;
  readonly corrections: CheckedCorrections;
  /** `entryKey`s of entries that their authors could not write, or that break a rule. */
  readonly unfit: ReadonlySet<string>;
  /** The label run, the lot and all it came from. */
  readonly story: ReadonlySet<Hex>;
  /** Packed consignments of what is in hand. */
  readonly onward: ReadonlySet<Hex>;
  readonly findings: Findings;
  readonly strangers: Strangers;
  /** Moves that are signed, in order and folded, whatever was found of their entries since. */
  readonly sound: ReadonlySet<CheckedMove>;
}

/** Null where it is not there, or does not hold. */
function documentOf({ documents }: CheckedHistory, event: LogEvent): unknown {
  return documents.byEntry.get(keyOf(refOf(event))) ?? null;
}

/** The ledger took it by its rules: it has its effect, whatever became of its document, and of other entries of its group. */
function isFit({ unfit, sound }: CheckedHistory, event: LogEvent): boolean {
  return (event.isTouch ? event.move.ok : sound.has(event.move)) && !unfit.has(keyOf(refOf(event)));
}

/** The ledger took it, and what its document says holds. */
function holds(checked: CheckedHistory, event: LogEvent): boolean {
  const key = keyOf(refOf(event));
  return (
    event.move.ok && isFit(checked, event) && !checked.documents.faulty.has(key) && !checked.corrections.faulty.has(key)
  );
}
