/** What a server answers about one batch, as it stands in `receipts` of `POST /api/sync`. */
import type { Hex } from "../../protocol/bytes.ts";
import type { Why } from "./model.ts";

export type { Receipt };
export { whyOf };

interface Receipt {
  readonly batch: Hex;
  /** unknown: neither here nor on the ledger. */
  readonly state: "waiting" | "sent" | "final" | "refused" | "unknown";
  readonly block?: number;
  readonly reason?: {
    /** `urn:furrow:problem:…` or the bare type. */
    readonly type: string;
    readonly detail?: string;
    /** JSON Pointer into the batch: `/groups/1/entries/0/occurredAt`. */
    readonly pointer?: string;
    readonly ledger?: { readonly error: string; readonly values: readonly string[] };
  };
  /** Once final and indexed: seq of each group's own move. */
  readonly groups?: readonly { readonly subject: Hex; readonly seq: number }[];
}

const PREFIX = /^urn:furrow:problem:/;

/** Null where nothing is said. */
function whyOf({ reason }: Receipt): Why | null {
  if (reason === undefined) return null;
  return { type: reason.type.replace(PREFIX, ""), values: reason.ledger?.values ?? [] };
}
