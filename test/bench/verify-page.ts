/**
 * Runs in Chromium: verifies a history by the product's own code, and makes the WebCrypto calls of that verification alone.
 */
import type { History } from "../../protocol/history.ts";
import { type Primitives, webPrimitives } from "../../protocol/sign.ts";
import { verify } from "../../protocol/verify.ts";
import type { Heads } from "../../protocol/verify/report.ts";

/** What a verification asked of WebCrypto, in its order. */
type Asked =
  | { readonly digest: Uint8Array<ArrayBuffer> }
  | {
      readonly key: Uint8Array<ArrayBuffer>;
      readonly message: Uint8Array<ArrayBuffer>;
      readonly signature: Uint8Array<ArrayBuffer>;
    };

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const ECDSA = { name: "ECDSA", hash: "SHA-256" };
const web = webPrimitives(crypto.subtle);

let history: History;
let heads: Heads;
let asked: Asked[] = [];

/** Fetches what is verified, and notes what verifying it asks of WebCrypto. */
async function prepare(): Promise<{ digests: number; signatures: number; whole: number }> {
  ({ history, heads } = (await (await fetch("/given.json")).json()) as { history: History; heads: Heads });
  asked = [];
  const noting: Primitives = {
    sha256: (bytes) => {
      asked.push({ digest: new Uint8Array(bytes) });
      return web.sha256(bytes);
    },
    verifyP256: (key, message, signature) => {
      const raw = new Uint8Array([4, ...key.x, ...key.y]);
      asked.push({ key: raw, message: new Uint8Array(message), signature: new Uint8Array(signature) });
      return web.verifyP256(key, message, signature);
    },
  };
  const { whole, findings } = await verify(history, heads, noting);
  if (findings.some(({ grade }) => grade === "mismatch")) throw new Error(JSON.stringify(findings));
  const digests = asked.filter((one) => "digest" in one).length;
  return { digests, signatures: asked.length - digests, whole };
}

/** Milliseconds that the whole verification takes. */
async function verifyOnce(): Promise<number> {
  const begunMs = performance.now();
  await verify(history, heads, web);
  return performance.now() - begunMs;
}

/** Milliseconds that its WebCrypto calls take, one after another; each key is imported once. */
async function callsAlone(): Promise<number> {
  const begunMs = performance.now();
  const keys = new Map<string, CryptoKey>();
  for (const one of asked) {
    if ("digest" in one) {
      await crypto.subtle.digest("SHA-256", one.digest);
      continue;
    }
    const name = String(one.key);
    const key = keys.get(name) ?? (await crypto.subtle.importKey("raw", one.key, CURVE, true, ["verify"]));
    keys.set(name, key);
    await crypto.subtle.verify(ECDSA, key, one.signature, one.message);
  }
  return performance.now() - begunMs;
}

Object.assign(globalThis, { bench: { prepare, verifyOnce, callsAlone } });
