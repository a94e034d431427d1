/**
 * Which batches go together into one transaction, and in which order. Pure.
 */
import type { Hex } from "../../protocol/bytes.ts";
import type { Pending } from "./pending.ts";

export type { Tried };
export { callGas, gasEach, gather, orderByNeed, TRANSACTION_GAS };

/** A batch of which the ledger said that it would take it, and how much gas it used (as a transaction of its own). */
interface Tried {
  readonly pending: Pending;
  readonly gas: bigint;
}

/** EIP-7825. */
const TRANSACTION_GAS = 16_777_216n;
/** Nodes take transactions of up to 128 KiB; the call's own words and the signature need some of that. */
const TRANSACTION_BYTES = 120 * 1024;
/** The ledger's own guard (docs/ledger.md §9), and what a `Rejected` log costs. */
const GUARD_GAS = 200_000n;

/** Makers before those who need what they make; else as they arrived. */
function orderByNeed(batches: readonly Pending[]): readonly Pending[] {
  const makers = new Map<Hex, Pending>(batches.flatMap((one) => one.makes.map((id) => [id, one] as const)));
  const ordered = new Set<Pending>();
  for (const start of batches) {
    // Depth first without recursion: a chain of needs may be as long as the outbox. `open` stops at a circle.
    const open = new Set<Pending>();
    const stack = [start];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      open.add(top);
      const before = top.needs
        .map((id) => makers.get(id))
        .find((maker) => maker !== undefined && !ordered.has(maker) && !open.has(maker));
      if (before !== undefined) {
        stack.push(before);
      } else {
        ordered.add(top);
        stack.pop();
      }
    }
  }
  return [...ordered];
}

/**
 * What each batch of a call is given: the dearest one's use with a sixth on top, for the state may move on until then, and a
 * library is never handed the last 64th.
 */
function gasEach(batches: readonly Tried[]): bigint {
  let most = 0n;
  for (const { gas } of batches) if (gas > most) most = gas;
  return most + most / 6n + 30_000n;
}

/** What the whole call may use: all that is estimated, and the share that must still be there before the last one. */
function callGas(batches: readonly Tried[]): bigint {
  const each = gasEach(batches);
  const sum = batches.reduce((total, { gas }) => total + gas + gas / 6n, 0n);
  return sum + each + each / 63n + GUARD_GAS;
}

/** Cuts the row into calls that fit, keeping its order. One that fits nowhere stands alone. */
function gather(row: readonly Tried[]): readonly (readonly Tried[])[] {
  const calls: Tried[][] = [];
  let call: Tried[] = [];
  let bytes = 0;
  for (const one of row) {
    const size = 64 + 32 * Math.ceil(one.pending.bytes.length / 32);
    if (call.length > 0 && (bytes + size > TRANSACTION_BYTES || callGas([...call, one]) > TRANSACTION_GAS)) {
      calls.push(call);
      call = [];
      bytes = 0;
    }
    call.push(one);
    bytes += size;
  }
  if (call.length > 0) calls.push(call);
  return calls;
}
