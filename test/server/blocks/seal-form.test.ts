import { expect } from "chai";
import { compactDecrypt, CompactEncrypt, generalDecrypt } from "jose";
import { canonicalBytes, canonicalJson, parseJson } from "../../../protocol/canonical.ts";
import { makeSealingKey, openSeal, seal } from "../../../scan-web/record/seal.ts";
import { inspectFile } from "../../../server/blocks/inspect.ts";
import { problemOf } from "./problem-of.ts";

interface Recipient {
  readonly encrypted_key: string;
  readonly header: Readonly<Record<string, unknown>>;
}

type Jwe = Readonly<Record<string, unknown>> & { readonly recipients: readonly Recipient[] };

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (bytes: Uint8Array) => parseJson(new TextDecoder().decode(bytes)) as unknown as Jwe;

describe("A seal that is sent", () => {
  const content = utf8("录音的样子");
  let sealed: Uint8Array;
  let jwe: Jwe;
  let recipients: Awaited<ReturnType<typeof makeSealingKey>>[];
  before(async () => {
    recipients = await Promise.all([makeSealingKey(), makeSealingKey(), makeSealingKey()]);
    sealed = await seal(
      content,
      recipients.map(({ key }) => key),
    );
    jwe = read(sealed);
  });

  it("is opened by each of those it was sealed for, and by nobody else", async () => {
    for (const opener of recipients) expect(await openSeal(sealed, opener)).to.deep.equal(content);
    expect(await problemOf(openSeal(sealed, await makeSealingKey()))).to.equal("seal-unreadable");
  });

  it("is opened by any program that knows RFC 7516", async () => {
    const [first] = recipients;
    if (first === undefined) throw new Error("nobody was sealed to");
    const { plaintext } = await generalDecrypt(
      jwe as unknown as Parameters<typeof generalDecrypt>[0],
      first.privateKey,
    );

    expect(plaintext.subarray(4, 4 + content.length)).to.deep.equal(content);
  });

  it("is made for one phone alone in the very same form", async () => {
    const opener = await makeSealingKey();
    const { key } = opener;
    const lone = await seal(content, [key, key]);

    expect(read(lone).recipients).to.have.length(2);
    expect(await inspectFile(lone)).to.include({ mediaType: "application/jose+json" });
    expect(await openSeal(lone, opener)).to.deep.equal(content);
  });

  it("is taken by its content, and by nothing else that it is said to be", async () => {
    expect(await inspectFile(sealed)).to.include({ mediaType: "application/jose+json", extension: "json" });
    expect(await inspectFile(sealed, { mediaType: "application/jose+json" })).to.include({ extension: "json" });
    expect(await problemOf(inspectFile(sealed, { mediaType: "application/json" }))).to.equal("file-type-refused");
    expect(await problemOf(inspectFile(utf8('{"readings":[1]}'), { mediaType: "application/jose+json" }))).to.equal(
      "file-type-refused",
    );
  });

  it("of no other form is taken, whatever it is said to be", async () => {
    const [first, second] = jwe.recipients as readonly [Recipient, Recipient];
    const header = (change: object): object => ({
      ...jwe,
      recipients: [{ ...first, header: { ...first.header, ...change } }, ...jwe.recipients.slice(1)],
    });
    const base64url = (text: string) => Buffer.from(text).toString("base64url");
    const wrong: Readonly<Record<string, object>> = {
      "another algorithm": { ...jwe, protected: base64url('{"alg":"ECDH-ES+A128KW","enc":"A256GCM"}') },
      "another cipher": { ...jwe, protected: base64url('{"alg":"ECDH-ES+A256KW","enc":"A128GCM"}') },
      "the same header in another order": { ...jwe, protected: base64url('{"enc":"A256GCM","alg":"ECDH-ES+A256KW"}') },
      compression: { ...jwe, protected: base64url('{"alg":"ECDH-ES+A256KW","enc":"A256GCM","zip":"DEF"}') },
      "an unprotected header": { ...jwe, unprotected: { jku: "https://example.org/keys" } },
      "additional data": { ...jwe, aad: base64url("more") },
      "a member of our own": { ...jwe, note: "x" },
      "a key's address": header({ jku: "https://example.org/keys" }),
      "a certificate": header({ x5c: ["MIIB"] }),
      "a header without kid": {
        ...jwe,
        recipients: jwe.recipients.map((one) => ({ ...one, header: { epk: one.header.epk } })),
      },
      "another curve": header({ epk: { ...(first.header.epk as object), crv: "P-384" } }),
      "a private key": header({ epk: { ...(first.header.epk as object), d: "A".repeat(43) } }),
      "one recipient": { ...jwe, recipients: [first] },
      "no recipient": { ...jwe, recipients: [] },
      "thirty-three recipients": { ...jwe, recipients: Array.from({ length: 33 }, () => first) },
      "one recipient twice": { ...jwe, recipients: [first, first] },
      "recipients in another order": { ...jwe, recipients: [second, first] },
      "a recipient that is none": { ...jwe, recipients: [first, null] },
      "a size that tells more": { ...jwe, ciphertext: String(jwe.ciphertext).slice(0, -4) },
      "a short tag": { ...jwe, tag: String(jwe.tag).slice(0, -2) },
      "bits that nobody reads": { ...jwe, tag: `${String(jwe.tag).slice(0, -1)}B` },
      "another alphabet": { ...jwe, iv: `+${String(jwe.iv).slice(1)}` },
      padding: { ...jwe, tag: `${String(jwe.tag)}==` },
      "a flattened JWE": { ciphertext: jwe.ciphertext, iv: jwe.iv, tag: jwe.tag, protected: jwe.protected, ...first },
    };
    for (const [name, value] of Object.entries(wrong)) {
      expect(await problemOf(inspectFile(canonicalBytes(value))), name).to.equal("file-type-refused");
      expect(await problemOf(inspectFile(canonicalBytes(value), { mediaType: "application/json" })), name).to.equal(
        "file-type-refused",
      );
    }
    const text = canonicalJson(jwe);
    for (const other of [`${text}\n`, ` ${text}`, `\ufeff${text}`, JSON.stringify(jwe, null, 1)]) {
      expect(await problemOf(inspectFile(utf8(other)))).to.equal("file-type-refused");
    }
  });

  it("in the compact form is no file at all", async () => {
    const secret = new Uint8Array(32);
    const compact = await new CompactEncrypt(content)
      .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
      .encrypt(secret);

    expect((await compactDecrypt(compact, secret)).plaintext).to.deep.equal(content);
    expect(await problemOf(inspectFile(utf8(compact)))).to.equal("file-type-refused");
  });

  it("is opened no more once a bit of it was changed", async () => {
    const [opener = await makeSealingKey()] = recipients;
    for (const member of ["ciphertext", "iv", "tag"]) {
      const text = String(jwe[member]);
      const changed = canonicalBytes({ ...jwe, [member]: (text.startsWith("A") ? "B" : "A") + text.slice(1) });
      expect(await problemOf(openSeal(changed, opener)), member).to.equal("seal-unreadable");
    }
    expect(await problemOf(openSeal(utf8("{}"), opener))).to.equal("seal-unreadable");
    expect(await problemOf(openSeal(Uint8Array.of(0xff, 0), opener))).to.equal("seal-unreadable");
  });

  it("leaves out a key that is none, and does not begin where there is no other", async () => {
    const opener = await makeSealingKey();
    const { key } = opener;
    const none = { ...key, y: key.x };

    expect(await openSeal(await seal(content, [none, key]), opener)).to.deep.equal(content);
    expect(await problemOf(seal(content, [none]))).to.equal("seal-unreadable");
    expect(await problemOf(seal(new Uint8Array(800_000), [key]))).to.equal("seal-too-large");
    const largest = await seal(new Uint8Array(720_892), [key]);
    expect(largest.length).to.be.lessThan(1024 * 1024);
    expect(await inspectFile(largest)).to.include({ mediaType: "application/jose+json" });
  });
});
