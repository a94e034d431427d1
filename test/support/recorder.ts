/**
 * A recorder as a phone is one, without the phone: a real key, documents by `protocol`, batches sent over HTTP.
 */
import { createHash, randomUUID } from "node:crypto";
import { type Group, newSubjectId, organisationId, signBatch } from "../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { documentBytes, noteEvent, originEvent } from "../../protocol/document/epcis.ts";
import { keyDocument, productMaster } from "../../protocol/document/master.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import { makeEntry } from "../../protocol/entry.ts";
import type { Deployment } from "../../protocol/history.ts";
import { type Signer, webSigner } from "../../protocol/sign.ts";
import { primitives } from "./primitives.ts";

export type { Answer, Signed };
export { makeKey, Recorder };

interface Signed {
  readonly bytes: Uint8Array;
  readonly hash: Hex;
  readonly nonce: bigint;
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** A P-256 key that cannot be extracted, as a browser makes it. */
async function makeKey(): Promise<Signer> {
  const { subtle } = globalThis.crypto;
  const pair = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  return webSigner(primitives, subtle, pair);
}

class Recorder {
  readonly address: string;
  readonly signer: Signer;
  readonly organisation: number;
  readonly deployment: Deployment;
  readonly id: Hex;
  /** Sent with every write. */
  token: string | null = null;
  #nonce = 0n;

  constructor(address: string, signer: Signer, organisation: number, deployment: Deployment) {
    this.address = address;
    this.signer = signer;
    this.organisation = organisation;
    this.deployment = deployment;
    this.id = hexOf(signer.recorder);
  }

  static async at(address: string, signer: Signer, organisation: number): Promise<Recorder> {
    const deployment = (await (await fetch(`${address}/.well-known/furrow.json`)).json()) as Deployment;
    return new Recorder(address, signer, organisation, deployment);
  }

  /** The same key at a server that was started again. */
  movedTo(address: string): Recorder {
    const moved = new Recorder(address, this.signer, this.organisation, this.deployment);
    moved.#nonce = this.#nonce;
    return moved;
  }

  takeNonce(): bigint {
    return this.#nonce++;
  }

  /** Signs; single fields of the header may be others than they should be. */
  async sign(
    groups: readonly Group[],
    header: { nonce?: bigint; chainId?: bigint; ledger?: Hex; seen?: Hex } = {},
    signer = this.signer,
  ): Promise<Signed> {
    const nonce = header.nonce ?? this.takeNonce();
    const { bytes, hash } = await signBatch(primitives, signer, {
      chainId: header.chainId ?? BigInt(this.deployment.chainId),
      ledger: bytesOf(header.ledger ?? this.deployment.ledger),
      seen: bytesOf(header.seen ?? `0x${"00".repeat(32)}`),
      ...{ nonce, groups },
    });
    return { bytes, hash: hexOf(hash), nonce };
  }

  /** Stores a document through the API and gives its digest. */
  async put(document: JsonObject): Promise<Uint8Array> {
    const bytes = documentBytes(document);
    const digest = await primitives.sha256(bytes);
    const answer = await this.request("PUT", `/api/documents/${cidOf(digest, "json")}`, bytes, "application/json");
    if (answer.status >= 300) throw new Error(`the document was refused: ${JSON.stringify(answer.body)}`);
    return digest;
  }

  send(...batches: readonly Signed[]): Promise<Answer> {
    const texts = batches.map(({ bytes }) => Buffer.from(bytes).toString("base64url"));
    return this.request("POST", "/api/batches", JSON.stringify({ batches: texts }), "application/json");
  }

  stateOf(hash: Hex): Promise<Answer> {
    return this.request("GET", `/api/batches/${hash}`);
  }

  /** A batch's state once it is `final` or `refused`. */
  async settled(hash: Hex): Promise<Record<string, unknown>> {
    for (;;) {
      const { body } = await this.stateOf(hash);
      if (body.state === "final" || body.state === "refused") return body;
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async request(method: string, path: string, body?: string | Uint8Array, type?: string): Promise<Answer> {
    const response = await fetch(this.address + path, {
      method,
      headers: {
        ...(type === undefined ? {} : { "content-type": type }),
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : Buffer.from(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
      headers: response.headers,
    };
  }

  get organisationSubject(): Uint8Array {
    return organisationId(this.organisation);
  }

  /** Now, as a device's clock has it. */
  get nowS(): number {
    return Math.floor(Date.now() / 1000);
  }

  newId(nonce: bigint, index = 0): Promise<Uint8Array> {
    return newSubjectId(primitives, this.signer.recorder, nonce, index);
  }

  /** A note on a subject, its document stored. */
  async note(subject: Uint8Array, text = "note", change: { occurredAtS?: number; form?: object } = {}): Promise<Group> {
    const occurredAtS = change.occurredAtS ?? this.nowS;
    const form = {
      subject: hexOf(subject),
      eventId: randomUUID(),
      occurredAtS: this.nowS,
      notes: { en: text },
      example: true,
    };
    const content = await this.put(noteEvent({ ...form, ...change.form }));
    return { subject, entries: [makeEntry("NOTE", { occurredAtS, content, args: {} })] };
  }

  /** A product, made by the batch of this nonce. */
  async product(nonce: bigint, { index = 0, net = 100n } = {}): Promise<Group> {
    const subject = await this.newId(nonce, index);
    const name = { zh: "示例茶", en: "Example tea" };
    const content = await this.put(
      productMaster({
        subject: hexOf(subject),
        createdAtS: this.nowS,
        name,
        gtin: null,
        uom: "KGM",
        net,
        loss: 0,
        example: true,
      }),
    );
    const args = { index, unit: 1, net, loss: 0 };
    return { subject, entries: [makeEntry("PRODUCT", { occurredAtS: this.nowS, content, args })] };
  }

  /** A lot from outside, made by the batch of this nonce. */
  async origin(nonce: bigint, product: Uint8Array, { index = 0, amount = 10_000n } = {}): Promise<Group> {
    const subject = await this.newId(nonce, index);
    const content = await this.put(
      originEvent({
        ...{
          subject: hexOf(subject),
          eventId: randomUUID(),
          occurredAtS: this.nowS,
          example: true,
          amount,
          uom: "KGM",
        },
        lot: { gtin: null, lotNumber: `L${nonce}-${index}` },
        product: { subject: hexOf(product), name: { en: "Example tea" } },
      }),
    );
    return {
      subject,
      entries: [makeEntry("ORIGIN", { occurredAtS: this.nowS, content, args: { index, product, amount } })],
    };
  }

  /** Another key for this organisation. */
  async enrol(signer: Signer): Promise<Group> {
    return this.#party("enrol", hexOf(signer.recorder), (said) =>
      makeEntry("ENROL", { ...said, args: { manager: false, ...signer.key } }),
    );
  }

  async expel(recorder: Uint8Array): Promise<Group> {
    return this.#party("expel", hexOf(recorder), (said) => makeEntry("EXPEL", { ...said, args: { recorder } }));
  }

  async #party(
    act: "enrol" | "expel",
    recorder: Hex,
    make: (said: { occurredAtS: number; content: Uint8Array }) => Group["entries"][number],
  ): Promise<Group> {
    const subject = this.organisationSubject;
    const content = await this.put(
      keyDocument({ subject: hexOf(subject), createdAtS: this.nowS, act, recorder, example: true }),
    );
    return { subject, entries: [make({ occurredAtS: this.nowS, content })] };
  }

  static digest(bytes: Uint8Array): Uint8Array {
    return createHash("sha256").update(bytes).digest();
  }
}
