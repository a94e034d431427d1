import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { eventHashes, preHashes } from "../../../protocol/document/event-hash.ts";
import { canonicalGs1Uri } from "../../../protocol/document/gs1-uri.ts";
import { documents } from "./forms.ts";
import { corrections, credentials, observations } from "./third-forms.ts";

const hashing = { sha256: (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest() };
const folder = new URL("../../vectors/event-hash/", import.meta.url);
const text = (file: string): string => readFileSync(new URL(file, folder), "utf8");
const lines = (file: string): readonly string[] => text(file).trim().split(/\r?\n/);
const parse = (file: string): unknown => JSON.parse(text(file));

/** SOURCE.md beside the vectors says why. */
const NEEDS_AN_OPTION = ["epcisDocHavingEventWithIgnoreFields", "epcisQueryDocHavingEventWithIgnoreFields"];
const STALE_TEXT = [
  "epcisDocWithAllGS1Keys",
  "epcisDocWithCustomSchemaInContext",
  "epcisDocWithDefaultSchemaInContext",
];

describe("CBV 2.0's event hash", () => {
  const names = readdirSync(new URL("examples/", folder))
    .filter((file) => file.endsWith(".jsonld"))
    .map((file) => file.slice(0, -".jsonld".length));
  const reproduced = names.filter((name) => !NEEDS_AN_OPTION.includes(name));

  for (const name of reproduced) {
    it(`is the published one: ${name}`, async () => {
      const document = parse(`examples/${name}.jsonld`);

      if (existsSync(new URL(`examples/${name}.prehashes`, folder)) && !STALE_TEXT.includes(name)) {
        expect(preHashes(document)).to.deep.equal(lines(`examples/${name}.prehashes`));
      }
      expect(await eventHashes(hashing, document)).to.deep.equal(lines(`examples/${name}.hashes`));
    });
  }

  it(`is reproduced in ${reproduced.length} of ${names.length} files; the others leave fields out by an option`, async () => {
    expect([reproduced.length, names.length]).to.deep.equal([20, 22]);
    for (const name of NEEDS_AN_OPTION) {
      const found = await eventHashes(hashing, parse(`examples/${name}.jsonld`));
      expect(found, name).not.to.deep.equal(lines(`examples/${name}.hashes`));
    }
  });

  it("is one for one event, whatever order its keys and lists are in", async () => {
    const [first, second] = await eventHashes(hashing, parse("expected_equal/ReferenceEventHashAlgorithm.json"));

    expect(first).to.equal(second);
  });

  it("is that of the published samples of our own events", async () => {
    const file = new URL("../../vectors/epcis/furrow-samples.json", import.meta.url);
    const { samples } = JSON.parse(readFileSync(file, "utf8")) as {
      samples: { kind: string; event: unknown; preHash: string; eventHash: string }[];
    };

    for (const { kind, event, preHash, eventHash } of samples) {
      expect(preHashes(event), kind).to.deep.equal([preHash]);
      expect(await eventHashes(hashing, event), kind).to.deep.equal([eventHash]);
    }
  });

  it("is the wrong event's own where an error is declared, so that the two are found together", async () => {
    const wrong = await eventHashes(hashing, documents["GROW, spraying"]);

    expect(wrong).to.have.length(1);
    expect(await eventHashes(hashing, corrections["CORRECT, a mistyped dose"])).to.deep.equal(wrong);
  });

  it("is there for every event of ours, and for nothing else", async () => {
    for (const [name, document] of Object.entries({ ...documents, ...observations })) {
      const isEvent = "eventTime" in document;
      expect(await eventHashes(hashing, document), name).to.have.length(isEvent ? 1 : 0);
    }
    expect(await eventHashes(hashing, credentials["CERTIFY, products and plots"])).to.deep.equal([]);
  });

  it("sorts by code points, as UTF-8 does, not by UTF-16 units", () => {
    const event = {
      "@context": [{ e: "urn:e:" }],
      type: "ObjectEvent",
      "e:list": ["\u{1f343}", "\uffe5"],
    };

    expect(preHashes(event)).to.deep.equal(["eventType=ObjectEvent{urn:e:}list=\uffe5{urn:e:}list=\u{1f343}"]);
  });

  it("leaves a day that no month has as it was written, and moves it to no other", () => {
    const event = (eventTime: string) => ({ type: "ObjectEvent", eventTime });

    expect(preHashes(event("2026-02-30T08:00:00Z"))).to.deep.equal([
      "eventType=ObjectEventeventTime=2026-02-30T08:00:00Z",
    ]);
    expect(preHashes(event("2028-02-29T23:30:00-01:00"))).to.deep.equal([
      "eventType=ObjectEventeventTime=2028-03-01T00:30:00.000Z",
    ]);
  });

  it("reads the prefixes of a document once, however many events have a context of their own", () => {
    let read = 0;
    const count = 1000;
    const shared = Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, `https://example.org/${n}/`]));
    const counting = new Proxy(shared, { get: (target, name) => (read++, Reflect.get(target, name)) });
    const eventList = Array.from({ length: 50 }, (_, n) => ({
      "@context": [{ q: "https://example.org/q/" }],
      type: "ObjectEvent",
      "p7:a": n,
      "q:b": n,
    }));

    const texts = preHashes({ "@context": [counting], type: "EPCISDocument", epcisBody: { eventList } });

    expect(texts[3]).to.equal("eventType=ObjectEvent{https://example.org/7/}a=3{https://example.org/q/}b=3");
    expect(read).to.equal(count);
  });

  it("never throws, whatever a stranger wrote", () => {
    const event = fc.dictionary(
      fc.constantFrom(
        "type",
        "@context",
        "eventTime",
        "epcList",
        "quantityList",
        "readPoint",
        "sensorElementList",
        "x:y",
      ),
      fc.anything(),
    );
    fc.assert(
      fc.property(event, (fields) => {
        preHashes({ type: "EPCISDocument", epcisBody: { eventList: [{ ...fields, type: "ObjectEvent" }, fields] } });
      }),
      { numRuns: 1000 },
    );
  });
});

describe("A GS1 key's canonical address", () => {
  const { vectors } = parse("dl-normaliser-vectors.json") as { vectors: { in: string; out: string | null }[] };

  for (const vector of vectors) {
    it(`${vector.in} → ${vector.out ?? "none"}`, () => {
      expect(canonicalGs1Uri(vector.in)).to.equal(vector.out);
    });
  }

  it("stays as it is once it is canonical", () => {
    for (const { out } of vectors) {
      if (out !== null) expect(canonicalGs1Uri(out)).to.equal(out);
    }
  });
});
