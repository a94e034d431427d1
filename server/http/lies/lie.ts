/**
 * A lie that `npm run tamper` plants so that anyone can watch it being found: what it changes in what this server stores or
 * answers. The chain's own storage is never touched; that is why each lie comes to light.
 */

import type { Hex, History } from "../../../protocol/history.ts";
import type { FindingCode } from "../../../protocol/verify/report.ts";

export type { Lie, Planted, RpcLog, Target };

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

/** What changes while the lie is planted; what is left out stays honest. */
interface Planted {
  readonly history?: (history: History) => History;
  readonly logs?: (logs: readonly RpcLog[]) => readonly RpcLog[];
  /** Other bytes for a block, by the CID's digest in hex. */
  readonly blocks?: ReadonlyMap<string, Uint8Array>;
  /** The print on the example's first bag, as home and page show it. */
  readonly bag?: { readonly code?: string; readonly fingerprint?: string };
  /** Takes back what was changed on disk. */
  readonly undo?: () => Promise<void>;
}

interface Lie {
  readonly name: string;
  /** What was changed, in one sentence. */
  readonly says: string;
  /** The finding that names it. */
  readonly finding: FindingCode;
  /** index: planted only in the SQL cache, which `npm run verify` never asks. */
  readonly where: "index" | "everywhere";
  plant(target: Target, hands: Hands): Promise<Planted>;
}

/** What a lie may lay hands on. */
interface Hands {
  /** Overwrites a group's bytes in the index and gives back how they were. */
  readonly rewriteGroup: (
    place: { readonly batch: Hex; readonly group: number },
    bytes: Uint8Array,
  ) => Promise<Uint8Array>;
  /** Flips one bit of a block's file on disk; again flips it back. */
  readonly flipBit: (cid: string) => Promise<void>;
  readonly block: (cid: string) => Promise<Uint8Array>;
}

export type { Hands };
