/**
 * A lie that `npm run tamper` plants so that anyone can watch it being found: what it changes in what this server stores or
 * answers. The chain's own storage is never touched; that is why each lie comes to light.
 */

import { z } from "zod";
import type { Hex, History } from "../../../protocol/history.ts";
import type { FindingCode } from "../../../protocol/verify/findings.ts";

export type { Hands, Lie, Overwriting, Planted, RpcLog, Target, WrittenDown };
export { WrittenLie };

/** A log as `eth_getLogs` answers it. */
interface RpcLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly blockNumber: Hex;
  readonly logIndex: Hex;
}

/** What a lie may be about: the example's first bag. */
interface Target {
  readonly history: History;
  /** As it stands on the bag, `/01/…`. */
  readonly code: string;
  /** As printed, 4-4. */
  readonly fingerprint: string;
}

const hex = (digits: string) => z.templateLiteral(["0x", z.string().regex(new RegExp(`^[0-9a-f]${digits}$`))]);

/** Bytes on this server's disk that a lie overwrites. It says how they were, so putting them back twice does no harm. */
const Overwriting = z.discriminatedUnion("kind", [
  /** A group's row in the index. */
  z.strictObject({
    kind: z.literal("group"),
    batch: hex("{64}"),
    group: z.int().nonnegative(),
    honest: hex("+"),
    planted: hex("+"),
  }),
  /** One byte of a block's file. */
  z.strictObject({
    kind: z.literal("block"),
    cid: z.string(),
    at: z.int().nonnegative(),
    honest: z.int().min(0).max(255),
    planted: z.int().min(0).max(255),
  }),
]);
type Overwriting = z.infer<typeof Overwriting>;

/** A planted lie as it is written down before anything is overwritten, so that a killed server's next start can take it back. */
const WrittenLie = z.strictObject({ name: z.string(), overwrites: z.array(Overwriting) });
type WrittenDown = z.infer<typeof WrittenLie>;

/** What changes while the lie is planted; what is left out stays honest. */
interface Planted {
  readonly history?: (history: History) => History;
  readonly logs?: (logs: readonly RpcLog[]) => readonly RpcLog[];
  /** Other bytes for a block, by the CID's digest in hex. */
  readonly blocks?: ReadonlyMap<string, Uint8Array>;
  /** The print on the example's first bag, as home and page show it. */
  readonly bag?: { readonly code?: string; readonly fingerprint?: string };
  readonly overwrites?: readonly Overwriting[];
}

interface Lie {
  readonly name: string;
  /** What was changed, in one sentence. */
  readonly says: string;
  /** The finding that names it. */
  readonly finding: FindingCode;
  /** index: planted only in the SQL cache, which `npm run verify` never asks. */
  readonly where: "index" | "everywhere";
  /** Changes nothing yet. @throws Problem when the history has nothing that could be changed so */
  plan(target: Target, block: Hands["block"]): Promise<Planted>;
}

/** How a lie gets at what this server stores. */
interface Hands {
  /** An honest block. */
  readonly block: (cid: string) => Promise<Uint8Array>;
  readonly write: (overwriting: Overwriting, which: "honest" | "planted") => Promise<void>;
}
