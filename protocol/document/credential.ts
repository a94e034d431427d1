/**
 * CERTIFY: a certificate as a W3C Verifiable Credential 2.0 in the shape of UNTP 0.7.0's Digital Conformity Credential. No proof
 * stands inside: the ledger's batch, signed by the issuer's recorder, is the proof. The credential's `id` names the certificate's
 * subject. UNTP fixes the contexts, so our own fields carry their full names. Pure; read back by `read-credential.ts`.
 */
import type { Hex } from "../bytes.ts";
import { Problem } from "../problem.ts";
import type { Attachment } from "./attachment.ts";
import {
  assessed,
  checkFiles,
  checkScopes,
  CREDENTIAL_CONTEXTS,
  CREDENTIAL_TYPE,
  fileFields,
  full,
  link,
  MAX_SCOPES,
  named,
  type NamedUri,
  oneOf,
  party,
  type ScopePlot,
  type ScopeProduct,
  type Volume,
  volumeFields,
} from "./credential-fields.ts";
import { optional } from "./event-fields.ts";
import { checkHex } from "./fields.ts";
import type { PartyRef } from "./form.ts";
import { dateOf, type JsonObject, objectId, timeText } from "./terms.ts";
import { cleanText, cleanWords, MAX_NOTE, type Words } from "./text.ts";

export type { CredentialForm };
export { credentialDocument };

interface CredentialForm {
  /** The certificate. */
  readonly subject: Hex;
  /** The number on the certificate's paper. */
  readonly number: string;
  readonly name: Words;
  readonly issuer: PartyRef;
  /** Who is certified. */
  readonly beneficiary: PartyRef;
  readonly scheme: NamedUri;
  readonly criteria: readonly NamedUri[];
  readonly assessedAtS: number;
  readonly fromS: number;
  readonly untilS: number;
  readonly products: readonly ScopeProduct[];
  readonly plots: readonly ScopePlot[];
  /** How much may be labelled under it, as in the entry's args; left out: the certificate names no volume. */
  readonly volume?: Volume;
  /** The APPLY that it answers, as in the entry's args. */
  readonly application?: Hex;
  readonly notes?: Words;
  /** The certificate's paper first, if there is one. */
  readonly attachments?: readonly Attachment[];
  readonly example?: boolean;
}

/** @throws Problem `form-refused`, `text-refused` … with the place in the form */
function credentialDocument(form: CredentialForm): JsonObject {
  checkScope(form);
  const { attachments = [] } = form;
  const certificate = objectId(checkHex(form.subject, "/subject"), "obj");
  const name = cleanWords(form.name, "/name");
  const [paper] = attachments;
  return {
    "@context": CREDENTIAL_CONTEXTS,
    type: [CREDENTIAL_TYPE, "VerifiableCredential"],
    id: certificate,
    name: oneOf(name),
    issuer: party(form.issuer, "/issuer", "CredentialIssuer"),
    validFrom: timeText(form.fromS, "/fromS").time,
    validUntil: timeText(form.untilS, "/untilS").time,
    credentialSubject: {
      type: ["ConformityAttestation"],
      id: `${certificate}#attestation`,
      name: oneOf(name),
      // Whoever has the role on the ledger was admitted by the operator; no accreditation is claimed for it here.
      assessorLevel: "3rdParty",
      assessmentLevel: "no-endorsement",
      attestationType: "certification",
      issuedToParty: party(form.beneficiary, "/beneficiary", "Party"),
      referenceScheme: { type: ["ConformityScheme"], ...named(form.scheme, "/scheme") },
      ...(paper === undefined ? {} : { conformityCertificate: link(paper, "/attachments/0") }),
      conformityAssessment: [
        {
          type: ["ConformityAssessment"],
          id: `${certificate}#assessment`,
          name: oneOf(name),
          assessmentCriteria: form.criteria.map((criterion, n) => ({
            type: ["Criterion"],
            ...named(criterion, `/criteria/${n}`),
          })),
          assessmentDate: dateOf(form.assessedAtS),
          assessedPerformance: [],
          conformityTopic: [],
          conformance: true,
          ...assessed(form),
        },
      ],
    },
    ...full({
      subject: form.subject,
      example: form.example === true ? true : undefined,
      number: cleanText(form.number, "/number", 60),
      name,
      scheme: cleanWords(form.scheme.name, "/scheme/name"),
      criteria: form.criteria.map((criterion, n) => cleanWords(criterion.name, `/criteria/${n}/name`)),
      notes: optional(form.notes, (words) => cleanWords(words, "/notes", MAX_NOTE)),
      application: optional(form.application, (subject) => checkHex(subject, "/application")),
      ...volumeFields(form.volume),
      attachments: fileFields(attachments),
    }),
  };
}

function checkScope({ fromS, untilS, products, plots, criteria, attachments = [] }: CredentialForm): void {
  if (untilS <= fromS) throw new Problem("form-refused", "/untilS", "the end of validity comes after its start");
  checkScopes({ products, plots });
  if (criteria.length === 0 || criteria.length > MAX_SCOPES) {
    throw new Problem("form-refused", "/criteria", "a certificate says by what it was judged");
  }
  checkFiles(attachments);
}
