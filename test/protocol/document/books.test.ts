import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormatsModule from "ajv-formats";
import { expect } from "chai";
import fc from "fast-check";
import { readCanonical } from "../../../protocol/canonical.ts";
import { applicationDocument, readApplication } from "../../../protocol/document/application.ts";
import { correctDocument, readCorrection } from "../../../protocol/document/correction.ts";
import { discardEvent, readDiscard, readVoid, voidEvent } from "../../../protocol/document/discard.ts";
import { answerEvent, disputeEvent, readAnswer, readDispute } from "../../../protocol/document/dispute.ts";
import { documentBytes, transformEvent } from "../../../protocol/document/epcis.ts";
import { fateEvent, readFate } from "../../../protocol/document/fate.ts";
import { receiveEvent, refuseEvent, shipEvent } from "../../../protocol/document/handover.ts";
import { siteMaster } from "../../../protocol/document/master.ts";
import { promiseDocument } from "../../../protocol/document/promise.ts";
import { attachmentsOf, namesSubject, readEvent } from "../../../protocol/document/read.ts";
import { readReceive, readRefuse, readShip, readWithdraw } from "../../../protocol/document/read-handover.ts";
import { readPlot, readSite } from "../../../protocol/document/read-master.ts";
import { readPromise } from "../../../protocol/document/read-promise.ts";
import {
  acknowledgeEvent,
  readAcknowledge,
  readRecall,
  readRelease,
  recallEvent,
  releaseEvent,
} from "../../../protocol/document/recall.ts";
import { readSense, senseEvent } from "../../../protocol/document/sense.ts";
import type { JsonObject } from "../../../protocol/document/terms.ts";
import { Problem } from "../../../protocol/problem.ts";
import {
  acknowledgeForm,
  answerForm,
  applicationForm,
  bookEvents,
  discardForm,
  disputeForm,
  promiseForm,
  purchaserForm,
  recallForm,
  receiveForm,
  releaseForm,
  revokeForm,
  selfDeclared,
  senseForm,
  shipForm,
  siteForm,
  transformForm,
  voidForm,
} from "./book-forms.ts";
import { base, id } from "./forms.ts";

const schema = readFileSync(
  new URL("../../../server/submit/epcis-schema/EPCIS-JSON-Schema.json", import.meta.url),
  "utf8",
);
// Typed for CommonJS; under Node the function is the module's default.
const addFormats = addFormatsModule as unknown as (ajv: Ajv) => void;
const ajv = new Ajv({ strict: false });
addFormats(ajv);
const epcis = ajv.compile(JSON.parse(schema) as object);

const stored = (name: string): unknown => readCanonical(documentBytes(bookEvents[name] ?? {}));
const problemOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem) return `${error.type} ${error.at}`;
    throw error;
  }
  return "none";
};

describe("A record of the books as an EPCIS 2.0 document", () => {
  for (const [name, document] of Object.entries(bookEvents)) {
    it(`is valid against GS1's schema: ${name}`, () => {
      expect(epcis(stored(name)), JSON.stringify(epcis.errors?.slice(0, 3))).to.equal(true);
    });

    it(`reads back from its canonical bytes as it was built, and names its own subject alone: ${name}`, () => {
      const bytes = documentBytes(document);

      expect(documentBytes(readCanonical(bytes) as JsonObject)).to.deep.equal(bytes);
      expect(namesSubject(stored(name), base.subject)).to.equal(true);
      expect(namesSubject(stored(name), id(4242))).to.equal(false);
    });

    it(`uses words of CBV's own for step and disposition: ${name}`, () => {
      const { bizStep, disposition } = document;
      for (const word of [bizStep, disposition]) {
        if (typeof word === "string") expect(schema).to.include(`"${word}"`);
      }
    });
  }
});

describe("A correction of the books", () => {
  it("repeats what was shipped or received, like any event", () => {
    for (const name of ["SHIP, packed, on a pallet", "RECEIVE, one bag short", "DISCARD, on order", "VOID"]) {
      const document = correctDocument({
        ...{ subject: base.subject, seq: 2, entry: 0, reason: 1, declaredAtS: base.occurredAtS },
        ...{ erroneous: bookEvents[name] ?? {}, own: -250n, uom: "KGM" },
      });

      expect(epcis(document), name).to.equal(true);
      expect(readCorrection(document, base.subject)?.erroneous?.eventId, name).to.equal(`urn:uuid:${base.eventId}`);
    }
  });
});

