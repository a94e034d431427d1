/**
 * Corrections (docs/ledger.md §6, kind 104): which entry of the group's subject is wrong, why, and what that changes in the books.
 * Nothing is overwritten; the right data follows in the same batch, and readers look for it. Pure.
 */
import { MAX_AMOUNT } from "../amount.ts";
import { concat, isZero, Reader, uint } from "../bytes.ts";
import { Problem } from "../problem.ts";
import type { Kind } from "./kind.ts";
import { checkLength, fixed } from "./kind.ts";

export type { CorrectArgs };
export { correct, REASONS_TO_CORRECT };

interface CorrectArgs {
  /** The move of the group's subject that carries the wrong entry: its own (`Recorded`) or a touch. */
  readonly seq: number;
  /** The entry's number in its group. */
  readonly entry: number;
  /** A number of REASONS_TO_CORRECT. */
  readonly reason: number;
  /** What is to be added to the amount (or area) of the group's subject: thousandths, may be negative. */
  readonly own: bigint;
  /** The input of which more or less was taken than written; all zero for none. */
  readonly other: Uint8Array;
  /** What is to be added to what was taken of `other`. */
  readonly others: bigint;
}

/** Numbers as in the args; names as in documents. */
const REASONS_TO_CORRECT = { mistyped: 1, misplaced: 2, "did-not-occur": 3, "found-later": 4 } as const;

const MAX_REASON = 4;

const correct: Kind<CorrectArgs, "CORRECT"> = {
  number: 104,
  name: "CORRECT",
  making: false,
  roles: 0,
  encodeArgs({ seq, entry, reason, own, other, others }) {
    const which = [uint(seq, 4), uint(entry, 2), uint(reason, 1)];
    const bytes = concat(...which, difference(own), fixed(other, 32), difference(others));
    correct.decodeArgs(bytes);
    return bytes;
  },
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 55, at);
    const reader = new Reader(bytes, at);
    const [seq, entry, reason] = [reader.u32(), reader.u16(), reader.u8()];
    const [own, other, others] = [signed(reader.u64()), reader.take(32), signed(reader.u64())];
    if (reason < 1 || reason > MAX_REASON)
      throw new Problem("reason-unknown", `${at}/reason`, `no reason has the number ${reason}`);
    checkDifference(own, `${at}/own`);
    checkDifference(others, `${at}/others`);
    // Zero exactly when its difference is: one way to say a thing.
    if (others === 0n && !isZero(other))
      throw new Problem("other-not-needed", `${at}/other`, "nothing of it changes, and it is named");
    if (others !== 0n && isZero(other))
      throw new Problem("subject-unknown", `${at}/other`, "something of it changes, and it is not named");
    return { seq, entry, reason, own, other, others };
  },
  touches: ({ other }) => (isZero(other) ? [] : [{ id: other }]),
  furtherOutputs: () => 0,
};

/** i64 in two's complement. A value that does not fit is the caller's mistake: RangeError. */
function difference(value: bigint): Uint8Array {
  if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} does not fit into i64`);
  return uint(BigInt.asUintN(64, value), 8);
}

function signed(bits: bigint): bigint {
  return BigInt.asIntN(64, bits);
}

function checkDifference(value: bigint, at: string): void {
  const size = value < 0n ? -value : value;
  if (size > MAX_AMOUNT) throw new Problem("difference-too-large", at, `${value} thousandths are beyond ${MAX_AMOUNT}`);
}
