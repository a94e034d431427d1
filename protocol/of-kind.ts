/**
 * Whether a document is what an entry of its kind needs. Many kinds have few args or none: what a laboratory found, why goods are recalled
 * or what is disputed stands in the document alone, so another sort of document would count and say nothing, and one that says another
 * thing than the args would mislead. Amounts that a correction may change are compared elsewhere (verify/stated.ts). Pure.
 */
import { uomOf } from "./amount.ts";
import { organisationId } from "./batch.ts";
import { type Hex, hexOf, isZero } from "./bytes.ts";
import { readApplication } from "./document/application.ts";
import { readCorrection } from "./document/correction.ts";
import { readDiscard, readVoid } from "./document/discard.ts";
import { readAnswer, readDispute } from "./document/dispute.ts";
import { readFate } from "./document/fate.ts";
import { type RefuseReading, readReceive, readRefuse, readShip, readWithdraw } from "./document/read-handover.ts";
import { readCredential } from "./document/read-credential.ts";
import type { PartyReading } from "./document/read-parts.ts";
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

export type { Written };
export { isOfKind };

/** What is known of an entry beside its args; null where it is not. */
interface Written {
  /** Who writes it. */
  readonly by: number | null;
  /** Of a consignment's entries: what was sent, and by whom. */
  readonly sent: { readonly lot: Hex; readonly by: number } | null;
}

const UNKNOWN: Written = { by: null, sent: null };

/** True of kinds whose args say all that counts: their documents may be of any sort. */
function isOfKind(document: unknown, subject: Hex, { name, args }: OpenEntry, written: Written = UNKNOWN): boolean {
  const { by } = written;
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
      return disputes(document, subject, args, by);
    case "ANSWER":
      return answers(document, subject, args, by);
    case "DISCARD":
      return numberOf(REASONS_TO_DISCARD, readDiscard(document, subject)?.reason) === args.reason;
    case "SHIP":
      return ships(document, subject, args, by);
    case "RECEIVE":
      return receives(document, subject, written);
    case "REFUSE":
      return goesBack(readRefuse(document, subject), args, { by, side: "receiver" });
    case "WITHDRAW":
      return goesBack(readWithdraw(document, subject), args, { by, side: "sender" });
    case "APPLY":
      return applies(document, subject, args, by);
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
      return recalls(document, subject, args, by);
    case "RELEASE":
      return releases(document, subject, args, by);
    case "ACKNOWLEDGE":
      return acknowledges(document, subject, args, by);
    case "CORRECT":
      return readCorrection(document, subject, args) !== null;
    default:
      return true;
  }
}

function disputes(document: unknown, subject: Hex, args: ArgsOf<"DISPUTE">, by: Written["by"]): boolean {
  const found = readDispute(document, subject);
  if (found === null || !isParty(found.by, by)) return false;
  return found.seq === args.seq && found.entry === args.entry && found.named === hexOf(args.named);
}

function answers(document: unknown, subject: Hex, { seq }: ArgsOf<"ANSWER">, by: Written["by"]): boolean {
  const found = readAnswer(document, subject);
  return found !== null && found.seq === seq && isParty(found.by, by);
}

/** Who is to receive it, and who may write while it is under way, is what a reader asks of it first. */
function ships(
  document: unknown,
  subject: Hex,
  { lot, packed, to, carrier }: ArgsOf<"SHIP">,
  by: Written["by"],
): boolean {
  const found = readShip(document, subject);
  if (found === null || found.taken !== hexOf(lot) || found.packed !== packed) return false;
  const carries = found.carrier === null ? carrier === 0 : isParty(found.carrier, carrier);
  return carries && isParty(found.receiver, to) && isParty(found.sender, by);
}

function receives(document: unknown, subject: Hex, { by, sent }: Written): boolean {
  const found = readReceive(document, subject);
  if (found === null || !isParty(found.receiver, by)) return false;
  return sent === null || (found.taken === sent.lot && isParty(found.sender, sent.by));
}

/** Whoever writes that it goes back is named as the one on that side of it. */
function goesBack(
  found: RefuseReading | null,
  { lot }: ArgsOf<"REFUSE">,
  { by, side }: { readonly by: Written["by"]; readonly side: "sender" | "receiver" },
): boolean {
  return found !== null && found.taken === hexOf(lot) && isParty(found[side], by);
}

/** Of nobody it cannot be told. */
function isParty(party: PartyReading | null, number: number | null): boolean {
  if (number === null) return true;
  return party !== null && number > 0 && party.subject === hexOf(organisationId(number));
}

/** Whoever gets the application reads in it what was asked for. */
function applies(document: unknown, subject: Hex, args: ArgsOf<"APPLY">, by: Written["by"]): boolean {
  const found = readApplication(document, subject);
  if (found === null || !isParty(found.applicant, by) || !isParty(found.certifier, args.certifier)) return false;
  const uom = uomOf(args.unit);
  if ((found.volume ?? 0n) !== args.volume || (uom !== null && found.uom !== uom)) return false;
  const named = [...found.products, ...found.plots].map((one) => one.subject).sort();
  const asked = args.scopes.map(hexOf).sort();
  return named.length === asked.length && named.every((one, n) => one === asked[n]);
}

/** No correction reaches the amount of a promise, and its words are the rule's or it is none. */
function promises(document: unknown, subject: Hex, { amount }: ArgsOf<"PROMISE">): boolean {
  const found = readPromise(document, subject);
  return found !== null && found.promise !== null && found.amount === amount;
}

function voids(document: unknown, subject: Hex, { reason, ranges, lot, certificate }: ArgsOf<"VOID">): boolean {
  const found = readVoid(document, subject);
  if (found === null || numberOf(REASONS_TO_VOID, found.reason) !== reason) return false;
  if (found.lot !== hexOf(lot) || found.certificate !== namedBy(certificate)) return false;
  if (found.ranges.length !== ranges.length) return false;
  return ranges.every(({ first, number }, n) => {
    const said = found.ranges[n];
    return said !== undefined && BigInt(said.first) === first && BigInt(said.number) === number;
  });
}

/** A trader's recall must not read as a ministry's. */
function recalls(document: unknown, subject: Hex, args: ArgsOf<"RECALL">, by: Written["by"]): boolean {
  const found = readRecall(document, subject);
  if (found === null || !isIn(found.capacity, args) || !isParty(found.by, by)) return false;
  return found.drill === args.drill && found.certificate === namedBy(args.certificate);
}

function releases(document: unknown, subject: Hex, args: ArgsOf<"RELEASE">, by: Written["by"]): boolean {
  const found = readRelease(document, subject);
  return found !== null && isIn(found.capacity, args) && isParty(found.by, by);
}

/** The args name no other subject where the group's own was recalled. */
function acknowledges(document: unknown, subject: Hex, args: ArgsOf<"ACKNOWLEDGE">, by: Written["by"]): boolean {
  const found = readAcknowledge(document, subject);
  const meant = namedBy(args.recalled) ?? subject;
  return found !== null && found.recalled === meant && found.seq === args.seq && isParty(found.by, by);
}

/** What args name as zero documents do not name. */
function namedBy(id: Uint8Array): Hex | null {
  return isZero(id) ? null : hexOf(id);
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
