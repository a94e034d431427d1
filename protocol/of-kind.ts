/**
 * Whether a document is what an entry of its kind needs. Many kinds have few args or none: what a laboratory found, why goods are recalled
 * or what is disputed stands in the document alone, so another sort of document would count and say nothing, and one that says another
 * thing than the args would mislead. Amounts that a correction may change are compared elsewhere (verify/stated.ts). Pure.
 */
import { type Hex, hexOf } from "./bytes.ts";
import { readApplication } from "./document/application.ts";
import { readCorrection } from "./document/correction.ts";
import { readDiscard, readVoid } from "./document/discard.ts";
import { readAnswer, readDispute } from "./document/dispute.ts";
import { readFate } from "./document/fate.ts";
import { readReceive, readRefuse, readShip, readWithdraw } from "./document/read-handover.ts";
import { readCredential } from "./document/read-credential.ts";
import { readSite } from "./document/read-master.ts";
import { readPromise } from "./document/read-promise.ts";
import { readAttest, readInspect, readTest } from "./document/read-third.ts";
import { type Capacity, readAcknowledge, readRecall, readRelease } from "./document/recall.ts";
import { readSense } from "./document/sense.ts";
import type { OpenEntry } from "./entry.ts";
import type { ArgsOf } from "./kinds/all.ts";
import { REASONS_TO_VOID } from "./kinds/label.ts";
import { CAPACITIES } from "./kinds/status.ts";
import { REASONS_TO_DISCARD } from "./kinds/transform.ts";

export { isOfKind };

/** True of kinds whose args say all that counts: their documents may be of any sort. */
function isOfKind(document: unknown, subject: Hex, { name, args }: OpenEntry): boolean {
  switch (name) {
    case "SITE":
      return readSite(document, subject) !== null;
    case "SENSE":
      return readSense(document, subject) !== null;
    case "TEST":
      return readTest(document, subject) !== null;
    case "INSPECT":
      return readInspect(document, subject) !== null;
    case "ATTEST":
      return readAttest(document, subject) !== null;
    case "DISPUTE":
      return disputes(document, subject, args);
    case "ANSWER":
      return readAnswer(document, subject)?.seq === args.seq;
    case "DISCARD":
      return numberOf(REASONS_TO_DISCARD, readDiscard(document, subject)?.reason) === args.reason;
    case "SHIP":
      return ships(document, subject, args);
    case "RECEIVE":
      return readReceive(document, subject) !== null;
    case "REFUSE":
      return readRefuse(document, subject)?.taken === hexOf(args.lot);
    case "WITHDRAW":
      return readWithdraw(document, subject)?.taken === hexOf(args.lot);
    case "APPLY":
      return readApplication(document, subject) !== null;
    case "CERTIFY":
      return readCredential(document, subject) !== null;
    case "SUSPEND":
    case "LIFT":
    case "REVOKE":
      return readFate(document, subject)?.fate === name;
    case "PROMISE":
      return promises(document, subject, args);
    case "VOID":
      return voids(document, subject, args);
    case "RECALL":
      return recalls(document, subject, args);
    case "RELEASE":
      return isIn(readRelease(document, subject)?.capacity, args);
    case "ACKNOWLEDGE":
      return acknowledges(document, subject, args);
    case "CORRECT":
      return readCorrection(document, subject, args) !== null;
    default:
      return true;
  }
}

function disputes(document: unknown, subject: Hex, { seq, entry, named }: ArgsOf<"DISPUTE">): boolean {
  const found = readDispute(document, subject);
  return found !== null && found.seq === seq && found.entry === entry && found.named === hexOf(named);
}

/** Who is to receive it, and who may write while it is under way, is what a reader asks of it first. */
function ships(document: unknown, subject: Hex, { lot, packed, to, carrier }: ArgsOf<"SHIP">): boolean {
  const found = readShip(document, subject);
  if (found === null || found.taken !== hexOf(lot) || found.packed !== packed) return false;
  const carries = found.carrier === null ? carrier === 0 : found.carrier.subject === organisation(carrier);
  return carries && found.receiver?.subject === organisation(to);
}

function organisation(number: number): Hex {
  return `0x${number.toString(16).padStart(64, "0")}`;
}

/** No correction reaches the amount of a promise, and its words are the rule's or it is none. */
function promises(document: unknown, subject: Hex, { amount }: ArgsOf<"PROMISE">): boolean {
  const found = readPromise(document, subject);
  return found !== null && found.promise !== null && found.amount === amount;
}

function voids(document: unknown, subject: Hex, { reason, ranges }: ArgsOf<"VOID">): boolean {
  const found = readVoid(document, subject);
  if (found === null || numberOf(REASONS_TO_VOID, found.reason) !== reason) return false;
  if (found.ranges.length !== ranges.length) return false;
  return ranges.every(({ first, number }, n) => {
    const said = found.ranges[n];
    return said !== undefined && BigInt(said.first) === first && BigInt(said.number) === number;
  });
}

function recalls(document: unknown, subject: Hex, args: ArgsOf<"RECALL">): boolean {
  const found = readRecall(document, subject);
  return found !== null && isIn(found.capacity, args) && found.drill === args.drill;
}

/** The args name no other subject where the group's own was recalled. */
function acknowledges(document: unknown, subject: Hex, { recalled, seq }: ArgsOf<"ACKNOWLEDGE">): boolean {
  const found = readAcknowledge(document, subject);
  const meant = recalled.every((byte) => byte === 0) ? subject : hexOf(recalled);
  return found !== null && found.recalled === meant && found.seq === seq;
}

function isIn(capacity: Capacity | null | undefined, args: { readonly capacity: number }): boolean {
  return numberOf(CAPACITIES, capacity) === args.capacity;
}

/** The number that the args give to a document's word. */
function numberOf<Name extends string>(
  numbers: Readonly<Record<Name, number>>,
  name: Name | null | undefined,
): number | null {
  return name === null || name === undefined ? null : numbers[name];
}