/** Every builder with a form that fills all of its texts. */
const builders: Readonly<Record<string, readonly [form: object, build: (form: never) => unknown]>> = {
  SITE: [siteForm, siteMaster],
  SHIP: [shipForm, shipEvent],
  RECEIVE: [receiveForm, receiveEvent],
  REFUSE: [{ ...shipForm, reason: { zh: "一", en: "a" } }, refuseEvent],
  DISCARD: [{ ...discardForm, plot: { subject: id(3), code: "P" } }, discardEvent],
  VOID: [voidForm, voidEvent],
  RECALL: [recallForm, recallEvent],
  RELEASE: [releaseForm, releaseEvent],
  ACKNOWLEDGE: [acknowledgeForm, acknowledgeEvent],
  SENSE: [senseForm, senseEvent],
  DISPUTE: [disputeForm, disputeEvent],
  ANSWER: [answerForm, answerEvent],
  REVOKE: [revokeForm, fateEvent],
  APPLY: [applicationForm, applicationDocument],
  "PROMISE, producer": [promiseForm, promiseDocument],
  "PROMISE, purchaser": [purchaserForm, promiseDocument],
  TRANSFORM: [transformForm, transformEvent],
};

type Path = readonly (string | number)[];

/** The places of all texts in a form. */
function textsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value === "string") return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, [...path, name]));
}

function withText(form: object, path: Path, text: string): object {
  const copy = structuredClone(form) as Record<string, unknown>;
  let at: Record<string | number, unknown> = copy;
  for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>;
  at[path.at(-1) ?? ""] = text;
  return copy;
}

describe("No builder of the books lets through what nobody can see", () => {
  /** Written as they are given: a unit is typed, and who wrote an entry is not stored. */
  const unwritten = new Set(["uom", "by", "exception", "step"]);
  const nasty = [
    "茶\u202e叶",
    "a\u2066b",
    "合\u200b作社",
    "\ufeffabc",
    "a\u0007b",
    "a\u2028b",
    "a\u{e0041}b",
    "a\ud800b",
  ];

  for (const [name, [form, build]] of Object.entries(builders)) {
    it(`in any text of ${name}`, () => {
      const places = textsIn(form).filter((path) => !unwritten.has(String(path.at(-1))));
      expect(places).not.to.have.length(0);
      for (const path of places) {
        for (const text of nasty) {
          const problem = problemOf(() => build(withText(form, path, text) as never));

          expect(problem, `/${path.join("/")}`).to.match(/^(text-refused|form-refused|promise-incomplete) /);
        }
      }
    });
  }
});

describe("A stranger's document of the books", () => {
  const readers = [
    readApplication,
    readDiscard,
    readVoid,
    readAnswer,
    readDispute,
    readFate,
    readShip,
    readReceive,
    readRefuse,
    readWithdraw,
    readSite,
    readPlot,
    readPromise,
    readAcknowledge,
    readRecall,
    readRelease,
    readSense,
    readEvent,
  ] as const;

  it("never throws, whatever stands in it", () => {
    const paths = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
      typeof value === "object" && value !== null
        ? [path, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...path, key]))]
        : [path];

    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(bookEvents), ...Object.values(selfDeclared)),
        fc.nat(),
        fc.anything(),
        (document, n, junk) => {
          const copy = JSON.parse(JSON.stringify(document)) as object;
          const all = paths(copy);
          const path = all[n % all.length] ?? [];
          let at: Record<string, unknown> = { "": copy };
          for (const key of ["", ...path.slice(0, -1)]) at = at[key] as Record<string, unknown>;
          at[path.at(-1) ?? ""] = junk;
          for (const read of readers) read(copy, base.subject);
          attachmentsOf(copy);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("is read for its own subject alone", () => {
    for (const document of [...Object.values(bookEvents), ...Object.values(selfDeclared)]) {
      for (const read of readers) expect(read(document, id(4242))).to.equal(null);
    }
  });
});
