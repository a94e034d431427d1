/** What stands as JSON in docs/ledger/*.json, as the codec takes it. */
import type { Group, Header } from "../../protocol/batch.ts";
import { bytesOf } from "../../protocol/bytes.ts";
import type { Entry } from "../../protocol/entry.ts";
import { kindByNumber } from "../../protocol/kinds/all.ts";

export type { EntryIn, GroupIn, HeaderIn, VectorCase };
export { argsOf, entryOf, groupOf, headerOf };

interface VectorCase {
  readonly name: string;
  readonly in: unknown;
  readonly bytes?: string;
  readonly problem?: string;
}

interface EntryIn {
  readonly kind: number;
  readonly occurredAtS: number;
  readonly content: string;
  readonly args: unknown;
}

interface GroupIn {
  readonly subject: string;
  readonly entries: readonly EntryIn[];
}

interface HeaderIn {
  readonly version: number;
  readonly chainId: string;
  readonly ledger: string;
  readonly recorder: string;
  readonly nonce: string;
  readonly seen: string;
}

/** Fields that are bigint in args; all others are plain numbers. */
const AMOUNTS = new Set(["net", "number", "first", "area", "amount", "cap", "count", "volume", "own", "others"]);

function argsOf(value: unknown, key = ""): unknown {
  if (typeof value === "string") return bytesOf(value);
  if (typeof value === "number") return AMOUNTS.has(key) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((item) => argsOf(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, argsOf(member, name)]));
}

function entryOf({ kind, occurredAtS, content, args }: EntryIn): Entry {
  return { kind, occurredAtS, content: bytesOf(content), args: kindByNumber(kind).encodeArgs(argsOf(args)) };
}

function groupOf({ subject, entries }: GroupIn): Group {
  return { subject: bytesOf(subject), entries: entries.map(entryOf) };
}

function headerOf(header: HeaderIn): Header {
  return {
    version: header.version,
    chainId: BigInt(header.chainId),
    ledger: bytesOf(header.ledger),
    recorder: bytesOf(header.recorder),
    nonce: BigInt(header.nonce),
    seen: bytesOf(header.seen),
  };
}
