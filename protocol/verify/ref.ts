/** How an entry is named in reports. Types only. */
import type { Hex } from "../bytes.ts";

export type { EntryRef };

/** Names an entry wherever it shows: as a statement of its own log, and as touches in others'. */
interface EntryRef {
  readonly batch: Hex;
  readonly group: number;
  readonly entry: number;
}
