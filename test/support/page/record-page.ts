/**
 * A phone with a screen, as small as one can be: a key that no script can take out of the browser, a picture, a record signed
 * and sent. It runs the very `protocol` files that the server runs, bundled for browsers.
 */
import { signBatch } from "../../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../../protocol/bytes.ts";
import { cidOf } from "../../../protocol/cid.ts";
import type { Attachment } from "../../../protocol/document/attachment.ts";
import { documentBytes, noteEvent } from "../../../protocol/document/epcis.ts";
import { makeEntry } from "../../../protocol/entry.ts";
import type { Deployment, KnownBlock } from "../../../protocol/history.ts";
import { type Signer, webPrimitives, webSigner } from "../../../protocol/sign.ts";

const primitives = webPrimitives<CryptoKey>(crypto.subtle);

void begin();

async function begin(): Promise<void> {
  const signer = await webSigner(primitives, crypto.subtle, await keptKey());
  element<HTMLFormElement>("record").addEventListener("submit", (event) => {
    event.preventDefault();
    record(signer).catch((cause: unknown) => say("state", `failed: ${cause}`));
  });
  say("key", `${hexOf(signer.key.x)} ${hexOf(signer.key.y)}`);
}

async function record(own: Signer): Promise<void> {
  say("state", "signing");
  const subject = element<HTMLInputElement>("subject").value;
  const notes = { en: element<HTMLInputElement>("text").value };
  const picture = await takePicture();
  const { attachment } = picture;
  await put(`/api/files/${attachment.cid}`, picture.bytes, attachment.mediaType);

  const deployment = await read<Deployment>("/.well-known/furrow.json");
  const { block } = await read<{ block: KnownBlock }>("/api/head");
  const { nextNonce } = await read<{ nextNonce: string }>(`/api/recorders/${hexOf(own.recorder)}`);
  const occurredAtS = Math.floor(Date.now() / 1000);
  const form = { occurredAtS, eventId: crypto.randomUUID(), example: true, notes, attachments: [attachment] };
  const document = documentBytes(noteEvent({ ...form, subject: hexOf(bytesOf(subject)) }));
  const content = await primitives.sha256(document);
  await put(`/api/documents/${cidOf(content, "json")}`, document, "application/json");

  const { bytes, hash } = await signBatch(primitives, own, {
    chainId: BigInt(deployment.chainId),
    ledger: bytesOf(deployment.ledger),
    nonce: BigInt(nextNonce),
    seen: bytesOf(block.hash),
    groups: [{ subject: bytesOf(subject), entries: [makeEntry("NOTE", { occurredAtS, content, args: {} })] }],
  });
  const batches = [
    btoa(String.fromCharCode(...bytes))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replace(/=+$/, ""),
  ];
  await answered(fetch("/api/batches", { method: "POST", ...json({ batches }) }));
  for (;;) {
    const { state, block: at } = await read<{ state: string; block?: number }>(`/api/batches/${hexOf(hash)}`);
    say("state", at === undefined ? state : `${state} in block ${at}, seen ${block.number}`);
    if (state === "final" || state === "refused") return;
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** The key of this browser: made once, kept in IndexedDB as it is; `extractable: false` means that nobody can read it. */
async function keptKey(): Promise<CryptoKeyPair> {
  const opening = indexedDB.open("phone", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("key");
  const store = await done(opening);
  const kept = await done<CryptoKeyPair | undefined>(store.transaction("key").objectStore("key").get("own"));
  if (kept !== undefined) return kept;
  const made = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  await done(store.transaction("key", "readwrite").objectStore("key").put(made, "own"));
  return made;
}

/** What a camera would give: a photograph of our own making, with the time in it. */
async function takePicture(): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly attachment: Attachment }> {
  const canvas = element<HTMLCanvasElement>("picture");
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser has no canvas");
  const { width, height } = canvas;
  context.fillStyle = "#8fb8d8";
  context.fillRect(0, 0, width, height);
  for (let row = 0; row < 9; row++) {
    context.fillStyle = row % 2 === 0 ? "#3f7d43" : "#77502f";
    context.fillRect(0, height * 0.4 + row * (height / 15), width, height / 15);
  }
  context.fillStyle = "#ffffff";
  context.font = "32px sans-serif";
  context.fillText(new Date().toISOString(), 24, 60);
  const blob = await new Promise<Blob | null>((take) => canvas.toBlob(take, "image/jpeg", 0.8));
  if (blob === null) throw new Error("this browser makes no JPEG");
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const cid = cidOf(await primitives.sha256(bytes), "raw");
  const caption = { zh: "测试照片", en: "A test's photograph" };
  return { bytes, attachment: { cid, mediaType: blob.type, size: bytes.length, name: "photo.jpg", caption } };
}

function json(value: unknown): { readonly body: string; readonly headers: Record<string, string> } {
  return { body: JSON.stringify(value), headers: { "content-type": "application/json" } };
}

async function put(path: string, body: Uint8Array<ArrayBuffer>, type: string): Promise<void> {
  await answered(fetch(path, { method: "PUT", body, headers: { "content-type": type } }));
}

async function read<T>(path: string): Promise<T> {
  return (await (await answered(fetch(path))).json()) as T;
}

async function answered(asked: Promise<Response>): Promise<Response> {
  const response = await asked;
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response;
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((take, fail) => {
    request.onsuccess = () => take(request.result);
    request.onerror = () => fail(request.error);
  });
}

function element<E extends HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as E;
}

function say(id: string, text: string): void {
  element(id).textContent = text;
}
