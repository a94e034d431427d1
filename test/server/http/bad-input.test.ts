import { readFileSync } from "node:fs";
import { expect } from "chai";
import { hexOf } from "../../../protocol/bytes.ts";
import { canonicalBytes } from "../../../protocol/canonical.ts";
import { cidOf } from "../../../protocol/cid.ts";
import { noteEvent } from "../../../protocol/document/epcis.ts";
import { kindByName } from "../../../protocol/kinds/all.ts";
import { problems } from "../../../protocol/problem.ts";
import { highS } from "../../../protocol/sign.ts";
import { type Answer, makeKey, Recorder, type Signed } from "../../support/recorder.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const PHOTO = readFileSync(new URL("../../vectors/photos/pears-on-tree.jpg", import.meta.url));
const PHOTO_WITH_GPS = readFileSync(new URL("../../vectors/photos/exif/dji-lens-cap-gps.jpg", import.meta.url));

describe("What is sent and cannot be taken", () => {
  let server: TestServer;
  let recorder: Recorder;
  let manager: Recorder;

  before(async () => {
    server = await startServer();
    manager = await server.admitRecorder();
    recorder = await server.admitRecorder();
  });

  after(() => server.close());

  const own = () => recorder.organisationSubject;
  const batch = async (header: Parameters<Recorder["sign"]>[1] = {}) =>
    recorder.sign([await recorder.note(own())], header);
  const changed = ({ bytes, ...rest }: Signed, at: number, to: (old: number) => number): Signed => {
    const copy = new Uint8Array(bytes);
    copy[at] = to(copy[at] ?? 0);
    return { ...rest, bytes: copy };
  };

  interface Case {
    readonly says: string;
    readonly send: () => Promise<Answer>;
    readonly type: keyof typeof problems;
    readonly pointer: string;
  }

  const batches: readonly Case[] = [
    {
      says: "a batch of another version",
      send: async () => recorder.send(changed(await batch(), 0, () => 2)),
      ...{ type: "wrong-version", pointer: "/batches/0/header/version" },
    },
    {
      says: "a batch for another chain",
      send: async () => recorder.send(await batch({ chainId: 1n })),
      ...{ type: "wrong-chain", pointer: "/batches/0/header/chainId" },
    },
    {
      says: "a batch for another ledger",
      send: async () => recorder.send(await batch({ ledger: `0x${"11".repeat(20)}` })),
      ...{ type: "wrong-ledger", pointer: "/batches/0/header/ledger" },
    },
    {
      says: "a batch by a key that nobody enrolled",
      send: async () => {
        const stranger = await Recorder.at(server.address, await makeKey(), recorder.organisation);
        return stranger.send(await stranger.sign([await stranger.note(own())]));
      },
      ...{ type: "recorder-unknown", pointer: "/batches/0/header/recorder" },
    },
    {
      says: "a batch whose signature is another key's",
      send: async () => {
        const signer = { ...recorder.signer, sign: (await makeKey()).sign };
        return recorder.send(await recorder.sign([await recorder.note(own())], {}, signer));
      },
      ...{ type: "signature-wrong", pointer: "/batches/0/signature" },
    },
    {
      says: "a batch whose signature was turned into its twin",
      send: async () => {
        const { bytes, ...rest } = await batch();
        const twin = new Uint8Array([...bytes.subarray(0, -64), ...highS(bytes.subarray(-64))]);
        return recorder.send({ ...rest, bytes: twin });
      },
      ...{ type: "signature-wrong", pointer: "/batches/0/signature" },
    },
    {
      says: "a batch with one bit of an entry flipped",
      send: async () => recorder.send(changed(await batch(), 130, (old) => old ^ 1)),
      ...{ type: "signature-wrong", pointer: "/batches/0/signature" },
    },
    {
      says: "two batches of one request under one nonce",
      send: async () => {
        const first = await batch();
        return recorder.send(
          first,
          await recorder.sign([await recorder.note(own(), "another")], { nonce: first.nonce }),
        );
      },
      ...{ type: "nonce-used", pointer: "/batches/1/header/nonce" },
    },
    {
      says: "a record of the year 1999",
      send: async () =>
        recorder.send(await recorder.sign([await recorder.note(own(), "old", { occurredAtS: 946_684_799 })])),
      ...{ type: "date-impossible", pointer: "/batches/0/groups/0/entries/0/occurredAt" },
    },
    {
      says: "a record of next month",
      send: async () => {
        const occurredAtS = recorder.nowS + 30 * 86_400;
        return recorder.send(await recorder.sign([await recorder.note(own(), "early", { occurredAtS })]));
      },
      ...{ type: "date-impossible", pointer: "/batches/0/groups/0/entries/0/occurredAt" },
    },
    {
      says: "a batch whose document was not sent",
      send: async () => {
        const { subject, entries } = await recorder.note(own());
        const content = new Uint8Array(32).fill(7);
        return recorder.send(
          await recorder.sign([{ subject, entries: entries.map((entry) => ({ ...entry, content })) }]),
        );
      },
      ...{ type: "document-unknown", pointer: "/batches/0/groups/0/entries/0/content" },
    },
    {
      says: "a batch whose document speaks of another subject",
      send: async () => {
        const { entries } = await recorder.note(manager.organisationSubject);
        return recorder.send(await recorder.sign([{ subject: own(), entries }]));
      },
      ...{ type: "document-other-subject", pointer: "/batches/0/groups/0/entries/0/content" },
    },
    {
      says: "a test whose document is a note",
      send: async () => {
        const { subject, entries } = await recorder.note(own());
        const { number: kind } = kindByName("TEST");
        return recorder.send(await recorder.sign([{ subject, entries: entries.map((entry) => ({ ...entry, kind })) }]));
      },
      ...{ type: "document-not-of-its-kind", pointer: "/batches/0/groups/0/entries/0/content" },
    },
    {
      says: "a batch whose document names a picture that was not sent",
      send: async () => {
        const cid = cidOf(Recorder.digest(Buffer.from("never sent")), "raw");
        const attachments = [{ cid, mediaType: "image/jpeg", size: 10, name: "leaf.jpg" }];
        return recorder.send(await recorder.sign([await recorder.note(own(), "picture", { form: { attachments } })]));
      },
      ...{ type: "file-unknown", pointer: "/batches/0/groups/0/entries/0/content" },
    },
    {
      says: "a batch with a byte too many",
      send: async () => {
        const { bytes, ...rest } = await batch();
        return recorder.send({ ...rest, bytes: new Uint8Array([...bytes, 0]) });
      },
      ...{ type: "malformed-batch", pointer: "/batches/0" },
    },
    {
      says: "a batch over its limit",
      send: async () => recorder.send({ ...(await batch()), bytes: new Uint8Array(32_769) }),
      ...{ type: "batch-too-large", pointer: "/batches/0" },
    },
    {
      says: "the second of two batches, and the first with it",
      send: async () => recorder.send(await batch(), await batch({ chainId: 1n })),
      ...{ type: "wrong-chain", pointer: "/batches/1/header/chainId" },
    },
    {
      says: "more than 20 batches at once",
      send: async () => {
        const one = await batch();
        return recorder.send(...Array.from({ length: 21 }, () => one));
      },
      ...{ type: "request-invalid", pointer: "/batches" },
    },
    {
      says: "JSON with a key twice",
      send: () => post('{"batches":["AA"],"batches":["AA"]}'),
      ...{ type: "json-duplicate-key", pointer: "/batches" },
    },
    {
      says: "text that is not JSON",
      send: () => post("{batches:[]}"),
      ...{ type: "json-unreadable", pointer: "" },
    },
    {
      says: "a field that the request does not have",
      send: () => post('{"batches":["AA"],"urgent":true}'),
      ...{ type: "request-invalid", pointer: "/urgent" },
    },
    {
      says: "a batch that is not base64url",
      send: () => post('{"batches":["++"]}'),
      ...{ type: "request-invalid", pointer: "/batches/0" },
    },
    {
      says: "a body of another type",
      send: () => recorder.request("POST", "/api/batches", "batches=AA", "application/x-www-form-urlencoded"),
      ...{ type: "unsupported-media-type", pointer: "" },
    },
    {
      says: "a body without end",
      send: () => post(JSON.stringify({ batches: ["A".repeat(2_000_000)] })),
      ...{ type: "body-too-large", pointer: "" },
    },
  ];

  for (const { says, send, type, pointer } of batches) {
    it(`refuses ${says}, with type, place and mend, and stores nothing`, async () => {
      const before = await waiting();

      const answer = await send();

      expectProblem(answer, type, pointer);
      expect(await waiting()).to.equal(before);
    });
  }

  it("refuses a second batch under a spent nonce, and under one that waits, and leaves the first as it is", async () => {
    const first = await batch();
    const second = await recorder.sign([await recorder.note(own(), "another")], { nonce: first.nonce });
    await recorder.send(first);
    const early = await recorder.send(second);
    await recorder.settled(first.hash);

    const late = await recorder.send(second);

    for (const answer of [early, late]) expectProblem(answer, "nonce-used", "/batches/0/header/nonce");
    expect((await recorder.stateOf(first.hash)).body.state).to.equal("final");
    expectProblem(await recorder.stateOf(second.hash), "not-found", "/batch");
  });

  const note = () =>
    noteEvent({
      subject: hexOf(own()),
      eventId: crypto.randomUUID(),
      occurredAtS: recorder.nowS,
      example: true,
      notes: { en: "a note" },
    });
  const putDocument = (bytes: Uint8Array, cid = cidOf(Recorder.digest(bytes), "json")) =>
    recorder.request("PUT", `/api/documents/${cid}`, bytes, "application/json");
  const putFile = (bytes: Uint8Array, type: string, cid = cidOf(Recorder.digest(bytes), "raw")) =>
    recorder.request("PUT", `/api/files/${cid}`, bytes, type);
  const utf8 = (text: string) => new TextEncoder().encode(text);

  const contents: readonly (Case & { readonly cid: () => string })[] = [
    document("a document whose bytes do not have its CID", canonicalBytes({ a: 1 }), "document-cid-mismatch", "", {
      cid: cidOf(new Uint8Array(32), "json"),
    }),
    document("a document that is not canonical", utf8('{ "a": 1 }'), "document-not-canonical", ""),
    document("a document with a key twice", utf8('{"a":1,"a":2}'), "json-duplicate-key", "/a"),
    document(
      "a document that the EPCIS schema refuses",
      canonicalBytes({ type: "ObjectEvent" }),
      "document-schema",
      "",
    ),
    document("a document over its limit", canonicalBytes({ a: "x".repeat(262_144) }), "body-too-large", ""),
    document("a document under the CID of a file", canonicalBytes({ a: 1 }), "cid-unreadable", "/cid", {
      cid: cidOf(Recorder.digest(canonicalBytes({ a: 1 })), "raw"),
    }),
    file("a file whose bytes do not have its CID", PHOTO, "image/jpeg", "file-cid-mismatch", "", {
      cid: cidOf(new Uint8Array(32), "raw"),
    }),
    file("a picture that says where it was taken", PHOTO_WITH_GPS, "image/jpeg", "file-has-position", ""),
    file("a page", utf8("<!doctype html><script>alert(1)</script>"), "text/html", "file-type-refused", ""),
    file(
      "a drawing that can run",
      utf8('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
      "image/svg+xml",
      "file-type-refused",
      "",
    ),
    file("a picture that is said to be a film", PHOTO, "video/mp4", "file-type-refused", "/mediaType"),
    file("a file over its limit", new Uint8Array(16 * 1024 * 1024 + 1), "image/jpeg", "body-too-large", ""),
    file("a file under no CID", PHOTO, "image/jpeg", "cid-unreadable", "/cid", { cid: "pears" }),
  ];

  for (const { says, send, type, pointer, cid } of contents) {
    it(`refuses ${says}, with type, place and mend, and stores nothing`, async () => {
      const answer = await send();

      expectProblem(answer, type, pointer);
      expect((await fetch(`${server.address}/ipfs/${cid()}?format=raw`)).status).to.be.oneOf([400, 404]);
    });
  }

  it("takes the same document, picture and batch when they are right", async () => {
    const documented = canonicalBytes(note());

    expect((await putDocument(documented)).status).to.equal(201);
    expect((await putDocument(documented)).status).to.equal(200);
    expect((await putFile(PHOTO, "image/jpeg")).body).to.include({ size: PHOTO.length, mediaType: "image/jpeg" });
    const cid = cidOf(Recorder.digest(PHOTO), "raw");
    const attachments = [{ cid, mediaType: "image/jpeg", size: PHOTO.length, name: "pears.jpg" }];
    const signed = await recorder.sign([await recorder.note(own(), "picture", { form: { attachments } })]);
    const [first, again] = [await recorder.send(signed), await recorder.send(signed)];
    const settled = await recorder.settled(signed.hash);
    const late = await recorder.send(signed);

    expect(settled.state).to.equal("final");
    for (const { status, body } of [first, again, late]) {
      expect(status).to.equal(202);
      expect((body.receipts as readonly { readonly batch: string }[]).map(({ batch }) => batch)).to.deep.equal([
        signed.hash,
      ]);
    }
    // The same receipt, with the state that the batch has by then; and it was applied once.
    expect((late.body.receipts as readonly unknown[])[0]).to.deep.equal(settled);
    expect((await recorder.request("GET", `/api/recorders/${recorder.id}`)).body.nextNonce).to.equal(
      (signed.nonce + 1n).toString(),
    );
  });

  it("names an address that nothing answers at, and a method that an address does not know", async () => {
    expectProblem(await recorder.request("GET", "/api/nothing"), "not-found", "");
    for (const [path, allowed] of [
      ["/api/batches", "POST"],
      ["/api/lots", "GET"],
      ["/api/codes", "GET"],
      ["/api/qr", "GET"],
      ["/rpc", "POST"],
      ["/.well-known/furrow.json", "GET"],
    ] as const) {
      const wrong = await recorder.request("DELETE", path);
      expectProblem(wrong, "method-not-allowed", "");
      expect(wrong.headers.get("allow")).to.include(allowed);
    }
    expectProblem(await recorder.request("GET", `/api/batches/0x${"00".repeat(32)}`), "not-found", "/batch");
    expectProblem(await recorder.request("GET", "/api/recorders/me"), "request-invalid", "/id");
  });

  function post(body: string): Promise<Answer> {
    return recorder.request("POST", "/api/batches", body, "application/json");
  }

  async function waiting(): Promise<unknown> {
    await server.furrow.settled();
    const { body } = await recorder.request("GET", `/api/recorders/${recorder.id}`);
    const health = await recorder.request("GET", "/api/health");
    return `${body.nextNonce} ${health.body.waiting}`;
  }

  function document(
    says: string,
    bytes: Uint8Array,
    type: Case["type"],
    pointer: string,
    { cid = cidOf(Recorder.digest(bytes), "json") } = {},
  ) {
    return { says, type, pointer, send: () => putDocument(bytes, cid), cid: () => cid };
  }

  function file(
    says: string,
    bytes: Uint8Array,
    mediaType: string,
    type: Case["type"],
    pointer: string,
    { cid = cidOf(Recorder.digest(bytes), "raw") } = {},
  ) {
    return { says, type, pointer, send: () => putFile(bytes, mediaType, cid), cid: () => cid };
  }
});

function expectProblem(answer: Answer, type: keyof typeof problems, pointer: string): void {
  const { status, title, mend } = problems[type];
  expect(answer.body, JSON.stringify(answer.body)).to.include({
    type: `urn:furrow:problem:${type}`,
    title,
    status,
    mend,
    pointer,
  });
  expect(answer.body.detail).to.be.a("string").that.is.not.empty;
  expect(answer.status).to.equal(status);
  expect(answer.headers.get("content-type")).to.match(/^application\/problem\+json/);
}
