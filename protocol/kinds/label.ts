/** Labels: runs of codes for one lot, and those of them that count no more (docs/ledger.md §6, kinds 88 and 89). Pure. */
import { concat, Reader, uint } from "../bytes.ts";
import { Problem } from "../problem.ts";
import type { Kind } from "./kind.ts";
import { checkAmount, checkCount, checkLength, existing, fixed, ROLES_OF_GOODS } from "./kind.ts";

export type { LabelArgs, LabelRange, VoidArgs };
export { label, MAX_RANGES, MAX_VOIDED, REASONS_TO_VOID, voidLabels };

interface LabelArgs {
  readonly index: number;
  readonly lot: Uint8Array;
  /** Whose volume the labels draw on; all zero: no certificate is claimed. */
  readonly certificate: Uint8Array;
  /** How many codes. */
  readonly count: bigint;
  /** RFC 6962 root over the leaves of the serials, in the order of the run. */
  readonly root: Uint8Array;
}

interface VoidArgs {
  /** A number of REASONS_TO_VOID. */
  readonly reason: number;
  /** The run's own lot and certificate: both get back what the labels had drawn. */
  readonly lot: Uint8Array;
  readonly certificate: Uint8Array;
  /** Ascending by `first`, none overlapping. */
  readonly ranges: readonly LabelRange[];
}

/** Labels of a run, by their place in it: `first`, counted from 0, and the next `number` − 1. */
interface LabelRange {
  readonly first: bigint;
  readonly number: bigint;
}

/** Numbers as in the args; names as in documents. */
const REASONS_TO_VOID = { misprinted: 1, unsold: 2, lost: 3, "taken-back": 4 } as const;

const MAX_REASON = 4;
const MAX_RANGES = 32;
/** Labels that one entry may void: the ledger sets a bit for each. */
const MAX_VOIDED = 10_000n;
const FIXED_BYTES = 66;
const RANGE_BYTES = 10;

const label: Kind<LabelArgs, "LABEL"> = {
  number: 88,
  name: "LABEL",
  making: true,
  roles: ROLES_OF_GOODS,
  encodeArgs({ index, lot, certificate, count, root }) {
    checkAmount(count, "/args/count");
    return concat(uint(index, 2), fixed(lot, 32), fixed(certificate, 32), uint(count, 5), fixed(root, 32));
  },
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 103, at);
    const reader = new Reader(bytes, at);
    const [index, lot, certificate] = [reader.u16(), reader.take(32), reader.take(32)];
    const args = { index, lot, certificate, count: BigInt(reader.u40()), root: reader.take(32) };
    checkAmount(args.count, `${at}/count`);
    return args;
  },
  touches: ({ lot, certificate }) => [{ id: lot }, ...existing(certificate)],
  furtherOutputs: () => 0,
};

/** `void` is a word of the language. */
const voidLabels: Kind<VoidArgs, "VOID"> = {
  number: 89,
  name: "VOID",
  making: false,
  roles: 0,
  encodeArgs({ reason, lot, certificate, ranges }) {
    const which = ranges.flatMap(({ first, number }) => [uint(first, 5), uint(number, 5)]);
    const whose = [uint(reason, 1), fixed(lot, 32), fixed(certificate, 32)];
    const bytes = concat(...whose, uint(ranges.length, 1), ...which);
    voidLabels.decodeArgs(bytes);
    return bytes;
  },
  decodeArgs(bytes, at = "/args") {
    const count = bytes[FIXED_BYTES - 1];
    if (count === undefined) {
      throw new Problem("wrong-length", at, `${bytes.length} bytes end before the number of ranges`);
    }
    checkLength(bytes, FIXED_BYTES + RANGE_BYTES * count, at);
    const reader = new Reader(bytes, at);
    const [reason, lot, certificate] = [reader.u8(), reader.take(32), reader.take(32)];
    if (reason < 1 || reason > MAX_REASON)
      throw new Problem("reason-unknown", `${at}/reason`, `no reason has the number ${reason}`);
    checkCount(reader.u8(), MAX_RANGES, `${at}/ranges`);
    return { reason, lot, certificate, ranges: readRanges(reader, count, `${at}/ranges`) };
  },
  touches: ({ lot, certificate }) => [{ id: lot }, ...existing(certificate)],
  furtherOutputs: () => 0,
};

function readRanges(reader: Reader, count: number, at: string): LabelRange[] {
  const ranges: LabelRange[] = [];
  let [end, total] = [0n, 0n];
  for (let n = 0; n < count; n++) {
    const range = { first: BigInt(reader.u40()), number: BigInt(reader.u40()) };
    checkAmount(range.number, `${at}/${n}/number`);
    if (range.first < end)
      throw new Problem(
        "ranges-overlap",
        `${at}/${n}/first`,
        `${range.first} lies before ${end}, where the last one ends`,
      );
    end = range.first + range.number;
    total += range.number;
    if (total > MAX_VOIDED)
      throw new Problem("count-out-of-range", at, `${total} labels where ${MAX_VOIDED} are allowed`);
    ranges.push(range);
  }
  return ranges;
}
