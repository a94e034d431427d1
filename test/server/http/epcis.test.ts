import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { CarBufferReader } from "@ipld/car/buffer-reader";
import { expect } from "chai";
import { CID } from "multiformats/cid";
import { create } from "multiformats/hashes/digest";
import { canonicalBytes } from "../../../protocol/canonical.ts";
import { credentials } from "../../protocol/document/third-forms.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const vectors = new URL("../../vectors/", import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, vectors), "utf8");
const documentsIn = (folder: string): readonly string[] =>
  readdirSync(new URL(folder, vectors), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.json(ld)?$/.test(file))
    .sort();

/** The hashes that CBV's reference vectors publish. */
const published = new Set(
  readdirSync(new URL("event-hash/examples/", vectors))
    .filter((file) => file.endsWith(".hashes"))
    .flatMap((file) => text(`event-hash/examples/${file}`).trim().split(/\r?\n/)),
);

/** Canonical bytes, and their address by a library's reckoning. */
function addressed(document: unknown): { readonly bytes: Uint8Array<ArrayBuffer>; readonly cid: string } {
  const bytes = Uint8Array.from(canonicalBytes(JSON.parse(JSON.stringify(document))));
  const digest = create(0x12, createHash("sha256").update(bytes).digest());
  return { bytes, cid: CID.createV1(0x0200, digest).toString() };
}

const eventsIn = (document: {
  readonly epcisBody?: {
    readonly eventList?: readonly unknown[];
    readonly queryResults?: { readonly resultsBody: { readonly eventList: readonly unknown[] } };
  };
}): readonly unknown[] =>
  document.epcisBody?.eventList ?? document.epcisBody?.queryResults?.resultsBody.eventList ?? [document];

/** Where each is wrong, and what is said of it. */
const WRONG: Readonly<Record<string, readonly [pointer: string, detail: string]>> = {
  "Combination_of_events_with_missing_mandatory_fields.json": [
    "/epcisBody/eventList/0",
    "must have required property 'action'",
  ],
  "Combination_of_multiple_invalid_fields.json": ["/epcisBody/eventList/0/bizStep", 'must match format "uri"'],
  "Combination_of_non_standard_bizStep_and_disposition.json": [
    "/epcisBody/eventList/0/bizStep",
    'must match format "uri"',
  ],
  "EPCISDocument_without_context.json": ["", "must have required property '@context'"],
  "ObjectEvent_with_ilmd_field_without_namespace.json": ["/epcisBody/eventList/0/ilmd", 'must match format "uri"'],
  "ObjectEvent_with_invalid_action.json": [
    "/epcisBody/eventList/0/action",
    "must be equal to one of the allowed values",
  ],
  "ObjectEvent_with_invalid_certificationInfo.json": ["/epcisBody/eventList/0/certificationInfo/0", "must be string"],
  "ObjectEvent_with_invalid_eventTime_format.json": [
    "/epcisBody/eventList/0/eventTime",
    'must match format "date-time"',
  ],
  "ObjectEvent_with_non_standard_bizStep.json": ["/epcisBody/eventList/0/bizStep", 'must match format "uri"'],
  "ObjectEvent_with_non_standard_bizStep_in_second_event.json": [
    "/epcisBody/eventList/1/bizStep",
    'must match format "uri"',
  ],
  "ObjectEvent_with_non_standard_disposition.json": ["/epcisBody/eventList/0/disposition", 'must match format "uri"'],
  "ObjectEvent_with_quantity_as_text.json": ["/epcisBody/eventList/0/quantityList/0/quantity", "must be number"],
  "ObjectEvent_with_unknown_field_in_quantityList.json": [
    "/epcisBody/eventList/0/quantityList/0",
    "must NOT have additional properties",
  ],
  "ObjectEvent_without_action_and_eventTime.json": [
    "/epcisBody/eventList/0",
    "must have required property 'eventTime'",
  ],
  "ObjectEvent_without_identifier_list.json": ["/epcisBody/eventList/0", "must have required property 'epcList'"],
};

