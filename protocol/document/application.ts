/**
 * APPLY: what somebody asks a certifier to certify, as a W3C Verifiable Credential 2.0 in UNTP 0.7.0's shape: a declaration that its
 * issuer assessed itself. The certifier's CERTIFY names it, so that what was asked for and what was given can be compared. Pure.
 */
import type { Amount } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import { type Attachment, readAttachment } from "./attachment.ts";
import {
  assessed,
  checkFiles,
  checkScopes,
  CREDENTIAL_TYPE,
  declaration,
  fileFields,
  full,
  named,
  type NamedUri,
  oneOf,
  type Scopes,
  type Volume,
  volumeFields,
} from "./credential-fields.ts";
import { optional, partyField } from "./event-fields.ts";
import { checkHex, readAmount } from "./fields.ts";
import type { PartyRef } from "./form.ts";
import { readScopes } from "./read-credential.ts";
import { type PartyReading, readHex, readParty } from "./read-parts.ts";
import { reading } from "./reading.ts";
import { type JsonObject, objectId, readTime } from "./terms.ts";
import { cleanWords, MAX_NOTE, type Words } from "./text.ts";

export type { ApplicationForm, ApplicationReading };
export { applicationDocument, readApplication };

interface ApplicationForm extends Scopes {
  /** The application. */
  readonly subject: Hex;
  /** What is asked for: "organic tea, renewal". */
  readonly name: Words;
  readonly applicant: PartyRef;
  readonly certifier: PartyRef;
  readonly scheme: NamedUri;
  readonly appliedAtS: number;
  /** How much is to be labelled under it, as in the entry's args; left out: no volume is asked for. */
  readonly volume?: Volume;
  readonly notes?: Words;
  readonly attachments?: readonly Attachment[];
  readonly example?: boolean;
}

interface ApplicationReading {
  /** The application. */
  readonly subject: Hex;
  readonly example: boolean;
  readonly name: Words | null;
  readonly applicant: PartyReading | null;
  readonly certifier: PartyReading | null;
  readonly scheme: Words | null;
  readonly appliedAtS: number | null;
  readonly products: readonly PartyReading[];
  readonly plots: readonly { readonly subject: Hex; readonly code: string | null }[];
  /** Thousandths of `uom`; null where no volume is stated. */
  readonly volume: Amount | null;
  readonly uom: string | null;
  readonly notes: Words | null;
  readonly attachments: readonly Attachment[];
  /** JSON Pointers of texts that were not taken whole. */
  readonly stripped: readonly string[];
}

/** @throws Problem `form-refused`, `text-refused` … with the place in the form */
function applicationDocument(form: ApplicationForm): JsonObject {
  const { attachments = [] } = form;
  checkScopes(form);
  checkFiles(attachments);
  const id = objectId(checkHex(form.subject, "/subject"), "obj");
  const words = cleanWords(form.name, "/name");
  const name = oneOf(words);
  return {
    ...declaration({
      ...{ id, name, by: form.applicant, at: "/applicant", issuedAtS: form.appliedAtS, issuedAt: "/appliedAtS" },
      scheme: named(form.scheme, "/scheme"),
      assessment: { assessmentCriteria: [], ...assessed(form) },
    }),
    ...full({
      subject: form.subject,
      example: form.example === true ? true : undefined,
      asked: {
        name: words,
        certifier: partyField(form.certifier, "/certifier"),
        scheme: cleanWords(form.scheme.name, "/scheme/name"),
        ...volumeFields(form.volume),
      },
      notes: optional(form.notes, (note) => cleanWords(note, "/notes", MAX_NOTE)),
      attachments: fileFields(attachments),
    }),
  };
}

/** Null where the document is no application with this subject. */
function readApplication(document: unknown, subject: Hex): ApplicationReading | null {
  const top = reading(document);
  const types = top?.plain("type");
  if (top === null || !Array.isArray(types) || !types.includes(CREDENTIAL_TYPE)) return null;
  const asked = top.object("asked");
  if (asked === null || readHex(top, "subject") !== subject) return null;
  return {
    subject,
    example: top.flag("example"),
    name: asked.words("name"),
    applicant: readParty(top.inside("issuer")),
    certifier: readParty(asked.object("certifier")),
    scheme: asked.words("scheme"),
    appliedAtS: readTime(top.plain("validFrom")),
    ...readScopes(top.inside("credentialSubject")?.insides("conformityAssessment") ?? []),
    volume: readAmount(asked.number("volume")),
    uom: asked.text("uom", 3),
    notes: top.words("notes"),
    attachments: top.list("attachments").flatMap((item) => readAttachment(item) ?? []),
    stripped: top.stripped,
  };
}
