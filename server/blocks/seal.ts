/**
 * The operator's side of seals (docs/sealed.md): an escrow key for cooperatives that have lost their phones, and opening with it. Phones seal
 * (scan-web/record/seal.ts); a server never does. JWE (RFC 7516) by `jose`.
 */
import { calculateJwkThumbprint, exportJWK, generalDecrypt, generateKeyPair, importJWK } from "jose";
import { type Bytes, textOf } from "../../protocol/bytes.ts";
import { parseJson } from "../../protocol/canonical.ts";
import { readSealText, type SealText, unpad } from "../../protocol/document/sealed.ts";
import { isSealingKey, type SealingKey } from "../../protocol/document/sealing-key.ts";
import { Problem } from "../../protocol/problem.ts";

export type { EscrowKey };
export { makeEscrowKey, openSealed, publicPart, readEscrowKey };

/** A P-256 key pair as a JWK (RFC 7518 §6.2.2): whoever has it opens what was sealed to it. */
interface EscrowKey extends SealingKey {
  readonly d: string;
}

const ALGORITHM = "ECDH-ES+A256KW";

async function makeEscrowKey(): Promise<EscrowKey> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { crv: "P-256", extractable: true });
  const { x = "", y = "", d = "" } = await exportJWK(privateKey);
  return { kty: "EC", crv: "P-256", x, y, d };
}

/** Null where the value is no such key. */
async function readEscrowKey(value: unknown): Promise<EscrowKey | null> {
  if (typeof value !== "object" || value === null) return null;
  const { kty, crv, x, y, d } = value as Readonly<Record<keyof EscrowKey, unknown>>;
  const key = { kty, crv, x, y };
  if (!isSealingKey(key) || typeof d !== "string") return null;
  const whole = { ...publicPart(key), d };
  try {
    // WebCrypto refuses a private half that does not belong to the public one.
    await importJWK({ ...whole }, ALGORITHM);
    return whole;
  } catch {
    return null;
  }
}

function publicPart({ x, y }: SealingKey): SealingKey {
  return { kty: "EC", crv: "P-256", x, y };
}

/**
 * What a seal holds.
 * @throws Problem `seal-unreadable`: not in the form, not for this key, or changed since
 */
async function openSealed(bytes: Uint8Array, key: EscrowKey): Promise<Bytes> {
  const seal = readSeal(bytes);
  if (seal === null) throw new Problem("seal-unreadable", "", "it is no seal in the form that is used here");
  const kid = await calculateJwkThumbprint({ ...publicPart(key) }, "sha256");
  const own = seal.recipients.find(({ header }) => header.kid === kid);
  if (own === undefined) throw new Problem("seal-unreadable", "", "it was not sealed to this server's escrow key");
  const content = await decrypted({ ...seal, recipients: [own] }, key);
  if (content === null) throw new Problem("seal-unreadable", "", "it is not as it was sealed");
  return content;
}

async function decrypted(seal: SealText, key: EscrowKey): Promise<Bytes | null> {
  try {
    const { plaintext } = await generalDecrypt(
      { ...seal, recipients: [...seal.recipients] },
      await importJWK({ ...key }, ALGORITHM),
    );
    return unpad(plaintext);
  } catch {
    return null;
  }
}

function readSeal(bytes: Uint8Array): SealText | null {
  try {
    const text = textOf(bytes);
    return readSealText(text, parseJson(text));
  } catch {
    return null;
  }
}
