/**
 * Signatures: ECDSA on P-256 with SHA-256, raw r ‖ s, s at most n/2 (docs/ledger.md §3 and §4; FIPS 186-5; IEEE P1363).
 * Pure: WebCrypto is passed in. WebCrypto neither makes nor asks for low s, so both stand here.
 */
import type { Bytes, Hex } from "./bytes.ts";
import { compareBytes, concat, hexOf, isZero } from "./bytes.ts";
import { fixed } from "./kinds/kind.ts";
import type { Hashing } from "./merkle.ts";

export type { KeyPairLike, Primitives, PublicKey, Signer, SubtleLike, VerifyP256 };
export { highS, isStrict, lowS, ORDER, recorderId, strict, webPrimitives, webSigner };

/** Coordinates of 32 bytes each, big-endian. */
interface PublicKey {
  readonly x: Uint8Array;
  readonly y: Uint8Array;
}

/** False for whatever is not a valid signature, a key that is no point of the curve included; never throws for bad data. */
type VerifyP256 = (key: PublicKey, message: Uint8Array, signature: Uint8Array) => Promise<boolean>;

/** All the cryptography that the protocol needs. `verifyP256` refuses high s, as the ledger does. */
interface Primitives extends Hashing {
  verifyP256(key: PublicKey, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

interface Signer {
  readonly key: PublicKey;
  /** 20 bytes. */
  readonly recorder: Uint8Array;
  /** r ‖ s, 64 bytes, low s. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** As much of WebCrypto's SubtleCrypto as is used; the DOM's and Node's types both fit. `Key` is their CryptoKey. */
interface SubtleLike<Key> {
  digest(algorithm: "SHA-256", data: Bytes): Promise<ArrayBuffer>;
  importKey(
    format: "raw",
    data: Bytes,
    algorithm: { name: "ECDSA"; namedCurve: "P-256" },
    extractable: boolean,
    uses: ["verify"],
  ): Promise<Key>;
  exportKey(format: "raw", key: Key): Promise<ArrayBuffer>;
  sign(algorithm: { name: "ECDSA"; hash: "SHA-256" }, key: Key, data: Bytes): Promise<ArrayBuffer>;
  verify(algorithm: { name: "ECDSA"; hash: "SHA-256" }, key: Key, signature: Bytes, data: Bytes): Promise<boolean>;
}

interface KeyPairLike<Key> {
  readonly publicKey: Key;
  readonly privateKey: Key;
}

/** Order n of the group of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Imported keys that are kept for the next signature. */
const MAX_KEYS = 64;

const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const ECDSA = { name: "ECDSA", hash: "SHA-256" } as const;
const UNCOMPRESSED = Uint8Array.of(4);

const orderBytes = scalarBytes(ORDER);
const halfOrderBytes = scalarBytes(ORDER / 2n);

/** Digest and strict verification by WebCrypto. */
function webPrimitives<Key>(subtle: SubtleLike<Key>): Primitives {
  const keys = new Map<Hex, Promise<Key | null>>();
  /** Null: no point of the curve. Importing takes as long as verifying, and one phone signs many batches. */
  const keyOf = ({ x, y }: PublicKey): Promise<Key | null> => {
    const raw = concat(UNCOMPRESSED, x, y);
    const name = hexOf(raw);
    const known = keys.get(name);
    if (known !== undefined) return known;
    const key = subtle.importKey("raw", raw, CURVE, true, ["verify"]).catch(() => null);
    const [oldest] = keys.keys();
    if (keys.size >= MAX_KEYS && oldest !== undefined) keys.delete(oldest);
    keys.set(name, key);
    return key;
  };
  return {
    sha256: (bytes) => subtle.digest("SHA-256", own(bytes)).then((digest) => new Uint8Array(digest)),
    verifyP256: strict(async (point, message, signature) => {
      const key = await keyOf(point);
      return key !== null && subtle.verify(ECDSA, key, own(signature), own(message));
    }),
  };
}

/** A signer with a key that need not be extractable. */
async function webSigner<Key>(
  primitives: Hashing,
  subtle: SubtleLike<Key>,
  { publicKey, privateKey }: KeyPairLike<Key>,
): Promise<Signer> {
  const raw = new Uint8Array(await subtle.exportKey("raw", publicKey));
  const key = { x: raw.slice(1, 33), y: raw.slice(33, 65) };
  return {
    key,
    recorder: await recorderId(primitives, key),
    sign: async (message) => lowS(new Uint8Array(await subtle.sign(ECDSA, privateKey, own(message)))),
  };
}

/** First 20 bytes of sha256(x ‖ y). */
async function recorderId(hashing: Hashing, { x, y }: PublicKey): Promise<Uint8Array> {
  return (await hashing.sha256(concat(fixed(x, 32), fixed(y, 32)))).slice(0, 20);
}

/** Lets a verifier see only signatures and keys of the ledger's form: 64 bytes, 0 < r < n, 0 < s ≤ n/2; a key of 32 + 32 bytes. */
function strict(verify: VerifyP256): VerifyP256 {
  return async (key, message, signature) =>
    key.x.length === 32 && key.y.length === 32 && isStrict(signature) && (await verify(key, message, signature));
}

function isStrict(signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  const inRange = !isZero(r) && compareBytes(r, orderBytes) < 0 && !isZero(s);
  return inRange && compareBytes(s, halfOrderBytes) <= 0;
}

/** The same signature with s at most n/2: s and n − s are equally valid, so one of them must be chosen. */
function lowS(signature: Uint8Array): Bytes {
  return withS(signature, (s) => (s > ORDER / 2n ? ORDER - s : s));
}

/** The same signature with s above n/2; only for showing that it is refused. */
function highS(signature: Uint8Array): Bytes {
  return withS(signature, (s) => (s > ORDER / 2n ? s : ORDER - s));
}

function withS(signature: Uint8Array, choose: (s: bigint) => bigint): Bytes {
  let s = 0n;
  for (const byte of fixed(signature, 64).subarray(32)) s = (s << 8n) | BigInt(byte);
  return concat(signature.subarray(0, 32), scalarBytes(choose(s)));
}

function scalarBytes(value: bigint): Bytes {
  return Uint8Array.from({ length: 32 }, (_, n) => Number((value >> BigInt(8 * (31 - n))) & 0xffn));
}

/** WebCrypto takes no view on shared memory; a copy is its own. It copies what it takes, so all else needs none. */
function own(bytes: Uint8Array): Bytes {
  return isOwn(bytes) ? bytes : new Uint8Array(bytes);
}

function isOwn(bytes: Uint8Array): bytes is Bytes {
  return bytes.buffer instanceof ArrayBuffer;
}
