/**
 * A number is spent once (docs/ledger.md §4.6): of two batches of one recorder with the same number the ledger took one. A record that was
 * withdrawn (its number signed again with something else) must not come back because a stranger relays it later. Pure.
 */
import type { Hex } from "../bytes.ts";
import type { CheckedBatch } from "./batches.ts";
import type { Findings } from "./findings.ts";
import type { CheckedLog } from "./logs.ts";

export { checkNonces };

/** Which of them the ledger took, the heads say: the other is told with all that stands in it. */
function checkNonces(
  logs: ReadonlyMap<Hex, CheckedLog>,
  batches: ReadonlyMap<Hex, CheckedBatch>,
  findings: Findings,
): void {
  const spent = new Map<string, Hex>();
  for (const { hash, recorderHex, nonce, signed } of batches.values()) {
    // Of what lies in no batch it is told that it does not.
    if (signed === null) continue;
    const key = `${recorderHex} ${nonce}`;
    const other = spent.get(key);
    if (other === undefined) spent.set(key, hash);
    else tell(logs, [other, hash], { recorder: recorderHex, nonce: String(nonce) }, findings);
  }
}

function tell(
  logs: ReadonlyMap<Hex, CheckedLog>,
  pair: readonly [Hex, Hex],
  detail: { readonly recorder: string; readonly nonce: string },
  findings: Findings,
): void {
  for (const log of logs.values()) {
    // A log that folds to its head has in it what the ledger took.
    if (log.folds) continue;
    for (const [n, move] of log.moves.entries()) {
      if (!pair.includes(move.batch)) continue;
      move.ok = false;
      const where = { subject: log.id, seq: n + 1, batch: move.batch, group: move.group, entry: move.entry };
      findings.once(`${move.batch} ${log.id}`, "nonce-twice", where, detail);
    }
  }
}
