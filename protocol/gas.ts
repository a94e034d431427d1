/**
 * What an entry costs the ledger, estimated from its args alone, for `pack.ts`. Nothing is asked of a chain: a phone packs offline.
 * Each figure is what test/contracts/gas.json has for the kind, alone or a hundred times in one batch, less the batch's and the group's
 * own share, and rounded up. test/contracts/Pack.test.ts holds the sum to what a ledger really uses. Pure.
 */
import type { OpenEntry } from "./entry.ts";
import { isZero } from "./bytes.ts";
import type { LabelRange } from "./kinds/label.ts";

export { entryGas, GAS_OF_BATCH, GAS_OF_BYTE, GAS_OF_GROUP };

/** The transaction, the signature, and a nonce that is the first of its 256. */
const GAS_OF_BATCH = 70_000;
/** Calldata (EIP-2028), not told apart by zero or not. */
const GAS_OF_BYTE = 16;
/** Its leaf, its `Recorded` log, and the word of its subject. */
const GAS_OF_GROUP = 15_000;

/** A lot, certificate … that is moved beside the group's own: its word, its slot, its `Touched` log. */
const TOUCH = 13_000;
/** A slot that was empty. */
const NEW_SLOT = 22_100;

/** Kinds of which one entry costs as much as any other. */
const FLAT = {
  ...{ ENROL: 75_000, EXPEL: 10_000, PRODUCT: 75_000, MEMBER: 47_000, PLOT: 47_000, SITE: 47_000 },
  ...{ ORIGIN: 47_000, PLANT: 88_000, GROW: 1_000, SENSE: 2_000, NOTE: 1_000 },
  ...{ TEST: 6_000, INSPECT: 6_000, ATTEST: 6_000, DISPUTE: 11_000, ANSWER: 5_000 },
  ...{ DISCARD: 40_000, RECEIVE: 40_000, REFUSE: 28_000, WITHDRAW: 28_000, PROMISE: 8_000 },
  ...{ SUSPEND: 11_000, LIFT: 11_000, REVOKE: 11_000, RELEASE: 12_000 },
} as const;

function entryGas(entry: OpenEntry): number {
  switch (entry.name) {
    case "HARVEST":
      return 34_000 + 40_500 * entry.args.inputs.length;
    case "TRANSFORM": {
      const [ins, outs] = [entry.args.inputs.length, entry.args.outputs.length];
      // Every output is born from every input: hashing them grows with both.
      return 2_000 + 40_500 * ins + 53_500 * outs + 260 * ins * outs;
    }
    case "SHIP": {
      const { packed, carrier } = entry.args;
      return 80_000 + (packed || carrier > 0 ? NEW_SLOT : 0) + (packed ? 5_000 : 0) + (carrier > 0 ? 5_000 : 0);
    }
    case "APPLY":
      return 47_000 + 5_000 * entry.args.scopes.length;
    case "CERTIFY":
      return 51_000 + 26_000 * entry.args.scopes.length + (isZero(entry.args.application) ? 0 : TOUCH + 6_000);
    case "LABEL":
      return 91_000 + (isZero(entry.args.certificate) ? 0 : NEW_SLOT + TOUCH + 8_000);
    case "VOID":
      return 35_000 + (isZero(entry.args.certificate) ? 0 : TOUCH + 6_000) + NEW_SLOT * wordsOf(entry.args.ranges);
    case "RECALL":
      return (entry.args.drill ? 9_000 : 35_000) + (isZero(entry.args.certificate) ? 0 : TOUCH);
    case "ACKNOWLEDGE":
      return 7_000 + (isZero(entry.args.recalled) ? 0 : TOUCH);
    case "CORRECT":
      return 26_000 + (isZero(entry.args.other) ? 0 : TOUCH);
    default:
      return FLAT[entry.name];
  }
}

/** Slots of 256 labels that the ranges reach into; one that two of them share is counted twice. */
function wordsOf(ranges: readonly LabelRange[]): number {
  return ranges.reduce((sum, { first, number }) => sum + Number(((first + number - 1n) >> 8n) - (first >> 8n)) + 1, 0);
}
