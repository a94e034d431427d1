/**
 * Does a credential have the form that CERTIFY, APPLY and PROMISE ask for? W3C's schema of Verifiable Credentials 2.0 and UNTP 0.7.0's of the Digital
 * Conformity Credential, both; and what the schemas leave open: its contexts are these two alone, it ends after it begins, and no
 * proof stands inside, for nobody here would check one. Reads the two schemas.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import type { Json } from "../../protocol/canonical.ts";
import { CREDENTIAL_CONTEXTS, CREDENTIAL_TYPE } from "../../protocol/document/credential-fields.ts";
import { readTime } from "../../protocol/document/terms.ts";
import { Problem } from "../../protocol/problem.ts";
import { deepest } from "./schema-error.ts";

export { credentialChecker, isCredential };

const FOLDER = join(import.meta.dirname, "credential-schema");
const SCHEMAS = ["verifiable-credential-schema.json", "ConformityCredential.json"];

/** Anything that calls itself a credential: so that no other sort of credential is taken for a document of EPCIS. */
function isCredential(document: Json): document is { readonly [key: string]: Json } {
  if (typeof document !== "object" || document === null || Array.isArray(document)) return false;
  const { type } = document as { readonly type?: Json };
  return type === "VerifiableCredential" || (Array.isArray(type) && type.includes("VerifiableCredential"));
}

/** Compiles both schemas and gives the check, which throws Problem `document-schema` with the place. */
function credentialChecker(): (document: { readonly [key: string]: Json }) => void {
  const ajv = new Ajv2020({ strict: false });
  // Typed for CommonJS; under Node the function is the module's default.
  (addFormatsModule as unknown as (ajv: Ajv2020) => void)(ajv);
  const checks = SCHEMAS.map((file) => ajv.compile(JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as object));
  return (document) => {
    if (!Array.isArray(document.type) || !document.type.includes(CREDENTIAL_TYPE)) {
      throw new Problem("document-schema", "/type", `of credentials only a ${CREDENTIAL_TYPE} is stored`);
    }
    for (const check of checks) {
      if (!check(document)) throw refused(check.errors ?? []);
    }
    checkRest(document);
  };
}

function checkRest(document: { readonly [key: string]: Json }): void {
  const contexts = document["@context"];
  if (!Array.isArray(contexts) || contexts.length !== CREDENTIAL_CONTEXTS.length) {
    throw new Problem("document-schema", "/@context", `exactly ${CREDENTIAL_CONTEXTS.join(" and ")}`);
  }
  if ("proof" in document) {
    throw new Problem("document-schema", "/proof", "the signed batch is the proof; one inside would go unchecked");
  }
  const [from, until] = [readTime(document.validFrom), readTime(document.validUntil)];
  if (from === null) throw new Problem("document-schema", "/validFrom", "a time with its offset is expected");
  // What somebody declares of itself on a day (a promise, an application) has no end; a certificate has one.
  if (document.validUntil === undefined && isDeclaration(document)) return;
  if (until === null || until <= from) {
    throw new Problem("document-schema", "/validUntil", "a time after validFrom, with its offset, is expected");
  }
}

function isDeclaration({ credentialSubject: subject }: { readonly [key: string]: Json }): boolean {
  if (typeof subject !== "object" || subject === null || Array.isArray(subject)) return false;
  return (subject as { readonly attestationType?: Json }).attestationType === "declaration";
}

function refused(errors: readonly ErrorObject[]): Problem {
  const error = deepest(errors);
  return new Problem("document-schema", error?.instancePath ?? "", error?.message ?? "not a conformity credential");
}
