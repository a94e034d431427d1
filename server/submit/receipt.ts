/**
 * What is told of a batch that was taken: how far it is, and why it goes no further.
 */
import type { Hex } from "../../protocol/bytes.ts";
import type { ProblemType } from "../../protocol/problem.ts";
import type { BatchState } from "../store/kept-tables.ts";

export type { LedgerWords, Receipt, Why };
export { receiptOf };

/** What the phone is told about one of its batches. */
interface Receipt {
  readonly batch: Hex;
  readonly state: BatchState;
  readonly block: number | null;
  /** Why it is refused, or what it waits for. */
  readonly reason: Why | null;
}

/** As JSON in the outbox: rows of earlier versions have no `ledger`. */
interface Why {
  readonly type: ProblemType;
  readonly at: string;
  readonly detail: string;
  readonly ledger?: LedgerWords;
}

/** The ledger's own error (docs/ledger.md §9): its values in their order, ids as hex, amounts as decimal text, numbers as text. */
interface LedgerWords {
  readonly error: string;
  readonly values: readonly string[];
}

function receiptOf(row: { batch: string; state: BatchState; block: number | null; reason: string | null }): Receipt {
  const reason = row.reason === null ? null : (JSON.parse(row.reason) as Why);
  return { batch: row.batch as Hex, state: row.state, block: row.block, reason };
}