describe("EPCIS documents of others", () => {
  let server: TestServer;
  const seen = new Map<string, readonly string[]>();

  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  const put = (bytes: Uint8Array<ArrayBuffer>, cid: string) =>
    fetch(`${server.address}/api/documents/${cid}`, {
      method: "PUT",
      body: bytes,
      headers: { "content-type": "application/json" },
    });

  const examples = documentsIn("epcis/examples/");

  it("are GS1's 47 examples and 15 that are wrong", () => {
    expect(examples).to.have.length(47);
    expect(documentsIn("epcis/invalid/")).to.have.length(15);
  });

  for (const name of examples) {
    it(`go in and come out byte for byte, by block and by CAR: ${name}`, async () => {
      const document = JSON.parse(text(`epcis/examples/${name}`)) as Parameters<typeof eventsIn>[0];
      const { bytes, cid } = addressed(document);

      const answer = await put(bytes, cid);
      const told = (await answer.json()) as { cid: string; size: number; eventHashes: string[] };
      const raw = await fetch(`${server.address}/ipfs/${cid}?format=raw`);
      const car = await fetch(`${server.address}/ipfs/${cid}?format=car`);
      const again = await fetch(`${server.address}/api/documents/${cid}`);

      expect(answer.status, JSON.stringify(told)).to.equal(201);
      expect(told).to.include({ cid, size: bytes.length });
      expect(told.eventHashes).to.have.length(eventsIn(document).length);
      expect(new Uint8Array(await raw.arrayBuffer())).to.deep.equal(bytes);
      const reader = CarBufferReader.fromBytes(new Uint8Array(await car.arrayBuffer()));
      expect(reader.getRoots().map(String)).to.deep.equal([cid]);
      expect(reader.blocks().map((block) => [block.cid.toString(), [...block.bytes]])).to.deep.equal([
        [cid, [...bytes]],
      ]);
      expect(await again.json()).to.deep.equal({ cid, size: bytes.length, eventHashes: told.eventHashes });
      seen.set(name, told.eventHashes);
    });
  }

  it("have the published event hashes where these are published: ten events in five files", () => {
    const known = [...seen].map(
      ([name, hashes]) => [name, hashes.filter((hash) => published.has(hash)).length] as const,
    );

    expect(known.filter(([, count]) => count > 0)).to.deep.equal([
      ["EPCISQueryDocument.jsonld", 2],
      ["Example_9.6.1-ObjectEvent-with-pseudo-SBDH-headers.jsonld", 2],
      ["Example_9.6.1-ObjectEvent.jsonld", 2],
      ["Example_9.6.1-with-comment.jsonld", 2],
      ["WithErrorDeclaration/Example_9.6.1-ObjectEvent-with-error-declaration.jsonld", 2],
    ]);
  });

  it("have one hash whether their keys are EPC URNs or Digital Links", () => {
    expect(seen.get("Example_9.6.4-TransformationEvent.jsonld")).to.deep.equal(
      seen.get("WithDigitalLinkID/Example_9.6.4-TransformationEventWithDigitalLink.jsonld"),
    );
  });

  for (const name of documentsIn("epcis/invalid/")) {
    it(`are refused where they are wrong, with the place: ${name}`, async () => {
      const { bytes, cid } = addressed(JSON.parse(text(`epcis/invalid/${name}`)));

      const answer = await put(bytes, cid);
      const problem = (await answer.json()) as { type: string; pointer: string; detail: string };

      expect(answer.status).to.equal(400);
      expect(problem.type).to.equal("urn:furrow:problem:document-schema");
      expect([problem.pointer, problem.detail]).to.deep.equal(WRONG[name]);
      expect((await fetch(`${server.address}/ipfs/${cid}?format=raw`)).status).to.equal(404);
    });
  }
});

describe("A certificate's credential at the server", () => {
  let server: TestServer;

  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  const send = async (document: unknown): Promise<{ status: number; pointer: string }> => {
    const { bytes, cid } = addressed(document);
    const answer = await fetch(`${server.address}/api/documents/${cid}`, {
      method: "PUT",
      body: bytes,
      headers: { "content-type": "application/json" },
    });
    const told = (await answer.json()) as { pointer?: string };
    return { status: answer.status, pointer: told.pointer ?? "" };
  };
  const good = credentials["CERTIFY, products and plots"] ?? {};

  it("is stored, and has no event hash", async () => {
    const { bytes, cid } = addressed(good);

    expect(await send(good)).to.deep.equal({ status: 201, pointer: "" });
    expect(await (await fetch(`${server.address}/api/documents/${cid}`)).json()).to.deep.equal({
      cid,
      size: bytes.length,
      eventHashes: [],
    });
  });

  const cases: readonly [string, object, string][] = [
    ["says no issuer", { issuer: undefined }, ""],
    ["has another context", { "@context": ["https://www.w3.org/ns/credentials/v2"] }, "/@context"],
    [
      "brings a third context, which could give its words another meaning",
      { "@context": [...(good["@context"] as string[]), "https://example.org/context"] },
      "/@context",
    ],
    ["is of another sort", { type: ["VerifiableCredential"] }, "/type"],
    ["begins at no time", { validFrom: "2026-04-02" }, "/validFrom"],
    ["never ends", { validUntil: undefined }, "/validUntil"],
    ["ends before it begins", { validUntil: "2020-01-01T00:00:00Z" }, "/validUntil"],
    ["holds a proof that nobody here checks", { proof: { type: "DataIntegrityProof" } }, "/proof"],
    ["certifies nothing", { credentialSubject: {} }, "/credentialSubject"],
  ];
  for (const [says, change, pointer] of cases) {
    it(`is refused where it ${says}`, async () => {
      expect(await send({ ...good, ...change })).to.deep.equal({ status: 400, pointer });
    });
  }

  it("is told of only where it is stored", async () => {
    const { cid } = addressed(good);
    const unknown = addressed({ ...good, id: "https://furrow.example/obj/0" });

    expect((await fetch(`${server.address}/api/documents/${cid}`)).status).to.equal(200);
    expect((await fetch(`${server.address}/api/documents/${unknown.cid}`)).status).to.equal(404);
    expect((await fetch(`${server.address}/api/documents/pears`)).status).to.equal(400);
  });
});
