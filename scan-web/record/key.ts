/**
 * This phone's keys and what it knows of itself: a P-256 key that signs, another that opens what is sealed to it (ECDH). Both are made
 * by the browser and cannot be extracted; IndexedDB keeps the keys themselves.
 */
import { type Hex, hexOf } from "../../protocol/bytes.ts";
import { Problem } from "../../protocol/problem.ts";
import { type Signer, webPrimitives, webSigner } from "../../protocol/sign.ts";
import { type Db, getKept, type Keys } from "./db.ts";
import type { Jwk, Self } from "./model.ts";

export type { Head };
export { hashing, makeSelf, sealingKey, signerOf, takeHead };

/** What an answer of `POST /api/sync` says of the ledger and of this phone's place in it. */
interface Head {
  readonly chainId: string;
  readonly ledger: Hex;
  readonly block: { readonly number: number; readonly hash: Hex };
  readonly recorder: {
    readonly organisation: number;
    readonly manager: boolean;
    readonly active: boolean;
    readonly nextNonce: string;
  } | null;
}

const hashing = webPrimitives(crypto.subtle);

const NONE: Hex = `0x${"00".repeat(32)}`;

/** The key there is, or a new one; two tabs that ask at once get the same. */
async function makeSelf(db: Db): Promise<Self> {
  return db.write(async () => {
    const before = await getKept(db, "self");
    if (before !== null) return before;
    const { subtle } = crypto;
    const signing = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    const sealing = await subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits", "deriveKey"]);
    const { key, recorder } = await webSigner(hashing, subtle, signing);
    const self: Self = {
      recorder: hexOf(recorder),
      key: { x: hexOf(key.x), y: hexOf(key.y) },
      sealing: await publicJwk(sealing.publicKey),
      organisation: null,
      manager: false,
      active: true,
      chainId: "",
      ledger: `0x${"00".repeat(20)}`,
      nextNonce: "0",
      seen: NONE,
      block: 0,
      offsetMs: null,
      syncedAtS: null,
    };
    const keys: Keys = { signing, sealing };
    const all = db.idb.transaction("kept", "readwrite");
    await Promise.all([all.store.put(keys, "keys"), all.store.put(self, "self"), all.done]);
    db.changed();
    return self;
  });
}

/** @throws Problem `recorder-unknown` where no key was made yet */
async function signerOf(db: Db): Promise<Signer> {
  return webSigner(hashing, crypto.subtle, (await keysOf(db)).signing);
}

/** The private half with which seals to this phone are opened. */
async function sealingKey(db: Db): Promise<CryptoKey> {
  return (await keysOf(db)).sealing.privateKey;
}

/**
 * Takes what the server says of chain, newest final block and this key; never lowers the next nonce, never takes an older block.
 * @throws Problem `wrong-ledger`: the phone belongs to another ledger than this server's; nothing was taken
 */
async function takeHead(db: Db, head: Head, nowS: number): Promise<void> {
  await db.write(async () => {
    const self = await getKept(db, "self");
    if (self === null) return;
    if (self.chainId !== "" && (self.chainId !== head.chainId || self.ledger !== head.ledger)) {
      throw new Problem(
        "wrong-ledger",
        "/ledger",
        `this phone writes to ${self.ledger}, the server has ${head.ledger}`,
      );
    }
    const { recorder, block } = head;
    const isNewer = block.number >= self.block;
    const taken: Self = {
      ...self,
      ...(recorder === null
        ? {}
        : { organisation: recorder.organisation, manager: recorder.manager, active: recorder.active }),
      ...{ chainId: head.chainId, ledger: head.ledger, syncedAtS: nowS },
      nextNonce: larger(self.nextNonce, recorder?.nextNonce ?? "0"),
      ...(isNewer ? { seen: block.hash, block: block.number } : {}),
    };
    await db.idb.put("kept", taken, "self");
    const isOther = (["organisation", "manager", "active"] as const).some((name) => taken[name] !== self[name]);
    if (isOther) db.changed();
  });
}

function larger(one: string, other: string): string {
  return BigInt(one) >= BigInt(other) ? one : other;
}

async function keysOf(db: Db): Promise<Keys> {
  const keys = await getKept(db, "keys");
  if (keys === null) throw new Problem("recorder-unknown", "", "this phone has no key yet");
  return keys;
}

async function publicJwk(key: CryptoKey): Promise<Jwk> {
  const { x = "", y = "" } = await crypto.subtle.exportKey("jwk", key);
  return { kty: "EC", crv: "P-256", x, y };
}
