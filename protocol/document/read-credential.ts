/**
 * A certificate's credential, read as defensively as `read.ts`. What the ledger booked (issuer, beneficiary, scope, validity) counts;
 * this is what its document says of it. Pure.
 */
import type { Amount } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import { type Attachment, readAttachment } from "./attachment.ts";
import { CREDENTIAL_TYPE } from "./credential-fields.ts";
import { readAmount } from "./fields.ts";
import { type PartyReading, readHex, readParty } from "./read-parts.ts";
import { type Reading, reading } from "./reading.ts";
import { readDay, readTime } from "./terms.ts";
import { stripText, type Words } from "./text.ts";

export type { CredentialReading };
export { readCredential, readScopes };

interface CredentialReading {
  /** The certificate. */
  readonly subject: Hex;
  readonly example: boolean;
  readonly number: string | null;
  readonly name: Words | null;
  readonly issuer: PartyReading | null;
  readonly beneficiary: PartyReading | null;
  readonly scheme: { readonly id: string | null; readonly name: Words | null };
  readonly criteria: readonly Words[];
  /** `2026-03-01`. */
  readonly assessedOn: string | null;
  readonly fromS: number | null;
  readonly untilS: number | null;
  readonly products: readonly PartyReading[];
  readonly plots: readonly { readonly subject: Hex; readonly code: string | null }[];
  /** Thousandths of `uom`; null where no volume is stated. */
  readonly volume: Amount | null;
  readonly uom: string | null;
  /** The application that it answers. */
  readonly application: Hex | null;
  readonly notes: Words | null;
  readonly attachments: readonly Attachment[];
  /** JSON Pointers of texts that were not taken whole. */
  readonly stripped: readonly string[];
}

/** Null where the document is no conformity credential of this certificate. */
function readCredential(document: unknown, subject: Hex): CredentialReading | null {
  const top = reading(document);
  const types = top?.plain("type");
  if (top === null || !Array.isArray(types) || !types.includes(CREDENTIAL_TYPE)) return null;
  if (readHex(top, "subject") !== subject) return null;
  const attested = top.inside("credentialSubject");
  // What somebody says of itself (an application, a promise) has the same shape, and certifies nothing.
  if (attested?.plain("attestationType") !== "certification") return null;
  const assessments = attested?.insides("conformityAssessment") ?? [];
  const scheme = attested?.inside("referenceScheme") ?? null;
  return {
    subject,
    example: top.flag("example"),
    number: top.text("number", 60),
    name: top.words("name") ?? unsaid(top.plain("name")),
    issuer: readParty(top.inside("issuer")),
    beneficiary: readParty(attested?.inside("issuedToParty") ?? null),
    scheme: { id: shown(scheme?.plain("id")), name: top.words("scheme") ?? unsaid(scheme?.plain("name")) },
    criteria: readCriteria(top, assessments),
    assessedOn: readDay(assessments[0]?.plain("assessmentDate")),
    fromS: readTime(top.plain("validFrom")),
    untilS: readTime(top.plain("validUntil")),
    ...readScopes(assessments),
    volume: readAmount(top.number("volume")),
    uom: top.text("uom", 3),
    application: readHex(top, "application"),
    notes: top.words("notes"),
    attachments: top.list("attachments").flatMap((item) => readAttachment(item) ?? []),
    stripped: top.stripped,
  };
}

/** What a list of UNTP's assessments is about. */
function readScopes(assessments: readonly Reading[]): Pick<CredentialReading, "products" | "plots"> {
  return {
    products: within(assessments, "assessedProduct", "product").flatMap((item) => readParty(item) ?? []),
    plots: within(assessments, "assessedFacility", "facility").flatMap((item) => {
      const plot = readHex(item, "subject");
      return plot === null ? [] : { subject: plot, code: item.text("code", 60) };
    }),
  };
}

function readCriteria(top: Reading, assessments: readonly Reading[]): readonly Words[] {
  const ours = top.list("criteria").flatMap((item) => wordsOf(item) ?? []);
  if (ours.length > 0) return ours;
  return assessments
    .flatMap((assessment) => assessment.insides("assessmentCriteria"))
    .flatMap((criterion) => unsaid(criterion.plain("name")) ?? []);
}

function within(assessments: readonly Reading[], list: string, item: string): readonly Reading[] {
  return assessments.flatMap((one) => one.insides(list)).flatMap((one) => one.inside(item) ?? []);
}

function wordsOf(read: Reading): Words | null {
  const [zh, en] = [read.text("zh", 400), read.text("en", 400)];
  return !zh && !en ? null : { ...(zh ? { zh } : {}), ...(en ? { en } : {}) };
}

/** A name of UNTP's own field, in whatever language it is: most likely the reader's neighbour's. */
function unsaid(value: unknown): Words | null {
  const text = shown(value);
  return text === null ? null : { zh: text };
}

function shown(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const { text } = stripText(value, 400);
  return text === "" ? null : text;
}
