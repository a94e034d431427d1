/** How an entry is named in reports. Pure. */
import type { Hex } from "../bytes.ts";

export type { EntryRef };
export { entryKey, keyOf };

/** Names an entry wherever it shows: as a statement of its own log, and as touches in others'. */
interface EntryRef {
  readonly batch: Hex;
  readonly group: number;
  readonly entry: number;
}

/** One entry of the history, as a key. */
function entryKey(batch: Hex, group: number, entry: number): string {
  return `${batch}-${group}-${entry}`;
}

function keyOf({ batch, group, entry }: EntryRef): string {
  return entryKey(batch, group, entry);
}
