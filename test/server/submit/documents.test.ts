import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { canonicalBytes, canonicalJson, type Json } from "../../../protocol/canonical.ts";
import { cidOf } from "../../../protocol/cid.ts";
import { Problem } from "../../../protocol/problem.ts";
import type { Blocks } from "../../../server/blocks/blocks.ts";
import { openFolderBlocks } from "../../../server/blocks/folder.ts";
import { type Documents, keepDocuments, MAX_DOCUMENT, putFile } from "../../../server/submit/documents.ts";
import { primitives } from "../../support/primitives.ts";

/** Example data. */
const EVENT = { type: "ObjectEvent", action: "OBSERVE", eventTime: "2026-04-05T14:00:00Z", epcList: [] };

describe("Documents by content", () => {
  let folder: string;
  let blocks: Blocks;
  let documents: Documents;
  let checks: Json[];
  let digests: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "furrow-documents-"));
    blocks = await openFolderBlocks(folder);
    [checks, digests] = [[], 0];
    documents = keepDocuments({
      blocks,
      hashing: { sha256: (bytes) => (digests++, primitives.sha256(bytes)) },
      checkForm(document) {
        checks.push(document);
        if (typeof document === "object" && document !== null && "nonsense" in document)
          throw new Problem("document-schema", "/nonsense", "no form of ours");
      },
    });
  });

  afterEach(async () => {
    await blocks.close();
    await rm(folder, { recursive: true });
  });

  const bytesOf = (value: Json) => canonicalBytes(value);
  const digestOf = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
  const asFile = (bytes: Uint8Array) =>
    putFile(blocks, { cid: cidOf(digestOf(bytes), "raw"), bytes, mediaType: "application/json" });
  const typeOf = (cause: unknown) => (cause instanceof Problem ? cause.type : cause);

  it("that came as files must have the form of documents when they are read", async () => {
    const bytes = bytesOf({ nonsense: true });
    await asFile(bytes);

    const [read, told] = await Promise.allSettled([
      documents.at(digestOf(bytes)),
      documents.told(cidOf(digestOf(bytes), "json")),
    ]);

    expect(read.status === "rejected" && typeOf(read.reason)).to.equal("document-schema");
    expect(told.status === "rejected" && typeOf(told.reason)).to.equal("document-schema");
  });

  it("that came as files must have the size of documents", async () => {
    const bytes = bytesOf({ long: "a".repeat(MAX_DOCUMENT) });
    await asFile(bytes);

    const [read, told] = await Promise.allSettled([
      documents.at(digestOf(bytes)),
      documents.told(cidOf(digestOf(bytes), "json")),
    ]);

    expect(read.status === "rejected" && typeOf(read.reason)).to.equal("document-too-large");
    expect(told.status === "rejected" && typeOf(told.reason)).to.equal("document-too-large");
    expect(checks).to.deep.equal([]);
  });

  it("are checked and hashed once, however often they are read", async () => {
    const bytes = bytesOf(EVENT);
    const cid = cidOf(digestOf(bytes), "json");
    const { eventHashes } = await documents.put(cid, bytes);
    const before = digests;

    for (let n = 0; n < 3; n++)
      expect(await documents.told(cid)).to.deep.equal({ cid, size: bytes.length, eventHashes });
    for (let n = 0; n < 3; n++) expect(await documents.at(digestOf(bytes))).to.deep.equal(EVENT);

    expect(eventHashes).to.have.length(1);
    expect(checks).to.have.length(1);
    expect(digests).to.equal(before);
  });

  it("that are not here are told so, and what is no document's address is refused", async () => {
    const bytes = bytesOf(EVENT);
    const refusal = await documents.told(cidOf(digestOf(bytes), "raw")).catch(typeOf);

    expect(await documents.told(cidOf(digestOf(bytes), "json"))).to.equal(null);
    expect(await documents.at(digestOf(bytes))).to.equal(null);
    expect(refusal).to.equal("cid-unreadable");
  });

  it("are stored only as what they are: their own address, canonical, not too large, of a known form", async () => {
    const good = bytesOf(EVENT);
    const spaced = new TextEncoder().encode(`${canonicalJson(EVENT)} `);
    const large = bytesOf({ long: "a".repeat(MAX_DOCUMENT) });
    const wrong = bytesOf({ nonsense: true });
    const cases: readonly (readonly [string, Uint8Array, string])[] = [
      [cidOf(digestOf(spaced), "json"), good, "document-cid-mismatch"],
      [cidOf(digestOf(spaced), "json"), spaced, "document-not-canonical"],
      [cidOf(digestOf(large), "json"), large, "document-too-large"],
      [cidOf(digestOf(wrong), "json"), wrong, "document-schema"],
    ];

    for (const [cid, bytes, type] of cases) {
      expect(await documents.put(cid, bytes).catch(typeOf)).to.equal(type);
      expect(await documents.told(cid)).to.equal(null);
    }
  });
});
