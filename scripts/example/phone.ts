/**
 * A phone without a screen: its own P-256 key, its nonces, and batches made by the very protocol code that a real phone runs.
 */
import { webcrypto } from "node:crypto";
import { type Group, newSubjectId, signBatch } from "../../protocol/batch.ts";
import { bytesOf, equalBytes, type Hex, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import type { Attachment } from "../../protocol/document/attachment.ts";
import { documentBytes } from "../../protocol/document/epcis.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import { makeEntry } from "../../protocol/entry.ts";
import type { ArgsOf, KindName } from "../../protocol/kinds/all.ts";
import { type PublicKey, type Signer, webPrimitives, webSigner } from "../../protocol/sign.ts";
import type { Field } from "./field.ts";

export type { NewSubject, PhoneKey, Statement };
export { Draft, Phone, primitives };

const { subtle } = webcrypto;
const primitives = webPrimitives<webcrypto.CryptoKey>(subtle);
const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/** A private key as it is kept (JWK, RFC 7517 and 7518 §6.2), where an example's key has to outlive the example. */
interface PhoneKey {
  readonly recorder: Hex;
  readonly jwk: { kty: "EC"; crv: "P-256"; x: string; y: string; d: string };
}

/** What is said of a subject: the document, and the kind's own args. */
interface Statement<Name extends KindName> {
  readonly subject: Uint8Array;
  readonly occurredAtS: number;
  readonly document: JsonObject;
  readonly args: ArgsOf<Name>;
}

interface NewSubject {
  readonly index: number;
  readonly id: Uint8Array;
  readonly hex: Hex;
}

interface File extends Pick<Attachment, "cid" | "mediaType"> {
  readonly bytes: Uint8Array;
}

/** One batch while it is being written. */
class Draft {
  readonly groups: { readonly subject: Uint8Array; readonly entries: Group["entries"][number][] }[] = [];
  readonly documents = new Map<string, Uint8Array>();
  readonly files = new Map<string, File>();
  readonly #recorder: Uint8Array;
  readonly #nonce: bigint;
  /** One document may speak of many subjects: it is hashed once. */
  readonly #contents = new Map<JsonObject, Uint8Array>();
  #made = 0;

  constructor(recorder: Uint8Array, nonce: bigint) {
    this.#recorder = recorder;
    this.#nonce = nonce;
  }

  /** A name for what this batch makes next. */
  async newSubject(): Promise<NewSubject> {
    const index = this.#made++;
    const id = await newSubjectId(primitives, this.#recorder, this.#nonce, index);
    return { index, id, hex: hexOf(id) };
  }

  /** A file that the documents of this batch list. Up to 1 MiB: one raw block. */
  async attach(bytes: Uint8Array, about: Omit<Attachment, "cid" | "size">): Promise<Attachment> {
    const cid = cidOf(await primitives.sha256(bytes), "raw");
    this.files.set(cid, { cid, mediaType: about.mediaType, bytes });
    return { ...about, cid, size: bytes.length };
  }

  /** The document's CID. */
  async write<Name extends KindName>(
    name: Name,
    { subject, occurredAtS, document, args }: Statement<Name>,
  ): Promise<string> {
    const content = this.#contents.get(document) ?? (await this.#hold(document));
    const entry = makeEntry(name, { occurredAtS, content, args });
    const last = this.groups.at(-1);
    if (last !== undefined && equalBytes(last.subject, subject)) last.entries.push(entry);
    else this.groups.push({ subject, entries: [entry] });
    return cidOf(content, "json");
  }

  async #hold(document: JsonObject): Promise<Uint8Array> {
    const bytes = documentBytes(document);
    const content = await primitives.sha256(bytes);
    this.documents.set(cidOf(content, "json"), bytes);
    this.#contents.set(document, content);
    return content;
  }
}

class Phone {
  readonly #field: Field;
  readonly #signer: Signer;
  readonly #pair: webcrypto.CryptoKeyPair;
  #nonce: bigint;

  private constructor(field: Field, signer: Signer, pair: webcrypto.CryptoKeyPair, nonce: bigint) {
    this.#field = field;
    this.#signer = signer;
    this.#pair = pair;
    this.#nonce = nonce;
  }

  /** With a new key. `kept`: its key can be taken out by {@link key}, as no real phone's can. */
  static async make(field: Field, { kept }: { readonly kept: boolean }): Promise<Phone> {
    const pair = await subtle.generateKey(CURVE, kept, ["sign", "verify"]);
    return Phone.#with(field, pair, 0n);
  }

  /** With a key that was kept. @param nonce the next one, as `GET /api/recorders/{id}` says */
  static async open(field: Field, { jwk }: PhoneKey, nonce: bigint): Promise<Phone> {
    const { d: _, ...open } = jwk;
    const privateKey = await subtle.importKey("jwk", jwk, CURVE, true, ["sign"]);
    const publicKey = await subtle.importKey("jwk", open, CURVE, true, ["verify"]);
    return Phone.#with(field, { privateKey, publicKey }, nonce);
  }

  static async #with(field: Field, pair: webcrypto.CryptoKeyPair, nonce: bigint): Promise<Phone> {
    return new Phone(field, await webSigner(primitives, subtle, pair), pair, nonce);
  }

  get publicKey(): PublicKey {
    return this.#signer.key;
  }

  get recorder(): Hex {
    return hexOf(this.#signer.recorder);
  }

  async key(): Promise<PhoneKey> {
    const { x = "", y = "", d = "" } = await subtle.exportKey("jwk", this.#pair.privateKey);
    return { recorder: this.recorder, jwk: { kty: "EC", crv: "P-256", x, y, d } };
  }

  /** Writes one batch, signs it and sends it with its files and documents; resolves when it is final. */
  async record<Made>(write: (draft: Draft) => Promise<Made>): Promise<{ readonly draft: Draft; readonly made: Made }> {
    const { hash, chainId, ledger } = await this.#field.head();
    const nonce = this.#nonce++;
    const draft = new Draft(this.#signer.recorder, nonce);
    const made = await write(draft);
    const signed = await signBatch(primitives, this.#signer, {
      chainId,
      ledger: bytesOf(ledger),
      nonce,
      seen: bytesOf(hash),
      groups: draft.groups,
    });
    await Promise.all(
      [...draft.files.values()].map(({ cid, bytes, mediaType }) => this.#field.putFile(cid, bytes, mediaType)),
    );
    await Promise.all([...draft.documents].map(([cid, bytes]) => this.#field.putDocument(cid, bytes)));
    await this.#field.submit(hexOf(signed.hash), signed.bytes);
    return { draft, made };
  }
}
