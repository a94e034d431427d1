/**
 * Batches that the ledger must refuse, and which file of test/contracts provokes which of its errors: Errors.test.ts adds the lists
 * up, so that no error of docs/ledger.md §9 is left out.
 */
import { expect } from "chai";
import type { Group, Hex, Phone, Signed } from "./phone.ts";
import type { World } from "./simulator.ts";

export { making, Refusals };
export { OF_A_CALL, OF_CERTIFY, OF_CORRECT, OF_DISCARD, OF_HANDOVER, OF_STATUS, OF_THIRD, OF_VOID };

/** Errors of a call and of the operator's acts; Operator.test.ts and Submit.test.ts provoke them. */
const OF_A_CALL = [
  "GasTooLow",
  "OnlyLedgerItself",
  "RolesUnknown",
  "PrecompileWrong",
  "MissingPrecompile",
  "AccessManagedInvalidAuthority",
  "AccessManagedRequiredDelay",
  "AccessManagedUnauthorized",
];

/** Errors of third parties' entries alone; Third.test.ts provokes them. OrganisationUnknown is of the operator's acts as well. */
const OF_THIRD = ["HolderItself", "OrganisationUnknown", "ValidityEmpty"];

/** Errors of certificates and of the labels that claim them; Certify.test.ts provokes them. */
const OF_CERTIFY = [
  "NotBeneficiary",
  "AlreadyAnswered",
  "Suspended",
  "NotSuspended",
  "Revoked",
  "NotInForce",
  "NotInScope",
  "NotEnoughVolume",
];

/** Errors of labels that count no more; Void.test.ts provokes them. */
const OF_VOID = ["SourceDiffers", "LabelUnknown", "LabelVoided", "RangesOverlap"];

/** Errors of recalls; Status.test.ts provokes them. */
const OF_STATUS = ["CapacityUnknown", "Unasked", "Recalled", "AlreadyRecalled", "NotRecalled"];

/** Errors of corrections alone; Correct.test.ts provokes them. */
const OF_CORRECT = [
  "SeqUnknown",
  "NotTheMaking",
  "ReasonUnknown",
  "DifferenceTooLarge",
  "OtherNotNeeded",
  "NothingToCorrect",
  "DifferencesDiffer",
  "NoLink",
  "NotEnoughLinked",
  "NoRoom",
];

/** Errors of goods under way, and of what is discarded; Handover.test.ts and Discard.test.ts provoke them. */
const OF_HANDOVER = ["UnderWay", "NotUnderWay", "NotOffered", "MoreThanOffered", "NotEnoughPacked", "NotWholePieces"];
const OF_DISCARD = ["Ended", "AmountDiffers", "NotEnoughLost"];

class Refusals {
  /** The errors met so far. */
  readonly seen = new Set<string>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** The ledger must refuse `batch` by this error with these values. */
  async expect(batch: Signed | Hex, error: string, ...args: readonly unknown[]): Promise<void> {
    const outcome = await this.#world.outcome(batch);
    expect(outcome).to.have.property("refused", error);
    expect("args" in outcome && outcome.args.map(plain)).to.deep.equal(args.map(plain));
    this.seen.add(error);
  }
}

/** A batch of one group that begins with a making entry, and the subject that it should make. */
function making(entries: Group["entries"], by: Phone): { readonly batch: Signed; readonly id: Hex } {
  const nonce = by.take();
  const id = by.newId(nonce);
  return { batch: by.batch([{ subject: id, entries }], { nonce }), id };
}

/** ethers gives bigints and checksummed addresses. */
function plain(value: unknown): string {
  return String(value).toLowerCase();
}
