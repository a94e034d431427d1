import { expect } from "chai";
import fc from "fast-check";
import { readCanonical } from "../../../protocol/canonical.ts";
import type { Attachment } from "../../../protocol/document/attachment.ts";
import { documentBytes, growEvent } from "../../../protocol/document/epcis.ts";
import { keyDocument, memberMaster, organisationDocument } from "../../../protocol/document/master.ts";
import { attachmentsOf, readEvent } from "../../../protocol/document/read.ts";
import { readKey, readMemberMaster, readOrganisation } from "../../../protocol/document/read-master.ts";
import { MAX_SEALED, pad, paddedSize, unpad } from "../../../protocol/document/sealed.ts";
import type { SealingKey } from "../../../protocol/document/sealing-key.ts";
import { Problem } from "../../../protocol/problem.ts";
import { base, documents, photo } from "./forms.ts";

const work = { id: "weeding", zh: "除草", en: "weeding" };
const note: Attachment = {
  cid: photo.cid,
  mediaType: "application/jose+json",
  size: 4321,
  name: "voice.json",
  sealed: { mediaType: "audio/webm", what: "voice" },
};
/** Public key of RFC 7517 appendix A.1. */
const KEY: SealingKey = {
  kty: "EC",
  crv: "P-256",
  x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
  y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
};

const stored = (document: Parameters<typeof documentBytes>[0]): unknown => readCanonical(documentBytes(document));

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof Problem) return error.at;
    throw error;
  }
  return "none";
}

describe("A sealed file in a document", () => {
  it("is read back with what it is and what is inside", () => {
    const event = readEvent(stored(growEvent({ ...base, work, attachments: [photo, note] })), base.subject);

    expect(event?.attachments).to.deep.equal([photo, note]);
  });

  it("is not written without saying what is sealed, and no other file says so", () => {
    const { sealed: _, ...bare } = note;
    const write = (attachment: Attachment) => refusal(() => growEvent({ ...base, work, attachments: [attachment] }));

    expect(write(bare)).to.equal("/attachments/0/sealed");
    expect(write({ ...photo, ...(note.sealed === undefined ? {} : { sealed: note.sealed }) })).to.equal(
      "/attachments/0/sealed",
    );
    expect(write({ ...note, sealed: { mediaType: "audio/webm; codecs=opus", what: "voice" } })).to.equal(
      "/attachments/0/sealed/mediaType",
    );
    expect(write({ ...note, sealed: { mediaType: "audio/webm", what: "song" as "voice" } })).to.equal(
      "/attachments/0/sealed/what",
    );
  });

  it("of a stranger is no file where it does not say that in order", () => {
    const [listed] = attachmentsOf(stored(growEvent({ ...base, work, attachments: [note] })));
    expect(listed).to.deep.equal(note);
    const field = (sealed: unknown, mediaType = note.mediaType) => ({
      "furrow:cid": note.cid,
      "furrow:mediaType": mediaType,
      "furrow:size": 1,
      ...(sealed === undefined ? {} : { "furrow:sealed": sealed }),
    });
    const inner = (mediaType: unknown, what: unknown) => ({ "furrow:mediaType": mediaType, "furrow:what": what });

    expect(attachmentsOf(field(inner("audio/webm", "voice")))).to.have.length(1);
    for (const wrong of [
      undefined,
      null,
      "voice",
      [],
      {},
      inner("audio/webm", "song"),
      inner("audio/webm", null),
      inner(7, "voice"),
      inner("AUDIO/webm", "voice"),
      inner("audio/webm;x", "voice"),
      inner("application/jose+json", "voice"),
    ]) {
      expect(attachmentsOf(field(wrong)), JSON.stringify(wrong)).to.have.length(0);
    }
    expect(attachmentsOf(field(inner("audio/webm", "voice"), "application/json"))).to.have.length(0);
  });

  it("may be a grower's name, and nothing else may be", () => {
    const master = { subject: base.subject, createdAtS: base.occurredAtS, number: 12 };
    const name: Attachment = { ...note, name: "name.json", sealed: { mediaType: "text/plain", what: "name" } };
    const document = stored(memberMaster({ ...master, name }));

    expect(readMemberMaster(document, base.subject)).to.deep.include({ number: 12, name });
    expect(attachmentsOf(document)).to.deep.equal([name]);
    expect(readMemberMaster(stored(documents.MEMBER ?? {}), base.subject)?.name).to.equal(null);
    expect(refusal(() => memberMaster({ ...master, name: photo }))).to.equal("/name");
    expect(refusal(() => memberMaster({ ...master, name: note }))).to.equal("/name");
  });
});

