/**
 * A row of the outbox as the relay has it.
 */
import type { Hex } from "../../protocol/bytes.ts";
import type { BatchState, OutboxTable } from "../store/kept-tables.ts";

export type { Pending };
export { pendingOf };

/** A batch that the relay has to bring to the ledger. */
interface Pending {
  readonly batch: Hex;
  readonly bytes: Uint8Array;
  readonly sent: Hex;
  readonly recorder: Hex;
  readonly nonce: bigint;
  readonly makes: readonly Hex[];
  readonly needs: readonly Hex[];
  readonly state: BatchState;
}

function pendingOf(row: OutboxTable): Pending {
  return {
    ...{ batch: row.batch as Hex, bytes: row.bytes, sent: row.sent_digest as Hex, recorder: row.recorder as Hex },
    ...{ nonce: BigInt(row.nonce), makes: JSON.parse(row.makes) as Hex[], needs: JSON.parse(row.needs) as Hex[] },
    state: row.state,
  };
}
