/**
 * Does a document have the form of its kind? Events and master data: the EPCIS 2.0 schema of GS1; certificates: credential.ts;
 * organisations and recorder keys, which EPCIS does not know: our own plain documents.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormatsModule from "ajv-formats";
import { z } from "zod";
import type { Json } from "../../protocol/canonical.ts";
import { ORGANISATION_TYPE, RECORDER_KEY_TYPE } from "../../protocol/document/master.ts";
import { Problem } from "../../protocol/problem.ts";
import { credentialChecker, isCredential } from "./credential.ts";
import { deepest } from "./schema-error.ts";

export { formChecker };

const SCHEMA = join(import.meta.dirname, "epcis-schema/EPCIS-JSON-Schema.json");

const subject = z.string().regex(/^0x[0-9a-f]{64}$/);
const words = z.union([z.object({ "furrow:zh": z.string() }), z.object({ "furrow:en": z.string() })]);
const plain = {
  "@context": z.array(z.unknown()).min(1),
  creationDate: z.iso.datetime({ offset: true }),
  "furrow:subject": subject,
};
const Organisation = z.looseObject({
  ...plain,
  type: z.literal(ORGANISATION_TYPE),
  "furrow:number": z.int().positive(),
  "furrow:name": words,
  "furrow:checked": words,
});
const RecorderKey = z.looseObject({
  ...plain,
  type: z.literal(RECORDER_KEY_TYPE),
  "furrow:recorder": z.string().regex(/^0x[0-9a-f]{40}$/),
  "furrow:act": z.enum(["enrol", "expel"]),
});

/** Compiles the schemas (some 0.2 s) and gives the check, which throws Problem `document-schema` with the place. */
function formChecker(): (document: Json) => void {
  const ajv = new Ajv({ strict: false });
  // Typed for CommonJS; under Node the function is the module's default.
  (addFormatsModule as unknown as (ajv: Ajv) => void)(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, "utf8")) as object);
  const checkCredential = credentialChecker();
  return (document) => {
    if (isCredential(document)) return checkCredential(document);
    const type = typeof document === "object" && document !== null && "type" in document ? document.type : undefined;
    if (type === ORGANISATION_TYPE) return checkPlain(Organisation, document);
    if (type === RECORDER_KEY_TYPE) return checkPlain(RecorderKey, document);
    if (validate(document)) return;
    const error = deepest(validate.errors ?? []);
    throw new Problem("document-schema", error?.instancePath ?? "", error?.message ?? "not a form of EPCIS 2.0");
  };
}

function checkPlain(schema: z.ZodType, document: Json): void {
  const issue = schema.safeParse(document).error?.issues[0];
  if (issue === undefined) return;
  throw new Problem(
    "document-schema",
    issue.path.map((part) => `/${String(part).replaceAll("/", "~1")}`).join(""),
    issue.message,
  );
}
