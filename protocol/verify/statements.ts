/**
 * Statements: what a log says, one by one. An entry of the subject's own groups is one, and so is each touch
 * (docs/ledger.md §10: "N of N" counts them, `seq` counts moves). Pure.
 */
import { type Hex, hexOf, isZero } from "../bytes.ts";
import { cidOf } from "../cid.ts";
import type { CheckedGroup } from "./batches.ts";
import { entryKey } from "./documents.ts";
import type { CheckedLog, CheckedMove } from "./logs.ts";
import type { OpenMove } from "./open.ts";
import type { StatementCheck } from "./report.ts";

export { statementsIn, statementsOf };

/** How many statements a move makes. */
function statementsIn(move: OpenMove, group: CheckedGroup | null): number {
  return move.entry === null ? Math.max(1, group?.entries.length ?? 0) : 1;
}

function statementsOf(log: CheckedLog, faulty: ReadonlySet<string>): readonly StatementCheck[] {
  return log.moves.flatMap((move, n) => {
    const entries =
      move.entry === null ? Array.from({ length: statementsIn(move, move.found) }, (_, k) => k) : [move.entry];
    return entries.map((entry) => statementOf(log.id, n + 1, { move, entry, faulty }));
  });
}

function statementOf(
  subject: Hex,
  seq: number,
  { move, entry, faulty }: { move: CheckedMove; entry: number; faulty: ReadonlySet<string> },
): StatementCheck {
  const said = move.found?.group?.entries[entry];
  const stamp = move.proof?.stamp;
  const touch = move.entry !== null;
  // A touch counts by its entry's bytes; its document is shown and checked in the touching subject's log.
  const documentOk = touch || !faulty.has(entryKey(move.batch, move.group, entry));
  return {
    subject,
    seq,
    batch: move.batch,
    group: move.group,
    entry,
    touch,
    by: move.found?.subject ?? null,
    ok: move.ok && documentOk,
    kind: move.found?.entries[entry]?.name ?? null,
    recordedAtS: stamp?.recordedAtS ?? null,
    occurredAtS: said?.occurredAtS ?? null,
    organisation: stamp?.organisation ?? null,
    recorder: stamp === undefined ? null : hexOf(stamp.recorder),
    document: said === undefined || isZero(said.content) ? null : cidOf(said.content, "json"),
  };
}
