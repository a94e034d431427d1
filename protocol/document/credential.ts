/**
 * CERTIFY: a certificate as a W3C Verifiable Credential 2.0 in the shape of UNTP 0.7.0's Digital Conformity Credential. No proof
 * stands inside: the ledger's batch, signed by the issuer's recorder, is the proof. The credential's `id` names the certificate's
 * subject. UNTP fixes the contexts, so our own fields carry their full names. Pure; read back by `read-credential.ts`.
 */
import type { Hex } from "../bytes.ts";
import { Problem } from "../problem.ts";
import { type Attachment, attachmentField, MAX_ATTACHMENTS } from "./attachment.ts";
import { optional } from "./event-fields.ts";
import { checkHex } from "./fields.ts";
import { dateOf, type Fields, type JsonObject, objectId, own, placeId, spellOut, timeText } from "./terms.ts";
import { cleanText, cleanWords, MAX_NOTE, type Words } from "./text.ts";
import { type PartyRef, partyField } from "./third.ts";

export type { CredentialForm, NamedUri, ScopePlot, ScopeProduct };
export { CREDENTIAL_CONTEXTS, CREDENTIAL_TYPE, credentialDocument, MAX_SCOPES };

const CREDENTIAL_TYPE = "DigitalConformityCredential";
/** Exactly these, in this order (UNTP 0.7.0). */
const CREDENTIAL_CONTEXTS = [
  "https://www.w3.org/ns/credentials/v2",
  "https://vocabulary.uncefact.org/untp/0.7.0/context/",
] as const;

/** The ledger's limit of scopes in one certificate (docs/ledger.md §6, CERTIFY). */
const MAX_SCOPES = 100;

/** A scheme or criterion, by an address of its owner's. */
interface NamedUri {
  readonly id: string;
  readonly name: Words;
}

interface ScopeProduct {
  readonly subject: Hex;
  readonly gtin: string | null;
  readonly name: Words;
}

interface ScopePlot {
  readonly subject: Hex;
  readonly code: string;
}

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
  readonly notes?: Words;
  /** The certificate's paper first, if there is one. */
  readonly attachments?: readonly Attachment[];
  readonly example?: boolean;
}

/** @throws Problem `form-refused`, `text-refused` … with the place in the form */
function credentialDocument(form: CredentialForm): JsonObject {
  checkScope(form);
  const { products, plots, attachments = [] } = form;
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
          ...(products.length === 0 ? {} : { assessedProduct: products.map(product) }),
          ...(plots.length === 0 ? {} : { assessedFacility: plots.map(facility) }),
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
      attachments:
        attachments.length === 0 ? undefined : attachments.map((file, n) => attachmentField(file, `/attachments/${n}`)),
    }),
  };
}

function checkScope({ fromS, untilS, products, plots, criteria, attachments = [] }: CredentialForm): void {
  if (untilS <= fromS) throw new Problem("form-refused", "/untilS", "the end of validity comes after its start");
  const scopes = products.length + plots.length;
  if (scopes === 0 || scopes > MAX_SCOPES) {
    throw new Problem("form-refused", "/products", `${scopes} products and plots, 1 to ${MAX_SCOPES} are expected`);
  }
  if (criteria.length === 0 || criteria.length > MAX_SCOPES) {
    throw new Problem("form-refused", "/criteria", "a certificate says by what it was judged");
  }
  if (attachments.length > MAX_ATTACHMENTS) {
    throw new Problem("form-refused", "/attachments", `${attachments.length} files, at most ${MAX_ATTACHMENTS}`);
  }
}

function party(ref: PartyRef, at: string, type: string): JsonObject {
  const fields = partyField(ref, at);
  return { type: [type], id: objectId(ref.subject, "pty"), name: oneOf(ref.name), ...full(fields) };
}

function product(scope: ScopeProduct, n: number): JsonObject {
  const at = `/products/${n}`;
  if (scope.gtin !== null && !/^\d{14}$/.test(scope.gtin)) {
    throw new Problem("form-refused", `${at}/gtin`, "a GTIN is written with 14 digits");
  }
  const subject = checkHex(scope.subject, `${at}/subject`);
  const name = cleanWords(scope.name, `${at}/name`);
  const id = scope.gtin === null ? objectId(subject, "class") : `https://id.gs1.org/01/${scope.gtin}`;
  return { product: { type: ["Product"], id, name: oneOf(name), ...full({ subject, name }) } };
}

function facility(scope: ScopePlot, n: number): JsonObject {
  const at = `/plots/${n}`;
  const code = cleanText(scope.code, `${at}/code`, 60);
  const ours = full({ subject: checkHex(scope.subject, `${at}/subject`), code });
  return { facility: { type: ["Facility"], id: placeId(code, `${at}/code`), name: code, ...ours } };
}

/** `digestMultibase` would need base64url of the digest; the CID in the address is the same digest. */
function link(file: Attachment, at: string): JsonObject {
  const { cid, name, mediaType } = attachmentField(file, at) as { cid: string; name: string; mediaType: string };
  return { linkURL: `ipfs://${cid}`, linkName: name, mediaType };
}

function named({ id, name }: NamedUri, at: string): JsonObject {
  if (!/^https:\/\/[!-;=?-[\]_a-z~]{3,400}$/.test(id)) {
    throw new Problem("form-refused", `${at}/id`, "an address that begins with https:// is expected");
  }
  return { id, name: oneOf(cleanWords(name, `${at}/name`)) };
}

/** UNTP has one name a thing, in one language. */
function oneOf({ zh, en }: Words): string {
  return zh ?? en ?? "";
}

function full(fields: Fields): JsonObject {
  return spellOut(own(fields));
}
