/**
 * What happens to a subject, one by one and in order: the entries of its own groups, and those of others that touched it. Pure.
 */
import { type Hex, isZero } from "../bytes.ts";
import { cidOf } from "../cid.ts";
import type { OpenEntry } from "../entry.ts";
import type { Where } from "./findings.ts";
import type { CheckedLog, CheckedMove } from "./logs.ts";
import type { EntryRef } from "./ref.ts";

export type { LogEvent };
export { documentIn, eventsOf, refOf, whereOf };

interface LogEvent {
  readonly log: CheckedLog;
  readonly move: CheckedMove;
  /** Of the move, as the log has it. */
  readonly seq: number;
  readonly entry: OpenEntry;
  /** The entry's number in its group. */
  readonly place: number;
  /** By an entry of another subject's group. */
  readonly isTouch: boolean;
  /** The group's subject. */
  readonly by: Hex;
  readonly organisation: number;
  /** The block's time. */
  readonly atS: number;
}

/**
 * Only those whose bytes are the signed ones: of others it cannot be told what they did.
 * @param counts which moves to take; by default those of which nothing was found
 */
function eventsOf(log: CheckedLog, counts: (move: CheckedMove) => boolean = ({ ok }) => ok): readonly LogEvent[] {
  return log.moves.flatMap((move, n): LogEvent[] => {
    const { proof, found } = move;
    if (!counts(move) || proof === null || found?.group == null || found.subject === null) return [];
    const { organisation, recordedAtS: atS } = proof.stamp;
    const isTouch = move.entry !== null;
    const of = { log, move, seq: n + 1, isTouch, by: found.subject, organisation, atS };
    return found.entries.flatMap((entry, place) => (!isTouch || place === move.entry ? [{ ...of, entry, place }] : []));
  });
}

/** Address of the entry's document; null for none. */
function documentIn({ move, place }: LogEvent): string | null {
  const content = move.found?.group?.entries[place]?.content;
  return content === undefined || isZero(content) ? null : cidOf(content, "json");
}

function refOf({ move, place }: Pick<LogEvent, "move" | "place">): EntryRef {
  return { batch: move.batch, group: move.group, entry: place };
}

function whereOf({ log, move, seq, place }: LogEvent): Where & { readonly subject: Hex } {
  return { subject: log.id, seq, batch: move.batch, group: move.group, entry: place };
}
