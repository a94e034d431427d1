/**
 * What a kind of entry is to the codec (docs/ledger.md §6): its number, its args as bytes, whom it touches, what it makes.
 * The same families stand in contracts/kinds. Pure.
 */

import { UNITS } from "../amount.ts";
import type { Bytes, Reader } from "../bytes.ts";
import { compareBytes, isZero, uint } from "../bytes.ts";
import { Problem } from "../problem.ts";

export type { Kind, NoArgs, Share, Touch };
export {
  argless,
  checkAmount,
  checkCount,
  checkFlag,
  checkLength,
  checkVolume,
  encodeShares,
  existing,
  fixed,
  MAX_INPUTS,
  MAX_OUTPUTS,
  ROLES,
  ROLES_OF_GOODS,
  readShares,
  SHARE_BYTES,
};

/** One kind of entry. `Args` holds ids as 32 bytes and amounts as thousandths (bigint). */
interface Kind<Args, Name extends string = string> {
  readonly number: number;
  readonly name: Name;
  /** It makes its group's subject, and is the first entry of its group; its args begin with `index u16`. */
  readonly making: boolean;
  /** Roles of which the recorder's organisation needs at least one; 0 for none (bits as in ROLES). */
  readonly roles: number;
  /** Refuses what `decodeArgs` would refuse. */
  encodeArgs(args: Args): Bytes;
  /** Strict; `at` is the pointer to the args. */
  decodeArgs(bytes: Uint8Array, at?: string): Args;
  /** Existing subjects that it moves, in the order of the fold. A making kind that has some makes derived subjects. */
  touches(args: Args): readonly Touch[];
  /** How many subjects it makes beside its group's own; the k-th has index + k. */
  furtherOutputs(args: Args): number;
}

/** Kinds that say all they say in their documents. */
type NoArgs = Readonly<Record<string, never>>;

interface Touch {
  readonly id: Uint8Array;
}

/** A subject and how much of it: an input, or a product and an output. */
interface Share {
  readonly id: Uint8Array;
  readonly amount: bigint;
}

/** Roles of an organisation, as bits. */
const ROLES = {
  producer: 1,
  processor: 2,
  trader: 4,
  carrier: 8,
  laboratory: 16,
  certifier: 32,
  expert: 64,
  regulator: 128,
} as const;

/** Whoever makes, works or packs goods. */
const ROLES_OF_GOODS = ROLES.producer | ROLES.processor | ROLES.trader;

const MAX_INPUTS = 200;
const MAX_OUTPUTS = 32;
const SHARE_BYTES = 37;

/** A kind without args, which touches and makes nothing. */
function argless<Name extends string>(number: number, name: Name, roles: number): Kind<NoArgs, Name> {
  return {
    number,
    name,
    making: false,
    roles,
    encodeArgs: () => new Uint8Array(0),
    decodeArgs(bytes, at = "/args") {
      checkLength(bytes, 0, at);
      return {};
    },
    touches: () => [],
    furtherOutputs: () => 0,
  };
}

/** Of ids in args that may be none: a zero id is no subject, and touches nothing. */
function existing(...ids: readonly Uint8Array[]): Touch[] {
  return ids.filter((id) => !isZero(id)).map((id) => ({ id }));
}

function checkLength(bytes: Uint8Array, length: number, at: string): void {
  if (bytes.length !== length)
    throw new Problem("wrong-length", at, `${bytes.length} bytes where the kind has ${length}`);
}

function checkAmount(amount: bigint, at: string): void {
  if (amount === 0n) throw new Problem("amount-zero", at, "an amount of nothing");
}

/** One byte for yes or no: any third value would be a second way to say one of them. */
function checkFlag(flag: number, at: string): boolean {
  if (flag > 1) throw new Problem("flags-unknown", at, `${flag} is neither 0 nor 1`);
  return flag === 1;
}

/** Unit and volume, of a certificate or of what is applied for: none at all, or a known unit and some volume. */
function checkVolume(unit: number, volume: bigint, at: string): void {
  if (unit === 0 && volume === 0n) return;
  if (!(unit in UNITS)) throw new Problem("unit-unknown", `${at}/unit`, `no unit has the number ${unit}`);
  checkAmount(volume, `${at}/volume`);
}

function checkCount(count: number, most: number, at: string): void {
  if (count < 1 || count > most) throw new Problem("count-out-of-range", at, `${count} where 1 to ${most} are allowed`);
}

/** Shares one after the other: id 32 ‖ amount u40. */
function encodeShares(shares: readonly Share[]): Uint8Array[] {
  return shares.flatMap(({ id, amount }) => [fixed(id, 32), uint(amount, 5)]);
}

/** `order: "ascending"` for inputs: one named twice would make the head ambiguous. */
function readShares(reader: Reader, count: number, at: string, order: "ascending" | "any"): Share[] {
  const shares: Share[] = [];
  for (let n = 0; n < count; n++) {
    const share = { id: reader.take(32), amount: BigInt(reader.u40()) };
    checkAmount(share.amount, `${at}/${n}/amount`);
    const before = shares[n - 1];
    if (order === "ascending" && before !== undefined && compareBytes(before.id, share.id) >= 0) {
      throw new Problem("not-ascending", `${at}/${n}/id`, "not above the id before it");
    }
    shares.push(share);
  }
  return shares;
}

/** Bytes of a length that the format fixes; another length is the caller's mistake: RangeError. */
function fixed(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`${bytes.length} bytes where the format has ${length}`);
  return bytes;
}
