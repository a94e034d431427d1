/**
 * Whether a document is what an entry of its kind needs. Third parties' kinds and corrections have few args or none: what a laboratory
 * found, or what is corrected, stands in the document alone, so another sort of document would count and say nothing. Pure.
 */
import type { Hex } from "./bytes.ts";
import type { OpenEntry } from "./entry.ts";
import { readCorrection } from "./document/correction.ts";
import { readCredential } from "./document/read-credential.ts";
import { readAttest, readInspect, readTest } from "./document/read-third.ts";

export { isOfKind };

/** True of kinds whose args say all that counts: their documents may be of any sort. */
function isOfKind(document: unknown, subject: Hex, { name, args }: OpenEntry): boolean {
  switch (name) {
    case "TEST":
      return readTest(document, subject) !== null;
    case "INSPECT":
      return readInspect(document, subject) !== null;
    case "ATTEST":
      return readAttest(document, subject) !== null;
    case "CERTIFY":
      return readCredential(document, subject) !== null;
    case "CORRECT":
      return readCorrection(document, subject, args) !== null;
    default:
      return true;
  }
}