describe("A sealing key in a document", () => {
  const master = { subject: base.subject, createdAtS: base.occurredAtS };
  const enrol = { ...master, recorder: `0x${"ab".repeat(20)}`, act: "enrol" } as const;
  const organisation = {
    ...{ ...master, number: 1, name: { en: "Example" }, registration: null, phone: null },
    checked: { en: "Example: nothing was checked" },
  };

  it("is read back from the key document of a phone and from the organisation's own", () => {
    expect(readKey(stored(keyDocument({ ...enrol, sealingKey: KEY })), base.subject)?.sealingKey).to.deep.equal(KEY);
    expect(
      readOrganisation(stored(organisationDocument({ ...organisation, sealingKey: KEY })), base.subject)?.sealingKey,
    ).to.deep.equal(KEY);
  });

  it("may be missing, as in every document from before", () => {
    expect(readKey(stored(keyDocument(enrol)), base.subject)?.sealingKey).to.equal(null);
    expect(readOrganisation(stored(organisationDocument(organisation)), base.subject)?.sealingKey).to.equal(null);
    expect(JSON.stringify(stored(keyDocument(enrol)))).not.to.include("sealingKey");
  });

  it("that nobody could seal to is refused, and reads as none", () => {
    const wrong: readonly Readonly<Record<string, unknown>>[] = [
      { ...KEY, y: KEY.x },
      { ...KEY, x: `${KEY.x.slice(0, -1)}5` }, // another spelling of the same 32 bytes
      { ...KEY, x: KEY.x.slice(1) },
      { ...KEY, x: `=${KEY.x.slice(1)}` },
      { ...KEY, x: "_".repeat(43) },
      { ...KEY, crv: "P-384" },
      { ...KEY, kty: "OKP" },
    ];
    for (const key of wrong) {
      const sealingKey = key as unknown as SealingKey;
      expect(
        refusal(() => keyDocument({ ...enrol, sealingKey })),
        JSON.stringify(key),
      ).to.equal("/sealingKey");
      const document = stored(keyDocument({ ...enrol, sealingKey: KEY })) as Record<string, unknown>;
      const field = Object.fromEntries(Object.entries(key).map(([name, value]) => [`furrow:${name}`, value]));
      const read = readKey({ ...document, "furrow:sealingKey": field }, base.subject);
      expect(read?.sealingKey, JSON.stringify(key)).to.equal(null);
      expect(read?.act).to.equal("enrol");
    }
  });

  it("is never written with a private half", () => {
    const sealingKey = { ...KEY, d: "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE" };

    expect(refusal(() => keyDocument({ ...enrol, sealingKey }))).to.equal("/sealingKey");
  });
});

describe("The plain text of a seal", () => {
  it("gives its content back, whatever its length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (content) => {
        expect(unpad(pad(content))).to.deep.equal(content);
      }),
    );
  });

  it("has one of few sizes, at most an eighth above its content's", () => {
    expect([0, 5, 1020].map(paddedSize)).to.deep.equal([1024, 1024, 1024]);
    expect([1021, 1148, 1149].map(paddedSize)).to.deep.equal([1152, 1152, 1280]);
    expect([2044, 2045].map(paddedSize)).to.deep.equal([2048, 2304]);
    expect(paddedSize(MAX_SEALED)).to.equal(MAX_SEALED + 4);
    const sizes = new Set(Array.from({ length: 700_000 }, (_, size) => paddedSize(size)));
    expect(sizes.size).to.be.lessThan(80);
    for (const size of [2000, 40_000, 360_000]) expect(paddedSize(size) / size).to.be.within(1, 1.13);
  });

  it("is none where its length lies, where the padding says something, or where it is cut", () => {
    const plain = pad(Uint8Array.of(1, 2, 3));
    const changed = (at: number, byte: number) => plain.map((old, n) => (n === at ? byte : old));

    expect(unpad(plain)).to.deep.equal(Uint8Array.of(1, 2, 3));
    expect(unpad(changed(1023, 1))).to.equal(null);
    expect(unpad(changed(3, 2))).to.equal(null); // then the third byte is padding
    expect(unpad(changed(0, 255))).to.equal(null);
    expect(unpad(plain.subarray(0, 1023))).to.equal(null);
    expect(unpad(new Uint8Array(2))).to.equal(null);
  });
});
