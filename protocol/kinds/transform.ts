/** Transformations: harvests, processing, packing, splitting, merging, and what is given up (docs/ledger.md §6, kinds 56 to 58). Pure. */
import { amountOf } from "../amount.ts";
import { concat, Reader, uint } from "../bytes.ts";
import { Problem } from "../problem.ts";
import type { Kind, Share } from "./kind.ts";
import {
  checkAmount,
  checkCount,
  checkLength,
  encodeShares,
  existing,
  fixed,
  MAX_INPUTS,
  MAX_OUTPUTS,
  ROLES,
  ROLES_OF_GOODS,
  readShares,
  SHARE_BYTES,
} from "./kind.ts";

export type { DiscardArgs, HarvestArgs, TransformArgs };
export { discard, harvest, REASONS_TO_DISCARD, STEPS, transform };

interface HarvestArgs {
  readonly index: number;
  /** Plantings, strictly ascending by id, and what was taken from each. */
  readonly inputs: readonly Share[];
}

interface TransformArgs {
  readonly index: number;
  /** 1 process, 2 pack, 3 split, 4 merge. */
  readonly step: number;
  /** Lots, strictly ascending by id. */
  readonly inputs: readonly Share[];
  /** Products and amounts; the first makes the group's subject, the k-th further one the subject of index + k. */
  readonly outputs: readonly Share[];
}

interface DiscardArgs {
  /** A number of REASONS_TO_DISCARD. */
  readonly reason: number;
  /** Of a lot: how much of it. Of a planting: its whole area, in thousandths of a square metre. */
  readonly amount: bigint;
  /** The plot of a planting, whose season ends; all zero of a lot. */
  readonly plot: Uint8Array;
}

/** Numbers as in the args; names as in documents. `sample` and `given` are of lots alone, `season-over` of plantings. */
const REASONS_TO_DISCARD = { lost: 1, sample: 2, given: 3, ordered: 4, "season-over": 5 } as const;

const MAX_REASON = 5;

const STEPS = { process: 1, pack: 2, split: 3, merge: 4 } as const;
const MAX_STEP = 4;
const MAX_INDEX = 0xffff;

const harvest: Kind<HarvestArgs, "HARVEST"> = {
  number: 56,
  name: "HARVEST",
  making: true,
  roles: ROLES.producer,
  encodeArgs({ index, inputs }) {
    const bytes = concat(uint(index, 2), uint(inputs.length, 1), ...encodeShares(inputs));
    harvest.decodeArgs(bytes);
    return bytes;
  },
  decodeArgs(bytes, at = "/args") {
    if (bytes.length < 3) throw new Problem("wrong-length", at, `${bytes.length} bytes where the kind has 40 or more`);
    const reader = new Reader(bytes, at);
    const [index, count] = [reader.u16(), reader.u8()];
    checkLength(bytes, 3 + SHARE_BYTES * count, at);
    checkCount(count, MAX_INPUTS, `${at}/inputs`);
    const inputs = readShares(reader, count, `${at}/inputs`, "ascending");
    // The lot's amount is the sum, and has to fit into its slot.
    amountOf(sum(inputs), `${at}/inputs`);
    return { index, inputs };
  },
  touches: ({ inputs }) => inputs,
  furtherOutputs: () => 0,
};

const transform: Kind<TransformArgs, "TRANSFORM"> = {
  number: 57,
  name: "TRANSFORM",
  making: true,
  roles: ROLES_OF_GOODS,
  encodeArgs({ index, step, inputs, outputs }) {
    const ins = [uint(inputs.length, 1), ...encodeShares(inputs)];
    const outs = [uint(outputs.length, 1), ...encodeShares(outputs)];
    const bytes = concat(uint(index, 2), uint(step, 1), ...ins, ...outs);
    transform.decodeArgs(bytes);
    return bytes;
  },
  decodeArgs(bytes, at = "/args") {
    const ins = bytes[3];
    const outs = ins === undefined ? undefined : bytes[4 + SHARE_BYTES * ins];
    if (ins === undefined || outs === undefined) {
      throw new Problem("wrong-length", at, `${bytes.length} bytes end before the number of outputs`);
    }
    checkLength(bytes, 5 + SHARE_BYTES * (ins + outs), at);
    const reader = new Reader(bytes, at);
    const [index, step] = [reader.u16(), reader.u8()];
    if (step < 1 || step > MAX_STEP) throw new Problem("step-unknown", `${at}/step`, `no step has the number ${step}`);
    checkCount(ins, MAX_INPUTS, `${at}/inputs`);
    checkCount(outs, MAX_OUTPUTS, `${at}/outputs`);
    if (index + outs - 1 > MAX_INDEX) {
      throw new Problem(
        "count-out-of-range",
        `${at}/outputs`,
        `the last output would have the index ${index + outs - 1}`,
      );
    }
    const inputs = readShares(reader, reader.u8(), `${at}/inputs`, "ascending");
    const outputs = readShares(reader, reader.u8(), `${at}/outputs`, "any");
    const [into, out] = [sum(inputs), sum(outputs)];
    if (out > into) throw new Problem("more-out-than-in", `${at}/outputs`, `${out} thousandths out of ${into}`);
    // What was lost has to fit into the slot of the first output.
    amountOf(into - out, `${at}/inputs`);
    return { index, step, inputs, outputs };
  },
  touches: ({ inputs }) => inputs,
  furtherOutputs: ({ outputs }) => outputs.length - 1,
};

const discard: Kind<DiscardArgs, "DISCARD"> = {
  number: 58,
  name: "DISCARD",
  making: false,
  roles: 0,
  encodeArgs({ reason, amount, plot }) {
    const bytes = concat(uint(reason, 1), uint(amount, 5), fixed(plot, 32));
    discard.decodeArgs(bytes);
    return bytes;
  },
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 38, at);
    const reader = new Reader(bytes, at);
    const [reason, amount] = [reader.u8(), BigInt(reader.u40())];
    // Which reason goes with a lot, and which with a planting, the ledger sees: the args do not say which of them it is.
    if (reason < 1 || reason > MAX_REASON)
      throw new Problem("reason-unknown", `${at}/reason`, `no reason has the number ${reason}`);
    checkAmount(amount, `${at}/amount`);
    return { reason, amount, plot: reader.take(32) };
  },
  touches: ({ plot }) => existing(plot),
  furtherOutputs: () => 0,
};

function sum(shares: readonly Share[]): bigint {
  return shares.reduce((total, { amount }) => total + amount, 0n);
}
