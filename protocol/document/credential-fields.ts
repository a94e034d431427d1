/**
 * The parts that our credentials share: UNTP 0.7.0's contexts, parties, scopes, criteria and links (certificates: `credential.ts`,
 * applications: `application.ts`, 承诺达标合格证: `promise.ts`). Each checks what it is given and names the place. Pure.
 */
import type { UnitCode } from "../amount.ts";
import type { Hex } from "../bytes.ts";
import { Problem } from "../problem.ts";
import { type Attachment, attachmentField, MAX_ATTACHMENTS } from "./attachment.ts";
import { partyField } from "./event-fields.ts";
import { amountNumber, checkHex } from "./fields.ts";
import type { PartyRef } from "./form.ts";
import { dateOf, type Fields, type JsonObject, objectId, own, placeId, spellOut, timeText } from "./terms.ts";
import { cleanText, cleanWords, type Words } from "./text.ts";

export type { NamedUri, ScopePlot, ScopeProduct, Scopes, Volume };
export {
  assessed,
  checkFiles,
  checkScopes,
  CREDENTIAL_CONTEXTS,
  CREDENTIAL_TYPE,
  declaration,
  fileFields,
  full,
  link,
  MAX_SCOPES,
  named,
  oneOf,
  party,
  volumeFields,
};

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

/** What a certificate or an application covers: each a subject of the entry's args. */
interface Scopes {
  readonly products: readonly ScopeProduct[];
  readonly plots: readonly ScopePlot[];
}

/** Thousandths of the unit. */
interface Volume {
  readonly amount: bigint;
  readonly uom: UnitCode;
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

/** What is assessed, in UNTP's two lists. */
function assessed({ products, plots }: Scopes): JsonObject {
  return {
    ...(products.length === 0 ? {} : { assessedProduct: products.map(product) }),
    ...(plots.length === 0 ? {} : { assessedFacility: plots.map(facility) }),
  };
}

function checkScopes({ products, plots }: Scopes): void {
  const scopes = products.length + plots.length;
  if (scopes === 0 || scopes > MAX_SCOPES) {
    throw new Problem("form-refused", "/products", `${scopes} products and plots, 1 to ${MAX_SCOPES} are expected`);
  }
}

function checkFiles(attachments: readonly Attachment[]): void {
  if (attachments.length > MAX_ATTACHMENTS) {
    throw new Problem("form-refused", "/attachments", `${attachments.length} files, at most ${MAX_ATTACHMENTS}`);
  }
}

function fileFields(attachments: readonly Attachment[]): readonly Fields[] | undefined {
  if (attachments.length === 0) return undefined;
  return attachments.map((file, n) => attachmentField(file, `/attachments/${n}`));
}

function volumeFields(volume: Volume | undefined): Fields {
  if (volume === undefined) return {};
  if (volume.amount <= 0n)
    throw new Problem("form-refused", "/volume/amount", "a volume is above nothing, or left out");
  return { volume: amountNumber(volume.amount, "/volume/amount"), uom: volume.uom };
}

/** A credential's own fields with their full names. */
function full(fields: Fields): JsonObject {
  return spellOut(own(fields));
}

/** What a declaration is, by whom and when: `id` and `name` are its own, `scheme` the rule it is made by. */
interface Declared {
  readonly id: string;
  readonly name: string;
  /** Whoever declares, with its place in the form. */
  readonly by: PartyRef;
  readonly at: string;
  readonly issuedAtS: number;
  readonly issuedAt: string;
  readonly scheme: JsonObject;
  /** Criteria, and what was assessed. */
  readonly assessment: JsonObject;
}

/** The standard's part of a credential whose issuer assessed itself (UNTP 0.7.0): an application, a promise. */
function declaration({ id, name, by, at, issuedAtS, issuedAt, scheme, assessment }: Declared): JsonObject {
  return {
    "@context": CREDENTIAL_CONTEXTS,
    type: [CREDENTIAL_TYPE, "VerifiableCredential"],
    id,
    name,
    issuer: party(by, at, "CredentialIssuer"),
    validFrom: timeText(issuedAtS, issuedAt).time,
    credentialSubject: {
      type: ["ConformityAttestation"],
      id: `${id}#attestation`,
      name,
      assessorLevel: "self",
      assessmentLevel: "no-endorsement",
      attestationType: "declaration",
      issuedToParty: party(by, at, "Party"),
      referenceScheme: { type: ["ConformityScheme"], ...scheme },
      conformityAssessment: [
        {
          type: ["ConformityAssessment"],
          id: `${id}#assessment`,
          name,
          assessmentDate: dateOf(issuedAtS),
          assessedPerformance: [],
          conformityTopic: [],
          ...assessment,
        },
      ],
    },
  };
}
