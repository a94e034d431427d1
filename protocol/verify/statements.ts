/**
 * Statements: what a log says, one by one. An entry of the subject's own groups is one, and so is each touch
 * (docs/ledger.md §10: "N of N" counts them, `seq` counts moves). Pure.
 */
import { type Hex, hexOf, isZero } from "../bytes.ts";
import { cidOf } from "../cid.ts";
import type { CheckedGroup } from "./batches.ts";
import type { CheckedCorrections } from "./corrections.ts";
import { entryKey } from "./ref.ts";
import type { CheckedLog, CheckedMove } from "./logs.ts";
import type { OpenMove } from "./open.ts";
import type { StatementCheck } from "./report.ts";
import { standingOf } from "./standing.ts";
import type { Place } from "./tenure.ts";

export { statementsIn, statementsOf };

/** How many statements a move makes. */
function statementsIn(move: OpenMove, group: CheckedGroup | null): number {
  return move.entry === null ? Math.max(1, group?.entries.length ?? 0) : 1;
}

/** What the checks of a log's entries have found, by `entryKey`. */
interface Judged {
  /** Entries whose document does not hold. */
  readonly faulty: ReadonlySet<string>;
  /** Entries whose author could not write them. */
  readonly unfit: ReadonlySet<string>;
  readonly corrections: CheckedCorrections;
  /** Who holds this log's subject before an entry, and who speaks for itself in it (standing.ts). */
  readonly hands: (place: Place) => { readonly holder: number | null; readonly party: number | null };
  /** It held some of the story, or of this log's goods, or was offered them. */
  readonly isInvolved: (organisation: number) => boolean;
}

function statementsOf(log: CheckedLog, judged: Judged): readonly StatementCheck[] {
  return log.moves.flatMap((move, n) => {
    const entries =
      move.entry === null ? Array.from({ length: statementsIn(move, move.found) }, (_, k) => k) : [move.entry];
    return entries.map((entry) => statementOf(log.id, n + 1, { move, entry, judged }));
  });
}

function statementOf(
  subject: Hex,
  seq: number,
  { move, entry, judged }: { move: CheckedMove; entry: number; judged: Judged },
): StatementCheck {
  const said = move.found?.group?.entries[entry];
  const stamp = move.proof?.stamp;
  const touch = move.entry !== null;
  const { faulty, unfit, corrections, hands, isInvolved } = judged;
  const key = entryKey(move.batch, move.group, entry);
  // A touch counts by its entry's bytes; its document is shown and checked in the touching subject's log.
  const documentOk = touch || !(faulty.has(key) || corrections.faulty.has(key));
  const kind = move.found?.entries[entry]?.name ?? null;
  const correction = corrections.byEntry.get(key);
  const by = { kind, hasRole: !unfit.has(key), correctsItself: correction?.byAuthor === true };
  const standing = (organisation: number) =>
    standingOf({ ...by, organisation, isInvolved: () => isInvolved(organisation) }, hands({ seq, entry }));
  return {
    subject,
    seq,
    batch: move.batch,
    group: move.group,
    entry,
    touch,
    by: move.found?.subject ?? null,
    ok: move.ok && documentOk && !unfit.has(key),
    unread: move.bare !== null,
    kind,
    recordedAtS: stamp?.recordedAtS ?? null,
    occurredAtS: said?.occurredAtS ?? null,
    organisation: stamp?.organisation ?? null,
    recorder: stamp === undefined ? null : hexOf(stamp.recorder),
    document: said === undefined || isZero(said.content) ? null : cidOf(said.content, "json"),
    standing: stamp === undefined ? "own" : standing(stamp.organisation),
    correctedBy: corrections.struck.get(key)?.by ?? null,
    contradictedBy: corrections.contradicted.get(key) ?? [],
    corrects: correction?.corrects ?? null,
    isRightData: corrections.right.has(key),
  };
}
