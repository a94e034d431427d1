/**
 * What became of a certificate: SUSPEND, LIFT, REVOKE as EPCIS 2.0 events. The certificate is the object, and CBV's transaction of type
 * `cert`; CBV has no step for any of the three. The credential itself is never changed. Pure.
 */
import type { Hex } from "../bytes.ts";
import { Problem } from "../problem.ts";
import { objectEvent, optional } from "./event-fields.ts";
import type { EventForm } from "./form.ts";
import { eventFor } from "./read.ts";
import { reading } from "./reading.ts";
import { type JsonObject, objectId, own } from "./terms.ts";
import { cleanText, cleanWords, MAX_NOTE, type Words } from "./text.ts";

export type { Fate, FateForm, FateReading, LabelsOut };
export { fateEvent, readFate };

type Fate = "SUSPEND" | "LIFT" | "REVOKE";

/** Whether labels that lean on the certificate and are out already lose it too. */
type LabelsOut = "affected" | "unaffected";

/** Its `subject` is the certificate. */
interface FateForm extends EventForm {
  readonly fate: Fate;
  /** The number on the certificate's paper. */
  readonly number?: string;
  readonly reason: Words;
  /** Of REVOKE alone, and always there. */
  readonly labelsOut?: LabelsOut;
}

interface FateReading {
  /** The certificate. */
  readonly subject: Hex;
  readonly fate: Fate;
  readonly number: string | null;
  readonly reason: Words | null;
  readonly labelsOut: LabelsOut | null;
  /** JSON Pointers of texts that were not taken whole. */
  readonly stripped: readonly string[];
}

const FATES: readonly Fate[] = ["SUSPEND", "LIFT", "REVOKE"];
const LABELS_OUT: readonly LabelsOut[] = ["affected", "unaffected"];

/** SUSPEND, LIFT or REVOKE (ObjectEvent OBSERVE, `other`; `unavailable` while it does not count). */
function fateEvent(form: FateForm): JsonObject {
  const { fate, labelsOut } = form;
  if (!FATES.includes(fate)) {
    throw new Problem("form-refused", "/fate", `"${String(fate)}" is not one of ${FATES.join(", ")}`);
  }
  if ((fate === "REVOKE") !== LABELS_OUT.some((name) => name === labelsOut)) {
    const asked = fate === "REVOKE" ? "say whether labels already out are affected" : "of a REVOKE alone";
    throw new Problem("form-refused", "/labelsOut", asked);
  }
  const certificate = objectId(form.subject, "obj");
  return {
    ...objectEvent(form, "OBSERVE", "other", fate === "LIFT" ? "active" : "unavailable"),
    epcList: [certificate],
    bizTransactionList: [{ type: "cert", bizTransaction: certificate }],
    ...own({
      fate: {
        fate,
        number: optional(form.number, (text) => cleanText(text, "/number", 60)),
        reason: cleanWords(form.reason, "/reason", MAX_NOTE),
        labelsOut,
      },
    }),
  };
}

/** Null where the document says none of the three of this certificate. */
function readFate(document: unknown, subject: Hex): FateReading | null {
  const event = reading(eventFor(document, subject));
  const part = event?.object("fate") ?? null;
  const fate = FATES.find((name) => name === part?.value("fate"));
  if (event === null || part === null || fate === undefined) return null;
  return {
    subject,
    fate,
    number: part.text("number", 60),
    reason: part.words("reason"),
    labelsOut: LABELS_OUT.find((name) => name === part.value("labelsOut")) ?? null,
    stripped: event.stripped,
  };
}
