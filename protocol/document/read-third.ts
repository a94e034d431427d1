/**
 * What laboratories, certifiers, authorities and experts recorded, read as defensively as `read.ts`: a field that is missing or of
 * another shape is null, nothing throws. Time, notes, attachments and lots of the same event: `readEvent`. Pure.
 */
import type { Hex } from "../bytes.ts";
import type { Attachment } from "./attachment.ts";
import { readAttachment } from "./attachment.ts";
import { eventFor } from "./read.ts";
import { type PartyReading, readParty } from "./read-parts.ts";
import { type Reading, reading } from "./reading.ts";
import { readTime } from "./terms.ts";
import type { Words } from "./text.ts";
import type { Verdict } from "./third.ts";

export type { AttestReading, InspectReading, TestReading, TestResultReading };
export { readAttest, readInspect, readTest };

interface TestReading {
  readonly subject: Hex;
  readonly sampleNumber: string | null;
  readonly sampledAtS: number | null;
  readonly sampledBy: Words | null;
  readonly orderedBy: PartyReading | null;
  /** In the report's order; lines without a parameter are left out. */
  readonly results: readonly TestResultReading[];
  /** Of the whole sample, as the laboratory says; `unknown` where it says nothing readable, or a line of it fails all the same. */
  readonly verdict: Verdict;
  /** The report's file, where it stands among the attachments. */
  readonly report: Attachment | null;
  /** JSON Pointers of texts that were not taken whole. */
  readonly stripped: readonly string[];
}

interface TestResultReading {
  readonly parameter: Words;
  /** In `unit`; null: not detected, or not stated. */
  readonly value: number | null;
  readonly notDetected: boolean;
  readonly detectionLimit: number | null;
  readonly unit: string | null;
  readonly limit: number | null;
  readonly limitFrom: Words | null;
  readonly method: string | null;
  readonly verdict: Verdict;
}

interface InspectReading {
  readonly subject: Hex;
  /** By the event's disposition; null where it is neither of CBV's two, or our own field says the opposite. */
  readonly conformant: boolean | null;
  readonly looked: Words | null;
  readonly rule: Words | null;
  readonly stripped: readonly string[];
}

interface AttestReading {
  readonly subject: Hex;
  readonly statement: Words | null;
  readonly capacity: Words | null;
  readonly stripped: readonly string[];
}

/** Each reader gives null where the document holds no event of its sort for this subject. */
function readTest(document: unknown, subject: Hex): TestReading | null {
  const event = reading(eventFor(document, subject));
  const test = event?.object("test") ?? null;
  if (event === null || test === null) return null;
  const results = test.list("results").flatMap((item) => readResult(item) ?? []);
  const verdict = readVerdict(test);
  const cid = test.text("report", 120);
  const files = event.list("attachments").flatMap((item) => readAttachment(item) ?? []);
  return {
    subject,
    sampleNumber: test.text("sampleNumber", 60),
    sampledAtS: readTime(test.text("sampledAt", 40)),
    sampledBy: test.words("sampledBy"),
    orderedBy: readParty(test.object("orderedBy")),
    results,
    verdict: verdict === "pass" && results.some((result) => result.verdict === "fail") ? "unknown" : verdict,
    report: files.find((file) => file.cid === cid) ?? null,
    stripped: event.stripped,
  };
}

function readInspect(document: unknown, subject: Hex): InspectReading | null {
  const event = reading(eventFor(document, subject));
  const inspection = event?.object("inspection") ?? null;
  if (event === null || inspection === null) return null;
  return {
    subject,
    conformant: readConformant(event.plain("disposition"), inspection.plain("furrow:conformant")),
    looked: inspection.words("looked"),
    rule: inspection.words("rule", 400),
    stripped: event.stripped,
  };
}

function readAttest(document: unknown, subject: Hex): AttestReading | null {
  const event = reading(eventFor(document, subject));
  const attestation = event?.object("attestation") ?? null;
  if (event === null || attestation === null) return null;
  return {
    subject,
    statement: attestation.words("statement"),
    capacity: attestation.words("capacity"),
    stripped: event.stripped,
  };
}

function readResult(read: Reading): TestResultReading | null {
  const parameter = read.words("parameter");
  if (parameter === null) return null;
  const value = read.number("value");
  const limit = read.number("limit");
  const verdict = readVerdict(read);
  return {
    parameter,
    value,
    notDetected: value === null && read.flag("notDetected"),
    detectionLimit: read.number("detectionLimit"),
    unit: read.text("unit", 20),
    limit,
    limitFrom: read.words("limitFrom"),
    method: read.text("method", 120),
    // A pass above its own limit is no pass, whoever wrote it.
    verdict: verdict === "pass" && (limit === null || (value !== null && value > limit)) ? "unknown" : verdict,
  };
}

function readVerdict(read: Reading): Verdict {
  const verdict = read.text("verdict", 10);
  return verdict === "pass" || verdict === "fail" ? verdict : "unknown";
}

function readConformant(disposition: unknown, ours: unknown): boolean | null {
  const said = disposition === "conformant" ? true : disposition === "non_conformant" ? false : null;
  return ours === undefined || ours === said ? said : null;
}
