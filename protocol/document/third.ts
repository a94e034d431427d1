/**
 * What third parties record, as EPCIS 2.0 events: a laboratory's TEST, a certifier's or authority's INSPECT, an expert's ATTEST.
 * CBV 2.0 §7: `sampling` is destructive, `inspecting` is not, and `conformant` / `non_conformant` are defined for `inspecting` only,
 * so a laboratory's verdict stands in the result fields. Pure; read back by `read-third.ts`.
 */
import { Problem } from "../problem.ts";
import { type Attachment, attachmentField } from "./attachment.ts";
import { objectEvent, optional, partyField, what } from "./event-fields.ts";
import { measure } from "./fields.ts";
import type { EventForm, PartyRef } from "./form.ts";
import { type Fields, type JsonObject, type LotName, own, timeText } from "./terms.ts";
import { cleanText, cleanWords, MAX_NOTE, type Words } from "./text.ts";

export type { AttestForm, InspectForm, TestForm, TestResultForm, Verdict };
export { attestEvent, inspectEvent, MAX_RESULTS, testEvent };

/** `unknown`: no limit is known for it, which is never a pass. */
type Verdict = "pass" | "fail" | "unknown";

/** One line of a laboratory's report. */
interface TestResultForm {
  /** What was looked for: "联苯菊酯", "lead". */
  readonly parameter: Words;
  /** In `unit`; null: not detected, that is below `detectionLimit`. */
  readonly value: number | null;
  /** As the report writes it: "mg/kg". */
  readonly unit: string;
  readonly detectionLimit?: number;
  /** The highest allowed value, in `unit`; left out where none is known. */
  readonly limit?: number;
  /** Where the limit comes from: "GB 2763-2026". */
  readonly limitFrom?: Words;
  /** The method's number: "GB 23200.113-2018". */
  readonly method?: string;
  readonly verdict: Verdict;
}

interface TestForm extends EventForm {
  /** Left out where the subject has no lot number: a plot, say. */
  readonly lot?: LotName;
  readonly sampleNumber: string;
  readonly sampledAtS: number;
  /** Who drew the sample, in words: "the laboratory itself", "brought by the cooperative". */
  readonly sampledBy?: Words;
  readonly orderedBy?: PartyRef;
  readonly results: readonly TestResultForm[];
  /** Of the whole sample. */
  readonly verdict: Verdict;
  /** The report as a file (PDF). */
  readonly report?: Attachment;
}

interface InspectForm extends EventForm {
  readonly lot?: LotName;
  readonly conformant: boolean;
  /** What was looked at. */
  readonly looked: Words;
  /** By which rule. */
  readonly rule?: Words;
}

interface AttestForm extends EventForm {
  readonly lot?: LotName;
  /** The expert's own words. */
  readonly statement: Words;
  /** What the expert is asked as: "tea taster". */
  readonly capacity?: Words;
}

/** Lines of one report. */
const MAX_RESULTS = 600;

/** TEST (ObjectEvent OBSERVE, `sampling`; the report is a transaction of CBV's type `testres`). */
function testEvent(form: TestForm): JsonObject {
  if (form.results.length === 0 || form.results.length > MAX_RESULTS) {
    throw new Problem("form-refused", "/results", `${form.results.length} results, 1 to ${MAX_RESULTS} are expected`);
  }
  if (form.verdict === "pass" && form.results.some(({ verdict }) => verdict === "fail")) {
    throw new Problem("form-refused", "/verdict", "a sample of which one result fails does not pass");
  }
  const { report } = form;
  const files = [...(report === undefined ? [] : [report]), ...(form.attachments ?? [])];
  return {
    ...objectEvent({ ...form, attachments: files }, "OBSERVE", "sampling", "in_progress"),
    ...what(form),
    ...(report === undefined ? {} : reportFields(report)),
    ...own({
      test: {
        sampleNumber: cleanText(form.sampleNumber, "/sampleNumber", 60),
        sampledAt: timeText(form.sampledAtS, "/sampledAtS").time,
        sampledBy: optional(form.sampledBy, (words) => cleanWords(words, "/sampledBy")),
        orderedBy: optional(form.orderedBy, (party) => partyField(party, "/orderedBy")),
        results: form.results.map((result, n) => resultField(result, `/results/${n}`)),
        verdict: verdictText(form.verdict, "/verdict"),
        report: report?.cid,
      },
    }),
  };
}

/** INSPECT (ObjectEvent OBSERVE, `inspecting`, with CBV's own dispositions). */
function inspectEvent(form: InspectForm): JsonObject {
  return {
    ...objectEvent(form, "OBSERVE", "inspecting", form.conformant ? "conformant" : "non_conformant"),
    ...what(form),
    ...own({
      inspection: {
        conformant: form.conformant,
        looked: cleanWords(form.looked, "/looked", MAX_NOTE),
        rule: optional(form.rule, (words) => cleanWords(words, "/rule", 400)),
      },
    }),
  };
}

/** ATTEST (ObjectEvent OBSERVE; CBV has no step for an opinion). */
function attestEvent(form: AttestForm): JsonObject {
  return {
    ...objectEvent(form, "OBSERVE", "other", "in_progress"),
    ...what(form),
    ...own({
      attestation: {
        statement: cleanWords(form.statement, "/statement", MAX_NOTE),
        capacity: optional(form.capacity, (words) => cleanWords(words, "/capacity")),
      },
    }),
  };
}

/** EPCIS 2.0 §7.3.7 takes URIs only; the file itself is listed with the attachments. */
function reportFields(report: Attachment): JsonObject {
  const address = `ipfs://${String(attachmentField(report, "/report").cid)}`;
  return { certificationInfo: address, bizTransactionList: [{ type: "testres", bizTransaction: address }] };
}

function resultField(result: TestResultForm, at: string): Fields {
  const { value, detectionLimit, limit } = result;
  if (result.verdict === "pass" && value !== null && limit !== undefined && value > limit) {
    throw new Problem("form-refused", `${at}/verdict`, `${value} is above the limit ${limit}`);
  }
  if (result.verdict === "pass" && limit === undefined) {
    throw new Problem("form-refused", `${at}/verdict`, "without a limit nothing passes: say `unknown`");
  }
  return {
    parameter: cleanWords(result.parameter, `${at}/parameter`),
    value: value === null ? undefined : measure(value, `${at}/value`),
    notDetected: value === null ? true : undefined,
    unit: cleanText(result.unit, `${at}/unit`, 20),
    detectionLimit: optional(detectionLimit, (number) => measure(number, `${at}/detectionLimit`)),
    limit: optional(limit, (number) => measure(number, `${at}/limit`)),
    limitFrom: optional(result.limitFrom, (words) => cleanWords(words, `${at}/limitFrom`)),
    method: optional(result.method, (text) => cleanText(text, `${at}/method`)),
    verdict: verdictText(result.verdict, `${at}/verdict`),
  };
}

function verdictText(verdict: Verdict, at: string): Verdict {
  if (["pass", "fail", "unknown"].includes(verdict)) return verdict;
  throw new Problem("form-refused", at, `"${String(verdict)}" is not pass, fail or unknown`);
}
